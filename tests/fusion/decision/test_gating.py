"""Gating against voting, stacking, and tables whose right modality is known."""

from dataclasses import replace

import numpy as np
import pytest
from fusion_cases import by_modality, random_probabilities, table, view
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    GatingFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
)
from mmensemble.datasets import make_multimodal
from mmensemble.fusion import Member
from mmensemble.modality import Block


def told(n_samples=300, kind="classes", seed=0, holes=0.0, noise=0.1):
    """Make a view in which block m2 tells which of m0 and m1 is right."""
    rng = np.random.default_rng(seed)
    right = rng.integers(0, 2, n_samples)
    rows = np.arange(n_samples)
    if kind == "classes":
        y = rng.permutation(rows % 2)
        p = random_probabilities(rng, n_samples, 3, 2)
        p[rows, right] = 0.7 * np.eye(2)[y] + 0.3 * p[rows, right]
    else:
        y = 5 + 3 * rng.normal(size=n_samples)
        p = 5 + 3 * rng.normal(size=(n_samples, 3, 1))
        p[rows, right, 0] = y + rng.normal(size=n_samples)
    present = rng.random((n_samples, 3)) >= holes
    present[~present.any(axis=1), 0] = True
    p[~present] = np.nan
    values = rng.normal(size=(n_samples, 3, 2))
    values[:, 2, 0] = right + noise * rng.normal(size=n_samples)
    blocks = tuple(
        Block(values[present[:, m], m], present[:, m], ("u", "v")) for m in range(3)
    )
    classes = np.arange(2) if kind == "classes" else None
    return view(p, y, classes=classes, blocks=blocks), right


POOLS = pytest.mark.parametrize("pool", ["evidence", "mixture"])
KINDS = pytest.mark.parametrize("kind", ["classes", "numbers"])
CONTEXTS = pytest.mark.parametrize("context", [None, "m2", ["m0", "m2"]])


@POOLS
@KINDS
@CONTEXTS
def test_weights_follow_the_truth(pool, kind, context):
    """On new rows they correlate with which member is right, above 0.8."""
    fusion = GatingFusion(context, pool=pool).fit(told(600, kind)[0])
    new, right = told(400, kind, seed=1)
    weights = fusion.row_weights(new)
    assert np.corrcoef(weights[:, 1], right)[0, 1] > 0.8
    assert np.isfinite(fusion.penalty_)
    assert_allclose(weights.sum(axis=1), 1)


@POOLS
@KINDS
def test_without_context_there_are_global_weights(pool, kind):
    """A block that tells nothing leaves the penalty infinite."""
    data, _ = told(200, kind)
    fusion = GatingFusion("m0", pool=pool).fit(data)
    assert fusion.penalty_ == np.inf
    assert_allclose(fusion.row_weights(data), np.tile(fusion.weights_, (200, 1)))


@KINDS
def test_infinite_penalty_of_a_mixture_is_optimised_voting(kind):
    """For every presence pattern, the best constant weights."""
    data, _ = told(300, kind, holes=0.3)
    ours = GatingFusion(pool="mixture", penalty=np.inf).fit(data)
    theirs = VotingFusion(weights="optimize").fit(data)
    new = told(100, kind, seed=2, holes=0.4)[0]
    assert_allclose(ours.predict(new), theirs.predict(new), rtol=1e-6)
    assert_allclose(ours.row_weights(new), theirs.row_weights(new), atol=1e-6)


def test_infinite_penalty_of_evidence_is_stacking():
    """For numbers, non-negative least squares for each pattern."""
    data, _ = told(300, "numbers", holes=0.3)
    ours = GatingFusion(penalty=np.inf).fit(data)
    theirs = StackingFusion().fit(data)
    new = told(100, "numbers", seed=2, holes=0.4)[0]
    assert_allclose(ours.predict(new), theirs.predict(new), rtol=1e-6)


