"""Short names, objects, and the table of fusions."""

import gc
import html
import pickle

import pandas as pd
import pytest
from sklearn.base import clone

from mmensemble import (
    ConcatFusion,
    GatingFusion,
    MultimodalClassifier,
    SelectionFusion,
    StackingFusion,
    VotingFusion,
    list_fusions,
)
from mmensemble.fusion import BaseFusion, make_fusion
from mmensemble.fusion._lookup import named_fusions
from mmensemble.testing._view_checks import make_view

BUILT_IN = {
    name: cls
    for name, cls in named_fusions().items()
    if cls.__module__.startswith("mmensemble.")
}


def test_names_of_fusions():
    """Fifteen fusions have a name, in alphabetical order."""
    assert len(BUILT_IN) == 15
    assert list(BUILT_IN) == sorted(BUILT_IN)
    assert {ConcatFusion, StackingFusion, VotingFusion} <= set(BUILT_IN.values())
    assert all(cls.short_name == name for name, cls in BUILT_IN.items())


@pytest.mark.parametrize("name", BUILT_IN)
def test_short_names(name):
    """A short name stands for the class with its defaults."""
    fusion = make_fusion(name)
    assert type(fusion) is BUILT_IN[name]
    assert fusion.get_params() == BUILT_IN[name]().get_params()


def test_objects_are_cloned():
    """An object is copied with its parameters, unfitted."""
    given = VotingFusion("median", max_patterns=3)
    given.weights_ = [1]
    made = make_fusion(given)
    assert made is not given
    assert made.get_params() == given.get_params()
    assert not hasattr(made, "weights_")
    assert make_fusion(SelectionFusion(n_steps=3)).n_steps == 3


def test_unknown_name():
    """An unknown name is refused with the known ones."""
    with pytest.raises(ValueError, match=r"'fusion' .* one of \[.*'concat', .*'vote'"):
        make_fusion("vote")


@pytest.mark.parametrize("wrong", [VotingFusion, 3, None, MultimodalClassifier()])
def test_no_fusion(wrong):
    """What is no fusion, or a class of one, is refused."""
    with pytest.raises(TypeError, match=r"instance of a fusion .*StackingFusion\(\)"):
        make_fusion(wrong)


def test_parameter_is_named():
    """Messages name the parameter that holds the fusion."""
    with pytest.raises(ValueError, match=r"^Did you mean 'voting'.*'decision' param"):
        make_fusion("vote", "decision")
    with pytest.raises(TypeError, match="The 'feature' parameter must be one of"):
        make_fusion(3, "feature")


def test_table():
    """One row a short name, nothing left empty but what some do not offer."""
    table = list_fusions()
    assert set(table.index) >= set(BUILT_IN)
    columns = ["class", "level", "needs", "tasks", "row_outputs", "reference", "when"]
    assert list(table.columns) == columns
    assert (table.drop(columns="row_outputs").map(len) > 0).all(axis=None)
    assert table.loc["voting", "class"] == "VotingFusion"
    assert table.loc["concat", "needs"] == "blocks"
    assert table.loc["stacking", "needs"] == "out of fold, predictions"
    assert table.loc["feature_gating", "row_outputs"] == "gate_values"


class Plain(VotingFusion):
    """Another voting, of no name of its own."""


def test_names_are_not_inherited():
    """A subclass without a name of its own leaves the name to its parent."""
    assert Plain().short_name == "voting"
    assert make_fusion("voting").__class__ is VotingFusion


def test_own_name(monkeypatch):
    """A class with a name is chosen by it, also as a pickled or cloned model's."""
    monkeypatch.setattr(Plain, "short_name", "plain")
    assert type(make_fusion("plain")) is Plain
    assert "plain" in list_fusions().index
    model = MultimodalClassifier(fusion="plain")
    assert clone(model).fusion == pickle.loads(pickle.dumps(model)).fusion == "plain"
    fitted = make_fusion("plain").fit(make_view(Plain(), "classification"))
    assert type(pickle.loads(pickle.dumps(fitted))) is Plain
    monkeypatch.undo()
    assert "plain" not in named_fusions()


def test_name_of_another():
    """A name is refused that another class has, and the other one keeps it."""
    with pytest.raises(ValueError, match=r"'gating' of Mine is that of .*GatingFusion"):

        class Mine(VotingFusion):
            short_name = "gating"

    assert type(make_fusion("gating")) is GatingFusion


@pytest.mark.parametrize("wrong", ["two words", "", 3])
def test_name_that_is_no_word(wrong):
    """A name must be a word."""
    with pytest.raises(ValueError, match="'short_name' of Mine must be a word"):

        class Mine(VotingFusion):
            short_name = wrong


def test_class_defined_twice():
    """Of a class that is defined again, as in a notebook, the later one counts."""

    def define():
        class Again(BaseFusion):
            short_name = "again"

        return Again

    first, second = define(), define()
    assert type(make_fusion("again")) is second
    del second
    first.short_name = None
    gc.collect()
    assert "again" not in named_fusions()


def test_the_table_prints_whole():
    """Every word of every fusion is shown, also in a narrow terminal and on a page."""
    table = list_fusions()
    with pd.option_context("display.width", 40, "display.max_rows", 3):
        printed, page = repr(table), table._repr_html_()
    joined = " ".join(printed.split())
    for name, row in table.iterrows():
        assert f"{name}: {row['class']} (" in printed
        assert row["when"] in joined
        assert row["reference"] in joined
        assert html.escape(row["when"], quote=False) in page
    assert max(map(len, printed.splitlines())) <= 88
    assert type(table.loc[["voting"]]) is pd.DataFrame
