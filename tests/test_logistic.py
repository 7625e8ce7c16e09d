"""Paths of logistic regression: the fits of scikit-learn, held-out losses."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from mmensemble._logistic import HeldOutPath, quiet, use_newton


def make(n_classes, n_samples=90):
    """Return features, codes and a split."""
    X, y = make_classification(
        n_samples,
        6,
        n_informative=5,
        n_redundant=0,
        n_classes=n_classes,
        random_state=0,
    )
    rows = np.random.default_rng(0).permutation(n_samples)
    return X, y, (rows[30:], rows[:30])


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", ["newton", "lbfgs", "sparse"])
def test_losses_are_those_of_scikit_learn(n_classes, weighted, kind):
    """Along a path, each loss is that of LogisticRegression with this penalty."""
    X, y, (train, test) = make(n_classes)
    weight = np.random.default_rng(1).uniform(0.5, 2, len(y)) if weighted else None
    table = sparse.csr_matrix(X) if kind == "sparse" else X
    split = (train, test)
    path = HeldOutPath(table, y, n_classes, weight, split, newton=kind == "newton")
    for C in [1e-3, 0.1, 10.0]:
        model = LogisticRegression(C=C, tol=1e-8, max_iter=2000)
        model.fit(X[train], y[train], None if weight is None else weight[train])
        expected = log_loss(
            y[test],
            model.predict_proba(X[test]),
            sample_weight=None if weight is None else weight[test],
        )
        assert path.loss(C, 1000) == pytest.approx(expected, rel=2e-3)


def test_newton_for_few_coefficients():
    """Hessians are made where they are small, and never of sparse data."""
    assert use_newton(np.zeros((3, 400)), 2)
    assert not use_newton(np.zeros((3, 401)), 2)
    assert not use_newton(np.zeros((3, 200)), 3)
    assert not use_newton(sparse.csr_matrix((3, 4)), 2)


def test_final_fits_may_warn():
    """Only comparisons are silent about convergence."""
    X, y, _ = make(2)
    model = LogisticRegression(max_iter=1, tol=1e-12)
    with quiet():
        model.fit(X, y)
    failed = pytest.warns(ConvergenceWarning, match="failed to converge")
    with failed, quiet(final=True):
        model.fit(X, y)
