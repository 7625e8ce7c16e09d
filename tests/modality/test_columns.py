"""Modalities from what the user wrote."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import make_column_selector
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier
from mmensemble._frame import as_table
from mmensemble.modality import OptionalColumns
from mmensemble.modality._columns import (
    check_extractor,
    check_names,
    positions_of,
    prune_columns,
    resolve_modalities,
    select,
    used_columns,
)
from mmensemble.modality._pruned import note_pruned

pl = pytest.importorskip("polars")

ARRAY = np.arange(12.0).reshape(3, 4)
FRAME = pd.DataFrame(ARRAY, columns=list("abcd"))


def resolve(columns, X=FRAME, extractor="auto"):
    """Return the resolved columns of a single modality."""
    return resolve_modalities([("one", extractor, columns)], X)[0][2]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("b", "b"),
        (-1, "d"),
        (np.int64(1), "b"),
        (["c", "a"], ["c", "a"]),
        ([0, -1], ["a", "d"]),
        (("a", "b"), ["a", "b"]),
        (slice("b", "c"), ["b", "c"]),
        (slice(1, 3), ["b", "c"]),
        (slice(3, None, -2), ["d", "b"]),
        ([True, False, False, True], ["a", "d"]),
        (np.array([False, True, False, False]), ["b"]),
        (pd.Index(["d"]), ["d"]),
        (make_column_selector(pattern="a|b"), ["a", "b"]),
        (lambda X: X.columns[-1], "d"),
    ],
    ids=[str(case) for case in range(14)],
)
def test_columns_of_a_frame_become_names(columns, expected):
    """Every specification ends in names, a bare one in a bare name."""
    assert resolve(columns) == expected


LEVELS = pd.DataFrame(
    ARRAY, columns=pd.MultiIndex.from_product([["rna", "prot"], ["g1", "g2"]])
)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("rna", "g2"), "rna__g2"),
        ([("rna", "g2"), ("prot", "g1")], ["rna__g2", "prot__g1"]),
        ((("rna", "g2"), ("prot", "g1")), ["rna__g2", "prot__g1"]),
        (slice(("rna", "g2"), ("prot", "g2")), ["rna__g2", "prot__g1", "prot__g2"]),
        (slice(None, ("rna", "g2")), ["rna__g1", "rna__g2"]),
        (LEVELS.columns[1:3], ["rna__g2", "prot__g1"]),
        ("rna__g1", "rna__g1"),
    ],
    ids=[str(case) for case in range(7)],
)
def test_tuples_name_columns_of_several_levels(columns, expected):
    """As pandas names them, and as the table that is learnt from does."""
    assert resolve(columns, as_table(LEVELS)) == expected


def test_models_of_columns_of_several_levels():
    """They are named by tuples, and addressed by them at predict."""
    names = [("one", "auto", [("rna", "g2")]), ("two", "auto", [("prot", "g2")])]
    model = MultimodalClassifier(names, fusion="voting")
    model.fit(pd.concat([LEVELS] * 4), np.arange(12) % 2)
    assert [columns for _, _, columns in model.modalities_] == [
        ["rna__g2"],
        ["prot__g2"],
    ]
    expected = model.predict_proba(LEVELS)
    turned = LEVELS[LEVELS.columns[::-1]]
    np.testing.assert_array_equal(model.predict_proba(turned), expected)


def test_a_tuple_of_names_is_a_list_of_them():
    """Unless they are the levels of one column; a wrong level is named."""
    both = FRAME.set_axis(["a", "b", "a__b", "c"], axis=1)
    assert resolve(("a", "b"), both) == ["a", "b"]
    assert resolve([("a", "b")], both) == ["a__b"]
    with pytest.raises(ValueError, match=r"Modality 'one': .*'rna__g9'"):
        resolve([("rna", "g9")], as_table(LEVELS))


@pytest.mark.parametrize("X", [ARRAY, sparse.csr_matrix(ARRAY)], ids=["array", "csr"])
def test_columns_of_an_array_become_positions(X):
    """Tables without names are addressed by non-negative positions."""
    assert resolve([0, -1], X) == [0, 3]
    assert resolve(-2, X) == 2
    assert resolve(slice(-2, None), X) == [2, 3]


def test_columns_of_a_frame_with_integer_names_become_positions():
    """Integers are positions, also where the names are integers."""
    X = pd.DataFrame(ARRAY, columns=[5, 6, 7, 8])
    assert resolve([0, 1], X) == [0, 1]
    assert list(select(X, [0, 1]).columns) == [5, 6]


def test_callable_is_called_once_with_the_table():
    """A callable sees the table, once for one resolution."""
    calls = []

    def columns(X):
        calls.append(X)
        return ["a"]

    resolve(columns)
    assert len(calls) == 1
    assert calls[0] is FRAME


def test_auto_groups_by_prefix():
    """What stands before the first "__" is the modality; the rest is "other"."""
    names = ["a__x", "b__y", "a__z__w", "plain"]
    X = pd.DataFrame(ARRAY, columns=names)
    assert resolve_modalities("auto", X) == [
        ("a", "auto", ["a__x", "a__z__w"]),
        ("b", "auto", ["b__y"]),
        ("other", "auto", ["plain"]),
    ]


def test_auto_puts_plain_columns_with_a_modality_named_other():
    """A modality that the user called "other" takes the columns without prefix."""
    X = pd.DataFrame(ARRAY[:, :2], columns=["other__x", "plain"])
    assert resolve_modalities("auto", X) == [("other", "auto", ["other__x", "plain"])]


@pytest.mark.parametrize(
    ("X", "columns"),
    [
        (ARRAY, [0, 1, 2, 3]),
        (sparse.csr_matrix(ARRAY), [0, 1, 2, 3]),
        (FRAME, list("abcd")),
        (pl.from_pandas(FRAME), list("abcd")),
        (FRAME.set_axis([1, 2, 3, 4], axis=1), [0, 1, 2, 3]),
    ],
    ids=["array", "csr", "pandas", "polars", "integer names"],
)
def test_auto_without_a_prefix_is_one_modality(X, columns):
    """Columns that carry no prefix all belong together."""
    assert resolve_modalities("auto", X) == [("features", "auto", columns)]


@pytest.mark.parametrize("name", ["__x", "__"])
def test_auto_reads_an_empty_prefix_as_none(name):
    """A name that begins with the separator names no modality."""
    X = pd.DataFrame(ARRAY[:, :2], columns=[name, "m__y"])
    assert [m for m, _, _ in resolve_modalities("auto", X)] == ["other", "m"]


@pytest.mark.parametrize("empty", [[], [False] * 4, slice(0, 0), np.array([], int)])
def test_empty_and_dropped_modalities_are_left_out(empty):
    """A modality without columns, or with 'drop', does not take part."""
    modalities = [("no", "auto", empty), ("gone", "drop", "a"), ("yes", "auto", "b")]
    assert resolve_modalities(modalities, FRAME) == [("yes", "auto", "b")]


def test_no_modality_left_is_an_error():
    """The message names the modalities that came to nothing."""
    with pytest.raises(ValueError, match=r"leaves no modality .*'no', 'gone'"):
        resolve_modalities([("no", "auto", []), ("gone", "drop", "a")], FRAME)


@pytest.mark.parametrize("entry", ["text", ("a", "auto"), {"a": 1}, None])
def test_entry_that_is_no_triple_is_an_error(entry):
    """A modality is a triple."""
    with pytest.raises(TypeError, match=r"\(name, extractor, columns\) triple, got"):
        resolve_modalities([entry], FRAME)


@pytest.mark.parametrize(
    ("columns", "error", "match"),
    [
        ("z", ValueError, "not a column|column name|z"),
        (["a", "z"], ValueError, "not a column|column name|z"),
        (4, ValueError, "all features must be in"),
        (1.5, ValueError, "No valid specification"),
        (["a", 1], ValueError, "No valid specification"),
        (slice("a", "z"), ValueError, "z"),
        (slice("a", "c", 2), NotImplementedError, "step must be 1 or None"),
    ],
)
def test_columns_that_are_not_there_name_the_modality(columns, error, match):
    """scikit-learn's error stays, with a note on whose columns they are."""
    with pytest.raises(error, match=match) as caught:
        resolve_modalities([("genes", "auto", columns)], FRAME)
    assert "columns of modality 'genes'" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    "extractor",
    [
        "auto",
        "passthrough",
        "drop",
        StandardScaler(),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
    ids=repr,
)
def test_extractors_that_are_accepted(extractor):
    """Words, transformers and pipelines that end in a predictor are extractors."""
    check_extractor("genes", extractor)


