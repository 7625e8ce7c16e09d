"""Rows found across modalities: by class and by item, both ways; exact search.

Three stratified splits with 30 % of the rows for test, all of which are queries and
collection. "map" is the mean average precision by class, "rr" the mean reciprocal
rank of the row itself, "chance" what random rankings have. Linear CCA with
regularisation by Ledoit and Wolf and cosines of its variates stands beside. Whole
sets come from a folder, see `_full_sets.py`, without which the bundled rows are used;
so do stamps: pictures by their colours and edges, captions by their words and
categories.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import load
from _timing import interleaved, show
from run import write
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

from mmensemble import CrossModalRetriever
from mmensemble.crossmodal import retrieval_scores
from mmensemble.crossmodal._ranking import average_precisions, reciprocal_ranks
from mmensemble.crossmodal._search import largest_products
from mmensemble.crossmodal._sources import Sources
from mmensemble.representation import mcca
from mmensemble.representation._covariance import block_slices, joint_covariance

CASES = {
    "mfeat": ("fou", "pix"),
    "leaf_flavia": ("shape", "texture"),
    "htad": ("audio", "accelerometer"),
}
LEVELS = (("item", 0.0), ("class", 0.0), ("class", "cv"))


def by_cca(modalities, X, train, test):
    """Return cosines of the variates of linear CCA, one modality asking."""
    present = np.ones((len(train), 2), dtype=bool)
    weight = np.ones(len(train))
    sources, parts = Sources.fit(
        modalities, X.iloc[train], present, weight=weight, root=0
    )
    slices = block_slices([part.shape[1] for part in parts])
    covariance = joint_covariance(np.hstack(parts), present, slices, weight)
    directions, _ = mcca(covariance, 20)
    new = sources.read(X.iloc[test], np.ones((len(test), 2), dtype=bool))
    sides = [part @ directions[own] for part, own in zip(new, slices, strict=True)]
    sides = [side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides]
    return sides[0] @ sides[1].T


def both_ways(forth, back, y):
    """Return mean average precision and reciprocal rank of both directions."""
    relevant, own = y[:, None] == y[None], np.arange(len(y))
    sides = (forth, back)
    return (
        np.mean([average_precisions(side, relevant).mean() for side in sides]),
        np.mean([reciprocal_ranks(side, own).mean() for side in sides]),
    )


def measured(name, folder=None, n_splits=3, cases=LEVELS):
    """Return mean average precision and reciprocal rank of each way, by split."""
    data = load(name) if folder is None else load_full(name, folder)
    X, y = data.data, np.asarray(data.target)
    names = [each[0] for each in data.modalities]
    a, b = (name_of(wanted, names) for wanted in CASES[name])
    modalities = [each for each in data.modalities if each[0] in (a, b)]
    splitter = StratifiedShuffleSplit(n_splits, test_size=0.3, random_state=0)
    found = {}
    for train, test in splitter.split(X, y):
        cosines = by_cca(modalities, X, train, test)
        scores = {"linear CCA, cosine": both_ways(cosines, cosines.T, y[test])}
        for level, blend in cases:
            model = CrossModalRetriever(
                modalities, level=level, blend=blend, random_state=0
            )
            model.fit(X.iloc[train], y[train]).index(X.iloc[test])
            sides = [model.similarity(X.iloc[test], query=side) for side in (a, b)]
            what = f"{level}, blend {blend}" if level == "class" else level
            scores[what] = both_ways(*sides, y[test])
        shares = np.unique(y[test], return_counts=True)[1] / len(test)
        harmonic = (1 / np.arange(1, len(test) + 1)).mean()
        scores["chance"] = ((shares**2).sum(), harmonic)
        for key, values in scores.items():
            found.setdefault(key, []).append(values)
    return found


def run_set(name, folder=None):
    """Return the table's rows for one set."""
    what = f"{name}: {', '.join(CASES[name])}"
    return [row_of(what, *item) for item in measured(name, folder).items()]


