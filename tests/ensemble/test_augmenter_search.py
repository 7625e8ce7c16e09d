"""Which augmenter is taken, and when none is."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier

from mmensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.augmentation import MultimodalAugmenter
from mmensemble.datasets import make_multimodal
from mmensemble.ensemble._augmenter_search import (
    _losses,
    _winner,
    candidates,
    choose_augmenter,
)
from mmensemble.fusion._calibration import Temperature


def losses(gains, n=200, noise=0.1):
    """Return losses of two plain and three changed ones, with these mean gains."""
    rng = np.random.default_rng(0)
    common = rng.exponential(size=n)
    return common - np.array(gains)[:, None] + noise * rng.normal(size=(5, n))


def test_the_winner_beats_both_controls():
    """By more than a standard error of the paired difference."""
    plain, changed = candidates(True)
    assert _winner(losses([0, 0, 0.1, 0.2, 0]), plain, changed, None) is changed[1]
    # repetition explains it
    assert _winner(losses([0, 0.2, 0.1, 0.15, 0]), plain, changed, None) is None
    assert _winner(losses([0, 0, 0, 0, 0]), plain, changed, None) in (None, *changed)
    assert _winner(losses([0.2, 0, 0.1, 0, 0]), plain, changed, None) is None


def test_rows_without_weight_do_not_judge():
    """As if they were not there."""
    plain, changed = candidates(True)
    own = losses([0, 0, 0.1, 0, 0])
    own[2, :150] += 5
    weight = (np.arange(200) >= 150).astype(float)
    assert _winner(own, plain, changed, None) is None
    assert _winner(own, plain, changed, weight) is changed[0]
    assert _winner(own, plain, changed, np.zeros(200)) is None


def test_softer_probabilities_are_no_gain():
    """Of a model that is too sure of itself: each is drawn to the prior as it needs."""
    rng = np.random.default_rng(0)
    labels = np.array(["u", "v", "w"])
    truth = rng.permutation(np.repeat(labels, 100))
    shares = rng.dirichlet([9, 9, 9], 300) + 0.1 * (truth[:, None] == labels)
    sure = shares**8 / (shares**8).sum(axis=1, keepdims=True)
    soft = shares / shares.sum(axis=1, keepdims=True)
    found = [
        _losses([own[:100], own[100:]], truth, np.ones(300), labels)
        for own in (sure, soft)
    ]
    np.testing.assert_allclose(*found, rtol=1e-4)
    plain = -np.log(sure[truth[:, None] == labels])
    assert found[0].mean() < plain.mean() - 0.1


def test_rare_classes_stay_rare():
    """What knows nothing is drawn to the classes' frequencies, not to equal shares."""
    truth, labels = np.repeat([0, 1], [180, 20]), np.array([0, 1])
    p = np.random.default_rng(0).dirichlet([3, 1], 200)
    prior = np.array([180.5, 20.5]) / 201
    own = _losses([p], truth, np.ones(200), labels)
    assert own.mean() <= -np.log(prior[truth]).mean() + 0.02
    even = Temperature.fit(p, np.eye(2)[truth], np.ones(200)).apply(p)
    assert own.mean() < -np.log(even[np.arange(200), truth]).mean() - 0.05


@pytest.mark.parametrize("factor", [1e-4, 1e4])
def test_the_scale_of_weights_does_not_matter(factor):
    """Half a row of each class is half a row in any unit."""
    truth, labels = np.repeat([0, 1], [18, 2]), np.array([0, 1])
    p = np.random.default_rng(0).dirichlet([3, 1], 20)
    plain, scaled = (
        _losses([p], truth, np.full(20, own), labels) for own in (1.0, factor)
    )
    np.testing.assert_allclose(scaled, plain, rtol=1e-6)


def test_losses_of_numbers_and_of_nothing():
    """Squared errors, a mean over targets; infinite where a fold has no prediction."""
    truth, ones = np.array([[1.0, 2.0], [3.0, 3.0]]), np.ones(2)
    parts = [np.array([[1.0, 4.0]]), np.array([[3.0, 3.0]])]
    assert _losses(parts, truth, ones, None).tolist() == [2.0, 0.0]
    assert np.isinf(_losses([parts[0], None], truth, ones, None)).all()


def test_temperatures_are_learnt_from_rows_with_a_weight():
    """What the others hold does not matter."""
    p, labels = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]), np.array([0, 1])
    weight = np.array([1.0, 1.0, 0.0])
    first, other = (
        _losses([p], np.array(truth), weight, labels)
        for truth in ([0, 1, 0], [0, 1, 1])
    )
    np.testing.assert_array_equal(first[:2], other[:2])
    alone = -np.log(p[[0, 1, 2], [0, 1, 0]])
    np.testing.assert_allclose(_losses([p], [0, 1, 0], 0 * weight, labels), alone)


def test_candidates_suit_the_task():
    """Numbers are mixed with near ones."""
    assert candidates(False)[1][0].steps[0].pairs == "near"
    assert candidates(True)[1][0].steps[0].pairs == "any"


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_auto_fits_what_it_chose(task):
    """The same model as with that augmenter given."""
    data = make_multimodal(60, task=task, random_state=0)
    cls = MultimodalClassifier if task == "classification" else MultimodalRegressor
    learner = LogisticRegression() if task == "classification" else Ridge()
    own = cls(fusion="concat", estimator=learner, augmenter="auto", random_state=0)
    own.fit(data.data, data.target)
    chosen = own.augmenter_
    assert chosen is None or isinstance(chosen, MultimodalAugmenter)
    same = cls(fusion="concat", estimator=learner, augmenter=chosen, random_state=0)
    same.fit(data.data, data.target)
    np.testing.assert_array_equal(own.predict(data.data), same.predict(data.data))


def test_noise_takes_none_and_jobs_do_not_matter():
    """Labels without a pattern are no reason."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(80, 4)), columns=["a__x", "a__y", "b__x", "b__y"])
    y = rng.normal(size=80)
    for jobs in (1, 2):
        own = MultimodalRegressor(
            fusion="voting",
            estimator=Ridge(1e4),
            augmenter="auto",
            n_jobs=jobs,
            random_state=0,
        )
        assert own.fit(X, y).augmenter_ is None


def test_learners_without_weights_and_too_few_rows():
    """Mixtures need weights: they are left out; without folds there is no search."""
    data = make_multimodal(60, random_state=0)
    own = MultimodalClassifier(
        fusion="concat",
        estimator=KNeighborsClassifier(),
        augmenter="auto",
        random_state=0,
    )
    chosen = own.fit(data.data, data.target).augmenter_
    assert chosen is None or len(chosen.steps) == 1
    one = {"classifier": True, "root": 0}
    y = np.array([0, 1])
    assert choose_augmenter(own, data.data[:2], y, {}, **one) is None


def test_groups_and_weights_go_along():
    """Groups stay together in the search too."""
    data = make_multimodal(60, random_state=0)
    own = MultimodalClassifier(
        fusion="concat",
        estimator=LogisticRegression(),
        augmenter="auto",
        random_state=0,
    )
    params = {"groups": np.arange(60) // 4, "sample_weight": np.ones(60)}
    assert own.fit(data.data, data.target, **params).predict(data.data).shape == (60,)
