"""Predictions from some of the modalities, without a new fit."""

import numpy as np
import pytest
from ensemble_cases import (
    classifier,
    hide,
    make_numbers,
    make_table,
    regressor,
    transformer,
)

from mmensemble import StackingFusion

MASKS = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 0]], dtype=bool)
FUSIONS = [
    "concat",
    "voting",
    "stacking",
    StackingFusion(passthrough=True),
    StackingFusion(concat_member=True),
]


@pytest.mark.parametrize("fusion", FUSIONS)
def test_coalitions_are_rows_that_lack_the_others(fusion):
    """A coalition's predictions are those of a table without the others."""
    X, y = make_table()
    model = classifier(X, fusion).fit(X, y)
    found = model.predict_coalitions(X, MASKS)
    assert found.shape == (3, 60, 2)
    everything = np.arange(60)
    tables = [
        X,
        hide(X, "b", everything),
        hide(hide(X, "a", everything), "c", everything),
    ]
    for predictions, table in zip(found, tables, strict=True):
        np.testing.assert_allclose(predictions, model.predict_proba(table), atol=1e-12)


def test_nothing_is_the_prior():
    """The empty coalition predicts the training prior, without a warning."""
    X, _ = make_table()
    y = make_numbers(X)
    model = regressor(X).fit(X, y)
    found = model.predict_coalitions(X, np.zeros((1, 3), dtype=bool))
    np.testing.assert_allclose(found, y.mean())


def test_shape_is_checked():
    """The message names the parameter and the modalities."""
    X, y = make_table()
    model = classifier(X).fit(X, y)
    with pytest.raises(ValueError, match="'coalitions' parameter must have one column"):
        model.predict_coalitions(X, [[True, False]])


@pytest.mark.parametrize("fusion", ["concat", "voting"])
def test_features_of_coalitions(fusion):
    """They are the features of a table without the others."""
    X, y = make_table()
    model = transformer(X, fusion).fit(X, y)
    found = model.transform_coalitions(X, MASKS[:2])
    hidden = hide(X, "b", np.arange(60))
    for features, table in zip(found, (X, hidden), strict=True):
        np.testing.assert_allclose(features, model.transform(table), atol=1e-12)
    with pytest.raises(ValueError, match="'coalitions' parameter must have one column"):
        model.transform_coalitions(X, [[True]])
