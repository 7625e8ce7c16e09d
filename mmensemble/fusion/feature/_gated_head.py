"""A linear head on gated features, both trained together."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from mmensemble.fusion._heads import descend
from mmensemble.numerics._logistic import LogisticFit, RidgeLogistic
from mmensemble.numerics._ridge import ridge_regression


@dataclass(frozen=True)
class GatedRows:
    """What a gated head reads of some rows.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_features)
        Standardised features side by side, zero where absent.
    indicators : ndarray of shape (n_samples, n_indicators)
        Presence indicators, which the gate and the head see and no gate closes.
    """

    features: np.ndarray
    indicators: np.ndarray

    def take(self, rows):
        """Return the rows at integer positions `rows`."""
        return GatedRows(self.features[rows], self.indicators[rows])

    @property
    def inputs(self):
        """What the gate reads."""
        return np.hstack([self.features, self.indicators])


@dataclass(frozen=True)
class GatedHead:
    """The scores ``[sigmoid(W x + b) * x, indicators] C + c``.

    Parameters
    ----------
    owner : ndarray of int of shape (n_features,)
        Which gate each feature passes.
    factors : tuple of ndarray
        `W`, transposed, as one matrix of shape (n_inputs, n_gates), or as two whose
        product it is.
    bias : ndarray of shape (n_gates,)
        `b`.
    coef : ndarray of shape (n_features + n_indicators, n_outputs)
        `C`.
    intercept : ndarray of shape (n_outputs,)
        `c`.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion.feature._gated_head import GatedHead, GatedRows
    >>> rows = GatedRows(np.array([[1.0, -1.0]]), np.empty((1, 0)))
    >>> head = GatedHead.closed(np.array([0, 1]), rows, 1)
    >>> head.gates(rows)
    array([[0.5, 0.5]])
    """

    owner: np.ndarray
    factors: tuple
    bias: np.ndarray
    coef: np.ndarray
    intercept: np.ndarray

    @classmethod
    def closed(cls, owner, rows, n_outputs, rank=None, seed=0):
        """Return the head with all gates at a half and no coefficients.

        Parameters
        ----------
        owner : ndarray of int of shape (n_features,)
        rows : GatedRows
        n_outputs : int
        rank : int, default=None
            Largest rank of `W`; above it comes a product of two factors, the
            first drawn at random, the second zero.
        seed : int, default=0

        Returns
        -------
        head : GatedHead
        """
        n_inputs, n_gates = rows.inputs.shape[1], int(owner.max(initial=-1)) + 1
        factors = (np.zeros((n_inputs, n_gates)),)
        if rank is not None and rank < min(n_inputs, n_gates):
            drawn = np.random.default_rng(seed).normal(size=(n_inputs, rank))
            factors = drawn / np.sqrt(n_inputs), np.zeros((rank, n_gates))
        coef = np.zeros((n_inputs, n_outputs))
        return cls(owner, factors, np.zeros(n_gates), coef, np.zeros(n_outputs))

    def gates(self, rows):
        """Return the gates of each row, between 0 and 1."""
        return expit(linalg_chain(rows.inputs, self.factors) + self.bias)

    def gated(self, rows):
        """Return the features after the gates."""
        return self.gates(rows)[:, self.owner] * rows.features

    def scores(self, rows):
        """Return the scores of each row, of shape (n_samples, n_outputs)."""
        return (
            np.hstack([self.gated(rows), rows.indicators]) @ self.coef + self.intercept
        )

    def part(self, inputs, features):
        """Return the head on some of its inputs, as where a descent can begin.

        Parameters
        ----------
        inputs : ndarray of int
            Inputs that are kept, features first.
        features : ndarray of int
            Features that are kept.
        """
        owner, kept = self.owner[features], np.unique(self.owner[features])
        factors = list(self.factors)
        factors[-1] = factors[-1][:, kept]
        factors[0] = factors[0][inputs]
        return GatedHead(
            np.searchsorted(kept, owner),
            tuple(factors),
            self.bias[kept],
            self.coef[inputs],
            self.intercept,
        )

    def shut(self):
        """Return the head with all gates back at a half."""
        factors = (*self.factors[:-1], np.zeros_like(self.factors[-1]))
        return replace(self, factors=factors, bias=np.zeros_like(self.bias))

    def pack(self):
        """Return all parameters as one vector."""
        parts = [*self.factors, self.bias, self.coef, self.intercept]
        return np.concatenate([part.ravel() for part in parts])

    def unpack(self, theta):
        """Return the head with the parameters of a vector."""
        parts, start = [], 0
        for old in (*self.factors, self.bias, self.coef, self.intercept):
            parts.append(theta[start : start + old.size].reshape(old.shape))
            start += old.size
        return replace(
            self,
            factors=tuple(parts[:-3]),
            bias=parts[-3],
            coef=parts[-2],
            intercept=parts[-1],
        )


def linalg_chain(matrix, factors):
    """Return the product of a matrix with one factor or more."""
    for factor in factors:
        matrix = matrix @ factor
    return matrix


def joint_objective(head, rows, targets, ridge, gate_ridge):
    """Return the function of all parameters that is to be minimised.

    Parameters
    ----------
    head : GatedHead
        Of the shapes wanted.
    rows : GatedRows
    targets : HeadTargets
    ridge : float
        Weight of half the squared coefficients of the head.
    gate_ridge : float
        Weight of half the squares of the gate's factors and bias.

    Returns
    -------
    objective : callable
        Takes a vector, as `GatedHead.pack` makes it; returns value and gradient.
    """
    inputs, X = rows.inputs, rows.features
    n_features = X.shape[1]
    members = np.eye(len(head.bias))[head.owner]  # features by gates

    def objective(theta):
        now = head.unpack(theta)
        gates = expit(linalg_chain(inputs, now.factors) + now.bias)
        seen = np.hstack([gates[:, now.owner] * X, rows.indicators])
        loss, error = targets.loss(seen @ now.coef + now.intercept)
        open_ = ((error @ now.coef[:n_features].T) * X) @ members
        pull = open_ * gates * (1 - gates)
        slopes = [
            *_factor_slopes(inputs, now.factors, pull, gate_ridge),
            pull.sum(axis=0) + gate_ridge * now.bias,
            seen.T @ error + ridge * now.coef,
            error.sum(axis=0),
        ]
        gate_size = sum((f**2).sum() for f in now.factors) + now.bias @ now.bias
        size = gate_ridge * gate_size + ridge * (now.coef**2).sum()
        return loss + size / 2, np.concatenate([slope.ravel() for slope in slopes])

    return objective


def _factor_slopes(inputs, factors, pull, gate_ridge):
    """Return the derivative by each factor of the gate's matrix."""
    if len(factors) == 1:
        return [inputs.T @ pull + gate_ridge * factors[0]]
    first, second = factors
    return [
        inputs.T @ (pull @ second.T) + gate_ridge * first,
        (inputs @ first).T @ pull + gate_ridge * second,
    ]


