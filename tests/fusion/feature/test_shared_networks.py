"""Networks as methods of the fusion: learners on codes, and weights by folds."""

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, table

from mmensemble import MultimodalClassifier, MultimodalRegressor, SharedSpaceFusion
from mmensemble.testing import check_fusion

QUICK = {"n_components": 3, "hidden": 8, "max_iter": 10}


def fit(X, y, cls=MultimodalClassifier, **params):
    """Fit an estimator on codes."""
    fusion = SharedSpaceFusion(**QUICK | params)
    return cls(by_modality(X, "passthrough"), fusion=fusion, random_state=0).fit(X, y)


@pytest.mark.parametrize("method", ["autoencoder", "vae"])
def test_fusion_contract(method):
    """They keep the contract of every fusion."""
    check_fusion(SharedSpaceFusion(method, hidden=4, max_iter=3, supervised=0.5))


def test_regression():
    """Numbers are told by codes that look for them, better than by others."""
    X, _ = table(n_samples=120)
    y = numbers(X)
    own = {"cls": MultimodalRegressor, "method": "autoencoder", "n_components": 1}
    scores = [
        fit(X, y, supervised=w, **own | {"max_iter": 40}).score(X, y) for w in (0, 3)
    ]
    assert scores[1] > scores[0]


@pytest.mark.parametrize("name", ["supervised", "align", "pair_loss", "adversary"])
def test_chosen_by_folds(name):
    """The weight that is taken is one of the candidates, the same every time."""
    X, y = table(n_samples=60)
    found = {
        getattr(
            fit(
                X, y, method="autoencoder", **{name: "cv"}
            ).fusion_.space_.options.weights,
            name,
        )
        for _ in range(2)
    }
    assert len(found) == 1
    assert found <= {0, 0.03, 0.1, 0.3, 1, 3}


def test_choice_on_many_rows_and_nothing_that_varies(monkeypatch):
    """Beyond some rows a part has to do; constant blocks leave the prior."""
    module = "mmensemble.fusion.feature._shared_networks"
    monkeypatch.setattr(f"{module}._SEARCH_ROWS", 40)
    X, y = table(n_samples=80)
    assert fit(X, y, method="vae", supervised="cv").score(X, y) > 0.5
    flat = fit(X * 0 + 1.0, y, method="autoencoder", supervised="cv")
    assert np.allclose(flat.predict_proba(X * 0 + 1.0), 0.5)


ERRORS = {
    "hidden": -1,
    "noise": 1.0,
    "supervised": -0.5,
    "align": "auto",
    "pair_loss": None,
    "adversary": -1,
    "beta": -1,
    "max_iter": 0,
    "batch_size": 0,
    "tol": -1.0,
}


@pytest.mark.parametrize("name", ERRORS)
def test_parameters(name):
    """Every parameter is checked."""
    X, y = table()
    with pytest.raises(ValueError, match=f"The '{name}' parameter of SharedSpace"):
        fit(X, y, method="autoencoder", **{name: ERRORS[name]})
