"""A table with hostile names, gaps, a copy, a curve and outliers."""

import numpy as np
import pandas as pd

NASTY = ["<script>alert(1)</script>", "a$b$c", "_x"]


def nasty_table(n_rows=150, seed=0):
    """Return a table, its modalities, a target and groups."""
    rng = np.random.default_rng(seed)
    first, third = rng.normal(size=(n_rows, 4)), rng.normal(size=(n_rows, 3))
    blocks = dict(
        zip(
            NASTY,
            [first, first + 0.2 * rng.normal(size=first.shape), third],
            strict=True,
        )
    )
    frames, modalities = [], []
    for name, block in blocks.items():
        columns = [f"{name} {k}" for k in range(block.shape[1])]
        frames.append(pd.DataFrame(block, columns=columns))
        modalities.append((name, "auto", columns))
    X = pd.concat(frames, axis=1)
    X["</style>"] = np.exp(3 * X["_x 0"])
    X["=1+1"] = X["_x 1"]
    X.loc[:1, "=1+1"] = [60.0, -60.0] * np.sign(-X.loc[:1, "_x 1"].to_numpy())
    modalities[2][2].extend(["</style>", "=1+1"])
    X.loc[100:120, modalities[1][2]] = np.nan
    y = np.where(first[:, 0] + third[:, 0] + rng.normal(size=n_rows) > 0, "yes", "no")
    return X, modalities, y, np.arange(n_rows) % 5
