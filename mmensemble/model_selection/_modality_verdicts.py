"""What each modality is good for, in a word, with the interval behind it."""

import numpy as np
import pandas as pd

from mmensemble.model_selection._paired_tests import paired_difference

#: What the words mean.
MEANINGS = {
    "adds": "leaving it out costs more than does not matter",
    "redundant": "leaving it out does not matter, though alone it beats chance",
    "harmful": "leaving it out helps",
    "irrelevant": "leaving it out does not matter, and alone it does not beat chance",
    "informative": "alone it beats chance; whether it adds to others was not compared",
    "unclear": "too few or too different folds to tell",
}
COLUMNS = [
    "modality",
    "verdict",
    "basis",
    "difference",
    "difference_low",
    "difference_high",
    "p_harms",
    "p_same",
    "p_adds",
    "alone",
    "over_chance",
    "over_chance_low",
    "over_chance_high",
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
        row["over_chance_low"], row["over_chance_high"] = single.interval(level)
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
    low, high = gap.interval(level)
    harms, same, adds = gap.regions(rope)
    return {
        "difference": gap.mean,
        "difference_low": low,
        "difference_high": high,
        "p_harms": harms,
        "p_same": same,
        "p_adds": adds,
    }


def _verdict(row, rope):
    low, high = row["difference_low"], row["difference_high"]
    if low > 0 and row["difference"] > rope:
        return "adds"
    if high < 0 and row["difference"] < -rope:
        return "harmful"
    if low >= -rope and high <= rope:
        return "redundant" if row["over_chance_low"] > 0 else "irrelevant"
    return "unclear"


def _verdict_alone(row, rope):
    if row["over_chance_low"] > 0:
        return "informative"
    return "irrelevant" if row["over_chance_high"] <= rope else "unclear"


def _sentence(row, level):
    share = f"{level:.0%}"
    if row["basis"] == "alone":
        mean, low, high = (row[f"over_chance{end}"] for end in ("", "_low", "_high"))
        what = "alone it scores {} above chance"
    else:
        mean, low, high = (row[f"difference{end}"] for end in ("", "_low", "_high"))
        what = "with it the score changes by {}"
    shown = f"{mean:+.3f} ({share} interval {low:+.3f} to {high:+.3f})"
    text = f"{row['modality']} {_PHRASES[row['verdict']]}: {what.format(shown)}"
    if row["verdict"] == "unclear" and row["basis"] != "alone":
        chances = {
            "adds": row["p_adds"],
            "makes no difference that matters": row["p_same"],
            "harms": row["p_harms"],
        }
        likely = max(chances, key=lambda word: np.nan_to_num(chances[word]))
        if chances[likely] > 0:
            text += f"; most likely it {likely} ({chances[likely]:.0%})"
    return f"{text}."


_PHRASES = {
    "adds": "adds",
    "redundant": "is redundant",
    "harmful": "is harmful",
    "irrelevant": "is irrelevant",
    "informative": "is informative",
    "unclear": "is unclear",
}
