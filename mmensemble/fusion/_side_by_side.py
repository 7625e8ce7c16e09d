"""The modalities' blocks side by side, with something where one is absent."""

from dataclasses import dataclass

import numpy as np

from mmensemble.fusion._blocks import block_moments, join_blocks
from mmensemble.fusion._names import feature_names


@dataclass(frozen=True)
class SideBySide:
    """Blocks as one matrix: scaled, with the training mean where one is absent.

    Parameters
    ----------
    modalities : tuple of str
    names : list of tuple of str
        Feature names of each block.
    means : list of ndarray of shape (n_features_of_block,)
        Training means of the blocks.
    scales : list of float
        What each block is divided by.
    indicated : ndarray of bool of shape (n_modalities,)
        Modalities that have a presence indicator in imputed matrices.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion import FusionData
    >>> from mmensemble.fusion._side_by_side import SideBySide
    >>> from mmensemble.modality import Block
    >>> presence = np.array([[True, True], [True, False]])
    >>> blocks = (
    ...     Block(np.array([[1.0], [3.0]]), presence[:, 0], ("u",)),
    ...     Block(np.array([[5.0]]), presence[:, 1], ("v",)),
    ... )
    >>> data = FusionData(None, ("a", "b"), presence, blocks=blocks)
    >>> SideBySide.fit(data).matrix(data)
    array([[1., 5., 1.],
           [3., 5., 0.]])
    """

    modalities: tuple
    names: list
    means: list
    scales: list
    indicated: np.ndarray

    @classmethod
    def fit(cls, data, scaling=None, *, indicate_all=False):
        """Learn means and scales.

        Parameters
        ----------
        data : FusionData
            Training rows.
        scaling : None, "frobenius" or "first_singular_value"
            As `block_moments` takes it.
        indicate_all : bool, default=False
            Whether modalities have an indicator that all or none of the rows have.
        """
        means, scales = [], []
        for block in data.blocks:
            own = data.weight[block.present]
            mean, scale = block_moments(block.values, own, scaling)
            means.append(mean)
            scales.append(scale)
        present = data.presence
        varies = present.any(axis=0) & ~present.all(axis=0)
        names = [block.names for block in data.blocks]
        return cls(data.modalities, names, means, scales, varies | indicate_all)

    def matrix(self, data, pattern=(), imputed=True):
        """Return the fused matrix of some modalities.

        Parameters
        ----------
        data : FusionData
        pattern : tuple of int, default=()
            Positions of the modalities; () for all.
        imputed : bool, default=True
            Whether rows may lack some, which indicators then show.

        Returns
        -------
        matrix : ndarray or CSR matrix of shape (n_samples, n_features)
        """
        inside = pattern or tuple(range(len(data.blocks)))
        parts = [self._scaled(data.blocks[m], m) for m in inside]
        if imputed:
            indicated = [m for m in inside if self.indicated[m]]
            parts.append(data.presence[:, indicated].astype(float))
        return join_blocks(parts)

    def _scaled(self, block, m):
        values = block.filled(self.means[m])
        return values if self.scales[m] == 1.0 else values / self.scales[m]

    def get_feature_names_out(self):
        """Return the columns of all modalities: ``"modality__feature"``, indicators."""
        names = []
        for modality, own in zip(self.modalities, self.names, strict=True):
            names += feature_names(modality, own)
        shown = np.flatnonzero(self.indicated)
        return names + [f"{self.modalities[m]}__is_present" for m in shown]
