"""`mmensemble predict`."""

import pickle
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

FIT = ("fit", "table.csv", "--fusion", "voting", "--groups", "person")
MODALITIES = ("--modality", "audio=audio__*", "--modality", "image=image__*")
PREDICT = ("predict", "model.joblib", "table.csv", "--trust")


@pytest.fixture
def model(run, csv):
    """A saved classifier."""
    assert run(*FIT, *MODALITIES, "--target", "label", "--out", "model.joblib")[0] == 0
    return "model.joblib"


def test_predictions_are_the_models(run, model, frame):
    """One row a row of the table, with the model's labels and probabilities."""
    code, out, err = run(*PREDICT, "--proba", "--out", "p.csv")
    assert (code, out, err) == (0, "60 predictions: p.csv\n", "")
    written, loaded = pd.read_csv("p.csv"), joblib.load(model)
    assert list(written) == ["prediction", "probability_no", "probability_yes"]
    assert written["prediction"].tolist() == loaded.predict(frame).tolist()
    np.testing.assert_allclose(
        written.to_numpy()[:, 1:].astype(float), loaded.predict_proba(frame)
    )


def test_the_default_output(run, model):
    """Without --out and --proba there is one column in predictions.csv."""
    assert run(*PREDICT)[0] == 0
    assert list(pd.read_csv("predictions.csv")) == ["prediction"]


def test_a_table_without_the_target_and_in_another_order(run, model, frame):
    """Columns are found by name; target and groups are not needed."""
    frame[frame.columns[3::-1]].to_csv("new.csv", index=False)
    assert run("predict", model, "new.csv", "--trust", "--out", "new_p.csv")[0] == 0
    assert run(*PREDICT, "--out", "p.csv")[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv("new_p.csv"), pd.read_csv("p.csv"))


def test_a_table_without_a_modality(run, fail, model, frame):
    """Its columns may be absent on request."""
    frame.filter(regex="audio__").to_csv("audio.csv", index=False)
    command = ("predict", model, "audio.csv", "--trust")
    assert "(on the command line --absent-columns missing)" in fail(*command)
    assert run(*command, "--proba", "--absent-columns", "missing")[0] == 0
    hidden = frame.copy()
    hidden[[c for c in frame if c.startswith("image__")]] = np.nan
    np.testing.assert_allclose(
        pd.read_csv("predictions.csv").to_numpy()[:, 1:].astype(float),
        joblib.load(model).predict_proba(hidden),
    )


def test_a_pickle_is_loaded_on_the_users_word_only(fail, model):
    """Without --trust the message says why."""
    said = fail("predict", model, "table.csv")
    assert "can run any code when it is loaded: pass --trust" in said


def test_a_file_without_code_needs_no_trust(run, fail, model, frame):
    """model.skops is read as it is; what is in it that is not ours is refused."""
    skops = pytest.importorskip("skops.io")
    fit = (*FIT, *MODALITIES, "--target", "label", "--out", "model.skops")
    assert run(*fit)[0] == 0
    assert (
        run("predict", "model.skops", "table.csv", "--proba", "--out", "s.csv")[0] == 0
    )
    assert run(*PREDICT, "--proba", "--out", "p.csv")[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv("s.csv"), pd.read_csv("p.csv"))
    skops.dump(FunctionTransformer(eval), "strange.skops")
    assert "types that are not trusted: ['builtins.eval']" in fail(
        "predict", "strange.skops", "table.csv"
    )
    skops.dump(LogisticRegression(), "other.skops")
    assert "holds a LogisticRegression" in fail("predict", "other.skops", "table.csv")


def test_nothing_runs_without_trust(fail, csv):
    """A pickle that does something on load does nothing."""

    class Bomb:
        def __reduce__(self):
            return (open, ("bomb.txt", "w"))

    with open("bomb.joblib", "wb") as file:
        pickle.dump(Bomb(), file)
    fail("predict", "bomb.joblib", csv)
    assert not Path("bomb.txt").exists()


def test_files_that_are_no_models(fail, csv):
    """Other files, broken pickles and other estimators are told apart from models."""
    for trust in ((), ("--trust",)):
        said = fail("predict", csv, csv, *trust)
        assert "'table.csv' is no file of a model (.joblib or .skops)" in said
    Path("cut.joblib").write_bytes(pickle.dumps([1, 2, 3])[:-3])
    said = fail("predict", "cut.joblib", csv, "--trust")
    assert "'cut.joblib' is no model that can be loaded: " in said
    joblib.dump(LogisticRegression(), "other.joblib")
    said = fail("predict", "other.joblib", csv, "--trust")
    assert "holds a LogisticRegression, not a model of 'mmensemble fit'" in said
    assert "no such file" in fail("predict", "no.joblib", csv, "--trust")


