"""All pairs of a table: fitted within folds, weighted, fitted on all rows."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._frame import take_rows
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds, list_splits, make_splitter
from mmensemble._threads import inner_threads, threads_for
from mmensemble.crossmodal._attention import AttentionLearner
from mmensemble.crossmodal._pairs import (
    FEWEST_ROWS,
    Fitted,
    MeanLearner,
    Pair,
    fit_pair,
    no_stack,
    stack,
)
from mmensemble.crossmodal._regressors import (
    AnyLearner,
    KernelLearner,
    ReducedRankLearner,
    RidgeLearner,
    TreesLearner,
    make_network,
)
from mmensemble.crossmodal._sources import Sources
from mmensemble.fusion._patterns import PatternModels

#: Learners behind each word.
FAMILIES = {
    "auto": {
        "ridge": RidgeLearner,
        "kernel": KernelLearner,
        "forest": TreesLearner,
    },
    "linear": {"linear": ReducedRankLearner},
    "kernel": {"kernel": KernelLearner},
    "forest": {"forest": TreesLearner},
    "attention": {"attention": AttentionLearner},
    "mlp": {},
}
#: Folds unless told otherwise: three weights a target need no more.
_FOLDS = 3


def make_learners(estimator, n_rows):
    """Return functions of a seed that make learners, by name.

    Parameters
    ----------
    estimator : str or estimator object
    n_rows : int
        Of the table.
    """
    if not isinstance(estimator, str):
        return {"estimator": partial(AnyLearner, estimator)}
    if estimator == "mlp":
        return {"mlp": partial(AnyLearner, make_network(n_rows))}
    return FAMILIES[estimator]


@dataclass(frozen=True)
class Training:
    """What all pairs learn from.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    resolved : list of (name, extractor, columns)
    presence : ndarray of bool of shape (n_samples, n_modalities)
    codes : dict of int to (ndarray, ndarray)
        Standardised codes of each target in all rows, and which are seen.
    weight : ndarray of shape (n_samples,)
        Above zero.
    groups : ndarray of shape (n_samples,) or None
    root : int
        Root of all seeds.
    """

    X: object
    resolved: list
    presence: np.ndarray
    codes: dict
    weight: np.ndarray
    groups: np.ndarray | None
    root: int

    def take(self, rows):
        """Return the training data of some rows."""
        return Training(
            take_rows(self.X, rows),
            self.resolved,
            self.presence[rows],
            {t: (codes[rows], seen[rows]) for t, (codes, seen) in self.codes.items()},
            self.weight[rows],
            None if self.groups is None else self.groups[rows],
            self.root,
        )

    def read(self):
        """Return fitted sources, and the rows' blocks."""
        return Sources.fit(
            self.resolved, self.X, self.presence, weight=self.weight, root=self.root
        )

    def of(self, rows, target):
        """Return targets, weights and groups of some rows."""
        groups = None if self.groups is None else self.groups[rows]
        return self.codes[target][0][rows], self.weight[rows], groups

    def seed(self, pair, learner):
        """Return the seed of one learner of a pair."""
        names = [self.resolved[m][0] for m in (pair.target, *pair.sources)]
        return seed_for(self.root, *names, learner)


def list_pairs(presence, targets, most):
    """Return the pairs to prepare for.

    For each target all other modalities together, each alone, and the sets of rows
    that lack some, most frequent first, up to `most`, each alone in any case.

    Parameters
    ----------
    presence : ndarray of bool of shape (n_samples, n_modalities)
    targets : list of int
    most : int

    Returns
    -------
    pairs : list of Pair
    """
    pairs = []
    known = presence.any(axis=0)
    for target in targets:
        others = [m for m in np.flatnonzero(known).tolist() if m != target]
        wanted = [tuple(others), *((m,) for m in others)]
        rows, counts = np.unique(presence[:, others], axis=0, return_counts=True)
        for position in np.argsort(-counts, kind="stable"):
            if len(set(wanted)) >= most:
                break
            wanted.append(tuple(np.array(others, int)[rows[position]].tolist()))
        pairs += [Pair(target, sources) for sources in dict.fromkeys(wanted) if sources]
    return [pair for pair in pairs if len(pair.rows(presence)) >= FEWEST_ROWS]


def make_folds(cv, n_rows, groups, kept=None):
    """Return splits of the rows; shuffled ones unless `cv` is a splitter.

    Parameters
    ----------
    cv : None, int, splitter or iterable
    n_rows : int
    groups : ndarray of shape (n_rows,) or None
    kept : ndarray of int, default=None
        Rows that count, of which the splits are; None for all. A splitter splits
        all rows.

    Returns
    -------
    folds : list of (train, test) index arrays
    """
    kept = np.arange(n_rows) if kept is None else kept
    if cv is None or isinstance(cv, int | np.integer):
        n_splits = _FOLDS if cv is None else int(cv)
        groups = None if groups is None else groups[kept]
        empty = np.zeros(len(kept))
        return inner_folds(empty, classifier=False, groups=groups, n_splits=n_splits)
    place = np.full(n_rows, -1)
    place[kept] = np.arange(len(kept))
    empty = np.zeros((n_rows, 1))
    splitter = make_splitter(cv, empty[:, 0], classifier=False, groups=groups)
    splits = list_splits(splitter, empty, None, {"groups": groups})
    folds = [(place[train], place[test]) for train, test in splits]
    return [(train[train >= 0], test[test >= 0]) for train, test in folds]


