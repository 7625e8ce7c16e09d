"""Calibration against scikit-learn's own, closed forms, and without leakage."""

import pickle

import numpy as np
import pytest
from fusion_cases import by_modality, table, view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import expit, logit, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mmensemble import (
    MultimodalClassifier,
    MultimodalTransformer,
    StackingFusion,
    VotingFusion,
)
from mmensemble.fusion._calibration import (
    METHODS,
    Isotonic,
    Sigmoid,
    Temperature,
    apply_calibrators,
    cross_calibrate,
    fit_calibrators,
)

EVERY = pytest.mark.parametrize("method", sorted(METHODS))


def draw(n_samples=400, n_classes=3, power=1.0, seed=0):
    """Draw probabilities, labels that follow them raised to a power, and weights."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(n_classes), size=n_samples)
    true = p**power / (p**power).sum(axis=1, keepdims=True)
    y = (true.cumsum(axis=1) < rng.random((n_samples, 1))).sum(axis=1)
    return p, y, rng.integers(0, 4, n_samples).astype(float) + 0.5


def make(n_samples=120, n_classes=3, seed=0, **more):
    """Make a training view of two members whose probabilities are too bold."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    scores = 4 * (np.eye(n_classes)[y][:, None] + rng.normal(size=(n_samples, 2, 3)))
    return view(softmax(scores, axis=2), y, classes=np.arange(n_classes), **more)


def log_loss(p, y, weight=None):
    """Mean negative log of the true class's probability."""
    return -np.average(np.log(p[np.arange(len(y)), y]), weights=weight)


def test_sigmoid_is_platt():
    """Two classes: slope and intercept minimise Platt's cross-entropy."""
    p, y, weight = draw(n_classes=2, power=2.0)
    yes, no = weight[y == 1].sum(), weight[y == 0].sum()
    soft = np.where(y == 1, (yes + 1) / (yes + 2), 1 / (no + 2))
    odds = logit(p[:, 1])

    def loss(ab):
        q = expit(ab[0] * odds + ab[1])
        return -np.average(soft * np.log(q) + (1 - soft) * np.log1p(-q), weights=weight)

    best = minimize(loss, [1.0, 0.0], tol=1e-12).x
    got = Sigmoid.fit(p, np.eye(2)[y], weight)
    assert_allclose([got.slopes[0], got.intercepts[0]], best, atol=1e-4)
    expected = expit(best[0] * odds + best[1])
    assert_allclose(got.apply(p)[:, 1], expected, atol=1e-4)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 3.0])
def test_sigmoid_is_sklearns_logistic_regression(scale):
    """It is logistic regression on rows written twice, once for each label."""
    p, y, weight = draw(n_classes=2, power=2.0)
    p = softmax(scale * np.log(p), axis=1)
    yes, no = weight[y == 1].sum(), weight[y == 0].sum()
    soft = np.where(y == 1, (yes + 1) / (yes + 2), 1 / (no + 2))
    odds = np.tile(logit(p[:, 1]), 2)[:, None]
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10)
    model.fit(
        odds / odds.std(),
        np.repeat([1, 0], 400),
        sample_weight=np.concatenate([weight * soft, weight * (1 - soft)]),
    )
    got = Sigmoid.fit(p, np.eye(2)[y], weight)
    assert_allclose(got.slopes * odds.std(), model.coef_[0], rtol=1e-5)
    assert_allclose(got.intercepts, model.intercept_, atol=1e-5)


def test_sigmoid_of_several_classes():
    """Each class is calibrated against the rest, then all are normalised."""
    p, y, weight = draw()
    got = Sigmoid.fit(p, np.eye(3)[y], weight).apply(p)
    parts = []
    for k in range(3):
        pair = np.column_stack([1 - p[:, k], p[:, k]])
        own = Sigmoid.fit(pair, np.eye(2)[(y == k).astype(int)], weight)
        parts.append(own.apply(pair)[:, 1])
    parts = np.column_stack(parts)
    assert_allclose(got, parts / parts.sum(axis=1, keepdims=True), atol=1e-9)


