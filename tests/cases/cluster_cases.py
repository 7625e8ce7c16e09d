"""Tables, models and learners for the tests on clusters."""

import os
from pathlib import Path

import numpy as np
from ensemble_cases import make_numbers, make_table
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble import (
    AutoFusion,
    FusionSearchCV,
    MultimodalClassifier,
    MultimodalRegressor,
    compare_fusions,
    correlation_report,
)

#: Where workers find what tests define.
PATHS = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
ROUTES = ["auto", "stacking", "regression", "compare", "search", "report"]


class FatalOnce(LogisticRegression):
    """Ends the process that fits it, the first time that it is not `home`."""

    def __init__(self, mark="", home=0, C=1.0):
        super().__init__(C=C)
        self.mark = mark
        self.home = home

    def fit(self, X, y, sample_weight=None):
        """End the process, or fit."""
        mark = Path(self.mark)
        if os.getpid() != self.home and not mark.exists():
            mark.touch()
            os._exit(1)
        return super().fit(X, y, sample_weight=sample_weight)


def numbers_of(route, n_jobs=None):
    """Return the numbers that one way of using the package ends in."""
    X, y = make_table(90, n_classes=2)
    learner = LogisticRegression()
    if route == "report":
        X = X.iloc[:, :5]
        report = correlation_report(X, y, random_state=0, n_jobs=n_jobs)
        return report.pairs_.select_dtypes("number").to_numpy(dtype=float)
    if route == "regression":
        model = MultimodalRegressor(fusion="stacking", estimator=Ridge(), n_jobs=n_jobs)
        return model.fit(X, make_numbers(X)).predict(X)
    fusion = AutoFusion() if route == "auto" else "stacking"
    members = [("lr", learner), ("weak", LogisticRegression(C=0.01))]
    model = MultimodalClassifier(
        fusion=fusion,
        estimator=members if route == "auto" else learner,
        cv=3,
        random_state=0,
        n_jobs=n_jobs,
    )
    if route == "compare":
        found = compare_fusions(
            model, X, y, fusions=["voting", "concat"], cv=3, n_jobs=n_jobs
        )
        return found.frame()["mean_test_score"].to_numpy(dtype=float)
    if route == "search":
        grid = {"fusion": ["voting", "concat"]}
        search = FusionSearchCV(model, grid, cv=3, n_jobs=n_jobs).fit(X, y)
        return np.append(search.cv_results_["mean_test_score"], search.predict_proba(X))
    return model.fit(X, y).predict_proba(X)
