"""What all extractors of cells share: tables in, numbers and names out."""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble import _frame
from mmensemble._compat import check_feature_names_in, fit_context
from mmensemble._known_columns import columns_of_fit
from mmensemble._seeds import draw_root, seed_for
from mmensemble._state import VersionedStateMixin
from mmensemble.features._table import row_counts, unique
from mmensemble.features.cells._values import CellError, cell_objects, is_empty


class CellExtractor(VersionedStateMixin, TransformerMixin, BaseEstimator):
    """Base of extractors: each column of cells has an encoder of its own.

    A subclass gives `_encoder`, which has ``fit_transform(cells, weight)``,
    ``transform(cells)`` and ``names(column)``.
    """

    __metadata_request__fit = {"sample_weight": True}

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None):
        """Learn the features of each column of cells.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            Columns of cells. Empty ones are missing.
        y : Ignored
            Not used, present for API consistency by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, none negative, not all zero.

        Returns
        -------
        self : object
            The fitted extractor.

        Raises
        ------
        ValueError
            For a cell that cannot be read, which is named by row and column.
        """
        self._fit(X, sample_weight)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None, sample_weight=None):
        """Learn the features of each column, and return those of `X`.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            Columns of cells. Empty ones are missing.
        y : Ignored
            Not used, present for API consistency by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, none negative, not all zero.

        Returns
        -------
        Xt : ndarray or CSR matrix of shape (n_samples, n_features_out)
            Finite numbers, float64.
        """
        return self._fit(X, sample_weight)

    def _fit(self, X, sample_weight):
        X = self._table(X)
        validate_data(self, X=X, skip_check_array=True)
        weight = row_counts(X.shape[0], sample_weight)
        root = draw_root(getattr(self, "random_state", 0))
        self._start(X)
        self.encoders_, blocks = [], []
        for name, cells in self._columns(X):
            encoder = self._encoder(seed_for(root, name))
            with Naming(self, X, name):
                blocks.append(encoder.fit_transform(cells, weight))
            self.encoders_.append(encoder)
        return _side_by_side(blocks)

    def _table(self, X):
        name = type(self).__name__
        if sparse.issparse(X):
            raise TypeError(
                f"{name} takes a table of cells, got a sparse matrix. Give it an array "
                "or a frame."
            )
        return _frame.as_table(X, name)

    def _start(self, X):
        """Look at a training table before its columns are read."""

    def transform(self, X):
        """Return the features of the cells of `X`.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            A frame is addressed by the names that `fit` saw.

        Returns
        -------
        Xt : ndarray or CSR matrix of shape (n_samples, n_features_out)
            Finite numbers, float64. An empty cell has the features' means, zero.

        Raises
        ------
        ValueError
            For missing columns, and for a cell that cannot be read.
        """
        check_is_fitted(self)
        X = columns_of_fit(self, self._table(X))
        blocks = []
        pairs = zip(self._columns(X), self.encoders_, strict=True)
        for (name, cells), encoder in pairs:
            with Naming(self, X, name):
                blocks.append(encoder.transform(cells))
        return _side_by_side(blocks)

    def missing_rows(self, X):
        """Tell which rows have no cell at all: they lack the modality.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            Columns of cells, before `fit` or after it.

        Returns
        -------
        missing : ndarray of bool of shape (n_samples,)
            True where each cell is null or empty.
        """
        X = self._table(X)
        missing = np.ones(X.shape[0], dtype=bool)
        for position in range(X.shape[1]):
            cells = self._cells(X, position)
            missing &= [cell is None for cell in cells]
        return missing

    def text_columns(self, X, sample_weight=None):
        """Tell which columns are read as texts, rather than as names of files.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
        sample_weight : Ignored
            As for `AutoExtractor`, which looks at training rows.

        Returns
        -------
        is_text : ndarray of bool of shape (n_columns,)
        """
        return np.full(X.shape[1], self._reads_texts())

    def _reads_texts(self):
        return False

    def get_feature_names_out(self, input_features=None):
        """Return the names of the output columns.

        Parameters
        ----------
        input_features : array-like of str of shape (`n_features_in_`,), default=None
            Names of the input columns. By default `feature_names_in_`, or ``"x0"``,
            ``"x1"``, ... where `fit` saw no names.

        Returns
        -------
        names : ndarray of str objects of shape (n_features_out,)
            Unique: a name that comes up again is followed by ``_2``, ``_3``, ...
        """
        check_is_fitted(self)
        inputs = self._names(check_feature_names_in(self, input_features))
        names = []
        for name, encoder in zip(inputs, self.encoders_, strict=True):
            names += encoder.names(name)
        return np.array(unique(names), dtype=object)

    def _names(self, inputs):
        """Return a name for each encoder, given those of the input columns."""
        return list(inputs)

    def _columns(self, X):
        """Yield the name and the cells of each column."""
        for position, name in enumerate(check_feature_names_in(self)):
            with Naming(self, X, name):
                cells = self._cells(X, position)
            yield name, cells

    def _cells(self, X, position):
        return cell_objects(_frame.column(X, position), self._is_empty)

    def _is_empty(self, cell):
        return is_empty(cell)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags


class Naming:
    """Name row and column of a cell that cannot be read."""

    def __init__(self, extractor, X, column):
        self.owner = type(extractor).__name__
        self.X, self.column = X, column

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if not isinstance(error, CellError):
            return
        row = "" if error.row is None else f"row {self._label(error.row)} of "
        raise ValueError(
            f"{self.owner} cannot read {row}column {self.column!r}: {error}"
        ) from error

    def _label(self, row):
        """Return the label of a row where the table has labels."""
        return repr(self.X.index[row]) if _frame.is_pandas(self.X) else str(row)


def _side_by_side(blocks):
    if any(sparse.issparse(block) for block in blocks):
        blocks = [sparse.csr_matrix(block) for block in blocks]
        return sparse.hstack(blocks, format="csr", dtype=np.float64)
    return np.hstack(blocks)
