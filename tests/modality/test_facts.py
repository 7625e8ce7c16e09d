"""Facts on columns, against tables in which they are planted."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from mmensemble.modality._facts import table_facts, words_of

N = 40
RNG = np.random.default_rng(0)
LABELS = np.array(["no", "yes"] * (N // 2))
GROUPS = np.repeat(np.arange(N // 4), 4)


def table():
    return pd.DataFrame(
        {
            "dose": RNG.random(N),
            "row": np.arange(N) + 7,
            "key": [f"k{k}" for k in RNG.permutation(N)],
            "one": ["a"] * N,
            "leak": np.where(LABELS == "yes", 2.5, 0.5),
            "word": np.where(LABELS == "yes", "sick", "well"),
            "patient": [f"p{g}" for g in GROUPS],
            "sex": [("f", "m")[g % 2] for g in GROUPS],
            "empty": np.full(N, np.nan),
            "visit": pd.date_range("2020-01-01", periods=N),
        }
    )


def named(X, flags):
    return [str(name) for name, flag in zip(X.columns, flags, strict=True) if flag]


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_planted_facts_are_found(container):
    """Each fact is told of the columns that it was planted in, of no others."""
    X = table()
    if container == "polars":
        X = pytest.importorskip("polars").from_pandas(X)
    facts = table_facts(X, LABELS, GROUPS, classifier=True)
    assert named(X, facts.constant) == ["one", "empty"]
    assert named(X, facts.copies_target) == ["leak", "word"]
    assert named(X, facts.tells_groups) == ["patient"]
    assert named(X, facts.unique) == ["row", "key", "visit"]
    assert named(X, facts.counts_up) == ["row"]
    assert_allclose(facts.missing, [0] * 8 + [1, 0])
    assert facts.n_copies == 0


def test_targets_of_numbers():
    """A straight function of the target is a copy, a noisy one is not."""
    y = RNG.normal(size=N)
    X = np.column_stack([3 - 2 * y, y + 1e-3 * RNG.normal(size=N), np.ones(N)])
    assert table_facts(X, y).copies_target.tolist() == [True, False, False]


def test_copies_need_every_value():
    """A column with a missing value is no copy; nor one where classes share values."""
    X = np.column_stack([LABELS == "yes", LABELS == "yes", np.ones(N)]).astype(float)
    X[3, 1] = np.nan
    facts = table_facts(X, LABELS, classifier=True)
    assert facts.copies_target.tolist() == [True, False, False]


def test_rows_that_are_copies():
    """Equal rows count unless one group keeps them; few kinds of rows do not."""
    X = RNG.normal(size=(N, 3))
    X[5], X[6, 0] = X[4], np.nan
    X[7] = X[6]
    assert table_facts(X).n_copies == 2
    together = np.arange(N)
    together[5] = together[4]
    assert table_facts(X, groups=together).n_copies == 1
    assert table_facts(np.ones((N, 2))).n_copies == 0


def test_many_columns_are_read_in_chunks():
    """What stands in later chunks is found too."""
    X = RNG.normal(size=(N, 150))
    X[:, 149], X[:, 70] = np.arange(N), 1
    facts = table_facts(X)
    assert np.flatnonzero(facts.counts_up).tolist() == [149]
    assert np.flatnonzero(facts.constant).tolist() == [70]
    assert_array_equal(facts.missing, 0)


def test_small_and_sparse_tables():
    """In few rows chance is not told; of sparse tables nothing is."""
    facts = table_facts(table()[:10], LABELS[:10], GROUPS[:10], classifier=True)
    assert not facts.copies_target.any() | facts.unique.any() | facts.tells_groups.any()
    facts = table_facts(sparse.eye(30, format="csr"))
    assert not facts.constant.any()


def test_other_kinds_are_passed_over():
    """Columns of lists tell nothing but whether they are missing."""
    X = pd.DataFrame({"list": [[1]] * 29 + [None], "dose": [0.5] * 30})
    facts = table_facts(X)
    assert facts.missing[0] == pytest.approx(1 / 30)
    assert facts.n_copies == 0
    assert facts.constant.tolist() == [False, True]
    empty = pd.DataFrame({"list": pd.Series([None] * 30, dtype=object)})
    assert table_facts(empty).constant.tolist() == [True]


def test_words_of_names():
    """Names are cut at signs, digits and capitals."""
    assert words_of("patientID") == {"patient", "id"}
    assert words_of("videos_2") == {"videos"}


@pytest.mark.parametrize(
    ("others", "value", "n", "found"),
    [
        (RNG.integers(0, 100, N), -999, 3, True),
        (RNG.normal(size=N), 9999, 2, True),
        (RNG.normal(size=N) * 10, 999.9, 2, True),
        (RNG.normal(size=N), -77, 2, True),
        (RNG.normal(size=N), 9999, 1, False),
        (RNG.normal(size=N), 12, 2, False),
        (RNG.integers(0, 600, N), 999, 2, False),
        (RNG.integers(0, 3, N), 99, 2, False),
        (np.linspace(0, 600, N), -700, 2, False),
    ],
)
@pytest.mark.parametrize("container", ["array", "pandas", "polars"])
def test_numbers_that_stand_for_missing(others, value, n, found, container):
    """They repeat, far outside of many others; nines need be less far."""
    other = np.array(others, dtype=float)
    other[N // 2] = np.nan
    marked = other.copy()
    marked[:n] = value
    X = np.column_stack([other, marked])
    if container != "array":
        X = pd.DataFrame(X, columns=["a", "b"]).assign(c=["x", "y"] * (N // 2))
    if container == "polars":
        X = pytest.importorskip("polars").from_pandas(X)
    markers = table_facts(X).marker
    assert np.isnan(markers[0])
    assert (markers[1] == value) == found
    assert np.isnan(markers[2:]).all()
