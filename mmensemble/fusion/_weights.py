"""Weights of members, learnt from out-of-fold predictions."""

import numpy as np
from scipy.optimize import nnls
from scipy.special import softmax

from mmensemble._validation import as_weight
from mmensemble.numerics._losses import LEAST_PROBABILITY

#: Least variance that is divided by, or whose log is taken.
_LEAST_VARIANCE = 1e-15


def one_hot(y, classes):
    """Return the targets as an indicator matrix of shape (n_samples, n_classes)."""
    return (np.asarray(y)[:, None] == classes[None, :]).astype(float)


def target_matrix(y, task):
    """Return indicators of the classes, or values, of shape (n_samples, n_outputs)."""
    if task.is_classification:
        return one_hot(y, task.classes)
    y = np.asarray(y, dtype=float)
    return y if y.ndim == 2 else y[:, None]


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
    weight = as_weight(sample_weight, len(targets))
    losses = np.full(predictions.shape[1], np.inf)
    for member in range(predictions.shape[1]):
        rows = ~np.isnan(predictions[:, member, 0])
        if weight[rows].sum() > 0:
            row_loss = row_losses(
                predictions[rows, member], targets[rows], classification
            )
            losses[member] = np.average(row_loss, weights=weight[rows])
    return losses


def row_losses(predicted, targets, classification):
    """Return the log loss or squared error of each row."""
    if classification:
        own = (predicted * targets).sum(axis=1)
        return -np.log(np.clip(own, LEAST_PROBABILITY, None))
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


def posterior_weights(predictions, targets, sample_weight=None, *, classification):
    """Return the posterior probabilities of the members as models of the targets.

    Bayesian model averaging with equal prior probabilities (Hoeting et al. 1999,
    "Bayesian model averaging: a tutorial", Statistical Science 14(4)). The
    marginal likelihood of a member is that of the targets under its out-of-fold
    predictions (Geisser & Eddy 1979, "A predictive approach to model selection",
    JASA 74); for regression under normal errors, whose variance is the member's
    own for each target. Weighted rows count by Kish's effective number.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
        Without NaN: likelihoods of the same rows are compared.
    targets : ndarray of shape (n_samples, n_outputs)
        Indicator matrix or values.
    sample_weight : ndarray of shape (n_samples,), default=None
    classification : bool

    Returns
    -------
    weights : ndarray of shape (n_members,)
    """
    share = as_weight(sample_weight, len(targets))
    n_effective = share.sum() ** 2 / (share**2).sum()
    if classification:
        losses = member_losses(predictions, targets, share, classification=True)
        return softmax(-n_effective * losses)
    squares = (targets[:, None, :] - predictions) ** 2
    variances = np.average(squares, axis=0, weights=share)
    variances = np.clip(variances, _LEAST_VARIANCE, None)
    return softmax(-n_effective / 2 * np.log(variances).sum(axis=1))


def over_present(weights, has):
    """Return weights of what each row has, scaled to sum to one.

    Parameters
    ----------
    weights : ndarray of shape (n_samples, n_members)
    has : ndarray of bool of shape (n_samples, n_members)
        Which member has predicted which row.

    Returns
    -------
    weights : ndarray of shape (n_samples, n_members)
        All equal in a row whose members weigh nothing; zero in a row that no
        member has predicted.
    """
    weights = np.where(has, weights, 0.0)
    empty = ~(weights.sum(axis=1) > 0)
    weights[empty] = has[empty]
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1.0)


def best_mixture(predictions, targets, sample_weight=None, *, classification):
    """Return the weights on the simplex of least log loss or squared error."""
    solve = simplex_log_loss if classification else simplex_squared_error
    return solve(predictions, targets, sample_weight)


def simplex_log_loss(predictions, targets, sample_weight=None):
    """Return the weights on the simplex that minimise the mean's log loss.

    The likelihood of mixing proportions (Lindsay 1995, "Mixture Models: Theory,
    Geometry and Applications"), by Newton's method with the constraints kept
    exactly: each step solves a least squares problem on the simplex (Kim,
    Carbonetto, Stephens & Anitescu 2020, "A fast algorithm for maximum
    likelihood estimation of mixture proportions", JCGS 29(2)).

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
    likelihood = np.einsum("imk,ik->im", predictions, targets)
    likelihood = np.clip(likelihood, LEAST_PROBABILITY, None)
    share = as_weight(sample_weight, len(targets))
    seen = share > 0
    return _best_mixture(likelihood[seen], share[seen] / share.sum())


def _best_mixture(likelihood, share, tol=1e-9, max_iter=100):
    """Newton steps on the simplex until the duality gap is closed."""
    w = np.full(likelihood.shape[1], 1 / likelihood.shape[1])
    root = np.sqrt(share)[:, None]
    for _ in range(max_iter):
        ratio = likelihood / (likelihood @ w)[:, None]
        if (share @ ratio).max() - 1 <= tol:
            break
        step = _nearest_to_origin((2 - ratio) * root) - w
        size = _step_size(ratio @ step, share)
        if size is None:
            break
        w = w + size * step
    return w / w.sum()


def _step_size(change, share):
    """Halve the step until the log loss falls; `change` is that of the mixture.

    No row's likelihood falls below a tenth at once. Whole steps are taken where
    all are small: there Newton's method converges, and falls drown in rounding.
    """
    if np.abs(change).max() < 1e-3:
        return 1.0
    slope, size = share @ change, 1.0
    while slope > 0 and size > 1e-10:
        moved = size * change
        if moved.min() > -0.9 and share @ np.log1p(moved) >= 1e-4 * size * slope:
            return size
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
    share = as_weight(sample_weight, len(targets))
    residuals = targets[:, None, :] - predictions
    spread = np.sqrt(
        np.maximum(
            np.average(
                (targets - np.average(targets, axis=0, weights=share)) ** 2,
                axis=0,
                weights=share,
            ),
            _LEAST_VARIANCE,
        )
    )
    scaled = residuals / spread * np.sqrt(share / share.sum())[:, None, None]
    matrix = scaled.transpose(0, 2, 1).reshape(-1, predictions.shape[1])
    return _nearest_to_origin(matrix)


def _nearest_to_origin(matrix):
    """Return the weights of the columns' mean of smallest norm, on the simplex.

    Solved twice: the solution is accurate where the smallest norm is about one,
    so the second time the columns are divided by what the first has found.
    """
    triangle = np.linalg.qr(matrix, mode="r")
    scale = largest = np.linalg.norm(triangle) or 1.0
    for _ in range(2):
        system = np.vstack([triangle / scale, np.ones(matrix.shape[1])])
        goal = np.zeros(len(system))
        goal[-1] = 1.0
        solution = nnls(system, goal, maxiter=100 * len(system))[0]
        weights = solution / solution.sum()
        scale = max(np.linalg.norm(triangle @ weights), 1e-7 * largest)
    return weights
