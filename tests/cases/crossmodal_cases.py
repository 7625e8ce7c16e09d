"""Tables of two and three modalities for projection and retrieval."""

import numpy as np
import pandas as pd

LOADINGS = {"a": 3, "b": 4, "c": 2}


def make_table(n_rows=120, seed=0, noise=0.3, names="abc"):
    """Return a frame whose modalities share two factors, and the factors' signs."""
    factors = np.random.default_rng(seed).normal(size=(n_rows, 2))
    parts = {}
    for name in names:
        rng = np.random.default_rng([seed, ord(name)])
        load = np.random.default_rng(ord(name)).normal(size=(2, LOADINGS[name]))
        values = factors @ load + noise * rng.normal(size=(n_rows, LOADINGS[name]))
        for j, column in enumerate(values.T):
            parts[f"{name}__{j}"] = column
    y = np.where(factors[:, 0] > 0, "up", "down")
    return pd.DataFrame(parts), y


def without(X, name, rows):
    """Return a copy in which some rows lack a modality."""
    X = X.copy()
    own = [column for column in X.columns if column.startswith(f"{name}__")]
    X.loc[X.index[rows], own] = np.nan
    return X
