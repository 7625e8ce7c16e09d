"""Booleans: zero and one."""

import numpy as np


class BooleanEncoder:
    """Encode boolean columns as 0 and 1, missing ones as the more frequent.

    Attributes
    ----------
    most_frequent_ : ndarray of shape (n_columns,)
        0 where both are equally frequent or nothing was observed.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([[1.0], [1.0], [0.0], [np.nan]])
    >>> BooleanEncoder().fit(values, np.ones(4)).transform(values).ravel()
    array([1., 1., 0., 1.])
    """

    def fit(self, values, weight):
        """Learn from 0, 1 and NaN of shape (n_samples, n_columns)."""
        true = weight @ (values > 0)
        false = weight @ (values == 0)
        self.most_frequent_ = (true > false).astype(np.float64)
        return self

    def transform(self, values):
        """Return zeros and ones of shape (n_samples, n_columns)."""
        observed = (values > 0).astype(np.float64)
        return np.where(np.isnan(values), self.most_frequent_, observed)

    def names(self, inputs):
        """Return the names of the output for columns called `inputs`."""
        return list(inputs)