@pytest.mark.parametrize("extractor", ["pca", None, 3, [StandardScaler()]], ids=repr)
def test_extractor_that_cannot_extract_is_an_error(extractor):
    """The message says what would be an extractor."""
    with pytest.raises(TypeError, match="'genes' must be a transformer, a pipeline or"):
        check_extractor("genes", extractor)


def test_extractor_given_as_a_class_is_an_error():
    """The commonest slip has a message of its own."""
    with pytest.raises(
        TypeError, match="is the class StandardScaler; pass an instance"
    ):
        check_extractor("genes", StandardScaler)


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (["a", 1], "must be strings, got 1"),
        ([""], "must be strings, got ''"),
        (["a__b"], "must not contain '__', got 'a__b'"),
        (["cv"], r"'cv' is that of a constructor argument; reserved are \['cv'\]"),
        (["a", "b", "a"], r"must be unique, got \['a'\] more than once"),
    ],
)
def test_unfit_names_are_errors(names, match):
    """Names of modalities become names of parameters, and have their limits."""
    with pytest.raises(ValueError, match=match):
        check_names(names, reserved={"cv"})


def test_select_follows_the_names_of_a_frame():
    """Names address columns wherever they now stand."""
    turned = FRAME[["d", "c", "b", "a"]]
    assert list(select(turned, ["a", "c"]).columns) == ["a", "c"]
    np.testing.assert_array_equal(select(turned, ["a", "c"]), ARRAY[:, [0, 2]])
    assert positions_of(turned, ["a", "c"]) == [3, 1]
    assert positions_of(turned, "b") == [2]
    assert positions_of(ARRAY, [1, 2]) == [1, 2]


