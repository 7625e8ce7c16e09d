"""Blocks as dense matrices of bounded width, for what is learnt on all of them."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from mmensemble._validation import as_weight
from mmensemble.fusion._blocks import (
    GRAM_LIMIT,
    centred_operator,
    start_vector,
    tall_gram,
    wide_gram,
)
from mmensemble.fusion._names import feature_names
from mmensemble.numerics._columns import column_moments

#: Singular values below this share of the largest are rounding.
_RANK_TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Plan:
    """How one block is brought to its width: ``(x - mean) * inverse @ basis``."""

    mean: np.ndarray
    inverse: np.ndarray
    basis: np.ndarray | None
    names: tuple

    @property
    def width(self):
        return len(self.names)


class BlockProjector:
    """Bring each modality's block to dense, standardised columns, `width` at most.

    Columns are centred and divided by their standard deviation. Blocks of more
    than `width` columns are projected on their leading principal components, all
    divided by one number, so that a column's mean square is 1 and a ridge penalty
    means the same for every block; where such a block is sparse, its columns are
    not scaled before, which would blow up the rare ones. Absent rows are zero, the
    mean. NaN within a block counts as its column's mean; columns that do not vary
    in training are zero.

    Parameters
    ----------
    width : int or None, default=None
        Most columns of a block; None for as many as it has.
    rotate : bool, default=False
        Whether narrow blocks become principal components too.

    Attributes
    ----------
    widths_ : list of int
        Columns of each block: fewer than `width` where the block or its rank has
        fewer, 0 for a block without columns.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion._projection import BlockProjector
    >>> from mmensemble.modality import Block
    >>> present = np.array([True, True, False])
    >>> block = Block(np.array([[1.0], [3.0]]), present, ("u",))
    >>> BlockProjector().fit([block]).transform([block])[0].ravel()
    array([-1.,  1.,  0.])
    """

    def __init__(self, width=None, *, rotate=False):
        self.width = width
        self.rotate = rotate

    def fit(self, blocks, sample_weight=None, modalities=None):
        """Learn means, scales and directions.

        Parameters
        ----------
        blocks : sequence of Block
        sample_weight : ndarray of shape (n_samples,), default=None
            Rows of weight zero are as good as absent.
        modalities : sequence of str, default=None
            Names for messages.

        Returns
        -------
        self : BlockProjector

        Raises
        ------
        ValueError
            When a block holds infinite values.
        """
        self.modalities_ = tuple(modalities or range(len(blocks)))
        self.plans_ = []
        for block, name in zip(blocks, self.modalities_, strict=True):
            weight = as_weight(sample_weight, len(block.present))
            own = np.asarray(weight, dtype=float)[block.present]
            self.plans_.append(self._plan(block, own, name))
        self.widths_ = [plan.width for plan in self.plans_]
        return self

    def _plan(self, block, weight, name):
        values = _checked(block.values, name)
        wide = self.width is not None and block.width > self.width
        if sparse.issparse(values) and not wide:
            values = values.toarray()
        if not weight.all():
            values, weight = values[weight > 0], weight[weight > 0]
        mean, spreads = column_moments(values, weight)
        values = _complete(values, mean)
        inverse = _inverse_scale(spreads, sparse.issparse(values))
        if not (wide or self.rotate) or block.width == 0:
            return _Plan(mean, inverse, None, tuple(block.names))
        width = min(self.width or block.width, block.width)
        basis = _basis(values, mean, inverse, weight, width)
        names = tuple(f"pc{j}" for j in range(basis.shape[1]))
        return _Plan(mean, inverse, basis, names)

    def transform(self, blocks):
        """Return one dense matrix a modality.

        Parameters
        ----------
        blocks : sequence of Block

        Returns
        -------
        matrices : list of ndarray of shape (n_samples, width of the block)
            New arrays, zero where the modality is absent.
        """
        triples = zip(blocks, self.plans_, self.modalities_, strict=True)
        return [_apply(block, plan, name) for block, plan, name in triples]

    def get_feature_names_out(self):
        """Return ``"modality__feature"`` names of all columns, block by block."""
        names = []
        for modality, plan in zip(self.modalities_, self.plans_, strict=True):
            names += feature_names(modality, plan.names)
        return names


def _checked(values, name):
    """Return the values, or raise where some are infinite."""
    held = values.data if sparse.issparse(values) else values
    if np.isinf(held).any():
        raise ValueError(
            f"The block of modality {name!r} holds infinite values. Let its extractor "
            "replace them, for example by a FunctionTransformer with numpy.nan_to_num."
        )
    return values


def _complete(values, mean):
    """Return the values with the column's mean for NaN."""
    if sparse.issparse(values):
        unknown = np.isnan(values.data)
        if unknown.any():
            values = values.copy()
            values.data[unknown] = mean[values.indices[unknown]]
        return values
    unknown = np.isnan(values)
    return np.where(unknown, mean, values) if unknown.any() else values


def _inverse_scale(spreads, together):
    """Return what each centred column is multiplied by; 0 where it is constant."""
    if together:  # one scale for all
        spreads = np.full(len(spreads), np.sqrt((spreads**2).mean()))
    varies = spreads > 0
    return np.divide(1.0, spreads, out=np.zeros(len(spreads)), where=varies)


def _basis(values, mean, inverse, weight, width):
    """Return the leading directions, scaled to a mean square of 1."""
    if values.shape[0] == 0 or not inverse.any():
        return np.zeros((len(mean), 1))
    root = np.sqrt(weight / weight.sum())
    factor = inverse[0]
    if not sparse.issparse(values):
        values, mean, factor = (values - mean) * inverse, np.zeros(len(mean)), 1.0
    directions, spread = _leading(values, mean, root, width)
    return directions / (factor * np.sqrt((spread**2).mean()))


def _leading(values, mean, root, width):
    """Return right singular vectors of the centred, weighted rows, and values."""
    if min(values.shape) > max(GRAM_LIMIT, 2 * width):
        operator, start = centred_operator(values, mean, root), start_vector(values)
        _, spread, directions = svds(
            operator, k=width, v0=start, return_singular_vectors="vh"
        )
        directions = directions.T
    elif values.shape[0] >= values.shape[1]:
        square, directions = np.linalg.eigh(tall_gram(values, mean, root))
        spread = np.sqrt(np.clip(square, 0, None))
    else:
        square, left = np.linalg.eigh(wide_gram(values, mean, root))
        spread = np.sqrt(np.clip(square, 0, None))
        left = left * root[:, None]
        directions = values.T @ left - np.outer(mean, left.sum(axis=0))
        directions = directions / np.where(spread > 0, spread, 1.0)
    order = np.argsort(-spread, kind="stable")[:width]
    order = order[spread[order] > _RANK_TOLERANCE * spread[order[0]]]
    directions, spread = directions[:, order], spread[order]
    largest = np.abs(directions).argmax(axis=0)
    return directions * np.sign(directions[largest, np.arange(len(order))]), spread


def _apply(block, plan, name):
    """Return one block in its new columns."""
    values = _complete(_checked(block.values, name), plan.mean)
    if sparse.issparse(values) and plan.basis is not None:
        load = plan.basis * plan.inverse[:, None]
        rows = values @ load - plan.mean @ load
    else:
        dense = values.toarray() if sparse.issparse(values) else values
        rows = (dense - plan.mean) * plan.inverse
        rows = rows if plan.basis is None else rows @ plan.basis
    if block.present.all():
        return np.asarray(rows, dtype=float)
    out = np.zeros((len(block.present), plan.width))
    out[block.present] = rows
    return out
