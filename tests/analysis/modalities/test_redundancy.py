"""Explained shares against an explicit out-of-fold prediction."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeCV
from study_cases import study_of, table

from mmensemble.analysis.modalities._cross_products import CrossProducts
from mmensemble.analysis.modalities._redundancy import explained, residuals
from mmensemble.analysis.modalities._ridge import RidgeBasis, fit_ridge


def by_hand(study, modality, by, fit, there):
    """Predict each fold anew from its blocks."""
    error = total = 0.0
    for fold, (train, test) in enumerate(study.folds):
        train, test = train[there[train]], test[there[test]]
        A, B = study.blocks(fold).of(by), study.blocks(fold).of((modality,))
        error += ((B[test] - fit(A[train], B[train], A[test])) ** 2).sum()
        total += ((B[test] - B[train].mean(axis=0)) ** 2).sum()
    return 1 - error / total


def our_ridge(A, B, new):
    """Ridge by generalised cross-validation."""
    products = CrossProducts((A, B).__getitem__, len(A))
    coef, intercept = fit_ridge(RidgeBasis.of(products, (0,)), 1)
    return new @ coef + intercept


def sklearn_ridge(A, B, new):
    """Ridge by leave-one-out."""
    grid = np.logspace(-6, 2, 17) * len(A)
    return RidgeCV(grid, alpha_per_target=True).fit(A, B).predict(new)


def test_explicit_folds():
    study = study_of(table()[0])
    there = np.ones(80, dtype=bool)
    found = explained(study, 1, (0, 2))
    expected = by_hand(study, 1, (0, 2), our_ridge, there)
    assert found.share == pytest.approx(expected, rel=1e-12)
    assert found.n_rows == 80
    close = by_hand(study, 1, (0, 2), sklearn_ridge, there)
    assert found.share == pytest.approx(close, abs=0.005)
    assert found.by_fold.shape == (5,)


def test_rows_that_have_both():
    study = study_of(table(200, missing=0.3)[0])
    both = study.presence[:, 0] & study.presence[:, 1]
    strict = explained(study, 1, (0,), both=True)
    assert strict.n_rows == both.sum()
    expected = by_hand(study, 1, (0,), our_ridge, both)
    assert strict.share == pytest.approx(expected, rel=1e-12)
    # A stand-in that is often absent explains less of all rows.
    assert explained(study, 1, (0,)).share < strict.share - 0.1


def test_planted_values():
    study = study_of(table(400)[0])
    copied = explained(study, 1, (0,)).share
    assert copied == pytest.approx(1 / 1.04, abs=0.02)
    assert abs(explained(study, 2, (0, 1)).share) < 0.05


def test_the_index_is_not_symmetric():
    X, _ = table(300)
    study = study_of(X, modalities=[("one", "auto", [0]), ("four", "auto", [0, 1, 2])])
    assert explained(study, 0, (1,)).share > 0.99
    assert explained(study, 1, (0,)).share == pytest.approx(1 / 3, abs=0.05)


def test_groups_are_not_parted():
    rng = np.random.default_rng(0)
    groups = np.arange(60) // 3
    X, _ = table(60)
    own = rng.normal(size=(20, 7))[groups]
    X.iloc[:, 4:] = own + 0.01 * rng.normal(size=own.shape)
    together = explained(study_of(X, groups=groups), 2, (1,)).share
    assert together < 0.2
    assert explained(study_of(X), 2, (1,)).share > together


def test_nothing_to_predict_from_or_to_predict():
    study = study_of(table()[0])
    assert np.isnan(explained(study, 0, ()).share)
    X = table()[0]
    X.iloc[:, :4] = 1.0
    assert np.isnan(explained(study_of(X), 0, (1,)).share)


def test_residuals_without_rows():
    X = table()[0]
    X.iloc[:, :4] = np.nan
    study = study_of(X)
    residual, deviation, test = residuals(study, 0, 0, (1,), study.presence[:, 0])
    assert residual.size == deviation.size == len(test) == 0


def test_held_out_rows_teach_nothing():
    """What one row of a fold holds does not move the residuals of the others."""
    X, _ = table()
    study = study_of(X)
    there = np.ones(80, dtype=bool)
    residual, _, test = residuals(study, 0, 1, (0, 2), there)
    changed = X.copy()
    changed.iloc[test[0]] = -1e6
    other, _, _ = residuals(study_of(changed), 0, 1, (0, 2), there)
    np.testing.assert_array_equal(residual[1:], other[1:])
