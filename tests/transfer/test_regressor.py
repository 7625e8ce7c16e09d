"""The regressor of several sources."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from source_cases import make_numbers

from mmensemble.transfer import MultiSourceRegressor

X, Y, DOMAIN = make_numbers()
HERE = DOMAIN == "here"


@pytest.mark.parametrize("estimator", [Ridge(), RandomForestRegressor(10)])
def test_the_target_is_learnt(estimator):
    """With the weight chosen, half of the target's rows predict the other half."""
    X, y, domain = make_numbers((60, 60, 80))
    new = np.arange(160, 200)
    train = np.arange(160)
    model = MultiSourceRegressor(estimator, target="here", random_state=0)
    model.fit(X[train], y[train], domain=domain[train])
    plain = MultiSourceRegressor(estimator, random_state=0).fit(X[train], y[train])
    errors = [np.mean((m.predict(X[new]) - y[new]) ** 2) for m in (model, plain)]
    assert errors[0] < 0.7 * errors[1]


@pytest.mark.parametrize("towards", ["pooled", "source"])
def test_several_targets(towards):
    """Two numbers a row are predicted as each alone."""
    both = np.column_stack([Y, -2 * Y])
    options = {"target": "here", "weight": 0.5, "towards": towards}
    model = MultiSourceRegressor(Ridge(), **options).fit(X, both, domain=DOMAIN)
    alone = MultiSourceRegressor(Ridge(), **options).fit(X, Y, domain=DOMAIN)
    np.testing.assert_allclose(model.predict(X)[:, 0], alone.predict(X))
    assert alone.predict(X).shape == Y.shape


def test_a_penalty_without_bound_leaves_the_source():
    """Weight 0 towards the source predicts as ridge on the sources does."""
    options = {"target": "here", "weight": 0.0, "towards": "source"}
    model = MultiSourceRegressor(Ridge(), **options).fit(X, Y, domain=DOMAIN)
    source = Ridge().fit(X[~HERE], Y[~HERE])
    np.testing.assert_allclose(model.predict(X), source.predict(X))
