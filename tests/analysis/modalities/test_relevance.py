"""Scores of modalities, and what they add."""

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, r2_score
from study_cases import study_of, table

from mmensemble.analysis.modalities._relevance import (
    difference,
    gain_beside,
    gain_over_prior,
    mean_auc,
    paired_test,
    predictions,
    prior_score,
    score,
)


def test_mean_area_leaves_out_absent_classes():
    truth = np.eye(3)[[0, 0, 1, 1]]
    predicted = np.array([[0.9, 0.1, 0], [0.8, 0.2, 0], [0.2, 0.8, 0], [0.1, 0.9, 0]])
    assert mean_auc(truth, predicted) == 1.0
    assert np.isnan(mean_auc(truth[:2], predicted[:2]))


def test_score_by_explicit_folds():
    X, y = table()
    study = study_of(X, y, estimator=Ridge(alpha=1.0))
    found = score(study, (0, 2))
    for fold, (train, test) in enumerate(study.folds):
        A = study.blocks(fold).of((0, 2))
        model = Ridge(alpha=1.0).fit(A[train], y[train])
        assert found.by_fold[fold] == pytest.approx(model.score(A[test], y[test]))
        predicted = predictions(study, (0, 2))[fold]
        np.testing.assert_array_equal(predicted.rows, test)
        np.testing.assert_allclose(predicted.values[:, 0], model.predict(A[test]))
        assert predicted.centre == pytest.approx(y[train].mean())


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
    errors = score(regression, (0,), "neg_mean_squared_error").by_fold
    for fold, found in enumerate(predictions(regression, (0,))):
        expected = -np.mean((y[found.rows] - found.values[:, 0]) ** 2)
        assert errors[fold] == pytest.approx(expected)


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
    assert own.std == pytest.approx(by_fold.std(ddof=1))
    assert gain_beside(study, 2, ()) == gain_over_prior(study, 2)


def test_the_same_rows_are_scored_with_and_without():
    """Rows that lack all others are predicted by the training prior without it."""
    X, y = table(200, missing=0.4)
    study = study_of(X, y)
    gain = gain_beside(study, 2, (0, 1))
    by_fold = []
    for fold, (train, test) in enumerate(study.folds):
        there = study.presence[:, :2].any(axis=1)
        asked = test[study.presence[test].any(axis=1)]
        part = predictions(study, (0, 1))[fold]
        values = np.full(len(y), y[train[there[train]]].mean())
        values[part.rows] = part.values[:, 0]
        whole = score(study, (0, 1, 2)).by_fold[fold]
        by_fold.append(whole - r2_score(y[asked], values[asked]))
    assert gain.mean == pytest.approx(np.mean(by_fold))
    assert gain.std == pytest.approx(np.std(by_fold, ddof=1))


def test_difference_on_rows_that_have_both():
    """Two modalities are compared where both are there."""
    X, y = table(200, missing=0.3)
    study = study_of(X, y)
    both = study.presence[:, 0] & study.presence[:, 2]
    by_fold = []
    for fold, (_, test) in enumerate(study.folds):
        rows = test[both[test]]
        own = []
        for m in (0, 2):
            found = predictions(study, (m,))[fold]
            values = dict(zip(found.rows, found.values[:, 0], strict=True))
            own.append(r2_score(y[rows], [values[row] for row in rows]))
        by_fold.append(own[0] - own[1])
    assert difference(study, 0, 2).mean == pytest.approx(np.mean(by_fold))


def test_paired_test_is_students():
    """Mean, standard error and p-value are SciPy's, of rows or of groups' sums."""
    better = np.random.default_rng(0).normal(0.1, 1, 40)
    expected = stats.ttest_1samp(better, 0, alternative="greater").pvalue
    mean, error, p_value = paired_test(np.r_[better, np.nan])
    assert p_value == pytest.approx(expected)
    assert mean == pytest.approx(better.mean())
    assert error == pytest.approx(stats.sem(better))
    sums = better.reshape(10, 4).sum(axis=1)
    expected = stats.ttest_1samp(sums, 0, alternative="greater").pvalue
    mean, error, p_value = paired_test(better, groups=np.arange(40) // 4)
    assert p_value == pytest.approx(expected)
    assert mean == pytest.approx(better.mean())
    assert error == pytest.approx(stats.sem(sums) / 4)
    weight = np.r_[np.zeros(20), np.full(20, 2.0)]
    expected = paired_test(better[20:])
    assert paired_test(better, weight) == pytest.approx(expected)


def test_paired_test_without_spread():
    """Equal differences are certain; two are too few."""
    assert np.isnan(paired_test(np.ones(2))).all()
    assert paired_test(np.ones(9)) == (1.0, 0.0, 0.0)
    assert paired_test(np.zeros(9)) == (0.0, 0.0, 1.0)


def test_weights_leave_rows_out():
    X, y = table(100)
    weight = np.r_[np.zeros(20), np.ones(80)]
    y = np.r_[np.full(20, 1e3), y[20:]]
    for estimator in (None, Ridge()):
        study = study_of(X, y, weight=weight, estimator=estimator)
        assert score(study, (0, 2)).mean > 0.6
