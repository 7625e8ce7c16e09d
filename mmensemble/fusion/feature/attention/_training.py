"""How attention is trained: additive start, penalties by inner folds, joint descent."""

import numpy as np

from mmensemble.fusion._heads import descend
from mmensemble.numerics._logistic import LogisticFit, RidgeLogistic
from mmensemble.numerics._penalty_search import choose_by_folds, search_by_folds
from mmensemble.numerics._ridge import ridge_regression

#: Penalties tried, from the strongest: of the linear model, two a decade, then of
#: attention, from none of it on.
_SKIP_PENALTIES = (30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 1e-4)
_PENALTIES = (np.inf, 0.3, 0.1, 0.03, 0.01)
#: The same where training starts from what other rows have taught: of attention and
#: of the linear model alike.
_WARM_PENALTIES = (np.inf, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01)
#: Gradient at which fits stop that are only compared with each other, and the last.
_SEARCH_TOLERANCE = 1e-3
_TOLERANCE = 1e-4
#: Rows below which the walk along the penalties stops at the first rise, by
#: judgement: there a second one is chance more often than not.
_FEW_ROWS = 200
#: Iterations of L-BFGS at each penalty on the way down to the chosen one. With the
#: next it bounds the time; the walk is what regularises (early stopping).
_ITERATIONS = 50
#: The same where penalties are only compared.
_SEARCH_ITERATIONS = 20
#: Share of the linear model that attention carries when it starts: an even split
#: between it and the residual connection.
_CARRIED = 0.5


def fit_linear(features, targets, penalties, start=None, *, tol=1e-5):
    """Return coefficients and intercept of a ridge-penalised linear head.

    Parameters
    ----------
    features : ndarray of shape (n_samples, n_features)
    targets : HeadTargets
    penalties : ndarray of shape (n_features,)
        Weight of half each coefficient's square beside the mean loss, above zero.
    start : tuple of ndarray, default=None
        Where the descent begins. Least squares need none.
    tol : float, default=1e-5
        Largest gradient at which the descent stops.

    Returns
    -------
    coef : ndarray of shape (n_features, n_outputs)
    bias : ndarray of shape (n_outputs,)
    """
    if not targets.is_classification:
        return ridge_regression(features, targets.values, targets.share, penalties)
    start = None if start is None else LogisticFit(*start)
    problem = RidgeLogistic(features, targets.values, targets.share)
    fit = problem.solve(penalties, start, tol=1e-2 * tol)
    return fit.coef, fit.intercept


class AttentionFit:
    """Train an attention net that starts from a linear model, or from other rows' net.

    The start is the additive linear model of these rows: half of it stays in the skip
    columns, the other half is carried by even attention. The penalty shrinks attention
    to this start (as in "L2-SP", Li, Grandvalet & Davoine 2018), so that a strong one
    leaves the linear model, and the gradient of the queries is informed from the
    beginning: from a random start, few rows only teach the values to fit noise.

    From the parameters of another net both it and the linear model start, and are
    shrunk to these, an infinite penalty leaving them as they are.

    Parameters
    ----------
    net : AttentionNet
    tokens : Tokens
        Of the training rows.
    widths : sequence of int
        Skip columns of each modality, which come first and in order; the
        leading ones are the columns of its token.
    targets : HeadTargets
    seed : int
        Of the codes of modalities, where they are many.
    origin : dict of str to ndarray, default=None
        Parameters of a net of the same sizes that other rows have taught.

    Attributes
    ----------
    theta_ : ndarray
        Fitted parameters, as one vector.
    penalty_, skip_penalty_ : float
        Of attention and of the linear model; infinite for even attention.
    found_ : HeldOut or None
        What the choice of the penalty has seen; None where it was given.
    """

    def __init__(self, net, tokens, widths, targets, seed, origin=None):
        self.net, self.tokens, self.widths = net, tokens, widths
        self.targets, self.seed, self.origin = targets, seed, origin

    def fit(self, splits, groups=None, penalty=None):
        """Choose the penalties and train.

        Parameters
        ----------
        splits : list of (train, test) index arrays
        groups : ndarray of shape (n_samples,), default=None
        penalty : float, default=None
            Of attention; None to choose it.

        Returns
        -------
        self : AttentionFit
        """
        share = self.targets.share
        patience = 1 if len(share) < _FEW_ROWS else 2
        if self.origin is None:
            self.skip_penalty_ = choose_by_folds(
                _SKIP_PENALTIES,
                splits,
                self._search_linear,
                self._linear_losses,
                share,
                patience=patience,
            )
        candidates = _PENALTIES if self.origin is None else _WARM_PENALTIES
        self.penalty_, self.found_ = penalty, None
        if penalty is None:
            self.found_ = search_by_folds(
                candidates,
                splits,
                self._search_joint,
                self._joint_losses,
                share,
                groups=groups,
                one_error=True,
                patience=patience,
            )
            self.penalty_ = self.found_.chosen
        everyone = np.arange(len(share))
        path = [p for p in candidates if self.penalty_ < p < np.inf]
        start, theta = self._start(everyone, _TOLERANCE), None
        for step in (*path, self.penalty_):
            theta = self._joint(everyone, step, start, theta, _TOLERANCE)
        self.theta_ = theta
        return self

    def _search_linear(self, rows, penalty, start):
        return self._linear(rows, penalty, start, _SEARCH_TOLERANCE)

    def _linear(self, rows, penalty, start, tol):
        skip = self.tokens.skip[rows]
        penalties = np.full(skip.shape[1], penalty)
        return fit_linear(skip, self.targets.take(rows), penalties, start, tol=tol)

    def _linear_losses(self, fitted, rows):
        coef, bias = fitted
        return self.targets.take(rows).row_losses(self.tokens.skip[rows] @ coef + bias)

    def _search_joint(self, rows, penalty, before):
        """Return where attention starts on these rows, and where it has come."""
        start, theta = before or (self._start(rows, _SEARCH_TOLERANCE), None)
        theta = self._joint(
            rows, penalty, start, theta, _SEARCH_TOLERANCE, _SEARCH_ITERATIONS
        )
        return start, theta

    def _joint(self, rows, penalty, start, theta, tol, max_iter=_ITERATIONS):
        if theta is None:
            theta = self.net.pack(start)
        if np.isinf(penalty):
            return theta
        tokens, targets = self.tokens.take(rows), self.targets.take(rows)
        skip_penalty, anchor = penalty, start
        if self.origin is None:
            skip_penalty = self.skip_penalty_
            anchor = {name: part for name, part in start.items() if name != "skip"}
        objective = self.net.objective(tokens, targets, penalty, skip_penalty, anchor)
        return descend(objective, theta, max_iter=max_iter, tol=tol)

    def _joint_losses(self, fitted, rows):
        scores = self.net.scores(self.net.unpack(fitted[1]), self.tokens.take(rows))
        return self.targets.take(rows).row_losses(scores)

    def _start(self, rows, tol):
        if self.origin is not None:
            return self.origin
        linear = self._linear(rows, self.skip_penalty_, None, tol)
        rng = np.random.default_rng(self.seed)
        return start_parts(self.net, self.tokens.take(rows), self.widths, *linear, rng)


