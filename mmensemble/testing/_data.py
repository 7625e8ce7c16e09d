"""Small tables, recording learners and comparisons for the checks."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags

SIZES = {"a": 2, "b": 3, "c": 2}


@dataclass(frozen=True)
class Case:
    """A table of modalities a, b and c, and what belongs to it.

    Parameters
    ----------
    X : DataFrame of shape (n_samples, 7)
        Columns named ``"modality__position"``.
    y : ndarray of shape (n_samples,)
    modalities : list of (name, extractor, columns)
    groups : ndarray of shape (n_samples,)
    """

    X: pd.DataFrame
    y: np.ndarray
    modalities: list
    groups: np.ndarray

    def hide(self, names, rows=slice(None)):
        """Return the table without modalities `names` in `rows`."""
        X = self.X.copy()
        for name in names:
            columns = [c for c in X if c.startswith(f"{name}__")]
            X.iloc[rows, [X.columns.get_loc(c) for c in columns]] = np.nan
        return X

    def with_extractor(self, extractor):
        """Return the modalities with another extractor."""
        return [(name, extractor, columns) for name, _, columns in self.modalities]


def kind_of(estimator):
    """Return "classifier", "regressor" or "transformer"."""
    return get_tags(estimator).estimator_type or "transformer"


def make_case(kind, n_samples=66, seed=0):
    """Draw a table in which every modality knows something of the target."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n_samples) % 2)
    columns = {}
    for name, size in SIZES.items():
        values = rng.normal(size=(n_samples, size)) + codes[:, None]
        columns.update({f"{name}__{j}": values[:, j] for j in range(size)})
    X = pd.DataFrame(columns)
    y = codes
    if kind == "regressor":
        y = X.sum(axis=1).to_numpy() + rng.normal(size=n_samples)
    modalities = [
        (name, StandardScaler(), [c for c in X if c.startswith(f"{name}__")])
        for name in SIZES
    ]
    return Case(X, y, modalities, np.arange(n_samples) // 3)


def holes(case, seed=1):
    """Return the case with modalities missing at random, never all of a row."""
    rng = np.random.default_rng(seed)
    present = rng.random((len(case.X), len(SIZES))) < 0.75
    present[np.arange(len(case.X)), rng.integers(0, len(SIZES), len(case.X))] = True
    X = case.X
    for position, name in enumerate(SIZES):
        rows = np.flatnonzero(~present[:, position])
        X = replace(case, X=X).hide([name], rows)
    return replace(case, X=X)


def configure(estimator, case, /, **params):
    """Return a clone on the case's modalities, quick and seeded."""
    given = estimator.get_params(deep=False)
    settings = {"modalities": case.modalities, "random_state": 0}
    if given.get("cv") is None:
        settings["cv"] = 3
    if given.get("estimator") is None:
        regression = kind_of(estimator) == "regressor"
        settings["estimator"] = Ridge() if regression else LogisticRegression()
    return clone(estimator).set_params(**{**settings, **params})


def fit(estimator, case, X=None, **metadata):
    """Fit a clone that may warn of empty rows and of splits that cannot teach only."""
    with warnings.catch_warnings():
        for allowed in ("none of the modalities", "inner splits"):
            warnings.filterwarnings("ignore", f".*{allowed}.*", UserWarning)
        return estimator.fit(case.X if X is None else X, case.y, **metadata)


def answer(estimator, X):
    """Return probabilities, predictions or fused features as a 2-D array."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*none of the modalities.*", UserWarning)
        for method in ("predict_proba", "predict", "transform"):
            if hasattr(estimator, method):
                out = getattr(estimator, method)(X)
                break
    out = out.toarray() if hasattr(out, "toarray") else np.asarray(out)
    return out.reshape(len(out), -1)


def ensure(condition, message):
    """Raise AssertionError with `message` unless `condition` holds."""
    if not condition:
        raise AssertionError(message)


def ensure_same(got, expected, message, rtol=1e-7, atol=1e-10):
    """Raise AssertionError with `message` unless two arrays agree."""
    ensure(got.shape == expected.shape, f"{message}: {got.shape} != {expected.shape}")
    if not np.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=True):
        largest = np.nanmax(np.abs(got - expected))
        raise AssertionError(f"{message}: they differ by up to {largest:.3g}")


def ensure_proper(out, kind, message):
    """Raise AssertionError unless numbers are finite and probabilities sum to one."""
    ensure(np.isfinite(out).all(), f"{message}: not all numbers are finite")
    if kind == "classifier":
        ensure((out >= 0).all(), f"{message}: probabilities below zero")
        ensure(
            np.allclose(out.sum(axis=1), 1), f"{message}: probabilities don't sum to 1"
        )


class Log(list):
    """A list that clones share."""

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


class _Recorder(BaseEstimator):
    """Learner that logs which rows, by the first column, it is given."""

    def __init__(self, log=None):
        self.log = log

    def fit(self, X, y, sample_weight=None, groups=None):
        """Log the rows and metadata, and fit."""
        self.seen_ = _first_column(X)
        self.log.append(("fit", self.seen_, self.seen_, sample_weight, groups))
        self.model_ = self._model().fit(np.asarray(X)[:, 1:], y)
        return self

    def predict(self, X):
        """Log the rows, and predict."""
        self.log.append(("predict", self.seen_, _first_column(X), None, None))
        return self.model_.predict(np.asarray(X)[:, 1:])


class RecordingRegressor(RegressorMixin, _Recorder):
    """Ridge regression that logs its rows.

    Parameters
    ----------
    log : Log
        Where to log.
    """

    @staticmethod
    def _model():
        return Ridge()


class RecordingClassifier(ClassifierMixin, _Recorder):
    """Logistic regression that logs its rows.

    Parameters
    ----------
    log : Log
        Where to log.
    """

    @staticmethod
    def _model():
        return LogisticRegression()

    def fit(self, X, y, sample_weight=None, groups=None):
        """Log the rows and metadata, and fit."""
        self.classes_ = np.unique(y)
        return super().fit(X, y, sample_weight, groups)

    def predict_proba(self, X):
        """Log the rows, and give probabilities."""
        self.log.append(("predict", self.seen_, _first_column(X), None, None))
        return self.model_.predict_proba(np.asarray(X)[:, 1:])


def _first_column(X):
    return np.asarray(X)[:, 0].round().astype(int)


def recorded(estimator, kind, /, **params):
    """Return (estimator with recording learners, case with row numbers, log)."""
    case = make_case(kind)
    X = case.X.copy()
    for name in SIZES:
        X[f"{name}__0"] = np.arange(float(len(X)))
    case = replace(case, X=X, modalities=case.with_extractor("passthrough"))
    log = Log()
    regression = kind == "regressor"
    learner = RecordingRegressor(log) if regression else RecordingClassifier(log)
    model = configure(estimator, case, **{"estimator": learner, **params})
    return model, case, log
