"""Presence patterns: which are prepared, and which serves a row."""

import pickle
from functools import cache
from itertools import product

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, random_probabilities, table, view
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
)
from mmensemble.fusion._patterns import (
    PatternModels,
    group_rows,
    list_patterns,
    pattern_jobs,
    rows_with,
    rows_with_any,
    rows_with_enough,
)


def skops_bytes(value):
    """Send a value through skops, trusting this package."""
    skops = pytest.importorskip("skops.io")
    data = skops.dumps(value)
    trusted = skops.get_untrusted_types(data=data)
    assert all(name.startswith("mmensemble.") for name in trusted)
    return skops.loads(data, trusted=trusted)


def test_all_subsets():
    """Every non-empty subset, the fullest first."""
    available = np.ones((4, 3), dtype=bool)
    patterns = list_patterns(available, 7)
    assert patterns == [(0, 1, 2), (0, 1), (0, 2), (1, 2), (0,), (1,), (2,)]


def test_subsets_of_what_was_seen():
    """A modality that no training row has is in no pattern."""
    available = np.array([[True, False, True], [True, False, False]])
    assert list_patterns(available, 64) == [(0, 2), (0,), (2,)]


def test_limit():
    """Above the limit: full, one less, alone, then the most frequent."""
    available = np.ones((10, 5), dtype=bool)
    available[:3, [0, 1]] = False
    available[3, [3, 4]] = False
    patterns = list_patterns(available, 12)
    assert patterns[0] == (0, 1, 2, 3, 4)
    assert {len(p) for p in patterns[1:6]} == {4}
    assert patterns[6:11] == [(0,), (1,), (2,), (3,), (4,)]
    assert patterns[11] == (2, 3, 4)
    assert list_patterns(available, 1) == [(0, 1, 2, 3, 4)]
    assert len(set(list_patterns(available, 30))) == 13


def test_limit_without_complete_rows():
    """Rows without anything ask for no pattern."""
    available = np.zeros((3, 4), dtype=bool)
    available[0, 0] = available[1, 1] = True
    assert () not in list_patterns(available, 2)
    assert list_patterns(np.zeros((3, 4), dtype=bool), 5) == []


def test_rows_with():
    """Rows that have at least the pattern."""
    available = np.array(list(product([False, True], repeat=3)))
    for pattern in [(0,), (1, 2), (0, 1, 2)]:
        expected = [i for i, row in enumerate(available) if all(row[list(pattern)])]
        assert_array_equal(rows_with(available, pattern), expected)


@pytest.mark.parametrize("complete", [False, True])
def test_group_rows(complete):
    """Every row is in exactly one group, that of its own pattern."""
    available = np.random.default_rng(0).random((40, 3)) < 0.5
    available |= complete
    seen = []
    for pattern, rows in group_rows(available):
        for row in rows:
            assert tuple(np.flatnonzero(available[row])) == pattern
        seen.extend(rows)
    assert sorted(seen) == list(range(40))


def test_rows_with_any_and_enough():
    """Complete rows where they are three of four, else all with any modality."""
    available = np.array([[True, True]] * 3 + [[True, False], [False, False]])
    assert_array_equal(rows_with_any(available, (0, 1)), [0, 1, 2, 3])
    assert_array_equal(rows_with_any(available, (1,)), [0, 1, 2])
    assert_array_equal(rows_with_enough(available, (0, 1)), [0, 1, 2])
    assert_array_equal(rows_with_enough(available[1:], (0, 1)), [0, 1, 2])
    assert_array_equal(rows_with_enough(available[1:], (0,)), [0, 1, 2])


def models(losses, fallbacks=("within",), fill=None):
    """Return models by pattern, each the name of its pattern."""
    names = [str(key) if fill is None else fill for key in losses]
    return PatternModels(tuple(losses), tuple(names), tuple(losses.values()), fallbacks)


