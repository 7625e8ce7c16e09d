"""Fits to shares of the classes in place of labels."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.learners._soft import SharesForest, copies, fit_shares
from mmensemble.learners._trees import AutoTreesClassifier

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3))
CLASSES = np.array(["a", "b", "c"])
Y = RNG.choice(CLASSES, size=90)
LABELS = (Y[:, None] == CLASSES).astype(float)
SHARES = RNG.dirichlet(np.ones(3), size=90)
FORESTS = [
    RandomForestClassifier(n_estimators=8, random_state=0),
    ExtraTreesClassifier(n_estimators=8, max_depth=3, random_state=0),
]


def test_copies_keep_the_mass():
    """One copy a class that has a share; weights sum to those of the rows."""
    shares = np.array([[0.7, 0.3, 0.0], [0.9995, 0.0005, 0.0]])
    rows, columns, weight = copies(shares, np.array([1.0, 2.0]))
    assert rows.tolist() == [0, 0, 1]
    assert columns.tolist() == [0, 1, 0]
    np.testing.assert_allclose(weight, [0.7, 0.3, 2.0])
    assert copies(np.full((1, 4000), 1 / 4000))[2].sum() == pytest.approx(1)


def test_copies_minimise_cross_entropy():
    """A logistic regression on copies is the minimiser of the written loss."""
    weight = RNG.uniform(0.5, 2, size=90)
    model = LogisticRegression(C=1.0, tol=1e-8, max_iter=2000)
    model = fit_shares(model, X, SHARES, CLASSES, weight)

    def loss(theta):
        coef = theta.reshape(4, 3)
        logs = log_softmax(X @ coef[:3] + coef[3], axis=1)
        return -weight @ (SHARES * logs).sum(axis=1) + (coef[:3] ** 2).sum() / 2

    best = minimize(loss, np.zeros(12), tol=1e-9).x.reshape(4, 3)
    wanted = softmax(X @ best[:3] + best[3], axis=1)
    np.testing.assert_allclose(model.predict_proba(X), wanted, atol=2e-3)


@pytest.mark.parametrize("forest", FORESTS, ids=lambda f: type(f).__name__)
def test_forests_of_labels_are_forests_of_indicators(forest):
    """Splits by squared error are those by Gini's index; so are the leaves."""
    stand_in = fit_shares(clone(forest), X, LABELS, CLASSES)
    assert isinstance(stand_in, SharesForest)
    wanted = clone(forest).fit(X, Y).predict_proba(X)
    assert np.abs(stand_in.predict_proba(X) - wanted).mean() < 0.05
    assert (stand_in.predict(X) == Y).mean() == pytest.approx(
        (CLASSES[wanted.argmax(axis=1)] == Y).mean(), abs=0.1
    )


def test_forests_learn_shares():
    """A deep tree returns the shares of its training rows."""
    forest = ExtraTreesClassifier(n_estimators=3, random_state=0)
    for learner in (forest, AutoTreesClassifier(random_state=0)):
        model = fit_shares(learner, X, SHARES, CLASSES)
        np.testing.assert_allclose(model.predict_proba(X), SHARES, atol=1e-6)


def test_forests_that_no_regressor_matches_get_copies():
    """Another criterion, or weights of classes, stay with the forest of labels."""
    for options in ({"criterion": "entropy"}, {"class_weight": "balanced"}):
        forest = RandomForestClassifier(n_estimators=3, random_state=0, **options)
        assert fit_shares(forest, X, SHARES, CLASSES) is forest


def test_default_linear_model_takes_labels_as_shares():
    """Indicators are labels, bit for bit."""
    wanted = AutoLinearClassifier().fit(X, Y)
    model = fit_shares(AutoLinearClassifier(), X, LABELS, CLASSES)
    np.testing.assert_array_equal(model.coef_, wanted.coef_)
    assert model.C_ == wanted.C_


def test_default_linear_model_learns_shares():
    """Shares that are linear in the log are found again."""
    lines = np.array([[2.0, -2.0, 0.0], [0.0, 1.0, -1.0], [0.0, 0.0, 0.0]])
    shares = softmax(X @ lines, axis=1)
    model = fit_shares(AutoLinearClassifier(), X, shares, CLASSES)
    np.testing.assert_allclose(model.predict_proba(X), shares, atol=0.02)


def test_pipelines_and_groups():
    """Weights go to the last step, and copies of a row stay in its group."""
    pipeline = make_pipeline(StandardScaler(), GaussianNB())
    model = fit_shares(pipeline, X, SHARES, CLASSES)
    assert model.predict_proba(X).shape == (90, 3)
    groups = np.repeat(np.arange(9), 10)
    fit_shares(AutoLinearClassifier(), X, SHARES, CLASSES, groups=groups)


def test_learners_without_weights_are_refused():
    """The message names the learner and a way out."""
    with pytest.raises(TypeError, match="KNeighborsClassifier takes no sample_weight"):
        fit_shares(KNeighborsClassifier(), X, SHARES, CLASSES)
