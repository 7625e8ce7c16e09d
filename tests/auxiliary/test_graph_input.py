"""Graphs from every source, and how they are shared."""

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from mmensemble.auxiliary import GraphEmbedder
from mmensemble.auxiliary._graph_input import (
    code_triples,
    make_graph,
    positions,
    read_graph,
    read_names,
)

ROWS = [("NA", "in", "africa"), ("fr", "in", "europe"), ("fr", "in", "europe")]
FRAME = pd.DataFrame(ROWS, columns=["head", "relation", "tail"])


def files(folder):
    """Write the rows as every kind of file, and return the paths."""
    FRAME.to_csv(folder / "a.csv", index=False)
    FRAME.to_parquet(folder / "a.parquet")
    for ending in ("tsv", "txt"):
        FRAME.to_csv(folder / f"a.{ending}", sep="\t", index=False, header=False)
    return sorted(folder.iterdir())


def call():
    """Return the rows, as a user's function does."""
    return FRAME


def test_all_sources_give_the_same_graph(tmp_path):
    """Lists, arrays, frames, files and callables hold the same triples."""
    polars = pytest.importorskip("polars")
    sources = [ROWS, np.array(ROWS), FRAME, polars.DataFrame(FRAME.to_dict("list"))]
    sources += [call, *files(tmp_path), *map(str, files(tmp_path))]
    for source in sources:
        graph = read_graph(source)
        assert graph.entities.tolist() == ["NA", "africa", "europe", "fr"]
        assert graph.relations.tolist() == ["in"]
        assert graph.triples.tolist() == [[0, 0, 1], [3, 0, 2]]


def test_numbers_are_names():
    """A whole number names the same entity however it is stored."""
    one = read_graph(np.array([[1, 0, 2], [2, 0, 3]]))
    other = read_graph(pd.DataFrame({"a": [1.0, 2.0], "b": "0", "c": ["2", "3"]}))
    assert one.entities.tolist() == other.entities.tolist() == ["1", "2", "3"]
    np.testing.assert_array_equal(one.triples, other.triples)


def test_relations_can_be_excluded():
    """Triples of an excluded relation are gone, and entities that only they name."""
    rows = [*ROWS, ("fr", "class", "big")]
    graph = read_graph(rows, exclude=["class"])
    assert "big" not in graph.entities
    assert graph.relations.tolist() == ["in"]
    with pytest.raises(ValueError, match="'exclude' parameter names relations that"):
        read_graph(rows, exclude=["clas"])
    with pytest.raises(ValueError, match="leaves no row of 'triples'"):
        read_graph(ROWS, exclude=["in"])


def test_bad_graphs_are_refused(tmp_path):
    """Width, missing names and unknown files each have a message of their own."""
    with pytest.raises(ValueError, match="'edges' parameter must have 2 or 3 columns"):
        read_names(np.ones((3, 4)), "edges", (2, 3))
    with pytest.raises(ValueError, match="lacks a name in 1 of 2 rows, first in row 1"):
        read_names([("a", "b", "c"), ("a", None, "c")], "triples")
    with pytest.raises(ValueError, match=r"must name a .csv, .parquet, .tsv or .txt"):
        read_names(Path("a.json"), "triples")


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ([], "must be a list of rows such as .*, all equally long; it is empty"),
        ([("a", "b", "c"), ("a", "b")], r"equally long; row 1 is \('a', 'b'\)\."),
        (["a b c"], "row 0 is 'a b c'"),
        (lambda: None, "'triples' parameter is a function of nothing"),
    ],
)
def test_lists_that_are_no_triples(rows, match):
    """The message shows the row."""
    with pytest.raises(ValueError, match=match):
        read_names(rows, "triples")


def test_columns_come_by_name():
    """A frame that says what is head and what is tail may have any order."""
    polars = pytest.importorskip("polars")
    wanted = read_names(FRAME, "triples").tolist()
    turned = FRAME[["tail", "head", "relation"]]
    assert read_names(turned, "triples").tolist() == wanted
    assert read_names(turned.rename(columns=str.title), "triples").tolist() == wanted
    words = {"head": "subject", "relation": "predicate", "tail": "object"}
    other = polars.DataFrame(turned.rename(columns=words).to_dict("list"))
    assert read_names(other, "triples").tolist() == wanted
    plain = turned.set_axis(["a", "b", "c"], axis=1)
    assert read_names(plain, "triples").tolist() == turned.to_numpy().tolist()


