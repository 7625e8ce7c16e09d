"""What folds have in common where they differ."""

import numpy as np
import pytest

from mmensemble.learners._task import make_task
from mmensemble.model_selection._fold import FoldResult
from mmensemble.model_selection._pooled_task import (
    align_predictions,
    number_repeats,
    pool_task,
)

Y = np.array(["a", "b", "b", "c"])


def fold(task):
    """Return a fold with a task, or none."""
    return FoldResult(np.arange(2), np.arange(2, 4), [], {}, task)


def test_classes_are_those_of_all_rows():
    """Whichever labels the folds have seen, and though the first one failed."""
    own = make_task(Y[:2], classifier=True)
    task = pool_task([fold(None), fold(own)], Y)
    assert task.classes.tolist() == ["a", "b", "c"]
    assert task.prior.tolist() == [0.25, 0.5, 0.25]
    numbers = np.array([[1.0], [2.0]])
    regression = pool_task([fold(make_task(numbers, classifier=False))], numbers)
    assert not regression.is_classification
    assert not regression.squeeze
    assert pool_task([fold(None)], Y) is None


@pytest.mark.parametrize("shape", [(5, 2), (3, 5, 2)])
def test_unseen_labels_have_no_chance(shape):
    """Columns go where their labels are, the others are zero."""
    predictions = np.random.default_rng(0).uniform(size=shape)
    task = make_task(Y, classifier=True)
    found = align_predictions(predictions, np.array(["a", "c"]), task)
    np.testing.assert_array_equal(found[..., [0, 2]], predictions)
    assert (found[..., 1] == 0).all()
    numbers = make_task(np.ones(4), classifier=False)
    assert align_predictions(predictions, None, numbers) is predictions


def test_a_row_that_recurs_begins_a_repeat():
    """Also where the repeats are no partitions."""
    tests = [np.array(rows) for rows in ([0, 1], [2], [1, 2], [0], [0])]
    assert number_repeats(tests) == [0, 0, 1, 1, 2]
