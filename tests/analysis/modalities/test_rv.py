"""The RV coefficient against its definition."""

import numpy as np
import pytest

from mmensemble.analysis.modalities._rv import cross_norm, rv_coefficient, standardised


def pair(n_rows=40, p=5, q=3, seed=0):
    """Two related blocks."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n_rows, p))
    return a, a[:, :1] + rng.normal(size=(n_rows, q)) * [1, 10, 100]


@pytest.mark.parametrize("p", [5, 60])
def test_definition(p):
    a, b = pair(p=p)
    r = np.corrcoef(a, b, rowvar=False)
    cross, own_a, own_b = r[:p, p:], r[:p, :p], r[p:, p:]
    expected = np.trace(cross @ cross.T) / np.sqrt(
        np.trace(own_a @ own_a) * np.trace(own_b @ own_b)
    )
    assert rv_coefficient(a, b)[0] == pytest.approx(expected, rel=1e-12)


def test_adjusted_form_adjusts_each_squared_correlation():
    a, b = pair()
    r = np.corrcoef(a, b, rowvar=False)
    r2 = 1 - (40 - 1) / (40 - 2) * (1 - r**2)
    expected = r2[:5, 5:].sum() / np.sqrt(r2[:5, :5].sum() * r2[5:, 5:].sum())
    assert rv_coefficient(a, b)[1] == pytest.approx(expected, rel=1e-10)


def test_adjusted_form_is_zero_on_average_without_a_relation():
    rng = np.random.default_rng(0)
    found = [
        rv_coefficient(rng.normal(size=(30, 20)), rng.normal(size=(30, 25)))
        for _ in range(200)
    ]
    plain, adjusted = np.mean(found, axis=0)
    assert plain > 0.3
    assert abs(adjusted) < 0.01


def test_equal_blocks_units_and_rotations():
    a, b = pair()
    assert rv_coefficient(a, a * 7 - 3)[0] == pytest.approx(1)
    assert rv_coefficient(a, a)[1] == pytest.approx(1)
    np.testing.assert_allclose(rv_coefficient(a, b), rv_coefficient(b * 3, a))


def test_weights_replicate_rows():
    a, b = pair()
    times = np.random.default_rng(1).integers(0, 4, 40)
    weight = times.astype(float)
    expected = rv_coefficient(np.repeat(a, times, 0), np.repeat(b, times, 0))[0]
    assert rv_coefficient(a, b, weight)[0] == pytest.approx(expected, rel=1e-12)


def test_what_cannot_be_told():
    a, b = pair()
    assert np.isnan(rv_coefficient(a[:2], b[:2])).all()
    assert np.isnan(rv_coefficient(a, np.ones((40, 2)))).all()
    rv, adjusted = rv_coefficient(a[:3], b[:3], np.array([1.0, 1e-9, 1e-9]))
    assert np.isnan(adjusted)
    assert 0 <= rv <= 1 or np.isnan(rv)


def test_constant_columns_do_not_count():
    a, b = pair()
    wider = np.column_stack([a, np.full(40, 0.1)])
    assert standardised(wider).shape == (40, 5)
    np.testing.assert_allclose(rv_coefficient(wider, b), rv_coefficient(a, b))


def test_both_sides_of_the_product_agree():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(10, 30)), rng.normal(size=(10, 40))
    assert cross_norm(a, b) == pytest.approx(((a.T @ b) ** 2).sum())
