"""Telling true labels from drawn ones."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mmensemble.semi_supervised._discriminator import (
    Discriminator,
    held_out_auc,
    label_features,
)
from mmensemble.semi_supervised._pseudo_labels import answer

RNG = np.random.default_rng(0)
TRUTH = np.array([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6], [0.3, 0.3, 0.4]])
DRAWN = np.array([[0.4, 0.4, 0.2], [0.3, 0.3, 0.4], [0.3, 0.3, 0.4], [0.4, 0.2, 0.4]])
X = np.repeat(np.arange(4), 500)
Y = np.concatenate([RNG.choice(3, 500, p=own) for own in TRUTH])
ONES = np.ones(len(X))


def cells():
    """Return an indicator of every pair of a value and a label: a count table."""
    features = np.zeros((len(X), 3, 12))
    for label in range(3):
        features[np.arange(len(X)), label, 3 * X + label] = 1.0
    return features


def test_count_tables_give_the_truth_in_one_step():
    """Of discrete x, q D / (1 - D) is the frequency of the labels, exactly."""
    counts = np.array([np.bincount(Y[x == X], minlength=3) for x in range(4)])
    model = Discriminator(penalty=1e-8)
    model.fit(cells(), np.eye(3)[Y], DRAWN[X], ONES)
    found = answer(DRAWN[X], model.predict(cells()))
    np.testing.assert_allclose(found, (counts / 500)[X], atol=1e-4)


def test_nothing_tells_equal_labels():
    """Where labels are drawn from the truth itself, D is one half everywhere."""
    model = Discriminator().fit(cells(), TRUTH[X], TRUTH[X], ONES)
    np.testing.assert_allclose(model.predict(cells()), 0.5, atol=1e-7)


def test_means_over_draws_are_what_many_draws_come_to():
    """A logistic regression on labels that are really drawn agrees."""
    features = cells()[:, :, :5]
    model = Discriminator(penalty=1e-6)
    model.fit(features, np.eye(3)[Y], DRAWN[X], ONES)
    rows = np.repeat(np.arange(len(X)), 20)
    drawn = np.array([RNG.choice(3, p=DRAWN[X[row]]) for row in rows])
    table = np.concatenate([features[rows, Y[rows]], features[rows, drawn]])
    true = np.repeat([1, 0], len(rows))
    other = LogisticRegression(C=1e6, max_iter=500).fit(table, true)
    flat = features.reshape(-1, 5)
    wanted = other.predict_proba(flat)[:, 1].reshape(len(X), 3)
    np.testing.assert_allclose(model.predict(features), wanted, atol=0.02)


def test_features_are_log_probabilities_and_agreement():
    """An absent member says what the pool says."""
    members = np.array([[[0.8, 0.2], [np.nan, np.nan]]])
    found = label_features(members, np.array([[0.4, 0.6]]))
    assert found.shape == (1, 2, 3)
    np.testing.assert_allclose(found[0, :, 0], np.log([0.8, 0.2]))
    np.testing.assert_allclose(found[0, :, 1], np.log([0.4, 0.6]))
    np.testing.assert_allclose(found[0, :, 2], [0.5, 0.5])


def test_area_under_the_curve_of_fresh_rows():
    """About one half where nothing tells, more where something does."""
    order = RNG.permutation(len(X))
    halves = [(order[:1000], order[1000:]), (order[1000:], order[:1000])]
    targets = np.eye(3)[Y]
    alike = held_out_auc(cells(), targets, TRUTH[X], ONES, halves)
    apart = held_out_auc(cells(), targets, DRAWN[X], ONES, halves)
    assert alike == pytest.approx(0.5, abs=0.03)
    assert apart > 0.55
    assert np.isnan(held_out_auc(cells(), targets, DRAWN[X], ONES, []))


@pytest.mark.parametrize("factor", [1e-6, 1e4])
def test_the_penalty_goes_with_the_weights(factor):
    """Weights times any factor tell the same."""
    features, weight = cells(), RNG.uniform(0.5, 1.5, len(X))
    plain, scaled = (
        Discriminator().fit(features, np.eye(3)[Y], DRAWN[X], own).predict(features)
        for own in (weight, weight * factor)
    )
    np.testing.assert_allclose(scaled, plain, atol=1e-6)