def test_used_columns_joins_overlaps():
    """Every column that any modality reads is named once."""
    triples = [("x", "auto", ["a", "b"]), ("y", "auto", "b"), ("z", "auto", "c")]
    assert used_columns(resolve_modalities(triples, FRAME)) == {"a", "b", "c"}


@pytest.mark.parametrize("columns", ["a", ["a"], slice("a", "b")])
def test_names_of_a_table_without_names_tell_what_to_do(columns):
    """After an imputer there are no names; the message says how to keep them."""
    with pytest.raises(ValueError, match=r"'one': .*set_output\(transform='pandas'\)"):
        resolve_modalities([("one", "auto", columns)], ARRAY)


def test_prune_columns():
    """Columns go by name or position, modalities with their last one."""
    resolved = [("one", "auto", ["a", "b"]), ("two", "auto", "a"), ("three", "auto", 3)]
    assert prune_columns(resolved, {"a"}) == [
        ("one", "auto", ["b"]),
        ("three", "auto", 3),
    ]
    with pytest.raises(ValueError, match="all of their columns are dropped"):
        prune_columns(resolved[1:2], {"a"})


def test_selector_that_matches_nothing():
    """A callable must select a column, unless it says that it may select none."""
    modalities = [
        ("genes", "auto", make_column_selector("^gnes")),
        ("rest", "auto", ["a"]),
    ]
    match = "selector of modality 'genes' matches no column .* there are 'a', 'b', 'c'"
    with pytest.raises(ValueError, match=match):
        resolve_modalities(modalities, FRAME)
    modalities[0] = ("genes", "drop", make_column_selector("^gnes"))
    assert resolve_modalities(modalities, FRAME) == modalities[1:]
    modalities[0] = ("genes", "auto", OptionalColumns(make_column_selector("^gnes")))
    assert resolve_modalities(modalities, FRAME) == modalities[1:]
    modalities[0] = ("genes", "auto", [])
    assert resolve_modalities(modalities, FRAME) == modalities[1:]


def test_selector_after_a_pruner_may_match_nothing():
    """Where a step in front has dropped columns, none may be left to select."""
    X = FRAME.copy()
    note_pruned(X, ["gene_1", *FRAME.columns])
    modalities = [("genes", "auto", lambda X: []), ("rest", "auto", ["a"])]
    assert resolve_modalities(modalities, X) == modalities[1:]


def test_selector_of_a_wide_table():
    """Of many columns the first are shown."""
    X = pd.DataFrame(np.zeros((2, 30)), columns=[f"c{j}" for j in range(30)])
    with pytest.raises(ValueError, match=r"there are 'c0', .*'c9', \.\.\.\. Mend it"):
        resolve_modalities([("genes", "auto", lambda X: [])], X)


def test_columns_that_are_none():
    """What is neither names nor positions is told with its modality."""
    with pytest.raises(TypeError, match="columns of modality 'one' must be names, pos"):
        resolve(None)


@pytest.mark.parametrize(
    "options",
    [
        {"pattern": "^[ab]"},
        {"dtype_include": "number"},
        {"dtype_include": np.int64},
        {"dtype_include": "category"},
        {"dtype_include": "datetime"},
        {"dtype_exclude": ["number", "category"]},
        {"dtype_include": bool, "pattern": "f"},
    ],
)
def test_selectors_of_scikit_learn_take_polars(options):
    """They select what they select of the same table in pandas."""
    polars = pytest.importorskip("polars")
    X = pd.DataFrame(
        {
            "a1": [1, 2],
            "b1": [0.5, 1.5],
            "flag": [True, False],
            "word": ["x", "y"],
            "kind": pd.Categorical(["u", "v"]),
            "when": pd.to_datetime(["2024-01-01", "2024-01-02"]),
        }
    )
    same = polars.DataFrame({n: X[n].tolist() for n in X}).with_columns(
        polars.col("kind").cast(polars.Categorical)
    )
    selector = make_column_selector(**options)
    expected = resolve_modalities([("m", "auto", selector)], X)
    assert expected[0][2]
    assert resolve_modalities([("m", "auto", selector)], same) == expected
    optional = OptionalColumns(selector)
    assert resolve_modalities([("m", "auto", optional)], same) == expected
    whole = resolve_modalities([("m", "auto", lambda frame: frame.columns)], same)
    assert whole[0][2] == list(X.columns)
