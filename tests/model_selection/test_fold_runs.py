"""Outer folds that run, stop and die."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from comparison_cases import classifier, make_data

from mmensemble import VotingFusion, compare_fusions
from mmensemble.model_selection import _fold_runs

GIVEN = {"cv": 3}


class Dies(VotingFusion):
    """A vote whose process is killed in the last fold."""

    def __init__(self, flag):
        super().__init__()
        self.flag = flag

    def _fit(self, data):
        # the last fold waits until the others are stored, then dies
        if data.n_samples == 41:
            for _ in range(600):
                if len(list(Path(self.flag).iterdir())) >= 2:
                    break
                time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGKILL)
        super()._fit(data)
        (Path(self.flag) / str(data.n_samples)).touch()


def test_killed_worker(tmp_path):
    """What is finished is kept, and the warning says why the rest is missing."""
    X, y = make_data()
    rows = np.arange(60)
    sizes = [(rows[:30], rows[30:]), (rows[20:], rows[:20]), (rows[:41], rows[41:])]
    with pytest.warns(UserWarning, match="folds are finished: a worker was killed"):
        found = compare_fusions(
            classifier(cv=2), X, y, fusions=Dies(str(tmp_path)), cv=sizes, n_jobs=2
        )
    assert 1 <= len(found.results) <= 2
    assert found.missing == "a worker was killed"
    assert "of 3 folds" in repr(found)


def test_results_are_in_the_order_of_the_folds(monkeypatch):
    """Whoever is finished first, folds keep their places; a callable is told."""

    def backwards(tasks, n_jobs):
        for number in reversed(range(len(tasks))):
            yield number, _fold_runs.run_fold(*tasks[number])

    monkeypatch.setattr(_fold_runs, "stream_folds", backwards)
    X, y = make_data()
    told = []

    def tell(*what):
        told.append(what)

    found = compare_fusions(
        classifier(cv=2), X, y, fusions="voting", verbose=tell, **GIVEN
    )
    firsts = [result.test[0] for result in found.results]
    assert firsts == sorted(firsts)
    assert [what[:2] for what in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[0][2] == "folds, 4 fits"
