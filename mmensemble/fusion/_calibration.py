"""Calibration of each member's probabilities, before a rule combines them.

A fusion takes part by having a parameter `calibrate`; `BaseFusion` does the
rest. What a fusion learns from is cross-fitted: the calibrator of a training row
has not seen that row's target, nor those of its group. New rows get the
calibrators of all training rows.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, softmax
from sklearn.isotonic import IsotonicRegression

from mmensemble._compat import StrOptions
from mmensemble._splits import inner_folds
from mmensemble.fusion._weights import one_hot
from mmensemble.numerics._logistic import RidgeLogistic

#: Least probability whose log odds are taken: within about 28 of zero, so that one
#: certain member cannot carry a logistic regression.
_TINY = 1e-12
#: Temperatures between a twentieth and twenty are tried.
_LOG_RANGE = np.log(20.0)


@dataclass(frozen=True)
class Sigmoid:
    """Logistic regression of each class against the rest on its own log odds.

    Platt (1999), "Probabilistic outputs for support vector machines", with his
    targets, which keep it finite where the classes are apart; several classes by
    one against the rest, then normalised (Zadrozny & Elkan 2002).

    Parameters
    ----------
    slopes, intercepts : ndarray of shape (n_columns,)
        One column for two classes, else one a class.
    """

    slopes: np.ndarray
    intercepts: np.ndarray

    @classmethod
    def fit(cls, probabilities, targets, weight):
        """Learn from rows of probabilities and indicators, all with a weight."""
        odds = _columns(_log_odds(probabilities))
        fits = [
            _platt(column, target, weight)
            for column, target in zip(odds.T, _columns(targets).T, strict=True)
        ]
        return cls(*np.array(fits).T)

    def apply(self, probabilities):
        """Return calibrated probabilities."""
        odds = _columns(_log_odds(probabilities))
        return _joined(expit(odds * self.slopes + self.intercepts))


@dataclass(frozen=True)
class Isotonic:
    """A rising step function of each class's own probability, then normalised.

    Zadrozny & Elkan (2002), "Transforming classifier scores into accurate
    multiclass probability estimates". From n rows no probability within
    1 / (n + 2) of 0 or 1 is learnt.

    Parameters
    ----------
    steps : tuple of (inputs, outputs)
        Knots of each column; one column for two classes, else one a class.
    """

    steps: tuple

    @classmethod
    def fit(cls, probabilities, targets, weight):
        """Learn from rows of probabilities and indicators, all with a weight."""
        edge = 1 / (len(weight) + 2)
        model = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip")
        steps = []
        for column, target in zip(
            _columns(probabilities).T, _columns(targets).T, strict=True
        ):
            model.fit(column, target, weight)
            steps.append((model.X_thresholds_, model.y_thresholds_))
        return cls(tuple(steps))

    def apply(self, probabilities):
        """Return calibrated probabilities."""
        columns = _columns(probabilities).T
        parts = [
            np.interp(column, *knots)
            for column, knots in zip(columns, self.steps, strict=True)
        ]
        return _joined(np.column_stack(parts))


@dataclass(frozen=True)
class Temperature:
    """Log probabilities divided by one number, the temperature, for all classes.

    Guo, Pleiss, Sun & Weinberger (2017), "On calibration of modern neural
    networks": it minimises the log loss.

    Parameters
    ----------
    value : float
    prior : ndarray of shape (n_classes,), default=None
        What all rows have at an infinite temperature, positive; None: equal shares.
    """

    value: float
    prior: np.ndarray | None = None

    @classmethod
    def fit(cls, probabilities, targets, weight, prior=None):
        """Learn from rows of probabilities and indicators, all with a weight.

        Rows of a class that never has any probability are left out: no member that
        predicted them has seen it, and no temperature mends that.
        """
        own = (probabilities * targets).sum(axis=1)
        known = (own > 0) @ targets > 0
        rows = targets @ known > 0
        if rows.any():
            probabilities, targets = probabilities[rows], targets[rows]
            weight = weight[rows]
        logs = _logs(probabilities)

        def loss(log_temperature):
            heated = _tempered(logs, np.exp(log_temperature), prior)
            own = np.clip((heated * targets).sum(axis=1), _TINY, None)
            return -np.average(np.log(own), weights=weight)

        found = minimize_scalar(
            loss,
            bounds=(-_LOG_RANGE, _LOG_RANGE),
            method="bounded",
            options={"xatol": 1e-8},
        )
        return cls(float(np.exp(found.x)), prior)

    def apply(self, probabilities):
        """Return calibrated probabilities."""
        return _tempered(_logs(probabilities), self.value, self.prior)


METHODS = {"sigmoid": Sigmoid, "isotonic": Isotonic, "temperature": Temperature}
#: Constraint of the parameter, the same in every fusion that has it.
CALIBRATE = [None, StrOptions(set(METHODS))]


def fit_calibrators(data, method):
    """Return the calibrators of all training rows, by the members' names.

    Parameters
    ----------
    data : FusionData
        Training rows with out-of-fold predictions.
    method : {None, "sigmoid", "isotonic", "temperature"}

    Returns
    -------
    calibrators : dict of str to Sigmoid, Isotonic or Temperature
        Empty where nothing is to be calibrated, or where the rows, or their
        groups, are too few for folds.
    """
    if method is None or data.calibrated or not _folds(data):
        return {}
    return _learn(data, np.arange(data.n_samples), method)


def apply_calibrators(data, calibrators):
    """Return the view with calibrated predictions.

    A member without a calibrator stays as it is.
    """
    everyone = np.arange(data.n_samples)
    out = np.array(data.predictions)
    _apply(data, everyone, calibrators, out)
    return replace(data, predictions=out, calibrated=True)


def cross_calibrate(data, method):
    """Return the training view, each row calibrated by calibrators of other rows.

    Parameters
    ----------
    data : FusionData
        Training rows with out-of-fold predictions.
    method : {"sigmoid", "isotonic", "temperature"}
    """
    out = np.array(data.predictions)
    for train, test in _folds(data):
        _apply(data, test, _learn(data, train, method), out)
    return replace(data, predictions=out, calibrated=True)


def _folds(data):
    """Return folds that cover every row; those without weight are only tested.

    Rows of folds that `inner_folds` leaves out, for lack of a class in training,
    are calibrated by the rest: a class without rows can be calibrated.
    """
    everyone = np.arange(data.n_samples)
    weighty = np.flatnonzero(data.weight > 0)
    groups = None if data.groups is None else data.groups[weighty]
    splits = inner_folds(data.y[weighty], classifier=True, groups=groups)
    folds = [(weighty[train], weighty[test]) for train, test in splits]
    if not folds:
        return []
    tested = np.concatenate([test for _, test in folds])
    lost = np.setdiff1d(everyone, tested)
    return [*folds, (tested, lost)] if len(lost) else folds


def _learn(data, rows, method):
    """Return a calibrator for each member that has predicted any of the rows."""
    weight = data.weight
    rows = rows[weight[rows] > 0]
    calibrators = {}
    for position, member in enumerate(data.members):
        own = rows[~np.isnan(data.predictions[rows, position, 0])]
        if len(own):
            targets = one_hot(data.y[own], data.task.classes)
            share = weight[own] / weight[own].mean()
            predicted = data.predictions[own, position]
            calibrators[member.name] = METHODS[method].fit(predicted, targets, share)
    return calibrators


def _apply(data, rows, calibrators, out):
    """Write calibrated predictions of some rows into `out`."""
    for position, member in enumerate(data.members):
        own = rows[~np.isnan(data.predictions[rows, position, 0])]
        if len(own) and member.name in calibrators:
            known = data.predictions[own, position]
            out[own, position] = calibrators[member.name].apply(known)


def _platt(odds, target, weight):
    """Return slope and intercept of one class against the rest.

    By Newton's method with a line search, as Lin, Lin & Weng (2007), "A note on
    Platt's probabilistic outputs for support vector machines", propose.
    """
    n_yes, n_all = weight @ target, weight.sum()
    soft = np.where(target > 0, (n_yes + 1) / (n_yes + 2), 1 / (n_all - n_yes + 2))
    center, spread = odds.mean(), odds.std()
    level = logit(np.average(soft, weights=weight))
    if spread < 1e-9:
        return 0.0, level
    column = ((odds - center) / spread)[:, None]
    problem = RidgeLogistic(column, np.column_stack([1 - soft, soft]), weight)
    fit = problem.solve(0.0, tol=1e-14)
    slope, height = np.diff(fit.coef[0])[0], np.diff(fit.intercept)[0]
    return slope / spread, height - slope / spread * center


def _columns(matrix):
    """Return what is calibrated: one column for two classes, else one a class."""
    return matrix[:, 1:] if matrix.shape[1] == 2 else matrix


def _joined(columns):
    """Return probabilities of all classes that sum to one."""
    if columns.shape[1] == 1:
        return np.hstack([1 - columns, columns])
    return columns / columns.sum(axis=1, keepdims=True)


def _tempered(logs, temperature, prior):
    """Return probabilities of log probabilities, drawn towards the prior."""
    base = 0.0 if prior is None else np.log(prior)
    return softmax(base + (logs - base) / temperature, axis=1)


def _logs(probabilities):
    return np.log(np.clip(probabilities, _TINY, None))


def _log_odds(probabilities):
    return logit(np.clip(probabilities, _TINY, 1 - _TINY))
