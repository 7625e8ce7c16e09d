"""What each modality is good for, in a word, with the interval behind it."""

import numpy as np
import pandas as pd

from mmensemble._digits import signed
from mmensemble._verdicts import UNCLEAR
from mmensemble.model_selection._paired_tests import paired_difference

#: Columns of the frame.
COLUMNS = [
    "modality",
    "verdict",
    "basis",
    "difference",
    "lower_difference",
    "upper_difference",
    "p_harms",
    "p_same",
    "p_adds",
    "alone",
    "over_chance",
    "lower_over_chance",
    "upper_over_chance",
    "text",
]


def modality_verdicts(scores, without, alone, chance, ratio, *, rope, level):
    """Return one row a modality.

    Parameters
    ----------
    scores : dict of str to (str, ndarray)
        By modality: name of a fusion and its scores with all modalities; empty
        where the modality was never left out.
    without : dict of str to ndarray
        Scores of the same fusion without the modality.
    alone : dict of str to ndarray
        Scores of each modality alone, as far as known.
    chance : ndarray of shape (n_folds,)
        Score of the same prediction for every row.
    ratio : ndarray of shape (n_folds,)
        Test rows for each training row.
    rope : float
        Differences up to this size do not matter.
    level : float
        Coverage of the intervals.

    Returns
    -------
    frame : DataFrame
    """
    rows = []
    for name in alone:
        single = paired_difference(alone[name], chance, ratio)
        row = {
            "modality": name,
            "alone": float(np.mean(alone[name])),
            "over_chance": single.mean,
        }
        row["lower_over_chance"], row["upper_over_chance"] = single.interval(level)
        if name in scores:
            fusion, own = scores[name]
            gap = paired_difference(own, without[name], ratio)
            row |= _gap_columns(gap, rope, level)
            row["basis"] = f"{fusion} without it"
            row["verdict"] = _verdict(row, rope)
        else:
            row["basis"] = "alone"
            row["verdict"] = _verdict_alone(row, rope)
        row["text"] = _sentence(row, level)
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def left_out(comparison, metric):
    """Return the scores of the best fusion with and without each modality.

    Parameters
    ----------
    comparison : ComparedScores
    metric : str

    Returns
    -------
    whole : dict of str to (str, ndarray)
        By modality: label of the fusion and its scores with all modalities; nothing
        where no fusion was also run without the modality.
    without : dict of str to ndarray
    """
    scores = comparison.split_scores(metric)
    means = scores.mean(skipna=False).dropna().sort_values(ascending=False)
    names = comparison.modalities
    place = {(c.name, c.subset): c.label for c in comparison.choices}
    complete = {c.label: c for c in comparison.choices if c.subset is None}
    whole, without = {}, {}
    for modality in names:
        rest = tuple(name for name in names if name != modality)
        for label in means.index.intersection(list(complete), sort=False):
            other = place.get((complete[label].name, rest))
            if other in means.index:
                whole[modality] = label, scores[label].to_numpy()
                without[modality] = scores[other].to_numpy()
                break
    return whole, without


def alone(comparison, metric):
    """Return the scores of each modality alone, the best of several; NaN if unknown.

    Parameters
    ----------
    comparison : ComparedScores
    metric : str

    Returns
    -------
    scores : dict of str to ndarray
    """
    frame = comparison.split_scores(metric, singles=True)
    owners = {
        label: label.removesuffix(" only").split("__")[0]
        for label in frame.columns.difference(comparison.labels, sort=False)
    }
    for choice in comparison.choices:
        if choice.subset is not None and len(choice.subset) == 1:
            owners[choice.label] = choice.subset[0]
    found = {}
    for modality in comparison.modalities:
        own = frame[[label for label in owners if owners[label] == modality]]
        means = own.mean(skipna=False).dropna()
        known = len(means) > 0
        nothing = np.full(len(frame), np.nan)
        found[modality] = own[means.idxmax()].to_numpy() if known else nothing
    return found


def _gap_columns(gap, rope, level):
    lower, upper = gap.interval(level)
    harms, same, adds = gap.regions(rope)
    return {
        "difference": gap.mean,
        "lower_difference": lower,
        "upper_difference": upper,
        "p_harms": harms,
        "p_same": same,
        "p_adds": adds,
    }


def _verdict(row, rope):
    """Return the word for what leaving a modality out does."""
    lower, upper = row["lower_difference"], row["upper_difference"]
    if lower > 0 and row["difference"] > rope:
        return "adds"
    if upper < 0 and row["difference"] < -rope:
        return "harmful"
    if lower >= -rope and upper <= rope:
        return "redundant" if row["lower_over_chance"] > 0 else "irrelevant"
    return UNCLEAR


def _verdict_alone(row, rope):
    """Return the word for a modality of which only its own score is known."""
    if row["lower_over_chance"] > 0:
        return "predictive"
    return "not predictive" if row["upper_over_chance"] <= rope else UNCLEAR


def _sentence(row, level):
    is_alone = row["basis"] == "alone"
    name = "over_chance" if is_alone else "difference"
    what = "alone it scores {} above chance"
    if not is_alone:
        what = "with it the score changes by {}"
    mean, lower, upper = row[name], row[f"lower_{name}"], row[f"upper_{name}"]
    if np.isnan(mean):
        return (
            f"{row['modality']} is {UNCLEAR}: no fold has scores with and without it."
        )
    known = np.isfinite([lower, upper]).any()
    interval = f"{level:.0%} interval {signed(lower)} to {signed(upper)}"
    shown = f"{signed(mean)} ({interval if known else 'one fold has no interval'})"
    verdict = row["verdict"] if row["verdict"] == "adds" else f"is {row['verdict']}"
    text = f"{row['modality']} {verdict}: {what.format(shown)}"
    if row["verdict"] == UNCLEAR and not is_alone:
        chances = {
            "adds": row["p_adds"],
            "makes no difference that matters": row["p_same"],
            "harms": row["p_harms"],
        }
        likely = max(chances, key=lambda word: np.nan_to_num(chances[word]))
        if chances[likely] > 0:
            text += f"; most likely it {likely} ({chances[likely]:.0%})"
    return f"{text}."
