"""Columns that a user names: found, or missed in words that help."""

from numbers import Integral

from mmensemble import _frame
from mmensemble._did_you_mean import nearest


def pairs_of(spec, parameter):
    """Return (column of X, column of the table) pairs.

    Parameters
    ----------
    spec : None, str, int, list of str or int, or dict
        Names that both tables share, or column of X to column of the table.
    parameter : str
        For messages.

    Returns
    -------
    pairs : list of (label, label)

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> pairs_of("origin", "on"), pairs_of({"tail": "tailnum"}, "on")
    ([('origin', 'origin')], [('tail', 'tailnum')])
    """
    if spec is None:
        return []
    if isinstance(spec, dict):
        pairs = list(spec.items())
    elif is_label(spec):
        pairs = [(spec, spec)]
    elif isinstance(spec, list | tuple):
        pairs = [(label, label) for label in spec]
    else:
        pairs = []
    if not pairs or not all(is_label(label) for pair in pairs for label in pair):
        raise ValueError(
            f"{parameter}={spec!r} names no columns. Write a column, a list of "
            "columns, or a dict {column of X: column of the table}."
        )
    return pairs


def is_label(label):
    """Tell whether `label` can be a column: a name, or a position."""
    return isinstance(label, str | Integral) and not isinstance(label, bool)


def labels_of(spec, parameter):
    """Return the columns of X that `spec` names: one, or a list of them."""
    labels = [spec] if is_label(spec) else spec
    good = isinstance(labels, list | tuple) and all(is_label(label) for label in labels)
    if not good or not labels:
        raise ValueError(
            f"{parameter}={spec!r} names no columns. Write a column or a list of "
            "columns."
        )
    return list(labels)


def find(X, label, parameter, where="X"):
    """Return a column of a table.

    Parameters
    ----------
    X : ndarray or dataframe of shape (n_samples, n_columns)
    label : str or int
        Name, or position where the names are no strings.
    parameter : str
        Which parameter names it, for messages.
    where : str
        What the table is called, for messages.

    Returns
    -------
    column : 1-D column of the table's container

    Raises
    ------
    ValueError
        Where there is no such column.
    """
    names = list(X.columns) if _frame.is_frame(X) else []
    if label in names:
        return _frame.column(X, names.index(label))
    if isinstance(label, Integral) and -X.shape[1] <= label < X.shape[1]:
        return _frame.column(X, int(label) % X.shape[1])
    if not names:
        raise ValueError(
            f"{parameter}={label!r} is no column of {where}, which has no names but "
            f"the positions 0 to {X.shape[1] - 1}."
        )
    if _in_index(X, label):
        raise ValueError(
            f"{parameter}={label!r} is no column of {where} but its index; "
            "reset_index() makes it a column."
        )
    raise ValueError(
        f"{parameter}={label!r} is no column of {where}{nearest(label, names)}"
    )


def _in_index(X, label):
    return label in getattr(getattr(X, "index", None), "names", ())


def find_pair(X, table, pair, parameter, where):
    """Return the position of a column of X, whose counterpart the table has.

    Parameters
    ----------
    X : ndarray or dataframe of shape (n_samples, n_columns)
    table : dataframe
    pair : (label, label)
        Column of X and column of the table.
    parameter : str
        Which parameter names them, for messages.
    where : str
        What the table is called, for messages.

    Raises
    ------
    ValueError
        Where one of them is no column.
    """
    main, aux = pair
    try:
        find(table, aux, parameter, where)
    except ValueError as error:
        names, others = _frame.column_names(X), list(table.columns)
        hint = _one_column(others)
        if names is not None and aux in names and main in others:
            hint = " The column of X comes first."
        elif not hint and main == aux and main in (names or [main]):
            write = f"({main!r}, ...)" if parameter == "time" else f"{{{main!r}: ...}}"
            hint = f" Where {where} calls it otherwise, write {parameter}={write}."
        raise ValueError(f"{error}{'' if _in_index(table, aux) else hint}") from None
    return position_of(X, main, parameter)


def _one_column(names):
    """Return a hint where a file seems to have one column only."""
    if len(names) != 1:
        return ""
    signs = [sign for sign in (";", "\t", "|", ",") if sign in str(names[0])]
    if not signs:
        return ""
    return f" Is it {signs[0]!r} that separates its columns?"


def position_of(X, label, parameter):
    """Return the position of a column that `find` finds in the main table."""
    find(X, label, parameter)
    names = list(X.columns) if _frame.is_frame(X) else []
    return names.index(label) if label in names else int(label) % X.shape[1]


def title_of(X, label):
    """Return what a column is called: its name, where it has one."""
    names = _frame.column_names(X)
    return label if names is None or isinstance(label, str) else names[label]


def read_column(X, label, parameter, read, where="X", *args):
    """Return ``read(column, *args)`` of a column; errors say whose it was."""
    col = find(X, label, parameter, where)
    try:
        return read(col, *args)
    except ValueError as error:
        raise ValueError(
            f"{parameter}: column {title_of(X, label)!r} of {where} {error}."
        ) from error
