"""State that knows its version."""

import pickle

import pytest
from sklearn.base import BaseEstimator, clone

from mmensemble import _state
from mmensemble._state import VersionedStateMixin
from mmensemble._version import __version__


class Model(VersionedStateMixin, BaseEstimator):
    """An estimator with something to keep."""

    def __init__(self, size=1):
        self.size = size

    def fit(self, X, y=None):
        """Keep the sum."""
        self.total_ = sum(X)
        return self


def test_state_holds_the_version_and_the_object_does_not():
    """The version is written to the state only."""
    model = Model(3).fit([1, 2])
    state = model.__getstate__()
    assert state["_mmensemble_version"] == __version__
    assert state["total_"] == 3
    again = pickle.loads(pickle.dumps(model))
    assert vars(again) == vars(model)


def test_reading_leaves_the_state_as_it_is():
    """A state can be read more than once."""
    state = Model().fit([1]).__getstate__()
    before = dict(state)
    Model().__setstate__(state)
    assert state == before


def test_another_version_warns(monkeypatch):
    """The warning names the class and both versions."""
    with monkeypatch.context() as patch:
        patch.setattr(_state, "__version__", "0.0.1")
        saved = pickle.dumps(Model().fit([5]))
    match = f"Model was saved by mmensemble 0.0.1 and is read by {__version__}"
    with pytest.warns(UserWarning, match=match):
        assert pickle.loads(saved).total_ == 5


def test_no_version_warns():
    """A state that says nothing is of an unknown version."""
    with pytest.warns(UserWarning, match="saved by mmensemble an unknown version"):
        Model().__setstate__({"size": 2})


def test_cloning_is_silent():
    """Only reading a state is a matter of versions."""
    assert clone(Model(4)).size == 4
