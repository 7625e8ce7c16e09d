"""One pass over chunks: sample, columns, rows."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.analysis.matrix._chunked_sample import sample_chunks


def cut(X, size):
    """Yield the rows of a frame in chunks."""
    for start in range(0, len(X), size):
        yield X.iloc[start : start + size]


@pytest.fixture
def X():
    """Numbers, text, booleans and dates; the text begins late."""
    n = 60
    late = np.array([None] * n, dtype=object)
    late[50:] = "x"
    return pd.DataFrame(
        {
            "row": np.arange(float(n)),
            "late": late,
            "flag": np.arange(n) % 2 == 0,
            "day": pd.date_range("2020-01-01", periods=n),
            "code": pd.Categorical(["u", "v", "w"] * 20),
        }
    )


def test_the_sample_is_the_same_however_chunks_are_cut(X):
    """Rows keep their order and do not depend on the chunks."""
    one = sample_chunks(cut(X, 7), 20, seed=3)
    two = sample_chunks(cut(X, 60), 20, seed=3)
    np.testing.assert_array_equal(one.rows, two.rows)
    np.testing.assert_array_equal(one.table["row"], one.rows)
    assert len(one.rows) == 20
    assert (np.diff(one.rows) > 0).all()
    assert one.n_rows == 60


def test_small_tables_are_kept_whole(X):
    """Nothing is left out, or moved, where there are fewer rows than asked."""
    sample = sample_chunks(cut(X, 25), 1000)
    np.testing.assert_array_equal(sample.rows, np.arange(60))
    np.testing.assert_array_equal(sample.table["day"], X["day"])


def test_every_row_is_as_likely():
    """Over many seeds each row comes equally often."""
    X = pd.DataFrame({"a": np.arange(30.0)})
    counts = np.zeros(30)
    for seed in range(400):
        counts[sample_chunks(cut(X, 9), 10, seed=seed).rows] += 1
    expected = 400 / 3
    assert ((counts - expected) ** 2 / (expected * 2 / 3)).sum() < 60


def test_columns_are_told_by_all_chunks(X):
    """Text in a late chunk makes a column text; the plan holds the others."""
    X["mixed"] = 1.0
    chunks = [*cut(X.iloc[:40], 20), X.iloc[40:].assign(mixed="z")]
    sample = sample_chunks(chunks, 60)
    assert set(sample.text) == {"late", "mixed"}
    assert sample.plan.names == ("row", "flag", "day", "code")
    assert sample.plan.kinds == ("number", "boolean", "date", "category")
    assert sample.plan.levels[3] == ("u", "v", "w")
    assert sample.table["mixed"][0] == "1.0"
    assert sample.table["late"][:50].isna().all()


def test_rows_can_be_kept_out(X):
    """Rows that may not be sampled are counted, and never chosen."""
    sample = sample_chunks(cut(X, 16), 100, keep=lambda chunk: chunk["flag"].to_numpy())
    np.testing.assert_array_equal(sample.rows, np.arange(0, 60, 2))
    assert sample.n_rows == 60


def test_progress_and_empty_chunks(X):
    """Rows are told as they are read; a chunk without rows is none."""
    told = []
    sample_chunks([X[:0], X[:10], X[10:12]], 5, on_rows=told.append)
    assert told == [10, 12]


def test_all_text_has_no_plan():
    """Nothing is left to correlate where all columns are text."""
    X = pd.DataFrame({"a": ["x", "y"]})
    assert sample_chunks([X, X], 3).plan is None


def test_no_rows_are_refused(X):
    """A table without rows is told as such."""
    with pytest.raises(ValueError, match="table has no rows"):
        sample_chunks([X[:0]], 5)
