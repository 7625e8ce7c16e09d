"""From what the user wrote to named modalities with resolved columns."""

from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector

from mmensemble._compat import get_column_indices
from mmensemble._frame import (
    column,
    column_names,
    flat_name,
    is_frame,
    is_polars,
    kinds,
    labels,
    take_columns,
)
from mmensemble._parameters import TRIPLES
from mmensemble.modality._lost_columns import lost_names
from mmensemble.modality._pruned import has_pruned, without_pruned

#: Separates the modality from the feature in a column name.
SEPARATOR = "__"
#: So many columns are shown in a message.
_MOST_NAMES = 10
#: Words that stand for an extractor.
WORDS = ("auto", "passthrough", "drop")


def resolve_modalities(modalities, X, reserved=()):
    """Return the modalities of a table as triples with resolved columns.

    Column specifications mean what they mean in
    :class:`sklearn.compose.ColumnTransformer`: a string or int selects a 1-D
    column, a list a 2-D table; slices of strings include their end; boolean
    masks, negative ints and callables (called once, with `X`) work, and so do the
    tuples of a column MultiIndex. Modalities may overlap. Those whose extractor is
    ``"drop"`` or that select no column are left out; a callable must select one,
    unless it is an `OptionalColumns`. Names of columns that a pruner in front has
    dropped (it tells by the ``attrs`` of a pandas frame) are passed over, unless the
    table has them.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns)
        ``"auto"`` groups the columns of a frame by what stands before ``"__"``;
        without any such prefix, all columns are one modality named "features";
        columns without a prefix beside others with one are the modality "other".
    X : table of shape (n_samples, n_columns)
        As `mmensemble._frame.as_table` returns it.
    reserved : iterable of str
        Names that no modality may have.

    Returns
    -------
    resolved : list of (name, extractor, columns)
        `columns` is a list of names (frames) or of positions (arrays); a bare
        name or position stands for a 1-D selection.

    Raises
    ------
    ValueError
        For a name that is no unique string, holds "__" or is reserved; for
        columns that the table lacks; for a callable that selects nothing; when no
        modality is left.
    TypeError
        For what is no list, an entry that is no triple, or an extractor that cannot
        extract.
    """
    if isinstance(modalities, str) and modalities == "auto":
        return _automatic(X)
    if not isinstance(modalities, list | tuple):
        raise TypeError(
            f"The 'modalities' parameter must be 'auto' or {TRIPLES}, got "
            f"{modalities!r}."
        )
    triples = [_check_triple(entry) for entry in modalities]
    check_names([name for name, _, _ in triples], reserved)
    resolved = []
    for name, extractor, columns in triples:
        selected = _resolve(name, columns, X)
        dropped = isinstance(extractor, str) and extractor == "drop"
        if callable(columns) and not dropped:
            _check_found(name, columns, selected, X)
        if not dropped and (_is_scalar(selected) or selected):
            resolved.append((name, extractor, selected))
    if not resolved:
        raise ValueError(
            f"The 'modalities' parameter leaves no modality to learn from: each of "
            f"{[name for name, _, _ in triples]} is 'drop' or selects no column."
        )
    return resolved


class OptionalColumns:
    """Let a selector of columns find nothing: the modality is then left out.

    Without it, a callable that selects no column is an error, since a modality
    would be missing without a word.

    Parameters
    ----------
    selector : callable
        Takes a table and returns columns, such as
        :func:`sklearn.compose.make_column_selector`.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.compose import make_column_selector
    >>> from mmensemble.modality import OptionalColumns
    >>> genes = OptionalColumns(make_column_selector("^gene_"))
    >>> genes(pd.DataFrame({"age": [40, 50]}))
    []
    """

    def __init__(self, selector):
        self.selector = selector

    def __call__(self, X):
        """Return what the selector selects.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        """
        return self.selector(X)


def _check_found(name, columns, selected, X):
    """Raise ValueError where a callable selects nothing, unless it may."""
    found = _is_scalar(selected) or selected
    if found or isinstance(columns, OptionalColumns) or has_pruned(X):
        return
    listed = column_names(X) or list(range(X.shape[1]))
    more = ", ..." if len(listed) > _MOST_NAMES else ""
    shown = f"{', '.join(map(repr, listed[:_MOST_NAMES]))}{more}"
    raise ValueError(
        f"The selector of modality {name!r} matches no column of the table; there are "
        f"{shown}. Mend it, or wrap it in OptionalColumns to leave the modality out "
        "of such tables."
    )


def _automatic(X):
    names = column_names(X)
    if names is None:
        return [("features", "auto", list(range(X.shape[1])))]
    if not any(_prefix(name) for name in names):
        return [("features", "auto", names)]
    groups = {}
    for name in names:
        groups.setdefault(_prefix(name) or "other", []).append(name)
    return [(modality, "auto", columns) for modality, columns in groups.items()]


def _prefix(name):
    head, separator, _ = name.partition(SEPARATOR)
    return head if separator else ""


def _check_triple(entry):
    if not isinstance(entry, tuple | list) or len(entry) != 3:
        raise TypeError(
            "Each entry of the 'modalities' parameter must be a (name, extractor, "
            f"columns) triple, got {entry!r}. One is ('lab', 'auto', ['CRP', 'Hb'])."
        )
    name, extractor, columns = entry
    check_extractor(name, extractor)
    return name, extractor, columns


