"""Durations that were written as text."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from mmensemble.features import AutoExtractor
from mmensemble.features._duration_texts import DurationStyle, find_duration_style

SECONDS = np.array([0.0, 1.5, 59, 3600, 86_400, 90_061, -1, 1e7])


def printed(how):
    """Return the durations as one of the programs writes them."""
    times = pd.Series(pd.to_timedelta(SECONDS, unit="s"))
    if how == "pandas":
        return times.to_frame("t").to_csv(index=False).splitlines()[1:]
    if how == "python":
        return [str(timedelta(seconds=value)) for value in SECONDS]
    return [time.isoformat() for time in times]


@pytest.mark.parametrize("how", ["pandas", "python", "iso"])
def test_every_program_is_read(how):
    """What is read is what was written, to the microsecond."""
    texts = np.array(printed(how), dtype=object)
    style = find_duration_style(texts, np.ones(len(texts)), 1.0)
    np.testing.assert_allclose(style.read(texts)[0], SECONDS, atol=1e-6)
    assert style.share == 1.0


@pytest.mark.parametrize(
    "text", ["12:30", "P", "PT", "1 day ago", "5 daysx", "1:99:00", "a", "12"]
)
def test_what_is_no_duration(text):
    """Times of the day without seconds, numbers and words are something else."""
    texts = np.array([text], dtype=object)
    assert find_duration_style(texts, np.ones(1), 0.9) is None
    values, _, words = DurationStyle("point", 1.0).read(texts)
    assert np.isnan(values[0])
    assert words[0]


def test_too_long_is_a_word():
    """pandas counts some hundred years; no column of gaps alone is one of durations."""
    texts = np.array(["9999999 days", None], dtype=object)
    assert DurationStyle("point", 1.0).read(texts)[2].tolist() == [True, False]
    assert find_duration_style(np.array([None]), np.ones(1), 0.9) is None


@pytest.fixture
def tables(tmp_path):
    """Return a table of durations as a Parquet file and as a CSV file give it."""
    rng = np.random.default_rng(0)
    times = pd.Series(pd.to_timedelta(rng.integers(1, 10**6, 50), unit="s"))
    frame = pd.DataFrame({"wait": times.where(rng.random(50) < 0.9), "x": range(50)})
    frame.to_csv(tmp_path / "t.csv", index=False)
    return frame, pd.read_csv(tmp_path / "t.csv")


def test_texts_give_the_features_of_durations(tables):
    """Whichever table was fitted, both have the same features."""
    found = {}
    for name, fitted in zip(("typed", "texts"), tables, strict=True):
        extractor = AutoExtractor().fit(fitted)
        names = list(extractor.get_feature_names_out())
        for table in tables:
            values = pd.DataFrame(extractor.transform(table), columns=names)
            found.setdefault(name, []).append(values[["wait", "x"]])
    first = found["typed"][0]
    for other in (*found["typed"][1:], *found["texts"]):
        pd.testing.assert_frame_equal(first, other)
    assert AutoExtractor().fit(tables[0]).kinds_ == ["duration", "number"]
    assert AutoExtractor().fit(tables[1]).kinds_ == ["duration as text", "number"]


def test_a_text_that_is_no_duration_later(tables):
    """A column of durations takes no words."""
    typed, texts = tables
    extractor = AutoExtractor().fit(typed)
    with pytest.raises(ValueError, match=r"was a duration column in fit .*no duration"):
        extractor.transform(texts.assign(wait="soon"))
    extractor = AutoExtractor().fit(texts)
    with pytest.raises(ValueError, match="was a duration as text column in fit and is"):
        extractor.transform(texts.assign(wait=1.5))
