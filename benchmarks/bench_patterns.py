"""Modalities that lack here and there, and few rows: what is lost to a plain vote.

First table: from each training row every modality is dropped with some chance, but
never all; scores on complete rows, and on rows with the same share of holes. Second
table: few rows that lack nothing. `difference` is the score less that of the better of
voting and concatenation; `regret` what it is below the best of the second table's
choices, the best single modality among them; errors are of the mean over seeds. The
best of several is lucky on the seeds that it is the best of; `foreseen` is what remains
of the regret where each seed's best is named by the other seeds. Third:
what AutoFusion expected of new rows (`score_estimate_` less the score there), and how
often its `score_interval` of so many rows held their score.

With ``--autogluon PYTHON``, the interpreter of its environment, its medium quality on
the same rows with holes as one flat table stands beside, half of the cells missing.
"""

import argparse
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from _sets import hide, load, make_model
from _timing import show
from _together import Together
from bench_autogluon import theirs
from sklearn.metrics import get_scorer
from sklearn.model_selection import train_test_split

from mmensemble import AutoFusion, ConcatFusion, StackingFusion, VotingFusion
from mmensemble.learners._objectives import score_predictions

FUSIONS = {
    "voting": VotingFusion,
    "stacking": StackingFusion,
    "concat": ConcatFusion,
    "auto": AutoFusion,
}
#: Sets with holes, and their training rows.
HOLED = {"alzheimer": 220, "mfeat": 200, "leaf_flavia": 400, "ischemic_stroke": 84}
SHARES = (0.3, 0.5, 0.7)
SMALL = (
    "alzheimer",
    "ischemic_stroke",
    "watch",
    "htad",
    "mfeat",
    "chicago",
    "nycflights",
    "womens_clothing",
)
SIZES = (60, 120, 250, 500)
#: Rows to be scored on at most, and the largest share of a set that is learnt from.
MOST_TEST, MOST_SHARE = 1500, 0.75
SEEDS = 10
#: Name of the best member of a single modality among the choices.
SINGLE = "best single"
#: What AutoFusion says of new rows, beside the choices.
EXPECTED, LOW, HIGH = "expected", "low", "high"
#: Name of AutoGluon, the share of holes it is tried on, and its limit in seconds.
AUTOGLUON, AUTOGLUON_SHARE, AUTOGLUON_SECONDS = "AutoGluon", 0.5, 60


