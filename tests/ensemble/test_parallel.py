"""Parallel fits: the same result for every backend, neighbour and order."""

import joblib
import numpy as np
import pytest
from ensemble_cases import (
    FUSIONS,
    classifier,
    hide,
    make_numbers,
    make_table,
    regressor,
)
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import StandardScaler

from mmensemble import ConcatFusion, MultimodalClassifier, StackingFusion

FOREST = RandomForestClassifier(3, max_depth=3)


def forests(X, fusion="stacking", **params):
    """Make a classifier of forests without a seed of their own."""
    return classifier(X, fusion, estimator=FOREST, **params)


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("fusion", FUSIONS)
def test_any_number_of_jobs(fusion, backend):
    """One job or two, processes or threads: the predictions are equal."""
    X, y = make_table()
    X = hide(X, "b", range(0, 60, 5))
    wanted = forests(X, fusion, n_jobs=1).fit(X, y).predict_proba(X)
    with joblib.parallel_config(backend=backend):
        seen = forests(X, fusion, n_jobs=2).fit(X, y).predict_proba(X)
    assert_array_equal(seen, wanted)


@pytest.mark.parametrize(
    ("fusion", "container"), [("all", "frame"), ("concat", "array")]
)
def test_read_only_memory_maps(fusion, container):
    """Workers get every argument as a read-only memory map."""
    X, y = make_table()
    X = hide(X, "b", range(0, 60, 5))
    if fusion == "all":
        fusion = StackingFusion(passthrough=True, concat_member=True, max_patterns=2)
    model = classifier(X, fusion, "auto")
    if container == "array":
        X = X.to_numpy()
        modalities = [("a", "auto", [0, 1]), ("b", StandardScaler(), [2, 3, 4])]
        model.set_params(modalities=modalities)
    wanted = model.fit(X, y).predict_proba(X)
    with joblib.parallel_config(backend="loky", max_nbytes=1, n_jobs=2):
        assert_allclose(model.fit(X, y).predict_proba(X), wanted, atol=1e-12)


def test_read_only_memory_maps_of_a_regression():
    """So do those of a regressor with several targets, weights and groups."""
    X, _ = make_table()
    y = make_numbers(X, 2)
    metadata = {"sample_weight": np.ones(60), "groups": np.repeat(range(12), 5)}
    model = regressor(X, "stacking", cv=2)
    wanted = model.fit(X, y, **metadata).predict(X)
    with joblib.parallel_config(backend="loky", max_nbytes=1, n_jobs=2):
        assert_allclose(model.fit(X, y, **metadata).predict(X), wanted)


def test_one_seed_gives_one_result():
    """Members without a seed draw from the ensemble's, however often it is fitted."""
    X, y = make_table()
    for fusion in FUSIONS:
        one = forests(X, fusion, random_state=5).fit(X, y).predict_proba(X)
        two = forests(X, fusion, random_state=5).fit(X, y).predict_proba(X)
        other = forests(X, fusion, random_state=6).fit(X, y).predict_proba(X)
        assert_array_equal(one, two)
        assert not np.array_equal(one, other)


def test_random_state_instances():
    """A RandomState is drawn from once a fit."""
    X, y = make_table()
    one = forests(X, random_state=np.random.RandomState(3)).fit(X, y)
    two = forests(X, random_state=np.random.RandomState(3), n_jobs=2)
    with joblib.parallel_config(backend="threading"):
        two.fit(X, y)
    assert_array_equal(one.predict_proba(X), two.predict_proba(X))


@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_neighbours_do_not_matter(members):
    """Adding or reordering modalities leaves the others' members as they are."""
    X, y = make_table()
    model = forests(X, "voting", members=members)
    a, b, c = model.modalities
    wanted = model.fit(X, y).predict_modalities(X)
    for modalities in ([c, a, b], [b, a], [a, ("new", "auto", ["b__0"]), b, c]):
        seen = model.set_params(modalities=modalities).fit(X, y).predict_modalities(X)
        for name in set("abc") & {m for m, _, _ in modalities}:
            assert_array_equal(seen[name], wanted[name])


def test_learners_do_not_matter_to_each_other():
    """Adding or reordering learners leaves the others' members as they are."""
    X, y = make_table()
    one, two = ("one", FOREST), ("two", RandomForestClassifier(2))
    model = forests(X, "voting")
    seen = [
        model.set_params(estimator=pairs).fit(X, y).predict_modalities(X)["b__one"]
        for pairs in ([one, two], [two, one], [("three", FOREST), one])
    ]
    assert_array_equal(seen[0], seen[1])
    assert_array_equal(seen[0], seen[2])


def test_order_of_modalities_in_a_vote():
    """A vote does not depend on the order of modalities."""
    X, y = make_table()
    model = forests(X, "voting")
    wanted = model.fit(X, y).predict_proba(X)
    model.set_params(modalities=model.modalities[::-1])
    assert_allclose(model.fit(X, y).predict_proba(X), wanted, atol=1e-12)


class Asking(ClassifierMixin, BaseEstimator):
    """A learner that asks for scikit-learn's configuration while it is fitted."""

    def fit(self, X, y):
        """Remember the configuration."""
        from sklearn import get_config

        self.finite_, self.classes_ = get_config()["assume_finite"], np.unique(y)
        return self

    def predict_proba(self, X):
        """Return equal shares."""
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X):
        """Return the first class."""
        return np.repeat(self.classes_[:1], len(X))


def test_configuration_travels_with_the_work():
    """Workers know scikit-learn's configuration."""
    X, y = make_table()
    with (
        config_context(assume_finite=True),
        joblib.parallel_config(backend="threading"),
    ):
        model = classifier(X, estimator=Asking(), n_jobs=2).fit(X, y)
    assert all(learner.finite_ for learner in model.estimators_.values())


def test_jobs_are_taken_from_the_context():
    """``n_jobs=None`` follows joblib's context."""
    X, y = make_table()
    wanted = forests(X).fit(X, y).predict_proba(X)
    with joblib.parallel_config(backend="threading", n_jobs=2):
        assert_array_equal(forests(X).fit(X, y).predict_proba(X), wanted)


def test_dropout_is_reproducible():
    """Modalities hidden at random are the same ones each time."""
    X, y = make_table()
    fusion = ConcatFusion(missing="dropout")
    modalities = classifier(X).modalities
    models = [
        MultimodalClassifier(modalities, fusion=fusion, random_state=1, n_jobs=n)
        for n in (1, 2)
    ]
    with joblib.parallel_config(backend="threading"):
        one, two = (model.fit(X, y).predict_proba(X) for model in models)
    assert_array_equal(one, two)
