"""Column specifications mean what they mean in ColumnTransformer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer, make_column_selector

from mmensemble._frame import as_table
from mmensemble.modality import OptionalColumns
from mmensemble.modality._columns import resolve_modalities, select, used_columns

pl = pytest.importorskip("polars")

N_COLUMNS = 6
NAMES = ["age", "sex", "g_1", "g_2", "note", "last"]
ARRAY = np.arange(3.0 * N_COLUMNS).reshape(3, N_COLUMNS)
FRAME = pd.DataFrame(ARRAY, columns=NAMES)
MIXED = FRAME.assign(note=list("abc"), last=pd.Categorical(list("xyx")))

FRAMES = {
    "pandas": FRAME,
    "pandas mixed": MIXED,
    "pandas integer names": pd.DataFrame(ARRAY, columns=[5, 4, 3, 2, 1, 0]),
    "polars": pl.DataFrame({name: ARRAY[:, j] for j, name in enumerate(NAMES)}),
    "polars mixed": pl.DataFrame(
        {name: MIXED[name].to_list() for name in NAMES}, schema_overrides={}
    ),
}
TABLES = {
    "array": ARRAY,
    "object array": MIXED.to_numpy(dtype=object),
    "csr_matrix": sparse.csr_matrix(ARRAY),
    "csr_array": sparse.csr_array(ARRAY),
    "csc_matrix": sparse.csc_matrix(ARRAY),
    **FRAMES,
}


class Recorder(TransformerMixin, BaseEstimator):
    """Keeps what it is fitted on."""

    def __init__(self, seen):
        self.seen = seen

    def fit(self, X, y=None):
        """Keep the table."""
        self.seen.append(X)
        return self

    def transform(self, X):
        """Return one column of nothing."""
        return np.zeros((X.shape[0], 1))

    def __sklearn_clone__(self):
        return self


def handed_over(X, columns):
    """Return what ColumnTransformer hands to its transformer, or the error's type."""
    seen = []
    try:
        ColumnTransformer([("one", Recorder(seen), columns)]).fit(X)
    except Exception as error:
        return type(error)
    return seen[0] if seen else None


def selected(X, columns):
    """Return what a modality of these columns holds, or the error's type."""
    X = as_table(X)
    both = [("one", "auto", columns), ("spare", "auto", [0])]
    try:
        resolved = resolve_modalities(both, X)
        return select(X, resolved[0][2]) if resolved[0][0] == "one" else None
    except Exception as error:
        return type(error)


def content(part):
    """Return container, names and values of a part, None where it is empty."""
    if part is None or (len(part.shape) == 2 and part.shape[1] == 0):
        return None
    values = part.toarray() if sparse.issparse(part) else np.asarray(part)
    names = list(getattr(part, "columns", [getattr(part, "name", None)]))
    container = "sparse" if sparse.issparse(part) else type(part)
    return container, names, values.shape, values.tolist()


def check_same(X, columns):
    """Compare the two, errors by their type."""
    theirs, ours = handed_over(X, columns), selected(X, columns)
    if isinstance(theirs, type) or isinstance(ours, type):
        assert ours == theirs
    else:
        assert content(ours) == content(theirs)


positions = st.integers(-N_COLUMNS, N_COLUMNS - 1)
names = st.sampled_from(NAMES)
edges = st.none() | st.integers(-N_COLUMNS - 2, N_COLUMNS + 2)
masks = st.lists(st.booleans(), min_size=N_COLUMNS, max_size=N_COLUMNS)
by_position = st.one_of(
    positions,
    positions.map(np.int64),
    st.lists(positions, max_size=4),
    st.lists(positions, min_size=1, max_size=4).map(np.array),
    st.lists(positions, min_size=1, max_size=4).map(tuple),
    st.builds(slice, st.integers(-7, 7), edges),
    st.builds(slice, edges, st.integers(-7, 7), st.sampled_from([None, 1, 2, -1])),
    masks,
    masks.map(np.array),
    masks.map(pd.Series),
)
by_name = st.one_of(
    names,
    st.lists(names, min_size=1, max_size=4, unique=True),
    st.lists(names, min_size=1, max_size=4, unique=True).map(np.array),
    st.lists(names, min_size=1, max_size=4, unique=True).map(pd.Index),
    st.builds(slice, names, st.none() | names),
    st.builds(slice, st.none() | names, names),
)
tables = st.sampled_from(sorted(TABLES))
quick = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@quick
@given(table=tables, columns=by_position)
def test_positions_and_masks_select_the_same(table, columns):
    """Ints, negative ints, int slices and masks agree on every container."""
    check_same(TABLES[table], columns)


