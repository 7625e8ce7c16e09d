"""A block: what an extractor makes of one modality."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Block:
    """Features of one modality, held for the rows that have it.

    Parameters
    ----------
    values : ndarray or CSR matrix of shape (n_present, n_features)
        Rows in table order, present ones only.
    present : ndarray of bool of shape (n_samples,)
        Which rows of the table have the modality.
    names : tuple of str
        Feature names, one a column.
    """

    values: object
    present: np.ndarray
    names: tuple

    @property
    def width(self):
        """Number of features."""
        return self.values.shape[1]

    @property
    def is_sparse(self):
        """Whether the values are a sparse matrix."""
        return sparse.issparse(self.values)

    def filled(self, fill):
        """Return all rows, with `fill` where the modality is absent.

        Parameters
        ----------
        fill : ndarray of shape (n_features,)
            For a sparse block absent rows stay empty and `fill` is not used.

        Returns
        -------
        rows : ndarray or CSR matrix of shape (n_samples, n_features)
        """
        if self.present.all():
            return self.values
        if self.is_sparse:
            return self._scatter() @ self.values
        rows = np.empty((len(self.present), self.width))
        rows[self.present] = self.values
        rows[~self.present] = fill
        return rows

    def take(self, rows):
        """Return the block of the table's rows at integer positions `rows`."""
        place = np.cumsum(self.present) - 1
        present = self.present[rows]
        return Block(self.values[place[rows[present]]], present, self.names)

    def _scatter(self):
        rows = np.flatnonzero(self.present)
        ones = np.ones(len(rows))
        shape = (len(self.present), len(rows))
        return sparse.csr_matrix((ones, (rows, np.arange(len(rows)))), shape=shape)


def as_block_values(output, name):
    """Return what an extractor gave as 2-D float values.

    Parameters
    ----------
    output : array, sparse matrix or frame of shape (n_present, n_features)
        What `transform` returned.
    name : str
        Modality, for the message.

    Raises
    ------
    ValueError
        When the extractor's output is not two-dimensional or no numbers.
    """
    if sparse.issparse(output):
        return output.tocsr()
    array = np.asarray(output)
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.dtype.kind == "f":
        return array
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The extractor of modality {name!r} must return numbers, got an array of "
            f"{array.dtype}. Use extractor='auto', or encode text and categories."
        ) from error
