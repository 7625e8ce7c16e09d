"""What becomes of fits that fail: counted, and raised where nothing else is left."""

from mmensemble.learners._score_check import (
    OF_ONE_CLASS,
    is_of_positive_class,
    other_class,
)


def describe_failures(errors):
    """Return one line a different error, with how often it came.

    Parameters
    ----------
    errors : list of str

    Returns
    -------
    text : str

    Examples
    --------
    >>> print(describe_failures(["ValueError: a", "TypeError: b", "ValueError: a"]))
    2 times: ValueError: a
    1 times: TypeError: b
    """
    counted = {error: errors.count(error) for error in dict.fromkeys(errors)}
    return "\n".join(f"{count} times: {error}" for error, count in counted.items())


def raise_failures(errors, what, scoring=None, y=None):
    """Raise ValueError with all reasons; TypeError where all are of that type.

    Where the metric is of a positive class that the target lacks, what to do about it
    stands first.

    Parameters
    ----------
    errors : list of str
        As "ValueError: ...".
    what : str
        What has failed, as in "All 15 fits".
    scoring : object, default=None
        What the scorer was made from, where there was one.
    y : ndarray of shape (n_rows,), default=None
        All targets.

    Raises
    ------
    ValueError, TypeError
    """
    kind = ValueError
    if all(error.startswith("TypeError:") for error in errors):
        kind = TypeError
    advice = "Set error_score='raise' to see where."
    if all(map(is_of_positive_class, errors)):
        advice = _other_scoring(scoring, y) or advice
    raise kind(f"{what} failed. {advice}\n{describe_failures(errors)}")


def _other_scoring(scoring, y):
    """Return what to give for a metric of one class; "" where it is none."""
    given = scoring.values() if isinstance(scoring, dict) else scoring
    given = [given] if isinstance(given, str) else given or ()
    given = [] if callable(given) else given
    name = next((w for w in given if isinstance(w, str) and w in OF_ONE_CLASS), None)
    return "" if name is None or y is None else other_class(name, y)


def describe_error(error):
    """Return an error as one line, with its notes.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    text : str
    """
    notes = "; ".join(getattr(error, "__notes__", []))
    return f"{type(error).__name__}: {error}" + (f" ({notes})" if notes else "")
