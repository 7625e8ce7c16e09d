"""Persistence: pickle and skops, before and after fit."""

import pickle

import joblib
import numpy as np
import pytest
from ensemble_cases import (
    assert_same_state,
    classifier,
    hide,
    make_numbers,
    make_table,
    regressor,
    transformer,
)
from numpy.testing import assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    SharedSpaceFusion,
    StackingFusion,
    VotingFusion,
)

EVERY = {
    "concat": ConcatFusion("frobenius"),
    "shared": SharedSpaceFusion("mcca"),
    "voting": VotingFusion(weights="optimize"),
    "stacking": StackingFusion(),
    "stacking all": StackingFusion(
        passthrough=True, concat_member=True, max_patterns=2
    ),
}
EVERY_FUSION = pytest.mark.parametrize("name", EVERY)
EVERY_KIND = pytest.mark.parametrize("make", [classifier, regressor, transformer])


def fitted(make, name, members="refit"):
    """Fit a model on a table in which modalities are missing."""
    X, y = make_table()
    X = hide(X, "b", range(0, 60, 4))
    y = make_numbers(X) if make is regressor else y
    extractor = "auto" if members == "refit" else "passthrough"
    return make(X, EVERY[name], extractor, members=members).fit(X, y), X


def answer(model, X):
    """Return probabilities, features or values."""
    for method in ("predict_proba", "transform", "predict"):
        if hasattr(model, method):
            return getattr(model, method)(X)
    raise AssertionError


def by_skops(model):
    """Send a model through skops, trusting the types of this package only."""
    skops = pytest.importorskip("skops.io")
    data = skops.dumps(model)
    untrusted = skops.get_untrusted_types(data=data)
    known = ("mmensemble.", "sklearn.", "numpy.", "scipy.")
    assert all(name.startswith(known) for name in untrusted)
    return skops.loads(data, trusted=untrusted)


def by_pickle(model):
    """Send a model through pickle."""
    return pickle.loads(pickle.dumps(model))


WAYS = pytest.mark.parametrize("way", [by_pickle, by_skops])
#: skops writes no dict whose keys are tuples, as those of patterns in fusions are.


@WAYS
@EVERY_KIND
@EVERY_FUSION
def test_round_trip_before_fit(name, make, way):
    """An unfitted model comes back with equal parameters, and fits the same."""
    X, y = make_table()
    y = make_numbers(X) if make is regressor else y
    model = make(X, EVERY[name])
    copy = way(model)
    assert {k: str(v) for k, v in copy.get_params().items()} == {
        k: str(v) for k, v in model.get_params().items()
    }
    assert_array_equal(answer(copy.fit(X, y), X), answer(model.fit(X, y), X))


@WAYS
@EVERY_KIND
@EVERY_FUSION
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_round_trip_after_fit(name, make, way, members):
    """A fitted model comes back with equal predictions."""
    model, X = fitted(make, name, members)
    copy = way(model)
    assert_array_equal(answer(copy, X), answer(model, X))
    assert_array_equal(copy.presence(X), model.presence(X))
    if way is by_pickle:
        assert_same_state(vars(copy), vars(model))


@WAYS
def test_round_trip_of_lists_and_own_learners(way):
    """Lists of learners, words and own learners come back as well."""
    X, y = make_table()
    learners = [("lr", LogisticRegression()), ("nb", GaussianNB())]
    model = classifier(X, "stacking", estimator=learners)
    model.set_params(b=GaussianNB(), c="passthrough").fit(X, y)
    copy = way(model)
    assert_array_equal(copy.predict_proba(X), model.predict_proba(X))
    assert list(copy.estimators_) == ["a__lr", "a__nb", "b", "c__lr", "c__nb"]


@WAYS
def test_round_trip_with_labels_that_are_words(way):
    """So do labels that are words, and automatic modalities of every kind."""
    X, y = make_table(40, sizes={"a": 2})
    X["w__word"] = np.where(np.arange(40) % 3, "red", "blue")
    X["w__flag"] = np.arange(40) % 2 == 0
    model = MultimodalClassifier(fusion="voting", random_state=0)
    model.fit(X, np.array(["no", "yes"])[y])
    copy = way(model)
    assert_array_equal(copy.predict(X), model.predict(X))


def test_joblib_with_a_memory_map(tmp_path):
    """A model that is read from a memory map predicts the same."""
    model, X = fitted(classifier, "stacking all")
    path = tmp_path / "model.joblib"
    joblib.dump(model, path)
    copy = joblib.load(path, mmap_mode="r")
    assert_array_equal(copy.predict_proba(X), model.predict_proba(X))


@EVERY_KIND
def test_version_is_stored_and_compared(make):
    """A model of another version warns when it is read."""
    model, _ = fitted(make, "concat")
    state = model.__getstate__()
    assert "_mmensemble_version" in state
    copy = make(make_table()[0])
    with pytest.warns(
        UserWarning, match="was saved by mmensemble 0.0.0 and is read by"
    ):
        copy.__setstate__({**state, "_mmensemble_version": "0.0.0"})
    assert not hasattr(copy, "_mmensemble_version")
    del state["_mmensemble_version"]
    with pytest.warns(UserWarning, match="saved by mmensemble an unknown version"):
        copy.__setstate__(state)
