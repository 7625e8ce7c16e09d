"""`mmensemble predict`."""

import pickle
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

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


def test_a_pickle_is_loaded_on_the_users_word_only(fail, model):
    """Without --trust the message says why."""
    said = fail("predict", model, "table.csv")
    assert "can run any code when it is loaded: pass --trust" in said


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
    """Broken pickles and other estimators are told apart from models."""
    with open("text.joblib", "w") as file:
        file.write("no pickle")
    assert "no model that can be loaded" in fail(
        "predict", "text.joblib", csv, "--trust"
    )
    joblib.dump(LogisticRegression(), "other.joblib")
    said = fail("predict", "other.joblib", csv, "--trust")
    assert "holds a LogisticRegression, not a model of 'mmensemble fit'" in said
    assert "no such file" in fail("predict", "no.joblib", csv, "--trust")


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
