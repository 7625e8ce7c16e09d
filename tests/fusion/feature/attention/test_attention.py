"""Attention as a fusion: what it recovers, and what it falls back to."""

import numpy as np
import pandas as pd
import pytest
from fusion_cases import numbers, table
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble import (
    AttentionFusion,
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    StackingFusion,
    VotingFusion,
)


def turning(n_samples, seed=0):
    """Draw a table whose context says which of a, b and c carries the target.

    The others carry the target of another row: a signal as strong, and wrong.
    """
    rng = np.random.default_rng(seed)
    y = rng.normal(size=n_samples)
    right = rng.integers(0, 3, n_samples)
    columns = {}
    for m, name in enumerate("abc"):
        signal = np.where(right == m, y, rng.permutation(y))
        loads = np.array([1.0, 0.7, -0.5])
        values = signal[:, None] * loads + 0.3 * rng.normal(size=(n_samples, 3))
        columns.update({f"{name}__{j}": values[:, j] for j in range(3)})
    context = np.eye(3)[right] + 0.1 * rng.normal(size=(n_samples, 3))
    columns.update({f"context__{j}": context[:, j] for j in range(3)})
    return pd.DataFrame(columns), y, right


def test_recovers_the_right_modality():
    """The context's attention is the truth, and beats every fixed weighting."""
    X, y, right = turning(900)
    train, test = slice(0, 500), slice(500, None)

    def fit(fusion):
        model = MultimodalRegressor(fusion=fusion, random_state=0)
        return model.fit(X[train], y[train])

    model = fit(AttentionFusion("cross", query="context"))
    weights = model.fusion_.attention_weights(model._view(X[test]))
    assert weights.shape == (400, 2, 1, 4)
    truth = np.eye(3)[right[test]]
    got = weights[:, :, 0, :3].mean(axis=1)
    assert np.corrcoef(got.ravel(), truth.ravel())[0, 1] > 0.8
    score = model.score(X[test], y[test])
    for other in (VotingFusion(weights="optimize"), StackingFusion(), ConcatFusion()):
        assert score > fit(other).score(X[test], y[test]) + 0.1


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_falls_back_to_concatenation(task):
    """Where nothing depends on the row, it is about as good as a linear model."""
    X, y = table(n_samples=400, seed=1)
    y = numbers(X, seed=1) if task == "regression" else y
    cls = MultimodalRegressor if task == "regression" else MultimodalClassifier
    scores = [
        cls(fusion=fusion, random_state=0).fit(X[:200], y[:200]).score(X[200:], y[200:])
        for fusion in (AttentionFusion(), ConcatFusion())
    ]
    assert scores[0] > scores[1] - 0.03


@pytest.mark.parametrize("kept", [("a", "b"), ("b",)])
def test_rows_that_lack_modalities(kept):
    """On a subset it is nearly as good as a model of that subset alone."""
    X, y = table(n_samples=500, sizes=(3, 3, 3))
    columns = [c for c in X if c[0] in kept]
    lacking = X.copy()
    lacking[[c for c in X if c not in columns]] = np.nan
    model = MultimodalClassifier(fusion=AttentionFusion(), random_state=0)
    one = model.fit(X[:300], y[:300]).score(lacking[300:], y[300:])
    own = model.fit(X.loc[:299, columns], y[:300]).score(X.loc[300:, columns], y[300:])
    assert one > own - 0.03


def test_your_learner_reads_features_and_attention():
    """A learner that is given is fitted on what the transformer makes."""
    X, y = table()
    fusion = AttentionFusion(penalty=0.1)
    own = LogisticRegression(tol=1e-10, max_iter=2000)
    got = MultimodalClassifier(fusion=fusion, estimator=own, random_state=0).fit(X, y)
    made = MultimodalTransformer(fusion=fusion, random_state=0).fit(X, y)
    matrix = made.transform(X)
    expected = own.fit(matrix, y).predict_proba(matrix)
    assert_allclose(got.predict_proba(X), expected, atol=1e-4)
    names = list(made.get_feature_names_out())
    assert len(names) == matrix.shape[1]
    assert names[-1] == "attention15"
    assert_allclose(matrix[:, :7], MultimodalTransformer().fit_transform(X))


def test_weights_where_modalities_are_absent():
    """Absent modalities get no weight; the rest sums to one; averages agree."""
    X, y = table(missing=0.3)
    fusion = AttentionFusion("cross", penalty=0.1)
    model = MultimodalClassifier(fusion=fusion, random_state=0).fit(X, y)
    view = model._view(X)
    weights = model.fusion_.attention_weights(view)
    assert weights.shape == (90, 2, 3, 3)
    assert_allclose(weights.sum(axis=3), 1)
    absent = ~view.presence[:, None, None, :] & np.ones_like(weights, dtype=bool)
    assert_array_equal(weights[absent], 0)
    means = model.fusion_.modality_weights(view)
    for row in range(5):
        asking = view.presence[row]
        expected = weights[row][:, asking].mean(axis=(0, 1))
        assert_allclose(means[row], expected)


def test_weight_zero_is_absence():
    """Rows of weight zero are as good as not there."""
    X, y = table(n_samples=80)
    y = numbers(X, n_targets=2)
    weight = np.ones(80)
    weight[60:] = 0
    model = MultimodalRegressor(fusion=AttentionFusion(penalty=0.1), random_state=0)
    # the training rows' scales are the extractor's, which sees all rows
    names = [(m, "passthrough", [c for c in X if c[0] == m]) for m in "abc"]
    model.set_params(modalities=names)
    some = model.fit(X, y, sample_weight=weight).predict(X)
    few = model.fit(X[:60], y[:60]).predict(X)
    assert_allclose(some, few, atol=1e-6)


def test_many_patterns_and_rows():
    """Patterns without a head use one around them; many rows are searched in part."""
    X, y = table(n_samples=2200, sizes=(1, 1, 1), missing=0.2)
    fusion = AttentionFusion(max_patterns=1)
    model = MultimodalClassifier(fusion=fusion, random_state=0).fit(X, y)
    assert len(model.fusion_.pattern_models_) == 1
    assert model.score(X, y) > 0.6


def test_learner_of_yours_in_a_regression():
    """Ridge on the attention's output predicts several targets."""
    X, _ = table(n_samples=80, missing=0.2)
    y = numbers(X, n_targets=2)
    model = MultimodalRegressor(
        fusion=AttentionFusion(), estimator=Ridge(), random_state=0
    )
    assert model.fit(X, y).predict(X).shape == (80, 2)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"query": "a"}, "needs kind='cross'"),
        ({"kind": "cross", "query": "z"}, r"must name a modality out of \['a', 'b'"),
        ({"n_heads": 3}, "'token_width' of AttentionFusion must be a multiple"),
    ],
)
def test_wrong_parameters(params, message):
    """What does not fit is said with its name."""
    X, y = table(n_samples=20)
    with pytest.raises(ValueError, match=message):
        MultimodalClassifier(fusion=AttentionFusion(**params)).fit(X, y)
