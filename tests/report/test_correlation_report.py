"""Reports of tables that are not in memory: files, and folders of Parquet files."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import correlation_report
from mmensemble.analysis.matrix._chunk_readers import parquet_files
from mmensemble.report._correlation_report import _Progress


@pytest.fixture
def table():
    """Return a frame of 120 rows with gaps, a target and groups."""
    rng = np.random.default_rng(0)
    first = rng.normal(size=(120, 2))
    X = pd.DataFrame(
        np.hstack([first, first + 0.1 * rng.normal(size=first.shape)]),
        columns=["a__0", "a__1", "b__0", "b__1"],
    )
    X.loc[:20, ["b__0", "b__1"]] = np.nan
    X["y"] = (first[:, 0] > 0).astype(int)
    return X


def assert_same(one, two):
    """Assert that two reports say the same, sampled rows aside."""
    pd.testing.assert_frame_equal(one.modalities_, two.modalities_)
    pd.testing.assert_frame_equal(one.pairs_, two.pairs_)
    for method in ("pearson", "spearman"):
        found, known = one.correlations_[method], two.correlations_[method]
        a = found.loc[known.index, known.columns].to_numpy()
        tolerance = 1e-12 if method == "pearson" else 0.05  # ranks by column
        np.testing.assert_allclose(a, known.to_numpy(), atol=tolerance)
    assert one.n_rows == two.n_rows


def written_and_parsed():
    """Return a table with numbers and dates as text, and what they mean."""
    rng = np.random.default_rng(1)
    level = rng.normal(size=120)
    parsed = pd.DataFrame({"a__level": level.round(4), "b__x": rng.normal(size=120)})
    days = pd.Timestamp("2020-06-01") + pd.to_timedelta((50 * level).round(), "D")
    parsed["a__day"], parsed["b__town"] = days, rng.choice(["here", "there"], 120)
    parsed.loc[:4, "a__level"] = np.nan
    written = parsed.assign(
        a__level=[f"{v:.4f} mg".replace(".", ",") for v in parsed["a__level"]],
        a__day=days.strftime("%d.%m.%Y"),
    )
    written.loc[:4, "a__level"] = ["n/a", "-", None, "unknown", "high"]
    return written, parsed


@pytest.mark.parametrize("place", ["memory", "file"])
def test_numbers_written_as_text_are_those_that_they_mean(place, tmp_path):
    """Features and associations are those of the parsed table, wherever it is."""
    reports = []
    for name, X in zip(("w", "p"), written_and_parsed(), strict=True):
        if place == "file":
            X.to_csv(tmp_path / f"{name}.csv", index=False)
            X = tmp_path / f"{name}.csv"
        reports.append(correlation_report(X, random_state=0))
    one, two = reports
    expected = ["a__level", "a__day", "b__x", "b__town_here", "b__town_there"]
    assert sorted(one.features_) == sorted(expected)
    for method in ("pearson", "spearman"):
        found, known = one.correlations_[method], two.correlations_[method]
        pd.testing.assert_frame_equal(found, known, rtol=1e-9)
    pd.testing.assert_frame_equal(one.associations_, two.associations_)
    assert one.feature_pairs_["n_rows"].min() == 115


def test_a_folder_is_the_table(table, tmp_path):
    """Parts of a table give what the table gives."""
    pytest.importorskip("pyarrow")
    for part in range(3):
        rows = table.iloc[40 * part : 40 * part + 40]
        rows.to_parquet(tmp_path / f"part{part}.parquet")
    (tmp_path / "note.txt").write_text("no table")
    found = correlation_report(tmp_path, "y", random_state=0)
    known = correlation_report(table.drop(columns="y"), table["y"], random_state=0)
    assert_same(found, known)
    assert list(found.anomalies_.index) == list(range(120))


def test_a_file_is_the_table(table, tmp_path):
    """So does one file."""
    table.to_csv(tmp_path / "t.csv", index=False)
    found = correlation_report(str(tmp_path / "t.csv"), "y", random_state=0)
    known = correlation_report(table.drop(columns="y"), table["y"], random_state=0)
    assert_same(found, known)


def test_progress_of_a_file(table, tmp_path, capsys):
    """The passes over its rows come first, then the steps of a table in memory."""
    table.to_csv(tmp_path / "t.csv", index=False)
    told = []
    correlation_report(
        tmp_path / "t.csv", "y", random_state=0, verbose=lambda *now: told.append(now)
    )
    assert told == [
        (0, 8, "looking at rows: 120 rows"),
        (2, 8, "correlating features: 120 of 120 rows"),
        (3, 8, "correlating ranks: 120 of 120 rows"),
        (4, 8, "modalities read"),
        (5, 8, "features correlated"),
        (6, 8, "pairs compared"),
        (7, 8, "verdicts found"),
        (8, 8, "rows and groups compared"),
    ]
    assert capsys.readouterr().out == ""
    correlation_report(
        tmp_path / "t.csv", "y", methods=("pearson",), random_state=0, verbose=1
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "[correlation_report] 2/7 correlating features: 120 of 120 rows"
    assert len(lines) == 7
    correlation_report(tmp_path / "t.csv", "y", random_state=0)
    assert capsys.readouterr().out == ""


def test_lines_are_few_where_chunks_are_many(capsys):
    """One where the rows have doubled, then one a tenth; a callable gets all."""
    told = []
    for verbose in (1, lambda *now: told.append(now)):
        progress = _Progress(verbose)
        for n_rows in range(1, 1025):
            progress.rows(0, 3, n_rows, None)
        for n_rows in range(1, 1001):
            progress.rows(1, 3, n_rows, 1000)
        progress.step(5, 5, "done")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11 + 11 + 1
    assert lines[10] == "[correlation_report] 0/8 looking at rows: 1,024 rows"
    assert lines[12] == (
        "[correlation_report] 1/8 correlating features: 100 of 1,000 rows"
    )
    assert lines[-1] == "[correlation_report] 8/8 done"
    assert len(told) == 2025


def test_what_a_file_cannot_have(table, tmp_path):
    """Arrays beside a file, options of tables in memory, folders of strangers."""
    path = tmp_path / "t.csv"
    table.to_csv(path, index=False)
    with pytest.raises(ValueError, match="'y' parameter must name a column of the fil"):
        correlation_report(path, table["y"])
    with pytest.raises(ValueError, match=r"'groups' parameter must name .* got 'z'"):
        correlation_report(path, "y", groups="z")
    with pytest.raises(ValueError, match=r"has no \['cv', 'time'\]: they need all"):
        correlation_report(path, cv=3, time=np.arange(120))


def test_folders_that_are_no_table(table, tmp_path):
    """No files, and files of several tables."""
    pytest.importorskip("pyarrow")
    with pytest.raises(ValueError, match=r"holds no \.parquet files"):
        parquet_files(tmp_path)
    table.to_parquet(tmp_path / "a.parquet")
    table.drop(columns="y").to_parquet(tmp_path / "b.parquet")
    with pytest.raises(ValueError, match=r"have other columns: \['y'\]"):
        correlation_report(tmp_path)
