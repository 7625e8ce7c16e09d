"""One table from separate views."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble import stack_views
from mmensemble._frame import kinds
from mmensemble.modality._columns import resolve_modalities, select
from mmensemble.modality._presence import presence_mask

pl = pytest.importorskip("polars")

SOUND = np.arange(6.0).reshape(3, 2)
NOTES = ["ab", "c", None]


def columns_of(modalities):
    """Return the columns of each modality by name."""
    return {name: columns for name, _, columns in modalities}


def test_arrays_and_text_become_a_pandas_frame():
    """Arrays get numbered columns, a 1-D view the name of its view."""
    X, modalities = stack_views({"sound": SOUND, "notes": NOTES})
    assert list(X.columns) == ["sound__0", "sound__1", "notes__notes"]
    np.testing.assert_array_equal(X[["sound__0", "sound__1"]], SOUND)
    assert kinds(X) == ["number", "number", "string"]
    assert {extractor for _, extractor, _ in modalities} == {"auto"}


def test_lists_of_mixed_rows_keep_their_types():
    """Numbers beside text do not turn into text."""
    X, _ = stack_views({"mixed": [[1, "a"], [2, "b"]]})
    assert kinds(X) == ["number", "string"]


def test_modalities_are_what_auto_would_find():
    """The triples handed back equal those of modalities='auto'."""
    views = {"sound": SOUND, "notes": NOTES}
    X, modalities = stack_views(views)
    assert resolve_modalities(modalities, X) == modalities
    assert resolve_modalities("auto", X) == modalities


def test_frames_and_series_keep_names_and_index():
    """Columns are prefixed; the index and the types stay."""
    index = pd.Index(["u", "v", "w"], name="id")
    frame = pd.DataFrame({"age": [1, 2, 3], 7: ["a", "b", "c"]}, index=index)
    named = pd.Series([1.5, 2.5, 3.5], index=index, name="level")
    plain = pd.Series([True, False, True], index=index)
    X, modalities = stack_views({"clinic": frame, "blood": named, "flag": plain})
    expected = ["clinic__age", "clinic__7", "blood__level", "flag__flag"]
    assert list(X.columns) == expected
    pd.testing.assert_index_equal(X.index, index)
    assert kinds(X) == ["number", "string", "number", "boolean"]
    assert columns_of(modalities)["clinic"] == ["clinic__age", "clinic__7"]


def test_column_multiindex_is_flattened_as_tables_are():
    """The levels of a column name are joined by the separator."""
    columns = pd.MultiIndex.from_tuples([("a", "x"), ("a", 1)])
    X, _ = stack_views({"m": pd.DataFrame(SOUND, columns=columns)})
    assert list(X.columns) == ["m__a__x", "m__a__1"]


def test_polars_views_stay_polars():
    """Frames and series of polars become a frame of polars."""
    views = {
        "a": pl.DataFrame({"x": [1, 2, 3]}),
        "b": pl.Series("y", ["p", "q", "r"]),
        "c": pl.Series([1.0, 2.0, 3.0]),
    }
    X, modalities = stack_views(views)
    assert isinstance(X, pl.DataFrame)
    assert X.columns == ["a__x", "b__y", "c__c"]
    assert columns_of(modalities)["b"] == ["b__y"]


def test_polars_beside_pandas_needs_no_pyarrow(monkeypatch):
    """The types of polars columns survive the way into a pandas frame."""

    def refuse(*args, **kwargs):
        raise ModuleNotFoundError("pyarrow is an optional dependency")

    monkeypatch.setattr(pl.DataFrame, "to_pandas", refuse)
    monkeypatch.setattr(pl.DataFrame, "to_arrow", refuse)
    view = pl.DataFrame(
        {
            "number": [1, None, 3],
            "word": ["a", None, "b"],
            "level": pl.Series(["x", None, "y"], dtype=pl.Categorical),
            "flag": [True, None, False],
            "day": [dt.date(2020, 1, 1), None, dt.date(2021, 1, 1)],
            "wait": [dt.timedelta(1), None, dt.timedelta(2)],
        }
    )
    X, _ = stack_views({"p": view, "q": pd.DataFrame({"z": [1, 2, 3]})})
    assert kinds(X)[:-1] == kinds(view)
    assert X.isna().to_numpy()[:, :-1].tolist() == [
        [False] * 6,
        [True] * 6,
        [False] * 6,
    ]


def test_a_sparse_view_makes_a_sparse_table():
    """Sparse beside dense numbers is one CSR matrix, addressed by position."""
    views = {
        "words": sparse.coo_matrix(np.eye(3)),
        "sound": SOUND,
        "flag": [True, False, True],
        "more": sparse.csr_array(np.eye(3)),
    }
    X, modalities = stack_views(views)
    assert X.format == "csr"
    assert [columns for _, _, columns in modalities] == [
        [0, 1, 2],
        [3, 4],
        [5],
        [6, 7, 8],
    ]
    np.testing.assert_array_equal(select(X, [3, 4]).toarray(), SOUND)


def test_views_without_an_index_take_that_of_the_others():
    """An array stands beside a frame row by row, whatever the frame's index."""
    frame = pd.DataFrame({"x": [1, 2, 3]}, index=[30, 10, 20])
    X, _ = stack_views({"sound": SOUND, "frame": frame, "p": pl.Series([1, 2, 3])})
    assert X.index.tolist() == [30, 10, 20]
    np.testing.assert_array_equal(X["sound__0"], SOUND[:, 0])
    assert not X.isna().any(axis=None)