FITTED = {(0, 1, 2): 3.0, (0, 1): 2.0, (1, 2): 1.0, (0,): 0.5, (2,): 0.1}


def test_within():
    """The pattern itself, else the largest within it, else nothing."""
    fitted = models(FITTED)
    assert fitted.key_for((0, 1, 2)) == (0, 1, 2)
    assert fitted.key_for((0, 1, 2, 3)) == (0, 1, 2)
    assert fitted.key_for((0, 2)) == (2,)
    assert fitted.key_for((0, 2, 3)) == (2,)
    assert fitted.key_for((1, 3)) is None
    assert PatternModels().key_for((0,)) is None


def test_within_prefers_the_smaller_loss():
    """Among patterns of one size the better one, and then the first."""
    losses = {(0, 1): 2.0, (1, 2): 1.0}
    assert models(losses).key_for((0, 1, 2)) == (1, 2)
    assert models(dict.fromkeys(losses, 1.0)).key_for((0, 1, 2)) == (0, 1)


def test_fallbacks_in_their_order():
    """The first fallback that finds a model decides."""
    losses = {(0, 1, 2): 0.0, (0, 1): 0.0, (2, 3): 0.0}
    assert models(losses, ("around", "within")).key_for((1,)) == (0, 1)
    assert models(losses, ("around", "within")).key_for((0, 1, 3)) == (0, 1)
    assert models(losses, ("around", "fullest")).key_for((0, 1, 3)) == (0, 1, 2)
    assert models(losses, ("fullest",)).key_for((0, 1)) == (0, 1)
    assert models(losses, ("fullest",)).key_for((3,)) == (0, 1, 2)


def test_a_model_of_all_rows_serves_what_has_none():
    """The key () comes before any fallback."""
    fitted = models({(0, 1): 0.0, (): 0.0}, ("around", "within", "fullest"))
    assert fitted.key_for((0,)) == ()
    assert fitted.key_for((0, 1)) == (0, 1)


def test_models_are_a_mapping():
    """Patterns are keys, in the order of fitting."""
    fitted = models(FITTED)
    assert list(fitted) == list(FITTED)
    assert len(fitted) == 5
    assert fitted[0, 1] == "(0, 1)"
    assert (1,) not in fitted
    with pytest.raises(KeyError, match="1"):
        fitted[(1,)]
    assert fitted == {key: str(key) for key in FITTED}
    assert fitted.fullest == (0, 1, 2)
    assert PatternModels().fullest is None
    assert fitted.with_models(range(5))[(2,)] == 4


def test_serve():
    """Every row is served once, by the model of its pattern or a fallback."""
    rng = np.random.default_rng(0)
    present = rng.random((60, 3)) < 0.5
    fitted = models({(0, 1): 0.0, (0,): 0.0})
    seen = []
    for key, rows in fitted.serve(present):
        for row in rows:
            own = tuple(np.flatnonzero(present[row]).tolist())
            assert key == fitted.key_for(own)
        seen.extend(rows)
    assert sorted(seen) == list(range(60))
    keys = [key for key, _ in fitted.serve(present)]
    assert len(keys) == len(set(keys)) == 3


def learn(pattern, rows, known):
    """Return what the model was learnt from; nothing for modality 2 alone."""
    return None if pattern == (2,) else ((pattern, len(rows), list(known)), len(rows))


@pytest.mark.parametrize("after", ["all", "first", "none"])
def test_what_a_model_begins_from(after):
    """From all before it, from the first, or from none; side by side, the same."""
    present = np.ones((4, 3), dtype=bool)
    jobs = pattern_jobs(present, 64)
    fitted = PatternModels.fit(learn, jobs, after=after, n_jobs=2)
    patterns = [pattern for pattern, _ in jobs if pattern != (2,)]
    assert list(fitted) == patterns
    assert fitted.losses == (4.0,) * 6
    for position, (pattern, n_rows, known) in enumerate(fitted.values()):
        assert (pattern, n_rows) == (patterns[position], 4)
        first = patterns[:1] if position else []
        assert known == {"all": patterns[:position], "first": first, "none": []}[after]


