"""What the transformers that add columns from a graph share."""

import warnings

import numpy as np

from mmensemble import _frame
from mmensemble.auxiliary._columns import position_of, title_of
from mmensemble.auxiliary._containers import Values


class GraphColumnsMixin:
    """Read an entity column, and add columns for it by what `ColumnAppender` does.

    A class has the parameters `on`, `prefix` and `passthrough`.
    """

    def _open_table(self, X):
        """Return the table of fit, and the names in its entity column."""
        X = self._open(X)
        self.on_ = position_of(X, self.on, "on")
        self._read = [self.on_]
        return X, self._entities(X)

    def _entities(self, X):
        return _frame.to_objects(_frame.column(X, self.on_))

    def _warn_of_strangers(self, X, names, found):
        """Warn where no training row has an entity of the graph.

        Parameters
        ----------
        X : ndarray or dataframe of shape (n_samples, n_columns)
        names : ndarray of str objects of shape (n_samples,)
            None where the row has none.
        found : ndarray of int of shape (n_samples,)
            Positions of the entities, negative for those that the graph lacks.
        """
        if (found >= 0).any():
            return
        known = names[np.not_equal(names, None)]
        example = f"has {known[0]!r}" if len(known) else "has no value"
        graph = self._graph_parameter
        warnings.warn(
            f"No training row has an entity of '{graph}': {title_of(X, self.on_)!r} of "
            f"X {example}, '{graph}' {self.entities_[0]!r}. All rows lack the new "
            "modality.",
            UserWarning,
        )

    def _learn_columns(self, names):
        """Remember the names of the new columns."""
        self.columns_out_ = names = list(names)
        dropped = () if self.passthrough else range(self.n_features_in_)
        self._learn_names(self._named(dict.fromkeys(names)), dropped)

    def _output(self, X, given, values):
        """Return the table with new columns of numbers, or these alone."""
        if not self.passthrough and not _frame.is_frame(X):
            return values
        columns = [Values("number", column) for column in values.T]
        added = dict(zip(self.columns_out_, columns, strict=True))
        return self._close(X, self._named(added), given)
