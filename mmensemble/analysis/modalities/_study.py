"""One table under study: its folds, its blocks in each, and what is cached."""

from dataclasses import dataclass, field
from numbers import Integral

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._splits import inner_folds, list_splits, make_splitter
from mmensemble.analysis.modalities._blocks import read_blocks
from mmensemble.analysis.modalities._cross_products import CrossProducts
from mmensemble.analysis.modalities._ridge import RidgeBasis, fit_ridge
from mmensemble.analysis.modalities._target import Target

#: Folds in which a penalty is chosen where there are groups.
INNER_FOLDS = 3

#: The target, where a modality could stand.
TARGET = -1

#: Fewer rows than this cannot be predicted from.
LEAST_ROWS = 4


@dataclass
class Study:
    """Blocks of a table, out of fold.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
    resolved : list of (name, extractor, columns)
    presence : ndarray of bool of shape (n_rows, n_modalities)
    target : Target or None
    weight : ndarray of shape (n_rows,) or None
    groups : ndarray of shape (n_rows,) or None
        Rows of one group are never on both sides of a fold.
    cv : int, splitter or iterable of splits
    root : int
        Of the seeds.
    n_jobs : int or None
        Threads for what is independent.
    estimator : estimator object or None
        Learner of the target; None is a ridge regression.
    """

    X: object
    resolved: list
    presence: np.ndarray
    target: Target | None = None
    weight: np.ndarray | None = None
    groups: np.ndarray | None = None
    cv: object = 5
    root: int = 0
    n_jobs: int | None = None
    estimator: object = None
    cache: dict = field(default_factory=dict)

    def __post_init__(self):
        self.folds = make_folds(len(self.presence), self.target, self.groups, self.cv)

    @property
    def names(self):
        """Names of the modalities."""
        return [name for name, _, _ in self.resolved]

    @property
    def everyone(self):
        """Positions of all modalities."""
        return tuple(range(len(self.resolved)))

    def parallel(self, function, items):
        """Return ``[function(item) for item in items]``, in threads of this process.

        Also under a backend of processes or of a cluster: the cache is filled here.
        """
        workers = Parallel(n_jobs=self.n_jobs, require="sharedmem")
        return workers(delayed(function)(item) for item in items)

    def prepare(self):
        """Read the blocks of all folds."""
        found = self.parallel(self._read, range(len(self.folds)))
        for fold, blocks in enumerate(found):
            self.cache["blocks", fold] = blocks

    def blocks(self, fold):
        """Return the `Blocks` that the training rows of a fold taught."""
        key = "blocks", fold
        if key not in self.cache:
            self.cache[key] = self._read(fold)
        return self.cache[key]

    def whole(self):
        """Return the `Blocks` of extractors that saw all rows, for descriptions."""
        return self._blocks_from(np.arange(len(self.presence)))

    def _read(self, fold):
        return self._blocks_from(self.folds[fold][0])

    def _blocks_from(self, rows):
        return read_blocks(
            self.X,
            self.resolved,
            self.presence,
            rows,
            y=None if self.target is None else self.target.y,
            weight=self.weight,
            root=self.root,
        )

    def predict(self, fold, by, what, train, test):
        """Fit ridge regressions in one fold, and predict.

        Parameters
        ----------
        fold : int
        by : tuple of int
            Modalities that predict.
        what : int
            The modality that is predicted, or `TARGET`.
        train, test : ndarray of int
            Rows.

        Returns
        -------
        predictions : ndarray of shape (n_test, n_targets)
        centre : ndarray of shape (n_targets,)
            Weighted means of the training rows.
        """
        if self.weight is not None:
            train = train[self.weight[train] > 0]
        products = self._products(fold, train)
        centre = products.mean((what,))
        if not products.width(by) or len(train) < LEAST_ROWS:
            return np.tile(centre, (len(test), 1)), centre
        splits = [
            tuple(self._products(fold, train[side]) for side in split)
            for split in self._inner(train)
        ]
        coef, intercept = fit_ridge(self._basis(fold, by, train), what, splits)
        return self._linear(fold, by, test, coef) + intercept, centre

    def _linear(self, fold, by, rows, coef):
        """Return linear combinations of some modalities, one after the other."""
        blocks, start, found = self.blocks(fold), 0, 0.0
        for k in by:
            stop = start + blocks.width(k)
            found = found + blocks.of((k,), rows) @ coef[start:stop]
            start = stop
        return found

    def _products(self, fold, rows):
        """Return means and cross-products of some rows of a fold's blocks."""
        key = "products", fold, rows.tobytes()
        if key not in self.cache:
            blocks = self.blocks(fold)

            def part(k):
                if k == TARGET:
                    return self.target.values[rows]
                return blocks.of((k,), rows)

            weight = None if self.weight is None else self.weight[rows]
            self.cache[key] = CrossProducts(part, len(rows), weight)
        return self.cache[key]

    def _basis(self, fold, by, train):
        """Decompose predictors; those of one modality are asked for again."""
        key = "basis", fold, by, train.tobytes()
        if key in self.cache:
            return self.cache[key]
        basis = RidgeBasis.of(self._products(fold, train), by)
        if len(by) == 1 or len(by) >= len(self.resolved) - 1:
            self.cache[key] = basis
        return basis

    def _inner(self, train):
        if self.groups is None:
            return []
        return inner_folds(
            np.zeros(len(train)),
            classifier=False,
            groups=self.groups[train],
            n_splits=INNER_FOLDS,
        )


def make_folds(n_rows, target, groups, cv):
    """Return splits; those made from a number test each row once.

    They are stratified by class, unless some class has too few rows for that. A
    table of too few rows has none.
    """
    if n_rows < 2 * LEAST_ROWS:
        return []
    classifier = target is not None and target.is_classification
    if cv is not None and not isinstance(cv, Integral):
        y = np.zeros(n_rows) if target is None else target.y
        splitter = make_splitter(cv, y, classifier=classifier, groups=groups)
        return list_splits(splitter, np.empty((n_rows, 0)), y, {"groups": groups})
    n_splits = 5 if cv is None else int(cv)
    if classifier:
        splits = inner_folds(
            target.y, classifier=True, groups=groups, n_splits=n_splits
        )
        if sum(len(test) for _, test in splits) == n_rows and len(splits) > 1:
            return splits
    return inner_folds(
        np.zeros(n_rows), classifier=False, groups=groups, n_splits=n_splits
    )
