"""Tables with few labels, for self-training and co-training."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier, StackingFusion


def make_table(n_rows=240, seed=0, n_classes=2, n_modalities=2, balanced=False):
    """Return a frame whose modalities each tell the classes, and labels."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, n_classes, size=n_rows)
    codes = np.arange(n_rows) % n_classes if balanced else codes
    parts = {}
    for name in "abc"[:n_modalities]:
        centres = 1.5 * rng.normal(size=(n_classes, 3))
        values = centres[codes] + rng.normal(size=(n_rows, 3))
        parts |= {f"{name}__{j}": column for j, column in enumerate(values.T)}
    return pd.DataFrame(parts), np.array(list("uvwx"))[codes]


def hide(y, n_labelled, missing=None):
    """Return labels that all rows but the first lack."""
    y = np.array(y, dtype=object)
    y[n_labelled:] = missing
    return y


def base(**options):
    """Return a quick supervised model with members."""
    given = {
        "fusion": StackingFusion(concat_member=True),
        "estimator": LogisticRegression(),
        "cv": 3,
    }
    return MultimodalClassifier(**given | options)
