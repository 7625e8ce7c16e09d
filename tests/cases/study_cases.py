"""Small tables under study, shared by tests."""

import numpy as np
import pandas as pd

from mmensemble.analysis.modalities._study import Study
from mmensemble.analysis.modalities._target import make_target
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def table(n_rows=80, seed=0, missing=0.0):
    """Return a frame: b copies a, c is its own; and the target that a and c tell."""
    rng = np.random.default_rng(seed)
    a, c = rng.normal(size=(n_rows, 4)), rng.normal(size=(n_rows, 3))
    blocks = {"a": a, "b": a + 0.2 * rng.normal(size=a.shape), "c": c}
    y = a[:, 0] + c[:, 0] + 0.5 * rng.normal(size=n_rows)
    frames = []
    for name, block in blocks.items():
        gone = rng.random(n_rows) < missing
        block = np.where(gone[:, None], np.nan, block)
        columns = [f"{name}__{k}" for k in range(block.shape[1])]
        frames.append(pd.DataFrame(block, columns=columns))
    return pd.concat(frames, axis=1), y


def study_of(X, y=None, modalities="auto", task="auto", **options):
    """Return the `Study` of a table."""
    resolved = resolve_modalities(modalities, X)
    weight = options.get("weight")
    target = make_target(y, X, task, weight)
    return Study(X, resolved, presence_mask(X, resolved), target, **options)
