"""The unit of weights, and all who must predict the same in any of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone, is_classifier
from sklearn.linear_model import RidgeCV

from mmensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.datasets import make_multimodal
from mmensemble.learners import _linear
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._trees import AutoBoostingClassifier, AutoBoostingRegressor
from mmensemble.numerics._weight_unit import weight_unit

LEARNERS = [
    AutoLinearClassifier(),
    AutoLinearRegressor(),
    AutoBoostingClassifier(random_state=0),
    AutoBoostingRegressor(random_state=0),
]


@pytest.mark.parametrize("unit", [1e-300, 0.3, 1e4, 1e307])
def test_the_mean_of_positive_weights(unit):
    """Whatever their size; rows of weight zero do not count."""
    assert weight_unit(np.array([0.0, 0.2, 1.8, 0.0]) * unit) == pytest.approx(unit)


@pytest.mark.parametrize("weight", [None, [], [0.0, 0.0], [1.0, 1.0]])
def test_ones_and_nothing(weight):
    """Exactly one, so that nothing changes without weights."""
    assert weight_unit(weight) == 1.0


def problem(seed=0):
    """Return features, classes, numbers, weights about one, and groups."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(150, 6))
    y = X[:, 0] - X[:, 1] + rng.normal(size=150)
    return X, (y > 0).astype(int), y, rng.uniform(0.2, 3, 150), np.arange(150) // 3


def outcome(model, X):
    """Return probabilities or values."""
    return model.predict_proba(X) if is_classifier(model) else model.predict(X)


@pytest.mark.parametrize("factor", [1e-9, 1 / 150, 3.7, 1e6])
@pytest.mark.parametrize("learner", LEARNERS, ids=repr)
def test_learners_predict_the_same(learner, factor):
    """For weights times any factor, and for one weight as for none."""
    X, labels, numbers, weight, _ = problem()
    y = labels if is_classifier(learner) else numbers

    def fitted(weight):
        return outcome(clone(learner).fit(X, y, sample_weight=weight), X)

    assert_allclose(fitted(weight * factor), fitted(weight), atol=1e-5)
    assert_allclose(fitted(np.full(150, factor)), fitted(None), atol=1e-5)


@pytest.mark.parametrize("learner", LEARNERS[:2], ids=repr)
def test_penalties_chosen_by_groups(learner):
    """Penalties go with the weights, in folds and where there is none to choose."""
    X, labels, numbers, weight, groups = problem()
    y = labels if is_classifier(learner) else numbers
    name, power = ("C_", -1) if is_classifier(learner) else ("alpha_", 1)
    for own in (groups, np.zeros(150)):
        found = [
            getattr(clone(learner).fit(X, y, weight * factor, own), name)
            for factor in (1.0, 1e5)
        ]
        assert found[1] == pytest.approx(found[0] * 1e5**power)


def test_penalty_is_that_of_scikit_learn():
    """RidgeCV on the same grid, of weights whose mean is one."""
    X, _, y, weight, _ = problem()
    weight = weight / weight.mean()
    Z = (X - np.average(X, axis=0, weights=weight)) / np.sqrt(
        np.mean(np.average(X**2, axis=0, weights=weight))
        - np.mean(np.average(X, axis=0, weights=weight) ** 2)
    )
    expected = RidgeCV(_linear._ALPHAS).fit(Z, y, weight).predict(Z)
    assert_allclose(
        AutoLinearRegressor().fit(X, y, 1e-6 * weight).predict(X), expected, atol=1e-6
    )


@pytest.mark.parametrize("factor", [1e-6, 1 / 200, 1e4])
@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("fusion", ["concat", "voting", "weighted", "stacking"])
def test_models_predict_the_same(fusion, task, factor):
    """For weights times any factor, whoever combines the default learners."""
    data = make_multimodal(n_samples=200, task=task, random_state=1)
    classes = task == "classification"
    model = (MultimodalClassifier if classes else MultimodalRegressor)(
        fusion=fusion, random_state=0
    )
    weight = np.random.default_rng(0).uniform(0.5, 1.5, 200)
    first = outcome(model.fit(data.data, data.target, sample_weight=weight), data.data)
    model.fit(data.data, data.target, sample_weight=weight * factor)
    assert_allclose(outcome(model, data.data), first, atol=1e-4 * np.std(first))