def test_head_lines_are_told_from_triples(tmp_path):
    """Tabs with one, and a CSV file that lacks it."""
    turned = FRAME[["tail", "head", "relation"]]
    turned.to_csv(tmp_path / "a.tsv", sep="\t", index=False)
    assert read_graph(tmp_path / "a.tsv").triples.tolist() == [[0, 0, 1], [3, 0, 2]]
    (tmp_path / "e.txt").write_text("Source\tTarget\nann\tbob\n")
    assert read_names(tmp_path / "e.txt", "edges", (2,)).tolist() == [["ann", "bob"]]
    body = pd.DataFrame([("head", "part", "body")], columns=FRAME.columns)
    body.to_csv(tmp_path / "a.csv", index=False)
    assert read_graph(tmp_path / "a.csv").entities.tolist() == ["body", "head"]
    FRAME.to_csv(tmp_path / "a.csv", index=False, header=False)
    with pytest.warns(
        UserWarning, match=r"first line of 'a\.csv' .*, and 'in' in it is"
    ):
        read_graph(tmp_path / "a.csv")


def test_files_that_cannot_be_read(tmp_path):
    """The message names parameter and file."""
    with pytest.raises(FileNotFoundError, match=r"'triples' parameter names '.*gone"):
        read_graph(tmp_path / "gone.tsv")
    FRAME.to_csv(tmp_path / "a.csv", index=False, sep=";")
    with pytest.raises(
        ValueError, match=r"got 1\. Columns of a \.csv file are separated"
    ):
        read_graph(tmp_path / "a.csv")
    (tmp_path / "b.tsv").write_text("")
    with pytest.raises(ValueError, match=r"b\.tsv', which cannot be read: it is empty"):
        read_graph(tmp_path / "b.tsv")


def test_positions_of_unknown_and_missing_names():
    """What is not among the known names is at −1."""
    known = np.array(["a", "b", "c"], dtype=object)
    asked = np.array(["c", "z", None, "a"], dtype=object)
    assert positions(asked, known).tolist() == [2, -1, -1, 0]


def test_unseen_triples_are_named():
    """The first triple that fit cannot know is in the message."""

    class Fitted:
        entities_ = make_graph(np.array(ROWS, dtype=object)).entities
        relations_ = np.array(["in"], dtype=object)

    coded = code_triples(ROWS[:2], Fitted, "known")
    assert coded.tolist() == [[0, 0, 1], [3, 0, 2]]
    with pytest.raises(ValueError, match=r"1 of the triples in 'known' .*'atlantis'"):
        code_triples([*ROWS, ("fr", "in", "atlantis")], Fitted, "known")


class Uncopyable(pd.DataFrame):
    """A frame that counts as an error to be copied deeply."""

    def __deepcopy__(self, memo):
        raise AssertionError("the graph was copied")


def test_clones_share_the_graph():
    """Neither clone nor a grid search copies the table of triples."""
    triples = Uncopyable(FRAME)
    model = GraphEmbedder(triples, on="country", passthrough=False)
    twin = clone(model.set_output(transform="pandas"))
    assert twin.triples is triples
    assert twin._sklearn_output_config == model._sklearn_output_config
    X = pd.DataFrame({"country": ["NA", "fr"] * 6})
    search = GridSearchCV(
        make_pipeline(model, LogisticRegression()),
        {"graphembedder__n_components": [1, 2]},
        cv=2,
    )
    search.fit(X, ["a", "b"] * 6)
    assert search.best_estimator_[0].triples is triples


def test_state_of_a_fitted_model_leaves_the_graph_out():
    """A pickle is as small for a large graph as for a small one, and transforms."""
    few = pd.DataFrame({"a": ["x", "y"] * 5, "b": "in", "c": ["z"] * 10})
    sizes = []
    for triples in (few, pd.concat([few] * 1000)):
        model = GraphEmbedder(triples, on="e").fit(pd.DataFrame({"e": ["x"]}))
        stored = pickle.dumps(model)
        sizes.append(len(stored))
        read = pickle.loads(stored)
        X = pd.DataFrame({"e": ["x", "y", "?"]})
        pd.testing.assert_frame_equal(read.transform(X), model.transform(X))
        with pytest.raises(ValueError, match=r"DataFrame of .* is not stored with a"):
            read.fit(X)
        assert read.set_params(triples=few).fit(X).entities_.tolist() == ["x", "y", "z"]
    assert abs(sizes[0] - sizes[1]) < 50


def test_state_of_an_unfitted_model_holds_the_graph():
    """Workers get what they are to fit."""
    model = pickle.loads(pickle.dumps(GraphEmbedder(FRAME, on=0)))
    pd.testing.assert_frame_equal(model.triples, FRAME)
    fitted = GraphEmbedder(call, on="e").fit(pd.DataFrame({"e": ["fr"]}))
    assert pickle.loads(pickle.dumps(fitted)).triples is call
