"""Probabilities for other class frequencies."""

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from mmensemble.learners._prior import PriorCorrectedClassifier


def test_bayes_rule():
    """Odds are multiplied by the factors, as Bayes' rule says."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 2))
    y = np.array(["a", "b", "c"])[rng.integers(0, 3, 90)]
    factors = {"a": 2.0, "b": 0.5, "c": 1.0}
    plain = LogisticRegression().fit(X, y)
    model = PriorCorrectedClassifier(LogisticRegression(), factors).fit(X, y)
    expected = plain.predict_proba(X) * [2.0, 0.5, 1.0]
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(X), expected)
    assert np.array_equal(model.predict(X), model.classes_[expected.argmax(axis=1)])


def test_factors_of_one_change_nothing():
    """Also for sparse data, which it takes if its classifier does."""
    X = sparse.random(40, 5, density=0.5, format="csr", random_state=0)
    y = np.arange(40) % 2
    model = PriorCorrectedClassifier(LogisticRegression(), {0: 1.0, 1: 1.0}).fit(X, y)
    plain = LogisticRegression().fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), plain.predict_proba(X))
    assert model.__sklearn_tags__().input_tags.sparse
