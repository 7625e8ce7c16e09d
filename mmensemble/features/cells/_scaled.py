"""Features of cells, standardised and reduced on the training rows."""

import numpy as np
from sklearn.utils.extmath import randomized_svd

from mmensemble.features._numbers import NumberEncoder
from mmensemble.features.cells._values import read_cell

#: Cells that are read at a time.
_BATCH = 256
#: How far features may lie outside of the training range, in widths of it.
_MARGIN = 3.0
#: Up to this many rows or features, components are exact.
_EXACT_SIZE = 2_000


class ScaledCells:
    """Encode one column of cells by scaled features, or by their components.

    Features are standardised over the training rows and clipped outside of their
    range; an empty cell has their mean, zero.

    Parameters
    ----------
    featurizer : object
        ``read(cell)`` gives what a cell holds, or raises `CellError`;
        ``learn(values, weight)``, if there is one, sees what the training cells hold,
        read one after the other; ``features(
        values)`` gives an array of shape (n_values, n_features), and
        ``names(n_features)`` its names. Values of one ``key(value)``, if there is
        that, are the same.
    n_components : int or None
        Principal components that stand for the features. They share one scale, by
        which the first has unit variance.
    seed : int
        Of the components of large tables.

    Attributes
    ----------
    scaler_ : NumberEncoder or None
        None where training had no cell; the output is then one column of zeros.
    components_ : ndarray of shape (n_components, n_features) or None
    """

    def __init__(self, featurizer, n_components=None, seed=0):
        self.featurizer = featurizer
        self.n_components = n_components
        self.seed = seed

    def fit(self, cells, weight):
        """Learn from objects of shape (n_samples,), None where there is no cell."""
        self.fit_transform(cells, weight)
        return self

    def fit_transform(self, cells, weight):
        """Learn from cells, and return their features."""
        rows = _present(cells)
        trained = rows[weight[rows] > 0]
        self.scaler_ = self.components_ = None
        if not len(trained):
            return np.zeros((len(cells), 1))
        learn = getattr(self.featurizer, "learn", None)
        if learn is not None:
            learn((self._read(cells, row) for row in trained), weight[trained])
        features = self._features(cells, rows)
        self._n_features = features.shape[1]
        training = features[weight[rows] > 0]
        self.scaler_ = NumberEncoder(_MARGIN).fit(training, weight[trained])
        if self.n_components is not None:
            scaled = self.scaler_.transform(training)
            self.components_ = leading_axes(
                scaled, weight[trained], self.n_components, self.seed
            )
        return self._scattered(cells, rows, features)

    def transform(self, cells):
        """Return an array of shape (n_samples, n_features_out)."""
        if self.scaler_ is None:
            return np.zeros((len(cells), 1))
        rows = _present(cells)
        features = self._features(cells, rows)
        if len(rows) and features.shape[1] != self._n_features:
            raise ValueError(
                f"The encoder gave {self._n_features} numbers a cell in fit and gives "
                f"{features.shape[1]} now. Fit again, with one encoder."
            )
        return self._scattered(cells, rows, features)

    def names(self, name):
        """Return the names of the output for a column called `name`."""
        if self.scaler_ is None:
            return [f"{name}_empty"]
        if self.components_ is not None:
            return [f"{name}_pc{i}" for i in range(len(self.components_))]
        return [f"{name}_{f}" for f in self.featurizer.names(self._n_features)]

    def _scattered(self, cells, rows, features):
        axes = self.components_
        width = self._n_features if axes is None else len(axes)
        out = np.zeros((len(cells), width))
        if len(rows):
            scaled = self.scaler_.transform(features)
            out[rows] = scaled if axes is None else scaled @ axes.T
        return out

    def _features(self, cells, rows):
        """Return features of the cells in `rows`, each distinct one's made once."""
        key = getattr(self.featurizer, "key", lambda value: None)
        batches, places, known = [], [], {}
        n_made = 0
        for start in range(0, len(rows), _BATCH):
            new = []
            for row in rows[start : start + _BATCH]:
                value = self._read(cells, row)
                own = key(value)
                place = n_made + len(new) if own is None else known.get(own)
                if place is None:
                    place = known[own] = n_made + len(new)
                if place == n_made + len(new):
                    new.append(value)
                places.append(place)
            if new:
                batches.append(np.asarray(self.featurizer.features(new), dtype=float))
                n_made += len(new)
        return np.vstack(batches)[places] if batches else np.zeros((0, 0))

    def _read(self, cells, row):
        return read_cell(self.featurizer.read, cells, row)


def _present(cells):
    return np.flatnonzero([cell is not None for cell in cells])


def leading_axes(scaled, weight, n_components, seed):
    """Return principal axes, divided by the deviation along the first.

    Parameters
    ----------
    scaled : ndarray of shape (n_samples, n_features)
        Of weighted mean zero.
    weight : ndarray of shape (n_samples,)
    n_components : int
        Fewer where the rank is smaller, at least one.
    seed : int
        Used for large tables only.

    Returns
    -------
    axes : ndarray of shape (n_components, n_features)
    """
    rows = np.sqrt(weight / weight.sum())[:, None] * scaled
    n_components = min(n_components, *rows.shape)
    if min(rows.shape) <= _EXACT_SIZE:
        _, spreads, axes = np.linalg.svd(rows, full_matrices=False)
    else:
        _, spreads, axes = randomized_svd(rows, n_components, random_state=seed)
    axes = axes * _signs(axes)[:, None]
    if not spreads[0] > 0:
        return axes[:1]
    real = np.flatnonzero(spreads[:n_components] > 1e-6 * spreads[0])
    return axes[real] / spreads[0]


def _signs(axes):
    """Return signs that make positive the first of the largest loadings."""
    size = np.abs(axes)
    first = np.argmax(size >= (1 - 1e-6) * size.max(axis=1, keepdims=True), axis=1)
    return np.where(axes[np.arange(len(axes)), first] < 0, -1.0, 1.0)
