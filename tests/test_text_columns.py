"""What columns of text files are, against what was written."""

import pandas as pd
import pytest

from mmensemble._text_columns import is_text, read_text_file, text_columns

TABLE = pd.DataFrame(
    {
        "zip": ["00501", "10001", "94105"],
        "country": ["NA", "DE", "None"],
        "count": ["7", "NA", "9"],
        "text": ["1", "2", "3"],
        "day": ["2024-01-01", "NA", "2024-01-03"],
    }
)


@pytest.fixture
def path(tmp_path):
    TABLE.to_csv(tmp_path / "t.csv", index=False)
    return tmp_path / "t.csv"


def test_ids_and_words_stay(path):
    """As they stand in the file; numbers and dates have missing values."""
    found = read_text_file(path, ",", text={"text", "gone"}, other={"day"})
    for name in ("zip", "country", "text"):
        assert found[name].tolist() == TABLE[name].tolist()
    assert found["count"].isna().tolist() == [False, True, False]
    assert found["count"].sum() == 16
    assert found["day"].isna().tolist() == [False, True, False]
    assert list(found.columns) == list(TABLE.columns)


def test_what_the_caller_knows_comes_first(tmp_path):
    """A column of nothing but words, and numbers that begin with a zero."""
    path = tmp_path / "t.tsv"
    path.write_text("a\tb\nNA\t007\nNA\t008\n")
    found = read_text_file(path, "\t", text={"a"}, other={"b"})
    assert found.to_dict("list") == {"a": ["NA", "NA"], "b": [7, 8]}
    found = read_text_file(path, "\t", guess=False)
    assert found["a"].isna().all()
    assert found["b"].tolist() == [7, 8]
    found = read_text_file(path, "\t")
    assert found["a"].isna().all()
    assert found["b"].tolist() == ["007", "008"]


def test_text_columns_are_found(path):
    """In the order of the table; columns that are known are not asked about."""
    options = {"dtype": {"zip": "int64"}}
    table = pd.read_csv(path)
    assert text_columns(path, table, {"dtype": {}}) == ["zip", "country", "day"]
    assert text_columns(path, table, options, known=["day"]) == ["country"]
    assert [is_text(table[name]) for name in table] == [False, True, False, False, True]


def test_columns_that_come_twice(tmp_path):
    """Pandas would rename the second one."""
    path = tmp_path / "t.csv"
    path.write_text("a,b,a\n1,2,3\n")
    with pytest.raises(ValueError, match="it names columns twice: a"):
        read_text_file(path, ",")
