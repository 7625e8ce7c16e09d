"""What matches rows of different modalities: items, classes, and a blend."""

from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._persistence import StoredMixin
from mmensemble._seeds import seed_for
from mmensemble._threads import inner_threads, threads_for
from mmensemble.crossmodal._classes import fit_classes, posteriors
from mmensemble.crossmodal._items import ItemPair
from mmensemble.crossmodal._ranking import average_precisions, reciprocal_ranks
from mmensemble.crossmodal._sources import Sources, rows_of
from mmensemble.crossmodal._strengths import strengths
from mmensemble.fusion._patterns import group_rows, list_patterns

#: Rows with two modalities below which nothing is learnt of them as items.
_FEWEST_ROWS = 6
#: Most sets of sources with factors of their own, and rows compared for them.
_MOST_SETS, _COMPARED = 32, 300
#: Shares of the other level that are compared, and rows that are ranked for it.
_SHARES, _RANKED = np.arange(0.0, 0.95, 0.1), 2000


@dataclass(frozen=True)
class Asking:
    """Which modalities ask for which.

    Parameters
    ----------
    sources : tuple of int
    target : int
    """

    sources: tuple
    target: int


@dataclass(frozen=True)
class Matcher(StoredMixin):
    """Codes whose products are similarities.

    Parameters
    ----------
    resolved : list of (name, extractor, columns)
    level : {"item", "class"}
    blend : float or "cv"
        Share of the other level; a number once fitted.
    estimator : None, estimator object or list of (name, estimator)
    sources : Sources or None
    pairs : dict of (int, int) to ItemPair
    classifier : MultimodalClassifier or None
    spreads : dict of str to float
        What the products of each level are divided by.
    strengths : dict of Asking to ndarray
        Factors of the evidence of several sources.
    """

    resolved: list
    level: str
    blend: object
    estimator: object
    sources: Sources | None = None
    pairs: dict = field(default_factory=dict)
    classifier: object = None
    spreads: dict = field(default_factory=dict)
    strengths: dict = field(default_factory=dict)

    def shares(self):
        """Return what the products of each level are multiplied by."""
        other = "class" if self.level == "item" else "item"
        if not self.blend:
            return {self.level: 1.0, other: 0.0}
        shares = {self.level: 1.0 - self.blend, other: self.blend}
        return {name: share / self.spreads[name] for name, share in shares.items()}

    def asked(self, X, presence, targets):
        """Return codes of the rows that may be found, by target.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        presence : ndarray of bool of shape (n_samples, n_modalities)
        targets : list of int

        Returns
        -------
        codes : dict of int to float32 ndarray of shape (n_samples, n_codes)
        """
        parts = None if self.sources is None else self.sources.read(X, presence)
        found = {}
        for target in targets:
            codes = [np.zeros((len(presence), 0))]
            if self.classifier is not None:
                mask = np.arange(presence.shape[1]) == target
                codes.append(posteriors(self.classifier, X, mask))
            for other in self._others(target):
                codes.append(self._item(other, target, parts, presence, asks=False))
            found[target] = np.hstack(codes).astype(np.float32)
        return found

    def asking(self, X, presence, asking):
        """Return codes of the rows that ask, of shape (n_samples, n_codes)."""
        shares = self.shares()
        parts = None if self.sources is None else self.sources.read(X, presence)
        codes = [np.zeros((len(presence), 0))]
        if self.classifier is not None:
            mask = np.isin(np.arange(presence.shape[1]), asking.sources)
            codes.append(shares["class"] * posteriors(self.classifier, X, mask))
        factors = shares["item"] * self._factors(presence, asking)
        for other in self._others(asking.target):
            own = self._item(asking.target, other, parts, presence, asks=True)
            codes.append(factors[:, [other]] * own)
        return np.hstack(codes).astype(np.float32)

    def _factors(self, presence, asking):
        """Return the factor of each modality's evidence, row by row."""
        known = np.isin(np.arange(presence.shape[1]), asking.sources)
        known &= np.isin(np.arange(presence.shape[1]), self._others(asking.target))
        factors = np.zeros(presence.shape)
        for pattern, rows in group_rows(presence & known):
            even = np.full(len(pattern), 1 / max(len(pattern), 1))
            own = self.strengths.get(Asking(pattern, asking.target), even)
            factors[np.ix_(rows, pattern)] = own
        return factors

    def _others(self, target):
        """Return the modalities that have a pair with the target."""
        pairs = [pair for pair, model in self.pairs.items() if model.width]
        return [a + b - target for a, b in pairs if target in (a, b)]

    def _item(self, other, own, parts, presence, *, asks):
        """Return the codes of `own` in its pair with `other`; zero where absent."""
        a, b = min(own, other), max(own, other)
        pair = self.pairs[a, b]
        rows = np.flatnonzero(presence[:, own])
        codes = np.zeros((len(presence), pair.width))
        if len(rows):
            side = 0 if own == a else 1
            codes[rows] = pair.codes(side, parts[own][rows], asks=asks)
        return codes


