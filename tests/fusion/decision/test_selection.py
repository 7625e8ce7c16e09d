"""Ensemble selection: patterns, bags, weights and scores."""

from itertools import product

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, random_probabilities, table, view
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from mmensemble import MultimodalClassifier, MultimodalRegressor, SelectionFusion


def probabilities(n_samples=120, strengths=(0.5, 0.3, 0.0), seed=0, n_classes=2):
    """Draw members' probabilities that know the labels by the given strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    known = np.asarray(strengths)[:, None]
    drawn = random_probabilities(rng, n_samples, len(strengths), n_classes)
    return (1 - known) * drawn + known * np.eye(n_classes)[y][:, None], y


def best_counts(loss, n_members, total):
    """Return the least loss over all ensembles of `total` selections."""
    grid = product(range(total + 1), repeat=n_members)
    return min(loss(np.array(c) / total) for c in grid if sum(c) == total)


def test_near_the_best_ensemble():
    """Greedy is hardly worse than the best of all ensembles of its size."""
    predictions, y = probabilities(seed=3)

    def loss(weights):
        return log_loss(y, np.einsum("imk,m->ik", predictions, weights))

    data = view(predictions, y, classes=np.arange(2))
    fusion = SelectionFusion(n_steps=20).fit(data)
    assert loss(fusion.weights_) <= best_counts(loss, 3, 20) + 1e-4
    assert fusion.weights_[2] < 0.15


def test_selects_for_the_score():
    """Another scoring selects another ensemble, the better by that score."""
    predictions, y = probabilities(200, (0.15, 0.1, 0.05, 0.1), seed=1)
    predictions[:, 3] = predictions[:, 3] ** 8  # ranks well, is no probability
    predictions[:, 3] /= predictions[:, 3].sum(axis=1, keepdims=True)
    data = view(predictions, y, classes=np.arange(2))

    def auc(scoring):
        fusion = SelectionFusion(scoring, max_patterns=1).fit(data)
        return roc_auc_score(y, fusion.predict(data)[:, 1])

    assert auc("roc_auc") > auc(None)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
@pytest.mark.parametrize("n_bags", [0, 7])
def test_member_order(n_bags, order):
    """The order of the members changes nothing, nor who is in which bag."""
    predictions, y = probabilities()
    data = view(predictions, y, classes=np.arange(2))
    turned = data.take(np.arange(len(y)))
    turned = type(data)(
        **{
            **vars(turned),
            "predictions": predictions[:, order],
            "modalities": tuple(data.modalities[j] for j in order),
            "members": tuple(
                type(m)(m.name, position, m.learner)
                for position, m in enumerate(data.members[j] for j in order)
            ),
        }
    )
    weights = SelectionFusion(n_bags=n_bags).fit(data).weights_
    other = SelectionFusion(n_bags=n_bags).fit(turned).weights_
    assert_allclose(other, weights[list(order)])


def test_bags_by_seed():
    """Bags depend on the seed; without bags nothing is drawn."""
    predictions, y = probabilities(strengths=(0.3, 0.3, 0.2, 0.2, 0.1, 0.0))

    def weights(n_bags, seed):
        data = view(predictions, y, classes=np.arange(2), seed=seed)
        return SelectionFusion(n_bags=n_bags).fit(data).weights_

    assert_array_equal(weights(3, 0), weights(3, 0))
    assert not np.allclose(weights(3, 0), weights(3, 1))
    assert_array_equal(weights(0, 0), weights(0, 1))
    assert_array_equal(weights("auto", 0), weights(0, 0))


def test_large_libraries_are_bagged():
    """From ten members on, "auto" is twenty bags."""
    predictions, y = probabilities(strengths=np.linspace(0, 0.4, 10))
    data = view(predictions, y, classes=np.arange(2))
    auto = SelectionFusion(max_patterns=1).fit(data).weights_
    assert_array_equal(
        auto, SelectionFusion(n_bags=20, max_patterns=1).fit(data).weights_
    )
    once = SelectionFusion(n_bags=0, max_patterns=1).fit(data).weights_
    assert not np.allclose(auto, once)


def test_bag_fraction():
    """Bags of everything are the selection without bags."""
    predictions, y = probabilities(strengths=(0.3, 0.3, 0.2, 0.2))
    data = view(predictions, y, classes=np.arange(2))
    whole = SelectionFusion(n_bags=3, bag_fraction=1.0).fit(data)
    assert_allclose(whole.weights_, SelectionFusion(n_bags=0).fit(data).weights_)


def test_patterns():
    """Without holes each pattern's weights are those of its members alone."""
    predictions, y = probabilities(strengths=(0.5, 0.3, 0.3))
    data = view(predictions, y, classes=np.arange(2))
    fusion = SelectionFusion().fit(data)
    assert len(fusion.pattern_models_) == 7
    alone = view(predictions[:, 1:], y, classes=np.arange(2))
    expected = SelectionFusion().fit(alone).weights_
    assert_array_equal(fusion.pattern_models_[(1, 2)], [0, *expected])
    assert_array_equal(fusion.weights_, fusion.pattern_models_[(0, 1, 2)])


