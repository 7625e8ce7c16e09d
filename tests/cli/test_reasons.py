"""Why a file of text cannot be read."""

import pytest

from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import TableFormat
from mmensemble.cli._reasons import reason_of, refuse_zeros, separator_hint
from mmensemble.cli._tables import read_header, read_table

TABLE = "größe,b\n1,2\n"


@pytest.mark.parametrize("read", [read_table, read_header])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "t.csv': it is empty"),
        (b"\n\n", "t.csv': it is empty"),
        (b"a;b\n1,5;2\n", "line 2 has 2 fields, the heading 1; say with --sep"),
        (b"a,b\n1,2\n1,2\n1,2,3\n", r"line 4 has 3 fields, the heading 2$"),
        (TABLE.encode("latin-1"), "not written in utf-8; .*--encoding cp1252"),
        (TABLE.encode("utf-16"), "not written in utf-8; .*--encoding utf-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "zero bytes.*--encoding utf-16-le"),
        ("a,b\n1,2\n".encode("utf-16-be"), "zero bytes.*--encoding utf-16-be"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "quotation mark at about line 3 is never closed"),
    ],
)
def test_each_trouble_names_what_to_do(tmp_path, read, content, said):
    """Of tables and of their first rows alike, after the name of the file."""
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        read(str(path))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le"])
def test_the_encoding_that_is_named_reads_the_file(tmp_path, encoding):
    """What the message says helps."""
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE.encode(encoding))
    table = read_table(str(path), TableFormat(encoding=encoding))
    assert list(table) == ["größe", "b"]


def test_utf_16_that_is_none(tmp_path):
    """A wrong --encoding is told by its name, and other errors as they are."""
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="is --encoding what the file is written in"):
        read_table(str(path), TableFormat(encoding="utf-16"))
    assert reason_of(OSError("two\n  lines")) == "two lines"


def test_names_with_zeros():
    """They are no names."""
    refuse_zeros(["a", "b"])
    with pytest.raises(ValueError, match="it holds zero bytes, as a file in UTF-16"):
        refuse_zeros(["a", "b\0"])


def test_a_column_that_is_no_column_for_its_separator(fail, tmp_path):
    """The separator that stands in the only name is told."""
    (tmp_path / "t.csv").write_text("a;label\n1;x\n2;y\n")
    said = fail("fit", "t.csv", "--target", "label", "--out", "m.joblib")
    assert "; if ';' separates columns, give --sep ';'" in said
    assert separator_hint(["a\tb"]).endswith(r"give --sep '\t'")
    assert separator_hint(["a"]) == separator_hint(["a;b", "c"]) == ""
