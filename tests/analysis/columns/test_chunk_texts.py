"""Strings in chunks become numbers by what a sample shows."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.analysis.columns._chunk_texts import ChunkTexts
from mmensemble.analysis.matrix._prepare import plan_columns, to_matrix
from mmensemble.features import AutoExtractor


def table(n=40):
    """A column of each kind."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "price": [f"${v:,}.50" for v in rng.integers(900, 9000, n)],
            "age": rng.normal(size=n),
            "sex": rng.choice(["f", "m"], n),
            "note": [" ".join(rng.choice(["a", "cold", "day"], 4)) for _ in range(n)],
            "kind": pd.Categorical(rng.choice(["x", "y"], n)),
            "day": pd.date_range("2020-01-01", periods=n).strftime("%Y%m%d"),
            "sex_f": rng.normal(size=n),
        }
    )


TEXTS = ["price", "sex", "note", "day"]


def test_chunks_read_as_auto_reads():
    """In the order of the table: numbers plain, levels as those of the extractor."""
    X = table()
    texts = ChunkTexts.learn(X, TEXTS)
    assert texts.left_out == ("note",)
    known = plan_columns(X.drop(columns=TEXTS))
    plan, owner = texts.plan(list(X.drop(columns="note")), known)
    expected = ["price", "age", "sex_f_", "sex_m", "kind_x", "kind_y", "day", "sex_f"]
    assert plan.features == expected
    assert owner == ["price", "age", "sex", "sex", "kind", "day", "sex_f"]
    parts = [X[k : k + 15].drop(columns="note") for k in (0, 15, 30)]
    found = np.vstack([to_matrix(texts.read(part), plan) for part in parts])
    prices = X["price"].str.replace("[$,]", "", regex=True).astype(float)
    np.testing.assert_array_equal(found[:, 0], prices)
    levels = AutoExtractor().fit_transform(X[["sex"]])
    np.testing.assert_array_equal(found[:, 2:4], levels)
    days = pd.to_datetime(X["day"]) - pd.Timestamp(0)
    np.testing.assert_array_equal(found[:, 6], days.dt.total_seconds())


@pytest.mark.parametrize("nothing", [None, np.nan])
def test_chunks_of_another_kind(nothing):
    """Whole numbers, or no value at all, are what their texts would be."""
    X = table()
    texts = ChunkTexts.learn(X, TEXTS)
    given = texts.read(pd.DataFrame({"day": [20200103, 20200104]}))
    read = texts.read(pd.DataFrame({"day": ["20200103", "20200104"]}))
    pd.testing.assert_frame_equal(given, read)
    empty = texts.read(pd.DataFrame({name: [nothing] * 2 for name in TEXTS}))
    assert list(empty) == ["price", "sex_f_", "sex_m", "day"]
    assert empty.isna().all(axis=None)
    unseen = texts.read(pd.DataFrame({"sex": ["d", "f"]}))
    assert unseen.to_numpy().tolist() == [[0, 0], [1, 0]]


def test_without_strings_nothing_changes():
    """The chunk itself comes back."""
    X = table()[["age"]]
    texts = ChunkTexts.learn(X, [])
    assert texts.read(X) is X
    assert texts.plan(["age"], plan_columns(X))[0] == plan_columns(X)
