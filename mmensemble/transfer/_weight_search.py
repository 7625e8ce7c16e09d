"""Which candidate is best: by held-out loss on the target, and on sources in its place.

Few labelled rows tell little about what they should weigh. Each source can stand
for the target: as many of its rows are given as the target has, the others are held
out. What that says is a prior for the target's own held-out loss.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._frame import take_rows
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble.transfer._candidates import fit_candidate

#: Most sources that stand for the target.
_MOST_STANDINS = 5
#: Least probability that the log loss reckons with.
_FLOOR = 1e-3
#: Deviations from which the target's own rows contradict the sources.
_CONFLICT = 2.0
#: Standard errors by which a candidate must be better than pooled.
_DOUBT = 0.5


@dataclass(frozen=True)
class Trial:
    """Rows to fit and rows to predict, of the domain that counts as the target.

    Parameters
    ----------
    target : int
    train, test : ndarray of int
    """

    target: int
    train: np.ndarray
    test: np.ndarray


def make_trials(problem, target, groups):
    """Return the trials on the target and on sources that stand for it.

    Parameters
    ----------
    problem : Problem
    target : int
    groups : ndarray of shape (n_samples,) or None
        Rows of one group never stand on both sides.

    Returns
    -------
    own, standins : list of Trial
    """
    classifier = problem.task.is_classification
    rows = np.flatnonzero(problem.codes == target)
    others = np.flatnonzero(problem.codes != target)
    folds = inner_folds(
        problem.y[rows],
        classifier=classifier,
        groups=None if groups is None else groups[rows],
    )
    own = [
        _trial(target, np.append(others, rows[train]), rows[test], groups)
        for train, test in folds
    ]
    rng = check_random_state(seed_for(problem.seed, "standins"))
    sources = np.unique(problem.codes[others])
    sources = rng.permutation(sources)[:_MOST_STANDINS] if len(sources) > 1 else []
    standins = [_standin(problem, s, rows, others, groups, rng) for s in sources]
    return own, [trial for trial in standins if trial is not None]


def _standin(problem, source, target_rows, others, groups, rng):
    """Return a trial that gives as many of the source's rows as the target has."""
    rows = rng.permutation(np.flatnonzero(problem.codes == source))
    if problem.task.is_classification:
        given = [
            rows[problem.y[rows] == label][: (problem.y[target_rows] == label).sum()]
            for label in problem.task.classes
        ]
        given = np.concatenate(given)
    else:
        given = rows[: len(target_rows)]
    test = np.setdiff1d(rows, given)
    if groups is not None:
        test = test[~np.isin(groups[test], groups[given])]
    if len(given) == 0 or len(test) == 0:
        return None
    train = np.append(others[problem.codes[others] != source], given)
    return _trial(source, train, test, groups)


def _trial(target, train, test, groups):
    """Return a trial whose training rows are of other groups than its test rows."""
    if groups is not None:
        train = train[~np.isin(groups[train], groups[test])]
    return Trial(target, np.sort(train), test)


def row_losses(problem, trial, candidate):
    """Return the loss of every row held out: log loss, or squared error."""
    fitted = fit_candidate(problem, trial.train, trial.target, candidate)
    found = fitted.outputs(take_rows(problem.X, trial.test))
    y = problem.y[trial.test]
    if not problem.task.is_classification:
        return ((y.reshape(len(y), -1) - found) ** 2).mean(axis=1)
    own = found[np.arange(len(y)), np.searchsorted(problem.task.classes, y)]
    return -np.log(np.maximum(own, _FLOOR))


def search(problem, target, candidates, groups, n_jobs=None):
    """Return the losses of all candidates, and which is chosen.

    Parameters
    ----------
    problem : Problem
    target : int
    candidates : list of Candidate
        The first, pooled, is what the others are compared with.
    groups : ndarray of shape (n_samples,) or None
    n_jobs : int, default=None

    Returns
    -------
    table : dict of str to list of length n_candidates
        Columns of the table of what was tried.
    """
    own, standins = make_trials(problem, target, groups)
    jobs = [(trial, candidate) for trial in own + standins for candidate in candidates]
    found = Parallel(n_jobs=n_jobs)(
        delayed(row_losses)(problem, trial, candidate) for trial, candidate in jobs
    )
    n = len(candidates)
    losses = [np.stack(found[i : i + n]) for i in range(0, len(found), n)]
    weights = [problem.own_weight(trial.test) for trial in own + standins]
    evidence = combine(losses, weights, len(own), n)
    best = choose(evidence["difference"], evidence["std_difference"])
    return {
        "weight": [candidate.weight for candidate in candidates],
        "align": [candidate.align for candidate in candidates],
        "towards": [candidate.towards for candidate in candidates],
        **{key: values.tolist() for key, values in evidence.items()},
        "chosen": [position == best for position in range(n)],
    }


