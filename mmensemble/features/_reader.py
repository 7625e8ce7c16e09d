"""The reader of blocks: from rows of a table to the numbers of each modality."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils import get_tags

from mmensemble._frame import column, column_names, is_frame, take_rows, to_float
from mmensemble._seeds import seed_for, set_seeds
from mmensemble.features._auto import AutoExtractor
from mmensemble.learners._abilities import is_predictor
from mmensemble.learners._task import take_params
from mmensemble.modality._blocks import Block, as_block_values
from mmensemble.modality._columns import select
from mmensemble.modality._presence import first_step


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

    @property
    def width(self):
        """Number of columns that are read."""
        return len(self.columns) if isinstance(self.columns, list) else 1

    def rows_of(self, presence, rows):
        """Return those of `rows` that have the modality."""
        return rows[presence[rows, self.position]]

    def fit_read(self, X, presence, rows, y, params, root):
        """Fit on `rows` and read them.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        presence : ndarray of bool of shape (n_samples, n_modalities)
        rows : ndarray of int
        y : ndarray of shape (n_samples, ...) or None
        params : dict of str to object
            Metadata for the extractor's ``fit``, of all rows.
        root : int
            Root of the seeds.

        Returns
        -------
        fitted : ModalityReader
        values : ndarray, sparse matrix or raw table of shape (n_present, n_features)
        """
        rows = self.rows_of(presence, rows)
        part = self._part(X, rows)
        if self.extractor is None:
            values = self._plain(part)
            names = _input_names(part, self.columns)
            return replace(self, names=names, is_sparse=sparse.issparse(values)), values
        seed = seed_for(root, self.name, "extractor")
        extractor = set_seeds(clone(self.extractor), seed)
        target = None if y is None else y[rows]
        params = take_params(params, rows, len(presence))
        output = self._fit_transform(extractor, part, target, params)
        values = as_block_values(output, self.name)
        fitted = replace(
            self,
            extractor=extractor,
            names=_output_names(extractor, values.shape[1]),
            is_sparse=sparse.issparse(values),
        )
        return fitted, values

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
        try:
            if is_frame(part):
                columns = [to_float(column(part, j)) for j in range(part.shape[1])]
                return np.column_stack(columns)
            return as_block_values(part, self.name)
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"The columns {self.columns} of modality {self.name!r} are handed on "
                f"as they are, and hold what is no number: {error}. Choose 'auto' or "
                "an extractor for them."
            ) from error


def make_reader(position, modality, *, dense, fill=False):
    """Return the unfitted reader of a modality's block.

    Parameters
    ----------
    position : int
        Of the modality among all.
    modality : (name, extractor, columns)
        Resolved. Of a pipeline that ends in a predictor, what stands before it is
        the extractor; a predictor alone has the automatic one.
    dense : bool
        Whether the automatic extractor gives dense blocks.
    fill : bool, default=False
        Whether what is handed on as it is ("passthrough") is filled and scaled by
        the automatic extractor all the same.

    Returns
    -------
    reader : ModalityReader

    Raises
    ------
    ValueError
        For a vectorizer of one column of texts that is to read several.
    """
    name, extractor, columns = modality
    transformer, predicts = split_predictor(extractor)
    if predicts and transformer is None:
        transformer = "auto"
    if isinstance(transformer, str):
        # a bare column is one-dimensional for vectorisers, and a table here
        columns = columns if isinstance(columns, list) else [columns]
        automatic = fill or transformer == "auto"
        transformer = AutoExtractor(dense=dense) if automatic else None
    else:
        columns = _as_read(name, transformer, columns)
    return ModalityReader(name, position, columns, transformer)


def _as_read(name, extractor, columns):
    """Return columns as their extractor reads them: bare, or a list.

    As in ColumnTransformer a bare column is one-dimensional and a list is a table.
    Extractors that take only one of the two get it however the column is given.
    """
    first = first_step(extractor)
    if not isinstance(columns, list):
        tables = isinstance(first, AutoExtractor) or hasattr(first, "missing_rows")
        return [columns] if tables else columns
    if not columns or not is_vectorizer(first):
        return columns
    if len(columns) > 1:
        raise ValueError(
            f"Modality {name!r}: {type(first).__name__} reads one column of texts, got "
            f"{columns}. Give each column a modality of its own, or take "
            "TextExtractor, which reads several."
        )
    return columns[0]


def is_vectorizer(extractor):
    """Tell whether an extractor reads one column of texts, as scikit-learn's do."""
    tags = None if extractor is None else get_tags(extractor).input_tags
    return tags is not None and tags.string and not tags.two_d_array


