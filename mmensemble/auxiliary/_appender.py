"""What transformers that put columns beside a table have in common."""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble import _frame
from mmensemble._compat import check_feature_names_in, get_output_config
from mmensemble._known_columns import columns_of_fit
from mmensemble._state import VersionedStateMixin
from mmensemble.auxiliary._containers import Values, append_columns, to_container
from mmensemble.modality._columns import SEPARATOR, check_names


class ColumnAppender(VersionedStateMixin, TransformerMixin, BaseEstimator):
    """Base of transformers that return their table with further columns.

    Subclasses call `_open` and `_learn_names` in fit, `_aligned` in transform, and
    `_close` with the new columns. `_read` holds the positions of the columns that
    they look at; others may be missing later.
    """

    def _open(self, X):
        """Return the table of fit, checked; remember its columns."""
        try:
            check_names([self.prefix])
        except ValueError as error:
            raise ValueError(f"prefix={self.prefix!r}: {error}") from None
        X = self._checked(X)
        validate_data(self, X=X, skip_check_array=True)
        return X

    def _checked(self, X):
        if sparse.issparse(X):
            raise TypeError(
                f"A sparse matrix was passed to {type(self).__name__}, but dense data "
                "is required: it reads keys and times. Use X.toarray()."
            )
        X = _frame.as_table(X, type(self).__name__)
        if _frame.is_pandas(X) and _frame.column_names(X) is None:
            # names that are no strings count for nothing, positions do
            return X.set_axis(range(X.shape[1]), axis=1)
        return X

    def _aligned(self, X):
        """Return the columns of `X` that fit saw, in their order.

        A frame may lack those that this step does not read; they come as missing
        values, and `_close` leaves them out.
        """
        X = self._checked(X)
        names = _frame.column_names(X)
        absent = self._absent(X)
        if names is not None and hasattr(self, "feature_names_in_"):
            unknown = sorted({self.feature_names_in_[at] for at in self._read} & absent)
            if unknown:
                raise ValueError(
                    f"columns are missing: {unknown}, which {type(self).__name__} "
                    "reads."
                )
        if absent:
            nulls = Values("number", np.full(X.shape[0], np.nan))
            X = append_columns(X, dict.fromkeys(absent, nulls))
        X = columns_of_fit(self, X)
        if names is not None and not hasattr(self, "feature_names_in_"):
            new = check_feature_names_in(self)  # fit has learnt no names
            return X.rename(dict(zip(names, new, strict=True)), **_axis(X))
        return X

    def _absent(self, X):
        """Return the names of fit that a frame lacks."""
        names = _frame.column_names(X)
        return set() if names is None else set(self._names()) - set(names)

    def _names(self):
        return getattr(self, "feature_names_in_", ())

    def _named(self, values):
        """Return new columns with the prefix in front of their names."""
        return {f"{self.prefix}{SEPARATOR}{name}": v for name, v in values.items()}

    def _learn_names(self, added, dropped=()):
        """Remember which columns come, and which (by position) go.

        Names that are there already are refused.
        """
        inputs = check_feature_names_in(self)
        clash = sorted(set(inputs) & set(added))
        if clash:
            raise ValueError(
                f"X has columns {clash} already: give another prefix than "
                f"{self.prefix!r}."
            )
        kept = [position for position in range(len(inputs)) if position not in dropped]
        self._kept, self._added = kept, list(added)

    def _close(self, X, added, given=None):
        """Return the kept columns of `X` and the added ones.

        Parameters
        ----------
        X : ndarray or dataframe of shape (n_samples, `n_features_in_`)
        added : dict of str to Values
        given : ndarray or dataframe, default=None
            The table before it was aligned; columns that it lacks stay away.
        """
        container = get_output_config("transform", self)["dense"]
        absent = set() if given is None else self._absent(given)
        kept = [
            at for at in self._kept if not absent or self._names()[at] not in absent
        ]
        if len(kept) < len(self._kept) and container != "default":
            raise ValueError(
                f"columns are missing: {sorted(absent)}; with set_output(transform="
                f"{container!r}) the output needs all of them."
            )
        named = _frame.column_names(X) is not None
        X = _frame.take_columns(X, kept)
        if _frame.is_pandas(X) and not named:
            X = X.set_axis(check_feature_names_in(self)[kept], axis=1)
        numbers = all(values.kind == "number" for values in added.values())
        if _frame.is_frame(X) or not numbers or X.dtype == object:
            # arrays of numbers are left to scikit-learn
            X = to_container(X, container)
        return append_columns(X, added)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns of the output.

        Parameters
        ----------
        input_features : array-like of str of shape (`n_features_in_`,), default=None
            Names of the input columns. By default `feature_names_in_`, or ``"x0"``,
            ``"x1"``, ... where `fit` saw no names.

        Returns
        -------
        names : ndarray of str objects of shape (n_features_out,)
        """
        check_is_fitted(self)
        inputs = check_feature_names_in(self, input_features)
        return np.array([*inputs[self._kept], *self._added], dtype=object)

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_added")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _axis(X):
    return {"axis": 1} if _frame.is_pandas(X) else {}
