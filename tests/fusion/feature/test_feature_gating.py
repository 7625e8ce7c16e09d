"""Feature gating against linear models, known switches and models of subsets."""

from dataclasses import replace

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, table
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from mmensemble import (
    FeatureGatingFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)
from mmensemble.fusion import FusionData
from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.learners._task import make_task
from mmensemble.modality import Block

NAMES = ("a", "b", "switch")


def switched(n_samples=300, classes=False, holes=0.0, seed=0, **more):
    """Make a view in which the switch says which of a and b the target follows."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_samples, 3, 2))
    values[:, 2, 0] = np.sign(values[:, 2, 0])
    which = (values[:, 2, 0] > 0).astype(int)
    y = 2 * values[np.arange(n_samples), which, 0]
    y = y + 0.3 * rng.normal(size=n_samples)
    y = np.where(y > 0, "up", "down") if classes else y
    present = rng.random((n_samples, 3)) >= holes
    present[~present.any(axis=1), 0] = True
    data = FusionData(
        task=make_task(y, classifier=classes),
        modalities=NAMES,
        presence=present,
        blocks=tuple(
            Block(values[present[:, m], m], present[:, m], ("u", "v")) for m in range(3)
        ),
        y=y,
        learners=(("estimator", AutoLinearClassifier()),),
        **more,
    )
    return data, which


def hide(data, kept):
    """Return the view with some modalities only."""
    blocks = tuple(
        block
        if m in kept
        else Block(block.values[:0], np.zeros(data.n_samples, bool), block.names)
        for m, block in enumerate(data.blocks)
    )
    presence = data.presence.copy()
    presence[:, [m for m in range(3) if m not in kept]] = False
    return replace(data, blocks=blocks, presence=presence)


def score(fusion, data):
    """Return accuracy or R2."""
    out = fusion.predict(data)
    if data.task.is_classification:
        return np.mean(data.task.classes[out.argmax(axis=1)] == data.y)
    return 1 - np.mean((out[:, 0] - data.y) ** 2) / np.var(data.y)


GATES = pytest.mark.parametrize("gate", ["feature", "modality"])
KINDS = pytest.mark.parametrize("classes", [False, True])


@GATES
@KINDS
def test_gates_follow_the_switch(gate, classes):
    """On new rows it beats the linear model, and gates show which one is right."""
    fusion = FeatureGatingFusion(gate=gate).fit(switched(500, classes)[0])
    new, which = switched(500, classes, seed=1)
    values = [block.values for block in switched(500, classes)[0].blocks]
    linear = LogisticRegression() if classes else Ridge()
    linear.fit(np.hstack(values), switched(500, classes)[0].y)
    plain = linear.score(np.hstack([block.values for block in new.blocks]), new.y)
    assert score(fusion, new) > plain + 0.1
    gates = fusion.gate_values(new)
    assert np.corrcoef(gates[:, 1] - gates[:, 0], which)[0, 1] > 0.8
    assert np.isfinite(fusion.gate_ridge_)


@GATES
def test_without_a_switch_it_is_linear(gate):
    """Where gates do not help, they stay at a half, and predictions are Ridge's."""
    data, _ = switched(200)
    y = data.blocks[0].values @ [1.0, 2.0] + np.random.default_rng(0).normal(size=200)
    data = replace(data, y=y)
    fusion = FeatureGatingFusion(gate=gate).fit(data)
    assert fusion.gate_ridge_ == np.inf
    assert_array_equal(fusion.gate_values(data), 0.5)
    X = np.hstack([block.values for block in data.blocks])
    scaled = StandardScaler().fit_transform(X) / 2
    model = Ridge(alpha=fusion.ridge_ * 200).fit(scaled, (y - y.mean()) / y.std())
    expected = model.predict(scaled) * y.std() + y.mean()
    assert_allclose(fusion.predict(data)[:, 0], expected, rtol=1e-6)


@KINDS
def test_each_subset_is_near_a_model_of_its_own(classes):
    """The one model on a subset scores as one that was trained on it alone."""
    train, new = switched(300, classes)[0], switched(500, classes, seed=1)[0]
    one = FeatureGatingFusion().fit(train)
    for kept in [(0, 1), (1, 2), (0,)]:
        own = FeatureGatingFusion().fit(hide(train, kept))
        part = hide(new, kept)
        assert score(one, part) > score(own, part) - 0.02


@GATES
@KINDS
def test_holes_at_fit(gate, classes):
    """With few complete rows all rows teach, and absent gates are zero."""
    train = switched(500, classes, holes=0.3)[0]
    fusion = FeatureGatingFusion(gate=gate).fit(train)
    new = switched(300, classes, holes=0.3, seed=1)[0]
    prior = train.task.prior.max() if classes else 0.0
    assert score(fusion, new) > prior + 0.15
    assert_array_equal(fusion.gate_values(new)[~new.presence], 0)
    gated = fusion.transform(new)
    assert_array_equal(gated[~np.repeat(new.presence, 2, axis=1)], 0)


