"""Columns that a modality names and a table lacks, told in words that help."""

import re

from mmensemble._did_you_mean import close_names
from mmensemble._frame import column_names

#: Names that a message tells.
_MOST_NAMES = 8


def lost_names(name, columns, X):
    """Return what is wrong with names of columns, and what to do.

    Parameters
    ----------
    name : str
        Of the modality.
    columns : str, slice, or list or tuple of str
        As the user names them.
    X : table of shape (n_samples, n_columns)

    Returns
    -------
    text : str
        "" where the table has all of them.
    """
    names = column_names(X)
    if names is None:
        return (
            f"Modality {name!r}: the table has no names. Where a step in front (an "
            "imputer, a scaler) loses them, call its .set_output(transform='pandas'). "
            "Where a pruner stands before it, give that pruner to the model itself, as "
            "its parameter 'pruner'."
        )
    if isinstance(columns, slice):
        columns = [columns.start, columns.stop]
    listed = [columns] if isinstance(columns, str) else columns
    lost = [c for c in listed if isinstance(c, str) and c not in names]
    if not lost:
        return ""
    shown = ", ".join(map(repr, lost[:_MOST_NAMES]))
    shown += ", ..." if len(lost) > _MOST_NAMES else ""
    noun = "column" if len(lost) == 1 else "columns"
    return f"Modality {name!r}: the table has no {noun} {shown}{_advice(lost, names)}"


def _advice(lost, names):
    """Return what may have been meant, and what else to do about lost names."""
    patterns = [column for column in lost if "*" in column]
    if patterns:
        return (
            "; names are taken as they are. In Python give a selector: "
            f"make_column_selector(pattern={_as_regex(patterns[0])!r})."
        )
    small = {known.lower() for known in names}
    pruner = (
        " If a pruner in front has dropped them, give it to the model, as its "
        "parameter 'pruner'."
    )
    if all(column.lower() in small for column in lost):
        pruner = ""
    close = {column: close_names(column, names) for column in lost[:_MOST_NAMES]}
    meant = [
        f"{' or '.join(map(repr, found))}" + (f" for {c!r}" if len(lost) > 1 else "")
        for c, found in close.items()
        if found
    ]
    if meant:
        return f"; did you mean {', '.join(meant)}?{pruner}"
    more = ", ..." if len(names) > _MOST_NAMES else "."
    return f"; there are {', '.join(map(repr, names[:_MOST_NAMES]))}{more}{pruner}"


def _as_regex(pattern):
    """Return a pattern with stars as a regular expression of the same columns."""
    text = "^" + ".*".join(map(re.escape, pattern.split("*"))) + "$"
    return text.removesuffix(".*$")
