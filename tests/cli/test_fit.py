"""`mmensemble fit`."""

import json
import re
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from mmensemble import AutoFusion, MultimodalClassifier, MultimodalRegressor
from mmensemble.cli._problem import guess_task
from mmensemble.model_selection import compare_fusions

FIT = ("fit", "table.csv", "--out", "model.joblib", "--target")


def test_fit_with_modalities(run, csv):
    """Columns and patterns become modalities; the model is saved and described."""
    code, out, err = run(
        *FIT,
        "label",
        "--modality",
        "audio=audio__*",
        "--modality",
        "image=image__size, image__shade",
        "--groups",
        "person",
        "--fusion",
        "voting",
    )
    assert (code, err) == (0, "")
    assert "classification of 'label', 2 classes: 60 rows, fusion voting" in out
    assert "image: 2 columns (image__size, image__shade), present in 83.3%" in out
    model = joblib.load("model.joblib")
    assert isinstance(model, MultimodalClassifier)
    assert model.modalities == [
        ("audio", "auto", ["audio__pitch", "audio__level"]),
        ("image", "auto", ["image__size", "image__shade"]),
    ]
    assert model.classes_.tolist() == ["no", "yes"]


def test_auto_modalities_leave_target_and_groups_out(run, csv):
    """Without --modality, prefixes decide; target and groups are no features."""
    code, _, _ = run(*FIT, "label", "--groups", "person")
    model = joblib.load("model.joblib")
    assert code == 0
    assert [name for name, _, _ in model.modalities_] == ["audio", "image", "other"]
    assert model.modalities_[2][2] == ["amount"]


def test_the_default_says_what_to_expect(run, csv):
    """The automatic fusion's choice and its estimate are told; others have none."""
    code, out, _ = run(*FIT, "label", "--groups", "person")
    fusion = joblib.load("model.joblib").fusion_
    assert (code, type(fusion)) == (0, AutoFusion)
    low, high = fusion.score_interval_
    said = f"accuracy to expect on new rows {fusion.score_estimate_:.3f} ({low:.3f} to"
    choice = fusion.choice_.replace("_", " ")
    assert f"chosen: {choice}; {said} {high:.3f}), by folds within the fit; 'rep" in out
    _, out, _ = run(*FIT, "amount", "--modality", "audio=audio__*")
    assert "R² to expect on new rows" in out
    _, out, _ = run(*FIT, "label", "--fusion", "stacking")
    assert "expect" not in out


def test_fractions_are_a_regression(run, csv):
    """The task follows from the target, unless it is given."""
    code, out, _ = run(*FIT, "amount", "--modality", "audio=audio__*")
    assert code == 0
    assert out.startswith("regression of 'amount': 60 rows")
    assert isinstance(joblib.load("model.joblib"), MultimodalRegressor)
    code, out, _ = run(
        *FIT, "person", "--task", "regression", "--modality", "a=audio__*"
    )
    assert (code, out.split()[0]) == (0, "regression")


@pytest.mark.parametrize(
    ("y", "task"),
    [
        (np.arange(20), "classification"),
        (np.arange(21), "regression"),
        (np.array([0.0, 1.0, 1.0]), "classification"),
        (np.array([True, False]), "classification"),
        (np.array(["a", "b"], dtype=object), "classification"),
        (np.array([0.5, 1.0]), "regression"),
    ],
)
def test_guess_task(y, task):
    """Fractions and more than twenty numbers are amounts, all else classes."""
    assert guess_task(y) == task


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["lable"], "--target 'lable' is no column of the table; did you mean 'label'"),
        (["label", "--groups", "persn"], "--groups 'persn' is no column"),
        (["label", "--groups", "label"], "--groups and --target are both 'label'"),
        (["label", "--modality", "audio"], "'audio' cannot be read; write name=column"),
        (["label", "--modality", "=x"], "'=x' cannot be read"),
        (["label", "--modality", "a=b,"], "'a=b,' cannot be read"),
        (["label", "--modality", "a=audio_pitch"], "did you mean 'audio__pitch'"),
        (["label", "--modality", "a=video*"], "the pattern 'video*' matches no column"),
        (
            ["label", "--modality", "a=label"],
            "'label' is the column of --target, and cannot",
        ),
        (["label", "--modality", "a__b=amount"], "must not contain '__'"),
        (["label", "--modality", "cv=amount"], "'cv' is that of a constructor"),
        (
            ["label", "--modality", "a=amount", "--modality", "a=audio*"],
            "Names must be unique, got ['a']",
        ),
        (["label", "--fusion", "blend"], "invalid choice: 'blend'"),
        (
            ["label", "--task", "regression"],
            "needs numbers, --target 'label' holds text such as",
        ),
    ],
)
def test_mistakes_are_one_line(fail, csv, args, said):
    """A wrong column, modality, fusion or task is told in one line."""
    assert said in fail(*FIT, *args)


def test_rows_without_target_are_refused_or_dropped(fail, run, frame):
    """They are counted; only --drop-unlabelled leaves them out."""
    frame.loc[[3, 30], "label"] = None
    frame.to_csv("table.csv", index=False)
    said = fail(*FIT, "label")
    assert "2 of 60 rows have no 'label'" in said
    assert "--drop-unlabelled" in said
    code, out, _ = run(*FIT, "label", "--drop-unlabelled")
    assert code == 0
    assert "left out 2 of 60 rows without 'label'" in out
    assert "58 rows" in out