def fit_matcher(empty, X, presence, y, *, groups, folds, n_jobs, root):
    """Return a fitted matcher.

    Parameters
    ----------
    empty : Matcher
        With modalities, level, blend and estimator.
    X : table of shape (n_samples, n_columns)
    presence : ndarray of bool of shape (n_samples, n_modalities)
    y : ndarray of shape (n_samples,) or None
    groups : ndarray of shape (n_samples,) or None
    folds : list of (train, test) index arrays
    n_jobs : int or None
    root : int

    Returns
    -------
    matcher : Matcher
    """
    blends = empty.blend == "cv" or empty.blend > 0
    both = y is not None and bool(blends) and bool(folds)
    matcher = replace(empty, blend=empty.blend if both else 0.0)
    if both or empty.level == "item":
        matcher = _with_items(matcher, X, presence, folds, n_jobs, root)
    if both or empty.level == "class":
        matcher = _with_classes(matcher, X, y, groups, n_jobs, root)
    if not both:
        return matcher
    train, test = folds[0]
    own = None if groups is None else groups[train]
    inside = _with_classes(matcher, rows_of(X, train), y[train], own, n_jobs, root)
    inside = _refit_items(inside, rows_of(X, train), presence[train], root)
    return _choose_blend(matcher, inside, rows_of(X, test), presence[test], y[test])


def _with_classes(matcher, X, y, groups, n_jobs, root):
    seed = seed_for(root, "classes")
    estimator = matcher.estimator
    if estimator is not None and not isinstance(estimator, list):
        estimator = clone(estimator)
    model = fit_classes(
        matcher.resolved, estimator, X, y, groups=groups, n_jobs=n_jobs, seed=seed
    )
    return replace(matcher, classifier=model)


def _read(matcher, X, presence, root):
    weight = np.ones(len(presence))
    return Sources.fit(matcher.resolved, X, presence, weight=weight, root=root)


def _with_items(matcher, X, presence, folds, n_jobs, root):
    """Fit the pairs of modalities that enough rows have."""
    sources, parts = _read(matcher, X, presence, root)
    views = []
    for train, test in folds:
        inside, seen = _read(matcher, rows_of(X, train), presence[train], root)
        new = inside.read(rows_of(X, test), presence[test])
        views.append((presence[train], seen, presence[test], new))
    names = [name for name, _, _ in matcher.resolved]
    wanted = [
        pair
        for pair in combinations(range(len(names)), 2)
        if presence[:, pair].all(axis=1).sum() >= _FEWEST_ROWS
    ]
    threads = inner_threads(n_jobs)
    fitted = Parallel(n_jobs=n_jobs)(
        delayed(_fit_pair)(
            ItemPair(seed_for(root, names[a], names[b])),
            _both(parts, presence, a, b),
            [
                (*_both(seen, there, a, b), *_both(new, here, a, b))
                for there, seen, here, new in views
            ],
            threads,
        )
        for a, b in wanted
    )
    pairs = dict(zip(wanted, fitted, strict=True))
    found = _fit_strengths(pairs, presence, [test for _, test in folds])
    for pair in pairs.values():
        pair.forget()
    return replace(matcher, sources=sources, pairs=pairs, strengths=found)