@quick
@given(table=st.sampled_from(sorted(FRAMES)), columns=by_name)
def test_names_select_the_same(table, columns):
    """Names, lists of names and slices of names agree on every frame."""
    check_same(FRAMES[table], columns)


@quick
@given(
    table=tables,
    columns=st.one_of(
        st.integers(-9, 9),
        st.lists(st.integers(-9, 9), max_size=3),
        st.lists(names | positions, max_size=3),
        st.lists(st.booleans(), max_size=8),
        st.sampled_from(["absent", ["absent"], slice("age", "absent"), 1.5, None]),
        names,
        st.builds(slice, st.none() | names, st.none(), st.sampled_from([None, 2])),
    ),
)
def test_what_is_not_there_is_the_same_error(table, columns):
    """Specifications that may be wrong raise the same type of error, or agree."""
    check_same(TABLES[table], columns)


@quick
@given(table=tables, columns=by_position | by_name)
def test_callables_are_called_once_and_mean_what_they_return(table, columns):
    """A callable is resolved as what it returns and is called a single time."""
    calls = []

    def chosen(X):
        calls.append(X.shape)
        return columns

    X = TABLES[table]
    ours = selected(X, OptionalColumns(chosen))
    assert calls == [X.shape]
    theirs = handed_over(X, chosen)
    if isinstance(theirs, type) or isinstance(ours, type):
        assert ours == theirs
    else:
        assert content(ours) == content(theirs)


@pytest.mark.parametrize("table", ["pandas", "pandas mixed"])
@pytest.mark.parametrize(
    "selector",
    [
        make_column_selector(pattern="^g_"),
        make_column_selector(dtype_include=np.number),
        make_column_selector(dtype_exclude=np.number),
        make_column_selector(dtype_include="category", pattern="last"),
        make_column_selector(pattern="absent"),
    ],
    ids=["pattern", "include", "exclude", "both", "none"],
)
def test_column_selectors_select_the_same(table, selector):
    """scikit-learn's column selector works as it does there."""
    check_same(FRAMES[table], OptionalColumns(selector))


@quick
@given(
    table=st.sampled_from(["array", "csr_matrix", "pandas", "polars"]),
    parts=st.lists(
        st.lists(positions, min_size=1, unique=True), min_size=1, max_size=3
    ),
)
def test_overlapping_modalities_are_resolved_each_on_its_own(table, parts):
    """What one modality takes does not keep another from taking it too."""
    X = TABLES[table]
    triples = [(f"m{j}", "auto", columns) for j, columns in enumerate(parts)]
    resolved = resolve_modalities(triples, X)
    alone = [resolve_modalities([triple], X)[0] for triple in triples]
    assert resolved == alone
    expected = {position % N_COLUMNS for part in parts for position in part}
    labels = used_columns(resolved)
    assert {NAMES.index(n) if isinstance(n, str) else n for n in labels} == expected


@quick
@given(table=tables, columns=by_position)
def test_resolving_what_was_resolved_changes_nothing(table, columns):
    """Resolved columns are a specification of the same columns."""
    X = as_table(TABLES[table])
    first = selected(X, columns)
    if first is None or isinstance(first, type):
        return
    resolved = resolve_modalities([("one", "auto", columns)], X)
    assert resolve_modalities(resolved, X) == resolved


@quick
@given(order=st.permutations(NAMES), columns=st.lists(names, min_size=1, unique=True))
def test_frames_are_addressed_by_name_afterwards(order, columns):
    """Columns resolved on one frame are found in any order of another."""
    for X in (MIXED, FRAMES["polars mixed"]):
        resolved = resolve_modalities([("one", "auto", columns)], X)[0][2]
        assert content(select(X[list(order)], resolved)) == content(select(X, resolved))
