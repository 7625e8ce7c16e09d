"""Weights of members, learnt from out-of-fold predictions."""

import numpy as np
from scipy.optimize import minimize, nnls

_TINY = 1e-15


def one_hot(y, classes):
    """Return the targets as an indicator matrix of shape (n_samples, n_classes)."""
    return (np.asarray(y)[:, None] == classes[None, :]).astype(float)


def member_losses(predictions, targets, sample_weight=None, *, classification):
    """Return each member's log loss or squared error over the rows it predicts.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
        NaN where a member has none.
    targets : ndarray of shape (n_samples, n_outputs)
        Indicator matrix or values.
    sample_weight : ndarray of shape (n_samples,), default=None
    classification : bool

    Returns
    -------
    losses : ndarray of shape (n_members,)
        Infinite for a member without predictions.
    """
    weight = np.ones(len(targets)) if sample_weight is None else sample_weight
    losses = np.full(predictions.shape[1], np.inf)
    for member in range(predictions.shape[1]):
        rows = ~np.isnan(predictions[:, member, 0])
        if weight[rows].sum() > 0:
            row_loss = _row_loss(
                predictions[rows, member], targets[rows], classification
            )
            losses[member] = np.average(row_loss, weights=weight[rows])
    return losses


def _row_loss(predicted, targets, classification):
    if classification:
        return -np.log(np.clip((predicted * targets).sum(axis=1), _TINY, None))
    return ((predicted - targets) ** 2).mean(axis=1)


def skill_weights(predictions, targets, prior, sample_weight=None, *, classification):
    """Return weights in proportion to each member's skill over the prior.

    The skill score is ``1 - loss / loss of the prior`` (Murphy 1988; for
    squared error the coefficient of determination, for log loss McFadden's);
    members no better than the prior get none, and if all are so, equal weights.

    Returns
    -------
    weights : ndarray of shape (n_members,)
        Non-negative, with sum one.
    """
    losses = member_losses(
        predictions, targets, sample_weight, classification=classification
    )
    constant = np.broadcast_to(prior, targets.shape)[:, None, :]
    base = member_losses(
        constant, targets, sample_weight, classification=classification
    )[0]
    skill = np.clip(1 - losses / base, 0, None) if base > 0 else np.zeros(len(losses))
    skill[~np.isfinite(skill)] = 0
    if skill.sum() == 0:
        return np.full(len(skill), 1 / len(skill))
    return skill / skill.sum()


def simplex_log_loss(predictions, targets, sample_weight=None):
    """Return the weights on the simplex that minimise the mean's log loss.

    Minimises -sum s log(p.w) + sum w over w >= 0, whose solution sums to one
    (the likelihood of mixing proportions; Lindsay 1995, "Mixture Models:
    Theory, Geometry and Applications"), by L-BFGS-B and then Newton steps on
    the weights that are not zero.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_classes)
    targets : ndarray of shape (n_samples, n_classes)
        Indicator matrix.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    weights : ndarray of shape (n_members,)
        Optimal to 1e-8 in the objective (duality gap).
    """
    likelihood = np.clip(np.einsum("imk,ik->im", predictions, targets), _TINY, None)
    share = np.ones(len(targets)) if sample_weight is None else sample_weight
    share = share / share.sum()
    n_members = likelihood.shape[1]

    def objective(w):
        mixed = likelihood @ w
        gradient = 1 - (share / mixed) @ likelihood
        return w.sum() - share @ np.log(mixed), gradient

    start = np.full(n_members, 1 / n_members)
    result = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * n_members,
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 500},
    )
    return _polish(result.x / result.x.sum(), likelihood, share)


def _polish(w, likelihood, share, tol=1e-9, max_iter=100):
    """Newton steps on the positive weights until the duality gap is closed."""
    for _ in range(max_iter):
        ratio = likelihood / (likelihood @ w)[:, None]
        slope = share @ ratio
        if slope.max() - 1 <= tol:
            break
        active = (w > 0) | (slope > 1)
        part = ratio[:, active]
        hessian = (part * share[:, None]).T @ part
        step = np.linalg.lstsq(hessian, slope[active] - 1, rcond=1e-12)[0]
        moved = _line_search(w, active, step, likelihood, share)
        if moved is None:
            break
        w = moved
    return w / w.sum()


def _line_search(w, active, step, likelihood, share):
    def value(u):
        return u.sum() - share @ np.log(np.clip(likelihood @ u, _TINY, None))

    current, size = value(w), 1.0
    while size > 1e-10:
        trial = w.copy()
        trial[active] = np.clip(w[active] + size * step, 0, None)
        if value(trial) < current:
            return trial
        size /= 2
    return None


def simplex_squared_error(predictions, targets, sample_weight=None):
    """Return the weights on the simplex that minimise the mean's squared error.

    The point of smallest norm in the hull of the members' residuals, found as a
    non-negative least squares problem with one row more (Lawson & Hanson 1974,
    "Solving Least Squares Problems", chapter 23): exact, no step size.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_targets)
    targets : ndarray of shape (n_samples, n_targets)
        Each target counts in units of its variance.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    weights : ndarray of shape (n_members,)
    """
    share = np.ones(len(targets)) if sample_weight is None else sample_weight
    residuals = targets[:, None, :] - predictions
    spread = np.sqrt(np.maximum(np.average(
        (targets - np.average(targets, axis=0, weights=share)) ** 2,
        axis=0, weights=share,
    ), _TINY))
    scaled = residuals / spread * np.sqrt(share / share.sum())[:, None, None]
    matrix = scaled.transpose(0, 2, 1).reshape(-1, predictions.shape[1])
    triangle = np.linalg.qr(matrix, mode="r")
    norm = np.linalg.norm(triangle) or 1.0
    system = np.vstack([triangle / norm, np.ones(predictions.shape[1])])
    goal = np.zeros(len(system))
    goal[-1] = 1.0
    solution = nnls(system, goal)[0]
    return solution / solution.sum()