@pytest.mark.parametrize("scoring", [None, "roc_auc"])
def test_patterns_share_strength(scoring):
    """With holes a pattern's weights lie between its own and those of all rows."""
    predictions, y = probabilities(strengths=(0.5, 0.3, 0.3))
    predictions[:60, 0] = np.nan
    data = view(predictions, y, classes=np.arange(2))
    fusion = SelectionFusion(scoring).fit(data)
    assert len(fusion.pattern_models_) == 7
    alone = view(predictions[:, 1:], y, classes=np.arange(2))
    own = SelectionFusion(scoring).fit(alone).weights_
    filled = np.where(
        np.isnan(predictions), np.nanmean(predictions, axis=1)[:, None], predictions
    )
    whole = view(filled, y, classes=np.arange(2))
    pooled, n = SelectionFusion(scoring).fit(whole).weights_, len(y)
    pooled = (n * pooled + 10 / 3) / (n + 10)
    pooled = pooled[1:] + pooled[0] / 2
    strength = fusion.strength_
    expected = (n * own + strength * pooled) / (n + strength)
    assert_allclose(fusion.pattern_models_[(1, 2)], [0, *expected])
    assert_allclose(fusion.row_weights(data)[0], [0, *expected])
    assert_array_equal(fusion.weights_, fusion.pattern_models_[(0, 1, 2)])


def test_few_rows():
    """A pattern without rows enough is served by what all rows say."""
    predictions = np.full((4, 2, 2), 0.5)
    predictions[:3, 0] = np.nan
    predictions[3, 1] = np.nan
    data = view(predictions, np.array([0, 1, 0, 1]), classes=np.arange(2))
    fusion = SelectionFusion().fit(data)
    assert set(fusion.pattern_models_) == {(0, 1), (0,), (1,)}
    assert_allclose(fusion.row_weights(data), [[0, 1]] * 3 + [[1, 0]])
    complete = view(np.full((2, 2, 2), 0.5), np.array([0, 1]), classes=np.arange(2))
    assert SelectionFusion("accuracy").fit(complete.take([0])).pattern_models_ == {}


@pytest.mark.parametrize("scoring", [None, "roc_auc"])
def test_sample_weight(scoring):
    """Whole-number weights are repeated rows, zero is absence."""
    predictions, y = probabilities(60, strengths=(0.3, 0.2, 0.2))
    weight = np.random.default_rng(0).integers(0, 3, 60)
    data = view(
        predictions, y, classes=np.arange(2), sample_weight=weight.astype(float)
    )
    weighted = SelectionFusion(scoring, n_steps=10).fit(data)
    rows = np.repeat(np.arange(60), weight)
    plain = view(predictions[rows], y[rows], classes=np.arange(2))
    repeated = SelectionFusion(scoring, n_steps=10).fit(plain)
    assert_allclose(weighted.weights_, repeated.weights_)
    for pattern, weights in repeated.pattern_models_.items():
        assert_allclose(weighted.pattern_models_[pattern], weights)


