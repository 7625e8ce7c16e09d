"""Sheets of workbooks, read as the CSV files that they would make."""

import io
import sys
import warnings
from datetime import date, datetime, time, timedelta
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from mmensemble._excel import sheet_to_csv, write_sheet

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def save(tmp_path):
    """Write rows, or sheets of rows, as openpyxl does; return the path."""

    def _save(*rows, **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, cells in (sheets or {"Sheet1": rows}).items():
            sheet = book.create_sheet(name)
            for row in cells:
                sheet.append(row)
        book.save(tmp_path / "t.xlsx")
        return tmp_path / "t.xlsx"

    return _save


def lines(path, **options):
    """Return the lines of the CSV, and the notes."""
    file = io.StringIO()
    notes = sheet_to_csv(path, file, **options)
    return file.getvalue().splitlines(), notes


def test_cells_of_every_kind(save):
    """Numbers in full, text as it is, booleans, gaps, clocks and durations."""
    path = save(
        ["i", "f", "t", "b", "at", "long"],
        [1, 0.1, "007", True, time(9, 30), timedelta(days=1, hours=2)],
        [None, 1e-05, 'a "b", c', False, None, None],
        [-3, 2.5, " 1,5", None, time(23, 59), timedelta(minutes=5)],
    )
    found, notes = lines(path)
    assert found == [
        "i,f,t,b,at,long",
        "1,0.1,007,True,09:30:00,1 days 02:00:00",
        ',1e-05,"a ""b"", c",False,,',
        '-3,2.5," 1,5",,23:59:00,0 days 00:05:00',
    ]
    assert notes == []


def test_dates_have_times_where_one_of_them_has(save):
    """Column by column, as pandas writes them."""
    path = save(
        ["day", "when"],
        [date(2024, 3, 31), datetime(2024, 3, 31)],
        [datetime(2024, 4, 1), datetime(2024, 3, 31, 12, 30)],
    )
    assert lines(path)[0][1:] == [
        "2024-03-31,2024-03-31 00:00:00",
        "2024-04-01,2024-03-31 12:30:00",
    ]


def test_a_frame_comes_back(tmp_path):
    """What pandas writes as a workbook reads as what it writes as CSV."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=9).round(6),
            "n": rng.integers(0, 9, 9),
            "word": rng.choice(["a", "b, c", 'd"'], 9),
            "day": pd.date_range("2024-01-01", periods=9),
            "when": pd.date_range("2024-01-01 10:30", periods=9, freq="h"),
            "yes": rng.random(9) < 0.5,
        }
    )
    frame.loc[3, ["x", "word", "day"]] = None
    frame.to_excel(tmp_path / "t.xlsx", index=False)
    expected = io.StringIO(frame.to_csv(index=False))
    found = io.StringIO("\n".join(lines(tmp_path / "t.xlsx")[0]))
    pd.testing.assert_frame_equal(pd.read_csv(found), pd.read_csv(expected))


def test_a_decimal_comma(save):
    """Numbers are written as texts of the sheet are read."""
    assert lines(save(["a", "b"], [1.5, "2,5"]), decimal=",")[0][1] == '"1,5","2,5"'


def test_one_sheet_of_several(save):
    """An empty one is none; of two the user chooses."""
    assert lines(save(first=[["a"], [1]], empty=[]))[0] == ["a", "1"]
    path = save(first=[["a"], [1]], second=[["b"], [2]])
    assert lines(path, sheet="second")[0] == ["b", "2"]
    with pytest.raises(ValueError, match="'first', 'second': keep one of them"):
        lines(path)
    with pytest.raises(ValueError, match="no sheet 'third'; there are 'first', 'sec"):
        lines(path, sheet="third")


def test_a_workbook_without_a_sheet_of_cells(tmp_path):
    """Charts alone are no table."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.create_chartsheet("c").add_chart(openpyxl.chart.BarChart())
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(ValueError, match="no sheet of cells"):
        lines(tmp_path / "t.xlsx")


def test_what_is_empty_is_left_out(save):
    """Rows at the end, which is told, and columns; rows in between stay."""
    path = save(
        ["a", None, "b"], [1, None, 2], [None] * 3, [3, None, None], ["", None, ""]
    )
    assert lines(path) == (
        ["a,b", "1,2", ",", "3,"],
        ["left out 1 empty rows at the end"],
    )
    with pytest.raises(ValueError, match="sheet 'Sheet1' is empty"):
        lines(save())


def test_a_column_needs_a_name(save):
    """Merged headers and titles are told from the index that pandas writes."""
    path = save(["both", None], [1, 2])
    with pytest.raises(ValueError, match="column B of sheet 'Sheet1' holds values and"):
        lines(path)
    assert lines(save([None, "a"], [0, 5], [1, 6]))[0] == [",a", "0,5", "1,6"]
    with pytest.raises(ValueError, match="the first row of sheet 'Sheet1' names no"):
        lines(save([None], [1]))
    with pytest.raises(ValueError, match="the first row of sheet 'Sheet1' names no"):
        lines(save([], ["a", "b"], [1, 2]))


def test_names_that_are_no_text(save):
    """Years and days name columns as they do in CSV."""
    assert (
        lines(save([2023, date(2024, 1, 1)], [1, 2]))[0][0]
        == "2023,2024-01-01 00:00:00"
    )


def with_values(path, old, new):
    """Change the text of the first sheet, as another program would write it."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)
    with ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return path


def test_formulas(save):
    """The stored value counts; one without is refused, errors are missing."""
    path = save(["a", "b"], [1, "=A2+1"])
    with pytest.raises(ValueError, match="cell B2 of sheet 'Sheet1' holds a formula"):
        lines(path)
    with_values(path, b"<f>A2+1</f><v />", b"<f>A2+1</f><v>2</v>")
    assert lines(path) == (["a,b", "1,2"], [])
    path = save(["a", "b"], [1, "=A2/0"], [2, 3])
    with_values(
        path,
        b'<c r="B2"><f>A2/0</f><v />',
        b'<c r="B2" t="e"><f>A2/0</f><v>#DIV/0!</v>',
    )
    assert lines(path) == (
        ["a,b", "1,", "2,3"],
        ["took 1 cells with errors (#DIV/0!) for missing"],
    )


def test_a_wrong_size_in_the_file(save):
    """Some programs say that a sheet is one cell; all cells are read."""
    path = with_values(save(["a", "b"], [1, 2]), b'ref="A1:B2"', b'ref="A1"')
    assert lines(path)[0] == ["a,b", "1,2"]


@pytest.mark.parametrize("kind", ["text", "empty", "cut", "other"])
def test_what_is_no_workbook(save, tmp_path, kind):
    """One error for all, whatever the archive holds."""
    whole = save(["a"], [1]).read_bytes()
    path = tmp_path / "bad.xlsx"
    path.write_bytes({"text": b"a,b\n1,2\n", "cut": whole[:-100]}.get(kind, b""))
    if kind == "other":
        with ZipFile(path, "w") as archive:
            archive.writestr("a.csv", "a\n1\n")
    with pytest.raises(ValueError, match="it is no Excel workbook"):
        lines(path)


def test_without_openpyxl(tmp_path, monkeypatch):
    """The message names the extra, for reading and for writing."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ImportError, match=r"mmensemble\[excel\]"):
        sheet_to_csv(tmp_path / "t.xlsx", io.StringIO())
    with pytest.raises(ImportError, match=r"mmensemble\[excel\]"):
        write_sheet(pd.DataFrame({"a": [1]}), tmp_path / "t.xlsx")


def test_a_table_is_written(tmp_path):
    """Zones and durations, of which Excel knows nothing, are text."""
    frame = pd.DataFrame(
        {
            "x": [1.5, None],
            "when": pd.to_datetime(["2024-03-31 12:00", None], utc=True),
            "long": pd.to_timedelta(["90min", None]),
            "day": pd.to_datetime(["2024-03-31", "2024-04-01"]),
        }
    )
    kept = frame.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_sheet(frame, tmp_path / "t.xlsx")
    pd.testing.assert_frame_equal(frame, kept)
    assert lines(tmp_path / "t.xlsx")[0] == [
        "x,when,long,day",
        "1.5,2024-03-31 12:00:00+00:00,0 days 01:30:00,2024-03-31",
        ",,,2024-04-01",
    ]


def test_control_characters_cannot_be_written(tmp_path):
    """They are refused with the name of the column."""
    with pytest.raises(ValueError, match="'a' holds control characters"):
        write_sheet(pd.DataFrame({"a": ["x\x00"]}), tmp_path / "t.xlsx")
