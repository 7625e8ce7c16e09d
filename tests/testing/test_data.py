"""Tables, recording learners and comparisons that the checks are made of."""

import numpy as np
import pytest
from sklearn.base import clone

from mmensemble import MultimodalClassifier
from mmensemble.testing._data import (
    ensure,
    ensure_proper,
    ensure_same,
    holes,
    make_case,
    recorded,
)


@pytest.mark.parametrize("kind", ["classifier", "regressor", "transformer"])
def test_cases(kind):
    """Every row of a case has a modality, and some lack one."""
    case = holes(make_case(kind))
    assert len(case.X) == len(case.y) == len(case.groups)
    assert case.X.notna().any(axis=1).all()
    assert case.X.isna().any(axis=None)
    assert case.hide(["a"])[["a__0", "a__1"]].isna().all(axis=None)
    assert make_case(kind).X.notna().all(axis=None)


def test_recording():
    """Clones of a recording learner log rows and weights in one place."""
    model, case, log = recorded(MultimodalClassifier(fusion="voting"), "classifier")
    learner = clone(model.estimator)
    X = case.X.to_numpy()
    learner.fit(X[5:], case.y[5:], sample_weight=np.ones(len(X) - 5))
    learner.predict(X[:5])
    assert [entry[0] for entry in log] == ["fit", "predict"]
    assert log[0][1].tolist() == list(range(5, len(X)))
    assert log[1][2].tolist() == [0, 1, 2, 3, 4]


def test_comparisons():
    """What differs or is improper is said."""
    ensure(True, "no")
    with pytest.raises(AssertionError, match=r"^no$"):
        ensure(False, "no")
    with pytest.raises(AssertionError, match=r"here: \(2,\) != \(3,\)"):
        ensure_same(np.zeros(2), np.zeros(3), "here")
    with pytest.raises(AssertionError, match="here: they differ by up to 1"):
        ensure_same(np.zeros(2), np.ones(2), "here")
    with pytest.raises(AssertionError, match="here: not all numbers are finite"):
        ensure_proper(np.array([[np.nan]]), "regressor", "here")
    with pytest.raises(AssertionError, match="here: probabilities below zero"):
        ensure_proper(np.array([[-1.0, 2.0]]), "classifier", "here")
    with pytest.raises(AssertionError, match="here: probabilities don't sum to 1"):
        ensure_proper(np.array([[0.5, 0.6]]), "classifier", "here")
