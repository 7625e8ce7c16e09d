"""From rows of a table to standardised blocks, one a modality."""

from dataclasses import dataclass

import numpy as np

from mmensemble._frame import take_rows
from mmensemble.features._reader import make_reader
from mmensemble.fusion._projection import BlockProjector
from mmensemble.modality._blocks import Block

#: Columns of a block beyond which its leading principal components are read.
_WIDEST = 256


@dataclass(frozen=True)
class Sources:
    """Fitted readers of all modalities, and what brings their blocks to one form.

    Parameters
    ----------
    readers : tuple of ModalityReader
    projector : BlockProjector
    """

    readers: tuple
    projector: BlockProjector

    @classmethod
    def fit(cls, resolved, X, presence, *, weight, root, y=None):
        """Learn extractors, scales and directions from the rows of a table.

        Parameters
        ----------
        resolved : list of (name, extractor, columns)
        X : table of shape (n_samples, n_columns)
        presence : ndarray of bool of shape (n_samples, n_modalities)
        weight : ndarray of shape (n_samples,)
        root : int
            Root of the extractors' seeds.
        y : ndarray of shape (n_samples,), default=None
            For extractors that learn from it.

        Returns
        -------
        sources : Sources
        parts : list of ndarray of shape (n_samples, width)
            Standardised; zero where the modality is absent.
        """
        rows = np.arange(len(presence))
        fitted, blocks = [], []
        for position, triple in enumerate(resolved):
            reader, values = make_reader(position, triple, dense=True), np.empty((0, 0))
            if presence[:, position].any():
                reader, values = reader.fit_read(X, presence, rows, y, {}, root)
            fitted.append(reader)
            blocks.append(Block(values, presence[:, position], reader.names))
        names = [name for name, _, _ in resolved]
        projector = BlockProjector(_WIDEST).fit(blocks, weight, names)
        return cls(tuple(fitted), projector), projector.transform(blocks)

    def read(self, X, presence):
        """Return the rows' blocks, as `fit` does; absent ones are not read."""
        rows = np.arange(len(presence))
        blocks = [
            Block(reader.read(X, presence, rows), presence[:, m], reader.names)
            for m, reader in enumerate(self.readers)
        ]
        return self.projector.transform(blocks)

    @property
    def extractors(self):
        """Fitted extractors by modality."""
        return {reader.name: reader.extractor for reader in self.readers}


def rows_of(X, rows):
    """Return some rows of a table."""
    return X if len(rows) == X.shape[0] else take_rows(X, rows)
