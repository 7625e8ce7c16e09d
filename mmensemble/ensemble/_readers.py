"""Readers: from rows of the table to the numbers that a learner sees."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from mmensemble._frame import column, column_names, is_frame, take_rows, to_float
from mmensemble._seeds import seed_for, set_seeds
from mmensemble.fusion import ConcatFusion, FusionData
from mmensemble.learners._task import Task, take_params
from mmensemble.modality import Block, as_block_values, select


@dataclass(frozen=True)
class ModalityReader:
    """Reads one modality.

    Parameters
    ----------
    name : str
        Of the modality.
    position : int
        Of the modality among all.
    columns : list of str or int, or a bare one
        Resolved columns.
    extractor : estimator object or None
        Transformer; None hands the columns on, as numbers or `raw`.
    raw : bool
        Whether the learner wants the columns as they are, frames included.
    names : tuple of str
        Names of the features, once fitted.
    is_sparse : bool
        Whether the fitted extractor gives a sparse matrix.
    """

    name: str
    position: int
    columns: object
    extractor: object = None
    raw: bool = False
    names: tuple = ()
    is_sparse: bool = False

    def rows_of(self, presence, rows):
        """Return those of `rows` that have the modality."""
        return rows[presence[rows, self.position]]

    def fit_read(self, X, presence, rows, y, params, root):
        """Fit on `rows` and read them.

        Returns
        -------
        fitted : ModalityReader
        values : ndarray, sparse matrix or raw table of shape (n_present, n_features)
        """
        part = self._part(X, self.rows_of(presence, rows))
        if self.extractor is None:
            values = self._plain(part)
            names = _input_names(part, self.columns)
            is_sparse = sparse.issparse(values)
            return replace(self, names=names, is_sparse=is_sparse), values
        extractor = set_seeds(
            clone(self.extractor), seed_for(root, self.name, "extractor")
        )
        target = None if y is None else y[self.rows_of(presence, rows)]
        own = take_params(params, self.rows_of(presence, rows), len(presence))
        values = as_block_values(
            self._fit_transform(extractor, part, target, own), self.name
        )
        names = _output_names(extractor, values.shape[1])
        is_sparse = sparse.issparse(values)
        return (
            replace(self, extractor=extractor, names=names, is_sparse=is_sparse),
            values,
        )

    def _fit_transform(self, extractor, part, y, params):
        try:
            if hasattr(extractor, "fit_transform"):
                return extractor.fit_transform(part, y, **params)
            return extractor.fit(part, y, **params).transform(part)
        except Exception as error:
            error.add_note(f"while fitting the extractor of modality {self.name!r}")
            raise

    def read(self, X, presence, rows):
        """Return the values of those of `rows` that have the modality."""
        rows = self.rows_of(presence, rows)
        if len(rows) == 0:  # many extractors refuse to transform nothing
            empty = np.empty((0, len(self.names)))
            return sparse.csr_matrix(empty) if self.is_sparse else empty
        part = self._part(X, rows)
        if self.extractor is None:
            return self._plain(part)
        try:
            return as_block_values(self.extractor.transform(part), self.name)
        except Exception as error:
            error.add_note(f"while extracting modality {self.name!r}")
            raise

    def _part(self, X, rows):
        part = select(X, self.columns)
        return part if len(rows) == X.shape[0] else take_rows(part, rows)

    def _plain(self, part):
        if self.raw:
            return part
        if is_frame(part):
            columns = [to_float(column(part, j)) for j in range(part.shape[1])]
            return np.column_stack(columns)
        return as_block_values(part, self.name)


@dataclass(frozen=True)
class JointReader:
    """Reads several modalities side by side, with means where one is absent.

    Parameters
    ----------
    readers : tuple of ModalityReader
    fusion : ConcatFusion or None
        Fitted scales and means.
    as_view : bool
        Whether the blocks are handed on one by one, in a FusionData.
    """

    readers: tuple
    fusion: object = None
    as_view: bool = False

    def rows_of(self, presence, rows):
        """Return those of `rows` that have any modality."""
        positions = [reader.position for reader in self.readers]
        return rows[presence[np.ix_(rows, positions)].any(axis=1)]

    def fit_read(self, X, presence, rows, y, params, root):
        """Fit on `rows` and read them; `params` holds metadata by modality.

        Modalities that none of the rows has are left out for good.
        """
        rows = self.rows_of(presence, rows)
        pairs = [
            reader.fit_read(X, presence, rows, y, params.get(reader.name, {}), root)
            for reader in self.readers
            if len(reader.rows_of(presence, rows))
        ]
        readers = tuple(fitted for fitted, _ in pairs)
        data = self._data(readers, [values for _, values in pairs], presence, rows)
        if self.as_view:
            return replace(self, readers=readers), data
        fusion = ConcatFusion(missing="impute").fit(data)
        return JointReader(readers, fusion), fusion.transform(data)

    def read(self, X, presence, rows):
        """Return the joined values of those of `rows` that have any modality."""
        rows = self.rows_of(presence, rows)
        values = [reader.read(X, presence, rows) for reader in self.readers]
        data = self._data(self.readers, values, presence, rows)
        return data if self.as_view else self.fusion.transform(data)

    @staticmethod
    def _data(readers, values, presence, rows):
        present = presence[np.ix_(rows, [reader.position for reader in readers])]
        blocks = tuple(
            Block(part, present[:, j], reader.names)
            for j, (reader, part) in enumerate(zip(readers, values, strict=True))
        )
        names = tuple(reader.name for reader in readers)
        return FusionData(Task(None, np.zeros(1)), names, present, blocks=blocks)


def split_predictor(extractor):
    """Return (transformer or None, whether `extractor` predicts).

    For a pipeline that ends in a predictor, what stands before it.
    """
    if isinstance(extractor, str) or not hasattr(extractor, "predict"):
        return extractor, False
    if isinstance(extractor, Pipeline):
        return (extractor[:-1] if len(extractor.steps) > 1 else None), True
    if hasattr(extractor, "transform"):
        return extractor, False
    return None, True


def _input_names(part, columns):
    if is_frame(part) and column_names(part) is not None:
        return tuple(column_names(part))
    listed = columns if isinstance(columns, list) else [columns]
    return tuple(c if isinstance(c, str) else f"x{c}" for c in listed)


def _output_names(extractor, width):
    try:
        names = tuple(str(name) for name in extractor.get_feature_names_out())
    except (AttributeError, ValueError):
        names = ()
    if len(names) != width:
        names = tuple(f"f{j}" for j in range(width))
    return names
