"""From separate views to one table and its modalities."""

import sys

import numpy as np
import pandas as pd
from scipy import sparse

from mmensemble._frame import (
    column,
    flat_name,
    is_frame,
    is_pandas,
    is_polars,
    kind,
    to_objects,
)
from mmensemble.modality._align import align, overlap_counts, relabel
from mmensemble.modality._columns import SEPARATOR, check_names


def stack_views(views, *, join="exact", ids=None):
    """Join views of the same samples into one table and its modalities.

    Parameters
    ----------
    views : dict of str to table of shape (n_samples, n_features_of_view)
        Arrays, sparse matrices, pandas or polars frames, or 1-D columns. If every
        view is an array or sparse matrix and one is sparse, the table is sparse.
        polars frames give a polars table; anything else gives a pandas frame.
    join : {"exact", "outer", "inner"}, default="exact"
        How pandas frames with different indexes meet: refuse, keep every sample
        (a sample that a view lacks becomes a row without that modality) or keep
        the common ones. Other containers, sparse matrices among them, have no index:
        they must agree in length, stand beside pandas frames row by row, and cannot
        be aligned. A view whose index has some of the levels of another's, the
        patient beside patient and visit, gives its row to each of them: pass
        ``groups=X.index.get_level_values("patient")`` wherever rows are split.
    ids : DataFrame of shape (n_samples, n_mapped), default=None
        What views call the samples, where they do not agree: one row a sample, its
        index the label that all get, and one column a view that is mapped, missing
        where it lacks the sample. Of an index of several levels that one is mapped
        whose name the index of `ids` has.

    Returns
    -------
    X : DataFrame or CSR matrix of shape (n_samples, n_columns)
        Columns named ``"view__feature"``; those of a sparse table have positions
        only.
    modalities : list of (name, "auto", columns)
        Ready for the `modalities` parameter of every estimator.

    Raises
    ------
    TypeError
        When `views` is no dict, or `ids` no pandas frame.
    ValueError
        When names are unfit, views differ in length or index, a view is not
        tabular or has columns of one name, a sparse view meets one that holds
        no plain numbers, an inner join leaves no sample, or `ids` lacks or repeats
        a label.

    Warns
    -----
    UserWarning
        When a view of an outer join shares no sample with any other; the message
        tells how many samples each pair of views shares.

    See Also
    --------
    mmensemble.modality.view_overlap : How many samples each pair of views shares.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble import stack_views
    >>> X, modalities = stack_views({"audio": np.eye(3), "notes": ["a", "b", "c"]})
    >>> list(X.columns)
    ['audio__0', 'audio__1', 'audio__2', 'notes__notes']
    >>> [name for name, _, _ in modalities]
    ['audio', 'notes']
    """
    if not isinstance(views, dict) or not views:
        raise TypeError(
            "stack_views takes a dict of name to table with at least one entry, got "
            f"{type(views).__name__}."
        )
    if join not in ("exact", "outer", "inner"):
        raise ValueError(
            f"The 'join' parameter must be 'exact', 'outer' or 'inner', got {join!r}."
        )
    check_names(list(views))
    views = relabel(views, ids)
    indexed = [name for name, view in views.items() if is_pandas(view)]
    if any(sparse.issparse(view) for view in views.values()):
        _check_alike(views, indexed, join)
        return _stack_sparse(views)
    frames = {name: _as_frame(name, view) for name, view in views.items()}
    modalities = [(name, "auto", list(frame.columns)) for name, frame in frames.items()]
    _check_unique(modalities)
    if all(is_polars(frame) for frame in frames.values()):
        _check_lengths(frames)
        polars = sys.modules["polars"]
        return polars.concat(list(frames.values()), how="horizontal"), modalities
    return _join_pandas(frames, indexed, join), modalities


def view_overlap(views, *, ids=None):
    """Return how many samples each pair of views has in common.

    Parameters
    ----------
    views : dict of str to DataFrame or Series
        Samples are known by index.
    ids : DataFrame of shape (n_samples, n_mapped), default=None
        As for :func:`stack_views`.

    Returns
    -------
    counts : DataFrame of int of shape (n_views, n_views)
        Labels that both have; on the diagonal those of the view. Where one index has
        more levels, its labels count by the levels of the other.

    Raises
    ------
    ValueError
        For views without an index.

    See Also
    --------
    stack_views : Joins them.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.modality import view_overlap
    >>> rna = pd.DataFrame({"g": [1, 2, 3]}, index=["p1", "p2", "p3"])
    >>> scan = pd.DataFrame({"v": [4, 5]}, index=["p3", "p4"])
    >>> view_overlap({"rna": rna, "scan": scan})
          rna  scan
    rna     3     1
    scan    1     2
    """
    without = [name for name, view in views.items() if not is_pandas(view)]
    if without:
        raise ValueError(
            f"Views {without} have no index by which samples could be counted. Give "
            "them as pandas frames."
        )
    views = relabel(views, ids)
    return overlap_counts({name: view.index for name, view in views.items()})


