"""Series in cells, or along columns, as features."""

from numbers import Integral

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble._compat import Interval, StrOptions
from mmensemble.features.cells._extractor import CellExtractor
from mmensemble.features.cells._minirocket import MiniRocket
from mmensemble.features.cells._scaled import ScaledCells
from mmensemble.features.cells._summary import NAMES, summary
from mmensemble.features.cells._values import CellError, is_empty, shown

#: Length below which series are stretched for convolutions.
_SHORTEST = 9
_MAX_DILATIONS = 32
_NUMBERS = {"number", "boolean"}


class SeriesExtractor(CellExtractor):
    """Turn series into features: one series a cell, or one along the columns.

    Where all columns hold numbers, they are the time steps of one series. Else each
    cell holds a series of numbers (a list, tuple or array of any length), and each
    column has features of its own, which are standardised over the training rows.
    Steps that are missing are interpolated; a cell that is null, or has no step
    that is known, is missing and gets mean features.

    Parameters
    ----------
    kind : {"summary", "minirocket"}, default="summary"
        ``"summary"``: moments, quantiles, trend, autocorrelation and spectrum.
        ``"minirocket"``: shares of positive values of random convolutions; series
        are stretched or shrunk to the median length of the training series.
    n_features : int, default=10_000
        About how many convolution features there are; a multiple of 84, at least 84.
    n_components : int or None, default=None
        How many principal components stand for the features of a column, fewer
        where their rank is smaller. None gives the features themselves.
    random_state : int, RandomState instance or None, default=None
        Seed of the convolutions, and of the components of large tables.

    Attributes
    ----------
    encoders_ : list of encoder
        One a column, or one for all columns that are a series.
    together_ : bool
        Whether the columns were the time steps of one series.
    n_features_in_ : int
        Number of input columns.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the input columns, if they are all strings.

    See Also
    --------
    AudioExtractor : For sound.

    Notes
    -----
    `sample_weight` weighs means and components; which series convolutions have
    their biases from does not depend on it.

    References
    ----------
    Dempster, A., Schmidt, D. F., & Webb, G. I. (2021). MiniRocket: A very fast
    (almost) deterministic transform for time series classification. ACM SIGKDD
    Conference on Knowledge Discovery and Data Mining.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.features import SeriesExtractor
    >>> X = pd.DataFrame({"pulse": [[60, 62, 61], [90, 120, 95, 99], None]})
    >>> extractor = SeriesExtractor().set_output(transform="pandas").fit(X)
    >>> extractor.transform(X)[["pulse_mean", "pulse_std"]].round(1)
       pulse_mean  pulse_std
    0        -1.0       -1.0
    1         1.0        1.0
    2         0.0        0.0
    """

    _parameter_constraints = {
        "kind": [StrOptions({"summary", "minirocket"})],
        "n_features": [Interval(Integral, 84, None, closed="left")],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        kind="summary",
        *,
        n_features=10_000,
        n_components=None,
        random_state=None,
    ):
        self.kind = kind
        self.n_features = n_features
        self.n_components = n_components
        self.random_state = random_state

    def _start(self, X):
        self.together_ = set(_frame.kinds(X)) <= _NUMBERS

    def _encoder(self, seed):
        if self.kind == "summary":
            featurizer = _Summaries()
        else:
            featurizer = _Convolutions(self.n_features, seed)
        return ScaledCells(featurizer, self.n_components, seed)

    def _columns(self, X):
        if not self.together_:
            yield from super()._columns(X)
            return
        cells = np.empty(X.shape[0], dtype=object)
        for row, series in enumerate(self._rows(X)):
            cells[row] = None if np.isnan(series).all() else series
        yield "series", cells

    def _rows(self, X):
        if set(_frame.kinds(X)) <= _NUMBERS:
            return _frame.to_floats(X)
        names = _frame.column_names(X) or [f"x{i}" for i in range(X.shape[1])]
        columns = [
            _step(_frame.column(X, position), name)
            for position, name in enumerate(names)
        ]
        return np.column_stack(columns)

    def _names(self, inputs):
        return ["series"] if self.together_ else list(inputs)

    def _is_empty(self, cell):
        if is_empty(cell):
            return True
        if isinstance(cell, str) or not hasattr(cell, "__len__"):
            return False
        return all(is_empty(step) for step in cell)

    def missing_rows(self, X):
        """Tell which rows have no step at all: they lack the modality.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            Columns of cells, or of time steps.

        Returns
        -------
        missing : ndarray of bool of shape (n_samples,)
            True where each cell is null or empty.
        """
        return super().missing_rows(X)


class _Summaries:
    def read(self, cell):
        return read_series(cell)

    def features(self, values):
        return [summary(series) for series in values]

    def names(self, n_features):
        return NAMES


class _Convolutions:
    def __init__(self, n_features, seed):
        self.n_features = n_features
        self.seed = seed

    def read(self, cell):
        return read_series(cell)

    def learn(self, values, weight):
        values = list(values)
        middle = int(np.median([len(series) for series in values]))
        self.length_ = max(middle, _SHORTEST)
        rocket = MiniRocket(self.n_features, _MAX_DILATIONS, self.seed)
        self.rocket_ = rocket.fit(self._stretched(values))

    def features(self, values):
        return self.rocket_.transform(self._stretched(values))

    def _stretched(self, values):
        return np.stack([stretched(series, self.length_) for series in values])

    def names(self, n_features):
        return [f"convolution{i}" for i in range(n_features)]


def _step(column, name):
    try:
        return _frame.to_float(column)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Column {name!r} was a time step, a number, in fit, and holds something "
            "else now. Give it numbers."
        ) from error


def read_series(cell):
    """Return a cell as a series of finite numbers, what is missing interpolated.

    Examples
    --------
    >>> read_series([1, None, 3])
    array([1., 2., 3.])
    """
    try:
        series = np.asarray(cell)
        if series.dtype == object:  # pandas' NA is no float
            series = np.where(pd.isna(series), np.nan, series)
        series = series.astype(np.float64)
    except (TypeError, ValueError) as error:
        more = " Make a list of it first." if isinstance(cell, str) else ""
        raise CellError(f"{shown(cell)} is no series of numbers.{more}") from error
    if series.ndim == 0:
        series = series.reshape(1)
    if series.ndim != 1:
        raise CellError(
            f"{shown(cell)} has {series.ndim} dimensions. Give each channel a column "
            "of its own."
        )
    if np.isinf(series).any():
        raise CellError("the series contains infinity. Make it missing or finite.")
    unknown = np.isnan(series)
    if unknown.any():
        steps = np.arange(len(series))
        series = np.interp(steps, steps[~unknown], series[~unknown])
    return series


def stretched(series, length):
    """Return a series of another length, interpolated between its steps."""
    if len(series) == length:
        return series
    places = np.linspace(0, len(series) - 1, length)
    return np.interp(places, np.arange(len(series)), series)