def combine(losses, weights, n_own, n_candidates):
    """Return mean losses, and the estimate of what each candidate gains on pooled.

    The mean difference over the sources that stood for the target is the prior
    mean of the target's, its variance between them the prior variance; the rows
    of the target themselves are the evidence. A target unlike all sources shows
    in a gap between the two of more than twice its deviation (a predictive check,
    Box 1980, JRSS A 143(4)): then the prior is as wide as the gap. The variance
    of the target's own mean is corrected for folds that share training rows
    (Nadeau & Bengio 2003, Machine Learning 52).

    Parameters
    ----------
    losses : list of ndarray of shape (n_candidates, n_rows)
        By trial; the first candidate is pooled.
    weights : list of ndarray of shape (n_rows,)
    n_own : int
        So many of the first trials are the target's own.
    n_candidates : int

    Returns
    -------
    evidence : dict of str to ndarray of shape (n_candidates,)
        ``loss_target``, ``loss_sources`` (NaN where there is none),
        ``difference`` and ``std_difference``, its standard error.
    """
    nothing = np.full(n_candidates, np.nan)
    evidence = {"loss_target": nothing, "loss_sources": nothing}
    own_mean = own_variance = prior_mean = prior_variance = None
    if n_own:
        rows = np.concatenate(losses[:n_own], axis=1)
        weight = np.concatenate(weights[:n_own])
        evidence["loss_target"] = np.average(rows, axis=1, weights=weight)
        gaps = rows - rows[0]
        own_mean = np.average(gaps, axis=1, weights=weight)
        spread = np.average((gaps.T - own_mean).T ** 2, axis=1, weights=weight)
        # folds share training rows: test over training rows of one is added
        shared = 1 + n_own / max(1, n_own - 1)
        own_variance = shared * spread / max(1, len(weight) - 1)
    if len(losses) > n_own:
        parts = zip(losses[n_own:], weights[n_own:], strict=True)
        means = np.stack([np.average(p, axis=1, weights=w) for p, w in parts])
        evidence["loss_sources"] = means.mean(axis=0)
        gaps = means - means[:, :1]
        prior_mean = gaps.mean(axis=0)
        # of a single source the gap itself has to do
        prior_variance = gaps.var(axis=0, ddof=1) if len(gaps) > 1 else prior_mean**2
    mean, variance = _posterior(
        own_mean, own_variance, prior_mean, prior_variance, n_candidates
    )
    return evidence | {"difference": mean, "std_difference": np.sqrt(variance)}


def _posterior(own_mean, own_variance, prior_mean, prior_variance, n_candidates):
    """Return mean and variance of two estimates, weighted by their precision."""
    if own_mean is None and prior_mean is None:
        return np.zeros(n_candidates), np.zeros(n_candidates)
    if own_mean is None:
        return prior_mean, prior_variance
    if prior_mean is None:
        return own_mean, own_variance
    squared = (own_mean - prior_mean) ** 2
    conflict = squared > _CONFLICT**2 * (own_variance + prior_variance)
    prior_variance = np.where(conflict, squared, prior_variance)
    total = own_variance + prior_variance
    share = np.divide(
        prior_variance, total, out=np.full(n_candidates, 0.5), where=total > 0
    )
    return share * own_mean + (1 - share) * prior_mean, share * own_variance


def choose(difference, error):
    """Return the position of the candidate that is chosen.

    The best of those that are better than pooled, the first, by more than half of
    their standard error.

    Parameters
    ----------
    difference, error : ndarray of shape (n_candidates,)
    """
    better = np.flatnonzero(difference < -_DOUBT * error)
    return int(better[np.argmin(difference[better])]) if len(better) else 0
