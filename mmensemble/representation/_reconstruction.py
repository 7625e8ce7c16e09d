"""How much of each block its own code, or another's, tells."""

import numpy as np


def squared_errors(space, matrix, presence, sources=None):
    """Return the squared error of every block of every row, rebuilt from its code.

    Parameters
    ----------
    space : LinearSpace or NetworkSpace
        Fitted.
    matrix : ndarray of shape (n_samples, n_columns)
        Reduced blocks, as ``space.reduce`` returns them.
    presence : ndarray of bool of shape (n_samples, n_blocks)
    sources : ndarray of bool of shape (n_blocks,), default=None
        Blocks that the code may see; None for all.

    Returns
    -------
    errors : ndarray of shape (n_samples, n_blocks)
        Summed over columns, in units of the block's variance; what its reduction
        dropped counts as not told. NaN where the row lacks the block, or all of the
        sources.
    """
    seen = presence if sources is None else presence & sources
    rebuilt = space.decode(space.place(matrix, seen))
    errors = np.full(presence.shape, np.nan)
    known = presence & seen.any(axis=1)[:, None]
    for m, (own, reducer) in enumerate(
        zip(space.slices_, space.reducers_, strict=True)
    ):
        total = reducer.variances_.sum() + reducer.dropped_
        if total > 0:
            wrong = np.square(matrix[:, own] - rebuilt[:, own]).sum(axis=1)
            wrong = (wrong + reducer.dropped_) / total
            errors[:, m] = np.where(known[:, m], wrong, np.nan)
    return errors


def coalition_errors(space, matrix, presence):
    """Return the mean error of each row over what its blocks tell, one by one.

    Parameters
    ----------
    space, matrix, presence : as in `squared_errors`

    Returns
    -------
    errors : ndarray of shape (n_samples,)
        Mean over all blocks together and each alone as sources, and over the
        blocks that are rebuilt; NaN for rows that have nothing.
    """
    n_blocks = presence.shape[1]
    coalitions = np.vstack([np.ones((1, n_blocks), bool), np.eye(n_blocks, dtype=bool)])
    found = np.stack([squared_errors(space, matrix, presence, c) for c in coalitions])
    known = ~np.isnan(found)
    count = known.sum(axis=(0, 2))
    sums = np.where(known, found, 0).sum(axis=(0, 2))
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)


def error_table(space, matrix, presence, weight):
    """Return how much of each block is not told, by what the code has seen.

    Parameters
    ----------
    space, matrix, presence : as in `squared_errors`
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    table : ndarray of shape (n_blocks, n_blocks + 1)
        Weighted mean errors of each block, a row: from all that the sample has,
        then from each block alone. NaN where no row has both.
    """
    n_blocks = presence.shape[1]
    sources = [None, *np.eye(n_blocks, dtype=bool)]
    table = np.full((n_blocks, len(sources)), np.nan)
    for column, source in enumerate(sources):
        errors = squared_errors(space, matrix, presence, source)
        share = np.where(np.isnan(errors), 0, weight[:, None])
        total = share.sum(axis=0)
        sums = (share * np.nan_to_num(errors)).sum(axis=0)
        seen = total > 0
        table[seen, column] = sums[seen] / total[seen]
    return table
