"""Non-negative second-level learners against scikit-learn, scipy and KKT."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize, nnls
from scipy.special import logsumexp, softmax
from sklearn.linear_model import LinearRegression, LogisticRegression

from mmensemble.learners._nonnegative import (
    NonNegativeLinear,
    NonNegativeLogistic,
    Pull,
    logistic_weights,
    pulled_line,
)


def draw(n_classes, seed=0, n_samples=200, n_members=3, noise=0):
    """Draw logits of members, the last `noise` of them useless, and labels."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    n_columns = 1 if n_classes == 2 else n_classes
    signal = 2.0 * y[:, None] - 1 if n_classes == 2 else np.eye(n_classes)[y]
    logits = rng.normal(size=(n_samples, n_members, n_columns)) * 1.5
    logits[:, : n_members - noise] += signal[:, None, :]
    return logits.reshape(n_samples, -1), y


def scores(model, X):
    """Scores of every class, written anew."""
    n_classes = len(model.classes_)
    if n_classes == 2:
        z = np.stack([-X / 2, X / 2], axis=2)
    else:
        z = X.reshape(len(X), -1, n_classes)
    return np.einsum("imk,m->ik", z, model.weights_) + model.intercept_, z


def slopes(model, X, y, weight=None):
    """Gradient of the mean log loss in weights and intercepts."""
    fitted, z = scores(model, X)
    share = np.ones(len(y)) if weight is None else weight
    error = softmax(fitted, axis=1) - (y[:, None] == model.classes_)
    error *= (share / share.sum())[:, None]
    return np.einsum("imk,ik->m", z, error), error.sum(axis=0)


def test_interior_is_logistic_regression():
    """Where no weight is zero, it is logistic regression without penalty."""
    X, y = draw(2)
    model = NonNegativeLogistic(penalty=0.0).fit(X, y)
    plain = LogisticRegression(C=np.inf, tol=1e-10, max_iter=5000).fit(X, y)
    assert (model.weights_ > 0).all()
    assert_allclose(model.weights_, plain.coef_[0], atol=1e-4)
    assert_allclose(model.predict_proba(X), plain.predict_proba(X), atol=1e-5)
    assert_array_equal(model.predict(X), plain.predict(X))


@pytest.mark.parametrize("n_classes", [2, 3, 4])
@pytest.mark.parametrize("penalty", [0.0, 0.01, 0.1, 10.0])
def test_kkt(n_classes, penalty):
    """The conditions of an optimum of the non-negative lasso hold."""
    for seed in range(5):
        X, y = draw(n_classes, seed, noise=1)
        weight = np.random.default_rng(seed).uniform(0, 2, len(y))
        model = NonNegativeLogistic(penalty=penalty).fit(X, y, weight)
        slope, level = slopes(model, X, y, weight)
        slope += penalty
        free = model.weights_ > 0
        assert (model.weights_ >= 0).all()
        assert_allclose(slope[free], 0, atol=1e-5)
        assert (slope >= -1e-5).all()
        assert_allclose(level, 0, atol=1e-5)
        assert model.intercept_.sum() == pytest.approx(0, abs=1e-10)


