"""Categories against scikit-learn's OneHotEncoder."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.preprocessing import OneHotEncoder

from mmensemble.features._categories import CategoryEncoder, frequent_levels


def levels(*counts):
    """Return a column with that many rows of the levels a, b, c, ..."""
    values = [chr(97 + i) for i, count in enumerate(counts) for _ in range(count)]
    return np.array(values, dtype=object)


def encoder_of(values, min_frequency=5, max_categories=100, weight=None):
    weight = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=float)
    return CategoryEncoder(min_frequency, max_categories).fit(values, weight)


@pytest.mark.parametrize("max_categories", [None, 100, 4, 3, 2])
@pytest.mark.parametrize("min_frequency", [1, 3, 5])
def test_equals_scikit_learn(min_frequency, max_categories):
    """Pooling and its limits are scikit-learn's."""
    values = levels(9, 2, 6, 5, 1, 6)
    test = np.array(["f", "a", "b", "e", "c"], dtype=object)
    oracle = OneHotEncoder(
        min_frequency=min_frequency,
        max_categories=max_categories,
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
    ).fit(values.reshape(-1, 1))
    encoder = encoder_of(values, min_frequency, max_categories)
    got = encoder.transform(test).toarray()
    assert_array_equal(got, oracle.transform(test.reshape(-1, 1)))
    expected = list(oracle.get_feature_names_out(["x"]))
    renamed = [name.replace("infrequent_sklearn", "infrequent") for name in expected]
    assert encoder.names("x") == renamed


def test_missing_and_unknown_without_pooling():
    """Both are rows of zeros."""
    encoder = encoder_of(np.array(["a", "b", None] * 5, dtype=object))
    test = np.array([None, np.nan, "new", "b"], dtype=object)
    expected = [[0, 0], [0, 0], [0, 0], [0, 1]]
    assert_array_equal(encoder.transform(test).toarray(), expected)


def test_missing_and_unknown_with_pooling():
    """An unknown level is infrequent, a missing one is not."""
    encoder = encoder_of(levels(9, 1))
    test = np.array([None, "new", "b", "a"], dtype=object)
    assert_array_equal(
        encoder.transform(test).toarray(), [[0, 0], [0, 1], [0, 1], [1, 0]]
    )
    assert encoder.names("x") == ["x_a", "x_infrequent"]


def test_all_missing():
    """A column without any value is a column of zeros."""
    encoder = encoder_of(np.array([None, None], dtype=object))
    test = np.array([None, "a"], dtype=object)
    assert_array_equal(encoder.transform(test).toarray(), [[0], [0]])
    assert encoder.names("x") == ["x_empty"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([3, 2], ["a", "b"]),
        ([4, 1, 4, 3], ["a", "b", "c", "d"]),
        ([4, 4] + [1] * 13, ["a", "b"]),
        ([1] * 20, [chr(97 + i) for i in range(20)]),
        ([1] * 21, []),
        ([2] + [1] * 20, ["a"]),
    ],
)
def test_min_frequency_is_lowered(counts, expected):
    """Not every level is pooled, unless each is unique in a larger table."""
    encoder = encoder_of(levels(*counts))
    assert encoder.levels_.tolist() == expected
    assert encoder.pooled_ == (len(expected) < len(counts))


def test_frequent_levels_of_nothing():
    """No level, nothing frequent."""
    empty = np.array([], dtype=object)
    assert len(frequent_levels(empty, np.array([]), 5, 100)) == 0


def test_one_category_at_most():
    """With room for one column everything is pooled."""
    encoder = encoder_of(levels(9, 8), max_categories=1)
    assert encoder.names("x") == ["x_infrequent"]
    assert_array_equal(encoder.transform(levels(1, 1)).toarray(), [[1], [1]])


def test_weights_equal_repeats():
    """Weights count for pooling and for the order under a limit."""
    values = levels(3, 1, 2, 1)
    weight = np.array([1, 1, 1, 6, 3, 3, 2])
    repeated = encoder_of(values.repeat(weight), max_categories=2)
    weighted = encoder_of(values, max_categories=2, weight=weight)
    assert weighted.levels_.tolist() == repeated.levels_.tolist() == ["c"]


def test_rare_levels_are_forgotten():
    """Nothing in the fitted state names a rare level."""
    encoder = encoder_of(np.array(["common"] * 9 + ["secret"], dtype=object))
    assert "secret" not in repr(vars(encoder)) + repr(vars(encoder.encoder_))


@pytest.mark.parametrize(
    ("counts", "share"), [((9, 9), 0), ((9, 9, 1, 1), 0.1), ((30, 1), 1 / 31), ((), 0)]
)
def test_how_rare_the_rare_levels_are(counts, share):
    """The share of the rows whose level is pooled, or occurs once."""
    assert encoder_of(levels(*counts)).rare_share_ == pytest.approx(share)
    alone = encoder_of(levels(*counts), min_frequency=1)
    singles = sum(count == 1 for count in counts) / max(sum(counts), 1)
    assert alone.rare_share_ == pytest.approx(singles)
