"""Standard input and sheets of workbooks, wherever a table is read."""

import io
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import TableFormat
from mmensemble.cli._sources import as_file, kind_of, read_once, shown
from mmensemble.cli._tables import check_tables_out, read_table, write_table

FIT = ("--target", "label", "--fusion", "voting", "--no-score")


@pytest.fixture
def pipe(monkeypatch):
    """Give bytes, or text, to standard input."""

    def _pipe(data):
        data = data if isinstance(data, bytes) else data.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return _pipe


@pytest.fixture
def odd(frame):
    """The table with ids, dates, numbers as text and booleans."""
    n = len(frame)
    rng = np.random.default_rng(1)
    yes = (frame["label"] == "yes").to_numpy()
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        rng.integers(0, 200, n) + 90 * yes, unit="D"
    )
    return frame.drop(columns=["person", "amount"]).assign(
        visit__day=pd.Series(days).where(rng.random(n) < 0.9),
        visit__hour=pd.Series(days + pd.to_timedelta(rng.integers(0, 24, n), unit="h")),
        visit__code=[f"{i:03d}" for i in rng.integers(0, 4, n)],
        lab__crp=[f"{v:.2f}".replace(".", ",") for v in yes + rng.normal(size=n)],
        lab__kept=rng.random(n) < 0.5,
    )


def predicted(run, model, table, *more):
    """Return the probabilities that a saved model gives a table."""
    code, _, err = run(
        *("predict", model, table, "--proba", "--trust", "--out", "p.csv", *more)
    )
    assert code == 0, err
    return pd.read_csv("p.csv")


def test_a_workbook_is_the_csv(run, odd):
    """A model of one predicts the other, and both models are the same."""
    pytest.importorskip("openpyxl")
    odd.to_csv("t.csv", index=False)
    odd.to_excel("t.xlsx", index=False)
    found = []
    for table in ("t.csv", "t.xlsx"):
        model = f"{table}.joblib"
        code, out, err = run("fit", table, *FIT, "--out", model)
        assert code == 0, err
        found.append(out.replace(table, "t"))
        found.extend(predicted(run, model, other) for other in ("t.csv", "t.xlsx"))
    assert found[0] == found[3]
    for other in (found[2], found[4], found[5]):
        # a workbook holds 16 digits of a number
        pd.testing.assert_frame_equal(found[1], other, rtol=1e-9)


def test_types_of_a_workbook(run, tmp_path):
    """Text with leading zeros stays text, text that reads as a number is one."""
    pytest.importorskip("openpyxl")
    table = pd.DataFrame({"id": ["007", "010"], "t": ["0.5", "1.5"], "w": ["NA", "x"]})
    table.to_excel("t.xlsx", index=False)
    read = read_table("t.xlsx")
    assert read["id"].tolist() == ["007", "010"]
    assert read["t"].tolist() == [0.5, 1.5]
    assert read["w"].tolist() == ["NA", "x"]
    read = read_table("t.xlsx", TableFormat(na=("NA",), dtype=(("t", "str"),)))
    assert read["t"].tolist() == ["0.5", "1.5"]
    assert read["w"].isna().tolist() == [True, False]