def test_an_empty_target_is_refused(fail, run, frame):
    """A target without any value is told, whatever the options."""
    frame["label"] = None
    frame.to_csv("table.csv", index=False)
    assert "is empty in every row" in fail(*FIT, "label", "--drop-unlabelled")


def test_groups_must_be_complete(fail, run, frame):
    """Rows without a group are counted."""
    frame.loc[[3], "person"] = None
    frame.to_csv("table.csv", index=False)
    assert "1 of 60 rows have no 'person'" in fail(*FIT, "label", "--groups", "person")


def test_a_single_class_is_refused(fail, run, frame):
    """One class cannot be learnt."""
    frame["label"] = "yes"
    frame.to_csv("table.csv", index=False)
    assert "at least 2 classes" in fail(*FIT, "label")


def test_a_table_of_the_target_alone_is_refused(fail, run, frame):
    """There must be something to learn from."""
    frame[["label"]].to_csv("table.csv", index=False)
    assert "has no column but label" in fail(*FIT, "label")


def test_out_is_checked_before_the_work(fail, csv):
    """A folder that does not exist is told before the fit."""
    said = fail("fit", csv, "--target", "label", "--out", "no/model.joblib")
    assert "the folder of --out 'no/model.joblib' does not exist" in said


@pytest.mark.parametrize("fusion", ["voting", "stacking", "concat"])
def test_every_fusion_has_a_score_out_of_fold(run, csv, fusion):
    """It is that of `compare_fusions`; --no-score saves the time."""
    code, out, err = run(*FIT, "label", "--groups", "person", "--fusion", fusion)
    table = pd.read_csv("table.csv")
    model = MultimodalClassifier(fusion=fusion)
    X, y = table.drop(columns=["label", "person"]), table["label"]
    own = {"fusions": [fusion], "groups": table["person"], "random_state": 0}
    expected = compare_fusions(model, X, y, **own).frame()["mean_test_score"].iloc[0]
    assert (code, err) == (0, "")
    assert f"out of fold {expected:.3f} ± " in out
    args = (*FIT, "label", "--groups", "person", "--fusion", fusion, "--no-score")
    assert "out of fold" not in run(*args)[1]


def test_no_score_where_rows_are_few(run, csv, frame):
    """A table of too few rows for folds is fitted all the same, and told."""
    small = frame.groupby("label").head(2).assign(g=[1, 1, 1, 2])
    small[["audio__pitch", "label", "g"]].to_csv("small.csv", index=False)
    args = ("fit", "small.csv", "--target", "label", "--groups", "g", "--fusion")
    code, out, _ = run(*args, "concat", "--out", "m.joblib")
    assert code == 0
    assert "out of fold" in out


def test_what_columns_were_taken_for(run, csv, frame):
    """Kinds and alerts are printed."""
    frame.assign(image__when="2020-01-01", row_id=range(60)).to_csv(csv, index=False)
    _, out, _ = run(*FIT, "label", "--fusion", "concat", "--no-score")
    assert "modality 'audio': 2 number" in out
    assert "! image__when: constant" in out
    assert "! row_id: identifies rows" in out


def test_progress_is_shown_on_a_terminal(run, csv, monkeypatch):
    """Fits, then folds, on stderr only; the saved model keeps nothing of it."""
    args = (*FIT, "label", "--fusion", "stacking")
    _, quiet, err = run(*args)
    assert err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    code, out, err = run(*args)
    assert (code, out) == (0, quiet)
    fits = re.findall(r"(\d+)/19 +\d+ s.*?  fits: (.*?)\x1b", err)
    assert [int(number) for number, _ in fits] == list(range(1, 19))
    assert fits[-1][1] == "fusion"
    assert fits[0][1].startswith(("audio, ", "image, ", "other, "))
    folds = re.findall(r"(\d)/5 +\d+ s.*?  score: folds", err)
    assert folds == list("12345")
    assert err.endswith("\r\x1b[K")
    assert joblib.load("model.joblib").verbose == 0


def test_a_skops_model_can_be_saved_from_a_terminal(run, csv, monkeypatch):
    """What shows progress is no part of the model."""
    pytest.importorskip("skops")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    args = ("fit", csv, "--target", "label", "--fusion", "concat", "--no-score")
    assert run(*args, "--out", "m.skops")[0] == 0


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
def test_the_score_out_of_fold_is_that_of_report(run, csv, fusion):
    """The same folds and seeds give the same number."""
    given = ("--target", "label", "--groups", "person", "--fusion", fusion)
    given += ("--seed", "3")
    _, out, _ = run("fit", csv, *given, "--out", "m.joblib")
    (told,) = re.findall(r"out of fold (\S+) ±", out)
    run("report", csv, *given, "--columns", "0", "--json", "r.json")
    score = json.loads(Path("r.json").read_text())["score"]["mean"]
    assert told == f"{score:.3f}"


def test_a_marker_of_missing_numbers(run, csv, frame):
    """It is told with the option that names it, which mends it."""
    frame.loc[20:24, "audio__pitch"] = -9999
    frame.to_csv(csv, index=False)
    args = (*FIT, "label", "--fusion", "concat", "--no-score")
    _, out, _ = run(*args)
    assert "! audio__pitch: -9999 comes more than once, far outside all other" in out
    assert "or name what stands for missing with --na\n" in out
    _, out, _ = run(*args, "--na", "-9999")
    assert "! audio__pitch" not in out
