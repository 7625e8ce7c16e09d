"""Turn a table of mixed columns into a matrix of numbers for correlations."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mmensemble import _frame
from mmensemble.analysis.matrix._columns import check_matrix


@dataclass(frozen=True)
class ColumnPlan:
    """How the columns of a table become numbers.

    Parameters
    ----------
    names : tuple of str
        Names of the source columns; ``"x0"``, ``"x1"``, … where there are none.
    kinds : tuple of str
        What `mmensemble._frame.kind` says of each.
    levels : tuple of tuple of str
        Sorted levels of the category columns, empty for all others.
    """

    names: tuple
    kinds: tuple
    levels: tuple

    @property
    def features(self):
        """Names of the resulting features, as ``OneHotEncoder`` would call them."""
        return [
            f"{name}_{level}" if kind == "category" else name
            for name, kind, levels in zip(
                self.names, self.kinds, self.levels, strict=True
            )
            for level in (levels if kind == "category" else ("",))
        ]

    @property
    def sources(self):
        """Index of the source column of each feature, shape (n_features,)."""
        widths = [
            len(levels) if kind == "category" else 1
            for kind, levels in zip(self.kinds, self.levels, strict=True)
        ]
        return np.repeat(np.arange(len(widths)), widths)

    def part(self, names):
        """Return the plan of some of its columns, in their order."""
        kept = [k for k, name in enumerate(self.names) if name in names]
        fields = (self.names, self.kinds, self.levels)
        return ColumnPlan(*(tuple(field[k] for k in kept) for field in fields))

    def union(self, other):
        """Return a plan that knows the levels of both, for reading in chunks."""
        if self.names != other.names:
            raise ValueError(
                "Chunks must have the same columns, got "
                f"{sorted(set(self.names) ^ set(other.names))} in one of them only."
            )
        kinds, levels = [], []
        for k, name in enumerate(self.names):
            kinds.append(_joint_kind(name, self.kinds[k], other.kinds[k]))
            levels.append(tuple(sorted({*self.levels[k], *other.levels[k]})))
        return ColumnPlan(self.names, tuple(kinds), tuple(levels))


def _joint_kind(name, one, other):
    if {one, other} == {"number", "boolean"}:
        return "number"
    if one != other:
        raise ValueError(
            f"Column {name!r} holds {one} values in one chunk and {other} values in "
            "another; give it one dtype in all of them."
        )
    return one


def plan_columns(X):
    """Decide by dtype how each column of a table becomes numbers.

    Numbers stay, booleans become 0 and 1, categories one indicator per level,
    dates seconds since 1970, durations seconds.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_rows, n_columns)

    Returns
    -------
    plan : ColumnPlan

    Raises
    ------
    TypeError
        For sparse matrices, and for columns of text or of other objects.
    """
    if sparse.issparse(X):
        raise TypeError(
            "Correlations need a dense table, got a sparse matrix; call X.toarray()."
        )
    X = _frame.as_table(X, "correlate")
    names = _frame.column_names(X) or [f"x{k}" for k in range(X.shape[1])]
    if _is_numeric(X):
        return ColumnPlan(tuple(names), ("number",) * len(names), ((),) * len(names))
    columns = [_frame.column(X, k) for k in range(X.shape[1])]
    kinds = [_frame.kind(column) for column in columns]
    _refuse(names, kinds)
    levels = [
        _levels(column) if kind == "category" else ()
        for column, kind in zip(columns, kinds, strict=True)
    ]
    return ColumnPlan(tuple(names), tuple(kinds), tuple(levels))


def _is_numeric(X):
    return isinstance(X, np.ndarray) and X.dtype.kind in "biuf"


def _levels(column):
    values = _frame.to_objects(column)
    return tuple(sorted({value for value in values if value is not None}))


def _refuse(names, kinds):
    text = [n for n, kind in zip(names, kinds, strict=True) if kind == "string"]
    if text:
        raise TypeError(
            f"Columns {text} hold text, which has no correlation. If their values "
            "are categories, convert them with .astype('category'); else turn them "
            "into numbers first (for example with TfidfVectorizer), or leave them out."
        )
    other = [n for n, kind in zip(names, kinds, strict=True) if kind == "other"]
    if other:
        raise TypeError(
            f"Columns {other} hold objects that are no numbers, booleans, categories "
            "or dates; convert them or leave them out."
        )


def to_matrix(X, plan):
    """Return the numbers of a table, as its plan says.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_rows, n_columns)
    plan : ColumnPlan

    Returns
    -------
    matrix : ndarray of shape (n_rows, n_features)
        float64 (float32 where a float32 array was given), NaN where missing: a
        missing category is missing in all its indicators.

    Raises
    ------
    ValueError
        For a level of a category that the plan does not know.
    """
    X = _frame.as_table(X, "correlate")
    if _is_numeric(X):
        return check_matrix(X)
    if _frame.is_frame(X) and set(plan.kinds) <= {"number", "boolean"}:
        whole = np.asarray(X)
        if whole.dtype.kind in "biuf":
            return check_matrix(whole)
    out = np.empty((X.shape[0], len(plan.sources)))
    start = 0
    for k, kind in enumerate(plan.kinds):
        block = _block(_frame.column(X, k), kind, plan.levels[k], plan.names[k])
        out[:, start : start + block.shape[1]] = block
        start += block.shape[1]
    return out


def _block(column, kind, levels, name):
    if kind == "category":
        return _indicators(column, levels, name)
    if kind == "date":
        return _frame.to_seconds(column)[:, None]
    values = np.asarray(column)
    if values.dtype.kind not in "biuf":
        values = _frame.to_float(column)
    return values[:, None]


def _indicators(column, levels, name):
    values = _frame.to_objects(column)
    position = {level: k for k, level in enumerate(levels)}
    new = sorted({v for v in values if v is not None} - set(levels))
    if new:
        raise ValueError(f"Column {name!r} has levels {new[:5]} that are not planned.")
    codes = np.array([-1 if v is None else position[v] for v in values], dtype=np.intp)
    block = (codes[:, None] == np.arange(len(levels))).astype(np.float64)
    block[codes < 0] = np.nan
    return block


def prepare(X):
    """Return the matrix of a table, the names of its features and their sources.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_rows, n_columns)

    Returns
    -------
    matrix : ndarray of shape (n_rows, n_features)
    names : list of str
    sources : ndarray of shape (n_features,)
        Index of the column of `X` that each feature comes from.
    """
    plan = plan_columns(X)
    return to_matrix(X, plan), plan.features, plan.sources