def start_parts(net, tokens, widths, coef, bias, rng):
    """Return parameters at which even attention carries half of a linear model.

    An embedded token begins with the modality's own part in the linear scores;
    then comes a code of its name, then its leading columns. Values read the
    first, keys the second. Queries are zero; their gradient is not.

    Parameters
    ----------
    net : AttentionNet
    tokens : Tokens
    widths : sequence of int
        Skip columns of each modality.
    coef : ndarray of shape (n_skip, n_outputs)
    bias : ndarray of shape (n_outputs,)
    rng : numpy.random.Generator

    Returns
    -------
    parts : dict of str to ndarray
    """
    parts = {name: np.zeros(shape) for name, shape in net.shapes.items()}
    own, skip = _shared_out(net, widths, coef)
    directions, back = _directions(own, tokens, net.width // net.n_heads)
    n_parts = len(back)
    n_code = min(net.width // net.n_heads, net.width - n_parts)
    n_content = min(net.width - n_parts - n_code, net.n_columns - 1)
    embed = parts["embed"]
    embed[:, :n_parts] = directions
    embed[:, n_parts : n_parts + n_code, -1] = _codes(net.n_modalities, n_code, rng)
    content = np.arange(n_content)
    embed[:, n_parts + n_code + content, content] = 1.0
    for first in range(0, net.width, net.width // net.n_heads):
        at = np.arange(n_parts)
        parts["value"][first + at, at] = 1.0
        parts["out"][first + at] = back * (net.n_modalities / net.n_heads)
        at = np.arange(n_code)
        parts["key"][first + at, n_parts + at] = 1.0
    parts["skip"], parts["bias"] = skip, bias
    return parts


def _shared_out(net, widths, coef):
    """Part a linear model: what attention carries of each modality, and the rest."""
    own = np.zeros((net.n_modalities, net.n_columns, net.n_outputs))
    skip, first = coef.copy(), 0
    for m, width in enumerate(widths):
        used = min(width, net.n_columns - 1)
        own[m, :used] = _CARRIED * coef[first : first + used]
        skip[first : first + used] -= own[m, :used]
        first += width
    return own, skip


def _directions(own, tokens, most):
    """Return directions of mean square one in the tokens, and the way to scores."""
    flat = own.reshape(-1, own.shape[2])
    left, spread, right = np.linalg.svd(flat, full_matrices=False)
    n_parts = min(most, max(1, np.count_nonzero(spread > 1e-9 * spread[0])))
    along = (left * spread)[:, :n_parts].reshape(*own.shape[:2], n_parts)
    along = along.transpose(0, 2, 1)
    size = np.sqrt(((along @ tokens.values) ** 2).mean(axis=(0, 2)))
    safe = np.where(size > 0, size, 1.0)
    return along / safe[:, None], safe[:, None] * right[:n_parts]


def _codes(n_modalities, n_code, rng):
    """Return one code a modality: unit vectors, random ones where they are many."""
    if n_modalities <= n_code:
        return np.eye(n_modalities, n_code)
    codes = rng.normal(size=(n_modalities, n_code))
    return codes / np.linalg.norm(codes, axis=1, keepdims=True)
