"""`mmensemble distill`."""

import joblib
import numpy as np

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
    assert "must name some of the teacher's modalities" in said
    frame["label"] = np.nan
    frame.to_csv("empty.csv", index=False)
    said = fail("distill", "empty.csv", "--target", "label", "--student", "a", *rest)
    assert "--target 'label' is empty in every row" in said
