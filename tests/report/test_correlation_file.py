"""A report of a file, read in chunks."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import correlation_report
from mmensemble.report import _correlation_file
from mmensemble.report._correlation_file import file_report


def notes(rng, n):
    """Return texts of four words."""
    vocabulary = ["cold", "dry", "hot", "late", "loud", "new", "old", "wet"]
    return [" ".join(words) for words in rng.choice(vocabulary, (n, 4))]


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A CSV file of 400 rows in chunks of 256, its frame beside it."""
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(400, 3)), rng.normal(size=(400, 2))
    X = pd.DataFrame(
        np.hstack([first, first + 0.1 * rng.normal(size=first.shape), second]),
        columns=["a__0", "a__1", "a__2", "b__0", "b__1", "b__2", "c__0", "c__1"],
    )
    X["c__kind"] = rng.choice(["red", "blue"], 400)
    X["c__note"] = notes(rng, 400)
    X.loc[:30, ["b__0", "b__1", "b__2"]] = np.nan
    X["y"] = (first[:, 0] + second[:, 0] > 0).astype(int)
    X["person"] = [f"p{k // 4}" for k in range(400)]
    X.to_csv(tmp_path / "table.csv", index=False)
    monkeypatch.setattr(_correlation_file, "_CHUNK_VALUES", 1)
    return tmp_path / "table.csv", X


def test_all_rows_in_the_sample_is_the_report_in_memory(table):
    """With every row sampled, modalities and Pearson are those of the table."""
    path, X = table
    given = {"modalities": "auto", "random_state": 0}
    one = file_report(path, list(X), target="y", groups="person", **given)
    y, groups = X.pop("y").to_numpy(), X.pop("person").to_numpy(dtype=object)
    two = correlation_report(X, y, groups=groups, **given)
    pd.testing.assert_frame_equal(one.modalities_, two.modalities_)
    notes = [name for name in two.features_ if name.startswith("c__note")]
    numbers = X.drop(columns=["c__kind", "c__note"])
    numbers[["c__kind_blue", "c__kind_red"]] = pd.get_dummies(X["c__kind"])
    for method in ("pearson", "spearman"):
        frame = one.correlations_[method]
        assert list(frame) == list(numbers)
    pd.testing.assert_frame_equal(one.correlations_["pearson"], numbers.corr())
    pd.testing.assert_frame_equal(one.correlations_["spearman"], numbers.rank().corr())
    assert list(two.features_.drop(columns=notes)) == list(numbers)
    assert one.n_rows == 400
    said = "c__note holds free text, which is no number of a row read by itself: left "
    assert said in " ".join(one.summary_)
    assert said not in " ".join(two.summary_)


def test_the_sample_is_said_and_features_see_all_rows(table):
    """A smaller sample changes what is studied, not the correlations of features."""
    path, X = table
    report = file_report(path, list(X), target="y", sample=100, random_state=0)
    assert len(report.presence_) == len(report.anomalies_) == 100
    assert report.anomalies_.index.is_monotonic_increasing
    assert report.feature_pairs_["n_rows"].max() == 400
    assert any("studied in 100 of 400 rows" in note for note in report.notes)
    assert "a sample of 100" in report.summary_[0]


def test_progress_is_told(table):
    """Passes and rows come in order; the first pass does not know the total."""
    path, X = table
    told = []
    file_report(
        path, list(X), random_state=0, on_rows=lambda *state: told.append(state)
    )
    assert told == [
        (0, 3, 256, None),
        (0, 3, 400, None),
        (1, 3, 256, 400),
        (1, 3, 400, 400),
        (2, 3, 256, 400),
        (2, 3, 400, 400),
    ]


def test_rows_without_target_or_group(table):
    """They are refused, or left out of the study on request."""
    path, X = table
    X.loc[:4, "y"] = np.nan
    X.to_csv(path, index=False)
    with pytest.raises(ValueError, match="5 of 400 rows have no 'y'; mend the table"):
        file_report(path, list(X), target="y")
    report = file_report(
        path, list(X), target="y", drop_unlabelled=True, random_state=0
    )
    assert len(report.presence_) == 395
    assert "5 rows without 'y' are left out" in report.notes[-1]
    X.loc[7, "person"] = None
    X["y"] = np.nan
    X.to_csv(path, index=False)
    with pytest.raises(ValueError, match="1 of 400 rows have no 'person'"):
        file_report(path, list(X), groups="person")
    with pytest.raises(ValueError, match="'y' is empty in every row"):
        file_report(path, list(X), target="y", drop_unlabelled=True)


def test_text_alone_is_correlated_in_the_sample(tmp_path):
    """Where no column holds numbers, features are those made of text."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({f"{m}__x": notes(rng, 90) for m in "ab"})
    X.to_csv(tmp_path / "t.csv", index=False)
    report = file_report(tmp_path / "t.csv", list(X), random_state=0)
    assert report.notes[0] == (
        "They are those of a sample of 90 rows, as the modalities."
    )
    assert len(report.feature_pairs_)
