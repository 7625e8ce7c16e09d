"""Attention against the formula in loops, and its gradient against differences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime

from mmensemble.fusion._heads import HeadTargets
from mmensemble.fusion.feature.attention._network import AttentionNet, Tokens
from mmensemble.learners._task import make_task

KINDS = {"self": ((0, 1, 2), True), "cross": ((0, 1, 2), False), "one": ((1,), False)}


def draw(kind, n_samples=12, n_outputs=3, seed=0):
    """Draw a net, tokens with absent modalities, and parameters by name."""
    rng = np.random.default_rng(seed)
    net = AttentionNet(3, 4, 5, n_outputs, 6, 2, *KINDS[kind])
    present = rng.random((3, n_samples)) < 0.6
    present[0, ~present.any(axis=0)] = True
    values = rng.normal(size=(3, 4, n_samples)) * present[:, None]
    values[:, -1] = present
    tokens = Tokens(values, present, rng.normal(size=(n_samples, 5)))
    parts = {name: rng.normal(size=shape) for name, shape in net.shapes.items()}
    return net, tokens, parts


def plain(net, tokens, parts, row):
    """Return attention and pooled output of a row, token by token."""
    own = np.flatnonzero(tokens.present[:, row])
    token = {m: parts["embed"][m] @ tokens.values[m, :, row] for m in range(3)}
    length, weights = net.width // net.n_heads, np.zeros((2, len(net.queries), 3))
    asking = [q for q in net.queries if q in own] or list(net.queries)
    pooled = np.zeros(net.width)
    for head in range(net.n_heads):
        part = slice(head * length, (head + 1) * length)
        for place, q in enumerate(net.queries):
            query = (parts["query"] @ token[q] + parts["query_bias"])[part]
            others = [m for m in own if net.asks_itself or m != q]
            keys = others or list(own)
            scores = [
                query @ (parts["key"] @ token[m])[part] / np.sqrt(length) for m in keys
            ]
            odds = np.exp(scores) / np.exp(scores).sum()
            weights[head, place, keys] = odds
            for share, m in zip(odds, keys, strict=True):
                value = (parts["value"] @ token[m])[part]
                pooled[part] += (q in asking) * share * value / len(asking)
    return weights, pooled


@pytest.mark.parametrize("kind", KINDS)
def test_plain_formula(kind):
    """Weights, output and scores are those of the formula, row by row."""
    net, tokens, parts = draw(kind)
    weights, pooled = net.weights(parts, tokens), net.pooled(parts, tokens)
    scores = net.scores(parts, tokens)
    for row in range(12):
        expected, output = plain(net, tokens, parts, row)
        assert_allclose(weights[..., row].transpose(2, 0, 1), expected, atol=1e-12)
        assert_allclose(pooled[row], output, atol=1e-12)
        head = tokens.skip[row] @ parts["skip"] + output @ parts["out"] + parts["bias"]
        assert_allclose(scores[row], head, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classification", [True, False])
def test_gradient(kind, classification):
    """The gradient equals finite differences of the objective."""
    net, tokens, parts = draw(kind)
    rng = np.random.default_rng(1)
    y = np.arange(12) % 3 if classification else rng.normal(size=(12, 3))
    weight = rng.integers(1, 4, 12).astype(float)
    targets = HeadTargets.of(y, make_task(y, classifier=classification), weight)
    start = {name: part + 0.3 for name, part in parts.items()}
    objective = net.objective(tokens, targets, 0.2, 0.1, start)
    theta = net.pack(parts)
    numeric = approx_fprime(theta, lambda t: objective(t)[0], 1e-7)
    assert_allclose(objective(theta)[1], numeric, atol=2e-5)


@pytest.mark.parametrize("kind", ["self", "cross"])
def test_masked_rows_equal_the_subset(kind):
    """Rows that lack a modality get what a net without it computes."""
    net, tokens, parts = draw(kind)
    present = np.ones((3, 12), dtype=bool)
    present[2] = False
    values = tokens.values.copy()
    values[:2, -1], values[2] = 1.0, 0.0
    less = AttentionNet(2, 4, 5, 3, 6, 2, (0, 1), net.asks_itself)
    small = Tokens(values[:2], present[:2], tokens.skip)
    expected = less.pooled({**parts, "embed": parts["embed"][:2]}, small)
    assert_allclose(net.pooled(parts, Tokens(values, present, tokens.skip)), expected)


def test_weights_are_shares():
    """Weights are zero for what is absent and for oneself, and sum to one."""
    net, tokens, parts = draw("cross")
    weights = net.weights(parts, tokens)
    assert_allclose(weights.sum(axis=1), 1)
    assert_array_equal(weights.transpose(1, 3, 0, 2)[~tokens.present], 0)
    several = tokens.present.sum(axis=0) > 1
    oneself = np.einsum("qqhn->qnh", weights)
    assert_array_equal(oneself[tokens.present & several], 0)
    alone = tokens.present.sum(axis=0) == 1
    assert_allclose(weights.max(axis=1)[..., alone], 1)


def test_large_scores_and_empty_rows():
    """Scores of any size give finite weights; a row without tokens gets none."""
    net, tokens, parts = draw("self")
    parts["query"] = parts["query"] * 1e6
    present = tokens.present.copy()
    present[:, 0] = False
    weights = net.weights(parts, Tokens(tokens.values, present, tokens.skip))
    assert_array_equal(weights[..., 0], 0)
    assert_allclose(weights[..., 1:].sum(axis=1), 1)


def test_rows_and_parts():
    """Rows are taken from all that tokens hold; packing is undone by unpacking."""
    net, tokens, parts = draw("one")
    rows = np.array([5, 2])
    assert_allclose(
        net.pooled(parts, tokens.take(rows)), net.pooled(parts, tokens)[rows]
    )
    again = net.unpack(net.pack(parts))
    for name, part in parts.items():
        assert_array_equal(again[name], part)
