"""Names of classes, of predictions and of features."""

import numpy as np
import pytest

from mmensemble.fusion._names import (
    check_short_name,
    feature_names,
    named_subclasses,
    output_names,
)
from mmensemble.learners._task import Task


class Base:
    """Of all classes here."""

    short_name = None


class Parent(Base):
    """Has a name."""

    short_name = "b"


class Child(Parent):
    """Inherits a name, which is not its own."""


class Grandchild(Child):
    """Has a name again."""

    short_name = "a"


def test_named_subclasses():
    """Classes by their own names, sorted, however deep they are."""
    assert list(named_subclasses(Base).items()) == [("a", Grandchild), ("b", Parent)]
    assert named_subclasses(Parent) == {"a": Grandchild}


def test_check_short_name(monkeypatch):
    """No name and a new one pass; that of another class and no word do not."""
    check_short_name(Child, Base)
    check_short_name(Parent, Base)
    monkeypatch.setattr(Child, "short_name", "a")
    with pytest.raises(ValueError, match=r"'a' of Child is that of .*\.Grandchild"):
        check_short_name(Child, Base)
    assert Child.short_name is None
    Child.short_name = "a b"
    with pytest.raises(ValueError, match="of Child must be a word such as"):
        check_short_name(Child, Base)


def test_output_names():
    """One name a class or target; a single target needs no number."""
    classes = Task(np.array(["no", "yes"]), np.array([0.5, 0.5]))
    assert output_names("vote", classes) == ["vote_no", "vote_yes"]
    assert output_names("vote", Task(None, np.zeros(1))) == ["vote_prediction"]
    many = Task(None, np.zeros(2))
    assert output_names("vote", many) == ["vote_prediction0", "vote_prediction1"]


def test_feature_names():
    """The modality's name comes before, unless all names begin with it."""
    assert feature_names("a", ("u", "a__v")) == ["a__u", "a__a__v"]
    assert feature_names("a", ("a__u", "a__v")) == ["a__u", "a__v"]
    assert feature_names("a", ()) == []