@POOLS
@KINDS
def test_rows_without_the_context_get_global_weights(pool, kind):
    """Where the context is absent, all rows of a pattern have the same weights."""
    fusion = GatingFusion("m2", pool=pool).fit(told(600, kind, holes=0.2)[0])
    new = told(200, kind, seed=1)[0]
    absent = np.ones((200, 3), dtype=bool)
    absent[:, 2] = False
    blocks = (*new.blocks[:2], Block(np.empty((0, 2)), ~np.ones(200, bool), ("u", "v")))
    p = np.where(absent[..., None], new.predictions, np.nan)
    hidden = view(p, new.y, classes=new.task.classes, blocks=blocks)
    weights = fusion.row_weights(hidden)
    expected = fusion.pattern_models_[0, 1].weights
    assert_allclose(weights, np.tile([*expected, 0], (200, 1)))
    assert fusion.pattern_models_[0, 1].is_global
    assert not fusion.pattern_models_[0, 1, 2].is_global


@POOLS
def test_patterns_beyond_the_limit_use_the_smallest_around(pool):
    """Their weights are those of the larger gate, without the absent members'."""
    data, _ = told(400)
    fusion = GatingFusion("m2", pool=pool, max_patterns=1).fit(data)
    assert list(fusion.pattern_models_) == [(0, 1, 2)]
    whole = fusion.row_weights(data)
    p = data.predictions.copy()
    p[:, 0] = np.nan
    first = Block(np.empty((0, 2)), np.zeros(400, dtype=bool), ("u", "v"))
    part = view(p, data.y, classes=np.arange(2), blocks=(first, *data.blocks[1:]))
    expected = whole[:, 1:] / whole[:, 1:].sum(axis=1, keepdims=True)
    assert_allclose(fusion.row_weights(part)[:, 1:], expected)
    fused = fusion.predict(part)
    assert_allclose(fused.sum(axis=1), 1)
    if pool == "mixture":
        mixed = np.einsum("imk,im->ik", data.predictions[:, 1:], expected)
        assert_allclose(fused, mixed)


@POOLS
@KINDS
def test_too_few_rows_for_any_gate(pool, kind):
    """The mean of the members present answers."""
    data, _ = told(8, kind)
    fusion = GatingFusion(pool=pool).fit(data)
    assert fusion.pattern_models_ == {}
    assert_allclose(fusion.predict(data), data.predictions.mean(axis=1))
    assert_allclose(fusion.weights_, 1 / 3)


@POOLS
def test_patterns_of_which_none_holds_another(pool):
    """Where no row has all, each gate starts on its own."""
    data, _ = told(400)
    p = data.predictions.copy()
    parts = []
    for m, block in enumerate(data.blocks):
        p[m::3, m] = np.nan
        has = np.arange(400) % 3 != m
        parts.append(Block(block.values[has], has, block.names))
    part = view(p, data.y, classes=np.arange(2), blocks=tuple(parts))
    fusion = GatingFusion(pool=pool, penalty=0.01).fit(part)
    assert {(0, 1), (0, 2), (1, 2)} < set(fusion.pattern_models_)
    assert not fusion.pattern_models_[0, 1].is_global
    assert not fusion.pattern_models_[0, 2].is_global
    assert not fusion.pattern_models_[1, 2].is_global
    assert_allclose(fusion.predict(part).sum(axis=1), 1)


def test_unseen_patterns_use_what_is_within():
    """Without a gate around, the nearest within answers."""
    data, _ = told(60)
    p = data.predictions.copy()
    p[:, 2] = np.nan
    nobody = Block(np.empty((0, 2)), np.zeros(60, dtype=bool), ("u", "v"))
    known = view(p, data.y, classes=np.arange(2), blocks=(*data.blocks[:2], nobody))
    fusion = GatingFusion(pool="mixture").fit(known)
    assert_allclose(fusion.predict(data), fusion.predict(known))


def test_several_learners_are_several_members():
    """Each learner of a modality has a weight of its own."""
    X, y = table(150)
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        fusion=GatingFusion(["a"]),
        estimator=[("linear", LogisticRegression()), ("bayes", GaussianNB())],
        cv=3,
    ).fit(X, y)
    assert model.fusion_.weights_.shape == (6,)
    assert all(isinstance(member, Member) for member in model.fusion_.members_)
    assert model.fusion_.context_ == [0]


