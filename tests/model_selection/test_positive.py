"""The class that curves and scores of one class are of."""

import numpy as np
import pandas as pd
import pytest
from comparison_cases import Fails, classifier, make_data, regressor
from sklearn.metrics import f1_score, make_scorer, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_score

from mmensemble import model_report
from mmensemble.model_selection._positive import check_positive, scoring_of_class

X, Y = make_data()
GIVEN = {"cv": StratifiedKFold(3), "max_columns": 0}


def test_curves_are_of_the_positive_class():
    """Area and calibration are those of its own probability; by default the last."""
    model = classifier(fusion="voting")
    report = model_report(model, X, Y, positive="no", **GIVEN)
    shown = report.predictions_
    assert report.roc_["class"].unique().tolist() == ["no"]
    area = roc_auc_score(shown["y"] == "no", shown["probability of no"])
    assert report.roc_["area"].iloc[0] == pytest.approx(area)
    bins = report.calibration_
    assert bins["rows"] @ bins["predicted"] == pytest.approx(
        shown["probability of no"].sum()
    )
    assert bins["rows"] @ bins["observed"] == pytest.approx((shown["y"] == "no").sum())
    assert report.to_dict()["positive"] == "no"
    usual = model_report(model, X, Y, **GIVEN)
    assert usual.roc_["class"].unique().tolist() == ["yes"]
    assert usual.to_dict()["positive"] == "yes"


def test_one_of_three_classes():
    """It has the only curve; without it all have one, and none is positive."""
    y = np.where(X["a__0"] > 0.9, "maybe", Y)
    model = classifier(fusion="voting")
    report = model_report(model, X, y, positive="maybe", **GIVEN)
    assert report.roc_["class"].unique().tolist() == ["maybe"]
    shown = report.predictions_
    bins = report.calibration_
    expected = shown["probability of maybe"].sum()
    assert bins["rows"] @ bins["predicted"] == pytest.approx(expected)
    usual = model_report(model, X, y, **GIVEN)
    assert usual.roc_["class"].nunique() == 3
    assert usual.positive is None


def test_the_page_says_whose_curves_they_are():
    """Under both of them."""
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib").use("Agg")
    report = model_report(classifier(fusion="voting"), X, Y, positive="no", **GIVEN)
    page = report.to_html()
    assert "The positive class, against all others, is no." in page
    assert "The probability is that of no." in page


def test_metrics_of_one_class():
    """They take it as positive, which labels without a 1 need."""
    model = classifier(fusion="voting")
    report = model_report(model, X, Y, positive="no", scoring="f1", **GIVEN)
    scorer = make_scorer(f1_score, pos_label="no")
    expected = cross_val_score(model, X, Y, cv=GIVEN["cv"], scoring=scorer)
    np.testing.assert_allclose(report.scores_["score"], expected)
    assert report.metric_name() == "F1"


@pytest.mark.parametrize("scoring", ["average_precision", "neg_brier_score"])
def test_metrics_of_its_probability(scoring):
    """Those of a target in which it alone is 1."""
    model = classifier(fusion="voting")
    report = model_report(model, X, Y, positive="no", scoring=scoring, **GIVEN)
    coded = model_report(model, X, (Y == "no") * 1, scoring=scoring, **GIVEN)
    assert report.score_["mean"] == pytest.approx(coded.score_["mean"])


def test_other_metrics_stay():
    """A callable, none, and metrics of all classes."""
    for scoring in (None, len, "accuracy"):
        assert scoring_of_class(scoring, "no") is scoring
    assert scoring_of_class("f1", None) == "f1"


def test_classes_that_there_are_not():
    """The message tells which there are; nothing is fitted."""
    given = {"X": X, "y": Y, "positive": "yess"}
    with pytest.raises(ValueError, match=r"'positive' .* 'yess'; did you mean 'yes'"):
        model_report(classifier(fusion=Fails()), **given)
    table, y = make_data(regression=True)
    with pytest.raises(ValueError, match=r"'positive' .* the model predicts numbers"):
        model_report(regressor(fusion=Fails()), table, y, positive=1)


def test_the_label_is_that_of_the_target():
    """What equals it is taken for it."""
    assert check_positive(1, np.array([False, True]), classifier=True) is True
    labels = pd.Series([0.0, 1.0]).to_numpy()
    assert str(check_positive(1, labels, classifier=True)) == "1.0"
    assert check_positive(None, labels, classifier=False) is None
