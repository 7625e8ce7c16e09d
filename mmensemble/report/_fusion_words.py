"""What the page of a comparison says first, for readers without statistics."""

import numpy as np

from mmensemble._verdicts import UNCLEAR
from mmensemble.ensemble._description import COPY
from mmensemble.numerics._resampled import corrected_mean
from mmensemble.report._plain_words import (
    Standing,
    join,
    standing_in_words,
    task_in_words,
)

#: Columns that may hold a marker and are told.
_MOST_ALERTS = 3
#: What verdicts mean, of one modality and of several: beside the others, and alone.
_BESIDE = {
    "adds": ("helps", "help"),
    "redundant": ("can be left out", "can be left out one at a time"),
    "irrelevant": ("is of no use", "are of no use"),
    "harmful": ("hurts", "hurt"),
    UNCLEAR: ("may or may not help",) * 2,
}
_ALONE = {
    "predictive": ("alone is better than guessing",) * 2,
    "not predictive": ("alone is no better than guessing",) * 2,
    UNCLEAR: ("alone may or may not be better than guessing",) * 2,
}


def fusion_in_short(comparison, metric=None):
    """Return what is predicted, how well, what helps, and what to watch out for.

    Parameters
    ----------
    comparison : FusionComparison
    metric : str, default=None
        None: the first.

    Returns
    -------
    text : str
        Empty where there is nothing to say.
    """
    problem = comparison.problem
    sentences = [*_leak(comparison, metric), *_gaps(comparison)]
    alerts = {} if problem is None else problem.alerts
    sentences += [
        f"Do not trust these scores: {name} is {alert}."
        for name, alert in alerts.items()
        if alert == COPY
    ]
    if problem is not None:
        sentences.append(task_in_words(problem))
    if comparison.is_scored(metric):
        best, standing = _standing(comparison, metric)
        sentences.append(standing_in_words(_who(comparison, best), problem, standing))
        sentences += _single(comparison, metric, best)
        sentences += _helps(comparison, metric)
    sentences += [
        f"Watch out for {name}: {alert}."
        for name, alert in alerts.items()
        if alert != COPY
    ][:_MOST_ALERTS]
    return " ".join(sentences)


def _who(comparison, best):
    n_choices = len(comparison.choices)
    which = f"the best of {n_choices} choices" if n_choices > 1 else "the only choice"
    return f"{which}, {best},"


def _standing(comparison, metric):
    """Return the best choice, by its mean over folds, and its worth on new rows."""
    winner = comparison.winner(metric=metric)
    best = comparison.best_choice(metric)
    chance = comparison.chance(metric)
    name, guess = comparison.metric_name(metric), float(np.mean(chance))
    if np.isfinite(winner.corrected) and np.isfinite(winner.lower):
        note = "its luck in being the best taken off"
        note = note if len(comparison.choices) > 1 else ""
        bounds = winner.corrected, guess, winner.lower, winner.upper
        better = bool(winner.lower > guess) if np.isfinite(guess) else None
        return best, Standing(name, *bounds, is_better=better, note=note)
    mean = comparison.mean_scores(metric)[best]
    if comparison.is_pooled(metric) or not np.isfinite(guess):
        return best, Standing(name, mean, guess)
    scores = comparison.split_scores(metric)[best].to_numpy()
    lower, _ = corrected_mean(scores - chance, comparison.ratio()).interval()
    better = bool(lower > 0) if np.isfinite(lower) else None
    return best, Standing(name, mean, guess, is_better=better)


def _single(comparison, metric, best):
    """Return that a single modality does as well, where it scores no less."""
    single = comparison.best_single(metric)
    if single is None:
        return []
    means = comparison.mean_scores(metric, singles=True)
    if means[single] < means[best]:
        return []
    return [f"The best single modality, {single}, does at least as well."]


def _helps(comparison, metric):
    """Return what each modality is good for, those of one verdict together."""
    verdicts = comparison.verdicts(metric=metric)
    known = verdicts["difference"].notna() | verdicts["over_chance"].notna()
    verdicts = verdicts[known]
    sentences = []
    for words, is_alone in ((_BESIDE, False), (_ALONE, True)):
        own = verdicts[(verdicts["basis"] == "alone") == is_alone]
        for verdict, (one, several) in words.items():
            names = own.loc[own["verdict"] == verdict, "modality"].tolist()
            if names:
                what = several if names[1:] else one
                each = "each of " if is_alone and names[1:] else ""
                sentences.append(f"{each}{join(names)} {what}")
    return [f"For the modalities: {'; '.join(sentences)}."] if sentences else []


def _leak(comparison, metric):
    control = comparison.control_frame(metric=metric)
    if control is None or not control["leaks"].any():
        return []
    leaking = control.loc[control["leaks"], "choice"].tolist()
    return [
        "Do not trust these scores: something leaks. With shuffled targets, which "
        f"cannot be learnt, {len(leaking)} of {len(control)} choices still beat "
        f"chance, {leaking[0]} among them."
    ]


def _gaps(comparison):
    sentences = []
    done, planned = len(comparison.results), comparison.n_planned
    if done < planned:
        sentences.append(f"Only {done} of {planned} folds ran: {comparison.missing}.")
    errors = comparison.errors()
    if len(errors):
        n_choices = errors["choice"].nunique()
        sentences.append(
            f"{len(errors)} of {done * len(comparison.choices)} fits failed, of "
            f"{n_choices} of {len(comparison.choices)} choices; see below."
        )
    return sentences