@pytest.mark.parametrize(
    "how", [0, ("zlib", 1), ("zlib", 6), "gzip", "bz2", "xz", "lzma"]
)
def test_packed_pickles_are_pickles(run, model, how):
    """However joblib packs a model, it is one."""
    joblib.dump(joblib.load(model), "packed.joblib", compress=how)
    assert run("predict", "packed.joblib", "table.csv", "--trust")[0] == 0


def test_standard_input_is_read_once(fail, csv):
    """It cannot be model and table, nor two tables."""
    once = "standard input can be read once only"
    assert once in fail("predict", "-", "-", "--trust")
    rest = ("--target", "label", "--out", "m.joblib")
    assert once in fail("fit", "-", *rest, "--join=-:on=person,prefix=p")


def test_missing_columns_are_named(fail, model, frame):
    """The columns, and the modality that reads them."""
    frame.drop(columns="audio__level").to_csv("less.csv", index=False)
    said = fail("predict", model, "less.csv", "--trust")
    assert "columns are missing: ['audio__level'], read by ['audio']" in said


def test_proba_needs_a_classifier(run, fail, csv):
    """A regressor has no probabilities."""
    run(*FIT, *MODALITIES, "--target", "amount", "--out", "model.joblib")
    assert "--proba needs a classifier" in fail(*PREDICT, "--proba")
    assert run(*PREDICT)[0] == 0
    assert pd.read_csv("predictions.csv")["prediction"].dtype == float


def test_labels_that_a_spreadsheet_would_run(run, frame):
    """Text that looks like a formula gets a ' in front; negative numbers do not."""
    frame["label"] = frame["label"].map({"yes": "=1+1", "no": "@x"})
    frame.to_csv("table.csv", index=False)
    run(*FIT, *MODALITIES, "--target", "label", "--out", "model.joblib")
    assert run(*PREDICT, "--proba")[0] == 0
    written = pd.read_csv("predictions.csv")
    assert set(written["prediction"]) == {"'=1+1", "'@x"}
    frame["label"] = -1 - np.arange(60) % 2
    frame.to_csv("table.csv", index=False)
    run(*FIT, *MODALITIES, "--target", "label", "--out", "model.joblib")
    assert run(*PREDICT)[0] == 0
    assert set(pd.read_csv("predictions.csv")["prediction"]) <= {-1, -2}


def test_columns_of_the_table_can_be_kept(run, model, frame):
    """An id and other columns stand in front of the predictions, row by row."""
    frame.assign(row=[f"r{k}" for k in range(60)]).to_csv("table.csv", index=False)
    keep = ("--keep", "person", "--keep", "label")
    assert run(*PREDICT, "--id", "row", *keep, "--out", "p.csv")[0] == 0
    written = pd.read_csv("p.csv")
    assert list(written) == ["row", "person", "label", "prediction"]
    assert written["row"].tolist() == [f"r{k}" for k in range(60)]
    assert written["person"].tolist() == frame["person"].tolist()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--id", "nobody"), "--id 'nobody' is no column of the table"),
        (("--keep", "persn"), "--keep 'persn' is no column of the table; did you mean"),
        (
            ("--id", "person"),
            "--id 'person' does not tell the rows apart: in 45 of",
        ),
        (("--keep", "label", "--keep", "label"), "--keep 'label' is wanted twice"),
        (
            ("--keep", "prediction"),
            "--keep 'prediction' is a column of the predictions",
        ),
    ],
)
def test_columns_that_cannot_be_kept(fail, model, frame, options, said):
    """Each is told by its option."""
    frame.assign(prediction=1).to_csv("table.csv", index=False)
    assert said in fail(*PREDICT, *options)