def fit_pairs(data, pairs, makers, folds, n_jobs=None):
    """Return sources fitted on all rows, and the models of all pairs.

    Parameters
    ----------
    data : Training
    pairs : list of Pair
    makers : dict of str to callable
    folds : list of (train, test) index arrays
    n_jobs : int, default=None

    Returns
    -------
    sources : Sources
    models : dict of int to PatternModels
        By target, then by its sources.
    """
    n_threads = inner_threads(n_jobs)
    held_out = Parallel(n_jobs=n_jobs)(
        delayed(_held_out)(data, pairs, makers, split, n_threads) for split in folds
    )
    found = [
        _stack([part[k] for part in held_out], data, pair, len(makers))
        for k, pair in enumerate(pairs)
    ]
    sources, parts = data.read()
    fitted = Parallel(n_jobs=n_jobs)(
        delayed(_fit)(data, pair, makers, parts, best, n_threads)
        for pair, best in zip(pairs, found, strict=True)
    )
    return sources, {
        target: _by_sources([m for m in fitted if m.pair.target == target])
        for target in dict.fromkeys(pair.target for pair in pairs)
    }


def _by_sources(models):
    """Return models of one target by their sources."""
    losses = tuple(float(1 - np.nan_to_num(model.stack.r2)) for model in models)
    sources = tuple(model.pair.sources for model in models)
    return PatternModels(sources, tuple(models), losses)


def _held_out(data, pairs, makers, split, n_threads):
    """Return (rows, predictions, means) of each pair in the test rows of a split."""
    train, test = split
    inside = data.take(train)
    sources, parts = inside.read()
    unseen = data.presence[test]
    parts_out = sources.read(take_rows(data.X, test), unseen)
    found = []
    for pair in pairs:
        rows, out = pair.rows(inside.presence), pair.rows(unseen)
        if len(rows) < FEWEST_ROWS - 1 or not len(out):
            found.append(None)
            continue
        own = [parts[m][rows] for m in pair.sources]
        new = [parts_out[m][out] for m in pair.sources]
        targets, weight, groups = inside.of(rows, pair.target)
        width = sum(part.shape[1] for part in own)
        with threads_for(len(rows), width + targets.shape[1], n_threads):
            predictions = [
                Fitted.fit(
                    make(data.seed(pair, name)), own, targets, weight, groups
                ).predict(new)
                for name, make in makers.items()
            ]
        mean = MeanLearner().fit(own, targets, weight).predict(new)
        found.append((test[out], np.array(predictions), mean))
    return found


def _stack(parts, data, pair, n_learners):
    """Return the weights of a pair's learners; the mean where nothing is known."""
    parts = [part for part in parts if part is not None]
    if not parts:
        return no_stack(n_learners, *data.of(pair.rows(data.presence), pair.target)[:2])
    rows = np.concatenate([part[0] for part in parts])
    predictions = np.concatenate([part[1] for part in parts], axis=1)
    means = np.concatenate([part[2] for part in parts])
    codes, seen = data.codes[pair.target]
    return stack(predictions, means, codes[rows], seen[rows], data.weight[rows])


def _fit(data, pair, makers, parts, found, n_threads):
    rows = pair.rows(data.presence)
    own = [part[rows] for part in parts]
    targets, weight, groups = data.of(rows, pair.target)
    seeded = [partial(make, data.seed(pair, name)) for name, make in makers.items()]
    width = sum(own[m].shape[1] for m in pair.sources)
    with threads_for(len(rows), width + targets.shape[1], n_threads):
        return fit_pair(pair, seeded, own, targets, weight, groups, found)


def tables_of(models, names, learners):
    """Return tables of out-of-fold scores, and of mean weights, one row a pair.

    Parameters
    ----------
    models : dict of int to PatternModels
    names : list of str
        Of the modalities.
    learners : list of str

    Returns
    -------
    r2, weights : DataFrame
    """
    scores, weights = [], []
    for target, own in models.items():
        for sources, model in own.items():
            found = model.stack
            about = {
                "modality": names[target],
                "sources": ", ".join(names[m] for m in sources),
            }
            idle = int((~found.weights.any(axis=0)).sum())
            size = {"rows": found.n_rows, "r2": found.r2, "unpredicted": idle}
            scores.append({**about, **size})
            means = found.weights.mean(axis=1)
            weights.append({**about, **dict(zip(learners, means, strict=True))})
    about = ["modality", "sources"]
    columns = [*about, "rows", "r2", "unpredicted"]
    return (
        pd.DataFrame(scores, columns=columns),
        pd.DataFrame(weights, columns=[*about, *learners]),
    )