def test_equal_indexes_with_repeated_labels_are_joined_exactly():
    """A bootstrap sample of several views needs no alignment."""
    frame = pd.DataFrame({"x": [1, 2, 3]}, index=["a", "b", "c"]).iloc[[0, 0, 2]]
    X, _ = stack_views({"one": frame, "two": frame * 10})
    np.testing.assert_array_equal(X, [[1, 10], [1, 10], [3, 30]])


@pytest.mark.parametrize(
    ("join", "labels", "present"),
    [
        ("outer", ["u", "v", "w"], [[1, 0], [1, 1], [0, 1]]),
        ("inner", ["v"], [[1, 1]]),
    ],
)
def test_different_indexes_are_aligned_on_request(join, labels, present):
    """A sample that a view lacks is a row without that modality."""
    one = pd.DataFrame({"x": [1, 2], "y": ["p", "q"]}, index=["u", "v"])
    two = pd.DataFrame({"x": [3, 4]}, index=["v", "w"])
    X, modalities = stack_views({"one": one, "two": two}, join=join)
    assert X.index.tolist() == labels
    assert X.loc["v"].tolist() == [2, "q", 3]
    np.testing.assert_array_equal(presence_mask(X, modalities), present)


@pytest.mark.parametrize(
    "views",
    [
        {"a": SOUND, "b": np.eye(3), "c": NOTES},
        {"a": pl.DataFrame(SOUND), "b": pl.DataFrame(np.eye(3))},
        {"a": sparse.csr_matrix(SOUND), "b": np.eye(3)},
        {"a": pd.DataFrame(SOUND), "b": np.eye(3)},
    ],
    ids=["arrays", "polars", "sparse", "pandas"],
)
def test_round_trip(views):
    """Selecting each modality of the table gives each view back."""
    X, modalities = stack_views(views)
    for name, _, columns in resolve_modalities(modalities, X):
        part = select(X, columns)
        part = part.toarray() if sparse.issparse(part) else np.asarray(part)
        view = views[name]
        view = (
            view.toarray() if sparse.issparse(view) else np.asarray(view, dtype=object)
        )
        view = view.reshape(len(view), -1)
        np.testing.assert_array_equal(pd.isna(part), pd.isna(view))
        known = ~pd.isna(view)
        np.testing.assert_array_equal(part[known], view[known])


def test_views_are_left_as_they_are():
    """Neither names nor index of the user's frames change."""
    frame = pd.DataFrame({"x": [1, 2, 3]}, index=[3, 2, 1])
    before = frame.copy()
    stack_views({"a": frame, "b": SOUND})
    pd.testing.assert_frame_equal(frame, before)


ONE = pd.DataFrame({"x": [1, 2]}, index=["u", "v"])
TWO = pd.DataFrame({"x": [3, 4]}, index=["v", "w"])


