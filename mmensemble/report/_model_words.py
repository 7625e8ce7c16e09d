"""What the page of a model says in sentences with numbers."""

import numpy as np
import pandas as pd

from mmensemble._digits import digits, signed
from mmensemble.ensemble._description import severity
from mmensemble.report._plain_words import (
    Standing,
    join,
    standing_in_words,
    task_in_words,
)

#: Modalities and columns that sentences name.
_MOST_NAMES = 5
#: Contributions up to this are rounding.
_NOTHING = 1e-9
_WHICH = {"all": "that have everything", "none": "that have nothing"}


def model_summary(report):
    """Return the sentences that a reader needs first.

    Parameters
    ----------
    report : ModelReport

    Returns
    -------
    sentences : list of str
        First a paragraph in plain words.
    """
    return [
        _in_short(report),
        _score(report),
        *_fit_estimate(report),
        *_modalities(report),
        *_features(report),
        *_patterns(report),
    ]


def _in_short(report):
    """Return what is predicted, how well, what helps, and what to watch out for."""
    alerts = _alerts(report)
    # what the score itself may owe to a leak stands beside it
    leak = len(alerts) > 0 and severity(report.alerts_["alert"].iloc[0]) == 0
    sentences = [
        task_in_words(report.problem),
        standing_in_words("the model", report.problem, _standing(report)),
        *_misses(report),
        *(alerts if leak else []),
        *_helps(report),
        *_missed_class(report),
        *([] if leak else alerts),
        *_errors(report),
    ]
    if not len(report.alerts_) and not len(report.errors_):
        sentences.append("The checks of the table raise no alert.")
    return " ".join(sentences)


def _standing(report):
    score = report.score_
    # where no fold's score differs there is no interval, and no doubt either
    least = score["mean"] if score["std"] == 0 else score["lower"]
    known = np.isfinite([least, score["chance"]]).all()
    return Standing(
        report.metric_name(),
        *(score[name] for name in ("mean", "chance", "lower", "upper")),
        is_better=bool(least > score["chance"]) if known else None,
    )


def _misses(report):
    """Return how far numbers are missed, of one target."""
    frame = report.residuals_
    if not len(frame) or frame["target"].nunique() > 1:
        return []
    truth = frame["predicted"] + frame["residual"]
    own, guess = frame["residual"].abs().mean(), (truth - truth.mean()).abs().mean()
    return [
        f"On average its predictions miss by {digits(own)}, the mean of all rows by "
        f"{digits(guess)}."
    ]


def _missed_class(report):
    """Return the class that is missed most, where that is more often than not."""
    frame = report.confusion_
    counts = frame.sum(axis=1)
    if not (counts > 0).any():
        return []
    found = pd.Series(np.diag(frame), index=frame.index)[counts > 0]
    worst = (found / counts[counts > 0]).idxmin()
    if found[worst] >= counts[worst] / 2:
        return []
    return [
        f"Watch out: of the {counts[worst]:,} rows with {worst} the model finds "
        + (f"only {found[worst]:,}." if found[worst] else "none.")
    ]


def _helps(report):
    """Return which modalities, and which column, the score owes most to."""
    column = report.features_[report.features_["fall"] > 0]["column"].head(1)
    frame, name = _contributions(report)
    if len(report.modalities_) < 2 or not len(frame):
        return [f"The column that matters most is {one}." for one in column]
    helps = frame[name] > _NOTHING
    helpful = frame.loc[helps, "modality"].tolist()
    if not helpful:
        return ["None of the modalities seems to help."]
    unsure = "" if _standing(report).is_better else ", as far as these rows tell,"
    text = f"What helps most{unsure} is {helpful[0]}"
    text += f", then {helpful[1]}" if helpful[1:] else ""
    text += "".join(f"; of single columns it is {one}" for one in column)
    idle = frame.loc[~helps, "modality"].tolist()
    if not idle:
        return [f"{text}."]
    return [f"{text}. Little or nothing comes from {join(idle)}."]


def _score(report):
    score, metric = report.score_, report.metric_name()
    if np.isnan(score["mean"]):
        return (
            f"{metric} is not defined on every fold, nor on pooled rows; choose "
            "another metric or larger folds."
        )
    where = "on rows that the model was not fitted on"
    interval = ""
    if report.is_pooled:
        where = "on the pooled rows of all folds, none of which its model was fitted on"
    elif np.isfinite(score["lower"]):
        lower, upper = digits(score["lower"]), digits(score["upper"])
        interval = f" (95% interval {lower} to {upper})"
    text = f"{metric} {digits(score['mean'])}{interval} {where}"
    if np.isfinite(score["chance"]):
        text += f"; the same prediction for every row scores {digits(score['chance'])}"
    return f"{text}."


def _fit_estimate(report):
    """Return what the fusion itself expects, where it says so."""
    found = report.fit_estimate
    if np.isnan(found):
        return []
    return [
        f"The fit itself expects {digits(found)}, by folds within all rows; two such "
        "estimates differ by chance."
    ]


def _contributions(report):
    """Return the modalities whose contribution is known, and its column."""
    frame, name = report.modalities_, "contribution"
    if frame[name].isna().all():
        name = "last"
    return frame[frame[name].notna()], name


def _modalities(report):
    frame, name = _contributions(report)
    if len(report.modalities_) < 2 or not len(frame):
        return []
    what = "Of what the model scores above knowing nothing, "
    if name == "last":
        what = "Without a modality the score falls by, "
    shown = [
        f"{row['modality']} {signed(row[name])}"
        for _, row in frame.head(_MOST_NAMES).iterrows()
    ]
    more = len(frame) - _MOST_NAMES
    shown += [f"and {more} other{'s' if more > 1 else ''} less"] if more > 0 else []
    verb = "these contribute: " if name == "contribution" else "the most first: "
    return [f"{what}{verb}{', '.join(shown)}."]


def _features(report):
    frame = report.features_[report.features_["fall"] > 0].head(_MOST_NAMES)
    if not len(frame):
        return []
    shown = [f"{row['column']} {digits(row['fall'])}" for _, row in frame.iterrows()]
    return [
        "The score falls most when these columns are shuffled: "
        f"{', '.join(map(str, shown))}."
    ]


def _patterns(report):
    frame = report.patterns_.dropna(subset="score")
    if len(frame) < 2:
        return []
    row = frame.loc[frame["score"].idxmin()]
    which = row["modalities"]
    if not which.startswith("without "):
        only = f"that have {which} only"
        which = _WHICH.get(which, only)
    best = frame.loc[frame["score"].idxmax(), "score"]
    return [
        f"Rows {which} are predicted worst, {digits(row['score'])} ({row['rows']:,} "
        f"rows); rows of another pattern up to {digits(best)}."
    ]


def _alerts(report):
    if not len(report.alerts_):
        return []
    row, more = report.alerts_.iloc[0], len(report.alerts_) - 1
    text = f"Watch out for {row['column']}: {row['alert']}."
    if not more:
        return [text]
    there = "is 1 more alert" if more == 1 else f"are {more} more alerts"
    return [f"{text} There {there} below."]


def _errors(report):
    if not len(report.errors_):
        return []
    return [f"{len(report.errors_)} of {report.n_folds} folds failed; see below."]
