"""All pairs of a table."""

import numpy as np
import pytest
from crossmodal_cases import make_table
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold

from mmensemble.crossmodal._pairs import Pair
from mmensemble.crossmodal._projection import (
    Training,
    fit_pairs,
    list_pairs,
    make_folds,
    make_learners,
    tables_of,
)
from mmensemble.crossmodal._targets import code_targets
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def training(X):
    """Return what pairs of a frame learn from."""
    resolved = resolve_modalities("auto", X)
    presence, weight = presence_mask(X, resolved), np.ones(len(X))
    codes = code_targets(resolved, None, X, presence, weight).codes
    return Training(X, resolved, presence, codes, weight, None, 0)


def test_pairs_of_complete_rows():
    """All others together, and each alone."""
    pairs = list_pairs(np.ones((9, 3), dtype=bool), [0, 2], 8)
    assert pairs[:3] == [Pair(0, (1, 2)), Pair(0, (1,)), Pair(0, (2,))]
    assert [pair.sources for pair in pairs[3:]] == [(0, 1), (0,), (1,)]


def test_pairs_of_rows_that_lack_some():
    """Frequent sets come first, up to the number wanted; few rows teach nothing."""
    presence = np.ones((40, 4), dtype=bool)
    presence[:20, 3] = False
    presence[20:30, 2] = False
    presence[:37, 1] = presence[:37, 1]
    found = [pair.sources for pair in list_pairs(presence, [0], 5)]
    assert found == [(1, 2, 3), (1,), (2,), (3,), (1, 2)]
    presence[:38, 1] = False
    assert (1,) not in [pair.sources for pair in list_pairs(presence, [0], 9)]
    presence[:, 2] = False
    assert all(2 not in pair.sources for pair in list_pairs(presence, [0], 9))


def test_folds():
    """Shuffled ones by default, groups together; a splitter as it is."""
    folds = make_folds(None, 30, None)
    assert len(folds) == 3
    assert not np.array_equal(folds[0][1], np.arange(10))
    groups = np.repeat(np.arange(6), 5)
    for train, test in make_folds(4, 30, groups):
        assert not set(groups[train]) & set(groups[test])
    mine = make_folds(KFold(2), 30, None)
    np.testing.assert_array_equal(mine[0][1], np.arange(15))


def test_folds_of_rows_that_count():
    """A splitter splits all rows; positions are those of the rows that count."""
    kept = np.arange(10, 30)
    mine = make_folds(KFold(2), 30, None, kept)
    np.testing.assert_array_equal(mine[0][1], np.arange(5))
    np.testing.assert_array_equal(mine[0][0], np.arange(5, 20))
    assert len(make_folds(2, 30, np.arange(30), kept)[0][1]) == 10


@pytest.mark.parametrize("word", ["auto", "linear", "kernel", "forest", "mlp"])
def test_learners_by_word(word):
    """Each learner is made from a seed."""
    for make in make_learners(word, 50).values():
        assert make(3).seed == 3


def test_held_out_rows_do_not_see_themselves():
    """Nonsense in a fold's targets changes no prediction of that fold."""
    X, _ = make_table(60, names="ab")
    data = training(X)
    pair, makers = Pair(1, (0,)), make_learners("linear", 60)
    folds = [(np.arange(40), np.arange(40, 60))]
    spoilt = X.copy()
    spoilt.loc[40:, ["b__0", "b__1"]] = 1e3
    found = fit_pairs(data, [pair], makers, folds)[1][1][0,].stack
    other = Training(
        spoilt, data.resolved, data.presence, data.codes, data.weight, None, 0
    )
    again = fit_pairs(other, [pair], makers, folds)[1][1][0,].stack
    assert found.r2 == again.r2
    np.testing.assert_array_equal(found.residual.root, again.residual.root)


def test_noise_has_no_r2():
    """Out of fold, modalities that share nothing do not predict one another."""
    X, _ = make_table(60, names="ab")
    X[["b__0", "b__1", "b__2", "b__3"]] = np.random.default_rng(9).normal(size=(60, 4))
    makers = make_learners(LinearRegression(), 60)
    models = fit_pairs(training(X), [Pair(1, (0,))], makers, make_folds(3, 60, None))[1]
    assert models[1][0,].stack.r2 < 0.05


def test_tables():
    """One row a pair, named by modalities."""
    X, _ = make_table(60, names="ab")
    makers = make_learners("linear", 60)
    pairs = list_pairs(np.ones((60, 2), dtype=bool), [0, 1], 8)
    models = fit_pairs(training(X), pairs, makers, make_folds(3, 60, None))[1]
    r2, weights = tables_of(models, ["a", "b"], list(makers))
    assert r2[["modality", "sources"]].values.tolist() == [["a", "b"], ["b", "a"]]
    assert (r2["r2"] > 0.5).all()
    assert weights["linear"].tolist() == [1.0, 1.0]
    assert tables_of({}, [], [])[0].empty
