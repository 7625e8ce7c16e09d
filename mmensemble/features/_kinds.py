"""What each column holds: its kind, how its texts are written, its time zone."""

from mmensemble import _frame
from mmensemble.features._reading import time_zone, unknown_kind
from mmensemble.features._strings import kind_of_strings


def learn_kinds(X, weight, names, **options):
    """Return what each column of training rows holds.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    weight : ndarray of shape (n_samples,)
    names : sequence of str of length n_columns
    **options : dict
        Of `kind_of_strings`.

    Returns
    -------
    kinds : list of str
        One a column, as in `AutoExtractor.kinds_`.
    styles : dict of int to DateStyle, NumberStyle or DurationStyle
        How the texts of columns are written, by position.
    texts : dict of int to ndarray of str of shape (n_samples,)
        Columns of strings that are no dates, by position, None where missing.

    Raises
    ------
    TypeError
        For a column of no kind.
    """
    kinds, styles, texts = [], {}, {}
    for position, kind in enumerate(_frame.kinds(X)):
        if kind == "other":
            column = _frame.column(X, position)
            raise TypeError(unknown_kind(names[position], column))
        if kind == "string":
            values = _frame.to_objects(_frame.column(X, position))
            kind, style = kind_of_strings(values, weight, names[position], **options)
            if style is not None:
                styles[position] = style
            if kind != "date as text":
                texts[position] = values
        kinds.append(kind)
    return kinds, styles, texts


def find_zones(X, names, kinds, styles):
    """Return the time zones of the columns of dates, by position.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    names : sequence of str of length n_columns
    kinds, styles : list and dict
        As `learn_kinds` returns them.

    Returns
    -------
    zones : dict of int to (str or None)
        None for dates without one.
    """
    dates = [p for p, kind in enumerate(kinds) if kind.startswith("date")]
    return {p: time_zone(X, p, names[p], styles.get(p)) for p in dates}
