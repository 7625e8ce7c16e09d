"""Linear heads against scikit-learn, and attention's start against them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble._splits import inner_folds
from mmensemble.fusion._heads import HeadTargets
from mmensemble.fusion.feature.attention._network import AttentionNet, Tokens
from mmensemble.fusion.feature.attention._training import (
    AttentionFit,
    fit_linear,
    start_parts,
)
from mmensemble.learners._task import make_task


def draw(classification, widths=(3, 6, 3), n_samples=60, n_leading=4, seed=0):
    """Draw a net, its tokens and targets that modality 2 says which way to read."""
    rng = np.random.default_rng(seed)
    parts = [rng.normal(size=(n_samples, width)) for width in widths]
    chosen = parts[2][:, 0] > 0
    signal = np.where(chosen, parts[0][:, 0], parts[1][:, 0]) * 2
    y = signal + 0.1 * rng.normal(size=n_samples)
    y = (y > 0).astype(int) if classification else y
    values = np.zeros((3, n_leading + 1, n_samples))
    for m, part in enumerate(parts):
        values[m, : min(part.shape[1], n_leading)] = part[:, :n_leading].T
    values[:, -1] = 1.0
    tokens = Tokens(values, np.ones((3, n_samples), dtype=bool), np.hstack(parts))
    task = make_task(y, classifier=classification)
    net = AttentionNet(3, n_leading + 1, sum(widths), task.n_outputs, 8, 2, (2,), False)
    return net, tokens, HeadTargets.of(y, task), chosen


@pytest.mark.parametrize("n_samples", [12, 60])
def test_least_squares(n_samples):
    """Heads of numbers are ridge regressions, whichever Gram matrix is smaller."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(n_samples, 20)), rng.normal(size=(n_samples, 2))
    weight = rng.integers(1, 4, n_samples).astype(float)
    targets = HeadTargets.of(y, make_task(y, classifier=False), weight)
    coef, bias = fit_linear(X, targets, np.full(20, 0.3))
    ridge = Ridge(0.3).fit(X, targets.values, targets.share)
    assert_allclose(coef, ridge.coef_.T, atol=1e-8)
    assert_allclose(bias, ridge.intercept_, atol=1e-8)


def test_softmax():
    """Heads of classes are penalised logistic regressions, from any start."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 4)), np.arange(60) % 3
    targets = HeadTargets.of(y, make_task(y, classifier=True))
    coef, bias = fit_linear(X, targets, np.full(4, 0.05), tol=1e-9)
    model = LogisticRegression(C=1 / (60 * 0.05), tol=1e-10, max_iter=1000).fit(X, y)
    assert_allclose(coef, model.coef_.T, atol=1e-4)
    again = fit_linear(X, targets, np.full(4, 0.05), (coef, bias), tol=1e-9)
    assert_allclose(again[0], coef, atol=1e-5)


def test_each_coefficient_has_its_penalty():
    """A feature scaled up is one of a weaker penalty."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 2)), np.arange(40) % 2
    targets = HeadTargets.of(y, make_task(y, classifier=True))
    coef, _ = fit_linear(X, targets, np.array([0.1, 0.4]), tol=1e-9)
    scaled, _ = fit_linear(X * [1, 0.5], targets, np.full(2, 0.1), tol=1e-9)
    assert_allclose(coef, scaled * [[1], [0.5]], atol=1e-5)


@pytest.mark.parametrize("classification", [True, False])
def test_start_is_the_linear_model(classification):
    """Before training, even attention and the skip columns make the linear model."""
    net, tokens, targets, _ = draw(classification)
    coef, bias = fit_linear(tokens.skip, targets, np.full(12, 0.1))
    rng = np.random.default_rng(0)
    net = AttentionNet(**{**vars(net), "queries": (0, 1, 2), "asks_itself": True})
    parts = start_parts(net, tokens, (3, 6, 3), coef, bias, rng)
    assert_allclose(net.weights(parts, tokens), 1 / 3)
    assert_allclose(net.scores(parts, tokens), tokens.skip @ coef + bias, atol=1e-10)
    assert np.abs(parts["skip"] - coef).max() > 0.01


def test_start_of_many_modalities():
    """With more modalities than numbers a code, and no signal, it is still finite."""
    rng = np.random.default_rng(0)
    net = AttentionNet(6, 3, 12, 2, 4, 2, (0,), False)
    tokens = Tokens(np.ones((6, 3, 5)), np.ones((6, 5), bool), np.ones((5, 12)))
    parts = start_parts(net, tokens, [2] * 6, np.zeros((12, 2)), np.zeros(2), rng)
    assert all(np.isfinite(part).all() for part in parts.values())
    assert len(np.unique(parts["embed"][:, :, -1], axis=0)) == 6


@pytest.mark.parametrize("classification", [True, False])
def test_learns_what_depends_on_the_row(classification):
    """The chosen penalty is finite and the loss falls below the linear model's."""
    net, tokens, targets, chosen = draw(classification, n_samples=300)
    y = targets.values.argmax(axis=1) if classification else targets.values
    splits = inner_folds(y, classifier=classification, n_splits=3)
    fit = AttentionFit(net, tokens, (3, 6, 3), targets, 0).fit(splits)
    assert fit.penalty_ < np.inf
    parts = net.unpack(fit.theta_)
    coef, bias = fit_linear(tokens.skip, targets, np.full(12, fit.skip_penalty_))
    linear = targets.loss(tokens.skip @ coef + bias)[0]
    assert targets.loss(net.scores(parts, tokens))[0] < 0.7 * linear
    weight = net.weights(parts, tokens)[0, 0].mean(axis=0)
    assert np.corrcoef(weight, chosen)[0, 1] > 0.8


def test_infinite_penalty_stays_at_the_start():
    """With an infinite penalty attention is even."""
    net, tokens, targets, _ = draw(False)
    fit = AttentionFit(net, tokens, (3, 6, 3), targets, 0).fit([], penalty=np.inf)
    assert fit.skip_penalty_ == 30
    weights = net.weights(net.unpack(fit.theta_), tokens)
    assert_allclose(weights[0, :2], 0.5)
