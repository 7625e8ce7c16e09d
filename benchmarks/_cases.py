"""Members and data shared by the timing benchmarks."""

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

WIDTH = 10
LEARNERS = {
    "logistic": LogisticRegression(),
    "boosting": HistGradientBoostingClassifier(max_iter=30, random_state=0),
}


def make_data(n_samples, n_modalities, seed=0):
    """Return a numeric table of `n_modalities` blocks and binary labels."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=n_samples)
    X = rng.normal(size=(n_samples, n_modalities * WIDTH))
    X[:, ::WIDTH] += signal[:, None]
    y = (signal + rng.normal(size=n_samples) > 0).astype(int)
    return X, y


def make_modalities(n_modalities):
    """Return one standardised modality a block."""
    return [(f"m{j}", StandardScaler(), columns(j)) for j in range(n_modalities)]


def columns(j):
    """Return the columns of block `j`."""
    return list(range(j * WIDTH, (j + 1) * WIDTH))


def make_members(n_modalities, learner):
    """Return scikit-learn's equivalent: one pipeline a modality."""
    return [
        (
            f"m{j}",
            make_pipeline(
                ColumnTransformer([("block", StandardScaler(), columns(j))]),
                LEARNERS[learner],
            ),
        )
        for j in range(n_modalities)
    ]