def _stack_sparse(views):
    for name, view in views.items():
        if not sparse.issparse(view) and np.asarray(view).dtype.kind not in "biuf":
            raise ValueError(
                f"View {name!r} holds {np.asarray(view).dtype} and cannot share a "
                "table with a sparse view. Make its numbers first, or give the sparse "
                "view's raw columns (text, say) and extract inside the model."
            )
    parts = {name: sparse.csr_matrix(_column(view)) for name, view in views.items()}
    _check_lengths(parts)
    modalities, start = [], 0
    for name, part in parts.items():
        stop = start + part.shape[1]
        modalities.append((name, "auto", list(range(start, stop))))
        start = stop
    return sparse.hstack(list(parts.values()), format="csr"), modalities


def _column(view):
    if sparse.issparse(view):
        return view
    array = np.asarray(view)
    return array.reshape(-1, 1) if array.ndim == 1 else array


def _as_frame(name, view):
    """Return a view as a frame whose columns are named after it."""
    if is_polars(view):
        frame = view if is_frame(view) else view.to_frame(view.name or name)
        return frame.rename({c: f"{name}{SEPARATOR}{c}" for c in frame.columns})
    if is_pandas(view):
        frame = view if is_frame(view) else view.to_frame(_label(view.name, name))
        labels = [f"{name}{SEPARATOR}{flat_name(label)}" for label in frame.columns]
        return frame.set_axis(labels, axis=1)
    array = _as_array(view)
    if array.ndim not in (1, 2):
        raise ValueError(f"View {name!r} must be 1-D or 2-D, got {array.ndim}-D.")
    if array.ndim == 1:
        return pd.DataFrame({f"{name}{SEPARATOR}{name}": array})
    columns = [f"{name}{SEPARATOR}{j}" for j in range(array.shape[1])]
    return pd.DataFrame(array, columns=columns)


def _label(label, otherwise):
    return otherwise if label is None else label


def _as_array(view):
    array = np.asarray(view)
    if array.dtype.kind == "U" and isinstance(view, list | tuple):
        # numbers beside text would have become text
        return np.array(view, dtype=object)
    return array


def _check_unique(modalities):
    for name, _, columns in modalities:
        if len(set(columns)) < len(columns):
            twice = sorted({c for c in columns if columns.count(c) > 1})
            raise ValueError(
                f"View {name!r} has columns of the same name: {twice}. Rename them."
            )


def _check_lengths(frames):
    lengths = {name: frame.shape[0] for name, frame in frames.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            f"Views differ in their number of samples: {lengths}. pandas frames with "
            "an index can be aligned with join='outer' or join='inner'."
        )


def _join_pandas(frames, indexed, join):
    """Join frames by index; those of views without one take that of the others."""
    if join == "exact" or not indexed:
        _check_lengths(frames)
    _check_alike(frames, indexed, join)
    frames = {
        name: polars_to_pandas(frame) if is_polars(frame) else frame
        for name, frame in frames.items()
    }
    first = frames[indexed[0] if indexed else next(iter(frames))].index
    if join == "exact":
        frames = {
            name: frame if name in indexed else frame.set_axis(first, axis=0)
            for name, frame in frames.items()
        }
    if all(frame.index.equals(first) for frame in frames.values()):
        return pd.concat(list(frames.values()), axis=1)
    return align(frames, join)


def _check_alike(views, indexed, join):
    """Raise ValueError where views cannot be aligned, or are not where they should."""
    if join != "exact":
        lost = sorted(set(views) - set(indexed))
        if indexed and lost:
            raise ValueError(
                f"Views {lost} have no index that join={join!r} could align. Give them "
                "as pandas frames, or use join='exact'."
            )
        return
    for name in indexed:
        if not views[name].index.equals(views[indexed[0]].index):
            raise ValueError(
                f"The index of view {name!r} differs from the first view's. Use "
                "join='outer' or join='inner' to align by index, or reset both."
            )


def polars_to_pandas(frame):
    """Return a pandas frame without the help of pyarrow, an optional dependency."""
    columns = {}
    for position, name in enumerate(frame.columns):
        values = column(frame, position)
        group = kind(values)
        text = group in ("category", "string")
        columns[name] = to_objects(values) if text else values.to_numpy()
        if group == "category":
            columns[name] = pd.Categorical(columns[name])
    return pd.DataFrame(columns)
