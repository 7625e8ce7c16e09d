"""What the transformers that add columns from a graph share."""

import numpy as np
from scipy import sparse
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble import _frame
from mmensemble._compat import check_feature_names_in, get_column_indices
from mmensemble._frame_write import append_columns, rename_columns


class GraphColumnsMixin(TransformerMixin):
    """Read an entity column of a table, and put columns after the table's own.

    A class has the parameters `on`, `prefix` and `passthrough`, and after `fit`
    the names of its columns in `columns_out_`.
    """

    def _read(self, X, *, reset):
        """Return a checked table and the names in its entity column."""
        name = type(self).__name__
        if sparse.issparse(X):
            raise TypeError(
                f"{name} takes no sparse table: it must hold names of entities. Call "
                "X.toarray(), or give a frame."
            )
        X = _frame.as_table(X, name)
        validate_data(self, X=X, skip_check_array=True, reset=reset)
        if reset:
            self.on_ = column_position(X, self.on, "on")
        elif _frame.is_frame(X) and not hasattr(self, "feature_names_in_"):
            # fit saw no names: it is read by position
            X = rename_columns(X, [f"x{i}" for i in range(X.shape[1])])
        return X, _frame.to_objects(_frame.column(X, self.on_))

    def _output(self, X, values):
        """Return new columns, after those of the table where they pass through."""
        names = [f"{self.prefix}__{name}" for name in self.columns_out_]
        if not self.passthrough:
            if not _frame.is_frame(X):
                return values
            return append_columns(_frame.take_columns(X, []), names, values)
        taken = sorted(set(names) & set(_frame.column_names(X) or []))
        if taken:
            raise ValueError(
                f"The 'prefix' parameter {self.prefix!r} makes columns that the table "
                f"has already: {taken[:5]}. Choose another."
            )
        return append_columns(X, names, values)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns that come out.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the table's columns; None takes those of `fit`.

        Returns
        -------
        names : ndarray of str objects
        """
        check_is_fitted(self)
        before = check_feature_names_in(self, input_features)
        new = [f"{self.prefix}__{name}" for name in self.columns_out_]
        kept = before if self.passthrough else before[:0]
        return np.concatenate([kept, np.array(new, dtype=object)])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def column_position(X, name, parameter):
    """Return the position of the one column that a parameter names.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    name : str or int
    parameter : str
        For the message.

    Raises
    ------
    ValueError
        When the table has no such column.
    """
    try:
        return int(get_column_indices(X, [name])[0])
    except (ValueError, IndexError, KeyError) as error:
        names = _frame.column_names(X)
        there = f"{X.shape[1]} columns without names" if names is None else names[:20]
        raise ValueError(
            f"The '{parameter}' parameter must name a column of the table, got "
            f"{name!r}. It has {there}."
        ) from error
