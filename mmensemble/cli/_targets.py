"""Targets of numbers that were written as text, as in "$3,000"."""

import numpy as np

from mmensemble._did_you_mean import nearest
from mmensemble.cli._errors import CommandError
from mmensemble.features._number_texts import find_number_style
from mmensemble.features._strings import MIN_PARSED

#: Texts with more distinct values than this, or than half the rows, may be numbers.
_MANY_CLASSES = 50


def as_target(y, name, task, tell=print):
    """Return a target, as numbers where it is text and numbers are predicted.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
    name : str
        Of the target.
    task : {"auto", "classification", "regression"}
    tell : callable, default=print
        Called with a sentence where many classes are numbers rather.

    Raises
    ------
    CommandError
        Where numbers are predicted, and not all of the texts are such.
    """
    if y.dtype.kind in "iufb":
        return y
    if task == "regression":
        return numbers_of(y, name)
    if task == "auto" and (hint := numbers_hint(y, name)):
        tell(hint)
    return y


def numbers_of(texts, name):
    """Return the numbers of a target of text.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
    name : str
        Of the target.

    Returns
    -------
    y : ndarray of float of shape (n_samples,)

    Raises
    ------
    CommandError
        Where they are no numbers, or not all of them are.

    Examples
    --------
    >>> numbers_of(np.array(["$3,000", "$12.50"], dtype=object), "price").tolist()
    [3000.0, 12.5]
    """
    style = _style(texts, name)
    if style is None:
        raise CommandError(
            f"--task regression needs numbers, --target {name!r} holds text such as "
            f"{texts[0]!r}"
        )
    y, limits, _ = style.read(texts)
    unread = np.isnan(y) | (limits != 0)
    if unread.any():
        raise CommandError(
            f"--task regression needs numbers, and {unread.sum()} of {len(y)} values "
            f"of --target {name!r} are none, such as {texts[unread][0]!r}; mend them, "
            "or leave them empty and pass --drop-unlabelled"
        )
    return y


def numbers_hint(texts, name):
    """Return a sentence where many classes are numbers rather, else None.

    Parameters
    ----------
    texts : ndarray of str of shape (n_samples,)
    name : str
        Of the target.

    Returns
    -------
    hint : str or None
    """
    n_classes = len(set(texts))
    if n_classes <= _MANY_CLASSES and n_classes <= len(texts) / 2:
        return None
    style = _style(texts, name)
    if style is None:
        return None
    n_read = int((~np.isnan(style.read(texts)[0])).sum())
    return (
        f"--target {name!r} has {n_classes} classes and reads as numbers in {n_read} "
        f"of {len(texts)} rows: --task regression predicts numbers"
    )


def class_named(text, y, name):
    """Return the class of a target that is written like this.

    Parameters
    ----------
    text : str or None
        None names none.
    y : ndarray of shape (n_samples,)
    name : str
        Of the target.

    Returns
    -------
    label : label or None

    Raises
    ------
    CommandError
        Where there is no such class.

    Examples
    --------
    >>> class_named("1", np.array([0.0, 1.0]), "ill")
    1.0
    """
    if text is None:
        return None
    classes = {str(label): label for label in np.unique(y).tolist()}
    whole = {f"{v:g}": v for v in classes.values() if isinstance(v, float)}
    found = (classes | whole).get(text)
    if found is None:
        raise CommandError(
            f"--positive {text!r} is no class of --target {name!r}"
            f"{nearest(text, classes)}"
        )
    return found


def _style(texts, name):
    return find_number_style(texts, np.ones(len(texts)), name, MIN_PARSED)
