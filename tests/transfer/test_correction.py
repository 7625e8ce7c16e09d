"""A source's model, corrected."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from source_cases import make_numbers, make_rows

from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.learners._task import make_task
from mmensemble.transfer._correction import correct, strength


def parts(X, y, domain):
    """Return rows of the sources and of the target."""
    here = domain == "here"
    return X[~here], y[~here], X[here], y[here]


def direct_fit(start, Z, y, C, weight):
    """Minimise the loss with a penalty around `start` by brute force."""
    codes = np.unique(y, return_inverse=True)[1]

    def objective(theta):
        coef = theta.reshape(start.shape)
        logs = log_softmax(Z @ coef.T, axis=1)
        loss = -(weight * logs[np.arange(len(y)), codes]).sum()
        return C * loss + ((coef - start) ** 2).sum() / 2

    return minimize(objective, start.ravel(), tol=1e-10).x.reshape(start.shape)


def test_coefficients_are_penalised_towards_the_sources():
    """The logistic correction is the minimum of the penalised loss, found directly."""
    X, y, domain = make_rows(classes=("a", "b", "c"))
    X_source, y_source, X_target, y_target = parts(X, y, domain)
    scaler = StandardScaler().fit(X_source)
    source = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, tol=1e-8))
    source.fit(X_source, y_source)
    weight = np.linspace(0.5, 2, len(y_target))
    task = make_task(y, classifier=True)
    found = correct(source, X_source, X_target, y_target, weight, task)
    start = np.column_stack([source[-1].coef_, source[-1].intercept_])
    Z = np.column_stack([scaler.transform(X_target), np.ones(len(X_target))])
    wanted = direct_fit(start, Z, y_target, 0.5, weight)
    np.testing.assert_allclose(found.coef + start, wanted, atol=2e-4)
    logs = log_softmax(Z @ wanted.T, axis=1)
    np.testing.assert_allclose(found.outputs(X_target), np.exp(logs), atol=1e-4)


def test_ridge_is_penalised_towards_the_source():
    """The correction of numbers has the closed form of ridge on what is left."""
    X, y, domain = make_numbers()
    X_source, y_source, X_target, y_target = parts(X, y, domain)
    source = Ridge(alpha=3.0).fit(X_source, y_source)
    weight = np.full(len(y_target), 0.7)
    task = make_task(y, classifier=False)
    found = correct(source, X_source, X_target, y_target, weight, task)
    Z = StandardScaler().fit(X_source).transform(X_target)
    Z = np.column_stack([Z, np.ones(len(Z))])
    left = y_target - source.predict(X_target)
    change = np.linalg.solve(Z.T @ Z * 0.7 + 3 * np.eye(4), 0.7 * Z.T @ left)
    np.testing.assert_allclose(found.coef[0], change)
    np.testing.assert_allclose(
        found.outputs(X_target)[:, 0], source.predict(X_target) + Z @ change
    )


@pytest.mark.parametrize(
    "source",
    [LogisticRegression(), RandomForestClassifier(10, random_state=0)],
    ids=["linear", "forest"],
)
@pytest.mark.parametrize("classes", [("no", "yes"), ("a", "b", "c")])
def test_without_weight_nothing_changes(source, classes):
    """An infinite penalty leaves the source's probabilities, a large one nearly."""
    X, y, domain = make_rows(classes=classes)
    X_source, y_source, X_target, y_target = parts(X, y, domain)
    source = source.fit(X_source, y_source)
    task = make_task(y, classifier=True)
    # a probability of zero becomes a small one as soon as anything may change
    for size, tolerance in ((0.0, 1e-12), (1e-7, 2e-2)):
        weight = np.full(len(y_target), size)
        found = correct(source, X_source, X_target, y_target, weight, task)
        wanted = source.predict_proba(X_target)
        np.testing.assert_allclose(found.outputs(X_target), wanted, atol=tolerance)


def test_other_models_are_recalibrated():
    """Of a forest only the log odds are corrected, and that lowers its loss."""
    X, y, domain = make_rows(n=(60, 60, 60))
    X_source, y_source, X_target, y_target = parts(X, y, domain)
    y_target = np.where(y_target == "yes", "no", "yes")[np.argsort(X_target[:, 0])]
    X_target = X_target[np.argsort(X_target[:, 0])]
    y_target = np.where(X_target[:, 0] > 0, "no", "yes")  # the other way round
    source = RandomForestClassifier(20, random_state=0).fit(X_source, y_source)
    task = make_task(y, classifier=True)
    found = correct(source, X_source, X_target, y_target, np.ones(60), task)
    assert found.coef.shape == (1, 2)
    right = (found.outputs(X_target).argmax(axis=1) == (y_target == "yes")).mean()
    assert source.score(X_target, y_target) < 0.3
    assert right > 0.7


def test_classes_that_the_source_lacks_are_learnt():
    """A class of the target alone is predicted once its rows weigh enough."""
    X, y, domain = make_rows(classes=("a", "b", "c"))
    X_source, y_source, X_target, y_target = parts(X, y, domain)
    kept = y_source != "c"
    source = LogisticRegression().fit(X_source[kept], y_source[kept])
    task = make_task(y, classifier=True)
    weight = np.full(len(y_target), 20.0)
    found = correct(source, X_source[kept], X_target, y_target, weight, task)
    share = (task.classes[found.outputs(X_target).argmax(axis=1)] == y_target).mean()
    assert share > 0.75


def test_strength_is_the_models_own():
    """Chosen before given, and 1 where there is no penalty."""
    X, y, _ = make_rows()
    assert strength(LogisticRegression(C=0.2).fit(X, y)) == 0.2
    assert strength(Ridge(alpha=4.0)) == 0.25
    auto = AutoLinearClassifier().fit(X, y)
    assert strength(make_pipeline(StandardScaler(), auto)) == auto.C_
    assert strength(RandomForestClassifier()) == 1
