"""Presence patterns: which are prepared, and which serves a row."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, table
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
    group_rows,
    list_patterns,
    nearest_pattern,
    rows_with,
)


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


def test_nearest():
    """The pattern itself, else the largest within it, else nothing."""
    fitted = {(0, 1, 2): 3.0, (0, 1): 2.0, (1, 2): 1.0, (0,): 0.5, (2,): 0.1}
    assert nearest_pattern((0, 1, 2), fitted) == (0, 1, 2)
    assert nearest_pattern((0, 1, 2, 3), fitted) == (0, 1, 2)
    assert nearest_pattern((0, 2), fitted) == (2,)
    assert nearest_pattern((0, 2, 3), fitted) == (2,)
    assert nearest_pattern((1, 3), fitted) is None


def test_nearest_prefers_the_smaller_loss():
    """Among patterns of one size the better one, and then the first."""
    fitted = {(0, 1): 2.0, (1, 2): 1.0}
    assert nearest_pattern((0, 1, 2), fitted) == (1, 2)
    assert nearest_pattern((0, 1, 2), dict.fromkeys(fitted, 1.0)) == (0, 1)


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
