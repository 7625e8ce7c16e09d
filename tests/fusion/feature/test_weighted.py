"""Weighted sums and averages against the formula."""

import numpy as np
import pytest
from fusion_cases import numbers, table
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from mmensemble import (
    AttentionFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    VotingFusion,
    WeightedFusion,
)

LEARNER = LogisticRegression()


def fit(X, y, *args, **params):
    """Fit a classifier with the fusion, and return it and its view of X."""
    fusion = WeightedFusion(*args, **params)
    model = MultimodalClassifier(fusion=fusion, estimator=LEARNER, random_state=0)
    return model.fit(X, y), model._view(X)


@pytest.mark.parametrize("weights", [None, [2, 1, 1], {"c": 1, "a": 0, "b": 3}])
@pytest.mark.parametrize("combine", ["average", "sum"])
def test_formula(weights, combine):
    """Features are the weighted mean, or sum, of what is present, row by row."""
    X, y = table(missing=0.3)
    model, view = fit(X, y, combine, weights=weights)
    fusion = model.fusion_
    given = {"c": 1, "a": 0, "b": 3} if isinstance(weights, dict) else None
    plain = [given[m] for m in "abc"] if given else weights or [1, 1, 1]
    mapped, features = fusion._sum.space.transform(view.blocks), fusion.transform(view)
    shares = fusion.modality_weights(view)
    for row in range(len(X)):
        own = np.array(plain) * view.presence[row]
        own = own if own.any() else view.presence[row]
        assert_allclose(shares[row], own / own.sum())
        expected = shares[row] @ mapped[row]
        times = (own > 0).sum() if combine == "sum" else 1
        assert_allclose(features[row], expected * times)
    assert_allclose(fusion.weights_, np.array(plain) / sum(plain))


def test_score():
    """Weights by score are voting's, from the same out-of-fold predictions."""
    X, y = table(n_classes=3)
    voting = MultimodalClassifier(
        fusion=VotingFusion(weights="score"), estimator=LEARNER, random_state=0
    )
    model, _ = fit(X, y, weights="score")
    expected = voting.fit(X, y).fusion_.weights_
    assert_allclose(model.fusion_.weights_, expected)
    assert np.ptp(expected) > 0.01


def test_score_of_several_learners():
    """A modality's weight is the sum over its learners."""
    X, y = table()
    pair = [("first", LogisticRegression()), ("second", LogisticRegression(C=0.1))]
    models = [
        MultimodalClassifier(fusion=fusion, estimator=pair, random_state=0).fit(X, y)
        for fusion in (WeightedFusion(weights="score"), VotingFusion(weights="score"))
    ]
    got, by_member = (model.fusion_.weights_ for model in models)
    assert_allclose(got, by_member.reshape(3, 2).sum(axis=1))


def test_attention():
    """Weights by attention are those of self-attention, row by row."""
    X, y = table(missing=0.2)
    model, view = fit(X, y, weights="attention")
    attention = MultimodalClassifier(
        fusion=AttentionFusion(), estimator=LEARNER, random_state=0
    )
    expected = attention.fit(X, y).fusion_.modality_weights(view)
    got = model.fusion_.modality_weights(view)
    assert_allclose(got, expected, atol=1e-8)
    assert_allclose(model.fusion_.weights_, got.mean(axis=0))


def test_numbers_with_several_targets():
    """Regression of several targets; names are one a component."""
    X, _ = table(n_samples=200, missing=0.1)
    y = numbers(X, n_targets=2)
    model = MultimodalRegressor(fusion="weighted", random_state=0).fit(X, y)
    assert model.score(X, y) > 0.6
    made = MultimodalTransformer(fusion=WeightedFusion(width=3)).fit(X, y)
    assert_array_equal(
        made.get_feature_names_out(), ["weighted0", "weighted1", "weighted2"]
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"a": 1}, r"must name every modality out of \['a', 'b', 'c'\]"),
        ([1, 2], "has 2 entries for 3 modalities"),
        ([1, -1, 1], "must hold finite numbers >= 0 with a positive sum"),
        ([0, 0, 0], "must hold finite numbers >= 0 with a positive sum"),
    ],
)
def test_wrong_weights(weights, message):
    """Weights that fit no modality are refused."""
    X, y = table(n_samples=20)
    with pytest.raises(ValueError, match=message):
        fit(X, y, weights=weights)
