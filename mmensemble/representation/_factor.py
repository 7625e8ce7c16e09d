"""Group factor analysis: shared factors, one noise variance a block, by EM."""

import numpy as np

from mmensemble._validation import as_weight
from mmensemble.representation._covariance import columns_of
from mmensemble.representation._reduce import signs_of

#: Smallest noise variance, as a share of the block's variance.
_FLOOR = 1e-6


class GroupFactor:
    """Factors shared by blocks that rows may lack, fitted by exact EM.

    Columns of block m follow ``x = mean + L_m f + e`` with standard normal factors
    f and noise of variance ``psi_m`` in every column: probabilistic principal
    components (Tipping & Bishop 1999) with the noise of each block its own, as
    inter-battery and group factor analysis have it (Klami, Virtanen & Kaski 2013;
    here with a full rank and maximum likelihood instead of a sparse prior). A block
    that a row lacks drops out of that row's likelihood, so that nothing is imputed.

    Parameters
    ----------
    n_components : int
        Number of factors.
    max_iter : int, default=200
        Most steps of EM.
    tol : float, default=1e-5
        Gain in log likelihood a row at which iteration ends.

    Attributes
    ----------
    loadings_ : ndarray of shape (n_columns, n_components)
    mean_ : ndarray of shape (n_columns,)
    noise_ : ndarray of shape (n_blocks,)
    log_likelihoods_ : list of float
        Of every iteration, a row.

    References
    ----------
    Tipping, M. E., & Bishop, C. M. (1999). Probabilistic principal component
    analysis. Journal of the Royal Statistical Society B, 61(3), 611-622.

    Klami, A., Virtanen, S., & Kaski, S. (2013). Bayesian canonical correlation
    analysis. Journal of Machine Learning Research, 14, 965-1003.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.representation import GroupFactor, block_slices
    >>> rng = np.random.default_rng(0)
    >>> rows = rng.normal(size=(50, 1)) @ rng.normal(size=(1, 5))
    >>> rows += 0.1 * rng.normal(size=rows.shape)
    >>> present = np.ones((50, 2), dtype=bool)
    >>> model = GroupFactor(1).fit(rows, present, block_slices([2, 3]))
    >>> model.scores(rows, present).shape
    (50, 1)
    """

    def __init__(self, n_components, *, max_iter=200, tol=1e-5):
        self.n_components = n_components
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, matrix, presence, slices, weight=None):
        """Maximise the likelihood of what is present.

        Parameters
        ----------
        matrix : ndarray of shape (n_samples, n_columns)
            Blocks side by side, zeros where absent.
        presence : ndarray of bool of shape (n_samples, n_blocks)
        slices : tuple of slice
            Columns of each block.
        weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        self : object
        """
        weight = as_weight(weight, len(matrix))
        self.slices_ = slices
        groups = _groups(matrix, presence, weight)
        self._start(matrix, presence, weight)
        self.log_likelihoods_ = []
        for _ in range(self.max_iter):
            sums, likelihood = self._expect(groups)
            self.log_likelihoods_.append(likelihood / weight.sum())
            last = self.log_likelihoods_[-2:]
            if len(last) == 2 and last[1] - last[0] < self.tol:
                break
            self._maximise(sums)
        return self

    def _start(self, matrix, presence, weight):
        """Principal components of the zero-filled rows, scaled as loadings."""
        share = weight / weight.sum()
        self.mean_ = np.zeros(matrix.shape[1])
        spread = matrix.T @ (share[:, None] * matrix)
        values, vectors = np.linalg.eigh(spread)
        values, vectors = values[::-1], vectors[:, ::-1]
        k = min(self.n_components, matrix.shape[1])
        rest = values[k:].mean() if k < len(values) else 0.0
        vectors = vectors * signs_of(vectors)
        self.loadings_ = vectors[:, :k] * np.sqrt(np.maximum(values[:k] - rest, 1e-6))
        self._floor = np.zeros(len(self.slices_))
        self.noise_ = np.ones(len(self.slices_))
        for m, own in enumerate(self.slices_):
            seen = share @ presence[:, m]
            total = np.trace(spread[own, own]) / max(seen, 1e-300)
            width = max(own.stop - own.start, 1)
            explained = (self.loadings_[own] ** 2).sum()
            self._floor[m] = max(_FLOOR * total / width, 1e-300)
            noise = max(total - explained, 0.05 * total) / width
            self.noise_[m] = max(noise, self._floor[m])

    def _posterior(self, pattern):
        """Return columns, (weighted) loadings and the factors' covariance."""
        k = self.loadings_.shape[1]
        inside = columns_of(pattern, self.slices_)
        widths = [self.slices_[m].stop - self.slices_[m].start for m in pattern]
        noise = np.repeat(self.noise_[list(pattern)], widths)
        weighted = self.loadings_[inside] / noise[:, None]
        precision = np.eye(k) + self.loadings_[inside].T @ weighted
        return inside, noise, weighted, np.linalg.inv(precision)

    def _expect(self, groups):
        """Return the sums that the next step needs, and the log likelihood."""
        k, n_columns = self.loadings_.shape[1], len(self.mean_)
        cross = np.zeros((n_columns, k + 1))  # of columns with the factors and 1
        second = np.zeros((len(self.slices_), k + 1, k + 1))
        square = np.zeros(len(self.slices_))
        likelihood = 0.0
        for pattern, rows, weight in groups:
            inside, noise, weighted, spread = self._posterior(pattern)
            own = rows[:, inside]
            centred = own - self.mean_[inside]
            pull = centred @ weighted
            factors = np.column_stack([pull @ spread, np.ones(len(rows))])
            scaled = weight[:, None] * factors
            cross[inside] += own.T @ scaled
            moment = factors.T @ scaled
            moment[:k, :k] += weight.sum() * spread
            for m in pattern:
                second[m] += moment
                square[m] += weight @ (rows[:, self.slices_[m]] ** 2).sum(axis=1)
            log_det = np.log(noise).sum() - np.linalg.slogdet(spread)[1]
            distance = (centred**2 / noise).sum(axis=1)
            distance -= ((pull @ spread) * pull).sum(axis=1)
            constant = len(inside) * np.log(2 * np.pi) + log_det
            likelihood -= 0.5 * (weight @ (distance + constant))
        return (cross, second, square), likelihood

    def _maximise(self, sums):
        cross, second, square = sums
        k = self.loadings_.shape[1]
        for m, own in enumerate(self.slices_):
            width = own.stop - own.start
            if not width or not second[m, k, k] > 0:
                continue
            found = np.linalg.solve(second[m], cross[own].T).T
            self.loadings_[own], self.mean_[own] = found[:, :k], found[:, k]
            left = square[m] - (found * cross[own]).sum()
            noise = left / (width * second[m, k, k])
            self.noise_[m] = max(noise, self._floor[m])

    def scores(self, matrix, presence):
        """Return the conditional expectation of the factors given what is present.

        Parameters
        ----------
        matrix : ndarray of shape (n_samples, n_columns)
        presence : ndarray of bool of shape (n_samples, n_blocks)

        Returns
        -------
        factors : ndarray of shape (n_samples, n_components)
            Zeros for rows that have nothing.
        """
        out = np.zeros((len(matrix), self.loadings_.shape[1]))
        patterns, which = np.unique(presence, axis=0, return_inverse=True)
        for position, row in enumerate(patterns):
            rows = np.flatnonzero(which.ravel() == position)
            inside, _, weighted, spread = self._posterior(np.flatnonzero(row))
            centred = matrix[np.ix_(rows, inside)] - self.mean_[inside]
            out[rows] = centred @ weighted @ spread
        return out


def _groups(matrix, presence, weight):
    """Return (pattern, rows, weights) of each presence pattern with a block."""
    patterns, which = np.unique(presence, axis=0, return_inverse=True)
    groups = []
    for position, row in enumerate(patterns):
        rows = np.flatnonzero((which.ravel() == position) & (weight > 0))
        if row.any() and len(rows):
            groups.append((np.flatnonzero(row), matrix[rows], weight[rows]))
    return groups
