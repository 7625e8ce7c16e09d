"""Standardised features of several modalities, for penalties on how they agree.

Absent modalities count as zero, which is the mean, so that a row's linear
predictor runs over what it has. `correction` makes up for the rest: with
``rho = 1`` it turns the sum over the present modalities into their mean times
the number of all of them, with ``rho = 0`` it does nothing.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from mmensemble.numerics._columns import column_moments


@dataclass(frozen=True)
class Scaling:
    """Means and scales of one modality's features.

    Parameters
    ----------
    mean : ndarray of shape (n_features,)
    scale : ndarray of shape (n_features,)
        Infinite for a feature that does not vary.
    """

    mean: np.ndarray
    scale: np.ndarray


def learn_scaling(block, weight, *, standardize=True, factor=1.0):
    """Return means and standard deviations over the rows that have the modality.

    Parameters
    ----------
    block : Block
    weight : ndarray of shape (n_samples,)
    standardize : bool
        Whether features are divided by their standard deviation.
    factor : float
        How many times the penalty counts for this modality; the features are
        divided by it, so that their coefficients grow.
    """
    own = weight[block.present]
    mean, spread = column_moments(block.values, own)
    scale = np.where(spread > 0, spread if standardize else 1.0, np.inf)
    return Scaling(mean, scale * factor)


def row_correction(present, rho):
    """Return what each row's sum of linear predictors is multiplied by.

    Parameters
    ----------
    present : ndarray of bool of shape (n_samples, n_modalities)
    rho : float
    """
    n_present = np.maximum(present.sum(axis=1), 1)
    return 1 + min(rho, 1.0) * (present.shape[1] - n_present) / n_present


class Design:
    """The modalities' features of some rows, side by side.

    Parameters
    ----------
    blocks : sequence of Block
    scalings : sequence of Scaling

    Attributes
    ----------
    present : ndarray of bool of shape (n_samples, n_modalities)
    n_present : ndarray of shape (n_samples,)
    view : ndarray of shape (n_features,)
        To which modality each column belongs.
    """

    def __init__(self, blocks, scalings):
        self.present = np.column_stack([block.present for block in blocks])
        self.n_present = self.present.sum(axis=1).astype(float)
        pairs = list(zip(blocks, scalings, strict=True))
        self._parts = [
            (_Sparse if block.is_sparse else _Dense)(block, scaling)
            for block, scaling in pairs
        ]
        self.view = np.repeat(np.arange(len(pairs)), [b.width for b, _ in pairs])
        self.starts = np.searchsorted(self.view, np.arange(len(pairs) + 1))

    @property
    def n_views(self):
        """Number of modalities."""
        return len(self._parts)

    def correction(self, rho):
        """Return what each row's sum of linear predictors is multiplied by."""
        return row_correction(self.present, rho)

    def columns(self, positions):
        """Return the columns at sorted positions, of shape (n_samples, n_positions)."""
        bounds = np.searchsorted(positions, self.starts)
        parts = [
            part.columns(positions[low:high] - start)
            for part, low, high, start in zip(
                self._parts, bounds[:-1], bounds[1:], self.starts[:-1], strict=True
            )
            if high > low
        ]
        return parts[0] if len(parts) == 1 else np.hstack(parts)

    def correlate(self, residuals):
        """Return inner products of each modality's columns with its residuals.

        Parameters
        ----------
        residuals : ndarray of shape (n_modalities, n_samples, n_outputs)

        Returns
        -------
        products : ndarray of shape (n_features, n_outputs)
        """
        parts = zip(self._parts, residuals, strict=True)
        return np.vstack([part.correlate(own) for part, own in parts])


@dataclass(frozen=True)
class Sample:
    """Training rows of some modalities.

    Parameters
    ----------
    blocks : tuple of Block
    targets : ndarray of shape (n_samples, n_outputs)
    weight : ndarray of shape (n_samples,)
    loss : Squared or Logistic
    names : tuple of str
        Of the modalities.
    seed : int
    """

    blocks: tuple
    targets: np.ndarray
    weight: np.ndarray
    loss: object
    names: tuple
    seed: int = 0

    @property
    def width(self):
        """Number of features."""
        return sum(block.width for block in self.blocks)

    def take(self, rows):
        """Return the sample of the rows at integer positions."""
        return replace(
            self,
            blocks=tuple(block.take(rows) for block in self.blocks),
            targets=self.targets[rows],
            weight=self.weight[rows],
        )

    def scalings(self, options):
        """Return each modality's scaling; `options` are for `learn_scaling`."""
        return [
            learn_scaling(block, self.weight, **option)
            for block, option in zip(self.blocks, options, strict=True)
        ]


class _Dense:
    def __init__(self, block, scaling):
        self._matrix = np.zeros((len(block.present), block.width), order="F")
        self._matrix[block.present] = (block.values - scaling.mean) / scaling.scale

    def columns(self, positions):
        return self._matrix[:, positions]

    def correlate(self, residuals):
        return self._matrix.T @ residuals


class _Sparse:
    """Centred implicitly, so that it stays sparse."""

    def __init__(self, block, scaling):
        self._scaling, self._present = scaling, block.present
        self._matrix = sparse.csc_matrix(block.filled(None))

    def columns(self, positions):
        mean = self._scaling.mean[positions]
        found = self._matrix[:, positions].toarray() - mean
        return found / self._scaling.scale[positions] * self._present[:, None]

    def correlate(self, residuals):
        total = residuals[self._present].sum(axis=0)
        product = self._matrix.T @ residuals - np.outer(self._scaling.mean, total)
        return product / self._scaling.scale[:, None]
