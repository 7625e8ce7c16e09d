"""Tables whose second modality says more than the first."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from mmensemble import DistilledClassifier, MultimodalClassifier


def make_table(n_rows=160, seed=0, noise=1.0, n_classes=2):
    """Return a frame of a clean and a blurred modality, and labels."""
    rng = np.random.default_rng(seed)
    clean = rng.normal(size=(n_rows, 2))
    blurred = clean @ rng.normal(size=(2, 3)) + noise * rng.normal(size=(n_rows, 3))
    X = pd.DataFrame(
        {f"clean__{j}": column for j, column in enumerate(clean.T)}
        | {f"blurred__{j}": column for j, column in enumerate(blurred.T)}
    )
    cuts = np.quantile(clean[:, 0], np.linspace(0, 1, n_classes + 1)[1:-1])
    return X, np.array(list("abcdef"))[np.searchsorted(cuts, clean[:, 0])]


def hide(y, rows, missing=None):
    """Return labels that some rows lack."""
    y = np.array(y, dtype=object)
    y[rows] = missing
    return y


def small(**options):
    """Return a quick distilled classifier."""
    given = {"student_modalities": "blurred", "features": False, "random_state": 0}
    teacher = MultimodalClassifier(fusion="concat", estimator=LogisticRegression())
    return DistilledClassifier(**{"teacher": teacher} | given | options)


def synthetic(setting, rng, n_rows, alpha, chosen):
    """Return features, privileged features and labels of Lopez-Paz et al. (2016).

    Setting 1: privileged is the score behind noisy labels; 2: features without
    noise; 3: the three features that matter.
    """
    features = rng.normal(size=(n_rows, len(alpha)))
    if setting == 1:
        scores = features @ alpha
        return features, scores[:, None], scores + rng.normal(size=n_rows) > 0
    if setting == 2:
        noisy = features + rng.normal(size=features.shape)
        return noisy, features, features @ alpha > 0
    scores = features[:, chosen] @ alpha[chosen]
    return features, features[:, chosen], scores > 0
