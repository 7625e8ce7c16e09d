"""Number columns of all domains brought to the target's, for any table."""

import numpy as np
from scipy import linalg, sparse
from sklearn.covariance import ledoit_wolf

from mmensemble import _frame
from mmensemble._frame_write import replace_columns
from mmensemble.transfer._moments import moments

#: Share of the largest eigenvalue below which a direction has no variance.
_FLAT = 1e-10


class Alignment:
    """Transforms the numbers of each domain so that all have like moments.

    Parameters
    ----------
    method : {"standardise", "coral"}
        "standardise": every domain, the target too, gets mean 0 and variance 1.
        "coral": sources get the target's means and covariance (Sun, Feng & Saenko
        2016, AAAI); the target stays. Covariances are shrunk (Ledoit & Wolf 2004,
        Journal of Multivariate Analysis 88), since few rows may have to do.

    Attributes
    ----------
    columns_ : list of int
        Columns of numbers; others stay as they are.
    maps_ : dict of int to (shift, matrix or scale, shift)
        By domain: what is subtracted, multiplied with and added.
    target_ : int
        Domain of the rows to predict.
    """

    def __init__(self, method):
        self.method = method

    def fit(self, X, codes, target):
        """Learn from rows of the domains `codes`, to serve the domain `target`.

        Raises
        ------
        TypeError
            For a sparse table.
        """
        if sparse.issparse(X):
            raise TypeError(
                "The 'align' parameter needs a dense table, got a sparse one: shifting "
                "it would fill it. Use align=None, or X.toarray()."
            )
        kinds = _frame.kinds(X)
        self.columns_ = [i for i, kind in enumerate(kinds) if kind == "number"]
        self.target_ = target
        values = self._numbers(X)
        parts = {int(code): values[codes == code] for code in np.unique(codes)}
        make = _standardisers if self.method == "standardise" else _colourings
        self.maps_ = make(parts, target)
        return self

    def apply(self, X, codes=None):
        """Return the table with aligned numbers; missing ones stay missing.

        Parameters
        ----------
        X : dense table of shape (n_samples, n_columns)
        codes : ndarray of int of shape (n_samples,), default=None
            Domain of each row; None: all are the target's.
        """
        values = self._numbers(X)
        codes = np.full(len(values), self.target_) if codes is None else codes
        aligned = values.copy()
        for code, (shift, matrix, back) in self.maps_.items():
            rows = codes == code
            centred = np.nan_to_num(values[rows] - shift)
            turned = centred * matrix if matrix.ndim == 1 else centred @ matrix
            aligned[rows] = np.where(np.isnan(values[rows]), np.nan, turned + back)
        return replace_columns(X, self.columns_, aligned)

    def _numbers(self, X):
        return np.array(_frame.to_floats(_frame.take_columns(X, self.columns_)))


def _standardisers(parts, target):
    """Return each domain's own scaling, and that of all rows for an unseen target."""
    everything = {target: np.concatenate(list(parts.values()))}
    maps = {}
    for code, values in (everything | parts).items():
        mean, scale = moments(values)
        maps[code] = np.nan_to_num(mean), 1 / _known(scale), np.zeros(len(mean))
    return maps


def _colourings(parts, target):
    """Return whitening with a source's covariance and colouring with the target's."""
    unit = _known(moments(np.concatenate(list(parts.values())))[1])
    means = {code: np.nan_to_num(moments(values)[0]) for code, values in parts.items()}
    width = len(unit)
    maps = {target: (np.zeros(width), np.ones(width), np.zeros(width))}
    colour = _root(_covariance(parts[target], means[target], unit), 0.5)
    for code, values in parts.items():
        if code != target:
            white = _root(_covariance(values, means[code], unit), -0.5)
            matrix = (white @ colour) * unit / unit[:, None]
            maps[code] = means[code], matrix, means[target]
    return maps


def _covariance(values, mean, unit):
    """Return the shrunk covariance in units of the spread, holes at the mean."""
    filled = np.nan_to_num((values - mean) / unit)
    if len(filled) < 2:
        return np.eye(len(unit))
    return ledoit_wolf(filled, assume_centered=True)[0]


def _root(matrix, power):
    """Return a power of a symmetric matrix, none in directions without variance."""
    values, vectors = linalg.eigh(matrix)
    kept = values > _FLAT * values.max()
    return (vectors[:, kept] * values[kept] ** power) @ vectors[:, kept].T


def _known(scale):
    """Return scales with 1 for a column without values."""
    return np.where(np.isnan(scale), 1.0, scale)
