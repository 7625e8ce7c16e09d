"""`ModelReport`: frames, plots, text and page."""

import json

import numpy as np
import pandas as pd
import pytest
from comparison_cases import classifier, make_data, regressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, r2_score

from mmensemble import (
    AutoFusion,
    MultimodalClassifier,
    modality_contributions,
    model_report,
)
from mmensemble.datasets import make_multimodal

X, Y = make_data(missing=0.3)


@pytest.fixture(scope="module")
def report():
    """Return the report of a classifier."""
    y = pd.Series(Y, name="ill")
    return model_report(classifier(fusion="voting"), X, y, cv=3, n_repeats=1)


def test_frames_of_a_classifier(report):
    """They agree with each other and with scikit-learn."""
    shown = report.predictions_
    assert sorted(shown["row"]) == list(range(60))
    expected = confusion_matrix(shown["y"], shown["predicted"], labels=["no", "yes"])
    np.testing.assert_array_equal(report.confusion_, expected)
    assert report.balance_["rows"].tolist() == [30, 30]
    assert not len(report.residuals_)
    assert report.problem.target == "ill"
    assert "Predicted: ill, 2 classes" in report.problem.sentences()[0]


def test_contributions_are_those_of_the_function(report):
    """The same folds, the same sets."""
    found = modality_contributions(classifier(fusion="voting"), X, Y, cv=3).frame()
    own = report.modalities_.set_index("modality")
    expected = found.set_index("modality")
    np.testing.assert_allclose(own["contribution"], expected["shapley"].loc[own.index])
    np.testing.assert_allclose(own["last"], expected["last"].loc[own.index])


