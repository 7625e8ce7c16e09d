"""Class level: posteriors of any set of modalities."""

import numpy as np
import pytest
from crossmodal_cases import make_table, without
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from mmensemble.crossmodal._classes import check_labels, fit_classes, posteriors


def fit(X, y, estimator=None):
    """Return a classifier of a table's modalities."""
    estimator = LogisticRegression() if estimator is None else estimator
    return fit_classes("auto", estimator, X, y, groups=None, n_jobs=None, seed=0)


def test_posteriors_of_sets():
    """More modalities tell more; rows without them get the prior, unwarned."""
    X, y = make_table(300, noise=1.0)
    model = fit(X[:200], y[:200])
    masks = [np.array(mask, dtype=bool) for mask in ([1, 0, 0], [1, 1, 1])]
    losses = [log_loss(y[200:], posteriors(model, X[200:], mask)) for mask in masks]
    assert losses[1] < losses[0]
    empty = without(X[200:], "a", np.arange(100))
    found = posteriors(model, empty, masks[0])
    np.testing.assert_allclose(
        found, np.tile([(y[:200] == k).mean() for k in model.classes_], (100, 1))
    )


def test_the_portfolio_is_the_default():
    """Three learners a modality."""
    X, y = make_table(60, names="ab")
    model = fit_classes("auto", None, X, y, groups=None, n_jobs=None, seed=0)
    assert len(model.estimators_) == 6


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["u", "v"], "inconsistent numbers of samples"),
        (["u", "u", "u"], "at least 2 classes, got one class: 'u'"),
        ([0.5, 1.5, 2.5], "Unknown label type"),
    ],
)
def test_labels_that_do_not_fit(y, message):
    """Number, kind and variety are checked."""
    with pytest.raises(ValueError, match=message):
        check_labels(y, np.zeros((3, 1)))
