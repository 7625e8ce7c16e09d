"""How often extractors are fitted and asked, for every fusion."""

from collections import Counter

import numpy as np
import pytest
from ensemble_cases import columns_of, make_numbers, make_table
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble import (
    AutoFusion,
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    StackingFusion,
    _validation,
    compare_fusions,
)
from mmensemble import _frame as frame_module
from mmensemble.ensemble import _base, _table
from mmensemble.fusion import make_fusion
from mmensemble.fusion._lookup import named_fusions

#: What extractors were called for; emptied by each test.
CALLS = Counter()
N_MODALITIES, N_FOLDS = 3, 5


class Counting(TransformerMixin, BaseEstimator):
    """Hand numbers on, and count the calls."""

    def fit(self, X, y=None):
        """Count."""
        CALLS["fit"] += 1
        self.n_features_in_ = X.shape[1]
        return self

    def fit_transform(self, X, y=None):
        """Count a fit only."""
        self.fit(X)
        return np.array(X, dtype=float)

    def transform(self, X):
        """Count."""
        CALLS["transform"] += 1
        return np.array(X, dtype=float)


@pytest.fixture(autouse=True)
def no_calls():
    """Begin to count."""
    CALLS.clear()


def modalities(X):
    """List the three modalities, each with an extractor that counts."""
    return [(name, Counting(), columns_of(X, name)) for name in "abc"]


def expected_fits(fusion):
    """Return the sets of training rows times the modalities."""
    learns = "out of fold" in fusion.needs
    return N_MODALITIES * (N_FOLDS + 1 if learns else 1)


EVERY = {
    **{name: make_fusion(name) for name in named_fusions()},
    "auto": AutoFusion("linear"),
    "passthrough": StackingFusion(passthrough=True),
    "concat member": StackingFusion(concat_member=True),
    "all": StackingFusion(passthrough=True, concat_member=True),
}
SERVING = {
    task: [name for name, fusion in EVERY.items() if task in fusion.tasks]
    for task in ("classification", "regression")
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", SERVING["classification"])
def test_classifier(name):
    """One fit a modality and set of rows; one transform a modality at predict."""
    X, y = make_table(80)
    fusion = EVERY[name]
    model = MultimodalClassifier(modalities(X), fusion=fusion, random_state=0)
    if name != "auto":
        model.set_params(estimator=LogisticRegression())
    model.fit(X, y)
    n_fits = expected_fits(fusion)
    assert n_fits in (3, 18)
    held_out = n_fits - N_MODALITIES
    assert (CALLS["fit"], CALLS["transform"]) == (n_fits, held_out)
    CALLS.clear()
    model.predict_proba(X)
    assert CALLS == {"transform": N_MODALITIES}


@pytest.mark.parametrize("name", ["auto", "gating", "hybrid", "all", "cooperative"])
def test_regressor(name):
    """The same holds for numbers."""
    X, _ = make_table(80)
    fusion = EVERY[name]
    model = MultimodalRegressor(modalities(X), fusion=fusion, random_state=0)
    model.set_params(estimator=None if name == "auto" else Ridge())
    model.fit(X, make_numbers(X))
    assert CALLS["fit"] == expected_fits(fusion)
    CALLS.clear()
    model.predict(X)
    assert CALLS == {"transform": N_MODALITIES}


def test_transformer():
    """Features that are read out of fold cost no extraction of their own."""
    X, y = make_table()
    model = MultimodalTransformer(
        modalities(X), fusion=EVERY["all"], estimator=LogisticRegression()
    )
    model.fit_transform(X, y)
    assert CALLS == {"fit": 18, "transform": 15}


@pytest.mark.parametrize("name", ["stacking", "all"])
def test_bagged(name):
    """Models of the folds need no fit on all rows; blocks do."""
    X, y = make_table()
    fusion = EVERY[name]
    model = MultimodalClassifier(
        modalities(X),
        fusion=fusion,
        estimator=LogisticRegression(),
        members="bagged",
    )
    model.fit(X, y)
    assert CALLS["fit"] == 15 + 3 * (name == "all")
    CALLS.clear()
    model.predict(X)
    assert {"transform": 15 + 3 * (name == "all")} == CALLS


@pytest.mark.parametrize("members", ["refit", "bagged"])
@pytest.mark.parametrize("name", ["stacking", "all", "concat"])
def test_coalitions_read_once(name, members):
    """Any number of coalitions costs one reading, members on all modalities too."""
    X, y = make_table()
    model = MultimodalClassifier(
        modalities(X),
        fusion=EVERY[name],
        estimator=LogisticRegression(),
        members=members,
    )
    model.fit(X, y)
    CALLS.clear()
    model.predict(X)
    once = dict(CALLS)
    CALLS.clear()
    model.predict_coalitions(X, np.eye(3, dtype=bool))
    assert once == CALLS


@pytest.mark.parametrize(
    ("fusions", "n_fits"),
    [
        (["concat", "voting", "stacking"], 54),
        (["concat", "weighted"], 9),
        ([EVERY["all"], ConcatFusion("frobenius"), "gating", "hybrid"], 54),
    ],
)
def test_comparison(fusions, n_fits):
    """Fusions on one fold share every extraction: 3 outer folds, 18 fits each."""
    X, y = make_table(90)
    model = MultimodalClassifier(
        modalities(X), estimator=LogisticRegression(), random_state=0
    )
    compare_fusions(model, X, y, fusions=fusions, cv=3, error_score="raise")
    assert CALLS["fit"] == n_fits
    # each time but on all training rows of a fold for rows of an inner one, and
    # there for the test rows
    assert CALLS["transform"] == n_fits


def test_tables_are_checked_once(monkeypatch):
    """A fit, a prediction and a whole comparison look at the table once."""
    X, y = make_table(90)
    checked = Counter()

    def counting(X, *name):
        checked[name] += 1
        return frame_module.as_table(X, *name)

    for module in (_base, _table, _validation):
        monkeypatch.setattr(module, "as_table", counting)
    model = MultimodalClassifier(
        modalities(X), fusion="stacking", estimator=LogisticRegression()
    )
    model.fit(X, y)
    assert sum(checked.values()) == 1
    model.predict(X)
    assert sum(checked.values()) == 2
    compare_fusions(model, X, y, fusions=["concat", "stacking"], cv=3)
    assert sum(checked.values()) == 3
