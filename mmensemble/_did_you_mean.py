"""What a user may have meant by a name that is not there."""

from difflib import get_close_matches

#: Names that are told where none is close.
_MOST_NAMES = 8


def close_names(name, names, n=3):
    """Return the names that are most like one, the closest first.

    Parameters
    ----------
    name : object
    names : iterable
        Compared as text, whatever their case.
    n : int, default=3
        At most so many.

    Returns
    -------
    close : list of str

    Examples
    --------
    >>> close_names("crp", ["CRP", "Hb", "crop"]), close_names("x", ["CRP"])
    (['CRP', 'crop'], [])
    """
    folded = {}
    for known in map(str, names):
        folded.setdefault(known.lower(), []).append(known)
    close = get_close_matches(str(name).lower(), list(folded), n=n, cutoff=0.5)
    return [known for text in close for known in folded[text]][:n]


def nearest(name, names):
    """Return what the user may have meant, as the end of a message.

    Parameters
    ----------
    name : object
    names : iterable
        Those that there are; the first ones are told where none is close.

    Returns
    -------
    text : str

    Examples
    --------
    >>> nearest("orign", ["origin", "dest"]), nearest("x", ["origin", "dest"])
    ("; did you mean 'origin'?", "; there are 'origin', 'dest'.")
    """
    close = close_names(name, names)
    if close:
        return f"; did you mean {', '.join(map(repr, close))}?"
    known = list(map(str, names))
    if len(known) > _MOST_NAMES:
        return f"; there are {', '.join(map(repr, known[:_MOST_NAMES]))}, ..."
    return f"; there are {', '.join(map(repr, known))}."


def did_you_mean(name, names):
    """Return the closest name as a question, to stand in front of a list of all.

    Parameters
    ----------
    name : object
    names : iterable

    Returns
    -------
    text : str
        Ends with a space; "" where no name is close.

    Examples
    --------
    >>> did_you_mean("staking", ["stacking", "gating"]), did_you_mean("x", ["gating"])
    ("Did you mean 'stacking'? ", '')
    """
    close = close_names(name, names, n=1)
    return f"Did you mean {close[0]!r}? " if close else ""
