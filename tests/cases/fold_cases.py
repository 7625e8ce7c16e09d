"""Folds that differ: in their labels, in their modalities, or too small for a metric.

Whatever reads the results of several folds runs over all of these.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    LeaveOneGroupOut,
    LeaveOneOut,
    TimeSeriesSplit,
    cross_validate,
)

from mmensemble import CorrelationPruner, MultimodalClassifier

#: What folds that differ may warn of.
EXPECTED_WARNINGS = (
    "ignore:.*is not defined on every test fold",
    "ignore:.*Only one class is present in y_true",
    "ignore:.*less than two samples",
    "ignore:.*rows have none of the modalities",
    "ignore:.*absent from every training row",
    "ignore:.*least populated class",
    "ignore:.*y_pred contains classes not in y_true",
    "ignore::sklearn.exceptions.FitFailedWarning",
    "ignore:.*test scores are non-finite",
)


@dataclass
class FoldCase:
    """A table and splits of it, and a model.

    Parameters
    ----------
    X, y : table and labels
    options : dict
        `cv`, and `groups` and `scoring` where there are any.
    model : MultimodalClassifier
    """

    X: pd.DataFrame
    y: np.ndarray
    options: dict
    model: MultimodalClassifier = field(
        default_factory=lambda: MultimodalClassifier(
            estimator=LogisticRegression(), fusion="voting", cv=2, random_state=0
        )
    )

    @property
    def splits(self):
        """The folds as index arrays."""
        cv = self.options["cv"]
        if isinstance(cv, list):
            return cv
        return list(cv.split(self.X, self.y, self.options.get("groups")))

    def scores_alone(self, model):
        """Cross-validate a model on its own; what fails is NaN."""
        found = cross_validate(
            model,
            self.X,
            self.y,
            cv=self.splits if "groups" in self.options else self.options["cv"],
            scoring=self.options.get("scoring"),
            params={k: v for k, v in self.options.items() if k == "groups"},
        )
        return found["test_score"]


def _table(signal, rng, names="ab"):
    columns = [f"{name}__{j}" for name in names for j in range(2)]
    noise = rng.normal(size=(len(signal), len(columns)))
    return pd.DataFrame(np.asarray(signal)[:, None] + noise, columns=columns)


def own_class():
    """Leave one site out; site 3 alone has class D."""
    rng = np.random.default_rng(0)
    y = np.array(["A", "B", "C"], dtype=object)[np.arange(90) % 3]
    site = np.repeat([1, 2, 3], 30)
    y[80:] = "D"
    X = _table(2.0 * np.searchsorted(list("ABCD"), y), rng)
    return FoldCase(X, y, {"cv": LeaveOneGroupOut(), "groups": site})


def one_class():
    """Two sites; the training rows of the second fold hold one class only."""
    rng = np.random.default_rng(0)
    y = np.r_[np.zeros(30), np.arange(30) % 2].astype(int)
    one, two = np.arange(30), np.arange(30, 60)
    return FoldCase(_table(1.0 * y, rng), y, {"cv": [(two, one), (one, two)]})


def one_class_first():
    """The same, the fold that cannot be fitted first."""
    case = one_class()
    case.options["cv"] = case.options["cv"][::-1]
    return case


def no_modality():
    """Leave one site out; site 1 alone has scans."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=90)
    site = np.repeat([1, 2, 3], 30)
    X = pd.DataFrame(
        {
            "clin__a": z + rng.normal(size=90),
            "clin__b": rng.normal(size=90),
            "scan__a": np.where(site == 1, z + 0.3 * rng.normal(size=90), np.nan),
        }
    )
    y = np.where(z > 0, "yes", "no")
    return FoldCase(X, y, {"cv": LeaveOneGroupOut(), "groups": site})


def pruned_apart():
    """A pruner near its threshold: rna is left in three folds, its copy in two."""
    rng = np.random.default_rng(5)
    latent = rng.normal(size=(120, 3))
    y = (latent[:, 0] + rng.normal(size=120) > 0).astype(int)
    copies = [latent + 0.15 * rng.normal(size=(120, 3)) for _ in range(2)]
    names = [f"{name}__{j}" for name in ("rna", "prot") for j in range(3)]
    values = np.column_stack([*copies, rng.normal(size=(120, 2))])
    X = pd.DataFrame(values, columns=[*names, "clin__0", "clin__1"])
    case = FoldCase(X, y, {"cv": None})
    case.options["cv"] = 5
    case.model.set_params(pruner=CorrelationPruner(level="modality"))
    return case


def late_label():
    """Rows in the order of time; the last test fold alone holds the label hot."""
    rng = np.random.default_rng(0)
    y = np.array(["cold", "warm"], dtype=object)[rng.integers(2, size=120)]
    y[100:] = "hot"  # it looks like "warm"
    cv = TimeSeriesSplit(5, test_size=20)
    return FoldCase(_table(3.0 * (y != "cold"), rng), y, {"cv": cv})


def single_member():
    """Plain folds; class C has a single row."""
    rng = np.random.default_rng(0)
    y = np.array(["A", "B"], dtype=object)[np.arange(60) % 2]
    y[7] = "C"
    rows = np.arange(60)
    cv = [(np.setdiff1d(rows, test), test) for test in np.array_split(rows, 3)]
    return FoldCase(_table(1.0 * (y == "B"), rng), y, {"cv": cv})


def single_rows():
    """Leave one row out, scored by the area under the curve."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=12)
    options = {"cv": LeaveOneOut(), "scoring": "roc_auc"}
    return FoldCase(_table(z, rng), (z > 0).astype(int), options)


FOLD_CASES = {
    make.__name__: make
    for make in (
        own_class,
        one_class,
        one_class_first,
        no_modality,
        pruned_apart,
        late_label,
        single_member,
        single_rows,
    )
}