COMMANDS = {
    "fit": ("fit", "TABLE", *FIT, "--out", "m.joblib"),
    "compare": ("compare", "TABLE", "--target", "label", "--fusions", "voting,concat"),
    "report": ("report", "TABLE", "--target", "label", "--fusion", "voting"),
    "correlate": ("correlate", "TABLE", "--target", "label"),
    "fill": ("fill", "TABLE", "--keep", "label", "--estimator", "linear"),
    "retrieve": ("retrieve", "TABLE", "--query", "audio", "--find", "image"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_reads_all_of_them(run, pipe, frame, command):
    """What is printed is the same of a CSV, a workbook and standard input."""
    pytest.importorskip("openpyxl")
    frame = frame.drop(columns=["person", "amount"]).round(6)
    frame.to_csv("t.csv", index=False)
    with pd.ExcelWriter("t.xlsx", engine="openpyxl") as book:
        pd.DataFrame({"note": ["made by hand"]}).to_excel(book, sheet_name="notes")
        frame.to_excel(book, sheet_name="visits", index=False)
    pipe(frame.to_csv(index=False, sep=";").encode("utf-16"))
    said = []
    for table, *more in (
        ("t.csv",),
        ("t.xlsx", "--sheet", "visits"),
        ("-", "--sep", ";", "--encoding", "utf-16"),
    ):
        words = [table if word == "TABLE" else word for word in COMMANDS[command]]
        code, out, err = run(*words, *more)
        assert code == 0, err
        # seconds differ
        said.append([line for line in out.splitlines() if " s" not in line])
    assert said[0] == said[1] == said[2]


def test_distill_reads_all_of_them(fail, pipe, frame):
    """Up to its first question about the table; its fits take long."""
    pytest.importorskip("openpyxl")
    frame.to_excel("t.xlsx", index=False)
    pipe(frame.to_csv(index=False))
    for table in ("t.xlsx", "-"):
        more = ("--target", "lable", "--student", "audio", "--out", "m.joblib")
        assert "did you mean 'label'" in fail("distill", table, *more)


def test_nothing_is_left_behind(pipe):
    """The copy of standard input ends with its context."""
    pipe("a\n1\n")
    with as_file("-", TableFormat()) as (file, _):
        assert Path(file).read_text() == "a\n1\n"
    assert not Path(file).parent.exists()


def test_predict_from_standard_input_to_a_workbook(run, pipe, frame):
    """Both ends of a pipe of programs."""
    pytest.importorskip("openpyxl")
    frame.to_csv("t.csv", index=False)
    run("fit", "t.csv", *FIT, "--out", "m.joblib")
    expected = predicted(run, "m.joblib", "t.csv")
    pipe(frame.to_csv(index=False))
    code, out, err = run(
        *("predict", "m.joblib", "-", "--proba", "--trust", "--out", "p.xlsx")
    )
    assert (code, err) == (0, "")
    assert out.endswith("60 predictions: p.xlsx\n")
    pd.testing.assert_frame_equal(read_table("p.xlsx"), expected, rtol=1e-9)


def test_formulas_are_disarmed_in_a_workbook(tmp_path):
    """Text stays text, whatever it begins with."""
    openpyxl = pytest.importorskip("openpyxl")
    write_table(pd.DataFrame({"=h": ["=1+1"], "n": [-1]}), str(tmp_path / "t.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert [[c.value for c in row] for row in sheet.rows] == [
        ["'=h", "n"],
        ["'=1+1", -1],
    ]
    assert {c.data_type for row in sheet.rows for c in row} == {"s", "n"}


def test_a_table_to_join(run, frame):
    """A workbook is joined as a CSV file is."""
    pytest.importorskip("openpyxl")
    frame.to_csv("t.csv", index=False)
    people = pd.DataFrame({"person": range(15), "age": range(30, 45)})
    people.to_csv("people.csv", index=False)
    people.to_excel("people.xlsx", index=False)
    said = []
    for table in ("people.csv", "people.xlsx"):
        how = ("--join", f"{table}:on=person,prefix=who", "--groups", "person")
        code, out, err = run("fit", "t.csv", *FIT, *how, "--out", "m.joblib")
        assert code == 0, err
        said.append(out)
    assert "who: 1 column " in said[0]
    assert said[0] == said[1]


def test_sheets_are_chosen(fail, run, frame):
    """Two sheets need a name, a CSV has none."""
    pytest.importorskip("openpyxl")
    with pd.ExcelWriter("t.xlsx", engine="openpyxl") as book:
        for name in ("old", "new"):
            frame.to_excel(book, sheet_name=name, index=False)
    fit = ("--target", "label", "--out", "m.joblib")
    said = fail("fit", "t.xlsx", *fit)
    assert "cannot read 't.xlsx': several sheets hold something, 'old', 'new'" in said
    assert "name one with --sheet" in said
    assert "there are 'old', 'new'" in fail("fit", "t.xlsx", *fit, "--sheet", "odl")
    frame.to_csv("t.csv", index=False)
    said = fail("fit", "t.csv", *fit, "--sheet", "new")
    assert "--sheet names a sheet of an Excel file, and 't.csv' is none" in said
    people = "t.xlsx:on=person,prefix=who"
    said = fail("fit", "t.csv", *fit, "--groups", "person", "--join", people)
    assert "keep one of them, or save it as CSV" in said


@pytest.mark.parametrize("command", ["fit", "correlate"])
def test_troubles_of_a_workbook(fail, run, tmp_path, command):
    """Each is one line that names the file."""
    pytest.importorskip("openpyxl")
    more = ("--target", "a", *(("--out", "m.joblib") if command == "fit" else ()))
    (tmp_path / "bad.xlsx").write_text("a,b\n1,2\n")
    assert "cannot read 'bad.xlsx': it is no Excel" in fail(command, "bad.xlsx", *more)
    pd.DataFrame().to_excel("none.xlsx", index=False)
    assert "'none.xlsx': sheet 'Sheet1' is empty" in fail(command, "none.xlsx", *more)
    frame = pd.DataFrame([[1, 2, 3]] * 3, columns=["a", None, "a"])
    frame.to_excel("noname.xlsx", index=False)
    assert "column B of sheet 'Sheet1'" in fail(command, "noname.xlsx", *more)
    frame.iloc[:, [0, 2]].to_excel("twice.xlsx", index=False)
    assert "'twice.xlsx' names columns twice: a" in fail(command, "twice.xlsx", *more)
    assert "no such file" in fail(command, "gone.xlsx", *more)


def test_empty_rows_of_a_workbook_are_told(run, frame):
    """They are no samples."""
    openpyxl = pytest.importorskip("openpyxl")
    frame.to_excel("t.xlsx", index=False)
    book = openpyxl.load_workbook("t.xlsx")
    book.active.cell(70, 1).number_format = "0.0"
    book.save("t.xlsx")
    code, out, _ = run("fit", "t.xlsx", *FIT, "--out", "m.joblib")
    assert code == 0
    assert "left out 9 empty rows at the end\n" in out
    assert "60 rows" in out


@pytest.mark.parametrize("command", ["fit", "correlate"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot read standard input: it is empty"),
        (b"a,b\n", "standard input has no rows"),
        (b"a\n\xff\xfe\n", "cannot read standard input: it is not written in utf-8"),
        (b"a,b,a\n1,2,3\n", "standard input names columns twice: a"),
        (b"PAR1\x15\x04\x80", "cannot read standard input"),
    ],
)
def test_troubles_of_standard_input(run, pipe, command, data, said):
    """Each is one line that says where it comes from."""
    pipe(data)
    more = ("--out", "m.joblib") if command == "fit" else ()
    code, _, err = run(command, "-", "--target", "a", *more)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert re.search(said, err), err


def test_standard_input_is_read_once(fail, pipe, csv):
    """Two tables cannot be one stream."""
    pipe("a\n1\n")
    said = fail(
        *("retrieve", "-", "--query", "audio", "--find", "image", "--queries", "-")
    )
    assert "standard input can be read once" in said
    read_once(["-", "t.csv", None])
    with pytest.raises(CommandError, match="can be read once"):
        read_once(["-", "-"])


def test_standard_output_is_no_file(fail, csv):
    """Messages stand there."""
    said = fail("compare", csv, "--target", "label", "--html", "-")
    assert "--html '-' is no file, and standard output is for messages" in said
    said = fail("fit", csv, "--target", "label", "--out", "-")
    assert "--out '-' is no file" in said


def test_workbooks_without_openpyxl(fail, csv, monkeypatch, tmp_path):
    """The message names the extra, before any work."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (tmp_path / "t.xlsx").write_bytes(b"PK")
    said = fail("fit", "t.xlsx", "--target", "label", "--out", "m.joblib")
    assert (
        "The Excel file 't.xlsx' needs the library openpyxl: pip install 'mmensemble[ex"
        in said
    )
    with pytest.raises(ImportError, match=r"mmensemble\[excel\]"):
        check_tables_out([("--out", "p.xlsx")])


def test_names_of_tables():
    """A dash is standard input, which is CSV."""
    assert shown("-") == "standard input"
    assert kind_of("-") == ".csv"
    with (
        pytest.raises(CommandError, match=r"'t\.ods' has no known ending"),
        as_file("t.ods", TableFormat()),
    ):
        pass
