"""What the page of a model says in sentences with numbers."""

import numpy as np

from mmensemble._digits import digits, signed
from mmensemble.ensemble._description import severity

#: Modalities and columns that sentences name.
_MOST_NAMES = 5
_WHICH = {"all": "that have everything", "none": "that have nothing"}


def model_summary(report):
    """Return the sentences that a reader needs first.

    Parameters
    ----------
    report : ModelReport

    Returns
    -------
    sentences : list of str
    """
    alerts = _alerts(report)
    # what the score itself may owe to a leak stands beside it
    leak = len(alerts) > 0 and severity(alerts[0]) == 0
    return [
        _score(report),
        *(alerts if leak else []),
        *_modalities(report),
        *_features(report),
        *_patterns(report),
        *([] if leak else alerts),
        *_errors(report),
    ]


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
    text += "."
    if score["lower"] <= score["chance"]:
        text += " That it is better than that is not shown."
    return text


def _modalities(report):
    frame = report.modalities_
    if len(frame) < 2:
        return []
    name, what = "contribution", "Of what the model scores above knowing nothing, "
    if frame[name].isna().all():
        name, what = "last", "Without a modality the score falls by, "
    frame = frame[frame[name].notna()]
    if not len(frame):
        return []
    shown = [
        f"{row['modality']} {signed(row[name])}"
        for _, row in frame.head(_MOST_NAMES).iterrows()
    ]
    more = len(frame) - _MOST_NAMES
    shown += [f"and {more} others less"] if more > 0 else []
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
        which = f"with {which}" if which not in ("all", "none") else _WHICH[which]
    best = frame.loc[frame["score"].idxmax(), "score"]
    return [
        f"Rows {which} are predicted worst, {digits(row['score'])} ({row['rows']:,} "
        f"rows); rows of another pattern up to {digits(best)}."
    ]


def _alerts(report):
    if not len(report.alerts_):
        return []
    row, more = report.alerts_.iloc[0], len(report.alerts_) - 1
    text = f"Look at {row['column']}: {row['alert']}."
    if not more:
        return [text]
    there = "is 1 more alert" if more == 1 else f"are {more} more alerts"
    return [f"{text} There {there} below."]


def _errors(report):
    if not len(report.errors_):
        return []
    return [f"{len(report.errors_)} of {report.n_folds} folds failed; see below."]