def test_large_penalty_selects_nothing():
    """With a large penalty the prior alone is left."""
    X, y = draw(3)
    model = NonNegativeLogistic(penalty=100.0).fit(X, y)
    assert_array_equal(model.weights_, 0)
    expected = np.bincount(y) / len(y)
    assert_allclose(model.predict_proba(X[:2]), [expected] * 2, atol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_selects(n_classes):
    """A noise member gets weight zero, or all but, under the chosen penalty."""
    shares = []
    for seed in range(5):
        X, y = draw(n_classes, seed, n_samples=200, n_members=4, noise=1)
        weights = NonNegativeLogistic().fit(X, y).weights_
        assert (weights[:3] > 0.1).all()
        shares.append(weights[3] / weights.sum())
    assert np.median(shares) < 0.01
    assert np.count_nonzero(np.array(shares) == 0) >= 2


def test_harmful_member_is_dropped():
    """A member that is always wrong is not turned around but left out."""
    X, y = draw(2)
    X[:, 1] = -2.0 * (2 * y - 1) + np.random.default_rng(7).normal(size=len(y)) * 3
    assert NonNegativeLogistic(penalty=0.0).fit(X, y).weights_[1] == 0


@pytest.mark.parametrize("n_classes", [2, 3])
def test_logistic_weights_are_copies(n_classes):
    """Whole sample weights equal copies of the rows."""
    X, y = draw(n_classes)
    counts = np.random.default_rng(1).integers(0, 4, len(y))
    rows = np.repeat(np.arange(len(y)), counts)
    weighted = NonNegativeLogistic(penalty=0.02).fit(X, y, counts.astype(float))
    copied = NonNegativeLogistic(penalty=0.02).fit(X[rows], y[rows])
    assert_allclose(weighted.weights_, copied.weights_, atol=1e-4)


def test_chosen_penalty_follows_groups():
    """The penalty is chosen on folds that keep groups together."""
    X, y = draw(2, n_members=4, noise=2)
    groups = np.repeat(np.arange(20), 10)
    model = NonNegativeLogistic().fit(X, y, groups=groups)
    assert model.penalty_ >= 0
    order = np.random.default_rng(0).permutation(len(y))
    again = NonNegativeLogistic().fit(X[order], y[order], groups=groups[order])
    assert np.isfinite(again.weights_).all()
    single = NonNegativeLogistic().fit(X, y, groups=np.zeros(len(y)))
    assert single.penalty_ == 0.0


def test_string_labels():
    """Labels of any kind come back."""
    X, y = draw(2)
    names = np.array(["no", "yes"])[y]
    model = NonNegativeLogistic(penalty=0.0).fit(X, names)
    assert set(model.predict(X)) == {"no", "yes"}
    number = NonNegativeLogistic(penalty=0.0).fit(X, y)
    assert_array_equal(model.weights_, number.weights_)


def test_one_class():
    """A single class is refused."""
    with pytest.raises(ValueError, match="needs at least 2 classes, got one class"):
        NonNegativeLogistic().fit(np.ones((4, 1)), np.zeros(4))


@pytest.mark.parametrize("weighted", [False, True])
def test_linear_against_nnls(weighted):
    """Least squares around the weighted means is scipy's nnls."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        n_samples, n_members = rng.integers(4, 60), rng.integers(1, 6)
        X = rng.normal(size=(n_samples, n_members))
        y = X @ rng.normal(size=n_members) + rng.normal(size=n_samples)
        weight = rng.uniform(0.1, 2, n_samples) if weighted else np.ones(n_samples)
        middle = weight @ X / weight.sum()
        root, level = np.sqrt(weight), weight @ y / weight.sum()
        expected = nnls((X - middle) * root[:, None], (y - level) * root)[0]
        model = NonNegativeLinear().fit(X, y, weight)
        assert_allclose(model.weights_[:, 0], expected, atol=1e-8)
        assert_allclose(model.intercept_, level - middle @ expected, atol=1e-8)


def test_linear_against_positive_regression():
    """It is scikit-learn's LinearRegression(positive=True), weights included."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(80, 4))
    y = X @ [1.0, 0.5, -1.0, 0.0] + rng.normal(size=80)
    weight = rng.integers(0, 3, 80).astype(float)
    ours = NonNegativeLinear().fit(X, y, weight)
    theirs = LinearRegression(positive=True).fit(X, y, weight)
    assert_allclose(ours.weights_[:, 0], theirs.coef_, atol=1e-8)
    assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-8)
    rows = np.repeat(np.arange(80), weight.astype(int))
    copied = NonNegativeLinear().fit(X[rows], y[rows])
    assert_allclose(ours.weights_, copied.weights_, atol=1e-8)


def test_linear_targets():
    """Each target has its own weights on the members' predictions of it."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(60, 3, 2))
    y = np.einsum("imt,mt->it", X, rng.uniform(-1, 2, size=(3, 2)))
    y += rng.normal(size=y.shape)
    model = NonNegativeLinear(n_targets=2).fit(X.reshape(60, 6), y)
    fitted = model.predict(X.reshape(60, 6))
    assert fitted.shape == (60, 2)
    for t in range(2):
        alone = NonNegativeLinear().fit(X[:, :, t], y[:, t])
        assert_allclose(model.weights_[:, t], alone.weights_[:, 0], atol=1e-10)
        assert_allclose(fitted[:, t], alone.predict(X[:, :, t]), atol=1e-10)


def test_linear_degenerate():
    """Twins, constants and fewer rows than members still give weights."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(30, 1))
    model = NonNegativeLinear().fit(np.hstack([x, x, np.ones_like(x)]), x[:, 0])
    assert_allclose(model.predict(np.hstack([x, x, np.ones_like(x)])), x[:, 0])
    few = NonNegativeLinear().fit(rng.normal(size=(2, 4)), [1.0, 2.0])
    assert (few.weights_ >= 0).all()
    assert np.isfinite(few.weights_).all()


