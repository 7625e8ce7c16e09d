"""Fitted models: coefficients for features as they came."""

import numpy as np
import pytest
from cooperative_cases import draw, walk
from numpy.testing import assert_allclose

from mmensemble.fusion.feature.cooperative._model import fit_model


@pytest.mark.parametrize("kind", ["squared", "multinomial"])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_linear_predictors(kind, missing):
    """Views are those of the path, zero where absent, and add up to its scores."""
    sample = draw(kind, missing=missing)
    options = [{}, {"standardize": False}, {"factor": 2.0}]
    scalings = sample.scalings(options)
    penalties = [0.1, 0.05]
    model = fit_model(
        sample, (0, 1, 2), options, rho=0.5, penalties=penalties, l1_ratio=0.9
    )
    views = model.views(sample.blocks)
    for m, (block, scaling) in enumerate(zip(sample.blocks, scalings, strict=True)):
        assert (views[m][~block.present] == 0).all()
        Z = (block.values - scaling.mean) / scaling.scale
        coef = model.coefs[m] * scaling.scale[:, None]
        assert_allclose(views[m][block.present], Z @ coef, atol=1e-10)
    assert any(coef.any() for coef in model.coefs)


def test_factor():
    """A factor multiplies the penalty of its modality."""
    sample = draw("squared", (8,))
    path, penalty = walk(sample, 0.0, 0.2)
    (scaling,) = sample.scalings([{}])
    model = fit_model(
        sample,
        (0,),
        [{"factor": 4.0}],
        rho=0.0,
        penalties=np.array([penalty / 4]),
        l1_ratio=1.0,
    )
    assert_allclose(model.coefs[0] * scaling.scale[:, None], path.coef, atol=1e-5)
