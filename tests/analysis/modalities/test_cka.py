"""Linear CKA against its definition."""

import numpy as np
import pytest

from mmensemble.analysis.modalities._cka import linear_cka, unbiased_hsic
from mmensemble.analysis.modalities._rv import rv_coefficient, standardised


def pair(n_rows=30, seed=0):
    """Two related blocks of unequal variances."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n_rows, 6)) * [1, 2, 3, 4, 5, 6]
    return a, a[:, :2] @ rng.normal(size=(2, 4)) + rng.normal(size=(n_rows, 4))


def test_definition_by_kernels():
    a, b = pair()
    n = len(a)
    centring = np.eye(n) - 1 / n
    k, l = centring @ a @ a.T @ centring, centring @ b @ b.T @ centring  # noqa: E741
    expected = np.sum(k * l) / np.sqrt(np.sum(k * k) * np.sum(l * l))
    assert linear_cka(a + 5, b - 3)[0] == pytest.approx(expected, rel=1e-10)


def test_unbiased_criterion_by_kernels():
    a, b = pair()
    n = len(a)
    k, l = a @ a.T, b @ b.T  # noqa: E741
    np.fill_diagonal(k, 0)
    np.fill_diagonal(l, 0)
    one = np.ones(n)
    expected = np.trace(k @ l) + (one @ k @ one) * (one @ l @ one) / (n - 1) / (n - 2)
    expected -= 2 / (n - 2) * (one @ k @ l @ one)
    assert unbiased_hsic(a, b) == pytest.approx(expected / (n * (n - 3)), rel=1e-9)


def test_it_is_the_rv_coefficient_of_standardised_features():
    a, b = pair()
    cka = linear_cka(standardised(a), standardised(b))[0]
    assert cka == pytest.approx(rv_coefficient(a, b)[0], rel=1e-12)


def test_debiased_form_is_zero_on_average_without_a_relation():
    rng = np.random.default_rng(0)
    found = [
        linear_cka(rng.normal(size=(25, 40)), rng.normal(size=(25, 40)))
        for _ in range(200)
    ]
    plain, debiased = np.mean(found, axis=0)
    assert plain > 0.5
    assert abs(debiased) < 0.02


def test_weights_replicate_rows():
    a, b = pair()
    times = np.random.default_rng(1).integers(0, 3, len(a))
    cka, debiased = linear_cka(a, b, times.astype(float))
    expected = linear_cka(np.repeat(a, times, 0), np.repeat(b, times, 0))[0]
    assert cka == pytest.approx(expected, rel=1e-10)
    assert np.isnan(debiased)


def test_what_cannot_be_told():
    a, b = pair()
    assert np.isnan(linear_cka(a, np.ones((30, 2)))).all()
    assert np.isnan(linear_cka(a[:3], b[:3])[1])
