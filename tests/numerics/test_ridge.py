"""Ridge regression against scikit-learn's, in both forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge

from mmensemble.numerics._ridge import ridge_regression


@pytest.mark.parametrize("shape", [(40, 6), (10, 25)], ids=["tall", "wide"])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_against_scikit_learn(shape, fit_intercept):
    """Weighted rows and a penalty a feature: features divided by its root."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=shape) + 1, rng.normal(size=(shape[0], 2)) + 3
    weight, penalties = rng.uniform(0, 2, shape[0]), rng.uniform(0.01, 1, shape[1])
    share = weight / weight.sum()
    coef, intercept = ridge_regression(
        x, y, share, penalties, fit_intercept=fit_intercept
    )
    theirs = Ridge(1.0, fit_intercept=fit_intercept, tol=1e-12)
    theirs.fit(x / np.sqrt(penalties), y, share)
    assert_allclose(coef, theirs.coef_.T / np.sqrt(penalties)[:, None], atol=1e-8)
    assert_allclose(intercept, theirs.intercept_, atol=1e-8)
