"""Columns of dates: read by their format, refused by row and cell."""

import pandas as pd
import pytest

from mmensemble.cli._dates import parse_dates, parse_option
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
        r"2024-03-31, nor are 1 others; give the format, as in --dates when=%d\.%m\.%Y"
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
