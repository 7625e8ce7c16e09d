"""The classifier of several sources."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from source_cases import make_rows

from mmensemble.transfer import MultiSourceClassifier

X, Y, DOMAIN = make_rows(n=(150, 150, 120))
LABELLED = np.r_[: len(Y) - 60]


@pytest.mark.parametrize("towards", ["pooled", "source"])
def test_few_labels_of_a_differing_target_help(towards):
    """Accuracy on the target is well above that of all rows pooled."""
    domain, new = DOMAIN[LABELLED], np.r_[len(Y) - 60 : len(Y)]
    plain = LogisticRegression().fit(X[LABELLED], Y[LABELLED])
    model = MultiSourceClassifier(
        LogisticRegression(), target="here", towards=towards, random_state=0
    )
    model.fit(X[LABELLED], Y[LABELLED], domain=domain)
    assert model.score(X[new], Y[new]) > plain.score(X[new], Y[new]) + 0.1
    assert model.towards_ == towards


@pytest.mark.parametrize("labels", [[True, False], [3, 1], ["b", "a"]])
def test_labels_of_any_type(labels):
    """Probabilities follow the sorted labels, which predict returns."""
    y = np.where(Y == "yes", *labels)
    model = MultiSourceClassifier(
        LogisticRegression(), target="here", weight=1.0, towards="source"
    )
    model.fit(X, y, domain=DOMAIN)
    np.testing.assert_array_equal(model.classes_, np.unique(y))
    found = model.predict_proba(X)
    np.testing.assert_array_equal(
        model.predict(X), model.classes_[found.argmax(axis=1)]
    )


def test_without_probabilities():
    """An estimator without predict_proba has none here, but for corrected scores."""
    model = MultiSourceClassifier(LinearSVC(), target="here", weight=1.0)
    assert not hasattr(model, "predict_proba")
    assert model.fit(X, Y, domain=DOMAIN).predict(X).shape == Y.shape
    model.set_params(towards="source").fit(X, Y, domain=DOMAIN)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
