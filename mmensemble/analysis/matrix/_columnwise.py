"""Correlations from each column's own mean and spread: fast and approximate."""

from dataclasses import replace
from functools import partial

import numpy as np

from mmensemble.analysis.matrix._columns import row_blocks
from mmensemble.analysis.matrix._moments import ratio
from mmensemble.analysis.matrix._pearson import (
    Strip,
    column_strips,
    pair_sizes,
    spread_sizes,
    strip_pairs,
    sum_blocks,
)
from mmensemble.analysis.matrix._threads import threaded


def columnwise_tiles(matrix, tile=1024):
    """Yield correlations from each column's own mean and spread, tile by tile.

    The available-case estimate of Little and Rubin (2019), Statistical Analysis
    with Missing Data, section 3.4: means and variances over the rows where a
    column is present, covariances over the rows where both are. One masked
    product; an approximation that need not give a positive semi-definite matrix.

    Parameters
    ----------
    matrix : Matrix
    tile : int, default=1024

    Yields
    ------
    x, y : slice
    r : ndarray of shape (n_x, n_y)
    count, effective : ndarray of shape (n_x, n_y)
        Common rows of the pairs, and their effective number.
    """
    matrix, spread = about_own_means(matrix, tile)

    def compute(left, right):
        x, y = left.columns, right.columns
        count, weight, weight_sq, cross = _available(matrix, left, right)
        r = ratio(cross, weight)
        scale = spread[x][:, None] * spread[y][None, :]
        known = (scale > 0) & (weight > 0)
        r = np.divide(r, scale, out=np.full(r.shape, np.nan), where=known)
        return np.clip(r, -1.0, 1.0, out=r), count, ratio(weight**2, weight_sq)

    for x, y, result in strip_pairs(matrix, tile, compute):
        yield x, y, *result


def about_own_means(matrix, tile=1024):
    """Centre at the weighted means of the columns.

    Returns
    -------
    centred : Matrix
        Its `summary.centre` holds the means.
    spread : ndarray of shape (n_columns,)
        Standard deviations in units of the columns' scale; 0 for constant columns.
    """
    summary = matrix.summary
    strips = column_strips(matrix.values.shape[1], tile)
    parts = threaded(partial(_own_moments, matrix), strips)
    mean, variance = (np.concatenate(part) for part in zip(*parts, strict=True))
    spread = np.sqrt(np.maximum(variance, 0.0))
    spread[summary.constant] = mean[summary.constant] = 0.0
    centred = replace(summary, centre=summary.centre + mean * summary.scale)
    return replace(matrix, summary=centred), spread


def _own_moments(matrix, columns):
    """Return means about the centre and variances of some columns."""
    strip, weight = Strip.of(matrix, columns), matrix.weight
    square, sums, total = np.zeros((3, len(strip.centre)))
    for rows in row_blocks(len(matrix.values), len(strip.centre)):
        root = None if weight is None else np.sqrt(weight[rows, None])
        z, masks = strip.block(matrix.values, rows, root)
        square += np.einsum("ij,ij->j", z, z)
        sums += (z if root is None else z * root).sum(axis=0)
        masks = np.ones((len(z), 1)) if masks is None else masks
        masks = masks if root is None else masks * root**2
        total += strip.spread(masks.sum(axis=0))
    mean = ratio(sums, total)
    return mean, ratio(square, total) - mean**2


def _available(matrix, left, right):
    """Return sizes and cross products about the column centres."""
    *sizes, cross = sum_blocks(partial(_block, matrix), matrix, left, right)
    sizes = spread_sizes(sizes, left, right)
    return [np.broadcast_to(size, cross.shape) for size in sizes] + [cross]


def _block(matrix, left, right, rows):
    values, weight = matrix.values, matrix.weight
    root = None if weight is None else np.sqrt(weight[rows, None])
    x, masks_x = left.block(values, rows, root)
    y, masks_y = (x, masks_x) if left is right else right.block(values, rows, root)
    ones = np.ones((len(x), 1), dtype=x.dtype)
    masks_x = ones if masks_x is None else masks_x
    masks_y = masks_x if left is right else ones if masks_y is None else masks_y
    return [*pair_sizes(masks_x, masks_y, root), x.T @ y]
