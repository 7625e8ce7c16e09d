"""How much the target's rows should weigh."""

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.linear_model import LogisticRegression, Ridge
from source_cases import DOMAINS, make_numbers, make_rows

from mmensemble.learners._task import make_task
from mmensemble.transfer import _weight_search
from mmensemble.transfer._candidates import Candidate, Problem
from mmensemble.transfer._weight_search import (
    Trial,
    choose,
    combine,
    make_trials,
    row_losses,
    search,
)


def problem_of(X, y, domain, classifier=True, weight=None):
    """Return the problem of some rows."""
    estimator = LogisticRegression() if classifier else Ridge()
    codes = np.searchsorted(DOMAINS, domain)
    task = make_task(y, classifier=classifier)
    return Problem(X, y, codes, estimator, task, weight, {}, 0)


def test_sources_stand_for_the_target_with_as_many_rows():
    """A stand-in gives as many rows of each class; no row is on both sides."""
    X, y, domain = make_rows(n=(60, 50, 9))
    problem = problem_of(X, y, domain)
    here = y[domain == "here"]
    own, standins = make_trials(problem, 2, None)
    assert sorted(trial.target for trial in standins) == [0, 1]
    for trial in standins:
        given = trial.train[problem.codes[trial.train] == trial.target]
        np.testing.assert_array_equal(np.sort(y[given]), np.sort(here))
        # the target itself is left out: its labels are the evidence
        assert 2 not in problem.codes[np.append(trial.train, trial.test)]
        assert len(np.intersect1d(trial.train, trial.test)) == 0
    tested = np.concatenate([trial.test for trial in own])
    np.testing.assert_array_equal(np.sort(tested), np.flatnonzero(domain == "here"))


def test_one_label_a_class_leaves_only_the_sources():
    """No fold can be made of it that has all classes; one source stands for nobody."""
    X, y, domain = make_rows()
    rows = np.concatenate(
        [np.flatnonzero(domain != "here")]
        + [
            np.flatnonzero((domain == "here") & (y == label))[:1]
            for label in ("no", "yes")
        ]
    )
    own, standins = make_trials(problem_of(X[rows], y[rows], domain[rows]), 2, None)
    assert own == []
    assert len(standins) == 2
    rows = domain != "b"
    assert make_trials(problem_of(X[rows], y[rows], domain[rows]), 2, None)[1] == []


def test_groups_are_not_parted():
    """Neither in the target's folds nor where a source stands for it."""
    X, y, domain = make_rows()
    groups = np.arange(len(y)) // 3
    own, standins = make_trials(problem_of(X, y, domain), 2, groups)
    for trial in own + standins:
        assert not set(groups[trial.train]) & set(groups[trial.test])


def test_losses_are_log_loss_and_squared_error():
    """Each row held out has its own, of the candidate fitted to the others."""
    X, y, domain = make_rows()
    problem = problem_of(X, y, domain)
    train, test = np.arange(100), np.arange(110, 134)
    model = LogisticRegression().fit(X[train], y[train])
    own = model.predict_proba(X[test])[np.arange(24), (y[test] == "yes").astype(int)]
    found = row_losses(problem, Trial(2, train, test), Candidate())
    np.testing.assert_allclose(found, -np.log(own))
    X, y, domain = make_numbers()
    problem = problem_of(X, y, domain, classifier=False)
    found = row_losses(problem, Trial(2, train, test), Candidate())
    wanted = (y[test] - Ridge().fit(X[train], y[train]).predict(X[test])) ** 2
    np.testing.assert_allclose(found, wanted)


def test_evidence_of_the_target_counts_by_its_precision():
    """The estimate is the posterior mean of a normal prior and normal evidence."""
    rng = np.random.default_rng(0)
    gaps = rng.normal(0.2, 1, size=20)
    own = np.stack([np.zeros(20), gaps])
    standins = [np.stack([np.zeros(5), np.full(5, g)]) for g in (-0.1, -0.3, -0.5)]
    weights = [np.ones(20), *[np.ones(5)] * 3]
    found = combine([own, *standins], weights, 1, 2)
    noise = 2 * gaps.var() / 19  # one fold: as many rows to test as to train
    prior = np.var([-0.1, -0.3, -0.5], ddof=1)
    assert abs(gaps.mean() + 0.3) < 2 * np.sqrt(prior + noise)
    wanted = (prior * gaps.mean() - noise * 0.3) / (prior + noise)
    assert found["difference"][1] == pytest.approx(wanted)
    assert found["difference"][0] == 0
    variance = 1 / (1 / prior + 1 / noise)
    assert found["std_difference"][1] == pytest.approx(np.sqrt(variance))
    assert found["loss_target"][1] == pytest.approx(gaps.mean())
    assert found["loss_sources"][1] == pytest.approx(-0.3)
    alone = combine([own], weights[:1], 1, 2)
    assert alone["difference"][1] == pytest.approx(gaps.mean())
    assert np.isnan(alone["loss_sources"]).all()
    prior = combine(standins, weights[1:], 0, 2)
    assert prior["difference"][1] == pytest.approx(-0.3)
    # rows that contradict the sources widen the prior
    far = combine([own + [[0], [2]], *standins], weights, 1, 2)
    prior = (gaps.mean() + 2.3) ** 2
    wanted = (prior * (gaps.mean() + 2) - noise * 0.3) / (prior + noise)
    assert far["difference"][1] == pytest.approx(wanted)
    nothing = combine([], [], 0, 2)
    np.testing.assert_array_equal(nothing["difference"], [0, 0])


def test_pooled_stays_unless_another_is_better():
    """Ties, losses and gains of less than half an error leave the first candidate."""
    error = np.array([0.0, 0.1, 0.1])
    assert choose(np.array([0.0, 0.1, 0.0]), error) == 0
    assert choose(np.array([0.0, -0.1, -0.2]), error) == 2
    assert choose(np.array([0.0, 0.1, -0.04]), error) == 0
    # the doubtful best gives way to one that is surely better
    assert choose(np.array([0.0, -0.1, -0.2]), np.array([0.0, 0.1, 0.9])) == 1


def test_the_search_prefers_what_suits_the_target():
    """Where the target differs its rows weigh more, else not all."""
    X, y, domain = make_rows(n=(100, 100, 60))
    tried = [Candidate(), Candidate(1.0), Candidate(np.inf)]
    table = search(problem_of(X, y, domain), 2, tried, None)
    assert table["weight"] == [None, 1.0, np.inf]
    assert table["chosen"] == [False, False, True]
    alike = np.where(X[:, 0] > 0, "yes", "no")
    table = search(problem_of(X, alike, domain), 2, tried, None)
    assert not table["chosen"][2]


def test_the_search_is_the_same_in_parallel():
    """Two jobs and one give the same table."""
    X, y, domain = make_rows()
    tried = [Candidate(), Candidate(1.0)]
    one = search(problem_of(X, y, domain), 2, tried, None)
    with parallel_config(backend="threading"):
        two = search(problem_of(X, y, domain), 2, tried, None, n_jobs=2)
    assert one == two


def test_not_too_many_sources_stand_in(monkeypatch):
    """Their number is bounded, and which ones is drawn."""
    monkeypatch.setattr(_weight_search, "_MOST_STANDINS", 1)
    _, standins = make_trials(problem_of(*make_rows()), 2, None)
    assert len(standins) == 1
