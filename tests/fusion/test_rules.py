"""Fixed rules against brute force, replication and naive Bayes."""

from itertools import permutations

import numpy as np
import pytest
from fusion_cases import by_modality, random_probabilities, table
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.naive_bayes import GaussianNB

from mmensemble import MultimodalClassifier, VotingFusion
from mmensemble.fusion._rules import CLASSIFICATION_RULES, REGRESSION_RULES

RANK_RULES = ["max", "min"]


def holes(rng, predictions):
    """Hide members at random, never all of a row; return equal weights."""
    present = rng.random(predictions.shape[:2]) < 0.7
    present[
        np.arange(len(present)), rng.integers(0, present.shape[1], len(present))
    ] = 1
    hidden = np.where(present[..., None], predictions, np.nan)
    return hidden, present / present.sum(axis=1, keepdims=True)


def brute_force(rule, predictions, weights, prior):
    """Every rule written out for one row after the other."""
    rows = []
    for row, weight in zip(predictions, weights, strict=True):
        known, w = row[weight > 0], weight[weight > 0]
        if rule == "soft":
            scores = sum(wi * p for wi, p in zip(w, known, strict=True))
        elif rule == "log":
            scores = np.prod([p**wi for wi, p in zip(w, known, strict=True)], axis=0)
        elif rule == "hard":
            scores = np.zeros(len(prior))
            for wi, p in zip(w, known, strict=True):
                scores[list(p).index(max(p))] += wi
        elif rule == "product":
            scores = prior.copy()
            for wi, p in zip(w, known, strict=True):
                scores = scores * (p / prior) ** (wi * len(w))
        else:
            pick = {"max": np.max, "min": np.min, "median": np.median}[rule]
            scores = np.array([pick(known[:, k]) for k in range(len(prior))])
        rows.append(scores / scores.sum())
    return np.array(rows)


@pytest.mark.parametrize("rule", sorted(CLASSIFICATION_RULES))
@pytest.mark.parametrize("n_classes", [2, 4])
def test_brute_force(rule, n_classes):
    """Every rule equals its ten-line version on rows that lack members."""
    rng = np.random.default_rng(0)
    predictions = random_probabilities(rng, 50, 4, n_classes)
    predictions, weights = holes(rng, predictions)
    prior = rng.dirichlet(np.full(n_classes, 3.0))
    expected = brute_force(rule, predictions, weights, prior)
    got = CLASSIFICATION_RULES[rule](predictions, weights, prior)
    assert_allclose(got, expected, rtol=1e-10)


@pytest.mark.parametrize("rule", ["soft", "hard", "product"])
def test_brute_force_weighted(rule):
    """Rules that weigh equal their ten-line version for unequal weights."""
    rng = np.random.default_rng(1)
    predictions = random_probabilities(rng, 40, 3, 3)
    weights = rng.dirichlet(np.ones(3), size=40)
    prior = np.array([0.2, 0.3, 0.5])
    expected = brute_force(rule, predictions, weights, prior)
    got = CLASSIFICATION_RULES[rule](predictions, weights, prior)
    assert_allclose(got, expected, rtol=1e-10)


@pytest.mark.parametrize("rule", sorted(CLASSIFICATION_RULES))
def test_member_order(rule):
    """No rule depends on the order of the members."""
    rng = np.random.default_rng(2)
    predictions, weights = holes(rng, random_probabilities(rng, 30, 3, 3))
    prior = np.array([0.2, 0.3, 0.5])
    function = CLASSIFICATION_RULES[rule]
    expected = function(predictions, weights, prior)
    for order in permutations(range(3)):
        got = function(predictions[:, order], weights[:, order], prior)
        assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.parametrize("rule", RANK_RULES)
def test_duplicated_member(rule):
    """A member twice changes nothing in a rule of extremes."""
    rng = np.random.default_rng(3)
    predictions = random_probabilities(rng, 30, 3, 3)
    function = CLASSIFICATION_RULES[rule]
    expected = function(predictions, np.full((30, 3), 1 / 3), np.ones(3) / 3)
    twice = predictions[:, [0, 1, 1, 2]]
    got = function(twice, np.full((30, 4), 1 / 4), np.ones(3) / 3)
    assert_array_equal(got, expected)