def typed(n_rows=80):
    """Make a table of every type that both kinds of files hold."""
    rng = np.random.default_rng(3)
    label = rng.integers(0, 2, n_rows)
    frame = pd.DataFrame(
        {
            "lab__dose": label + rng.normal(size=n_rows),
            "lab__count": pd.array(rng.integers(0, 40, n_rows), dtype="Int64"),
            "lab__crp": [
                f"<{v:.2f}" if v < 0.2 else f"{v:.2f}" for v in rng.random(n_rows)
            ],
            "lab__ok": rng.choice([True, False], n_rows),
            "visit__day": pd.date_range("2020-01-30", periods=n_rows),
            "visit__at": pd.date_range("2020-01-30 07:30", periods=n_rows, freq="7h"),
            "visit__utc": pd.date_range("2020-01-30", periods=n_rows, tz="UTC"),
            "place__zip": rng.choice(["00012", "94110", "10115"], n_rows),
            "place__site": pd.Categorical(rng.choice(["a", "b"], n_rows)),
            "place__note": [
                " ".join(rng.choice(list("abcde"), 4)) for _ in range(n_rows)
            ],
            "label": np.where(label, "yes", "no"),
        }
    )
    for column in ("lab__dose", "lab__count", "lab__ok", "visit__at", "place__zip"):
        frame[column] = frame[column].mask(rng.random(n_rows) < 0.1)
    return frame


@pytest.mark.parametrize(("kind", "other"), [("csv", "parquet"), ("parquet", "csv")])
def test_one_kind_of_file_predicts_the_other(run, kind, other):
    """A model of a CSV file predicts the same table as Parquet alike, and back."""
    pytest.importorskip("pyarrow")
    frame = typed()
    frame.to_csv("t.csv", index=False)
    frame.to_parquet("t.parquet", index=False)
    args = ("--target", "label", "--fusion", "voting", "--no-score")
    assert run("fit", f"t.{kind}", *args, "--out", "m.joblib")[0] == 0
    found = []
    for ending in (kind, other):
        more = ("--trust", "--proba", "--out", f"{ending}.csv")
        code, _, err = run("predict", "m.joblib", f"t.{ending}", *more)
        assert (code, err) == (0, "")
        found.append(pd.read_csv(f"{ending}.csv"))
    pd.testing.assert_frame_equal(*found)


def test_durations_of_a_csv_and_of_a_parquet_file_are_the_same(run, tmp_path):
    """A model that was fitted on one predicts the other, with the same numbers."""
    pytest.importorskip("pyarrow")
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 60)
    seconds = rng.integers(1, 5000, 60) + 3000 * label
    wait = pd.Series(pd.to_timedelta(seconds, unit="s")).where(rng.random(60) < 0.9)
    frame = pd.DataFrame({"a__wait": wait, "b__x": rng.normal(size=60)})
    frame["label"] = np.where(label == 1, "yes", "no")
    frame.to_csv("t.csv", index=False)
    frame.to_parquet("t.parquet", index=False)
    found = []
    for fitted in ("t.csv", "t.parquet"):
        code, _, err = run(
            *("fit", fitted, "--target", "label", "--fusion", "voting"),
            *("--no-score", "--out", "m.joblib"),
        )
        assert code == 0, err
        for table in ("t.csv", "t.parquet"):
            code, _, err = run("predict", "m.joblib", table, "--proba", "--trust")
            assert code == 0, err
            found.append(pd.read_csv("predictions.csv"))
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other)


@pytest.mark.parametrize("target", ["label", "amount"])
def test_a_student_predicts(run, fail, csv, frame, target):
    """What distill writes is read, from the columns of the student alone."""
    frame["amount"] = np.arange(len(frame)) / 7
    frame.drop(columns="person").to_csv("table.csv", index=False)
    distill = ("distill", "table.csv", "--target", target, "--student", "audio")
    assert run(*distill, "--out", "student.joblib")[0] == 0
    frame[["person", "audio__level", "audio__pitch"]].to_csv("new.csv", index=False)
    predict = ("predict", "student.joblib", "new.csv", "--trust")
    proba = ("--proba",) if target == "label" else ()
    code, out, err = run(*predict, *proba, "--keep", "person", "--out", "p.csv")
    assert (code, out, err) == (0, "60 predictions: p.csv\n", "")
    written, loaded = pd.read_csv("p.csv"), joblib.load("student.joblib")
    assert written["person"].tolist() == frame["person"].tolist()
    expected = loaded.predict(frame)
    if target == "label":
        assert list(written)[2:] == ["probability_no", "probability_yes"]
        assert written["prediction"].tolist() == expected.tolist()
    else:
        np.testing.assert_allclose(written["prediction"], expected)
    said = fail(*predict, "--absent-columns", "missing")
    assert "--absent-columns is for models of 'mmensemble fit'" in said
