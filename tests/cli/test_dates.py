"""Columns of dates: read by their format, refused by row and cell."""

import importlib.util
import re

import numpy as np
import pandas as pd
import pytest

from mmensemble.cli._dates import dates_hint, parse_dates, parse_option, remembered
from mmensemble.cli._errors import CommandError


def parse(values, form=None):
    """Return a column of these values as dates."""
    return parse_dates(pd.DataFrame({"when": values}), {"when": form})["when"]


def test_iso_dates_are_read():
    """Days, moments and missing cells, blanks around them or not; dates stay."""
    when = parse(["2024-03-01", " 2024-03-01 12:30 ", None])
    assert when.tolist()[:2] == [
        pd.Timestamp("2024-03-01"),
        pd.Timestamp("2024-03-01 12:30"),
    ]
    assert when.isna().tolist() == [False, False, True]
    assert parse(when).equals(when)
    assert parse([None, None]).isna().all()


def test_days_first_need_their_format():
    """What 02.03. is, is not guessed."""
    assert parse(["02.03.2024"], "%d.%m.%Y")[0] == pd.Timestamp("2024-03-02")
    said = (
        r"--dates: row 2 of 'when', '02\.03\.2024', is not an ISO 8601 date such as "
        r"2024-03-31, nor are 1 others; give the format, as in --dates 'when=%d\.%m\.%Y"
    )
    with pytest.raises(CommandError, match=said):
        parse(["2024-03-01", "02.03.2024", "13.03.2024"])


def test_the_row_that_does_not_parse_is_named():
    """Rows are counted below the header, as the index of the chunk counts them."""
    table = pd.DataFrame({"when": ["01.02.2024", "32.01.2024"]}, index=[70_000, 70_001])
    with pytest.raises(
        CommandError, match=r"row 70002 of 'when', '32\.01\.2024', is not a date as %d"
    ):
        parse_dates(table, {"when": "%d.%m.%Y"})


def test_time_zones():
    """One offset stays the clock of the column, several become UTC; none is none."""
    one = parse(["2024-01-01T00:00+01:00", "2024-01-02T06:00+01:00"])
    assert one.dt.hour.tolist() == [0, 6]
    assert one.dt.tz is not None
    two = parse(["2024-01-01T00:00+01:00", "2024-07-01T00:00+02:00"])
    assert two.dt.hour.tolist() == [23, 22]
    with pytest.raises(CommandError, match="row 2 of 'when', '2024-07-01', has no ti"):
        parse(["2024-01-01T00:00+01:00", "2024-07-01"])


def test_options():
    """A format follows the column; a column must be there."""
    assert parse_option("a=b") == ("a=b", None)
    assert parse_option("a=%Y") == ("a", "%Y")
    with pytest.raises(CommandError, match="--dates names 'then', which is no column"):
        parse_dates(pd.DataFrame({"when": ["2024"]}), {"then": None})


