"""`mmensemble distill`."""

import joblib
import numpy as np
import pytest

import mmensemble
from mmensemble.transfer import DistilledClassifier, DistilledRegressor


def test_a_student_is_written(run, csv, frame):
    """With its price; rows without a label count, and predict needs few columns."""
    frame["label"] = frame["label"].where(frame.index % 3 > 0)
    frame.to_csv("holes.csv", index=False)
    options = ("--target", "label", "--student", "audio", "--groups", "person")
    code, out, err = run("distill", "holes.csv", *options, "--out", "student.joblib")
    assert code == 0, err
    assert "classification of 'label' from audio\n  40 of 60 rows have a" in out
    assert "distilled" in out
    assert "saved" in out
    model = joblib.load("student.joblib")
    assert isinstance(model, DistilledClassifier)
    assert all(name.startswith("audio") for name in model.feature_names_in_)


def test_numbers(run, csv, frame):
    """Fractions are predicted by the regressor."""
    frame["amount"] = np.arange(len(frame)) / 7
    frame.drop(columns=["label", "person"]).to_csv("amounts.csv", index=False)
    options = ("--target", "amount", "--student", "audio", "--out", "s.joblib")
    assert run("distill", "amounts.csv", *options)[0] == 0
    assert isinstance(joblib.load("s.joblib"), DistilledRegressor)


def test_mistakes(fail, csv, frame):
    """Unknown columns and modalities, and a target without any value."""
    rest = ("--out", "student.joblib")
    said = fail("distill", "table.csv", "--target", "labl", "--student", "audio", *rest)
    assert "--target 'labl' is no column" in said
    said = fail("distill", "table.csv", "--target", "label", "--student", "x", *rest)
    assert "--student 'x' is no modality; there are 'audio'" in said
    said = fail("distill", "table.csv", "--target", "label", "--student", "audi", *rest)
    assert "--student 'audi' is no modality; did you mean 'audio'? Give the" in said
    frame["label"] = np.nan
    frame.to_csv("empty.csv", index=False)
    said = fail(
        "distill", "empty.csv", "--target", "label", "--student", "audio", *rest
    )
    assert "--target 'label' is empty in every row" in said


def test_columns_are_left_out_and_no_code_is_written(run, csv, frame):
    """As by fit: an id is of no modality, and model.skops is no pickle."""
    pytest.importorskip("skops")
    frame.assign(order=range(len(frame))).to_csv("orders.csv", index=False)
    own = ("--target", "label", "--student", "audio", "--groups", "person")
    without = ("--without", "order", "--without", "amount")
    options = (*own, *without, "--out", "student.skops")
    assert run("distill", "orders.csv", *options)[0] == 0
    model = mmensemble.load("student.skops")
    assert isinstance(model, DistilledClassifier)
    assert model.price_.loc["teacher", "cost"] == 2
    assert run("predict", "student.skops", "orders.csv", "--out", "new.csv")[0] == 0