def test_sigmoid_constant_and_separable():
    """A constant member gets the smoothed frequency; a perfect one stays finite."""
    targets = np.eye(2)[[0, 0, 0, 1]]
    constant = Sigmoid.fit(np.full((4, 2), 0.5), targets, np.ones(4))
    expected = (3 * 1 / 5 + 2 / 3) / 4
    assert_allclose(constant.apply(np.full((1, 2), 0.5))[0, 1], expected)
    perfect = Sigmoid.fit(targets, targets, np.ones(4)).apply(targets)
    assert_allclose(perfect[:, 1], [1 / 5, 1 / 5, 1 / 5, 2 / 3], atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_isotonic_is_sklearns(n_classes):
    """Each column is scikit-learn's isotonic regression within its bounds."""
    p, y, weight = draw(n_classes=n_classes, power=3.0)
    new = draw(50, n_classes, seed=1)[0]
    columns = []
    for k in range(n_classes):
        model = IsotonicRegression(
            y_min=1 / 402, y_max=1 - 1 / 402, out_of_bounds="clip"
        ).fit(p[:, k], y == k, weight)
        columns.append(model.predict(new[:, k]))
    got = Isotonic.fit(p, np.eye(n_classes)[y], weight).apply(new)
    if n_classes == 2:
        assert_allclose(got[:, 1], columns[1])
    columns = np.column_stack(columns)
    assert_allclose(got, columns / columns.sum(axis=1, keepdims=True), atol=1e-12)


def test_temperature_minimises_log_loss():
    """The derivative of the log loss by the inverse temperature is zero there."""
    p, y, weight = draw(power=0.4)
    found = Temperature.fit(p, np.eye(3)[y], weight)
    heated = softmax(np.log(p) / found.value, axis=1)
    assert_allclose(found.apply(p), heated)
    slope = np.log(p)[np.arange(400), y] - (heated * np.log(p)).sum(axis=1)
    assert abs(np.average(slope, weights=weight)) < 1e-5
    assert found.value == pytest.approx(1 / 0.4, rel=0.3)


def test_temperature_of_classes_that_no_member_has_seen():
    """Rows of classes that folds could not learn do not decide for all others."""
    rng = np.random.default_rng(0)
    targets = np.eye(2)[rng.integers(0, 2, 200)]
    sharp = 0.7 * targets + 0.3 * rng.dirichlet(np.ones(2), 200)
    plain = Temperature.fit(sharp, targets, np.ones(200))
    wide = np.hstack([sharp, np.zeros((200, 20))])
    lost = np.hstack([rng.dirichlet(np.ones(2), 20), np.zeros((20, 20))])
    wide, rare = np.vstack([wide, lost]), np.hstack([np.zeros((20, 2)), np.eye(20)])
    indicators = np.vstack([np.hstack([targets, np.zeros((200, 20))]), rare])
    found = Temperature.fit(wide, indicators, np.ones(220))
    assert found.value == pytest.approx(plain.value, rel=1e-4)
    alone = Temperature.fit(lost, rare, np.ones(20))
    assert np.isfinite(alone.value)


def test_temperature_has_bounds():
    """A member that is never wrong is not sharpened without end."""
    p = np.tile([[0.6, 0.4], [0.4, 0.6]], (20, 1))
    found = Temperature.fit(p, np.eye(2)[np.tile([0, 1], 20)], np.ones(40))
    assert found.value == pytest.approx(1 / 20, rel=1e-4)


@EVERY
def test_zero_probabilities(method):
    """Certain members, right or wrong, give finite probabilities inside (0, 1)."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 80)
    guesses = np.where(rng.random(80) < 0.8, y, (y + 1) % 3)
    p = np.eye(3)[guesses]
    got = METHODS[method].fit(p, np.eye(3)[y], np.ones(80)).apply(p)
    assert_allclose(got.sum(axis=1), 1)
    assert (got > 0).all()
    assert log_loss(got, y) < np.log(3)


@EVERY
def test_members_improve(method):
    """New rows of bold members get a lower log loss."""
    data, new = make(600), make(600, seed=1)
    calibrators = fit_calibrators(data, method)
    after = apply_calibrators(new, calibrators)
    assert after.calibrated
    for m in range(2):
        before = log_loss(new.predictions[:, m], new.y)
        assert log_loss(after.predictions[:, m], new.y) < before - 0.1


@EVERY
def test_cross_fitting_has_not_seen_the_row(method):
    """A training row's calibrated prediction does not depend on its own label."""
    data = make(60)
    before = cross_calibrate(data, method).predictions
    y = data.y.copy()
    one, other = np.flatnonzero(y == 0)[0], np.flatnonzero(y == 1)[0]
    groups = np.arange(60)
    groups[other] = groups[one]
    grouped = make(60, groups=groups)
    before = cross_calibrate(grouped, method).predictions
    y[one], y[other] = 1, 0
    swapped = make(60, groups=groups)
    object.__setattr__(swapped, "y", y)
    after = cross_calibrate(swapped, method).predictions
    assert_allclose(after[[one, other]], before[[one, other]], rtol=1e-9)
    assert np.abs(after - before).max() > 1e-4


@EVERY
def test_zero_weight_is_absence(method):
    """Rows without weight change nothing for the others, and are calibrated too."""
    data = make(90)
    weight = np.ones(90)
    weight[70:] = 0
    weighted = make(90, sample_weight=weight)
    short = data.take(np.arange(70))
    got, expected = cross_calibrate(weighted, method), cross_calibrate(short, method)
    assert_allclose(got.predictions[:70], expected.predictions, rtol=1e-6)
    full = apply_calibrators(data, fit_calibrators(weighted, method))
    assert_allclose(got.predictions[70:], full.predictions[70:], rtol=1e-6)


@EVERY
def test_absent_and_rare(method):
    """Absent members stay so; a class of one row, and one a member never met."""
    data = make(60)
    data.y[:] = data.y % 2
    data.y[0] = 2
    data.predictions[:20, 0] = np.nan
    data.predictions[0, 1] = np.nan
    for seen in (
        cross_calibrate(data, method).predictions,
        apply_calibrators(data, fit_calibrators(data, method)).predictions,
    ):
        assert_array_equal(np.isnan(seen), np.isnan(data.predictions))
        known = seen[~np.isnan(seen[:, :, 0])]
        assert_allclose(known.sum(axis=1), 1)
        assert (known > 0).all()
        assert np.abs(seen[20:] - data.predictions[20:]).max(axis=2).min() > 0


@EVERY
def test_member_without_predictions(method):
    """A member that nobody has needs no calibrator."""
    data = make(60)
    data.predictions[:, 1] = np.nan
    assert list(fit_calibrators(data, method)) == ["m0"]


def test_too_few_rows():
    """Without folds nothing is calibrated."""
    data = make(60)
    data.y[:] = 0
    data.y[0] = 1
    fusion = VotingFusion(calibrate="sigmoid").fit(data)
    assert fusion.calibrators_ == {}
    assert_allclose(fusion.predict(data), data.predictions.mean(axis=1))


@EVERY
def test_fusion_reads_calibrated_predictions(method):
    """Fit sees the cross-fitted view, predict that of all rows; once is enough."""
    data, new = make(200), make(30, seed=1)
    fusion = VotingFusion(weights="optimize", calibrate=method).fit(data)
    seen = fusion.training_view(data)
    assert_array_equal(seen.predictions, cross_calibrate(data, method).predictions)
    plain = VotingFusion(weights="optimize").fit(seen)
    assert_array_equal(fusion.weights_, plain.weights_)
    after = fusion.calibrated(new)
    assert fusion.calibrated(after) is after
    assert fusion.training_view(seen) is seen
    assert_array_equal(fusion.predict(new), plain.predict(after))
    assert_array_equal(fusion.predict(after), fusion.predict(new))
    assert_array_equal(fusion.transform(new), fusion.predict(new))
    assert VotingFusion(calibrate=method).fit(seen).calibrators_ == {}


def test_without_calibration_views_are_the_same():
    """By default a view is handed through."""
    data = make(30)
    fusion = VotingFusion().fit(data)
    assert fusion.calibrators_ == {}
    assert fusion.calibrated(data) is data
    assert fusion.training_view(data) is data


@pytest.mark.parametrize(
    ("fusion", "method"),
    [(VotingFusion(), name) for name in METHODS] + [(StackingFusion(), "sigmoid")],
)
def test_in_estimators(fusion, method):
    """Fitted, searched, pickled and through skops; out of fold while transforming."""
    skops = pytest.importorskip("skops.io")
    X, y = table(n_classes=3, missing=0.2)
    y = np.array(["z", "a", "m"])[y]
    parts = by_modality(X, StandardScaler())
    model = MultimodalClassifier(
        parts, fusion=fusion, estimator=LogisticRegression(), cv=3
    )
    plain = model.fit(X, y).predict_proba(X)
    got = model.set_params(fusion__calibrate=method).fit(X, y).predict_proba(X)
    assert_allclose(got.sum(axis=1), 1)
    assert np.abs(got - plain).max() > 1e-3
    assert set(model.fusion_.calibrators_) == {"a", "b", "c"}
    copy = pickle.loads(pickle.dumps(model))
    assert_array_equal(copy.predict_proba(X), got)
    dumped = skops.dumps(model)
    trusted = skops.get_untrusted_types(data=dumped)
    assert all(name.startswith("mmensemble.") for name in trusted)
    assert_array_equal(skops.loads(dumped, trusted=trusted).predict_proba(X), got)
    transformer = MultimodalTransformer(
        parts, fusion=model.fusion, estimator=LogisticRegression(), cv=3
    )
    held_out = transformer.fit_transform(X, y)
    assert_allclose(transformer.fit(X, y).transform(X).shape, held_out.shape)
    assert np.abs(transformer.transform(X) - held_out).max() > 1e-3


def test_votes_become_probabilities():
    """Members without predict_proba may be pooled once they are calibrated."""
    X, y = table()
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        estimator=LinearSVC(),
        fusion=VotingFusion(calibrate="sigmoid"),
        cv=3,
    ).fit(X, y)
    assert model.score(X, y) > 0.6