def sales(n=60):
    """A table whose dates are of the day first, as text."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, n)
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(label * 100 + 12, "D")
    return pd.DataFrame(
        {
            "a__sold on": days.strftime("%d/%m/%Y"),
            "b__x": rng.normal(size=n),
            "label": np.where(label == 1, "yes", "no"),
        }
    )


FORM = ("--dates", "a__sold on=%d/%m/%Y")
FIT = ("--target", "label", "--fusion", "voting", "--no-score", "--out")


@pytest.mark.parametrize("ending", ["joblib", "skops"])
def test_predict_remembers_the_dates_of_fit(run, ending):
    """It reads them without the option as with it, and the option wins."""
    if ending == "skops" and importlib.util.find_spec("skops") is None:
        pytest.skip("skops is not installed")
    frame, model = sales(), f"m.{ending}"
    frame.to_csv("t.csv", index=False)
    assert run("fit", "t.csv", *FORM, *FIT, model)[0] == 0
    predict = ("predict", model, "t.csv", "--trust")
    for name, more in (("p.csv", ()), ("q.csv", FORM)):
        code, _, err = run(*predict, *more, "--out", name)
        assert (code, err) == (0, "")
    assert pd.read_csv("p.csv")["prediction"].tolist() == frame["label"].tolist()
    pd.testing.assert_frame_equal(pd.read_csv("p.csv"), pd.read_csv("q.csv"))
    day = pd.to_datetime(frame["a__sold on"], format="%d/%m/%Y")
    frame.assign(**{"a__sold on": day}).to_csv("t.csv", index=False)
    assert run(*predict, "--dates", "a__sold on=%Y-%m-%d", "--out", "r.csv")[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv("p.csv"), pd.read_csv("r.csv"))


def test_a_student_remembers_them_too(run):
    """What distill writes does as what fit writes; absent columns do not matter."""
    sales().to_csv("t.csv", index=False)
    distill = ("distill", "t.csv", "--target", "label", *FORM, "--out", "s.joblib")
    assert run(*distill, "--student", "b")[0] == 0
    assert run("predict", "s.joblib", "t.csv", "--trust")[0] == 0
    sales()[["b__x"]].to_csv("t.csv", index=False)
    assert run("predict", "s.joblib", "t.csv", "--trust")[0] == 0


def test_errors_of_dates_name_the_option(run, fail):
    """Where the library finds text in the place of dates."""
    frame = sales()
    day = pd.to_datetime(frame["a__sold on"], format="%d/%m/%Y")
    frame.assign(**{"a__sold on": day}).to_csv("t.csv", index=False)
    assert run("fit", "t.csv", "--dates", "a__sold on", *FIT, "m.joblib")[0] == 0
    assert remembered(object()) == ((), None)
    other = ("--dtype", "a__sold on=str")
    frame.to_csv("t.csv", index=False)
    said = fail("predict", "m.joblib", "t.csv", "--trust", *other)
    assert ". --dates 'a__sold on=%d/%m/%Y' reads dates that are written so" in said
    joined = "time: column 'at' of the table holds texts that are no ISO 8601 dates"
    assert "In --join, dates=%d.%m.%Y reads dates" in dates_hint(joined)


@pytest.mark.parametrize(
    "form", ["%d.%m.%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y", "%d-%m-%y %H:%M:%S"]
)
def test_the_format_that_is_proposed_reads_the_example(form):
    """Day and month by which of them can be a month."""
    moment = pd.Timestamp("2024-03-31 17:45:10")
    text = moment.strftime(form)
    said = f"column 'at' of X holds texts that are no ISO 8601 dates, such as '{text}'."
    proposed = re.search("--dates 'at=(.+)' reads", dates_hint(said))[1]
    assert proposed == form
    with pytest.raises(CommandError, match=re.escape(f"as in --dates 'when={form}'")):
        parse([text])


@pytest.mark.parametrize("ending", ["joblib", "skops"])
def test_predict_remembers_what_is_missing(run, ending):
    """A number that stands for missing in fit is none in predict, unless it is told."""
    if ending == "skops" and importlib.util.find_spec("skops") is None:
        pytest.skip("skops is not installed")
    rng, model = np.random.default_rng(0), f"m.{ending}"
    frame = pd.DataFrame({"a__x": rng.normal(size=60).round(3), "b__y": 1.0})
    frame["b__y"] = rng.normal(size=60).round(3)
    frame["label"] = np.where(frame["a__x"] > 0, "yes", "no")
    frame.loc[::6, "a__x"] = -999
    frame.to_csv("t.csv", index=False)
    assert run("fit", "t.csv", "--na=-999", *FIT, model)[0] == 0
    predict = ("predict", model, "t.csv", "--trust", "--proba", "--out")
    for name, more in (("p.csv", ()), ("q.csv", ["--na=-999"]), ("r.csv", ["--na=?"])):
        assert run(*predict, name, *more)[0] == 0
    remembered, told, other = (
        pd.read_csv(name) for name in ("p.csv", "q.csv", "r.csv")
    )
    pd.testing.assert_frame_equal(remembered, told)
    assert not np.allclose(told["probability_yes"], other["probability_yes"])
