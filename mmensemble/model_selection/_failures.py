"""What becomes of fits that fail: counted, and raised where nothing else is left."""

import numpy as np

#: Metrics of one class, the positive one: how a scorer of another class is made.
_OF_ONE_CLASS = {
    "average_precision": "average_precision_score, response_method='predict_proba'",
    "f1": "f1_score",
    "jaccard": "jaccard_score",
    "neg_brier_score": "brier_score_loss, greater_is_better=False, "
    "response_method='predict_proba'",
    "precision": "precision_score",
    "recall": "recall_score",
}
#: Those of them that also have a mean over the classes.
_WITH_MACRO = {"f1", "jaccard", "precision", "recall"}
#: Classes that a message names.
_MOST_CLASSES = 6


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
    if all(map(_is_of_positive_class, errors)):
        advice = _other_scoring(scoring, y) or advice
    raise kind(f"{what} failed. {advice}\n{describe_failures(errors)}")


def _is_of_positive_class(error):
    """Tell whether a metric of one class has not found that class, or two classes."""
    return "pos_label" in error or "average='binary'" in error


def _other_scoring(scoring, y):
    """Return what to give for a metric of one class; "" where it is none."""
    given = scoring.values() if isinstance(scoring, dict) else scoring
    given = [given] if isinstance(given, str) else given or ()
    given = [] if callable(given) else given
    name = next((w for w in given if isinstance(w, str) and w in _OF_ONE_CLASS), None)
    if name is None or y is None:
        return ""
    classes, counts = np.unique(y, return_counts=True)
    shown = ", ".join(map(repr, classes.tolist()[:_MOST_CLASSES]))
    shown += ", ..." if len(classes) > _MOST_CLASSES else ""
    ways = [f"use {name + '_macro'!r}"] if name in _WITH_MACRO else []
    if len(classes) == 2:
        rarer = classes.tolist()[counts.argmin()]
        ways.append("code the target as 0 and 1")
        ways.append(
            f"in Python give make_scorer({_OF_ONE_CLASS[name]}, pos_label={rarer!r})"
        )
    else:
        ways = [
            *(ways or ["use 'roc_auc_ovr'"]),
            "make the target two classes, 0 and 1",
        ]
    return (
        f"scoring={name!r} takes the class 1 as positive and the target has the "
        f"classes {shown}: {', '.join(ways[:-1])}, or {ways[-1]}."
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
