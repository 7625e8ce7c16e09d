"""A block: what an extractor makes of one modality."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mmensemble._frame import is_frame, kinds, to_floats


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

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.modality import Block
    >>> block = Block(np.array([[1.0], [3.0]]), np.array([True, False, True]), ("a",))
    >>> block.filled(2.0).ravel()
    array([1., 2., 3.])
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
            What an absent row gets. Not used by a sparse block, whose absent rows
            stay empty.

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
        rows = np.asarray(rows, dtype=np.intp)
        place = np.cumsum(self.present) - 1
        present = self.present[rows]
        return Block(self.values[place[rows[present]]], present, self.names)

    def without_rows(self):
        """Return the block as if no row had the modality."""
        return Block(self.values[:0], np.zeros_like(self.present), self.names)

    def _scatter(self):
        """Return the matrix that moves present rows to their place in the table."""
        rows = np.flatnonzero(self.present)
        ones = np.ones(len(rows))
        shape = (len(self.present), len(rows))
        return sparse.csr_matrix((ones, (rows, np.arange(len(rows)))), shape=shape)


def as_block_values(output, name):
    """Return what an extractor gave as 2-D float values.

    Parameters
    ----------
    output : array, sparse matrix or frame of shape (n_present, n_features)
        What `transform` returned; a 1-D one is a single feature.
    name : str
        Modality, for the message.

    Returns
    -------
    values : ndarray or CSR matrix of shape (n_present, n_features)
        Floats, NaN where a frame has a null.

    Raises
    ------
    ValueError
        When the extractor's output has more than two dimensions or is no numbers;
        numbers written as text are text.
    """
    if sparse.issparse(output):
        return _sparse_values(output)
    table = output if is_frame(output) else np.asarray(output)
    if len(table.shape) == 1:
        table = table.reshape(-1, 1)
    if len(table.shape) != 2:
        raise ValueError(
            f"The extractor of modality {name!r} must return a 2-D table with one row "
            f"a sample, got an array of {table.ndim} dimensions."
        )
    if isinstance(table, np.ndarray) and table.dtype.kind == "f":
        return table
    unfit = sorted(set(kinds(table)) - {"number", "boolean", "duration"})
    try:
        if not unfit:
            return to_floats(table)
    except (TypeError, ValueError) as error:
        raise _no_numbers(name, "other") from error
    raise _no_numbers(name, unfit[0])


def _sparse_values(output):
    if output.ndim == 1:
        output = output.reshape((output.shape[0], 1))
    output = output.tocsr()
    return output if output.dtype.kind == "f" else output.astype(np.float64)


def _no_numbers(name, kind):
    return ValueError(
        f"The extractor of modality {name!r} must return numbers, got a column of kind "
        f"{kind!r}. Use extractor='auto', or encode text, categories and dates."
    )
