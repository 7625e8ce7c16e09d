"""From probabilities to a label: the most probable, the dearest to miss, and others."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sklearn.metrics import get_scorer

from mmensemble.learners._scoring import score_of, weights_for

#: Scores that read probabilities or ranks, so that no decision changes them.
_OF_PROBABILITIES = ("log_loss", "brier_score", "roc_auc", "average_precision")
#: Thresholds tried for two classes, and factors for each of more.
_THRESHOLDS = np.linspace(0.01, 0.99, 99)
_FACTORS = np.geomspace(0.1, 10, 13)
_PASSES = 3
#: Labels that are drawn to tune weights on, about.
_DRAWN = 20_000


@dataclass(frozen=True)
class DecisionRule:
    """How labels are decided on; by default the most probable one.

    Parameters
    ----------
    weights : ndarray of shape (n_classes,) or (n_samples, n_classes), or None
        The class with the largest product of weight and probability is chosen.
    costs : ndarray of shape (n_classes, n_classes) or None
        Cost of each prediction (column) where a class (row) is true; the smallest
        expected cost is chosen.
    function : callable or None
        From probabilities to positions of classes.
    """

    weights: np.ndarray | None = None
    costs: np.ndarray | None = None
    function: object = None

    def decide(self, probabilities):
        """Return the position of the class decided on, of shape (n_samples,)."""
        if self.costs is not None:
            return (probabilities @ self.costs).argmin(axis=1)
        if self.function is not None:
            return self._called(probabilities)
        if self.weights is not None:
            probabilities = probabilities * self.weights
        return probabilities.argmax(axis=1)

    def _called(self, probabilities):
        codes = np.asarray(self.function(probabilities))
        n_rows, n_classes = probabilities.shape
        right = codes.shape == (n_rows,) and codes.dtype.kind in "iu"
        if not right or (n_rows and not 0 <= codes.min() <= codes.max() < n_classes):
            raise ValueError(
                "The function given as 'decision' must return the position of a class "
                f"for each row, integers from 0 to {n_classes - 1} of shape "
                f"({n_rows},); got {codes.dtype} of shape {codes.shape}."
            )
        return codes


def make_rule(decision, task):
    """Return the rule that an estimator's `decision` stands for.

    Parameters
    ----------
    decision : {"argmax", "prior"}, array-like or callable
    task : Task
        Of classification.

    Returns
    -------
    rule : DecisionRule

    Raises
    ------
    ValueError
        For costs of another shape, or that are no finite numbers.
    """
    if callable(decision):
        return DecisionRule(function=decision)
    if not isinstance(decision, str):
        return DecisionRule(costs=_checked_costs(decision, len(task.classes)))
    if decision == "argmax":
        return DecisionRule()
    return DecisionRule(weights=_inverse(task.prior))


def _inverse(prior):
    return np.divide(1, prior, out=np.zeros(len(prior)), where=prior > 0)


def _checked_costs(costs, n_classes):
    try:
        costs = np.asarray(costs, dtype=float)
    except (TypeError, ValueError):
        costs = np.empty(0)
    if costs.shape != (n_classes, n_classes) or not np.isfinite(costs).all():
        raise ValueError(
            "A matrix of costs given as 'decision' must hold finite numbers, one row "
            f"for each true class and one column for each prediction, "
            f"({n_classes}, {n_classes}) here; got shape {costs.shape}."
        )
    return costs


def settle(decision, scoring=None):
    """Return what is decided by at once, and the score that it is tuned for.

    Parameters
    ----------
    decision : str, array-like or callable
        As given to the estimator.
    scoring : None, str or callable, default=None
        What the fusion is to be good at, for "auto".

    Returns
    -------
    decision : {"argmax", "prior"}, array-like or callable
        As `make_rule` takes it.
    score : None, str or callable
        None where nothing is to be tuned: balanced accuracy needs the frequencies
        only, and scores of probabilities no decision.

    Raises
    ------
    ValueError
        Where the decision is to be tuned for a score that no decision changes.
    """
    if not isinstance(decision, str) or decision in ("argmax", "prior"):
        return decision, None
    score = scoring if decision == "auto" else decision
    if score == "balanced_accuracy":
        return "prior", None
    if score is None or score in ("accuracy", "score"):
        return "argmax", None
    if isinstance(score, str) and any(part in score for part in _OF_PROBABILITIES):
        if decision != "auto":
            raise ValueError(
                f"The 'decision' parameter is {decision!r}, a score of probabilities, "
                "which no decision changes; name a score of labels, such as 'f1', or "
                "leave it at 'auto'."
            )
        return "argmax", None
    return "argmax", score


def tune_rule(scoring, probabilities, y, task, weight=None, *, coarse=1):
    """Return the rule with the best score on out-of-fold probabilities.

    The most probable class and that of the largest probability over its prior,
    which is best for balanced accuracy (Menon et al. 2013), compete with weights of
    the classes that are best for the score if the probabilities are right: for
    labels drawn from them, which vary less than those at hand (the plug-in of
    Dembczynski et al. 2013). The labels at hand decide among the three.

    Parameters
    ----------
    scoring : str or callable
    probabilities : ndarray of shape (n_samples, n_classes)
        Out of fold.
    y : ndarray of shape (n_samples,)
        Labels.
    task : Task
    weight : ndarray of shape (n_samples,), default=None
    coarse : int, default=1
        Weights are tuned on so many times fewer labels, and every so manieth is tried.

    Returns
    -------
    rule : DecisionRule

    References
    ----------
    Menon, A. K., Narasimhan, H., Agarwal, S., & Chawla, S. (2013). On the
    statistical consistency of algorithms for binary classification under class
    imbalance. International Conference on Machine Learning.

    Dembczynski, K., Jachnik, A., Kotlowski, W., Waegeman, W., & Huellermeier, E.
    (2013). Optimizing the F-measure in multi-label classification: Plug-in rule
    approach versus structured loss minimization. International Conference on
    Machine Learning.
    """
    scorer = get_scorer(scoring) if isinstance(scoring, str) else scoring

    simple = [DecisionRule(), DecisionRule(weights=_inverse(task.prior))]

    def score(rule, rows, labels):
        if len(np.unique(labels)) < 2:
            return -np.inf
        own = weights_for(scorer, None if weight is None else weight[rows])
        decided = replace(task, rule=rule)
        # as other scorers of predictions are given the rows: by their number alone
        X = np.arange(len(labels))[:, None]
        found = score_of(scorer, probabilities[rows], decided, X, labels, own)
        return np.nan_to_num(found["score"], nan=-np.inf)

    every = np.arange(len(y))
    rows = np.tile(every, max(1, _DRAWN // coarse // len(y)))
    labels = task.classes[_draw(probabilities[rows])]
    of_drawn = partial(score, rows=rows, labels=labels)
    candidates = [*simple, _tuned(of_drawn, simple, task, coarse)]
    return max(candidates, key=lambda rule: score(rule, every, y))


def _draw(probabilities):
    """Return the position of a class for each row, drawn as probable as it is."""
    place = np.random.default_rng(0).random((len(probabilities), 1))
    reached = np.cumsum(probabilities, axis=1) < place
    return np.minimum(reached.sum(axis=1), probabilities.shape[1] - 1)


def _tuned(score, simple, task, coarse):
    """Return the best weights: a threshold for two classes, else one by one."""
    if len(task.classes) == 2:
        cuts = _THRESHOLDS[coarse // 2 :: coarse]
        tried = [DecisionRule(weights=np.array([cut, 1 - cut])) for cut in cuts]
        scores = np.array([score(rule) for rule in tried])
        top = np.flatnonzero(scores >= np.nanmax(scores) - 1e-12)
        return tried[top[len(top) // 2]] if len(top) else simple[0]
    start = max(simple, key=score)
    weights = np.ones(len(task.classes)) if start.weights is None else start.weights
    reached = score(DecisionRule(weights=weights))
    for _ in range(max(1, _PASSES // coarse)):
        before = reached
        for k in range(len(weights)):
            for factor in _FACTORS[coarse // 2 :: coarse]:
                trial = weights.copy()
                trial[k] *= factor
                found = score(DecisionRule(weights=trial))
                if found > reached:
                    weights, reached = trial, found
        if reached <= before:
            break
    return DecisionRule(weights=weights)
