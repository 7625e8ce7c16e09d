"""Small tables and fusions for the tests of comparisons."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, MultimodalRegressor, VotingFusion

SIZES = {"a": 2, "b": 3, "c": 2}


class Fails(VotingFusion):
    """A vote that always fails."""

    def _fit(self, data):
        raise ValueError("no luck")


class FailsOnce(VotingFusion):
    """A vote that fails where row 0 is in training."""

    def _fit(self, data):
        super()._fit(data)
        if data.n_samples % 2:
            raise RuntimeError("an odd number of rows")


def make_data(n_samples=60, seed=0, missing=0.1, *, regression=False):
    """Make a frame of modalities a, b, c and a target that all of them know."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n_samples) % 2)
    columns = {}
    for name, size in SIZES.items():
        values = rng.normal(size=(n_samples, size)) + 0.7 * y[:, None]
        if name != "a":
            values[rng.random(n_samples) < missing] = np.nan
        columns |= {f"{name}__{j}": values[:, j] for j in range(size)}
    X = pd.DataFrame(columns)
    if regression:
        return X, X.fillna(0).sum(axis=1).to_numpy() + rng.normal(size=n_samples)
    return X, np.array(["no", "yes"])[y]


def modalities(extractor=None):
    """List the modalities of the frame."""
    extractor = StandardScaler() if extractor is None else extractor
    return [
        (name, extractor, [f"{name}__{j}" for j in range(size)])
        for name, size in SIZES.items()
    ]


def classifier(**params):
    """Make a cheap classifier."""
    params = {"estimator": LogisticRegression(), "cv": 3, "random_state": 0} | params
    return MultimodalClassifier(modalities(), **params)


def regressor(**params):
    """Make a cheap regressor."""
    params = {"estimator": Ridge(), "cv": 3, "random_state": 0} | params
    return MultimodalRegressor(modalities(), **params)
