"""What is compared."""

import pytest

from mmensemble import ConcatFusion, StackingFusion, VotingFusion
from mmensemble.fusion._lookup import named_fusions
from mmensemble.model_selection._choices import Choice, list_choices, list_subsets

NAMES = ["a", "b", "c"]


def test_all_fusions_that_serve_the_task():
    """ "all" leaves out what does not serve the task."""
    for task in ["classification", "regression"]:
        found = [c.name for c in list_choices("all", None, NAMES, task)]
        known = named_fusions()
        assert found == [name for name, cls in known.items() if task in cls.tasks]


def test_names_of_fusions():
    """Short names, parameters of objects, and keys of dicts."""
    listed = list_choices(["voting", VotingFusion("median")], None, NAMES, "regression")
    assert [c.label for c in listed] == ["voting", "VotingFusion(rule='median')"]
    named = list_choices({"mine": ConcatFusion()}, None, NAMES, "regression")
    assert named[0].name == "mine"
    one = list_choices(StackingFusion(), "single", NAMES, "regression")
    assert [c.label for c in one][1] == "StackingFusion() [a]"
    less = list_choices("voting", "all", NAMES, "regression")
    assert [c.label for c in less][1:4] == [
        "voting without c",
        "voting without b",
        "voting without a",
    ]
    assert less[4].label == "voting [a]"
    twice = list_choices(["voting", "voting"], None, NAMES, "regression")
    assert len(twice) == 1


def test_subsets():
    """Words stand for sets; all modalities are never listed again."""
    assert len(list_subsets("all", NAMES)) == 6
    assert list_subsets("leave-one-out", NAMES) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert list_subsets("single", NAMES) == [("a",), ("b",), ("c",)]
    assert list_subsets(None, NAMES) == list_subsets("single", ["a"]) == []
    given = [["c", "a"], ("a", "c"), "b", NAMES]
    assert list_subsets(given, NAMES) == [("a", "c"), ("b",)]


def test_sharing_of_subsets():
    """A member on all modalities together does not serve for some of them."""
    assert Choice("s", StackingFusion()).shares_subsets
    assert not Choice("s", StackingFusion(concat_member=True)).shares_subsets


def test_errors():
    """Each message names the parameter and what came."""
    with pytest.raises(TypeError, match="'fusions' parameter must be 'all'"):
        list_choices(3, None, NAMES, "regression")
    with pytest.raises(ValueError, match="'fusions' parameter is empty"):
        list_choices([], None, NAMES, "regression")
    with pytest.raises(ValueError, match="must be one of"):
        list_choices(["nonsense"], None, NAMES, "regression")
    with pytest.raises(TypeError, match="must be one of"):
        list_choices([3], None, NAMES, "regression")
    with pytest.raises(ValueError, match="'subsets' parameter must be None, one of"):
        list_subsets("some", NAMES)
    with pytest.raises(ValueError, match="'subsets' parameter must name some of"):
        list_subsets([["a", "x"]], NAMES)
    with pytest.raises(ValueError, match="'subsets' parameter must name some of"):
        list_subsets([[]], NAMES)


def test_subsets_of_numbers():
    """An entry that is no set of names is refused by name."""
    with pytest.raises(ValueError, match=r"Each entry of the 'subsets' .* got \[1\]"):
        list_subsets((1,), ["a", "b"])
