"""The portfolio's trees against scikit-learn's own, on every kind of data."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingRegressor,
)
from sklearn.utils import get_tags

from mmensemble.learners._trees import (
    AutoBoostingClassifier,
    AutoBoostingRegressor,
    AutoTreesClassifier,
    AutoTreesRegressor,
    _Narrow,
)

CLASSIFIERS = [
    AutoBoostingClassifier(effort=0.1, random_state=0),
    AutoTreesClassifier(effort=0.1, random_state=0),
]
REGRESSORS = [
    AutoBoostingRegressor(effort=0.1, random_state=0),
    AutoTreesRegressor(effort=0.1, random_state=0),
]
NAMES = np.array(["setosa", "versicolor", "virginica"])


@pytest.mark.parametrize("learner", CLASSIFIERS)
def test_classes(learner):
    """Labels as strings; probabilities sum to one and tell the classes."""
    X, y = load_iris(return_X_y=True)
    model = clone(learner).fit(X, NAMES[y])
    assert_array_equal(model.classes_, NAMES)
    probabilities = model.predict_proba(X)
    assert_allclose(probabilities.sum(axis=1), 1)
    assert model.score(X, NAMES[y]) > 0.9


@pytest.mark.parametrize("learner", REGRESSORS)
def test_targets(learner):
    """Several targets are as good as one model each."""
    X, y = load_diabetes(return_X_y=True)
    both = clone(learner).fit(X, np.column_stack([y, -2 * y])).predict(X)
    alone = clone(learner).fit(X, y).predict(X)
    assert alone.shape == y.shape
    assert_allclose(both[:, 0], alone)
    assert np.corrcoef(both[:, 1], y)[0, 1] < -0.5
    assert get_tags(learner).target_tags.multi_output


def test_randomised_trees():
    """Those of scikit-learn, with the prior as one tree more."""
    X, y = load_iris(return_X_y=True)
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    ours = CLASSIFIERS[1].fit(X, y, weight).predict_proba(X)
    forest = ExtraTreesClassifier(10, max_features=2, random_state=0)
    theirs = forest.fit(X, y, weight)
    prior = np.bincount(y, weights=weight) / weight.sum()
    assert_allclose(ours, (10 * theirs.predict_proba(X) + prior) / 11)
    X, y = load_diabetes(return_X_y=True)
    same = {"min_samples_leaf": 2, "max_features": 3, "random_state": 0}
    theirs = ExtraTreesRegressor(10, **same).fit(X, y)
    assert_allclose(REGRESSORS[1].fit(X, y).predict(X), theirs.predict(X))


def test_boosting():
    """Those of scikit-learn, with bins, leaves and rounds by the number of rows."""
    X, y = load_diabetes(return_X_y=True)
    theirs = HistGradientBoostingRegressor(
        max_iter=8,
        learning_rate=0.2,
        max_bins=32,
        max_leaf_nodes=8,
        min_samples_leaf=20,
        early_stopping=False,
    ).fit(X, y)
    assert_allclose(REGRESSORS[0].fit(X, y).predict(X), theirs.predict(X))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((40, 10), {"max_bins": 32, "max_leaf_nodes": 8, "min_samples_leaf": 2}),
        ((3000, 40), {"max_bins": 100, "max_leaf_nodes": 30, "max_features": 0.5}),
        ((90_000, 900), {"max_bins": 255, "max_leaf_nodes": 31, "max_features": 0.1}),
    ],
)
def test_size_of_boosting(shape, expected):
    """Many rows may have many bins and leaves; wide data are sampled."""
    model = AutoBoostingClassifier()._make(shape, 2)
    assert {name: getattr(model, name) for name in expected} == expected


def test_rounds():
    """Many classes have fewer rounds, each a longer step; many rows have more."""
    sizes = [(500, 2), (500, 5), (500, 100), (4000, 2), (90_000, 2)]
    models = [AutoBoostingClassifier()._make((n, 5), k) for n, k in sizes]
    assert [model.max_iter for model in models] == [50, 48, 8, 80, 200]
    assert [model.learning_rate for model in models] == [0.1, 0.2, 0.2, 0.1, 0.1]


@pytest.mark.parametrize(
    ("n_columns", "expected"), [(1, 1), (3, 1), (30, 10), (200, 40), (10_000, 100)]
)
def test_columns_of_a_split(n_columns, expected):
    """A third of the columns, some dozens, or their root."""
    for learner in (AutoTreesRegressor(), AutoTreesClassifier()):
        shape = (50, n_columns)
        is_classifier = isinstance(learner, AutoTreesClassifier)
        model = learner._make(shape, 2) if is_classifier else learner._make(shape)
        assert model.max_features == expected


def test_leaves_of_large_data():
    """A randomised tree has some thousand leaves at most."""
    assert AutoTreesClassifier()._make((90_000, 5), 2).min_samples_leaf == 45
    assert AutoTreesRegressor()._make((900, 5)).min_samples_leaf == 2


@pytest.mark.parametrize("width", [50, 700])
@pytest.mark.parametrize("learner", CLASSIFIERS + REGRESSORS)
def test_sparse(learner, width):
    """Sparse data are read as dense, wide ones as few columns."""
    rng = np.random.default_rng(0)
    y = np.arange(80) % 2
    shift = 2.0 * y[:, None] * (rng.random(width) < 0.1)
    dense = rng.poisson(0.1, (80, width)) + shift
    model = clone(learner).fit(sparse.csr_array(dense), y)
    predicted = model.predict(sparse.csr_matrix(dense))
    assert_allclose(model.predict(dense), predicted)
    assert ((predicted > 0.5) == y).mean() > 0.9
    assert (model.narrow_ is None) == (width == 50)
    assert get_tags(learner).input_tags.sparse
    if width == 50:
        assert_allclose(clone(learner).fit(dense, y).predict(dense), predicted)


def test_numbers_among_many_words_stay_as_they_are():
    """A split can still be made on a full column; rare ones are projected."""
    rng = np.random.default_rng(0)
    words = sparse.random_array((200, 800), density=0.01, rng=rng, format="csr")
    numbers = rng.normal(size=(200, 3))
    X = sparse.hstack([words[:, :400], numbers, words[:, 400:]], format="csr")
    narrow = _Narrow(X)
    found = narrow.transform(X)
    assert_allclose(found[:, :3], numbers)
    rare = TruncatedSVD(100, random_state=0).fit_transform(words)
    assert_allclose(found[:, 3:], rare, atol=1e-8)
    y = (numbers[:, 1] > 0.2).astype(int)
    model = AutoTreesClassifier(random_state=0).fit(X[:150], y[:150])
    assert (model.predict(X[150:]) == y[150:]).mean() > 0.8


@pytest.mark.parametrize("learner", CLASSIFIERS + REGRESSORS)
def test_sample_weight(learner):
    """Rows of great weight are believed."""
    X = np.repeat([[0.0], [1.0]], 40, axis=0)
    y = np.tile([0, 1], 40)
    weight = np.where(y == (X[:, 0] > 0.5), 50.0, 1.0)
    model = clone(learner).fit(X, y, sample_weight=weight)
    assert_array_equal(model.predict([[0.0], [1.0]]) > 0.5, [False, True])