def fit_linear(head, rows, targets, ridge, *, max_iter=200, tol=1e-6):
    """Return the head with its coefficients fitted, the gates left as they are.

    Parameters
    ----------
    head : GatedHead
        Where the descent begins.
    rows : GatedRows
    targets : HeadTargets
    ridge : float
        Weight of half the squared coefficients, beside the mean loss.
    max_iter : int, default=200
    tol : float, default=1e-6
        As of `descend`: a fit of classes stops where a step gains less than a
        thousandth of it.

    Returns
    -------
    head : GatedHead
    """
    seen = np.hstack([head.gated(rows), rows.indicators])
    args = seen, targets.values, targets.share
    if targets.is_classification:
        start = LogisticFit(head.coef, head.intercept)
        fit = RidgeLogistic(*args).solve(
            ridge, start, tol=1e-3 * tol, max_iter=max_iter
        )
        return replace(head, coef=fit.coef, intercept=fit.intercept)
    coef, intercept = ridge_regression(*args, ridge)
    return replace(head, coef=coef, intercept=intercept)


def fit_joint(head, rows, targets, ridge, gate_ridge, **options):
    """Return the head with gates and coefficients fitted together.

    Parameters
    ----------
    head : GatedHead
        Where the descent begins.
    rows : GatedRows
    targets : HeadTargets
    ridge, gate_ridge : float
        As in `joint_objective`; an infinite `gate_ridge` leaves gates at a half.
    **options : dict
        For `descend`.

    Returns
    -------
    head : GatedHead
    """
    if np.isinf(gate_ridge):
        return fit_linear(head, rows, targets, ridge, **options)
    goal = joint_objective(head, rows, targets, ridge, gate_ridge)
    return head.unpack(descend(goal, head.pack(), **options))