def split(data, n_train, seed):
    """Return training and test rows: whole groups, and each class in proportion."""
    y, rng = np.asarray(data.target), np.random.default_rng(seed)
    if data.groups is None:
        labels = y if data.task == "classification" else None
        train, test = train_test_split(
            np.arange(len(y)), train_size=n_train, random_state=seed, stratify=labels
        )
    else:
        names = rng.permutation(np.unique(data.groups))
        inside = np.isin(data.groups, names[: max(2, 2 * len(names) // 3)])
        train, test = np.flatnonzero(inside), np.flatnonzero(~inside)
    return tuple(
        np.sort(rng.permutation(rows)[:most])
        for rows, most in ((train, n_train), (test, MOST_TEST))
    )


def holes(n_rows, n_modalities, share, rng):
    """Return which cells are dropped, each with a chance, but never a whole row."""
    absent = rng.random((n_rows, n_modalities)) < share
    empty = np.flatnonzero(absent.all(axis=1))
    absent[empty, rng.integers(n_modalities, size=len(empty))] = False
    return absent


def with_holes(data, share, seed):
    """Return the table, each modality dropped from a row with some chance."""
    rng = np.random.default_rng([seed, round(100 * share)])
    absent = holes(len(data.target), len(data.modalities), share, rng)
    return hide(data.data, data.modalities, absent)


def beside(name, n_train, share, seed, interpreter):
    """Return AutoGluon's row of the same holes, as `cell` does."""
    data = load(name)
    train, test = split(data, n_train, seed)
    data.data = with_holes(data, share, seed)
    own = "medium_quality", AUTOGLUON_SECONDS, interpreter
    found = theirs(data, train, test, *own)
    score = np.nan if found is None else found[0]
    return [(name, n_train, share, "holes", seed, AUTOGLUON, score)]


def cell(name, n_train, share, seed):
    """Return rows (set, training rows, share, test, seed, fusion, score)."""
    data = load(name)
    y = np.asarray(data.target)
    train, test = split(data, n_train, seed)
    tests = {"complete": data.data}
    if share:
        tests["holes"] = with_holes(data, share, seed)
    groups = None if data.groups is None else np.asarray(data.groups)[train]
    model = make_model(data, data.modalities, "voting")
    fusions = {k: fusion() for k, fusion in FUSIONS.items()}
    fusions["auto"].set_params(scoring=data.metric)
    fitted = Together(model, fusions)
    fitted.fit(list(tests.values())[-1].iloc[train], y[train], groups)
    scorer, rows = get_scorer(data.metric), []
    for kind, X in tests.items():
        found = fitted.outputs(X.iloc[test])
        view, _ = found["voting"]
        scored = {k: out for k, (_, out) in found.items()}
        if kind == "complete":
            for position, member in enumerate(view.members):
                own = view.predictions[:, position]
                known = np.where(np.isnan(own), view.task.prior, own)
                scored[f"{SINGLE} {member.name}"] = known
        known = replace(view, y=y[test])
        for fusion, out in scored.items():
            score = score_predictions(scorer, out, known)
            rows.append((name, n_train, share, kind, seed, fusion, score))
    if not share:
        for label, value in promised(fitted.fusion("auto"), len(test)).items():
            rows.append((name, n_train, share, "complete", seed, label, value))
    return rows


def promised(fusion, n_rows):
    """Return what score AutoFusion expects of so many new rows, and between what."""
    low, high = fusion.score_interval(n_rows)
    return {EXPECTED: fusion.score_estimate_, LOW: low, HIGH: high}


def estimates(scores):
    """Return by set and rows, and over all sets, how true AutoFusion's promises are."""
    keys = ["set", "rows", "seed"]
    wide = scores.pivot_table(index=keys, columns="fusion", values="score")
    wide = wide.dropna(subset=["auto", EXPECTED, LOW, HIGH]).reset_index()
    wide["gap"] = wide[EXPECTED] - wide["auto"]
    wide["inside"] = wide["auto"].between(wide[LOW], wide[HIGH])
    wide["width"] = wide[HIGH] - wide[LOW]
    rows = []
    for key, part in [
        *wide.groupby(["set", "rows"], sort=False),
        *((("all", n), part) for n, part in wide.groupby("rows")),
    ]:
        cells = f"{part['auto'].mean():.3f}", f"{part['gap'].mean():+.3f}"
        error = error_of(part["gap"])
        inside, width = f"{part['inside'].mean():.2f}", f"{part['width'].mean():.3f}"
        rows.append((*key, len(part), *cells, error, inside, width))
    head = ("set", "rows", "draws", "score", "expected - score", "error", "inside")
    return pd.DataFrame(rows, columns=(*head, "width"))


COLUMNS = ("set", "rows", "missing", "test", "seed", "fusion", "score")


def cells(cases, folder=None, score=cell, file="patterns_cells.csv"):
    """Return the scores of all cases, done ones taken from a folder where given."""
    path = None if folder is None else Path(folder) / file
    known = pd.DataFrame(columns=COLUMNS)
    if path is not None and path.exists():
        known = pd.read_csv(path)
    done = set(keys_of(known))
    parts = [known] if len(known) else []
    for case in cases:
        if case not in done:
            parts.append(pd.DataFrame(score(*case), columns=COLUMNS))
            print(*case, flush=True)
            if path is not None:
                pd.concat(parts).to_csv(path, index=False)
    found = pd.concat(parts)
    wanted = set(cases)
    return found[[key in wanted for key in keys_of(found)]]


def keys_of(scores):
    """Return the case of each row."""
    return scores[["set", "rows", "missing", "seed"]].itertuples(index=False, name=None)


def summary(scores, rivals, word):
    """Return mean scores, and the difference from the best of some, with its error.

    The best is that of the largest mean; singles are one rival, the best of them.
    """
    rows = []
    for key, part in scores.groupby(["set", "rows", "missing", "test"], sort=False):
        wide = part.pivot_table(index="seed", columns="fusion", values="score")
        singles = [c for c in wide if c.startswith(SINGLE)]
        others = [c for c in wide if c in rivals or (SINGLE in rivals and c in singles)]
        others = wide[others]
        if singles:
            wide[SINGLE] = wide[wide[singles].mean().idxmax()]
        wide = wide[[c for c in (*FUSIONS, SINGLE, AUTOGLUON) if c in wide]]
        best, named = others[others.mean().idxmax()], best_of_others(others)
        for fusion in wide:
            gap, foreseen = wide[fusion] - best, wide[fusion] - named
            cells = f"{wide[fusion].mean():.3f}", f"{gap.mean():+.3f}", error_of(gap)
            cells += f"{foreseen.mean():+.3f}", error_of(foreseen)
            rows.append((*key, len(wide), fusion, *cells))
    head = ("set", "rows", "missing", "test", "seeds", "fusion", "score", word, "error")
    return pd.DataFrame(rows, columns=(*head, "foreseen", "its error"))


def best_of_others(scores):
    """Return for each seed its score of the choice that is best on the other seeds."""
    if len(scores) < 2:
        return scores.max(axis=1)
    without = scores.sum() - scores
    return pd.Series(
        [scores.loc[seed, without.loc[seed].idxmax()] for seed in scores.index],
        index=scores.index,
    )


def error_of(gap):
    """Return the standard error of the mean as text."""
    return f"{gap.std(ddof=1) / np.sqrt(len(gap)):.3f}" if len(gap) > 1 else "nan"


def regrets(small):
    """Return the mean regret of each choice by number of rows, over the sets."""
    table = small.rename(columns={"rows": "size"})
    frames = []
    for column in ("regret", "foreseen"):
        table["value"] = -table[column].astype(float)
        wide = table.pivot_table(index="size", columns="fusion", values="value")
        frames.append(wide.round(4).reset_index().assign(measure=column))
    return pd.concat(frames).astype(str)


def main(
    quick=False,
    seeds=SEEDS,
    folder=None,
    sets=None,
    tables=("holes", "small"),
    autogluon=None,
):
    """Return the tables."""
    warnings.filterwarnings("ignore", "The least populated class in y")
    seeds = range(1 if quick else seeds)
    shares, sizes = (SHARES[1:2], SIZES[:1]) if quick else (SHARES, SIZES)
    holed = {"alzheimer": 220} if quick else HOLED
    small = ("alzheimer",) if quick else SMALL
    chosen = set(sets or (*holed, *small))
    first = [
        (name, n, share, seed)
        for seed in seeds
        for name, n in holed.items()
        for share in shares
        if name in chosen
    ]
    lengths = {name: len(load(name).data) for name in small if name in chosen}
    second = [
        (name, size, 0.0, seed)
        for seed in seeds
        for size in sizes
        for name, length in lengths.items()
        if size <= MOST_SHARE * length
    ]
    found = {}
    if first and "holes" in tables:
        scores = cells(first, folder)
        if autogluon:
            ask = partial(beside, interpreter=autogluon)
            some = [case for case in first if case[2] == AUTOGLUON_SHARE]
            theirs_too = cells(some, folder, ask, "patterns_autogluon.csv")
            scores = pd.concat([scores, theirs_too])
        found["holes"] = summary(scores, ("voting", "concat"), "difference")
    if second and "small" in tables:
        rivals = (*FUSIONS, SINGLE)
        scores = cells(second, folder)
        found["small"] = summary(scores, rivals, "regret")
        found["regret"] = regrets(found["small"])
        found["estimates"] = estimates(scores)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--folder", help="folder that keeps finished cells")
    parser.add_argument("--sets", nargs="+", help="only some")
    parser.add_argument("--tables", nargs="+", default=("holes", "small"))
    parser.add_argument("--autogluon", metavar="PYTHON")
    show(main(**vars(parser.parse_args())))
