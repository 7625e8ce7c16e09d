"""``mmensemble correlate``: page, JSON, errors."""

import json
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")


def test_page_and_tables_are_written(run, csv, tmp_path):
    """The summary is printed, the page says how to make it again."""
    args = ["--target", "label", "--groups", "person", "--seed", 3]
    code, out, err = run(
        "correlate", csv, *args, "--html", "out.html", "--json", "out.json"
    )
    assert (code, err) == (0, "")
    short, _, rest = out.partition("\n\n")
    assert short.startswith("What is studied is how audio, image and other go")
    assert rest.startswith("60 rows, 3 modalities (audio, image and other)")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "mmensemble correlate table.csv --target label --groups person" in page
    assert "--seed 3" in page
    content = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {row["modality"] for row in content["modalities"]} == {
        "audio",
        "image",
        "other",
    }
    assert content["methods"] == ["pearson", "spearman"]


def test_modalities_and_one_method(run, csv):
    """Modalities are named as in `fit`; without files only the summary comes."""
    code, out, _ = run(
        "correlate",
        csv,
        "--modality=sound=audio__*",
        "--modality=size=image__size",
        "--method=spearman",
        "--sample=40",
    )
    assert code == 0
    assert "(sound and size) with 3 columns" in out
    assert "Pearson" not in out


def test_parquet_equals_csv(run, csv, frame, tmp_path):
    """The kind of file makes no difference to the numbers."""
    pytest.importorskip("pyarrow")
    frame.to_parquet(tmp_path / "table.parquet", index=False)
    contents = []
    for name in (csv, "table.parquet"):
        assert run("correlate", name, "--target=amount", "--json=o.json")[0] == 0
        content = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))
        contents.append(content["modalities"])
    assert contents[0] == contents[1]


def test_columns_are_read_as_fit_reads_them(run, frame):
    """Prices, dates and words are correlated, and what is left out is said."""
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(range(60), unit="D")
    written = frame.assign(
        audio__price=[f"${v:,}" for v in 2000 + 37 * pd.RangeIndex(60)],
        audio__day=days.strftime("%d.%m.%Y"),
        image__kind=["red", "blue", "red"] * 20,
        image__note=[f"seen on {day} by two" for day in range(60)],
    )
    written.to_csv("t.csv", index=False)
    code, out, err = run("correlate", "t.csv", "--json=o.json", "--method=pearson")
    assert (code, err) == (0, "")
    assert "image__note holds free text, which is no number of a row read by" in out
    found = json.loads(Path("o.json").read_text())["feature_pairs"]
    pairs = {(row["feature_a"], row["feature_b"]): row["pearson"] for row in found}
    assert pairs["audio__price", "audio__day"] == pytest.approx(1)
    assert any("image__kind_red" in pair for pair in pairs)


def test_targets_are_read_as_fit_reads_them(run, fail, frame):
    """Numbers as text are predicted as such on request, and that is proposed."""
    price = [f"${v:,}" for v in 2000 + 37 * frame.index]
    frame.assign(price=price).to_csv("t.csv", index=False)
    frame.assign(price=2000 + 37 * frame.index).to_csv("n.csv", index=False)
    said = []
    for name in ("t.csv", "n.csv"):
        args = ["--target=price", "--task=regression", "--method=pearson"]
        code, out, _ = run("correlate", name, *args)
        said.append(out.splitlines()[:-1])
        assert code == 0
    assert said[0] == said[1]
    with pytest.warns(UserWarning, match="The number of unique classes is greater"):
        out = run("correlate", "t.csv", "--target=price", "--method=pearson")[1]
    assert out.startswith("--target 'price' has 60 classes and reads as numbers in 60")
    out = fail("correlate", "t.csv", "--target=label", "--task=regression")
    assert "--task regression needs numbers, --target 'label' holds text such as" in out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["no.csv"], "there is no such file"),
        (["table.txt"], "no known ending"),
        (["table.csv", "--target", "labell"], "did you mean 'label'"),
        (["table.csv", "--groups", "nobody"], "--groups 'nobody' is no column"),
        (["table.csv", "--target", "label", "--groups", "label"], "are both 'label'"),
        (["table.csv", "--modality", "x=y"], "matches no column"),
        (["table.csv", "--sample", "5"], "--sample 5 is too few"),
        (["table.csv", "--html", "no/such.html"], "folder of --html 'no/such.html'"),
        (["table.csv", "--json", "."], "--json '.' is a folder"),
        (["table.csv", "--target", "image__size"], "10 of 60 rows have no"),
        (["one.csv", "--target", "label"], "has no column but label"),
        (["empty.csv"], "has no rows"),
        (["twice.csv"], "names columns twice: a"),
    ],
)
def test_mistakes_are_one_line(fail, csv, tmp_path, args, said):
    """Each mistake is told with what was given."""
    (tmp_path / "one.csv").write_text("label\n1\n2\n")
    (tmp_path / "empty.csv").write_text("a,b\n")
    (tmp_path / "twice.csv").write_text("a,a\n1,2\n")
    assert said in fail("correlate", *args)


