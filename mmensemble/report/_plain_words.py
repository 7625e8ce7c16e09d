"""What a page says first, for readers without statistics."""

from dataclasses import dataclass, replace

import numpy as np

from mmensemble._digits import digits, percent

#: Classes and modalities that are named.
_MOST_CLASSES, _MOST_NAMES = 4, 6
#: The score of guessing one class is its share of the rows, up to so much.
_SAME_SHARE = 0.005
#: How names of errors begin that are scores with a minus.
_NEGATIVE = "negative "


@dataclass(frozen=True)
class Standing:
    """A score beside that of guessing.

    Parameters
    ----------
    metric : str
        Its name for people.
    score, chance : float
        Of the model, and of the same prediction for every row; NaN where unknown.
    lower, upper : float, default=NaN
        Ends of the score's interval.
    is_better : bool or None, default=None
        Whether the score is shown to be better; None where that was not tested.
    note : str, default=""
        What the interval allows for.
    is_error : bool, default=False
        Whether less is better.
    """

    metric: str
    score: float
    chance: float
    lower: float = float("nan")
    upper: float = float("nan")
    is_better: bool | None = None
    note: str = ""
    is_error: bool = False


def join(names, most=8, last="and"):
    """Return names as a list in words; of many the first, and how many others.

    Parameters
    ----------
    names : iterable of str
    most : int, default=8
        At most so many.
    last : str, default="and"
        In front of the last one.

    Returns
    -------
    text : str

    Examples
    --------
    >>> join("a"), join("abc", last="or"), join("abcdef", most=4)
    ('a', 'a, b or c', 'a, b, c and 3 others')
    """
    names = [str(name) for name in names]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} others"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def task_in_words(problem):
    """Return what is predicted from what, as a sentence.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    sentence : str
    """
    kind = "a number"
    if problem.classes is not None:
        kind = f"one of {len(problem.classes)} classes"
        if len(problem.classes) <= _MOST_CLASSES:
            kind = join(problem.classes, last="or")
    names = list(problem.columns)
    source = join(names, _MOST_NAMES)
    if len(names) == 1:
        n_columns = problem.columns[names[0]]
        source = f"{n_columns:,} columns" if n_columns > 1 else "one column"
    what = problem.target or "the target"
    return f"What is predicted is {what} ({kind}), from {source}."


def standing_in_words(who, problem, standing):
    """Return how good predictions are beside guessing, as one or two sentences.

    Parameters
    ----------
    who : str
        What predicts, as in the middle of a sentence.
    problem : Problem or None
    standing : Standing

    Returns
    -------
    text : str
    """
    if np.isnan(standing.score):
        return f"How good {who} is, {standing.metric} does not tell here."
    ways = {"accuracy": _as_accuracy, "R²": _as_r2, "ROC AUC": _as_auc}
    text = ways.get(standing.metric, _as_score)(who, problem, standing)
    text = text[:1].upper() + text[1:]
    if np.isnan(standing.chance) or standing.is_better is None:
        return text
    if standing.is_better:
        return f"{text} That is better than guessing by more than luck explains."
    return f"{text} That it is better than guessing is not shown."


def _as_accuracy(who, problem, standing):
    text = f"{who} is right for {percent(standing.score)} of the rows that it has not "
    text += f"seen{_interval(standing, percent)}"
    if np.isnan(standing.chance):
        return f"{text}."
    guess = _guess(problem, standing)
    return f"{text}; {guess} would be right for {percent(standing.chance)}."


def _guess(problem, standing):
    """Return what guessing is, where it is known."""
    if problem is not None and problem.classes:
        ranked = sorted(problem.classes.items(), key=lambda pair: -pair[1])
        name, count = ranked[0]
        is_alone = len(ranked) < 2 or ranked[1][1] < count
        if is_alone and abs(count / problem.n_rows - standing.chance) < _SAME_SHARE:
            return f"always guessing {name}, the most frequent class,"
    return "the same guess for every row"


def _as_r2(who, problem, standing):
    target = "the target" if problem is None else problem.target or "the target"
    text = f"{who} explains {_part(standing.score)} of the differences in {target} "
    text += f"between rows that it has not seen{_interval(standing, _part)}"
    return f"{text}; always guessing the mean explains none."


def _part(share):
    return "none" if share <= 0 else percent(share)


def _as_auc(who, problem, standing):
    if problem is None or len(problem.classes or ()) != 2:
        return _as_score(who, problem, standing)
    one, other = problem.classes
    return (
        f"Of two rows that it has not seen, one {one} and one {other}, {who} tells "
        f"which is which {percent(standing.score)} of the time"
        f"{_interval(standing, percent)}; guessing does 50.0% of the time."
    )


def _as_score(who, problem, standing):
    if standing.metric.startswith(_NEGATIVE):
        standing = _as_error(standing)
    text = f"{who} has {standing.metric} {digits(standing.score)} on rows that it has "
    text += f"not seen{_interval(standing, digits)}"
    if np.isnan(standing.chance):
        return f"{text}."
    text += f"; the same guess for every row has {digits(standing.chance)}"
    return f"{text}, and less is better." if standing.is_error else f"{text}."


def _as_error(standing):
    """Return a score that is an error with a minus as the error."""
    return replace(
        standing,
        metric=standing.metric.removeprefix(_NEGATIVE),
        score=-standing.score,
        chance=-standing.chance,
        lower=-standing.upper,
        upper=-standing.lower,
        is_error=True,
    )


def _interval(standing, show):
    if not np.isfinite(standing.lower):
        return f" ({standing.note})" if standing.note else ""
    note = f", {standing.note}" if standing.note else ""
    lower, upper = show(standing.lower), show(standing.upper)
    return f" (it may be {lower} to {upper}{note})"
