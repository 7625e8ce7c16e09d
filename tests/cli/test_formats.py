"""How text files are written: ids, words for missing values, indexes, options."""

from argparse import ArgumentParser

import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from mmensemble.cli import _formats
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, counts_rows, format_words, read_format
from mmensemble.cli._tables import read_header, read_table


def parsed(*words):
    """Return the options of a command line."""
    parser = ArgumentParser()
    add_format(parser)
    return parser.parse_args(words)


def read(tmp_path, text, *words, encoding="utf-8"):
    """Return the table in a CSV file of this text."""
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    return read_table(str(path), read_format(parsed(*words)))


def test_words_for_missing_are_text_among_texts(tmp_path, capsys):
    """A class that is spelt NA stays one; beside numbers and booleans it is missing."""
    text = "site,dose,flag\nNA,1.5,True\nnull,NA,None\nEU,2.5,False\n,3.5,True\n"
    table = read(tmp_path, text)
    assert table["site"].fillna("-").tolist() == ["NA", "null", "EU", "-"]
    assert_array_equal(table["dose"], [1.5, float("nan"), 2.5, 3.5])
    assert table["flag"].isna().tolist() == [False, True, False, False]
    assert "'site' holds 'NA', 'null' as text; --na NA takes" in capsys.readouterr().out


def test_the_user_says_what_is_missing(tmp_path):
    """`--na` is for all columns, and replaces what is usual."""
    table = read(tmp_path, "site,dose\nNA,-9\n?,2\n,3\n", "--na", "?", "--na", "-9")
    assert table["site"].fillna("-").tolist() == ["NA", "-", "-"]
    assert_array_equal(table["dose"], [float("nan"), 2, 3])


def test_what_stands_for_missing_and_is_nowhere(tmp_path, capsys, monkeypatch):
    """It is told; -9 is also -9.0, and may come late in a long file."""
    monkeypatch.setattr(_formats, "SCAN_ROWS", 2)
    text = "site,dose\nEU,1.5\nUS,2\n?,-9.0\n"
    words = ("?", "-9", "-99", "none", "")
    read(tmp_path, text, *(f"--na={word}" for word in words))
    told = capsys.readouterr().out.splitlines()
    path = str(tmp_path / "t.csv")
    assert told == [f"--na {w!r} is in no cell of {path!r}" for w in ("-99", "none")]
    read(tmp_path, text)
    assert capsys.readouterr().out == ""


def test_what_was_missing_in_another_table(tmp_path, capsys):
    """It need not be in this one, nor in a joined one."""
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    form = read_format(parsed("--na=-9"))
    for more in ({"remembered": True}, {"partial": True}):
        read_table(str(path), form, **more)
        assert capsys.readouterr().out == ""


def test_numbers_with_leading_zeros_are_ids(tmp_path):
    """00012 is no number; 0, 0.5 and 120 are."""
    table = read(tmp_path, "id,n,share\n00012,0,0.5\n12,120,0.0\n130,7,1.0\n")
    assert table["id"].tolist() == ["00012", "12", "130"]
    assert table["n"].tolist() == [0, 120, 7]
    assert table["share"].tolist() == [0.5, 0.0, 1.0]


def test_options_tell_how_a_file_is_written(tmp_path):
    """Separator, decimal comma, encoding and types; a recipe repeats them."""
    words = ["--sep", ";", "--decimal", ",", "--encoding", "latin-1"]
    words += ["--dtype", "code=str"]
    text = "größe;code\n1,5;7\n2,5;8\n"
    table = read(tmp_path, text, *words, encoding="latin-1")
    assert table["größe"].tolist() == [1.5, 2.5]
    assert table["code"].tolist() == ["7", "8"]
    assert format_words(parsed(*words)) == words
    path = str(tmp_path / "t.csv")
    columns, options = read_header(path, read_format(parsed(*words)))
    assert columns == ["größe", "code"]
    pd.testing.assert_frame_equal(pd.read_csv(path, **options), table)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sep", ";;"], "--sep ';;' must be one character"),
        (["--decimal", ""], "--decimal '' must be one"),
        (["--encoding", "utf-99"], "--encoding 'utf-99' is not known"),
        (["--dtype", "code"], "is not COLUMN=TYPE"),
        (["--dtype", "a=strange"], "there is no type 'strange'"),
        (["--dtype", "b=str"], "--dtype names 'b', which is no column"),
    ],
)
def test_options_that_mean_nothing(tmp_path, words, said):
    """Each is a line that names the option."""
    with pytest.raises(CommandError, match=said):
        read(tmp_path, "a\n1\n", *words)


@pytest.mark.parametrize("index", ["rows", "names", "two levels", "twice"])
def test_an_index_that_was_written_is_no_column(tmp_path, capsys, index):
    """`to_csv` writes the index without a name: it is left out, and said."""
    frame = pd.DataFrame({"a": [1.5, 2.5, 0.5]})
    if index == "names":
        frame.index = ["p", "q", "r"]
    if index == "two levels":
        frame.index = pd.MultiIndex.from_tuples([("p", 1), ("p", 2), ("q", 1)])
    text = frame.to_csv()
    if index == "twice":
        (tmp_path / "t.csv").write_text(text)
        text = pd.read_csv(tmp_path / "t.csv").to_csv()
    assert list(read(tmp_path, text).columns) == ["a"]
    assert "left out 'Unnamed: 0'" in capsys.readouterr().out
    assert read_header(str(tmp_path / "t.csv"))[0] == ["a"]


def test_columns_that_count_rows_are_told(tmp_path, capsys):
    """A row number under a name of its own may mean something."""
    table = read(tmp_path, "number,a\n1,3\n2,5\n3,1\n")
    assert list(table.columns) == ["number", "a"]
    assert "'number' counts the rows" in capsys.readouterr().out
    counting = [pd.Series(v) for v in ([0, 1, 2], [1, 2, 3], [1, 2, 4], [5, 6], [0.0])]
    assert [counts_rows(s) for s in counting] == [True, True, False, False, False]


@pytest.mark.parametrize("levels", [["sample"], ["patient", "visit"], [None, None]])
def test_the_index_of_a_parquet_file_is_no_column(tmp_path, levels):
    """Named or not, of one level or more: header and table leave it out."""
    pytest.importorskip("pyarrow")
    index = pd.MultiIndex.from_product([["p", "q"], [1, 2]])
    if len(levels) == 1:
        index = pd.Index(list("pqrs"))
    path = str(tmp_path / "t.parquet")
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0]}, index=index.set_names(levels))
    frame.to_parquet(path)
    assert read_header(path) == (["a"], {})
    assert list(read_table(path).columns) == ["a"]


def test_signs_of_windows_are_told(tmp_path, capsys):
    """A euro sign is none in latin-1, and amounts with it would be words."""
    text = "sum,größe\n5 €,1\n7 €,2\n"
    read(tmp_path, text, "--encoding", "latin-1", encoding="cp1252")
    said = capsys.readouterr().out
    assert said == (
        "'sum' holds signs that are none in latin-1, as in '5 \\x80'; --encoding "
        "cp1252 reads them, the euro sign for one\n"
    )
    table = read(tmp_path, text, "--encoding", "cp1252", encoding="cp1252")
    assert table["sum"].tolist() == ["5 €", "7 €"]
    read(tmp_path, "sum,größe\n5 $,1\n", "--encoding", "latin-1", encoding="latin-1")
    assert capsys.readouterr().out == ""