def test_damaged_parquet_is_one_line(fail, tmp_path):
    """A file that is no Parquet is told as such."""
    pytest.importorskip("pyarrow")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    assert "cannot read 'bad.parquet'" in fail("correlate", "bad.parquet")


@pytest.mark.parametrize("levels", [["sample"], ["patient", "visit"]])
def test_a_parquet_file_with_a_named_index(run, frame, levels):
    """Its levels are no columns, and no trouble."""
    pytest.importorskip("pyarrow")
    index = pd.MultiIndex.from_product(
        [range(30), ["a", "b"]], names=["patient", "visit"]
    )
    if len(levels) == 1:
        index = pd.Index([f"s{i}" for i in range(60)], name="sample")
    X = frame[["audio__pitch", "audio__level", "image__size", "label"]]
    X.set_axis(index, axis=0).to_parquet("t.parquet")
    code, _, err = run(
        "correlate", "t.parquet", "--target", "label", "--json", "t.json"
    )
    assert (code, err) == (0, "")
    names = [
        row["feature"] for row in json.loads(Path("t.json").read_text())["features"]
    ]
    assert names == ["audio__pitch", "audio__level", "image__size"]


def test_a_class_that_is_spelt_like_a_missing_value(run, frame):
    """NA is a class, and an id keeps its zeros, though the file is read in chunks."""
    frame.assign(
        label=frame["label"].replace("no", "NA"),
        image__id=[f"{i:05}" for i in range(60)],
    ).drop(columns="person").to_csv("t.csv")
    args = ["correlate", "t.csv", "--target", "label", "--json", "t.json"]
    code, out, _ = run(*args)
    assert code == 0
    assert "'label' holds 'NA' as text" in out
    assert "left out 'Unnamed: 0'" in out
    code, _, err = run(*args, "--na", "NA")
    assert code == 2
    assert "rows have no 'label'" in err


def test_infinite_numbers_are_told_by_column(run, frame):
    """The message names the column, not its position."""
    frame.loc[3, "image__size"] = float("inf")
    frame.drop(columns=["person", "amount"]).to_csv("t.csv", index=False)
    code, _, err = run("correlate", "t.csv", "--target", "label")
    assert code == 2
    assert "Columns ['image__size'] hold infinity" in err


def test_numbers_that_may_mean_missing_are_told(run, frame):
    """As `fit` tells them; told what they mean, nothing is said."""
    frame["audio__age"] = range(20, 80)
    frame.loc[5:9, "audio__age"] = -999
    frame.to_csv("t.csv", index=False)
    said = "Watch out for audio__age: -999 comes more than once"
    assert said in run("correlate", "t.csv", "--target", "label")[1]
    _, out, _ = run("correlate", "t.csv", "--target", "label", "--na=-999", "--na=-9")
    assert said not in out
    assert out.startswith("--na '-9' is in no cell of 't.csv'\n")


def test_columns_are_left_out(run, fail, csv, frame):
    """As if the table had none of them; the page says how to do it again."""
    args = ("--target", "label", "--json", "o.json", "--html", "o.html")
    out = run("correlate", csv, "--without", "amount", "--without", "person", *args)[1]
    assert "\n60 rows, 2 modalities (audio and image) with 4 columns" in out
    page = Path("o.html").read_text(encoding="utf-8")
    assert "--without amount --without person" in page
    found = json.loads(Path("o.json").read_text(encoding="utf-8"))
    frame.drop(columns=["amount", "person"]).to_csv("u.csv", index=False)
    assert run("correlate", "u.csv", *args)[0] == 0
    other = json.loads(Path("o.json").read_text(encoding="utf-8"))
    assert found["modalities"] == other["modalities"]
    assert "did you mean 'amount'" in fail("correlate", csv, "--without", "amoun")
