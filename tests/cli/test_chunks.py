"""Chunks of a file keep what its first rows promise, or are refused."""

import json

import numpy as np
import pandas as pd
import pytest

from mmensemble import _text_columns
from mmensemble.cli import _tables
from mmensemble.cli._chunks import ChunkPreparer
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import TableFormat
from mmensemble.cli._tables import read_header, read_table


def chunks(path, form=TableFormat(), size=2):  # noqa: B008 - frozen
    """Return the prepared chunks of a file, as `correlate` reads it."""
    _, options = read_header(path, form)
    prepare = ChunkPreparer(form, options)
    with pd.read_csv(path, chunksize=size, **options) as reader:
        return pd.concat([prepare(chunk) for chunk in reader])


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file of which two rows are looked at."""
    monkeypatch.setattr(_tables, "_LOOK_ROWS", 2)
    monkeypatch.setattr(_text_columns, "SCAN_ROWS", 2)
    path = tmp_path / "t.csv"

    def _write(text):
        path.write_text(text)
        return str(path)

    return _write


def test_an_id_that_comes_late_is_an_id_from_the_first_row(write):
    """Chunks agree with the table read at once, however many rows are looked at."""
    path = write("id,n\n12,1\n13,2\n14,3\n00015,4\n")
    late = chunks(path)
    assert late["id"].tolist() == ["12", "13", "14", "00015"]
    pd.testing.assert_frame_equal(late, read_table(path))


def test_digits_in_a_column_of_text_stay_text(write):
    """Also in chunks of nothing but digits, some of them missing."""
    path = write("code,n\n7,1\nAB,2\n007,3\n,4\n12,5\n13,6\n")
    late = chunks(path)
    assert late["code"].fillna("-").tolist() == ["7", "AB", "007", "-", "12", "13"]
    pd.testing.assert_frame_equal(late, read_table(path))


def test_digits_in_a_long_column_of_text(write):
    """pandas reads it piece by piece, and takes pieces of digits for numbers."""
    path = write("code\n" + "7\n" * 600_000 + "AB\n")
    assert set(read_table(path)["code"]) == {"7", "AB"}


@pytest.mark.parametrize("first", ["1", "", "True"])
def test_text_that_comes_late_is_told(write, first):
    """NA was taken for missing, among texts it is one; the way out works."""
    path = write(f"x,n\n{first},1\n{first},2\nNA,3\nEU,4\n")
    with pytest.raises(CommandError, match="'x' holds text in row 4, 'EU', and none"):
        chunks(path)
    said = TableFormat(dtype=(("x", "str"),))
    assert chunks(path, said)["x"].fillna("-").tolist()[2:] == ["NA", "EU"]
    both = TableFormat(na=("NA", "EU"))
    assert chunks(path, both)["x"].isna()[2:].all()


def test_dates_of_all_chunks_are_alike(write):
    """Offsets of all chunks become UTC; with and without a zone do not mix."""
    path = write("when,n\n2024-01-01T00:00+01:00,1\n,2\n2024-07-01T00:00+02:00,3\n")
    form = TableFormat(dates=(("when", None),))
    found = chunks(path, form)["when"]
    assert found.dt.hour.dropna().tolist() == [23, 22]
    path = write("when,n\n2024-01-01T00:00+01:00,1\n,2\n2024-07-01,3\n2024-07-02,4\n")
    with pytest.raises(CommandError, match="some rows of 'when' have a time zone"):
        chunks(path, form)


def test_correlate_with_dates_and_an_index(run, tmp_path):
    """The row is named beyond the first chunk; a level of the index may be groups."""
    pytest.importorskip("pyarrow")
    rng = np.random.default_rng(0)
    n = 300
    frame = pd.DataFrame(rng.normal(size=(n, 2)), columns=["a__0", "a__1"])
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n), unit="D")
    frame["when__t"] = days.strftime("%d.%m.%Y")
    frame["a__0"] = np.arange(n) + 0.5
    frame["label"] = np.arange(n) % 2
    index = pd.MultiIndex.from_arrays([np.arange(n) // 3, np.arange(n) % 3])
    frame.set_axis(index.set_names(["patient", "visit"])).to_parquet("t.parquet")
    words = ["t.parquet", "--target=label", "--groups=patient"]
    dates = "--dates=when__t=%d.%m.%Y"
    code, _, err = run("correlate", *words, dates, "--json=o.json", "--html=o.html")
    assert (code, err) == (0, "")
    content = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))
    assert content["feature_pairs"][0]["pearson"] == pytest.approx(1.0)
    page = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "--groups patient" in page
    assert "when__t=%d.%m.%Y" in page
    for command, more in (("correlate", []), ("fit", ["--out=m.joblib"])):
        code, _, err = run(command, *words, *more, "--dates=when__t")
        assert code == 2
        assert "row 1 of 'when__t', '01.01.2024', is not an ISO 8601 date" in err
        code, _, err = run(command, *words, *more, "--dates=then")
        assert "--dates names 'then', which is no column" in err
    code, out, err = run("fit", *words, dates, "--fusion=voting", "--out=m.joblib")
    assert (code, err) == (0, "")
    assert "when: 1 column (when__t)" in out
    frame.iloc[:4].to_parquet("new.parquet")
    assert run("predict", "m.joblib", "new.parquet", "--trust", dates)[0] == 0
