"""What fusions say of a `warm_start_from` that they cannot start from."""


def check_learnt(owner, given, kind, where):
    """Raise ValueError where an estimator is given in place of what it has learnt.

    Parameters
    ----------
    owner : str
        Name of the fusion.
    given : object
        What its `warm_start_from` is.
    kind : type
        What it must be.
    where : str
        Attribute that holds it, for the message.
    """
    if not isinstance(given, kind):
        raise ValueError(
            f"The 'warm_start_from' parameter of {owner} must be what was learnt, as "
            f"in old.fusion_.{where}, got a {type(given).__name__}: copies of "
            "estimators, which every fit and search makes, forget what they learnt."
        )


def unlike(owner, start, what, before, now):
    """Return the error that the start is one of other modalities, columns or sizes.

    Parameters
    ----------
    owner : str
        Name of the fusion.
    start : str
        What it starts from, and has to share: "model" or "space".
    what : str
        What differs.
    before, now : object
        There and here, as they are to be shown.

    Returns
    -------
    error : ValueError
    """
    same = {
        "model": "modalities, columns and classes",
        "space": "modalities and columns",
    }
    return ValueError(
        f"{owner}(warm_start_from=...) starts from a {start} with other {what}: "
        f"{before} there, {now} here. Fit both on the same {same[start]}, with the "
        "same parameters and extractors that make the same columns."
    )