def pulled_brute_force(loss, pull, n_members):
    """Minimise a loss and a pull over weights >= 0 by a general solver."""

    def total(theta):
        weights, intercept = theta[:n_members], theta[n_members:]
        far = ((weights - pull.weights) ** 2).sum()
        far += ((intercept - pull.intercept) ** 2).sum() / 4
        return loss(weights, intercept) + pull.strength / 2 * far

    n_free = len(pull.intercept)
    bounds = [(0, None)] * n_members + [(None, None)] * n_free
    start = np.concatenate([pull.weights, pull.intercept])
    found = minimize(total, start, bounds=bounds, tol=1e-14, options={"maxiter": 5000})
    return found.x[:n_members], found.x[n_members:]


@pytest.mark.parametrize("strength", [0.01, 1.0, 100.0])
def test_pulled_logistic(strength):
    """The general solver's minimum; a strong pull leaves what was known."""
    X, y = draw(3, noise=1)
    logits = X.reshape(len(X), 3, 3)
    pull = Pull(strength, np.array([0.5, 0.1, 0.2]), np.array([0.3, -0.1, -0.2]))
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    share = weight / weight.sum()

    def loss(weights, intercept):
        scores = np.einsum("imk,m->ik", logits, weights) + intercept
        return share @ (logsumexp(scores, axis=1) - scores[np.arange(len(y)), y])

    got = logistic_weights(logits, np.eye(3)[y], weight, pull=pull)
    expected = pulled_brute_force(loss, pull, 3)
    assert_allclose(got[0], expected[0], atol=1e-3)
    assert_allclose(got[1], expected[1] - expected[1].mean(), atol=1e-3)
    if strength == 100:
        assert_allclose(got[0], pull.weights, atol=0.02)


@pytest.mark.parametrize("strength", [0.0, 0.1, 100.0])
def test_pulled_line(strength):
    """The general solver's minimum; without a pull, non-negative least squares."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(80, 3, 2))
    targets = values @ np.array([0.5, 0.5]) @ np.array([[1.0], [0.3], [-1]])
    targets = targets + [[1.0, -2.0]] + rng.normal(size=(80, 2))
    pull = Pull(strength, np.array([0.3, 0.3, 0.3]), np.array([0.5, 0.0]))
    weight = rng.uniform(0.5, 2, 80)
    share = weight / weight.sum()

    def loss(weights, intercept):
        error = np.einsum("imt,m->it", values, weights) + intercept - targets
        return share @ (error**2).sum(axis=1) / 2

    got = pulled_line(values, targets, weight, pull)
    expected = pulled_brute_force(loss, pull, 3)
    assert_allclose(got[0], expected[0], atol=1e-4)
    assert_allclose(got[1], expected[1], atol=1e-4)
    if strength == 0:
        plain = NonNegativeLinear().fit(values[:, :, 0], targets[:, 0], weight)
        none = Pull(0.0, np.zeros(3), np.zeros(1))
        alone = pulled_line(values[:, :, :1], targets[:, :1], weight, none)
        assert_allclose(alone[0], plain.weights_[:, 0], atol=1e-8)
        assert_allclose(alone[1], plain.intercept_, atol=1e-8)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_logistic_of_known_weights(n_classes):
    """A model of given weights predicts as one that has learnt them."""
    X, y = draw(n_classes)
    model = NonNegativeLogistic(penalty=0.0).fit(X, y)
    same = NonNegativeLogistic.of(model.weights_, model.intercept_, model.classes_)
    assert_array_equal(same.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("n_targets", [1, 2])
def test_line_of_known_weights(n_targets):
    """The same for values, of one target or of several."""
    X, _ = draw(3)
    y = X[:, :n_targets] if n_targets > 1 else X[:, 0]
    model = NonNegativeLinear(n_targets=n_targets).fit(X[:, : 3 * n_targets], y)
    same = NonNegativeLinear.of(model.weights_, model.intercept_, squeeze=y.ndim == 1)
    X = X[:, : 3 * n_targets]
    assert_array_equal(same.predict(X), model.predict(X))
