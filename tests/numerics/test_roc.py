"""Areas under ROC curves against scikit-learn's."""

import numpy as np
from numpy.testing import assert_allclose
from sklearn.metrics import roc_auc_score

from mmensemble.numerics._roc import roc_areas


def test_areas_are_those_of_scikit_learn():
    """Under every weighting, with tied scores, and rows that do not count."""
    rng = np.random.default_rng(0)
    positive = rng.integers(0, 2, 50) == 1
    scores = np.round(positive + rng.normal(size=50), 1)
    weights = np.vstack([np.ones(50), rng.random(50), rng.integers(0, 3, 50)])
    expected = [roc_auc_score(positive, scores, sample_weight=w) for w in weights]
    assert_allclose(roc_areas(positive, scores, weights), expected, rtol=1e-12)


def test_one_class():
    """Without rows of both classes there is no area."""
    positive = np.array([True, True, False])
    weights = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 1.0]])
    found = roc_areas(positive, np.array([0.2, 0.4, 0.3]), weights)
    assert_allclose(found, [np.nan, np.nan, 0.0])
