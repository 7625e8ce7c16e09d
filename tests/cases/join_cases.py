"""Tables to join, and joins one row after another."""

import numpy as np
import pandas as pd

START = pd.Timestamp("2024-03-30 20:00")


def make_tables(seed=0, n_rows=50, n_aux=100, *, unit="us"):
    """Return two tables with ties, duplicates, gaps and missing keys and times."""
    rng = np.random.default_rng(seed)

    def times(n):
        hours = pd.to_timedelta(rng.integers(0, 40, n), unit="h")
        moments = pd.Series(START + hours).astype(f"datetime64[{unit}]")
        moments[rng.random(n) < 0.1] = pd.NaT
        return moments

    def keys(n, names):
        found = pd.Series(rng.choice(names, n), dtype=object)
        found[rng.random(n) < 0.1] = None
        return found

    X = pd.DataFrame(
        {
            "id": np.arange(n_rows),
            "place": keys(n_rows, ["a", "b", "c", "unknown"]),
            "number": rng.integers(0, 3, n_rows),
            "sched": times(n_rows),
            "x": rng.integers(-5, 15, n_rows) / 2,
        },
        index=rng.permutation(n_rows),
    )
    table = pd.DataFrame(
        {
            "place": keys(n_aux, ["a", "b", "c", "elsewhere"]),
            "number": rng.integers(0, 3, n_aux),
            "at": times(n_aux),
            "x": rng.integers(0, 6, n_aux).astype(float),
            "temp": rng.normal(size=n_aux).round(2),
            "sky": keys(n_aux, ["clear", "rain"]),
            "seen": pd.Series(rng.random(n_aux) < 0.5),
        }
    )
    table.loc[rng.random(n_aux) < 0.2, "temp"] = np.nan
    return X, table


def matches(
    row,
    table,
    *,
    on=(),
    time=None,
    gap="0s",
    span=None,
    exact=False,
):
    """Return the rows of the table that a row knows, the last one at the end."""
    known = table
    for ours, theirs in on:
        if pd.isna(row[ours]):
            return table.iloc[:0]
        known = known[known[theirs].notna() & (known[theirs] == row[ours])]
    if time is not None:
        ours, theirs = time
        if pd.isna(row[ours]):
            return table.iloc[:0]
        cut = row[ours] - pd.Timedelta(gap)
        at = known[theirs]
        known = known[(at <= cut) if exact else (at < cut)]
        if span is not None:
            known = known[known[theirs] >= cut - pd.Timedelta(span)]
        known = known.sort_values(theirs, kind="stable")
    return known


def nothing_missing(known):
    """Return the values of a column that are not missing."""
    return known[known.notna()]


def summary(known, word):
    """Return one statistic of a column of matching rows."""
    values = nothing_missing(known)
    if not len(known):
        return np.nan
    if word == "count":
        return float(len(values))
    if word == "size":
        return float(len(known))
    if not len(values):
        return None if known.dtype == object else np.nan
    if word == "last":
        return values.iloc[-1]
    if word.startswith("share:"):
        return float((values == word.removeprefix("share:")).mean())
    return float(getattr(values, word)())


def same(got, expected):
    """Tell whether two columns hold the same, missing values included."""
    got, expected = list(got), list(expected)
    return len(got) == len(expected) and all(
        (pd.isna(g) and pd.isna(e))
        or g == e
        or (isinstance(e, float) and np.isclose(g, e, rtol=1e-12, atol=1e-12))
        for g, e in zip(got, expected, strict=True)
    )
