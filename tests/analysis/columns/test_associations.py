"""Which columns are categories, and the frame of their associations."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import correlation_report
from mmensemble.analysis import associate
from mmensemble.analysis.columns import _associations
from mmensemble.analysis.columns._associations import (
    associate_modalities,
    category_table,
)
from mmensemble.modality._columns import resolve_modalities


def table(n=90):
    """Draw one column of each kind; `batch` goes with `site`, `dose` with both."""
    rng = np.random.default_rng(0)
    site = rng.integers(3, size=n)
    X = pd.DataFrame(
        {
            "a__site": pd.Categorical(np.array(["x", "y", "z"])[site]),
            "a__batch": np.array(["p", "q"])[site % 2],
            "a__flag": site == 2,
            "b__dose": site + 0.1 * rng.normal(size=n),
            "b__noise": rng.normal(size=n),
            "b__when": pd.Timestamp("2024-01-01") + pd.to_timedelta(site, unit="D"),
            "b__note": [f"row {k} of the study" for k in range(n)],
        }
    )
    X.loc[:4, "a__site"] = None
    return X


def test_kinds_of_columns():
    """Strings are categories unless they are free text; booleans are both."""
    found = category_table(table(), range(7))
    assert (found.categories, found.booleans, found.numbers) == ([0, 1], [2], [3, 4, 5])
    assert found.codes[0][:5].tolist() == [-1] * 5
    without = category_table(table(), range(2, 7))
    assert (without.categories, without.numbers) == ([], [])


def test_numbers_and_dates_written_as_text_are_no_categories():
    """They are associated as what they mean."""
    X = table()
    written = X.assign(
        b__dose=[f"${v:,.9f}" for v in 5000 + X["b__dose"]],
        b__when=X["b__when"].dt.strftime("%d.%m.%Y"),
    )
    expected = associate(X.assign(b__dose=5000 + X["b__dose"].round(9)))
    found = associate(written)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-6)
    resolved = resolve_modalities("auto", X)
    of_analysis = correlation_report(written, random_state=0).associations_
    other = associate_modalities(X, resolved, None)
    pd.testing.assert_frame_equal(of_analysis, other, rtol=1e-6)


def test_every_pair_with_a_category_is_compared():
    """Named by what compares them, the strongest first; numbers alone are not."""
    frame = associate(table())
    pairs = set(zip(frame["column_a"], frame["column_b"], strict=True))
    others = {"b__dose", "b__noise", "b__when", "a__flag"}
    assert pairs == {(c, o) for c in ("a__site", "a__batch") for o in others} | {
        ("a__site", "a__batch")
    }
    of_categories = frame["column_b"].isin(["a__batch", "a__flag"])
    assert set(frame["measure"][of_categories]) == {"Cramér's V"}
    assert set(frame["measure"][~of_categories]) == {"correlation ratio"}
    assert frame["value"].is_monotonic_decreasing
    known = frame.set_index(["column_a", "column_b"])
    assert known.loc[("a__site", "b__dose"), "value"] > 0.95
    assert known.loc[("a__site", "a__flag"), "n_rows"] == 85
    assert known.loc[("a__site", "b__noise"), "p_adjusted"] > 0.05


def test_containers_and_blocks_of_numbers(monkeypatch):
    """Arrays of objects, polars frames and numbers block by block give the same."""
    X, expected = table(), associate(table())
    monkeypatch.setattr(_associations, "_MOST_VALUES", 90)
    pd.testing.assert_frame_equal(associate(X), expected)
    array = associate(X.astype(object).to_numpy())
    assert set(array["column_a"]) == {0, 1}
    np.testing.assert_allclose(array["value"].max(), expected["value"].max())
    polars = pytest.importorskip("polars")
    columns = {c: X[c].astype(object).where(X[c].notna(), None).tolist() for c in X}
    pd.testing.assert_frame_equal(associate(polars.DataFrame(columns)), expected)


def test_modalities_are_told(monkeypatch):
    """Columns that several modalities read name them all; others are left out."""
    X = table()
    modalities = [
        ("a", "auto", ["a__site", "a__batch"]),
        ("b", "auto", ["b__dose", "a__batch"]),
    ]
    resolved = resolve_modalities(modalities, X)
    frame = associate_modalities(X, resolved, None)
    known = frame.set_index(["column_a", "column_b"])
    assert len(frame) == 3
    row = known.loc[("a__site", "a__batch")]
    assert (row["modality_a"], row["modality_b"]) == ("a", "a + b")
    monkeypatch.setattr(_associations, "MOST_CATEGORIES", 1)
    assert set(associate_modalities(X, resolved, None)["column_a"]) == {"a__site"}


def test_infinity_is_refused_by_name():
    """Beside a category; without one no number is looked at."""
    X = table()
    X.loc[3, "b__noise"] = np.inf
    with pytest.raises(ValueError, match=r"Columns \['b__noise'\] hold infinity"):
        associate(X)
    assert not len(associate(X[["b__noise"]]))


def test_weights():
    """One weight for all rows is no weight; those that do not fit are refused."""
    X = table()
    pd.testing.assert_frame_equal(
        associate(X, sample_weight=np.full(90, 2.0)), associate(X)
    )
    with pytest.raises(ValueError, match="shape"):
        associate(X, sample_weight=[1.0, 2.0])
