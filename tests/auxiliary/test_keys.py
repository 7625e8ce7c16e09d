"""Keys against a join of Python tuples."""

import numpy as np
import pandas as pd
import pytest

from mmensemble._instants import Instants
from mmensemble.auxiliary._keys import KeyCoder, check_zones, read_key

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")


def keys_of(frame, where):
    return [read_key(frame[name], name, where) for name in frame.columns]


def frame_of(seed, n):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "text": pd.Series(rng.choice(["a", "b", "é", ""], n), dtype=object),
            "whole": rng.integers(0, 3, n),
            "float": rng.choice([0.5, -0.0, 0.0, np.nan], n),
            "flag": rng.random(n) < 0.5,
            "day": pd.Series(
                pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 2, n), "D")
            ),
        }
    )
    frame.loc[rng.random(n) < 0.1, "text"] = None
    return frame


@pytest.mark.parametrize(
    "names", [["text"], ["whole", "text"], ["float", "flag", "day"], []]
)
def test_codes_equal_tuples(names, global_random_seed):
    """Equal codes for equal tuples, -1 for missing parts (empty texts) and unknowns."""
    table, X = frame_of(global_random_seed, 60), frame_of(global_random_seed + 1, 60)
    table, X = table[names], X[names]
    coder = KeyCoder(keys_of(table, "the table"), 60)
    codes = coder.match(keys_of(X, "X"), 60)
    theirs = [tuple(row) for row in table.itertuples(index=False)]
    for row, code in zip(X.itertuples(index=False), codes, strict=True):
        complete = not any(pd.isna(part) or part == "" for part in row)
        same = [k for k in range(60) if complete and theirs[k] == tuple(row)]
        assert np.flatnonzero((coder.codes_ == code) & (code >= 0)).tolist() == same
        assert (code == -1) == (not same)


def test_containers_agree():
    """Categories match text, and pandas matches polars."""
    text = pd.Series(["a", "b", None], dtype=object)
    others = [
        text.astype("category"),
        text.astype("string"),
        text.astype(pd.ArrowDtype(pa.string())),
        pl.Series(["a", "b", None]),
        pl.Series(["a", "b", None]).cast(pl.Categorical),
    ]
    coder = KeyCoder([read_key(text, "k", "the table")], 3)
    for other in others:
        codes = coder.match([read_key(other, "k", "X")], 3)
        assert codes.tolist() == [0, 1, -1]
    numbers = pd.Series([1, 2]).astype("category")
    assert read_key(numbers, "k", "X").family == "numbers"


def test_dates_of_other_units():
    """The same instant matches; one between two ticks matches none."""
    table = pd.Series(pd.to_datetime(["2024-01-01"])).astype("datetime64[us]")
    X = pd.Series(
        [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-01 00:00:00.000000001")]
    )
    coder = KeyCoder([read_key(table, "k", "the table")], 1)
    codes = coder.match([read_key(X.astype("datetime64[ns]"), "k", "X")], 2)
    assert codes.tolist() == [0, -1]


def test_missing_keys_need_no_family():
    """A column without a value matches nothing, whatever it is."""
    table = KeyCoder([read_key(pd.Series(["a"]), "k", "the table")], 1)
    nothing = read_key(pd.Series([np.nan, np.nan]), "k", "X")
    assert table.match([nothing], 2).tolist() == [-1, -1]
    empty = KeyCoder([read_key(pd.Series([None, None]), "k", "the table")], 2)
    assert empty.match([read_key(pd.Series(["a"]), "k", "X")], 1).tolist() == [-1]


def test_refusals():
    """Both columns and both dtypes are named."""
    coder = KeyCoder([read_key(pd.Series([1]), "k", "the table")], 1)
    match = (
        r"'id' of X holds text \(dtype .*\), and 'k' of the table holds numbers \(dtyp"
    )
    with pytest.raises(ValueError, match=match):
        coder.match([read_key(pd.Series(["1"]), "id", "X")], 1)
    with pytest.raises(
        ValueError, match=r"The key 'k' of X \(dtype object\) mixes kinds"
    ):
        read_key(pd.Series([1, "a"], dtype=object), "k", "X")
    days = pd.Series(pd.to_datetime(["2024-01-01"]))
    coder = KeyCoder([read_key(days, "k", "the table")], 1)
    with pytest.raises(ValueError, match="Times cannot be compared"):
        coder.match([read_key(days.dt.tz_localize("UTC"), "k", "X")], 1)


def test_zones():
    """Numbers, naive and zoned times are three worlds."""
    none = np.zeros(0), np.zeros(0, dtype=bool)
    worlds = [
        Instants(*none, None),
        Instants(*none, "us"),
        Instants(*none, "ns", "UTC"),
    ]
    for one in worlds:
        for other in worlds:
            if one is other:
                check_zones(one, other, "a", "b")
            else:
                with pytest.raises(ValueError, match=r"a holds .*, and b holds"):
                    check_zones(one, other, "a", "b")