def split_predictor(extractor):
    """Return (transformer or None, whether `extractor` predicts).

    For a pipeline that ends in a predictor, what stands before it.
    """
    if isinstance(extractor, str) or not is_predictor(extractor):
        return extractor, False
    if isinstance(extractor, Pipeline):
        return (extractor[:-1] if len(extractor.steps) > 1 else None), True
    return None, True


class TableBlocks:
    """What fitted readers make of some rows of a table, each asked once.

    Parameters
    ----------
    readers : dict of str to ModalityReader
        Fitted, by key.
    X : table of shape (n_samples, n_columns)
    presence : ndarray of bool of shape (n_samples, n_modalities)
    rows : ndarray of int
    values : dict of str to block values, default=None
        What is read already, by key of the reader.
    """

    def __init__(self, readers, X, presence, rows, values=None):
        self.readers = readers
        self.X, self.presence, self.rows = X, presence, rows
        self._values = {} if values is None else values

    def rows_of(self, key):
        """Return the rows that have a reader's modality."""
        return self.readers[key].rows_of(self.presence, self.rows)

    def values(self, key):
        """Return what a reader gives for the rows that have its modality."""
        if key not in self._values:
            reader = self.readers[key]
            self._values[key] = reader.read(self.X, self.presence, self.rows)
        return self._values[key]

    def only(self, seen):
        """Return the same rows as if they lacked all but some modalities.

        Parameters
        ----------
        seen : ndarray of bool of shape (n_modalities,)

        Returns
        -------
        blocks : TableBlocks
            What was read of the modalities that are left is not read again.
        """
        left = {
            key: values
            for key, values in self._values.items()
            if seen[self.readers[key].position]
        }
        return TableBlocks(self.readers, self.X, self.presence & seen, self.rows, left)

    def block(self, key, rows=None):
        """Return what a reader gives as a block of all the rows.

        Parameters
        ----------
        key : str
        rows : ndarray of int, default=None
            Some of the rows, all that have the modality among them.
        """
        reader = self.readers[key]
        rows = self.rows if rows is None else rows
        return Block(
            self.values(key), self.presence[rows, reader.position], reader.names
        )


def allows_missing(extractor):
    """Tell whether an extractor takes columns with missing values.

    Of a pipeline's steps each one must, up to one that fills them in.

    Parameters
    ----------
    extractor : estimator object or str
        What stands for one included.
    """
    if isinstance(extractor, str):
        return True
    if not isinstance(extractor, Pipeline):
        return bool(get_tags(extractor).input_tags.allow_nan)
    for _, step in extractor.steps:
        if not allows_missing(step):
            return False
        if fills_missing(step):
            return True
    return True


def fills_missing(extractor):
    """Tell whether an extractor leaves no missing values in its output.

    Known of the automatic one, of scikit-learn's imputers and encoders of
    categories, and of pipelines that hold one of them.

    Parameters
    ----------
    extractor : estimator object or str
    """
    if isinstance(extractor, str):
        return extractor == "auto"
    if isinstance(extractor, Pipeline):
        return any(fills_missing(step) for _, step in extractor.steps)
    imputer = type(extractor).__module__.startswith("sklearn.impute")
    return imputer or isinstance(extractor, AutoExtractor | OneHotEncoder)


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