def check_extractor(name, extractor):
    """Raise TypeError where `extractor` cannot be the extractor of a modality."""
    if isinstance(extractor, str) and extractor in WORDS:
        return
    if isinstance(extractor, type):
        raise TypeError(
            f"The extractor of modality {name!r} is the class "
            f"{extractor.__name__}; pass an instance of it."
        )
    if hasattr(extractor, "fit") and (
        hasattr(extractor, "transform") or hasattr(extractor, "predict")
    ):
        return
    raise TypeError(
        f"The extractor of modality {name!r} must be a transformer, a pipeline or "
        f"one of {list(WORDS)}, got {extractor!r}."
    )


def check_names(names, reserved=()):
    """Raise ValueError unless `names` are unique, plain and not `reserved`."""
    for name in names:
        if not isinstance(name, str) or not name:
            raise ValueError(f"Names of modalities must be strings, got {name!r}.")
        if SEPARATOR in name:
            raise ValueError(f"Names must not contain '__', got {name!r}.")
        if name in reserved:
            raise ValueError(
                f"The name {name!r} is that of a constructor argument; reserved are "
                f"{sorted(reserved)}. Choose another."
            )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Names must be unique, got {twice} more than once.")


def _resolve(name, columns, X):
    if callable(columns):
        columns = columns(_selectable(columns, X))
    columns = without_pruned(_flat(columns, X), X)
    if _is_scalar(columns):
        return _as_labels(_positions(name, columns, X), X)[0]
    return _as_labels(_positions(name, columns, X), X)


def _selectable(selector, X):
    """Return a table that a selector takes; those of scikit-learn take pandas only."""
    if isinstance(selector, OptionalColumns):
        selector = selector.selector
    if not isinstance(selector, make_column_selector) or not is_polars(X):
        return X
    text = pd.Series(["text"]).dtype
    known = {"string": text, "category": pd.CategoricalDtype()}
    head, empty = X.head(0), {}
    for place, (name, what) in enumerate(zip(X.columns, kinds(X), strict=True)):
        dtype = known.get(what)
        dtype = column(head, place).to_numpy().dtype if dtype is None else dtype
        empty[name] = pd.Series([], dtype=dtype)
    return pd.DataFrame(empty)


def _flat(columns, X):
    """Return columns with the names that a column MultiIndex has got for its tuples.

    ``("rna", "g1")`` is one column where the table has ``"rna__g1"`` and not both
    ``"rna"`` and ``"g1"``; else it names two.
    """
    names = set(column_names(X) or ())
    if isinstance(columns, slice):
        return slice(flat_name(columns.start), flat_name(columns.stop), columns.step)
    if isinstance(columns, tuple) and not names.issuperset(columns):
        flat = flat_name(columns)
        columns = flat if flat in names else columns
    if isinstance(columns, list | tuple | pd.MultiIndex):
        return [flat_name(column) for column in columns]
    return columns


def prune_columns(resolved, dropped):
    """Return resolved modalities without some columns.

    Parameters
    ----------
    resolved : list of (name, extractor, columns)
    dropped : set of str or int

    Returns
    -------
    kept : list of (name, extractor, columns)
        Those that have a column left.

    Raises
    ------
    ValueError
        When none has.
    """
    kept = []
    for name, extractor, columns in resolved:
        if _is_scalar(columns):
            left = [] if columns in dropped else columns
        else:
            left = [column for column in columns if column not in dropped]
        if _is_scalar(left) or left:
            kept.append((name, extractor, left))
    if not kept:
        raise ValueError(
            f"No modality of {[name for name, _, _ in resolved]} is left: all of "
            "their columns are dropped."
        )
    return kept


def _positions(name, columns, X):
    try:
        return [int(position) for position in get_column_indices(X, columns)]
    except Exception as error:  # scikit-learn's own, of several types
        note = f"while resolving the columns of modality {name!r}"
        error.add_note(note)
        if isinstance(error, ValueError | KeyError) and _has_names(columns):
            text = lost_names(name, columns, X) or f"Modality {name!r}: {error}"
            told = ValueError(text)
            told.add_note(note)
            raise told from error
        if isinstance(error, TypeError) and not np.iterable(columns):
            raise TypeError(
                f"The columns of modality {name!r} must be names, positions, a slice, "
                f"a mask or a callable, got {columns!r}."
            ) from error
        raise


def _has_names(columns):
    if isinstance(columns, slice):
        columns = [columns.start, columns.stop]
    listed = [columns] if _is_scalar(columns) else columns
    return np.iterable(listed) and any(isinstance(column, str) for column in listed)


def _as_labels(positions, X):
    names = column_names(X)
    return positions if names is None else [names[p] for p in positions]


def _is_scalar(columns):
    return isinstance(columns, str | Integral) and not isinstance(columns, bool)


def select(X, columns):
    """Return the columns of one resolved modality.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    columns : list of str or int, or a bare one
        As `resolve_modalities` returns them; names address frames by name.

    Returns
    -------
    part : table of shape (n_samples, len(columns)), or 1-D for a bare column
    """
    return take_columns(X, positions_of(X, columns), scalar=_is_scalar(columns))


def positions_of(X, columns):
    """Return the positions of the columns of one resolved modality, a list of int.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    columns : list of str or int, or a bare one
        See `select`.
    """
    wanted = [columns] if _is_scalar(columns) else columns
    if is_frame(X) and isinstance(wanted[0], str):
        position = {name: p for p, name in enumerate(labels(X))}
        wanted = [position[name] for name in wanted]
    return wanted


def used_columns(resolved):
    """Return the set of columns that resolved modalities read."""
    used = set()
    for _, _, columns in resolved:
        used.update([columns] if _is_scalar(columns) else columns)
    return used