def test_duplicated_member_with_shared_weight():
    """A member twice at half the weight changes no weighted median."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(50, 3, 2))
    weights = rng.dirichlet(np.ones(3), size=50)
    median = REGRESSION_RULES["median"]
    expected = median(values, weights, None)
    halves = weights[:, [0, 1, 1, 2]] * [1, 0.5, 0.5, 1]
    assert_allclose(median(values[:, [0, 1, 1, 2]], halves, None), expected)


def test_weighted_median_replication():
    """Whole weights are copies: the weighted median is the plain one of them."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        n_members = rng.integers(1, 6)
        counts = rng.integers(0, 4, n_members)
        counts[rng.integers(n_members)] += 1
        values = rng.normal(size=(1, n_members, 2)).round(1)
        copies = np.repeat(values[0], counts, axis=0)
        weights = counts[None, :] / counts.sum()
        got = REGRESSION_RULES["median"](values, weights, None)
        assert_allclose(got[0], np.median(copies, axis=0), atol=1e-12)


def test_regression_rules():
    """For numbers there are the mean and the median."""
    values = np.array([[[1.0], [2.0], [9.0]]])
    weights = np.full((1, 3), 1 / 3)
    assert set(REGRESSION_RULES) == {"soft", "median"}
    assert_allclose(REGRESSION_RULES["soft"](values, weights, None), [[4.0]])
    assert_allclose(REGRESSION_RULES["median"](values, weights, None), [[2.0]])


@pytest.mark.parametrize("rule", ["min", "median"])
def test_all_classes_lost(rule):
    """Where no class is left, the mean answers."""
    certain = np.array([[[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]])
    weights = np.full((1, 3), 1 / 3)
    got = CLASSIFICATION_RULES[rule](certain, weights, np.ones(3) / 3)
    assert_allclose(got, np.full((1, 3), 1 / 3))


def test_product_certain_members():
    """Members that contradict each other with certainty still give numbers."""
    certain = np.array([[[1.0, 0.0], [0.0, 1.0]]])
    got = CLASSIFICATION_RULES["product"](certain, np.full((1, 2), 0.5), [0.5, 0.5])
    assert_allclose(got, [[0.5, 0.5]])


@pytest.mark.parametrize("n_classes", [2, 3])
def test_product_is_naive_bayes(n_classes):
    """The product of naive Bayes members is naive Bayes (Kittler, equation 7)."""
    X, y = table(n_samples=120, n_classes=n_classes)
    rare = (y == 0) & (np.arange(len(y)) % 3 > 0)
    X, y = X[~rare], y[~rare]
    learner = GaussianNB(var_smoothing=0)
    model = MultimodalClassifier(
        by_modality(X, "passthrough"),
        estimator=learner,
        fusion=VotingFusion("product"),
        cv=3,
    ).fit(X, y)
    together = GaussianNB(var_smoothing=0).fit(X, y)
    got, expected = model.predict_proba(X), together.predict_proba(X)
    assert_allclose(got, expected, rtol=1e-7, atol=1e-12)
    for name, _, columns in by_modality(X, "passthrough"):
        lacking = X.copy()
        lacking[columns] = np.nan
        rest = [column for column in X if column not in columns]
        reduced = GaussianNB(var_smoothing=0).fit(X[rest], y)
        assert_allclose(
            model.predict_proba(lacking),
            reduced.predict_proba(X[rest]),
            rtol=1e-7,
            atol=1e-12,
            err_msg=name,
        )


def test_log_pool_by_hand():
    """Odds of 4 and of 1 pool to their geometric mean, 2; normal means to theirs."""
    pair = np.array([[[0.8, 0.2], [0.5, 0.5]]])
    got = CLASSIFICATION_RULES["log"](pair, np.full((1, 2), 0.5), None)
    assert_allclose(got, [[2 / 3, 1 / 3]])
    grid = np.linspace(-5, 5, 201)
    bells = np.exp(-0.5 * (grid - np.array([[-1.0], [2.0]])) ** 2)
    pool = CLASSIFICATION_RULES["log"](
        (bells / bells.sum(axis=1, keepdims=True))[None], np.array([[0.25, 0.75]]), None
    )
    expected = np.exp(-0.5 * (grid - 1.25) ** 2)
    assert_allclose(pool[0], expected / expected.sum(), atol=1e-12)


def test_log_pool_is_externally_bayesian():
    """Updating the members by one likelihood is updating the pool (Genest 1984)."""
    rng = np.random.default_rng(0)
    members, likelihood = rng.dirichlet(np.ones(4), (1, 3)), rng.random(4)
    weights = rng.dirichlet(np.ones(3))[None]
    updated = members * likelihood
    updated /= updated.sum(axis=2, keepdims=True)
    pool = CLASSIFICATION_RULES["log"](members, weights, None) * likelihood
    got = CLASSIFICATION_RULES["log"](updated, weights, None)
    assert_allclose(got, pool / pool.sum())
