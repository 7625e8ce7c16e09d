"""The table at predict, addressed by name, and rows that hold nothing."""

import warnings
from contextlib import contextmanager

import pandas as pd
from scipy import sparse
from sklearn.utils.validation import validate_data

from mmensemble._cells import with_null_columns
from mmensemble._frame import as_table, column_names, is_frame
from mmensemble.modality._columns import used_columns

#: Columns that are written otherwise and named.
_MOST_LIKE = 3


def read_table(estimator, X, resolved, absent_columns="raise"):
    """Return `X` as a table, its names and width checked against `estimator`'s.

    Frames are addressed by name as in ColumnTransformer: order and extra columns
    do not matter, columns that a modality reads must be there, or none of them
    where `absent_columns` says so.

    Parameters
    ----------
    estimator : estimator object
        Fitted, or with the names and width of its training table at least.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
    resolved : list of (name, extractor, columns)
        Fitted modalities.
    absent_columns : {"raise", "missing"}, default="raise"
        What a modality is of which a frame has no column: an error, or missing in
        all rows, as long as another is there.

    Returns
    -------
    X : table of shape (n_samples, n_columns)

    Raises
    ------
    ValueError
        When columns are missing, or an array has another width.
    """
    name = type(estimator).__name__
    X = as_table(X, name)
    names = column_names(X) if is_frame(X) else None
    if names is None or not hasattr(estimator, "feature_names_in_"):
        validate_data(estimator, X=X, skip_check_array=True, reset=False)
        return _named(X, getattr(estimator, "feature_names_in_", None))
    parts = {triple[0]: used_columns([triple]) for triple in resolved}
    missing = set().union(*parts.values()) - set(names)
    if not missing:
        return X
    owners = [part for part, read in parts.items() if read & missing]
    whole = all(parts[part] <= missing for part in owners)
    some = whole and len(owners) < len(parts)
    if absent_columns == "missing" and some:
        return with_null_columns(X, sorted(missing))
    raise ValueError(
        f"columns are missing: {sorted(missing)}, read by {owners} of {name}. Got "
        f"the columns {names[:20]}.{_as_written(missing, names)}"
        f"{_way_out(estimator, some, absent_columns)}"
    )


def _as_written(missing, names):
    """Return which columns may be missing ones but for capitals and blanks."""
    there = {name.strip().lower(): name for name in names if isinstance(name, str)}
    found = [
        f"{name!r} may be {there[name.strip().lower()]!r}"
        for name in sorted(name for name in missing if isinstance(name, str))
        if name.strip().lower() in there
    ]
    return f" Here {', '.join(found[:_MOST_LIKE])}." if found else ""


def _way_out(estimator, some, absent_columns):
    """Return what to do about missing columns, where something can be done.

    `some` tells whether other modalities are there, and the missing ones miss whole.
    """
    if absent_columns == "missing":
        return " A modality must be there whole, or not at all, and one must be."
    if some and "absent_columns" in estimator.get_params(deep=False):
        return (
            " With absent_columns='missing' (on the command line --absent-columns "
            "missing) they would be taken for missing."
        )
    return ""


def _named(X, names):
    """Give an array that follows a frame the frame's names, by position."""
    if names is None or is_frame(X):
        return X
    if sparse.issparse(X):
        return pd.DataFrame.sparse.from_spmatrix(X, columns=names)
    return pd.DataFrame(X, columns=names)


def check_any(presence, modalities):
    """Raise ValueError where no row has any modality."""
    if not presence.any():
        raise ValueError(
            f"No row has any of the modalities {list(modalities)}: all their columns "
            "are missing in every row, so that there is nothing to learn from."
        )


@contextmanager
def quiet_rows():
    """Leave out warnings that count the rows of fits and predictions inside others.

    Whoever is around them has warned of the user's own table.
    """
    with warnings.catch_warnings():
        for message in (
            r"\d+ of \d+ rows have none of the",
            "The least populated class",
        ):
            warnings.filterwarnings("ignore", message=message)
        yield


def warn_empty_rows(presence, modalities, outcome):
    """Warn once where rows have none of the modalities."""
    empty = int((~presence.any(axis=1)).sum())
    if empty:
        warnings.warn(
            f"{empty} of {len(presence)} rows have none of the modalities "
            f"{list(modalities)}; {outcome}.",
            UserWarning,
        )
