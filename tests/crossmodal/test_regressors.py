"""Regressions of standardised targets on blocks."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import scale

from mmensemble.crossmodal._regressors import (
    AnyLearner,
    KernelLearner,
    ReducedRankLearner,
    RidgeLearner,
    TreesLearner,
    make_network,
)


def data(n_rows=120, n_targets=3, noise=0.5, seed=0):
    """Two blocks and targets of rank one, standardised."""
    rng = np.random.default_rng(seed)
    parts = [scale(rng.normal(size=(n_rows, 3))), scale(rng.normal(size=(n_rows, 2)))]
    line = np.hstack(parts) @ rng.normal(size=(5, 1)) @ rng.normal(size=(1, n_targets))
    return parts, scale(line + noise * rng.normal(size=line.shape))


def test_linear_projection_is_the_conditional_mean():
    """With much data, ridge gives the regression of targets on sources."""
    parts, targets = data(2000, noise=0.1)
    rows = np.hstack(parts)
    joint = np.cov(np.hstack([rows, targets]).T, bias=True)
    expected = rows @ np.linalg.solve(joint[:5, :5], joint[:5, 5:])
    found = RidgeLearner().fit(parts, targets, np.ones(2000)).predict(parts)
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_reduced_rank_finds_the_rank():
    """Targets of rank one are predicted by one combination, better than by all."""
    parts, targets = data(60, n_targets=8, noise=2.0)
    weight = np.ones(60)
    learner = ReducedRankLearner().fit(parts, targets, weight)
    assert learner.rank_ == 1
    assert np.linalg.matrix_rank(learner.coef_, tol=1e-8) == 1


def test_full_rank_is_ridge_regression(monkeypatch):
    """Where all directions are kept, the fit is scikit-learn's."""
    parts, targets = data()
    monkeypatch.setattr(ReducedRankLearner, "_choose_rank", lambda self, *args: 3)
    weight = np.random.default_rng(0).uniform(0.5, 2.0, size=120)
    learner = ReducedRankLearner().fit(parts, targets, weight)
    rows = np.hstack(parts)
    ridge = Ridge(learner.penalty_).fit(rows, targets, sample_weight=weight)
    np.testing.assert_allclose(learner.predict(parts), ridge.predict(rows), atol=1e-8)


def test_kernel_ridge_is_scikit_learns():
    """At one kernel and penalty, with an intercept taken off on both sides."""
    parts, targets = data(80)
    targets = targets[:, :1]
    learner = KernelLearner().fit(parts, targets, np.ones(80))
    even = np.hstack([part / np.sqrt(part.shape[1]) for part in parts])
    kernel = learner.kernel_
    features = kernel.transform(even)
    centred = features - features.mean(axis=0)
    errors = [
        np.abs(
            KernelRidge(alpha=alpha)
            .fit(centred, targets - targets.mean())
            .predict(centred)
            + targets.mean()
            - learner.predict(parts)
        ).max()
        for alpha in np.logspace(-6, 2, 17) * 80
    ]
    assert min(errors) < 1e-4


def test_kernel_beats_the_line_on_a_curve():
    """A product of two columns is no line."""
    parts, _ = data(300)
    target = scale(parts[0][:, :1] * parts[1][:, :1])
    half, weight = slice(0, 200), np.ones(200)
    train = [part[half] for part in parts]
    rest = [part[200:] for part in parts]
    errors = {
        cls: (
            (cls().fit(train, target[half], weight).predict(rest) - target[200:]) ** 2
        ).mean()
        for cls in (KernelLearner, RidgeLearner)
    }
    assert errors[KernelLearner] < 0.5 * errors[RidgeLearner]


@pytest.mark.parametrize("cls", [RidgeLearner, ReducedRankLearner, KernelLearner])
def test_groups_stay_together(cls):
    """Copies of rows in one group do not flatter small penalties."""
    rng = np.random.default_rng(0)
    parts = [np.repeat(rng.normal(size=(12, 6)), 6, axis=0)]
    targets = np.repeat(rng.normal(size=(12, 1)), 6, axis=0)
    groups, weight = np.repeat(np.arange(12), 6), np.ones(72)
    alone = cls().fit(parts, targets, weight).predict(parts)
    together = cls().fit(parts, targets, weight, groups).predict(parts)
    assert together.var() < 0.5 * alone.var()


def test_any_regressor():
    """One of a single target is fitted to each; weights are passed on."""
    parts, targets = data()
    weight = np.random.default_rng(0).uniform(0.5, 2.0, size=120)
    rows = np.hstack(parts)
    learner = AnyLearner(GradientBoostingRegressor(n_estimators=5, random_state=0))
    found = learner.fit(parts, targets, weight).predict(parts)
    single = GradientBoostingRegressor(n_estimators=5, random_state=0)
    single.fit(rows, targets[:, 1], sample_weight=weight)
    np.testing.assert_allclose(found[:, 1], single.predict(rows))
    line = AnyLearner(LinearRegression()).fit(parts, targets[:, :1], weight)
    assert line.predict(parts).shape == (120, 1)


def test_trees_and_networks_depend_on_the_seed_alone():
    """The same seed gives the same predictions."""
    parts, targets = data(250)
    weight = np.ones(250)
    for make in (TreesLearner, lambda seed: AnyLearner(make_network(250), seed)):
        found = [make(s).fit(parts, targets, weight).predict(parts) for s in (1, 1, 2)]
        np.testing.assert_array_equal(found[0], found[1])
        assert not np.array_equal(found[0], found[2])


def test_trees_of_one_target():
    """One column is a target like any other, without a warning."""
    parts, targets = data()
    found = TreesLearner().fit(parts, targets[:, :1], np.ones(120)).predict(parts)
    assert found.shape == (120, 1)


def test_network_stops_early_with_many_rows():
    """Few rows are not split."""
    assert make_network(1000).early_stopping
    assert not make_network(50).early_stopping
