"""Multinomial logistic regression with a ridge penalty on a kernel's features."""

import numpy as np
from scipy.linalg import lapack
from scipy.optimize import minimize

#: Coefficients up to which Newton's method is quicker than L-BFGS.
_NEWTON = 300
#: Relative to the sum of weights; from strong to weak.
_PENALTIES = np.logspace(0, -5, 6)
#: Rows times columns times classes from which one held-out part has to do.
_LARGE_WORK = 3_000_000


def contrasts(n_classes):
    """Return orthonormal columns that are orthogonal to the vector of ones.

    Scores of K classes that sum to zero have K - 1 coordinates in this basis; the
    ridge penalty is the same in both.
    """
    basis = np.eye(n_classes)[:, 1:]
    basis[0] = -1.0
    return np.linalg.qr(basis)[0]


def objective(theta, features, targets, weight, penalty, basis, offset=0.0):
    """Return penalised log loss and its gradient.

    ``sum_i weight_i loss_i + penalty / 2 * |coef|^2``; the last row of `theta`, the
    intercepts, is free.

    Parameters
    ----------
    theta : ndarray of shape ((n_features + 1) * (n_classes - 1),)
    features : ndarray of shape (n_samples, n_features + 1)
        With a last column of ones.
    targets : ndarray of shape (n_samples, n_classes)
    weight : ndarray of shape (n_samples,)
    penalty : float
    basis : ndarray of shape (n_classes, n_classes - 1)
    offset : float or ndarray of shape (n_samples, n_classes), default=0.0
        Scores to which those of the features are added.

    Returns
    -------
    value : float
    gradient : ndarray of the shape of `theta`
    """
    args = features, targets, weight, penalty, basis, offset
    value, gradient, _ = _evaluate(theta.reshape(features.shape[1], -1), args)
    return value, gradient.ravel()


def _evaluate(coef, args):
    """Return the objective, its gradient, and the fitted probabilities."""
    features, targets, weight, penalty, basis, offset = args
    scores = features @ coef @ basis.T + offset
    log_norm = _log_norm(scores)
    chance = np.exp(scores - log_norm[:, None])
    loss = weight @ (log_norm - (scores * targets).sum(axis=1))
    gradient = features.T @ (((chance - targets) * weight[:, None]) @ basis)
    gradient[:-1] += penalty * coef[:-1]
    return loss + penalty / 2 * (coef[:-1] ** 2).sum(), gradient, chance


def fit_klr(features, targets, weight, penalty, start=None, tol=1e-9, offset=0.0):
    """Fit; return (coefficients, intercepts) of shape (n_features, n_classes) and
    (n_classes,), each with sum zero over the classes.

    Newton's method where coefficients are few; else L-BFGS in coordinates in which
    the curvature's bound (Böhning 1992) is one.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_classes)
        Indicators.
    weight : ndarray of shape (n_samples,)
    penalty : float
    start : tuple of (coefficients, intercepts), default=None
    tol : float, default=1e-9
        Relative change of the objective at which the fit ends.
    offset : float or ndarray of shape (n_samples, n_classes), default=0.0
        Scores to which those of the features are added.

    Returns
    -------
    coef : ndarray of shape (n_features, n_classes)
    intercept : ndarray of shape (n_classes,)
    """
    basis = contrasts(targets.shape[1])
    rows = np.column_stack([features, np.ones(len(features))])
    if start is None:
        prior = np.clip(weight @ targets / weight.sum(), 1e-9, None)
        start = np.zeros((features.shape[1], len(prior))), np.log(prior)
    theta = np.vstack([start[0], start[1]]) @ basis
    args = rows, targets, weight, penalty, basis, offset
    solve = _newton if theta.size <= _NEWTON else _lbfgs
    theta = solve(theta, args, tol) @ basis.T
    return theta[:-1], theta[-1]


def _newton(coef, args, tol, max_iter=50):
    value, gradient, chance = _evaluate(coef, args)
    for _ in range(max_iter):
        step = _direction(chance, gradient, args)
        slope = (gradient * step).sum()
        if -slope <= tol * args[2].sum():
            return coef + step
        size = 1.0
        while size > 1e-6:
            found = _evaluate(coef + size * step, args)
            if found[0] <= value + 1e-4 * size * slope:
                break
            size /= 2
        coef = coef + size * step
        value, gradient, chance = found
    return coef


def _direction(chance, gradient, args):
    """Newton's direction, from the exact Hessian."""
    features, _, weight, penalty, basis, _ = args
    n_columns, k = gradient.shape
    mean = chance @ basis
    hessian = np.empty((n_columns, k, n_columns, k))
    for a in range(k):
        for b in range(a, k):
            curvature = chance @ (basis[:, a] * basis[:, b]) - mean[:, a] * mean[:, b]
            part = features.T @ ((weight * curvature)[:, None] * features)
            hessian[:, a, :, b] = hessian[:, b, :, a] = part
    hessian = hessian.reshape(n_columns * k, -1)
    diagonal = np.full((n_columns, k), penalty)
    diagonal[-1] = 1e-10 * weight.sum()
    hessian.flat[:: len(hessian) + 1] += diagonal.ravel()
    _, step, failed = lapack.dposv(hessian, -gradient.ravel())
    if failed:
        return -gradient / (hessian.flat[:: len(hessian) + 1]).reshape(n_columns, k)
    return step.reshape(n_columns, k)


def _lbfgs(theta, args, tol):
    features, _, weight, penalty, _, _ = args
    bound = weight @ features**2 / 2 + penalty
    scale = 1 / np.sqrt(bound)[:, None]

    def scaled(point):
        value, gradient = objective((point.reshape(theta.shape) * scale).ravel(), *args)
        return value, (gradient.reshape(theta.shape) * scale).ravel()

    options = {"maxiter": 1000, "maxcor": 20, "gtol": 1e-6, "ftol": tol}
    start = (theta / scale).ravel()
    found = minimize(scaled, start, jac=True, method="L-BFGS-B", options=options)
    return found.x.reshape(theta.shape) * scale


def _log_norm(scores):
    top = scores.max(axis=1)
    return top + np.log(np.exp(scores - top[:, None]).sum(axis=1))


def probabilities(scores):
    """Return the softmax function of scores, row by row."""
    return np.exp(scores - _log_norm(scores)[:, None])


def choose_klr(features, targets, weight, splits):
    """Return the penalty with the smallest held-out log loss.

    It walks down from strong to weak, each fit starting at the one before, until
    the loss has risen twice. Where rows times columns times classes exceed
    3,000,000, one held-out part has to do.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_classes)
    weight : ndarray of shape (n_samples,)
    splits : list of (train, test)
        Without any, the penalty is 1.

    Returns
    -------
    penalty : float
    """
    if not splits:
        return 1.0
    if features.size * targets.shape[1] > _LARGE_WORK:
        splits = splits[:1]
    grid = _PENALTIES * weight.sum()
    starts, losses = [None] * len(splits), []
    for penalty in grid:
        total = 0.0
        for s, (train, test) in enumerate(splits):
            starts[s] = fit_klr(
                features[train],
                targets[train],
                weight[train],
                penalty,
                starts[s],
                tol=1e-5,
            )
            scores = features[test] @ starts[s][0] + starts[s][1]
            fitted = (scores * targets[test]).sum(axis=1) - _log_norm(scores)
            total -= weight[test] @ fitted
        losses.append(total)
        if len(losses) > 2 and losses[-3] < losses[-2] < losses[-1]:
            break
    return float(grid[int(np.argmin(losses))])
