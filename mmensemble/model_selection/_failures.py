"""What becomes of fits that fail: counted, and raised where nothing else is left."""


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


def raise_failures(errors, what):
    """Raise ValueError with all reasons; TypeError where all are of that type.

    Parameters
    ----------
    errors : list of str
        As "ValueError: ...".
    what : str
        What has failed, as in "All 15 fits".

    Raises
    ------
    ValueError, TypeError
    """
    kind = ValueError
    if all(error.startswith("TypeError:") for error in errors):
        kind = TypeError
    raise kind(
        f"{what} failed. Set error_score='raise' to see where.\n"
        f"{describe_failures(errors)}"
    )


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
