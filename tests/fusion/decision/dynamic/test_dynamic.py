"""Dynamic selection against brute force, and what the row decides."""

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, random_probabilities, table, view
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    DynamicFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    VotingFusion,
)
from mmensemble.fusion._weights import skill_weights
from mmensemble.fusion.decision.dynamic import _neighbours
from mmensemble.fusion.decision.dynamic._competence import CLASSIFICATION_RULES
from mmensemble.modality import Block

METHODS = sorted(CLASSIFICATION_RULES)


def make(n_samples=80, seed=0, classify=True, where=None, **more):
    """Make a view of two modalities of one column, whose place tells who is right.

    Member 0 is right where the first modality's value is positive, else member 1.
    """
    rng = np.random.default_rng(seed)
    place = rng.normal(size=(n_samples, 2))
    place[:, 1] = place[:, 0]
    y = rng.integers(0, 2, n_samples)
    own = np.column_stack([place[:, 0] > 0, place[:, 0] <= 0])
    if classify:
        good = 0.9 * np.eye(2)[y] + 0.05
        predictions = np.where(own[..., None], good[:, None], 0.4 * good[:, None] + 0.3)
        flip = ~own & (rng.random((n_samples, 2)) < 0.5)
        predictions[flip] = 1 - predictions[flip]
        more["classes"] = np.arange(2)
    else:
        y = rng.normal(size=n_samples)
        noise = np.where(own, 0.1, 2.0) * rng.normal(size=(n_samples, 2))
        predictions = (y[:, None] + noise)[..., None]
    if where is not None:
        predictions[~where] = np.nan
    present = ~np.isnan(predictions[:, :, 0])
    blocks = tuple(
        Block(place[present[:, m], m : m + 1], present[:, m], ("u",)) for m in range(2)
    )
    return view(predictions, y, blocks=blocks, **more)


def by_hand(method, data, new, n_neighbors):
    """Weights of each row from its neighbours, one row at a time."""
    own, other = (
        np.hstack([block.values / 1.0 for block in part.blocks]) for part in (new, data)
    )
    finder = NearestNeighbors(n_neighbors=n_neighbors).fit(other)
    right = data.predictions.argmax(axis=2) == data.y[:, None]
    rows = []
    for near in finder.kneighbors(own)[1]:
        hits = right[near].astype(float)
        share = hits.mean(axis=0)
        if method == "ola":
            weights = (share == share.max()).astype(float)
        elif method == "knora_u":
            weights = share
        elif method == "des_p":
            weights = np.maximum(share - 0.5, 0)
        else:
            weights = np.zeros(2)
            for size in range(n_neighbors, 0, -1):
                weights = hits[:size].all(axis=0).astype(float)
                if weights.any():
                    break
        if np.ptp(weights) < 1e-12:
            weights = np.ones(2)
        rows.append(weights / weights.sum())
    return np.array(rows)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cells", [200, 10_000])
def test_brute_force(method, cells, monkeypatch):
    """Weights are those of each method, found one row at a time, in any chunks."""
    monkeypatch.setattr(_neighbours, "_CELLS", cells)
    data, new = make(), make(30, seed=1)
    fusion = DynamicFusion(method, n_neighbors=7, fallback="average").fit(data)
    got, expected = fusion.row_weights(new), by_hand(method, data, new, 7)
    assert_allclose(got, expected, atol=1e-12)
    assert (np.ptp(expected, axis=1) > 0).mean() > 0.1
    fused = (expected[..., None] * new.predictions).sum(axis=1)
    assert_allclose(fusion.predict(new), fused)


@pytest.mark.parametrize("method", METHODS)
def test_the_row_decides(method):
    """The member that is right in a region outweighs the other there."""
    new = make(200, seed=1)
    fusion = DynamicFusion(method, n_neighbors=15).fit(make(600))
    first = new.blocks[0].values[:, 0]
    weights = fusion.row_weights(new)[:, 0]
    assert weights[first > 0.5].mean() > 0.6 > 0.4 > weights[first < -0.5].mean()


@pytest.mark.parametrize("method", ["ola", "des_p"])
def test_regression(method):
    """So it does for values, and beats the better member."""
    new = make(200, seed=1, classify=False)
    fusion = DynamicFusion(method, n_neighbors=15).fit(make(600, classify=False))
    errors = (fusion.predict(new) - new.y[:, None]) ** 2
    alone = ((new.predictions[..., 0] - new.y[:, None]) ** 2).mean(axis=0)
    assert errors.mean() < 0.2 * alone.min()


def test_regression_by_hand():
    """Inverse local errors in units of each target's variance, above the mean's."""
    y = np.array([[0.0, 0], [2, 20], [4, 40]])
    p = np.stack([y + [1, 0], y + [0, 5], y + [100, 0]], axis=1)
    block = Block(np.zeros((3, 1)), np.ones(3, bool), ("u",))
    data = view(p, y, blocks=(block,) * 3)
    fusion = DynamicFusion(n_neighbors=3).fit(data)
    variances = np.array([8 / 3, 800 / 3])
    errors = [0.5 * 1 / variances[0], 0.5 * 25 / variances[1]]
    inverse = np.array([1 / errors[0], 1 / errors[1], 0])
    assert_allclose(fusion.row_weights(data), [inverse / inverse.sum()] * 3)