@pytest.mark.parametrize(
    ("views", "join", "error", "match"),
    [
        ([SOUND], "exact", TypeError, "takes a dict .* got list"),
        ({}, "exact", TypeError, "at least one entry"),
        ({"a": SOUND}, "left", ValueError, "must be 'exact', 'outer' or 'inner', got"),
        ({"a__b": SOUND}, "exact", ValueError, "must not contain '__'"),
        ({1: SOUND}, "exact", ValueError, "must be strings, got 1"),
        ({"a": np.ones((2, 2, 2))}, "exact", ValueError, "'a' must be 1-D or 2-D"),
        ({"a": 1.0}, "exact", ValueError, "'a' must be 1-D or 2-D, got 0-D"),
        ({"a": SOUND, "b": [1]}, "exact", ValueError, r"samples: \{'a': 3, 'b': 1\}"),
        ({"a": SOUND, "b": [1]}, "outer", ValueError, "differ in their number"),
        (
            {"a": pl.Series([1]), "b": pl.Series([1, 2])},
            "outer",
            ValueError,
            "differ in their number of samples",
        ),
        (
            {"a": sparse.eye(2), "b": [1]},
            "inner",
            ValueError,
            "differ in their number of samples",
        ),
        ({"a": ONE, "b": TWO}, "exact", ValueError, "index of view 'b' differs"),
        ({"a": ONE, "b": [1, 2]}, "outer", ValueError, r"\['b'\] have no index"),
        (
            {"a": ONE.iloc[[0, 0]], "b": TWO},
            "outer",
            ValueError,
            "'a' has an index with repeated labels",
        ),
        (
            {"a": pd.DataFrame(SOUND, columns=[1, "1"])},
            "exact",
            ValueError,
            r"columns of the same name: \['a__1'\]",
        ),
        (
            {"a": sparse.eye(3), "notes": NOTES},
            "exact",
            ValueError,
            "'notes' holds object and cannot share a table with a sparse view",
        ),
    ],
)
def test_views_that_make_no_table_are_errors(views, join, error, match):
    """Each message names the view and what to do."""
    with pytest.raises(error, match=match):
        stack_views(views, join=join)


ROWS = ["p1", "p2", "p3"]
RNA = pd.DataFrame({"g": [1.0, 2.0, 3.0]}, index=ROWS)


def test_frames_beside_a_sparse_view_must_agree_in_their_index():
    """A sparse view does not switch off the check that rows are the same samples."""
    views = {"notes": sparse.eye(3, format="csr"), "rna": RNA, "prot": RNA[::-1]}
    with pytest.raises(ValueError, match="index of view 'prot' differs"):
        stack_views(views)
    views["prot"] = RNA * 10
    X, _ = stack_views(views)
    np.testing.assert_array_equal(X[:, 3:].toarray(), [[1, 10], [2, 20], [3, 30]])


@pytest.mark.parametrize("join", ["outer", "inner"])
def test_a_sparse_view_cannot_be_aligned(join):
    """Its rows have no labels, so that `join` is refused, not left undone."""
    views = {"rna": RNA, "notes": sparse.eye(3, format="csr")}
    with pytest.raises(ValueError, match=r"\['notes'\] have no index that join"):
        stack_views(views, join=join)


def numbered(labels):
    """Return a view of these samples."""
    return pd.DataFrame({"v": np.arange(float(len(labels)))}, index=labels)


def test_an_outer_join_without_a_common_label_warns():
    """Numbers and their text are different labels; the message counts the pairs."""
    views = {
        "a": numbered(range(30)),
        "b": numbered([str(i) for i in range(30)]),
        "c": numbered(range(20, 40)),
    }
    match = (
        r"\['b'\] share no label.*Common labels: 'a' and 'b' 0, 'b' and 'c' 0, "
        r"'a' and 'c' 10\. 30 labels of 'a' and 'b' would be common as text"
    )
    with pytest.warns(UserWarning, match=match):
        X, _ = stack_views(views, join="outer")
    assert X.shape == (70, 3)
    del views["b"]
    assert stack_views(views, join="outer")[0].shape == (40, 2)


def test_an_inner_join_without_a_common_label_is_refused():
    """A table without rows is of no use; the message counts the pairs."""
    views = {"a": numbered([1, 2]), "b": numbered([2, 3]), "c": numbered([3, 1])}
    match = "keeps no sample.*'a' and 'b' 1, 'a' and 'c' 1, 'b' and 'c' 1"
    with pytest.raises(ValueError, match=match):
        stack_views(views, join="inner")
