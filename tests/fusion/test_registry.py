"""Short names, objects, and the table of fusions."""

import pytest

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    StackingFusion,
    VotingFusion,
    list_fusions,
)
from mmensemble.fusion import FUSIONS, make_fusion


@pytest.mark.parametrize("name", sorted(FUSIONS))
def test_short_names(name):
    """A short name stands for the class with its defaults."""
    fusion = make_fusion(name)
    assert type(fusion) is FUSIONS[name]
    assert fusion.get_params() == FUSIONS[name]().get_params()


def test_objects_are_cloned():
    """An object is copied with its parameters, unfitted."""
    given = VotingFusion("median", max_patterns=3)
    given.weights_ = [1]
    made = make_fusion(given)
    assert made is not given
    assert made.get_params() == given.get_params()
    assert not hasattr(made, "weights_")


def test_unknown_name():
    """An unknown name is refused with the known ones."""
    with pytest.raises(ValueError, match=r"'fusion' .* one of \[.*'concat', .*'vote'"):
        make_fusion("vote")


@pytest.mark.parametrize("wrong", [VotingFusion, 3, None, MultimodalClassifier()])
def test_no_fusion(wrong):
    """What is no fusion, or a class of one, is refused."""
    with pytest.raises(TypeError, match=r"instance of a fusion .*StackingFusion\(\)"):
        make_fusion(wrong)


def test_table():
    """One row a short name, nothing left empty."""
    table = list_fusions()
    assert set(table.index) == set(FUSIONS)
    columns = ["class", "level", "needs", "tasks", "reference", "when"]
    assert list(table.columns) == columns
    assert (table.map(len) > 0).all(axis=None)
    assert table.loc["voting", "class"] == "VotingFusion"
    assert table.loc["concat", "needs"] == "blocks"
    assert table.loc["stacking", "needs"] == "out of fold, predictions"
    assert {ConcatFusion, StackingFusion, VotingFusion} <= set(FUSIONS.values())