def test_zero_weight_is_absence_where_rows_lack_modalities():
    """Where strength is shared, too."""
    predictions, y = probabilities(60, strengths=(0.3, 0.2, 0.2))
    predictions[:9, 1] = np.nan
    weight = (np.arange(60) % 2).astype(float)
    classes = {"classes": np.arange(2)}
    weighted = SelectionFusion().fit(
        view(predictions, y, sample_weight=weight, **classes)
    )
    half = SelectionFusion().fit(view(predictions[1::2], y[1::2], **classes))
    for pattern, weights in half.pattern_models_.items():
        assert_allclose(weighted.pattern_models_[pattern], weights)


def test_regression():
    """Two targets of very different units count alike."""
    X, _ = table(150)
    y = numbers(X, n_targets=2) * [1, 1e4]
    model = MultimodalRegressor(
        by_modality(X, StandardScaler()),
        estimator=[("ridge", Ridge()), ("stiff", Ridge(1e4))],
        fusion="selection",
        cv=3,
    ).fit(X, y)
    other = MultimodalRegressor(**model.get_params(deep=False)).fit(X, y / [1, 1e4])
    assert_allclose(model.fusion_.weights_, other.fusion_.weights_)
    names = [member.name for member in model.fusion_.members_]
    stiff = [name.endswith("stiff") for name in names]
    assert model.fusion_.weights_[stiff].sum() < 0.2


def test_concat_member():
    """The member on all modalities serves only rows that have all."""
    X, y = table(missing=0.2)
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        estimator=LogisticRegression(),
        fusion=SelectionFusion(concat_member=True),
        cv=3,
    ).fit(X, y)
    weights = model.fusion_.row_weights(model._view(X))
    complete = model.presence(X).all(axis=1).to_numpy()
    assert_array_equal(weights[~complete, -1], 0)
    assert (weights[complete, -1] > 0).any()


def test_without_probabilities():
    """Learners without predict_proba may be in the library."""
    X, y = table()
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        estimator=[("svc", LinearSVC()), ("tree", DecisionTreeClassifier(max_depth=2))],
        fusion=SelectionFusion("accuracy", n_steps=5),
        cv=3,
    ).fit(X, y)
    assert model.score(X, y) > 0.7


def test_feature_names():
    """One name a class."""
    predictions, y = probabilities(10)
    data = view(predictions, y, classes=np.array([0, 1]))
    fusion = SelectionFusion().fit(data)
    assert fusion.get_feature_names_out(data.task) == ["selection_0", "selection_1"]
    assert_allclose(fusion.transform(data), fusion.predict(data))


@pytest.mark.parametrize(
    "wrong",
    [
        {"scoring": "best"},
        {"n_steps": -1},
        {"n_init": 0},
        {"n_bags": -1},
        {"bag_fraction": 0.0},
        {"max_patterns": 0},
    ],
)
def test_errors(wrong):
    """Parameters outside their range are refused by name."""
    predictions, y = probabilities(10)
    data = view(predictions, y, classes=np.arange(2))
    with pytest.raises(ValueError, match=f"The '{next(iter(wrong))}' parameter"):
        SelectionFusion(**wrong).fit(data)


def test_calibrate():
    """Members that are too sure are calibrated before they are selected."""
    predictions, y = probabilities(strengths=(0.4, 0.3, 0.3))
    sure = predictions**6
    data = view(sure / sure.sum(axis=2, keepdims=True), y, classes=np.arange(2))
    plain = SelectionFusion().fit(data).predict(data)
    calibrated = SelectionFusion(calibrate="sigmoid").fit(data).predict(data)
    assert log_loss(y, calibrated) < log_loss(y, plain)