def name_of(wanted, names):
    """Return the modality whose name begins as `wanted`."""
    return next(name for name in names if name.startswith(wanted[:5]))


def row_of(what, method, values):
    """Return one row of the table."""
    values = np.array(values)
    errors = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    row = {
        "set": what,
        "method": method,
        "map": round(values[:, 0].mean(), 3),
        "map se": round(errors[0], 3),
        "rr": round(values[:, 1].mean(), 3),
        "rr se": round(errors[1], 3),
    }
    print(row, flush=True)
    return row


def stamps(folder):
    """Return pictures' simple features beside captions, and their categories."""
    images = np.load(folder / "images_64.npz")["images"].astype(float) / 255
    captions = pd.read_csv(folder / "captions.csv")
    tiles = images.reshape(len(images), 8, 8, 8, 8, 3).mean(axis=(2, 4))
    grey = images.mean(axis=3)
    edges = np.stack(
        [np.abs(np.diff(grey, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2)], axis=1
    )
    bins = (images * 3.999).astype(int) @ np.array([16, 4, 1])
    colours = np.stack(
        [np.bincount(row, minlength=64) for row in bins.reshape(-1, 4096)]
    )
    picture = np.hstack(
        [tiles.reshape(len(images), -1), edges, np.sqrt(colours / 4096)]
    )
    X = pd.DataFrame(
        picture, columns=[f"picture__{j}" for j in range(picture.shape[1])]
    )
    X["caption__text"] = (
        captions["caption"] + " " + captions["sub"].str.replace("/", " ")
    )
    return X, captions["category"].to_numpy()


def run_stamps(folder):
    """Return the table's rows of pictures and captions."""
    X, y = stamps(folder)
    found = {}
    for train, test in ShuffleSplit(3, test_size=0.3, random_state=0).split(X):
        for level in ("item", "class"):
            model = CrossModalRetriever(level=level, blend=0.0, random_state=0)
            model.fit(X.iloc[train], y[train])
            scores = retrieval_scores(
                model, X.iloc[test], y[test], metrics=("map", "mrr"), n_bootstraps=10
            )
            means = scores.groupby("metric")["score"].mean()
            found.setdefault(level, []).append((means["map"], means["mrr"]))
        shares = np.unique(y[test], return_counts=True)[1] / len(test)
        harmonic = (1 / np.arange(1, len(test) + 1)).mean()
        found.setdefault("chance", []).append(((shares**2).sum(), harmonic))
    return [row_of("stamps: picture, caption", key, found[key]) for key in found]


def run_search(n_codes):
    """Return seconds of search, and of the matrix product alone."""
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(n_codes, 32)).astype(np.float32)
    asking = rng.normal(size=(1000, 32)).astype(np.float32)
    step = 1000

    def product():
        for start in range(0, n_codes, step):
            codes[start : start + step] @ asking.T

    actions = {
        "matrix product": product,
        "10 neighbours": lambda: largest_products(asking, codes, 10),
    }
    medians = interleaved(actions, 3)
    base = medians["matrix product"]
    return pd.DataFrame(
        {
            "codes": n_codes,
            "width": 32,
            "queries": 1000,
            "what": list(medians),
            "seconds": [round(value, 2) for value in medians.values()],
            "times the product": [round(value / base, 2) for value in medians.values()],
        }
    )


def main(quick=False, folder=None):
    """Return the tables."""
    warnings.filterwarnings("ignore", "The least populated class in y")
    warnings.filterwarnings("ignore", ".*did not converge")
    rows = []
    for name in ("htad",) if quick else CASES:
        rows += run_set(name, folder)
    if folder is not None:
        rows += run_stamps(Path(folder) / "stamps")
    return {
        "scores": pd.DataFrame(rows),
        "search": run_search(100_000 if quick else 1_000_000),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", help="folder of whole data sets and stamps")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = main(options.quick, options.folder)
    show(found)
    if options.write:
        write("retrieval", found)