def test_needs():
    """Calibration needs out-of-fold predictions."""
    needs = VotingFusion(calibrate="temperature").needs
    assert needs == {"predictions", "out of fold"}


@pytest.mark.parametrize("cls", [VotingFusion, StackingFusion])
def test_regression_is_refused(cls):
    """Values have no probabilities."""
    data = view(np.zeros((4, 2, 1)), np.arange(4.0))
    message = rf"{cls.__name__}\(calibrate='sigmoid'\) .* regression. Leave calibrate"
    with pytest.raises(ValueError, match=message):
        cls(calibrate="sigmoid").fit(data)


def test_unknown_method():
    """The three methods are named where another is asked for."""
    with pytest.raises(ValueError, match="The 'calibrate' parameter of VotingFusion"):
        VotingFusion(calibrate="platt").fit(make(30))


def test_a_temperature_may_draw_towards_frequencies():
    """Probabilities stay at one, and are the frequencies when hot."""
    rng = np.random.default_rng(0)
    p, prior = rng.dirichlet([1, 2, 1], 50), np.array([0.7, 0.2, 0.1])
    assert_allclose(Temperature(1.0, prior).apply(p), p)
    assert_allclose(Temperature(1e9, prior).apply(p), np.tile(prior, (50, 1)))
    targets = np.eye(3)[rng.integers(0, 3, 50)]
    own = p, targets, np.ones(50)
    even = Temperature.fit(*own, prior=np.full(3, 1 / 3))
    assert even.value == pytest.approx(Temperature.fit(*own).value, rel=1e-5)
