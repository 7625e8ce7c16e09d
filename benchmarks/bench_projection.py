"""One modality predicted from all others: R2 out of sample, by estimator.

Three outer folds, stratified, or the set's own five where groups stay together.
Every number column is scaled by the
training rows; R2 is pooled over the columns of a modality, then averaged over the
modalities. Autoencoders and factor analysis are spaces of 20 components that generate
the absent modality from the code of the others. Whole sets come from a folder, see
`_full_sets.py`; without one the bundled rows are used.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import load, splits
from _timing import show
from run import write
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from mmensemble import CrossModalProjector, SharedSpace

SETS = ("htad", "leaf_flavia", "mfeat", "watch", "alzheimer")
#: What the mfeat of four modalities holds.
FOUR = ("fou", "zer", "mor", "kar")
ESTIMATORS = ("auto", "linear", "kernel", "forest", "mlp", "attention")
SPACES = ("autoencoder", "vae", "factor")
#: Sets on which the attention network takes minutes a fold.
SLOW = {"leaf_flavia", "mfeat"}


def folds(data):
    """Return three outer folds, or the set's own where groups stay together."""
    if data.groups is not None:
        return splits(data)
    splitter = StratifiedKFold(3, shuffle=True, random_state=0)
    return list(splitter.split(data.data, data.target))


def numbers(data):
    """Return modalities with the number columns of each."""
    kept = []
    for name, extractor, columns in data.modalities:
        plain = [c for c in columns if pd.api.types.is_numeric_dtype(data.data[c])]
        kept.append((name, extractor, columns, plain))
    return kept


def r2(truth, predicted, scaler):
    """Return R2 pooled over columns in units of the training rows' deviations."""
    seen = ~np.isnan(truth)
    known = scaler.transform(truth)
    away = np.where(seen, known - scaler.transform(predicted), 0.0)
    return 1 - (away**2).sum() / (np.where(seen, known, 0.0) ** 2).sum()


def by_projector(estimator, modalities, X, train, test, groups):
    """Return predictions of the test rows by modality, and what they took."""
    model = CrossModalProjector(
        modalities, estimator=estimator, max_patterns=1, random_state=0
    )
    own = None if groups is None else np.asarray(groups)[train]
    model.fit(X.iloc[train], groups=own)
    return {name: model.predict(X.iloc[test], name) for name in model.targets_}


def by_space(method, parts, X, train, test):
    """Return what a shared space generates from the codes of all other modalities."""
    scalers = {
        name: StandardScaler().fit(X.iloc[train][plain]) for name, _, _, plain in parts
    }

    def scaled(rows, absent=None):
        found = []
        for name, _, _, plain in parts:
            own = X.iloc[rows][plain]
            cells = scalers[name].transform(own)
            kept = np.nan_to_num(cells)
            kept[np.isnan(cells).all(axis=1) | (name == absent)] = np.nan
            found.append(pd.DataFrame(kept, columns=plain))
        return pd.concat(found, axis=1)

    modalities = [(name, "passthrough", plain) for name, _, _, plain in parts]
    space = SharedSpace(method, modalities=modalities, n_components=20, random_state=0)
    space.fit(scaled(train))
    predicted, start = {}, 0
    for name, _, _, plain in parts:
        own, start = slice(start, start + len(plain)), start + len(plain)
        cells = space.generate(space.transform(scaled(test, name))).to_numpy()[:, own]
        cells = scalers[name].inverse_transform(cells)
        predicted[name] = pd.DataFrame(cells, columns=plain)
    return predicted


def open_set(name, folder=None):
    """Return a set, and its modalities with the number columns of each."""
    data = load(name) if folder is None else load_full(name, folder)
    return data, [p for p in numbers(data) if name != "mfeat" or p[0] in FOUR]


def fold_scores(data, parts, estimator):
    """Return R2 of each modality from the others, a row a fold."""
    X, scores = data.data, []
    modalities = [(n, extractor, columns) for n, extractor, columns, _ in parts]
    for train, test in folds(data):
        if estimator in SPACES:
            predicted = by_space(estimator, parts, X, train, test)
        else:
            predicted = by_projector(estimator, modalities, X, train, test, data.groups)
        found = []
        for target, _, _, plain in parts:
            scaler = StandardScaler().fit(X.iloc[train][plain].to_numpy(float))
            truth = X.iloc[test][plain].to_numpy(float)
            own = predicted[target][plain].to_numpy(float)
            found.append(r2(truth, own, scaler))
        scores.append(found)
    return np.array(scores)


def run_set(name, estimators, folder=None):
    """Return the table's rows for one set."""
    data, parts = open_set(name, folder)
    rows = []
    for estimator in estimators:
        if estimator == "attention" and name in SLOW:
            continue
        scores = fold_scores(data, parts, estimator)
        means = scores.mean(axis=1)
        rows.append(
            {
                "set": name if name != "mfeat" else "mfeat, four modalities",
                "rows": len(data.data),
                "estimator": estimator,
                "R2": round(means.mean(), 3),
                "se": round(means.std(ddof=1) / np.sqrt(len(means)), 3),
                **{
                    f"modality {k + 1}": f"{part[0]} {score:.3f}"
                    for k, (part, score) in enumerate(
                        zip(parts, scores.mean(axis=0), strict=True)
                    )
                },
            }
        )
        print(rows[-1], flush=True)
    return rows


def main(quick=False, folder=None, sets=SETS, estimators=ESTIMATORS + SPACES):
    """Return the table."""
    warnings.filterwarnings("ignore", "Columns that hold text")
    warnings.filterwarnings("ignore", "Nothing in the other modalities")
    if quick:
        sets, estimators = ("alzheimer",), ("auto", "linear", "factor")
    rows = [row for name in sets for row in run_set(name, estimators, folder)]
    return pd.DataFrame(rows).fillna("")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", help="folder of whole data sets")
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--estimators", nargs="+", default=ESTIMATORS + SPACES)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = main(options.quick, options.folder, options.sets, options.estimators)
    show(found)
    if options.write:
        write("projection", found)
