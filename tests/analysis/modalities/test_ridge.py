"""Ridge regressions against scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from mmensemble._splits import inner_folds
from mmensemble.analysis.modalities._cross_products import CrossProducts
from mmensemble.analysis.modalities._ridge import PENALTIES, RidgeBasis, fit_ridge


def make(n_rows=60, n_columns=8, seed=0):
    """Predictors, targets and weights."""
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(n_rows, n_columns)) + 3
    Y = A[:, :2] + rng.normal(size=(n_rows, 2))
    return A, Y, rng.integers(1, 4, n_rows).astype(float)


def products(A, Y, weight=None):
    """Part 0 predicts, part 1 is predicted."""
    return CrossProducts((A, Y).__getitem__, len(A), weight)


def basis(A, Y, weight=None):
    """The decomposed predictors."""
    return RidgeBasis.of(products(A, Y, weight), (0,))


@pytest.mark.parametrize("n_columns", [8, 90])
@pytest.mark.parametrize("weighted", [False, True])
def test_solution_is_that_of_ridge(n_columns, weighted):
    A, Y, weight = make(n_columns=n_columns)
    weight = weight / weight.mean() if weighted else None
    coef, intercept = basis(A, Y, weight).solve(1, 0.1)
    model = Ridge(alpha=0.1 * len(A)).fit(A, Y, weight)
    np.testing.assert_allclose(coef.T, model.coef_, atol=1e-8)
    np.testing.assert_allclose(intercept, model.intercept_, atol=1e-8)


def test_generalised_cross_validation_by_its_definition():
    A, Y, _ = make()
    centred, target = A - A.mean(axis=0), Y - Y.mean(axis=0)
    errors = []
    for penalty in PENALTIES * len(A):
        hat = centred @ np.linalg.solve(
            centred.T @ centred + penalty * np.eye(8), centred.T
        )
        rest = target - hat @ target
        errors.append((rest**2).sum(axis=0) / (len(A) - 1 - np.trace(hat)) ** 2)
    best = PENALTIES[np.argmin(errors, axis=0)]
    np.testing.assert_allclose(
        fit_ridge(basis(A, Y), 1)[0], basis(A, Y).solve(1, best)[0], atol=1e-10
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_splits_choose_the_penalty_of_the_least_held_out_error(weighted):
    A, Y, weight = make()
    weight = weight if weighted else None
    splits = inner_folds(np.zeros(60), classifier=False, groups=np.arange(60) // 6)
    errors = np.zeros((len(PENALTIES), 2))
    for train, test in splits:
        part = None if weight is None else weight[train] / weight[train].mean()
        scale = 1.0 if weight is None else weight[test][:, None]
        for k, penalty in enumerate(PENALTIES):
            model = Ridge(alpha=penalty * len(train)).fit(A[train], Y[train], part)
            errors[k] += (scale * (Y[test] - model.predict(A[test])) ** 2).sum(axis=0)
    best = PENALTIES[np.argmin(errors, axis=0)]
    expected = basis(A, Y, weight).solve(1, best)[0]
    sides = [
        tuple(
            products(A[rows], Y[rows], None if weight is None else weight[rows])
            for rows in split
        )
        for split in splits
    ]
    found = fit_ridge(basis(A, Y, weight), 1, sides)[0]
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_noise_in_wide_data_is_not_fitted():
    rng = np.random.default_rng(0)
    A, Y = rng.normal(size=(40, 200)), rng.normal(size=(40, 3))
    coef, intercept = fit_ridge(basis(A, Y), 1)
    assert np.abs(A @ coef + intercept - Y.mean(axis=0)).std() < 0.8


def test_nothing_varies():
    coef, intercept = fit_ridge(basis(np.ones((6, 2)), np.arange(6.0)[:, None]), 1)
    np.testing.assert_array_equal(coef, 0)
    assert intercept == pytest.approx(2.5)
