"""Learnt weights against independent solvers, gaps and hand-worked numbers."""

from types import SimpleNamespace

import numpy as np
import pytest
from fusion_cases import random_probabilities
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from sklearn.metrics import log_loss, mean_squared_error

from mmensemble.fusion._weights import (
    best_mixture,
    member_losses,
    one_hot,
    posterior_weights,
    simplex_log_loss,
    simplex_squared_error,
    skill_weights,
    target_matrix,
)

KINDS = [
    "plain",
    "twins",
    "near twins",
    "all equal",
    "perfect",
    "always wrong",
    "votes",
    "extreme",
]


def draw_classes(kind, rng):
    """Draw (predictions, targets, sample_weight) for the log loss."""
    n_samples, n_members = rng.integers(3, 120), rng.integers(2, 7)
    n_classes = rng.integers(2, 5)
    targets = np.eye(n_classes)[rng.integers(0, n_classes, n_samples)]
    skill = rng.uniform(-1, 3, size=(1, n_members, 1))
    scores = rng.normal(size=(n_samples, n_members, n_classes)) * rng.uniform(0, 3)
    p = np.exp(scores + skill * targets[:, None])
    p /= p.sum(axis=2, keepdims=True)
    if kind == "twins":
        p[:, 1] = p[:, 0]
    elif kind == "near twins":
        p[:, 1] = np.clip(p[:, 0] + 1e-9 * rng.normal(size=p[:, 0].shape), 0, 1)
    elif kind == "all equal":
        p[:] = p[:, :1]
    elif kind == "perfect":
        p[:, 0] = targets
    elif kind == "always wrong":
        p[:, 0] = (1 - targets) / (n_classes - 1)
    elif kind == "votes":
        p = np.eye(n_classes)[p.argmax(axis=2)]
    elif kind == "extreme":
        p = np.clip(p**20, 1e-300, None)
        p /= p.sum(axis=2, keepdims=True)
    return p, targets, draw_weight(rng, n_samples)


def draw_numbers(kind, rng):
    """Draw (predictions, targets, sample_weight) for the squared error."""
    n_samples, n_members = rng.integers(3, 120), rng.integers(2, 7)
    targets = rng.normal(size=(n_samples, rng.integers(1, 4)))
    noise = rng.normal(size=(n_samples, n_members, targets.shape[1]))
    noise *= rng.uniform(0.1, 2, size=(1, n_members, 1))
    noise += rng.normal(size=(n_samples, 1, 1))
    if kind == "twins":
        noise[:, 1] = noise[:, 0]
    elif kind == "near twins":
        noise[:, 1] = noise[:, 0] + 1e-9 * noise[:, 1]
    elif kind == "all equal":
        noise[:] = noise[:, :1]
    elif kind == "perfect":
        noise[:, 0] = 0
    elif kind == "always wrong":
        noise[:, 0] = -5 * targets
    elif kind == "extreme":
        noise *= 10.0 ** rng.integers(-6, 7, size=(1, n_members, 1))
    return targets[:, None] + noise, targets, draw_weight(rng, n_samples)


def draw_weight(rng, n_samples):
    """Draw weights, some of them zero, or all one."""
    if rng.random() < 0.4:
        return np.ones(n_samples)
    weight = rng.uniform(0, 5, n_samples) * (rng.random(n_samples) > 0.3)
    weight[:2] = 1
    return weight


def mean_log_loss(w, predictions, targets, share):
    """Log loss of the mixture, written anew."""
    likelihood = np.clip((predictions * targets[:, None]).sum(axis=2), 1e-15, None)
    return -share @ np.log(likelihood @ w)


def mean_squared(w, predictions, targets, share):
    """Squared error of the mixture, each target in units of its variance."""
    variance = share @ (targets - share @ targets) ** 2
    error = targets - np.einsum("imk,m->ik", predictions, w)
    return share @ (error**2 / variance).sum(axis=1)


def log_gap(w, predictions, targets, share):
    """Bound on what any other weights could gain (duality gap)."""
    likelihood = np.clip((predictions * targets[:, None]).sum(axis=2), 1e-15, None)
    return (share @ (likelihood / (likelihood @ w)[:, None])).max() - 1


def squared_gap(w, predictions, targets, share):
    """The same for the squared error, by its gradient on the simplex."""
    variance = share @ (targets - share @ targets) ** 2
    residuals = (targets[:, None] - predictions) / np.sqrt(variance)
    mixed = np.einsum("imk,m->ik", residuals, w)
    slope = 2 * np.einsum("imk,ik,i->m", residuals, mixed, share)
    unit = max(1.0, (residuals**2).sum(axis=2).max())
    return (w @ slope - slope.min()) / unit


