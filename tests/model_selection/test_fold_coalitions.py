"""One fold of contributions, and folds whose models read different modalities."""

import numpy as np
import pytest
from comparison_cases import classifier, make_data
from sklearn.base import clone
from sklearn.metrics import get_scorer

from mmensemble.learners._task import make_task
from mmensemble.model_selection._fold_coalitions import (
    FoldCoalitions,
    run_coalitions,
    widen,
)

X, Y = make_data()
SPLIT = np.arange(40), np.arange(40, 60)
NOTHING = {"fit": {}, "score": {}}


def test_a_fold_is_a_fitted_model():
    """Predictions and scores are those of the model of the training rows."""
    scorer = get_scorer("accuracy")
    fold = run_coalitions(classifier(), X, Y, SPLIT, scorer, NOTHING, "raise")
    model = clone(classifier()).fit(X.iloc[:40], Y[:40])
    np.testing.assert_allclose(fold.predictions[-1], model.predict_proba(X.iloc[40:]))
    assert fold.scores[-1] == scorer(model, X.iloc[40:], Y[40:])
    assert (fold.names, fold.error) == (("a", "b", "c"), "")


def test_scorers_may_fail():
    """The predictions stay; with "raise" the error comes through."""

    def scorer(model, X, y):
        raise KeyError("cost")

    fold = run_coalitions(classifier(), X, Y, SPLIT, scorer, NOTHING, np.nan)
    assert fold.error == "KeyError: 'cost'"
    assert fold.predictions is not None
    with pytest.raises(KeyError, match="cost"):
        run_coalitions(classifier(), X, Y, SPLIT, scorer, NOTHING, "raise")


def test_modalities_that_a_fold_does_not_read_change_nothing():
    """A set with one scores as the set without it, place by place."""
    fold = FoldCoalitions(
        test=np.array([7]),
        names=("c", "a"),
        predictions=np.arange(8.0).reshape(4, 1, 2),
        scores=np.array([0.5, 0.6, 0.7, 0.8]),
        presence=np.array([[True, False]]),
        task=make_task(np.array(["x", "z"]), classifier=True),
    )
    task = make_task(np.array(["x", "y", "z"]), classifier=True)
    predictions, scores, presence = widen(fold, ["a", "b", "c"], task)
    # bits are a, b, c; those of the fold are c, a
    assert scores.tolist() == [0.5, 0.7, 0.5, 0.7, 0.6, 0.8, 0.6, 0.8]
    assert presence.tolist() == [[False, False, True]]
    assert predictions.shape == (1, 8, 3)
    assert predictions[0, 4].tolist() == [2.0, 0.0, 3.0]
    fold.scores = None
    assert np.isnan(widen(fold, ["a", "b", "c"], task)[1]).all()