def test_weights_of_rows():
    """Weights of the row's pattern, scaled to what the row has, else the default."""
    rng = np.random.default_rng(0)
    predictions = random_probabilities(rng, 4, 3, 2)
    predictions[[1, 2], 0] = predictions[2, 1] = predictions[3] = np.nan
    data = view(predictions, classes=np.arange(2))
    weights = np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, 1.0])
    fitted = PatternModels(((0, 1, 2), (1, 2)), weights, (0.0, 0.0))
    got = fitted.weights_of_rows(data, np.array([1.0, 1.0, 4.0]))
    expected = [[0.5, 0.3, 0.2], [0, 0.5, 0.5], [0, 0, 1], [0, 0, 0]]
    assert_allclose(got, expected)
    got = PatternModels().weights_of_rows(data, np.array([1.0, 1.0, 4.0]))
    assert_allclose(got[:2], [[1 / 6, 1 / 6, 4 / 6], [0, 0.2, 0.8]])


@pytest.mark.parametrize("way", [pickle.dumps, skops_bytes])
def test_models_can_be_stored(way):
    """Pickle and skops bring them back."""
    fitted = models(FITTED, ("around", "fullest"), fill=2.5)
    again = way(fitted)
    again = pickle.loads(again) if way is pickle.dumps else again
    assert again == fitted
    assert again.losses == fitted.losses
    assert again.key_for((3,)) == (0, 1, 2)


SUBSETS = [("a", "b"), ("a", "c"), ("b", "c"), ("a",), ("b",), ("c",)]
FUSIONS = {
    "concat": ConcatFusion(),
    "scaled concat": ConcatFusion("frobenius"),
    "voting": VotingFusion(),
    "optimize": VotingFusion(weights="optimize"),
    "stacking": StackingFusion(LogisticRegression(tol=1e-10)),
}


@cache
def fitted(name):
    """Fit a classifier on complete rows, once for all subsets."""
    X, y = table()
    triples = by_modality(X, StandardScaler())
    model = MultimodalClassifier(
        triples,
        fusion=FUSIONS[name],
        estimator=LogisticRegression(tol=1e-10),
        cv=4,
    )
    return X, y, triples, model.fit(X, y)


@pytest.mark.parametrize("subset", SUBSETS, ids="".join)
@pytest.mark.parametrize("name", FUSIONS)
def test_as_good_as_trained_for_the_pattern(name, subset):
    """With a part present, the model is the one trained on that part."""
    X, y, triples, model = fitted(name)
    lacking = X.copy()
    for modality, _, columns in triples:
        if modality not in subset:
            lacking[columns] = np.nan
    kept = [triple for triple in triples if triple[0] in subset]
    alone = MultimodalClassifier(
        kept, fusion=FUSIONS[name], estimator=LogisticRegression(tol=1e-10), cv=4
    ).fit(X, y)
    assert_allclose(
        model.predict_proba(lacking), alone.predict_proba(X), rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_as_good_as_trained_for_the_pattern_regression(fusion):
    """The same for numbers, with the default second level."""
    X, _ = table()
    y = numbers(X)
    triples = by_modality(X, StandardScaler())
    model = MultimodalRegressor(triples, fusion=fusion, estimator=Ridge(), cv=4)
    model.fit(X, y)
    for subset in SUBSETS:
        lacking = X.copy()
        for modality, _, columns in triples:
            if modality not in subset:
                lacking[columns] = np.nan
        kept = [triple for triple in triples if triple[0] in subset]
        alone = MultimodalRegressor(kept, fusion=fusion, estimator=Ridge(), cv=4)
        alone.fit(X, y)
        assert_allclose(model.predict(lacking), alone.predict(X), rtol=1e-8, atol=1e-8)
