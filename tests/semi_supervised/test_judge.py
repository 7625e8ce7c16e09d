"""Scores of rounds on rows held out."""

import numpy as np
import pytest
from semi_cases import base
from sklearn.metrics import get_scorer

from mmensemble.learners._task import make_task
from mmensemble.semi_supervised._chains import Problem
from mmensemble.semi_supervised._judge import Judge

Y = np.array(["u", "v"] * 6)
RIGHT = np.array([[0.9, 0.1], [0.2, 0.8]] * 2)
WRONG = RIGHT[:, ::-1]
TESTS = [np.arange(4), np.arange(4, 8), np.arange(8, 12)]


def judge(weight=None):
    """Return a judge of three folds."""
    rows = np.arange(12)
    problem = Problem(None, Y, base(), rows, rows[:0], np.array(["u", "v"]), weight)
    task = make_task(Y, classifier=True)
    return Judge(problem, task, get_scorer("accuracy"), TESTS)


def test_rounds_are_compared_fold_by_fold():
    """Differences to the first round and their errors."""
    own = judge()
    own.add([RIGHT, WRONG, WRONG], kept=0)
    own.add([RIGHT, RIGHT, WRONG], kept=5)
    table = own.table()
    assert table["kept"].tolist() == [0, 5]
    assert table["score"].tolist() == pytest.approx([1 / 3, 2 / 3])
    gains = np.array([0.0, 1.0, 0.0])
    assert table["std_difference"][1] == pytest.approx(gains.std(ddof=1) / np.sqrt(3))
    assert not own.is_better()  # a third, with an error of a third
    own.add([RIGHT, RIGHT, RIGHT], kept=5)
    assert own.is_better()


def test_equal_rounds_are_not_better():
    """Nor is one fold enough, whose gain has no error."""
    own = judge()
    own.add([RIGHT] * 3)
    assert not own.is_better()


def test_weights_count():
    """A row without weight is no row, in scores and losses."""
    weight = np.where(np.arange(12) % 4 == 0, 1.0, 1e-12)
    mixed = np.vstack([RIGHT[:1], WRONG[1:]])
    own = judge(weight)
    own.add([mixed] * 3)
    assert own.table()["score"][0] == pytest.approx(1.0)