def _fit_strengths(pairs, presence, tests):
    """Return the factors of every set of sources, up to some number of sets."""
    found = {}
    for target in range(presence.shape[1]):
        others = [
            sum(pair) - target
            for pair, m in pairs.items()
            if target in pair and m.width
        ]
        known = presence & np.isin(np.arange(presence.shape[1]), others)
        for sources in list_patterns(known[known.any(axis=1)], _MOST_SETS):
            if len(sources) > 1:
                evidence = [
                    _evidence(pairs, presence[test], fold, sources, target)
                    for fold, test in enumerate(tests)
                ]
                found[Asking(sources, target)] = strengths(evidence)
    return found


def _evidence(pairs, presence, fold, sources, target):
    """Return the evidence of some sources in the test rows that have all."""
    all_there = presence[:, [target, *sources]].all(axis=1)
    matrices = []
    for source in sources:
        a, b = min(source, target), max(source, target)
        inside = np.flatnonzero(all_there[presence[:, [a, b]].all(axis=1)])[:_COMPARED]
        whole = pairs[a, b].held_out_evidence(fold, int(source == b))
        matrices.append(whole[np.ix_(inside, inside)])
    return np.array(matrices)


def _both(parts, presence, a, b):
    """Return the rows that have both, of one modality and of the other."""
    rows = np.flatnonzero(presence[:, [a, b]].all(axis=1))
    return parts[a][rows], parts[b][rows]


def _fit_pair(pair, rows, folds, n_threads):
    folds = [fold for fold in folds if len(fold[0]) > 2 and len(fold[2]) > 1]
    with threads_for(len(rows[0]), rows[0].shape[1] + rows[1].shape[1], n_threads):
        return pair.fit(*rows, folds)


def _refit_items(matcher, X, presence, root):
    """Return the matcher with pairs of the same choices, fitted to other rows."""
    sources, parts = _read(matcher, X, presence, root)
    pairs = {
        (a, b): pair.refit(*_both(parts, presence, a, b))
        for (a, b), pair in matcher.pairs.items()
    }
    return replace(matcher, sources=sources, pairs=pairs)


def _choose_blend(matcher, inside, X, presence, y):
    """Return the matcher with the share of the best score on held-out rows."""
    rows = np.arange(min(len(presence), _RANKED))
    X, presence, y = rows_of(X, rows), presence[rows], y[rows]
    asked = inside.asked(X, presence, list(range(presence.shape[1])))
    products = {"item": [], "class": []}
    alone = {name: replace(inside, level=name, blend=0.0) for name in ("item", "class")}
    sides = []
    for a, b in inside.pairs:
        for source, target in ((a, b), (b, a)):
            kept = np.flatnonzero(presence[:, [source, target]].all(axis=1))
            if not inside.pairs[a, b].width or len(kept) < 2:
                continue
            sides.append(kept)
            for name, level in alone.items():
                codes = level.asking(X, presence, Asking((source,), target))
                products[name].append(codes[kept] @ asked[target][kept].T)
    spreads = {
        name: float(np.mean([np.std(part) for part in parts])) if parts else 0.0
        for name, parts in products.items()
    }
    spreads = {name: spread if spread > 0 else 1.0 for name, spread in spreads.items()}
    share = matcher.blend
    if share == "cv":
        share = _best_share(matcher.level, products, spreads, sides, y)
    return replace(matcher, blend=float(share), spreads=spreads)


def _best_share(level, products, spreads, sides, y):
    other = "class" if level == "item" else "item"
    scores = np.zeros(len(_SHARES))
    for k, share in enumerate(_SHARES):
        for kept, own, beside in zip(
            sides, products[level], products[other], strict=True
        ):
            total = (1 - share) * own / spreads[level] + share * beside / spreads[other]
            if level == "item":
                scores[k] += reciprocal_ranks(total, np.arange(len(kept))).mean()
            else:
                relevant = y[kept][:, None] == y[kept][None]
                scores[k] += average_precisions(total, relevant).mean()
    return _SHARES[int(np.argmax(scores))]
