"""Canonical variates and the evidence of pairs."""

import numpy as np
import pytest
from scipy import linalg
from scipy.stats import multivariate_normal, ortho_group

from mmensemble.representation._variates import View, canonical, evidence_codes


def views(seed=0, n_rows=200):
    """Two views that share two directions."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n_rows, 2))
    a = shared @ rng.normal(size=(2, 5)) + rng.normal(size=(n_rows, 5))
    b = shared @ rng.normal(size=(2, 4)) + rng.normal(size=(n_rows, 4))
    return a, b


@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_canonical_against_the_generalised_eigenproblem(penalty):
    """Correlations and directions are those of scipy's solver."""
    a, b = views()
    found = tuple(View.of(rows) for rows in (a, b))
    left, right, correlations = canonical(a, b, found, penalty, 4)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    own_a, own_b, between = a.T @ a / 200, b.T @ b / 200, a.T @ b / 200
    own_a += penalty * np.linalg.eigvalsh(own_a)[-1] * np.eye(5)
    own_b += penalty * np.linalg.eigvalsh(own_b)[-1] * np.eye(4)
    C = np.block([[np.zeros((5, 5)), between], [between.T, np.zeros((4, 4))]])
    values, vectors = linalg.eigh(C, linalg.block_diag(own_a, own_b))
    np.testing.assert_allclose(correlations, values[::-1][:4], atol=1e-10)
    np.testing.assert_allclose(left.T @ own_a @ left, np.eye(4), atol=1e-10)
    np.testing.assert_allclose(
        np.abs(left), np.abs(vectors[:5, ::-1][:, :4]) * np.sqrt(2), atol=1e-8
    )
    np.testing.assert_allclose(
        left.T @ between @ right, np.diag(correlations), atol=1e-10
    )


def test_rotating_a_view_changes_nothing():
    """Variates are the same but for signs."""
    a, b = views()
    turn = ortho_group.rvs(5, random_state=0)
    plain = canonical(a, b, (View.of(a), View.of(b)), 0.1, 3)
    turned = canonical(a @ turn, b, (View.of(a @ turn), View.of(b)), 0.1, 3)
    np.testing.assert_allclose(plain[2], turned[2], atol=1e-10)
    np.testing.assert_allclose(
        np.abs(a @ plain[0]), np.abs(a @ turn @ turned[0]), atol=1e-9
    )


def test_evidence_is_the_log_ratio_of_normal_densities():
    """Products of codes against scipy's densities."""
    r, rng = np.array([0.9, 0.4, 0.0]), np.random.default_rng(0)
    u, v = rng.normal(size=(5, 3)), rng.normal(size=(6, 3))
    found = evidence_codes(u, r, asks=True) @ evidence_codes(v, r, asks=False).T
    for i in range(5):
        for j in range(6):
            total = 0.0
            for k in range(3):
                both = multivariate_normal(cov=[[1, r[k]], [r[k], 1]])
                total += both.logpdf([u[i, k], v[j, k]])
                total -= multivariate_normal().logpdf(u[i, k])
                total -= multivariate_normal().logpdf(v[j, k])
            assert np.isclose(found[i, j], total)


def test_evidence_ranks_best_where_the_model_is_true():
    """The true other half comes first more often than by cosine."""
    rng = np.random.default_rng(0)
    r = np.array([0.95, 0.7, 0.3])
    u = rng.normal(size=(500, 3))
    v = r * u + np.sqrt(1 - r**2) * rng.normal(size=(500, 3))
    found = evidence_codes(u, r, asks=True) @ evidence_codes(v, r, asks=False).T
    cosine = (u / np.linalg.norm(u, axis=1)[:, None]) @ (
        v / np.linalg.norm(v, axis=1)[:, None]
    ).T
    ranks = [
        (1 / (s >= np.diag(s)[:, None]).sum(axis=1)).mean() for s in (found, cosine)
    ]
    assert ranks[0] > 1.5 * ranks[1]


def test_identical_variates_stay_finite():
    """Correlations of one are brought below it."""
    u = np.random.default_rng(0).normal(size=(4, 2))
    codes = evidence_codes(u, np.ones(2), asks=True)
    assert np.isfinite(codes).all()