CASES = {
    "log": (draw_classes, simplex_log_loss, log_gap, mean_log_loss),
    "squared": (draw_numbers, simplex_squared_error, squared_gap, mean_squared),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loss", sorted(CASES))
def test_gap(loss, kind):
    """On hundreds of instances nothing better than 1e-8 is left on the simplex."""
    draw, solve, gap, _ = CASES[loss]
    for seed in range(60):
        predictions, targets, weight = draw(kind, np.random.default_rng(seed))
        w = solve(predictions, targets, weight)
        assert (w >= 0).all()
        assert w.sum() == pytest.approx(1, abs=1e-12)
        assert gap(w, predictions, targets, weight / weight.sum()) <= 1e-8, seed


@pytest.mark.parametrize("loss", sorted(CASES))
@pytest.mark.parametrize("kind", ["plain", "twins", "always wrong"])
def test_slsqp(loss, kind):
    """An independent solver finds nothing better."""
    draw, solve, _, value = CASES[loss]
    for seed in range(15):
        predictions, targets, weight = draw(kind, np.random.default_rng(seed))
        share, size = weight / weight.sum(), predictions.shape[1]
        found = minimize(
            value,
            np.full(size, 1 / size),
            (predictions, targets, share),
            method="SLSQP",
            bounds=[(0, 1)] * size,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            options={"ftol": 1e-12, "maxiter": 300},
        )
        best = value(solve(predictions, targets, weight), predictions, targets, share)
        assert best <= found.fun + 1e-9
        assert best == pytest.approx(found.fun, abs=1e-4)


@pytest.mark.parametrize("loss", sorted(CASES))
def test_grid(loss):
    """For two members a dense grid finds the same weights."""
    draw, solve, _, value = CASES[loss]
    for seed in range(8):
        predictions, targets, weight = draw("plain", np.random.default_rng(seed))
        predictions, share = predictions[:, :2], weight / weight.sum()
        grid = np.linspace(0, 1, 2001)
        losses = [
            value(np.array([a, 1 - a]), predictions, targets, share) for a in grid
        ]
        got = solve(predictions, targets, weight)
        assert got[0] == pytest.approx(grid[np.argmin(losses)], abs=1e-3)


@pytest.mark.parametrize("loss", sorted(CASES))
def test_weights_are_copies(loss):
    """Whole sample weights equal copies of the rows."""
    draw, solve, _, _ = CASES[loss]
    predictions, targets, _ = draw("plain", np.random.default_rng(3))
    counts = np.random.default_rng(0).integers(0, 4, len(targets))
    rows = np.repeat(np.arange(len(targets)), counts)
    assert_allclose(
        solve(predictions, targets, counts.astype(float)),
        solve(predictions[rows], targets[rows]),
        atol=1e-6,
    )


def test_optimum_by_hand():
    """Two members that are right on a and b rows each get those shares."""
    right = np.array([0.9, 0.9, 0.9, 0.1])
    p = np.stack([right, 1 - right], axis=1)
    predictions = np.stack([p, 1 - p], axis=2)
    targets = np.tile([1.0, 0.0], (4, 1))
    # mixture is 0.1 + 0.8 w in three rows, 0.9 - 0.8 w in one
    assert simplex_log_loss(predictions, targets)[0] == pytest.approx(0.8125)


def test_perfect_member_takes_all():
    """A member without error gets the whole weight."""
    for loss in CASES:
        draw, solve, _, _ = CASES[loss]
        predictions, targets, weight = draw("perfect", np.random.default_rng(5))
        assert solve(predictions, targets, weight)[0] == pytest.approx(1, abs=1e-6)


def test_one_member():
    """A single member has weight one."""
    predictions = random_probabilities(np.random.default_rng(0), 5, 1, 2)
    targets = np.eye(2)[[0, 1, 0, 1, 1]]
    assert_allclose(simplex_log_loss(predictions, targets), [1.0])
    assert_allclose(simplex_squared_error(predictions, targets), [1.0])


def test_member_losses():
    """Losses are scikit-learn's, over the rows that a member predicts."""
    rng = np.random.default_rng(0)
    predictions = random_probabilities(rng, 30, 3, 2)
    predictions[:10, 1] = np.nan
    predictions[:, 2] = np.nan
    y, weight = rng.integers(0, 2, 30), rng.uniform(size=30)
    targets = one_hot(y, np.array([0, 1]))
    logs = member_losses(predictions, targets, weight, classification=True)
    squares = member_losses(predictions, targets, classification=False)
    assert logs[0] == pytest.approx(
        log_loss(y, predictions[:, 0], sample_weight=weight)
    )
    assert logs[1] == pytest.approx(
        log_loss(y[10:], predictions[10:, 1], sample_weight=weight[10:])
    )
    assert squares[1] == pytest.approx(
        mean_squared_error(targets[10:], predictions[10:, 1])
    )
    assert np.isinf(logs[2])
    assert np.isinf(squares[2])


def test_one_hot():
    """Labels of any kind become indicators in the order of the classes."""
    got = one_hot(["b", "a", "b"], np.array(["a", "b"]))
    assert_array_equal(got, [[0, 1], [1, 0], [0, 1]])


def test_skill_by_hand():
    """Weights are in proportion to 1 - loss / loss of the prior."""
    y = np.array([0.0, 2.0, 0.0, 2.0])
    # squared errors: prior 1, members 0.25, 0.5 and 4
    errors = np.stack(
        [np.full(4, 0.5), np.full(4, np.sqrt(0.5)), np.full(4, 2.0)], axis=1
    )
    predictions = (y[:, None] + errors)[..., None]
    got = skill_weights(predictions, y[:, None], np.array([1.0]), classification=False)
    assert_allclose(got, [0.75 / 1.25, 0.5 / 1.25, 0.0])


def test_skill_by_hand_classification():
    """For classes the loss is the log loss."""
    targets = np.eye(2)[[0, 0, 1, 1]]
    right = np.array([0.8, 0.5, 0.6])
    predictions = np.where(targets[:, None] == 1, right[:, None], 1 - right[:, None])
    got = skill_weights(predictions, targets, np.array([0.5, 0.5]), classification=True)
    skill = 1 - np.log([0.8, 0.5, 0.6]) / np.log(0.5)
    assert_allclose(got, skill / skill.sum(), atol=1e-12)


def test_useless_members_are_equal():
    """Members no better than the prior, and a target that does not vary."""
    y = np.array([[0.0], [2.0], [0.0], [2.0]])
    bad = np.stack([y + 5, y - 9], axis=1)
    got = skill_weights(bad, y, np.array([1.0]), classification=False)
    assert_allclose(got, [0.5, 0.5])
    flat = np.ones((4, 1))
    got = skill_weights(bad, flat, np.array([1.0]), classification=False)
    assert_allclose(got, [0.5, 0.5])


def test_skill_of_absent_member():
    """A member that predicts nothing gets no weight."""
    y = np.array([[0.0], [2.0], [0.0], [2.0]])
    predictions = np.stack([y + 0.1, np.full((4, 1), np.nan)], axis=1)
    got = skill_weights(predictions, y, np.array([1.0]), classification=False)
    assert_allclose(got, [1.0, 0.0])


def test_posterior_of_classes_by_hand():
    """Two rows: likelihoods 0.8 * 0.5 and 0.4 * 0.25 are four to one."""
    predictions = np.array([[[0.8, 0.2], [0.4, 0.6]], [[0.5, 0.5], [0.75, 0.25]]])
    targets = np.eye(2)
    got = posterior_weights(predictions, targets, classification=True)
    assert_allclose(got, [0.8, 0.2])
    double = np.full(2, 7.0)
    assert_allclose(
        posterior_weights(predictions, targets, double, classification=True), got
    )
    one = np.array([1.0, 0.0])
    got = posterior_weights(predictions, targets, one, classification=True)
    assert_allclose(got, [2 / 3, 1 / 3])


def test_posterior_of_values_by_hand():
    """Normal errors: odds are the ratio of variances to the power of half of n."""
    rng = np.random.default_rng(0)
    targets = rng.normal(size=(10, 2))
    predictions = targets[:, None] + rng.normal(size=(10, 3, 2)) * [[1], [1.2], [1.1]]
    variances = ((predictions - targets[:, None]) ** 2).mean(axis=0)
    odds = variances.prod(axis=1) ** -5.0
    got = posterior_weights(predictions, targets, classification=False)
    assert_allclose(got, odds / odds.sum())
    perfect = np.stack([targets, targets + 1], axis=1)
    assert_allclose(
        posterior_weights(perfect, targets, classification=False), [1, 0], atol=1e-9
    )


def test_posterior_concentrates():
    """Log odds grow in proportion to the rows."""
    rng = np.random.default_rng(1)
    predictions = random_probabilities(rng, 6, 2, 3)
    targets = np.eye(3)[rng.integers(0, 3, 6)]
    once = posterior_weights(predictions, targets, classification=True)
    many = posterior_weights(
        np.tile(predictions, (3, 1, 1)), np.tile(targets, (3, 1)), classification=True
    )
    assert_allclose(np.log(many[0] / many[1]), 3 * np.log(once[0] / once[1]))


@pytest.mark.parametrize("classification", [True, False])
def test_best_mixture(classification):
    """The optimum for log loss, or for squared error."""
    rng = np.random.default_rng(0)
    targets = np.eye(2)[rng.integers(0, 2, 50)]
    predictions = random_probabilities(rng, 50, 3, 2)
    solve = simplex_log_loss if classification else simplex_squared_error
    found = best_mixture(predictions, targets, classification=classification)
    assert_allclose(found, solve(predictions, targets))


def test_targets_of_no_rows_keep_their_outputs():
    """As those of some rows have them: one column, or as many as there are targets."""
    task = SimpleNamespace(is_classification=False)
    for rows in (0, 3):
        assert target_matrix(np.ones(rows), task).shape == (rows, 1)
        assert target_matrix(np.ones((rows, 2)), task).shape == (rows, 2)
