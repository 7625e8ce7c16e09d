"""Folds, and blocks that only training rows teach."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import KFold
from study_cases import study_of, table

from mmensemble.analysis.modalities._study import TARGET, make_folds
from mmensemble.analysis.modalities._target import make_target


def test_folds_test_each_row_once():
    y = np.r_[np.zeros(38), np.ones(2)]
    target = make_target(y, y[:, None])
    for about in (None, target):
        folds = make_folds(40, about, None, 5)
        tested = np.sort(np.concatenate([test for _, test in folds]))
        np.testing.assert_array_equal(tested, np.arange(40))


def test_a_class_of_one_row_does_not_stop_the_folds():
    y = np.r_[np.zeros(39), 1]
    folds = make_folds(40, make_target(y, y[:, None]), None, 5)
    assert len(folds) == 5


def test_folds_keep_groups_together():
    groups = np.arange(40) // 4
    y = np.arange(40) % 2
    for about in (None, make_target(y, y[:, None])):
        for train, test in make_folds(40, about, groups, 5):
            assert not set(groups[train]) & set(groups[test])


def test_folds_of_the_user():
    folds = make_folds(40, None, None, KFold(4))
    np.testing.assert_array_equal(folds[0][1], np.arange(10))
    assert make_folds(7, None, None, 5) == []


def test_blocks_do_not_see_the_test_rows():
    X, y = table()
    study = study_of(X, y)
    train, test = study.folds[0]
    changed = X.copy()
    changed.iloc[test] = 1e6
    other = study_of(changed, y)
    np.testing.assert_array_equal(
        study.blocks(0).of((0, 1, 2), train), other.blocks(0).of((0, 1, 2), train)
    )


def test_blocks_are_read_once():
    study = study_of(*table())
    study.prepare()
    assert study.blocks(1) is study.blocks(1)
    assert study.names == ["a", "b", "c"]
    assert study.everyone == (0, 1, 2)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_threads_change_nothing(n_jobs):
    study = study_of(*table(), n_jobs=n_jobs)
    assert study.parallel(lambda k: k * k, range(5)) == [0, 1, 4, 9, 16]


def test_too_few_rows_are_answered_by_the_mean():
    X, y = table(20)
    study = study_of(X, y)
    study.target = replace(study.target, values=np.arange(20.0)[:, None])
    told, centre = study.predict(0, (0,), TARGET, np.arange(3), np.array([9]))
    np.testing.assert_array_equal(told, [[1.0]])
    np.testing.assert_array_equal(centre, [1.0])