def test_patterns_are_scored(report):
    """Each of at least 20 rows by its own out-of-fold predictions."""
    frame = report.patterns_
    assert frame["rows"].sum() == 60
    assert frame["score"].isna().equals(frame["rows"] < 20)
    whole = report.presence_.to_numpy().all(axis=1)
    own = report.predictions_.set_index("row").loc[np.flatnonzero(whole)]
    named = frame.set_index("modalities")
    expected = accuracy_score(own["y"], own["predicted"])
    assert named.loc["all", "score"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("scoring", "groups", "lower"),
    [
        (None, None, 0.025 ** (1 / 60)),
        ("accuracy", np.arange(60) // 3, 0.025 ** (1 / 20)),
        ("roc_auc", None, np.nan),
    ],
)
def test_folds_that_do_not_differ(scoring, groups, lower):
    """All rows right is no proof: the exact interval of an accuracy, or none."""
    rng = np.random.default_rng(0)
    y = np.arange(60) // 3 % 2
    table = pd.DataFrame({"a__x": y + 0.01 * rng.normal(size=60), "b__y": X["b__0"]})
    model = MultimodalClassifier(estimator=LogisticRegression(), fusion="concat")
    given = {"cv": 3, "scoring": scoring, "groups": groups, "n_repeats": 1}
    report = model_report(model, table, y, **given)
    upper = 1 if lower == lower else np.nan
    assert report.score_["mean"] == 1
    found = report.score_["lower"], report.score_["upper"]
    np.testing.assert_allclose(found, (lower, upper))
    assert ("95% interval" in " ".join(report.summary_)) == (lower == lower)
    assert "better than guessing by more than luck" in report.summary_[0]


def test_frames_of_a_regressor():
    """Residuals are truth less prediction."""
    table, y = make_data(regression=True)
    report = model_report(regressor(fusion="voting"), table, y, cv=3, max_columns=2)
    shown = report.predictions_
    np.testing.assert_allclose(
        report.residuals_["residual"], shown["y"] - shown["predicted"]
    )
    own = shown[shown["fold"] == 0]
    expected = r2_score(own["y"], own["predicted"])
    assert report.scores_["score"][0] == pytest.approx(expected)
    assert not len(report.balance_)
    assert report.score_["upper"] <= 1
    assert report.display().kinds == ["residuals", "features"]


def test_several_targets():
    """Columns carry the targets' names."""
    table, y = make_data(regression=True)
    both = pd.DataFrame({"size": y, "age": -y})
    report = model_report(regressor(fusion="voting"), table, both, cv=2, max_columns=0)
    assert {"y of size", "predicted of age"} <= set(report.predictions_)
    assert report.residuals_["target"].unique().tolist() == ["size", "age"]
    assert report.problem.target == "size, age"


def test_many_modalities():
    """Beyond 8 there is no Shapley value, but what each adds alone and at last."""
    data = make_multimodal(80, n_features=[1] * 9, random_state=0)
    model = MultimodalClassifier(fusion="voting", random_state=0)
    report = model_report(model, data.data, data.target, cv=2, max_columns=0)
    assert report.modalities_["contribution"].isna().all()
    assert report.modalities_[["alone", "last"]].notna().all(axis=None)
    assert report.contribution_display() is None
    assert "Without a modality" in report.summary_[2]


def test_one_modality_and_alerts():
    """A column that copies the target is told."""
    table = pd.DataFrame({"x": np.arange(60.0) % 7, "copy": (Y == "yes") * 1.0})
    model = MultimodalClassifier(fusion="concat", random_state=0)
    report = model_report(model, table, Y, cv=2, max_columns=0)
    assert "copy" in report.alerts_["column"].tolist()
    assert "Watch out for" in report.summary_[0]
    assert "alerts" in repr(report)


@pytest.mark.filterwarnings("ignore:Column 'patient_id' looks like an identifier")
def test_alerts_by_how_much_they_spoil():
    """A copy of the target first, harmless columns last, wherever they stand."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"same": 1.0, "row": np.arange(60.0), "patient_id": np.arange(60) % 30}
        | {"key": [f"k{v}" for v in rng.permutation(60)], "x": rng.normal(size=60)}
        | {"copy": (Y == "yes") * 1.0}
    )
    model = MultimodalClassifier(
        [
            ("a", "auto", ["same", "row", "patient_id"]),
            ("b", "auto", ["key", "x", "copy"]),
        ],
        fusion="concat",
        random_state=0,
    )
    y = pd.Series(Y, name="ill")
    report = model_report(model, table, y, cv=2, max_columns=0)
    order = ["copy", "key", "patient_id", "same", "row"]
    assert report.alerts_["column"].tolist() == order
    assert "Watch out for copy: a copy of the target" in report.summary_[0]
    assert report.title == "Model report: ill, 60 rows"


def test_text(report, tmp_path):
    """JSON has all but single rows, and only plain values."""
    path = tmp_path / "model.json"
    assert report.to_json(path) + "\n" == path.read_text()
    found = json.loads(report.to_json())
    assert found["score"]["mean"] == pytest.approx(report.score_["mean"])
    assert found["problem"]["classes"] == {"no": 30, "yes": 30}
    assert len(found["modalities"]) == 3
    assert "predictions" not in found
    assert repr(report).startswith("<ModelReport: accuracy 0.")
    assert set(report.frames()) > {"predictions", "patterns", "features"}


def test_plot_and_page(report, tmp_path):
    """Every kind, and one page that notebooks show too."""
    pytest.importorskip("jinja2")
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    assert report.plot().ax_.get_xlabel() == "share of the others taken for it"
    for kind in report.display().kinds:
        assert report.plot(kind).figure_ is not None
    plt.close("all")
    path = tmp_path / "model.html"
    assert report.to_html(path) == path.read_text()
    assert report._repr_html_().startswith('<iframe title="Model report: ill, 60 rows"')


@pytest.mark.parametrize(
    ("fusion", "scoring", "known"),
    [
        (AutoFusion("linear"), None, True),
        (AutoFusion("linear"), "accuracy", True),
        (AutoFusion("linear", scoring="roc_auc"), "roc_auc", True),
        (AutoFusion("linear"), "roc_auc", False),
        ("voting", None, False),
    ],
    ids=["default", "accuracy", "other", "differs", "voting"],
)
def test_what_the_fit_itself_expects(fusion, scoring, known):
    """Another estimate of the same score stands beside it, and is told."""
    model = MultimodalClassifier(fusion=fusion, random_state=0)
    report = model_report(model, X, Y, cv=2, max_columns=0, scoring=scoring)
    told = [text for text in report.summary_ if text.startswith("The fit itself")]
    assert len(told) == known
    if known:
        expected = report.model_.fusion_.score_estimate_
        assert report.fit_estimate == expected
        assert f"expects {expected:.3f}, by folds within all rows" in told[0]