@pytest.mark.parametrize("fallback", ["skill", "average"])
def test_fallback(fallback):
    """Where neighbours do not discriminate, the weights are global."""
    y = np.arange(40) % 2
    p = np.stack([0.9 * np.eye(2)[y] + 0.05, 0.2 * np.eye(2)[y] + 0.4], axis=1)
    blocks = tuple(Block(np.zeros((40, 1)), np.ones(40, bool), ("u",)) for _ in "ab")
    data = view(p, y, classes=np.arange(2), blocks=blocks)
    fusion = DynamicFusion(fallback=fallback).fit(data)
    expected = [0.5, 0.5]
    if fallback == "skill":
        prior = data.task.prior
        expected = skill_weights(p, np.eye(2)[y], prior, classification=True)
    assert_allclose(fusion.global_weights_, expected)
    assert_allclose(fusion.row_weights(data), [expected] * 40)


def test_presence():
    """Absent members weigh nothing; a row's only member has all the weight."""
    rng = np.random.default_rng(0)
    where = rng.random((300, 2)) < 0.6
    where[~where.any(axis=1)] = True
    fusion = DynamicFusion("knora_u", n_neighbors=5).fit(make(300, where=where))
    weights = fusion.row_weights(make(300, seed=1, where=where))
    assert_array_equal(weights[~where], 0)
    assert_allclose(weights.sum(axis=1), 1)
    assert_allclose(weights[where.sum(axis=1) == 1].max(axis=1), 1)


def test_reduced_to_a_modality():
    """Enough rows with a pattern: its neighbours are as if it were all there is."""
    where = np.ones((300, 2), bool)
    where[:40, 1] = False
    data = make(300, where=where)
    only = np.tile([True, False], (50, 1))
    new = make(50, seed=1, where=only)
    fusion = DynamicFusion(n_neighbors=5).fit(data)
    chunks = _neighbours.find_neighbours(
        _neighbours.place(new.blocks, fusion.scalings_), fusion.reference_, 5
    )
    ((rows, near),) = chunks
    finder = NearestNeighbors(n_neighbors=5).fit(data.blocks[0].values)
    expected = finder.kneighbors(new.blocks[0].values[rows])[1]
    assert_array_equal(near, expected)


def test_weightless_rows_are_no_neighbours():
    """Rows of weight zero, and rows nobody predicted, are as good as absent."""
    weight = np.ones(120)
    weight[80:] = 0
    data, new = make(120, sample_weight=weight), make(30, seed=1)
    short = data.take(np.arange(80))
    got = DynamicFusion(n_neighbors=5).fit(data)
    expected = DynamicFusion(n_neighbors=5).fit(short).predict(new)
    assert_allclose(got.predict(new), expected)
    assert got.outcomes_.shape == (80, 2)
    held_out = make(120)
    held_out.predictions[80:] = np.nan
    got = DynamicFusion(n_neighbors=5).fit(held_out)
    assert got.outcomes_.shape == (80, 2)


def test_calibrated_predictions_are_fused():
    """With calibration, competence and predictions are those of calibrated members."""
    data, new = make(200), make(30, seed=1)
    fusion = DynamicFusion(calibrate="sigmoid").fit(data)
    assert set(fusion.calibrators_) == {"m0", "m1"}
    after = fusion.calibrated(new)
    assert_allclose(fusion.predict(new), fusion.predict(after))
    weights = fusion.row_weights(new)
    expected = (weights[..., None] * after.predictions).sum(axis=1)
    assert_allclose(fusion.predict(new), expected)


def test_in_estimators():
    """Three classes as words, gaps, several learners; two targets."""
    X, y = table(n_classes=3, missing=0.3)
    y = np.array(["z", "a", "m"])[y]
    learners = [("one", LogisticRegression()), ("two", LogisticRegression(C=0.1))]
    parts = by_modality(X, StandardScaler())
    model = MultimodalClassifier(parts, fusion="dynamic", estimator=learners, cv=3)
    assert model.fit(X, y).score(X, y) > 0.6
    assert model.fusion_.outcomes_.shape == (90, 6)
    assert np.isnan(model.fusion_.outcomes_).any()
    targets = numbers(X, n_targets=2)
    model = MultimodalRegressor(parts, fusion="dynamic", cv=3).fit(X, targets)
    assert model.predict(X).shape == (90, 2)


@pytest.mark.parametrize("method", ["knora_e", "knora_u"])
def test_no_oracle_for_values(method):
    """No value is exactly right, so there is nothing to count."""
    data = view(np.zeros((4, 2, 1)), np.arange(4.0))
    message = r"for regression choose one of \['des_p', 'ola'\]"
    with pytest.raises(ValueError, match=message):
        DynamicFusion(method).fit(data)


@pytest.mark.parametrize("rule", ["log", "hard"])
def test_no_other_mean_of_values(rule):
    """Values are averaged; geometric means and votes are of classes."""
    data = view(np.zeros((4, 2, 1)), np.arange(4.0))
    with pytest.raises(ValueError, match="regression needs rule='soft'"):
        DynamicFusion(rule=rule).fit(data)


@pytest.mark.parametrize("rule", ["log", "hard"])
def test_rules(rule):
    """The weights are those of voting by the same rule."""
    data, new = make(), make(30, seed=1)
    fusion = DynamicFusion(rule=rule, n_neighbors=7).fit(data)
    weights = fusion.row_weights(new)
    for row, own in enumerate(weights):
        one = new.take(np.array([row]))
        voting = VotingFusion(rule, weights=own).fit(one)
        assert_allclose(fusion.predict(one), voting.predict(one))


@pytest.mark.parametrize("name", sorted(DynamicFusion().get_params()))
def test_parameters(name):
    """Every parameter is checked."""
    data = view(random_probabilities(np.random.default_rng(0), 3, 2, 2))
    with pytest.raises(ValueError, match=f"The '{name}' parameter of DynamicFusion"):
        DynamicFusion().set_params(**{name: "other"}).fit(data)