def test_transformed_features_are_gates_times_features():
    """One column a feature, named, standardised and gated."""
    data, _ = switched()
    fusion = FeatureGatingFusion(gate="modality").fit(data)
    X = np.hstack([StandardScaler().fit_transform(b.values) for b in data.blocks])
    gates = np.repeat(fusion.gate_values(data), 2, axis=1)
    assert_allclose(fusion.transform(data), gates * X, atol=1e-9)
    names = ["a__u", "a__v", "b__u", "b__v", "switch__u", "switch__v"]
    assert fusion.get_feature_names_out(data.task) == names


def test_learners_take_the_heads_place():
    """A learner that is no default is fitted on the gated features."""
    data, _ = switched()
    learner = DecisionTreeRegressor(max_depth=3, random_state=0)
    given = replace(data, learners=(("tree", learner), ("ridge", Ridge())))
    fusion = FeatureGatingFusion().fit(given)
    X = fusion.transform(data)
    trees = DecisionTreeRegressor(max_depth=3, random_state=0).fit(X, data.y)
    expected = (trees.predict(X) + Ridge().fit(X, data.y).predict(X)) / 2
    assert_allclose(fusion.predict(data)[:, 0], expected)
    joint = FeatureGatingFusion().fit(data)
    assert joint.pattern_models_[0, 1, 2].learners == []
    assert not np.allclose(joint.predict(data)[:, 0], expected)


def test_default_learners_in_estimators():
    """Without `estimator` the joint head predicts; with one, that does."""
    X, y = table(100)
    for learner, n_fitted in ((None, 0), (LogisticRegression(), 1)):
        model = MultimodalClassifier(
            by_modality(X, "passthrough"),
            fusion=FeatureGatingFusion(),
            estimator=learner,
        ).fit(X, y)
        assert len(model.fusion_.pattern_models_[0, 1, 2].learners) == n_fitted
    targets = numbers(X, 2)
    model = MultimodalRegressor(
        by_modality(X, "passthrough"), fusion=FeatureGatingFusion()
    ).fit(X, targets)
    assert model.predict(X).shape == (100, 2)
    assert model.fusion_.pattern_models_[0, 1, 2].learners == []


def test_transformer_needs_targets():
    """The transformer trains the gates for `y`."""
    X, y = table(100)
    model = MultimodalTransformer(
        by_modality(X, "passthrough"), fusion=FeatureGatingFusion()
    )
    assert model.fit(X, y).transform(X).shape == (100, 7)


def test_wide_blocks_have_bounded_width_and_rank():
    """Parameters stay bounded by width and rank."""
    rng = np.random.default_rng(0)
    present = np.ones(60, dtype=bool)
    blocks = tuple(
        Block(rng.normal(size=(60, 90)), present, tuple(f"x{j}" for j in range(90)))
        for _ in range(2)
    )
    y = blocks[0].values[:, 0]
    data = FusionData(
        task=make_task(y, classifier=False),
        modalities=("a", "b"),
        presence=np.ones((60, 2), dtype=bool),
        blocks=blocks,
        y=y,
    )
    fusion = FeatureGatingFusion(width=5, rank=3).fit(data)
    first, second = fusion.pattern_models_[0, 1].head.factors
    assert (first.shape, second.shape) == ((10, 3), (3, 10))
    assert fusion.transform(data).shape == (60, 10)


def test_weightless_rows_are_as_good_as_absent():
    """Rows of weight zero change nothing."""
    data, _ = switched(200)
    weight = (np.arange(200) % 4 > 0).astype(float)
    ours = FeatureGatingFusion().fit(replace(data, sample_weight=weight))
    alone = FeatureGatingFusion().fit(data.take(np.flatnonzero(weight)))
    assert ours.gate_ridge_ == alone.gate_ridge_
    assert_allclose(ours.predict(data), alone.predict(data), atol=1e-3)


def test_groups_and_seed():
    """One group leaves no fold, so that gates stay shut off; seeds repeat."""
    data, _ = switched(200)
    one = replace(data, groups=np.zeros(200))
    assert FeatureGatingFusion().fit(one).gate_ridge_ == np.inf
    low = FeatureGatingFusion(rank=2)
    again = [low.fit(data).predict(data) for _ in range(2)]
    assert_array_equal(again[0], again[1])


def test_patterns_beyond_the_limit():
    """The smallest model around a pattern answers, else the nearest within."""
    data, _ = switched(200)
    fusion = FeatureGatingFusion(max_patterns=1).fit(data)
    assert list(fusion.pattern_models_) == [(0, 1, 2)]
    assert np.isfinite(fusion.predict(hide(data, (1,)))).all()
    fusion = FeatureGatingFusion().fit(hide(data, (0, 1)))
    assert_allclose(fusion.predict(data), fusion.predict(hide(data, (0, 1))))
    fusion = FeatureGatingFusion().fit(hide(data, (0,)))
    assert np.isfinite(fusion.predict(hide(data, (1,)))).all()
