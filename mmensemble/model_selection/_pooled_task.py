"""What folds have in common where they differ: one task, labels of all of them."""

from dataclasses import replace

import numpy as np

from mmensemble.learners._decision import make_rule
from mmensemble.learners._task import align, make_task


def pool_task(results, y):
    """Return the task of all rows, whichever labels the folds have trained on.

    Parameters
    ----------
    results : list of FoldResult
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)

    Returns
    -------
    task : Task or None
        None where no fold could begin.
    """
    task = next((result.task for result in results if result.task is not None), None)
    if task is None:
        return None
    pooled = make_task(y, classifier=task.is_classification)
    rule = task.rule
    if rule is not None and rule.weights is not None:
        rule = make_rule("prior", pooled)
    return replace(pooled, rule=rule)


def align_predictions(predictions, known, task):
    """Return a fold's predictions with the columns of the pooled task.

    Parameters
    ----------
    predictions : ndarray of shape (..., n_known)
        Probabilities of the labels that the fold has trained on, or values.
    known : ndarray of shape (n_known,) or None
        These labels, sorted; None for regression.
    task : Task
        Of all rows.

    Returns
    -------
    aligned : ndarray of shape (..., n_outputs)
        Zero for a label that the fold has not seen.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.learners._task import make_task
    >>> task = make_task(np.array(["a", "b", "c"]), classifier=True)
    >>> align_predictions(np.array([[0.3, 0.7]]), np.array(["a", "c"]), task)
    array([[0.3, 0. , 0.7]])
    """
    if not task.is_classification:
        return predictions
    rows = np.reshape(predictions, (-1, len(known)))
    aligned = align(rows, known, task.classes)
    return aligned.reshape(*np.shape(predictions)[:-1], task.n_outputs)


def number_repeats(tests):
    """Return which repeat of a cross-validation each test fold belongs to.

    A new repeat begins where a test row recurs.

    Parameters
    ----------
    tests : list of ndarray of int

    Returns
    -------
    repeats : list of int
        All zero where no row is tested twice.
    """
    repeats, seen, current = [], set(), 0
    for test in tests:
        rows = set(test.tolist())
        if seen & rows:
            seen, current = set(), current + 1
        seen |= rows
        repeats.append(current)
    return repeats
