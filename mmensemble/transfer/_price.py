"""What a student costs and gains, judged on rows that its teacher has not seen."""

import numpy as np
import pandas as pd
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._frame import take_rows
from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.learners._scoring import score_of, weights_for
from mmensemble.learners._task import outputs
from mmensemble.numerics._resampled import corrected_mean
from mmensemble.transfer._classroom import Classroom

TEACHER = "teacher"
#: Least probability that the log loss reckons with.
_FLOOR = 1e-3


def judge(problem, recipes, splits, unlabelled, scorer, n_jobs=None):
    """Return scores and losses of teacher and students on the rows held out.

    The teacher is fitted anew within each split.

    Parameters
    ----------
    problem : Problem
    recipes : list of Recipe
    splits : list of (train, test) arrays of row numbers
        Labelled rows.
    unlabelled : ndarray of int
        Rows that the teacher labels, but for those of groups held out.
    scorer : callable
    n_jobs : int, default=None

    Returns
    -------
    scores, losses : ndarray of shape (n_splits, 1 + n_recipes)
        Of the teacher first; the losses are log loss or squared error.
    """
    found = Parallel(n_jobs=n_jobs)(
        delayed(_judge_split)(problem, recipes, train, test, unlabelled, scorer)
        for train, test in splits
    )
    scores, losses = zip(*found, strict=True)
    return np.array(scores), np.array(losses)


def _judge_split(problem, recipes, train, test, unlabelled, scorer):
    if problem.groups is not None:
        held_out = np.isin(problem.groups[unlabelled], problem.groups[test])
        unlabelled = unlabelled[~held_out]
    room = Classroom(problem, train, unlabelled)
    y, own = problem.y[test], take_rows(problem.own, test)
    weight = None if problem.weight is None else problem.weight[test]
    params = weights_for(scorer, weight)

    X, targets = take_rows(problem.X, test), target_matrix(y, problem.task)
    asked = [(X, outputs(room.teacher, X, problem.task))]
    asked += [(own, room.teach(recipe).outputs(own)) for recipe in recipes]
    scores = [
        score_of(scorer, predicted, problem.task, table, y, params)["score"]
        for table, predicted in asked
    ]
    stacked = np.stack([predicted for _, predicted in asked], axis=1)
    if problem.task.is_classification:
        stacked = np.maximum(stacked, _FLOOR)
    classes = problem.task.is_classification
    return scores, member_losses(stacked, targets, weight, classification=classes)


def price_table(scores, names, ratio, costs):
    """Return the table of scores, gains and costs.

    Parameters
    ----------
    scores : ndarray of shape (n_splits, n_names)
    names : list of str
        The last is the distilled student; between it and the first, the teacher,
        are the hard ones.
    ratio : float
        Test rows over training rows.
    costs : tuple of float
        Of all modalities, and of the student's.

    Returns
    -------
    table : DataFrame
        One row a name: ``score``, ``std_score``, ``difference`` to the best hard
        student, ``std_difference``, ``cost`` and ``saved``.
    """
    best = best_hard(scores)
    rows = []
    for position, name in enumerate(names):
        cost = costs[0] if name == TEACHER else costs[1]
        rows.append(
            (
                *_mean_and_error(scores[:, position], ratio),
                *_mean_and_error(scores[:, position] - scores[:, best], ratio),
                cost,
                costs[0] - cost,
            )
        )
    columns = ["score", "std_score", "difference", "std_difference", "cost", "saved"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name="model"))


def best_hard(scores):
    """Return the position of the best hard student, the first of equals."""
    means = np.nan_to_num(np.nanmean(scores[:, 1:-1], axis=0), nan=-np.inf)
    return 1 + int(np.argmax(means))


def kept_hard(scores, ratio):
    """Return the position of the hard student to keep, the given one if in doubt.

    Another one has to be better by more than one standard error: which of two
    students does better in a few folds is often a draw.

    Parameters
    ----------
    scores : ndarray of shape (n_splits, n_names)
        As for `price_table`.
    ratio : float
        Test rows over training rows.
    """
    best = best_hard(scores)
    gain, error = _mean_and_error(scores[:, best] - scores[:, 1], ratio)
    return best if gain > error else 1


def search_table(recipes, scores, losses, ratio):
    """Return the table of all that was tried.

    Parameters
    ----------
    recipes : list of Recipe
    scores, losses : ndarray of shape (n_splits, n_recipes)
    ratio : float
        Test rows over training rows.

    Returns
    -------
    table : DataFrame
        One row a recipe: ``model``, ``imitation``, ``features``, ``score``,
        ``std_score`` and ``loss``.
    """
    rows = [
        (r.name, r.imitation, r.hallucinate, *_mean_and_error(own, ratio), loss)
        for r, own, loss in zip(recipes, scores.T, losses.mean(axis=0), strict=True)
    ]
    columns = ["model", "imitation", "features", "score", "std_score", "loss"]
    return pd.DataFrame(rows, columns=columns)


def _mean_and_error(values, ratio):
    found = corrected_mean(values, ratio)
    return found.mean, found.scale
