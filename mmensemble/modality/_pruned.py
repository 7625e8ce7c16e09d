"""What a pandas table tells of the columns that an earlier step has pruned."""

from mmensemble._frame import column_names, is_pandas

#: Key of a pandas table's ``attrs``: its column names before they were pruned.
NOTED = "mmensemble_columns"


def note_pruned(X, before):
    """Note on a table, if it is a pandas frame, which columns it had before.

    Parameters
    ----------
    X : table of shape (n_samples, n_kept)
        With the notes of earlier steps, which stay.
    before : list of str
        All columns before the pruning, in order.
    """
    if is_pandas(X):
        X.attrs[NOTED] = _merged(list(X.attrs.get(NOTED, ())), list(before))


def _merged(earlier, names):
    """Return `names` with the rest of `earlier`, each after whom it followed."""
    merged = list(names)
    for place, name in enumerate(earlier):
        if name not in merged:
            behind = merged.index(earlier[place - 1]) + 1 if place else 0
            merged.insert(behind, name)
    return merged


def has_pruned(X):
    """Tell whether a table notes that columns of it were pruned."""
    return is_pandas(X) and bool(X.attrs.get(NOTED))


def without_pruned(columns, X):
    """Return columns without the names that were pruned from a table.

    A name that the table has is never taken for pruned, whatever is noted.

    Parameters
    ----------
    columns : str, int, slice, or list or mask of them
        As the user names them.
    X : table of shape (n_samples, n_columns)

    Returns
    -------
    columns : as given, or a list without the pruned names
        A slice that begins or ends at a pruned name is a list of what is left.
    """
    names = column_names(X)
    noted = list(X.attrs.get(NOTED, ())) if is_pandas(X) and names else []
    pruned = set(noted) - set(names or ())
    if not pruned:
        return columns
    if isinstance(columns, str):
        return [] if columns in pruned else columns
    if isinstance(columns, slice):
        if not {columns.start, columns.stop} & pruned:
            return columns
        return _slice_of(columns, noted, names)
    if not hasattr(columns, "__iter__"):
        return columns
    left = [c for c in columns if not (isinstance(c, str) and c in pruned)]
    return left if len(left) < len(list(columns)) else columns


def _slice_of(columns, noted, names):
    """Return the columns that are left between two names, both included."""
    order = _merged(noted, names)
    ends = columns.start, columns.stop
    if columns.step not in (None, 1) or not {e for e in ends if e} <= set(order):
        return columns
    start = order.index(columns.start) if columns.start else 0
    stop = order.index(columns.stop) + 1 if columns.stop else len(order)
    return [name for name in order[start:stop] if name in set(names)]
