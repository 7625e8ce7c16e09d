"""Scores of modalities, and what they add."""

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from study_cases import study_of, table

from mmensemble.analysis.modalities._relevance import (
    gain_beside,
    gain_over_prior,
    mean_auc,
    paired_p_value,
    prior_score,
    score,
)


def test_mean_area_leaves_out_absent_classes():
    truth = np.eye(3)[[0, 0, 1, 1]]
    told = np.array([[0.9, 0.1, 0], [0.8, 0.2, 0], [0.2, 0.8, 0], [0.1, 0.9, 0]])
    assert mean_auc(truth, told) == 1.0
    assert np.isnan(mean_auc(truth[:2], told[:2]))


def test_score_by_explicit_folds():
    X, y = table()
    study = study_of(X, y, estimator=Ridge(alpha=1.0))
    found = score(study, (0, 2))
    for fold, (train, test) in enumerate(study.folds):
        A = study.blocks(fold).of((0, 2))
        model = Ridge(alpha=1.0).fit(A[train], y[train])
        assert found.by_fold[fold] == pytest.approx(model.score(A[test], y[test]))
        np.testing.assert_allclose(
            found.loss[test], (y[test] - model.predict(A[test])) ** 2
        )
        np.testing.assert_allclose(found.prior[test], (y[test] - y[train].mean()) ** 2)


def test_any_scorer_of_scikit_learn():
    X, y = table()
    labels = np.where(y > 0, "yes", "no")
    study = study_of(X, labels, estimator=LogisticRegression())
    accuracy = score(study, (0, 2), "accuracy").by_fold
    losses = score(study, (0, 2), "neg_log_loss").by_fold
    for fold, (train, test) in enumerate(study.folds):
        A = study.blocks(fold).of((0, 2))
        model = LogisticRegression().fit(A[train], labels[train])
        assert accuracy[fold] == model.score(A[test], labels[test])
        expected = -log_loss(labels[test], model.predict_proba(A[test]))
        assert losses[fold] == pytest.approx(expected, rel=1e-6)
    regression = study_of(X, y)
    wrong = score(regression, (0,), "neg_mean_squared_error")
    assert wrong.mean == pytest.approx(-np.nanmean(wrong.loss), rel=0.05)


def test_relevant_and_irrelevant():
    X, y = table(300)
    y = y - X["c__0"].to_numpy()
    study = study_of(X, y > 0)
    assert gain_over_prior(study, 0).p_value < 1e-6
    assert gain_over_prior(study, 0).mean > 0.2
    assert gain_over_prior(study, 2).p_value > 0.05
    np.testing.assert_array_equal(prior_score(study, 0), 0.5)


def test_what_is_added():
    study = study_of(*table(300))
    copy, own = gain_beside(study, 1, (0, 2)), gain_beside(study, 2, (0, 1))
    assert abs(copy.mean) < 0.02
    assert own.mean > 0.2
    assert own.p_value < 1e-6
    by_fold = score(study, (0, 1, 2)).by_fold - score(study, (0, 1)).by_fold
    assert own.mean == pytest.approx(by_fold.mean())
    assert own.error == pytest.approx(by_fold.std(ddof=1) * np.sqrt(0.2 + 0.25))
    assert gain_beside(study, 2, ()) == gain_over_prior(study, 2)


def test_paired_test_is_students():
    better = np.random.default_rng(0).normal(0.1, 1, 40)
    expected = stats.ttest_1samp(better, 0, alternative="greater").pvalue
    assert paired_p_value(np.r_[better, np.nan]) == pytest.approx(expected)
    groups = np.arange(40) // 4
    sums = better.reshape(10, 4).sum(axis=1)
    expected = stats.ttest_1samp(sums, 0, alternative="greater").pvalue
    assert paired_p_value(better, groups=groups) == pytest.approx(expected)
    weight = np.r_[np.zeros(20), np.ones(20)]
    expected = paired_p_value(better[20:])
    assert paired_p_value(better, weight) == pytest.approx(expected)


def test_paired_test_without_spread():
    assert np.isnan(paired_p_value(np.ones(2)))
    assert paired_p_value(np.ones(9)) == 0.0
    assert paired_p_value(np.zeros(9)) == 1.0


def test_weights_leave_rows_out():
    X, y = table(100)
    weight = np.r_[np.zeros(20), np.ones(80)]
    y = np.r_[np.full(20, 1e3), y[20:]]
    for estimator in (None, Ridge()):
        study = study_of(X, y, weight=weight, estimator=estimator)
        assert score(study, (0, 2)).mean > 0.6
