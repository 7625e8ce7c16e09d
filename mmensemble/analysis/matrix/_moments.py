"""First and second moments of pairs of columns, and how two sets of them merge."""

from dataclasses import dataclass, fields

import numpy as np


@dataclass
class Moments:
    """Weights, means and centred sums of all pairs of x columns and y columns.

    Every field has a shape that broadcasts to (n_x, n_y). Tables without
    missing values need only ``(1, 1)``, ``(n_x, 1)`` and ``(1, n_y)`` for all but
    `cross`; with missing values the moments of column i depend on its partner.

    Parameters
    ----------
    count : ndarray
        Number of rows that the pair has in common, with a weight above zero.
    weight, weight_sq : ndarray
        Sum of the weights of these rows, and of the squared weights.
    mean_x, mean_y : ndarray
        Weighted means over these rows; 0 where there are none.
    m2_x, m2_y : ndarray
        Weighted sums of squared deviations from these means.
    cross : ndarray of shape (n_x, n_y)
        Weighted sum of the products of both deviations.
    """

    count: np.ndarray
    weight: np.ndarray
    weight_sq: np.ndarray
    mean_x: np.ndarray
    mean_y: np.ndarray
    m2_x: np.ndarray
    m2_y: np.ndarray
    cross: np.ndarray

    def merge(self, other):
        """Return the moments of both sets of rows together.

        The update of Chan, Golub and LeVeque (1983), "Algorithms for computing
        the sample variance", The American Statistician 37(3), with the
        cross products of Pébay (2008), Sandia report SAND2008-6212.

        Parameters
        ----------
        other : Moments
            Of other rows of the same columns.

        Returns
        -------
        moments : Moments
        """
        weight = self.weight + other.weight
        share = ratio(other.weight, weight)
        between = self.weight * share
        delta_x = other.mean_x - self.mean_x
        delta_y = other.mean_y - self.mean_y
        return Moments(
            count=self.count + other.count,
            weight=weight,
            weight_sq=self.weight_sq + other.weight_sq,
            mean_x=self.mean_x + delta_x * share,
            mean_y=self.mean_y + delta_y * share,
            m2_x=self.m2_x + other.m2_x + delta_x**2 * between,
            m2_y=self.m2_y + other.m2_y + delta_y**2 * between,
            cross=self.cross + other.cross + delta_x * delta_y * between,
        )

    def moved(self, shift, factor):
        """Return the moments of the columns times `factor` plus `shift`.

        Parameters
        ----------
        shift, factor : ndarray of shape (n_columns,)
            For moments of columns with themselves (x and y are the same).
        """
        seen_x, seen_y = self.weight > 0, self.weight > 0
        rows, columns = factor[:, None], factor[None, :]
        return Moments(
            count=self.count,
            weight=self.weight,
            weight_sq=self.weight_sq,
            mean_x=np.where(seen_x, self.mean_x * rows + shift[:, None], 0.0),
            mean_y=np.where(seen_y, self.mean_y * columns + shift[None, :], 0.0),
            m2_x=self.m2_x * rows**2,
            m2_y=self.m2_y * columns**2,
            cross=self.cross * rows * columns,
        )

    def correlation(self):
        """Return the correlations, NaN where a side does not vary.

        Returns
        -------
        r : ndarray of shape (n_x, n_y)
            Between -1 and 1.
        """
        spread = np.sqrt(self.m2_x) * np.sqrt(self.m2_y)
        if (spread > 0).all():
            r = np.divide(self.cross, spread, out=spread)
        else:
            r = np.full(self.cross.shape, np.nan)
            np.divide(self.cross, spread, out=r, where=spread > 0)
        return np.clip(r, -1.0, 1.0, out=r)

    def counts(self):
        """Return the number of common rows, int64; may be a read-only view."""
        count = np.rint(self.count).astype(np.int64)
        return np.broadcast_to(count, self.cross.shape)

    def effective(self):
        """Return the effective number of common rows; may be a read-only view.

        Kish (1965), Survey Sampling: the squared sum of the weights over the
        sum of their squares. Without weights it is the count.
        """
        size = self.weight
        if size is not self.weight_sq:
            size = ratio(size**2, self.weight_sq)
        return np.broadcast_to(size, self.cross.shape)

    def results(self):
        """Return correlations, counts and effective numbers, each (n_x, n_y)."""
        return self.correlation(), self.counts(), self.effective()

    def copy(self):
        """Return an independent copy."""
        return Moments(**{f.name: getattr(self, f.name).copy() for f in fields(self)})


def ratio(numerator, denominator):
    """Divide, with 0 where the denominator is not above 0."""
    defined = np.asarray(denominator) > 0
    if defined.all():
        return np.divide(numerator, denominator)
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    return np.divide(numerator, denominator, out=np.zeros(shape), where=defined)