def test_weights_and_groups_reach_the_choice():
    """Rows of weight zero are as good as absent; groups widen the error."""
    data, _ = told(300)
    rng = np.random.default_rng(0)
    weight = (rng.random(300) < 0.7).astype(float)
    rows = np.flatnonzero(weight)
    given = view(
        data.predictions,
        data.y,
        classes=np.arange(2),
        blocks=data.blocks,
        sample_weight=weight,
    )
    ours = GatingFusion("m2").fit(given)
    alone = GatingFusion("m2").fit(data.take(rows))
    assert ours.penalty_ == alone.penalty_
    assert_allclose(ours.predict(data), alone.predict(data), atol=1e-6)
    one = view(
        data.predictions,
        data.y,
        classes=np.arange(2),
        blocks=data.blocks,
        groups=np.zeros(300),
    )
    assert GatingFusion("m2").fit(one).penalty_ == np.inf


@POOLS
def test_transform_gives_the_mean_under_the_weights(pool):
    """One column a class, by name; what a mixture predicts."""
    data, _ = told(100)
    fusion = GatingFusion(pool=pool).fit(data)
    weights = fusion.row_weights(data)
    expected = np.einsum("imk,im->ik", data.predictions, weights)
    assert_allclose(fusion.transform(data), expected)
    assert np.allclose(fusion.predict(data), expected) == (pool == "mixture")
    assert fusion.get_feature_names_out(data.task) == ["gating_0", "gating_1"]


@pytest.mark.parametrize("context", ["scan", ["m0", "scan"], []])
def test_unknown_context(context):
    """A context must name modalities."""
    data, _ = told(50)
    with pytest.raises(ValueError, match=r"must name modalities out of \['m0', "):
        GatingFusion(context).fit(data)


SETTINGS = {
    "classification": (MultimodalClassifier, LogisticRegression(), {"class_sep": 2.0}),
    "regression": (MultimodalRegressor, Ridge(), {}),
}


@pytest.mark.parametrize("task", SETTINGS)
def test_beats_every_fixed_weighting_where_the_row_decides(task):
    """On simulated data with a context, and its weights find the right modality."""
    cls, learner, options = SETTINGS[task]
    bunch = make_multimodal(
        800, row_dependent=True, n_shared=0, task=task, random_state=0, **options
    )
    fusions = [
        GatingFusion("context"),
        StackingFusion(),
        VotingFusion(),
        VotingFusion(weights="optimize"),
    ]
    train, test = np.arange(400), np.arange(400, 800)
    X, y = bunch.data.iloc[test], bunch.target[test]
    scores = []
    for fusion in fusions:
        model = cls(fusion=fusion, estimator=learner, cv=3)
        model.fit(bunch.data.iloc[train], bunch.target[train])
        scores.append(model.score(X, y))
        if isinstance(fusion, GatingFusion):
            gating = model
    assert scores[0] > max(scores[1:]) + 0.05
    weights = gating.fusion_.row_weights(gating._view(X))
    names = np.array(["m1", "m2", "m3"])
    truth = bunch.truth.active.to_numpy()[test, None] == names
    assert np.corrcoef(weights[:, :3].ravel(), truth.ravel())[0, 1] > 0.8


@POOLS
@KINDS
def test_rare_patterns_have_global_weights(pool, kind):
    """Too few rows for a gate are served by what all rows say."""
    data, _ = told(200, kind)
    predictions = data.predictions.copy()
    predictions[:195, 0] = np.nan
    known = ~np.isnan(predictions[:, :, 0])
    data = replace(data, predictions=predictions, presence=known)
    fusion = GatingFusion(pool=pool).fit(data)
    gate = fusion.pattern_models_[(0, 1, 2)]
    assert gate.is_global
    assert gate.weights.sum() == pytest.approx(1)
    assert np.isfinite(fusion.predict(data)).all()
