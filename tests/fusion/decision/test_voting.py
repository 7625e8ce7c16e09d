"""Voting against scikit-learn's own, by hand, and its refusals."""

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, random_probabilities, table, view
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.compose import make_column_transformer
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mmensemble import MultimodalClassifier, MultimodalRegressor, VotingFusion

WEIGHTS = [None, [1, 2, 0.5], {"a": 1, "b": 2, "c": 0.5}]


def as_pipelines(X, learner):
    """Make one pipeline a modality, as users of scikit-learn write it."""
    return [
        (
            name,
            make_pipeline(
                make_column_transformer((StandardScaler(), columns)), learner
            ),
        )
        for name, _, columns in by_modality(X, None)
    ]


def plain(weights):
    """Weights as a list, for scikit-learn."""
    return list(weights.values()) if isinstance(weights, dict) else weights


@pytest.mark.parametrize("weights", WEIGHTS, ids=["equal", "list", "dict"])
@pytest.mark.parametrize("rule", ["soft", "hard"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_voting_classifier(n_classes, rule, weights):
    """Predictions equal VotingClassifier's with the same members."""
    X, y = table(n_classes=n_classes)
    y = np.array(["z", "a", "m"])[y]
    learner = LogisticRegression(tol=1e-10)
    ours = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        fusion=VotingFusion(rule, weights=weights),
        estimator=learner,
        cv=3,
    ).fit(X, y)
    theirs = VotingClassifier(
        as_pipelines(X, learner), voting=rule, weights=plain(weights)
    ).fit(X, y)
    assert_array_equal(ours.predict(X), theirs.predict(X))
    if rule == "soft":
        got, expected = ours.predict_proba(X), theirs.predict_proba(X)
        assert_allclose(got, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("weights", WEIGHTS, ids=["equal", "list", "dict"])
def test_voting_regressor(weights):
    """Predictions equal VotingRegressor's with the same members."""
    X, _ = table()
    y = numbers(X)
    ours = MultimodalRegressor(
        by_modality(X, StandardScaler()),
        fusion=VotingFusion(weights=weights),
        estimator=Ridge(),
        cv=3,
    ).fit(X, y)
    theirs = VotingRegressor(as_pipelines(X, Ridge()), weights=plain(weights))
    assert_allclose(ours.predict(X), theirs.fit(X, y).predict(X), rtol=0, atol=1e-9)


def test_median_regression():
    """The median of members, also of several targets."""
    X, _ = table()
    y = numbers(X, n_targets=2)
    model = MultimodalRegressor(
        by_modality(X, StandardScaler()),
        fusion=VotingFusion("median"),
        estimator=Ridge(),
        cv=3,
    ).fit(X, y)
    parts = model.predict_modalities(X).to_numpy().reshape(len(X), 3, 2)
    assert_allclose(model.predict(X), np.median(parts, axis=1))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
@pytest.mark.parametrize("weights", [None, "score", "optimize", "bma"])
def test_member_order(weights, order):
    """The order of the modalities changes nothing."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 60)
    predictions = random_probabilities(rng, 60, 3, 3) * 0.7
    predictions += 0.3 * np.eye(3)[y][:, None]
    classes = np.arange(3)
    data = view(predictions, y, classes=classes)
    turned = view(predictions[:, order], y, classes=classes)
    fusion, other = VotingFusion(weights=weights), VotingFusion(weights=weights)
    expected = fusion.fit(data).predict(data)
    assert_allclose(other.fit(turned).predict(turned), expected, atol=1e-6)


def test_weights_follow_presence():
    """Weights of a row are those of its modalities, scaled to sum to one."""
    predictions = random_probabilities(np.random.default_rng(0), 4, 3, 2)
    predictions[0, 1] = predictions[1, :2] = np.nan
    data = view(predictions, np.array([0, 1, 0, 1]), classes=np.arange(2))
    fusion = VotingFusion(weights=[1, 2, 5]).fit(data)
    expected = [[1 / 6, 0, 5 / 6], [0, 0, 1], [1 / 8, 2 / 8, 5 / 8]]
    assert_allclose(fusion.row_weights(data)[:3], expected)
    assert_allclose(fusion.weights_, [1 / 8, 2 / 8, 5 / 8])


def test_zero_weights_alone():
    """A row whose modalities all weigh zero counts them as equal."""
    predictions = random_probabilities(np.random.default_rng(0), 3, 3, 2)
    predictions[0, 2] = np.nan
    data = view(predictions, np.array([0, 1, 0]), classes=np.arange(2))
    fusion = VotingFusion(weights={"m0": 0, "m1": 0, "m2": 1}).fit(data)
    assert_allclose(fusion.row_weights(data)[0], [0.5, 0.5, 0])
    assert_allclose(fusion.predict(data)[0], predictions[0, :2].mean(axis=0))


def test_optimize_is_per_pattern():
    """Each presence pattern has weights that are optimal for it."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 200)
    predictions = random_probabilities(rng, 200, 3, 2)
    predictions = 0.6 * predictions + 0.4 * np.eye(2)[y][:, None]
    predictions[:60, 0] = np.nan
    data = view(predictions, y, classes=np.arange(2))
    fusion = VotingFusion(weights="optimize").fit(data)
    assert len(fusion.pattern_models_) == 7
    for pattern, weights in fusion.pattern_models_.items():
        absent = [m for m in range(3) if m not in pattern]
        assert_array_equal(weights[absent], 0)
        assert weights.sum() == pytest.approx(1)
    assert_allclose(fusion.row_weights(data)[0], fusion.pattern_models_[(1, 2)])
    assert_array_equal(fusion.weights_, fusion.pattern_models_[(0, 1, 2)])


@pytest.mark.parametrize("rule", ["soft", "log"])
def test_bma_is_per_pattern(rule):
    """Each pattern's weights are posteriors from the rows that have all of it."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 40)
    predictions = random_probabilities(rng, 40, 3, 2)
    predictions[:15, 0] = np.nan
    data = view(predictions, y, classes=np.arange(2))
    fusion = VotingFusion(rule, weights="bma").fit(data)
    own = predictions[np.arange(40), :, y]
    expected = own[15:].prod(axis=0)
    assert_allclose(fusion.weights_, expected / expected.sum())
    expected = own[:, 1:].prod(axis=0)
    weights = fusion.row_weights(data)[0]
    assert_allclose(weights, [0, *expected / expected.sum()])


def test_bma_regression():
    """For values the weights follow the members' variances."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=30)
    noise = rng.normal(size=(30, 2)) * [1.0, 1.1]
    data = view((y[:, None] + noise)[..., None], y)
    fusion = VotingFusion(weights="bma").fit(data)
    odds = (noise**2).mean(axis=0) ** -15.0
    assert_allclose(fusion.weights_, odds / odds.sum())


def test_optimize_without_enough_rows():
    """A pattern that a single row has is served by what all rows say."""
    predictions = np.full((4, 2, 2), 0.5)
    predictions[:3, 0] = np.nan
    predictions[3, 1] = np.nan
    data = view(predictions, np.array([0, 1, 0, 1]), classes=np.arange(2))
    fusion = VotingFusion(weights="optimize").fit(data)
    assert set(fusion.pattern_models_) == {(0, 1), (0,), (1,)}
    assert_allclose(fusion.row_weights(data), [[0, 1]] * 3 + [[1, 0]])
    assert (fusion.weights_ > 0).all()


def test_optimize_more_patterns_than_allowed():
    """What all rows say serves the others, among the members that a row has."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 200)
    predictions = 0.8 * random_probabilities(rng, 200, 3, 2)
    predictions += 0.2 * np.eye(2)[y][:, None]
    predictions[:60, 0] = np.nan
    data = view(predictions, y, classes=np.arange(2))
    fusion = VotingFusion(weights="optimize", max_patterns=1).fit(data)
    assert set(fusion.pattern_models_) == {(0, 1, 2), ()}
    pooled = np.where([False, True, True], fusion.pattern_models_[()], 0)
    assert_allclose(fusion.row_weights(data)[0], pooled / pooled.sum())
    assert fusion.strength_ >= 10


def test_optimize_zero_sample_weight():
    """Patterns whose rows all weigh nothing are not learnt."""
    predictions = random_probabilities(np.random.default_rng(0), 6, 2, 2)
    predictions[:3, 0] = np.nan
    weight = np.array([1.0, 1, 1, 0, 0, 0])
    y = np.array([0, 1, 0, 1, 0, 1])
    data = view(predictions, y, classes=np.arange(2), sample_weight=weight)
    fusion = VotingFusion(weights="optimize").fit(data)
    assert set(fusion.pattern_models_) == {(1,)}


def test_weights_by_learner():
    """Of several learners, weights go by member or by modality."""
    X, y = table(sizes=(2, 2))
    learners = [("one", LogisticRegression()), ("two", LogisticRegression(C=0.1))]
    given = {"a": 1, "b__one": 2, "b__two": 3}
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        estimator=learners,
        fusion=VotingFusion(weights=given),
        cv=3,
    ).fit(X, y)
    assert_allclose(model.fusion_.weights_, np.array([1, 1, 2, 3]) / 7)
    model.set_params(fusion__weights=[1, 3]).fit(X, y)
    assert_allclose(model.fusion_.weights_, np.array([1, 1, 3, 3]) / 8)


def test_hard_needs_no_probabilities():
    """A learner without predict_proba can vote."""
    X, y = table()
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        estimator=LinearSVC(),
        fusion=VotingFusion("hard"),
        cv=3,
    ).fit(X, y)
    assert model.score(X, y) > 0.6


def test_feature_names():
    """The transformer's names: one a class or a target."""
    predictions = random_probabilities(np.random.default_rng(0), 4, 2, 2)
    data = view(predictions, np.array([0, 1, 0, 1]), classes=np.array([0, 1]))
    fusion = VotingFusion().fit(data)
    assert fusion.get_feature_names_out(data.task) == ["voting_0", "voting_1"]
    assert_allclose(fusion.transform(data), fusion.predict(data))
    single = view(predictions[..., :1], np.arange(4.0))
    assert fusion.get_feature_names_out(single.task) == ["voting_prediction"]
    double = view(predictions, np.ones((4, 2)))
    names = fusion.get_feature_names_out(double.task)
    assert names == ["voting_prediction0", "voting_prediction1"]


ERRORS = {
    "rule of regression": (
        {"rule": "product"},
        {"classes": None},
        r"rule='product'\) combines classes; for regression",
    ),
    "log pool of values": (
        {"rule": "log"},
        {"classes": None},
        r"rule='log'\) combines classes; for regression",
    ),
    "optimize another rule": (
        {"rule": "max", "weights": "optimize"},
        {},
        r"weights='optimize'\) needs rule='soft', got rule='max'",
    ),
    "no probabilities": (
        {},
        {"has_proba": False},
        r"needs probabilities, but member 'm0' has no predict_proba",
    ),
    "unknown and lacking names": (
        {"weights": {"m0": 1, "m7": 2}},
        {},
        r"unknown \['m7'\], lacking \['m1'\]",
    ),
    "wrong length": (
        {"weights": [1, 2, 3]},
        {},
        r"has 3 entries for 2 members \['m0', 'm1'\]",
    ),
    "negative": ({"weights": [1, -1]}, {}, r"finite numbers >= 0 .* \[1.0, -1.0\]"),
    "not finite": ({"weights": [1, np.inf]}, {}, r"finite numbers >= 0"),
    "all zero": ({"weights": {"m0": 0, "m1": 0}}, {}, r"positive sum, got \[0"),
    "unknown rule": ({"rule": "sum"}, {}, r"The 'rule' parameter of VotingFusion"),
    "unknown weights": ({"weights": "best"}, {}, r"The 'weights' parameter of Voting"),
    "no patterns": ({"max_patterns": 0}, {}, r"The 'max_patterns' parameter"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    """What cannot be done is refused with the reason."""
    params, more, message = ERRORS[case]
    predictions = random_probabilities(np.random.default_rng(0), 4, 2, 2)
    more = {"classes": np.arange(2), **more}
    data = view(predictions, np.array([0, 1, 0, 1]), **more)
    with pytest.raises(ValueError, match=message):
        VotingFusion(**params).fit(data)
