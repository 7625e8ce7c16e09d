"""From separate views to one table and its modalities."""

import numpy as np
import pandas as pd
from scipy import sparse

from mmensemble._frame import column_names, is_frame, is_polars
from mmensemble.modality._columns import SEPARATOR, check_names


def stack_views(views, *, join="exact"):
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
        the common ones. Other containers have no index and must agree in length.

    Returns
    -------
    X : DataFrame or CSR matrix of shape (n_samples, n_columns)
        Columns named ``"view__feature"``.
    modalities : list of (name, "auto", columns)
        Ready for the `modalities` parameter of every estimator.

    Raises
    ------
    TypeError
        When `views` is no dict.
    ValueError
        When names are unfit, views differ in length or index, or a sparse view
        meets one that holds no plain numbers.

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
    if any(sparse.issparse(view) for view in views.values()):
        return _stack_sparse(views)
    frames = {name: _as_frame(name, view) for name, view in views.items()}
    _check_lengths(frames, join)
    modalities = [
        (name, "auto", list(frame.columns)) for name, frame in frames.items()
    ]
    if all(is_polars(frame) for frame in frames.values()):
        import polars

        return polars.concat(list(frames.values()), how="horizontal"), modalities
    return _concat_pandas(frames, join), modalities


def _stack_sparse(views):
    for name, view in views.items():
        if not sparse.issparse(view) and np.asarray(view).dtype.kind not in "biuf":
            raise ValueError(
                f"View {name!r} holds {np.asarray(view).dtype} and cannot share a "
                "table with a sparse view. Make its numbers first, or give the sparse "
                "view's raw columns (text, say) and extract inside the model."
            )
    parts = {name: sparse.csr_matrix(_column(view)) for name, view in views.items()}
    _check_lengths(parts, "exact")
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
    if is_polars(view):
        frame = view.to_frame() if view.ndim == 1 else view
        return frame.rename({c: f"{name}{SEPARATOR}{c}" for c in frame.columns})
    if isinstance(view, pd.Series):
        view = view.to_frame(view.name if view.name is not None else name)
    if is_frame(view):
        labels = column_names(view) or [str(label) for label in view.columns]
        return view.set_axis([f"{name}{SEPARATOR}{c}" for c in labels], axis=1)
    array = np.asarray(view)
    if array.ndim not in (1, 2):
        raise ValueError(f"View {name!r} must be 1-D or 2-D, got {array.ndim}-D.")
    if array.ndim == 1:
        return pd.DataFrame({f"{name}{SEPARATOR}{name}": array})
    columns = [f"{name}{SEPARATOR}{j}" for j in range(array.shape[1])]
    return pd.DataFrame(array, columns=columns)


def _check_lengths(frames, join):
    lengths = {name: frame.shape[0] for name, frame in frames.items()}
    if len(set(lengths.values())) > 1 and join == "exact":
        raise ValueError(
            f"Views differ in their number of samples: {lengths}. Frames with an index "
            "can be aligned with join='outer' or join='inner'."
        )


def _concat_pandas(frames, join):
    frames = {
        name: frame.to_pandas() if is_polars(frame) else frame
        for name, frame in frames.items()
    }
    first = next(iter(frames.values())).index
    for name, frame in frames.items():
        if not frame.index.is_unique:
            raise ValueError(f"View {name!r} has an index with repeated labels.")
        if join == "exact" and not frame.index.equals(first):
            raise ValueError(
                f"The index of view {name!r} differs from the first view's. Use "
                "join='outer' or join='inner' to align by index, or reset both."
            )
    how = "outer" if join == "exact" else join
    return pd.concat(list(frames.values()), axis=1, join=how)
