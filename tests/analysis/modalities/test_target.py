"""Targets as numbers."""

import numpy as np
import pytest
from sklearn.exceptions import DataConversionWarning

from mmensemble.analysis.modalities._target import make_target


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (["b", "a", "b"], ["a", "b"]),
        ([1, 0, 1], [0, 1]),
        ([2.0, 1.0, 2.0], [1.0, 2.0]),
        ([True, False, True], [False, True]),
    ],
)
def test_classes_become_indicators(y, classes):
    target = make_target(y, np.zeros((3, 1)))
    assert target.is_classification
    assert list(target.task.classes) == classes
    np.testing.assert_array_equal(target.values, [[0, 1], [1, 0], [0, 1]])


@pytest.mark.parametrize("y", [np.arange(30), np.arange(30) / 7, np.ones((30, 2))])
def test_numbers_stay_numbers(y):
    target = make_target(y, np.zeros((30, 1)))
    assert not target.is_classification
    np.testing.assert_array_equal(target.values, y.reshape(30, -1))


def test_the_task_can_be_told():
    y = np.arange(30)
    assert make_target(y // 3, y[:, None], "classification").values.shape == (30, 10)
    assert not make_target(y % 2, y[:, None], "regression").is_classification
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        assert make_target(y[:, None], y[:, None]).y.shape == (30,)
    assert make_target(None, y[:, None]) is None


def test_what_is_refused():
    X = np.zeros((3, 1))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        make_target([1, 2], X)
    with pytest.raises(ValueError, match="Input y contains NaN"):
        make_target([1, 2, np.nan], X)
    with pytest.raises(ValueError, match="takes one label a row, got y of shape"):
        make_target([[1, 0], [0, 1], [1, 1]], X, "classification")
    with pytest.raises(ValueError, match=r"y holds text such as '[^']+', and a regres"):
        make_target(["a", "b", "c"], X, "regression")
