"""`model_report`: what it takes, that it equals cross-validation, and what fails."""

import numpy as np
import pandas as pd
import pytest
from comparison_cases import Fails, FailsOnce, classifier, make_data, regressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, LeaveOneOut, cross_validate

from mmensemble import model_report
from mmensemble.analysis.coalitions._shapley import coalition_masks
from mmensemble.model_selection._model_report import masks_for

X, Y = make_data()
BAD = [
    ("estimator", LogisticRegression()),
    ("scoring", "acuracy"),
    ("scoring", ["accuracy", "roc_auc"]),
    ("cv", "five"),
    ("max_columns", -1),
    ("n_repeats", 0),
    ("title", 3),
    ("verbose", "loud"),
    ("error_score", "rasie"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_parameters_are_checked_before_work(name, value):
    """The message names the parameter; nothing is fitted."""
    given = {"estimator": classifier(fusion=Fails()), name: value}
    with pytest.raises(ValueError, match=f"'{name}' parameter of model_report"):
        model_report(X=[[0]], y=[0], **given)


@pytest.mark.parametrize("regression", [False, True])
def test_scores_are_those_of_cross_validation(regression):
    """Fold by fold, with groups and weights."""
    table, y = make_data(regression=regression)
    model = regressor(fusion="voting") if regression else classifier(fusion="voting")
    params = {"groups": np.arange(60) // 3, "sample_weight": np.linspace(0.1, 2, 60)}
    given = {"cv": GroupKFold(3), "max_columns": 0}
    report = model_report(model, table, y, **params, **given)
    splits = list(GroupKFold(3).split(table, y, params["groups"]))
    expected = cross_validate(model, table, y, cv=splits, params=params)["test_score"]
    np.testing.assert_allclose(report.scores_["score"], expected)
    assert report.score_["mean"] == pytest.approx(expected.mean())
    assert not len(report.features_)
    assert report.problem.n_groups == 20


def test_decisions_of_the_model_count():
    """Costs that call everything "yes" do so in predictions, score and confusion."""
    costs = [[0, 1], [50, 0]]
    report = model_report(
        classifier(fusion="voting", decision=costs), X, Y, cv=3, max_columns=0
    )
    assert report.score_["mean"] == pytest.approx(0.5, abs=0.1)
    assert report.confusion_["yes"].sum() > 50
    learnt = classifier(fusion="voting", decision="balanced_accuracy")
    assert model_report(learnt, X, Y, cv=2, max_columns=0).score_["mean"] > 0.5


def test_progress(capsys):
    """A line a fit, or a call."""
    calls = []

    def note(*given):
        calls.append(given)

    model_report(classifier(fusion="voting"), X, Y, cv=2, max_columns=0, verbose=note)
    told = [(1, 3, "fits: all rows"), (2, 3, "fits: folds"), (3, 3, "fits: folds")]
    assert calls == told
    model_report(classifier(fusion="voting"), X, Y, cv=2, max_columns=0, verbose=1)
    assert "[model_report] 3/3 fits: folds" in capsys.readouterr().out


def test_the_model_stays_as_it_is():
    """A fitted one is not touched; a seed makes the report reproducible."""
    model = classifier(fusion="voting").fit(X, Y)
    before = model.predict_proba(X)
    one, other = (
        model_report(model, X, Y, cv=2, max_columns=2, random_state=5) for _ in range(2)
    )
    np.testing.assert_array_equal(model.predict_proba(X), before)
    pd.testing.assert_frame_equal(one.features_, other.features_)


def test_folds_that_fail():
    """Some are listed; where all do, the reasons are raised."""
    cv = [(np.arange(41), np.arange(41, 60)), (np.arange(20, 60), np.arange(20))]
    split = {"cv": cv, "max_columns": 0}
    report = model_report(classifier(fusion=FailsOnce()), X, Y, **split)
    assert report.errors_["fold"].tolist() == [0]
    assert report.summary_[0].endswith("1 of 2 folds failed; see below.")
    assert np.isnan(report.scores_["score"]).tolist() == [True, False]
    with pytest.raises(ValueError, match="no luck"):
        model_report(classifier(fusion=Fails()), X, Y, **split)


def test_folds_too_small_for_the_metric():
    """The pooled rows have a score, and no interval."""
    part = np.arange(12)
    given = {"cv": LeaveOneOut(), "max_columns": 0, "scoring": "roc_auc"}
    report = model_report(classifier(fusion="voting"), X.iloc[part], Y[part], **given)
    assert report.is_pooled
    assert np.isfinite(report.score_["mean"])
    assert np.isnan(report.score_["lower"])
    assert "pooled rows" in report.summary_[1]


def test_sets_of_many_modalities():
    """Up to 8 all of them; of more the empty one, each, all but each, and all."""
    np.testing.assert_array_equal(masks_for(8), coalition_masks(8))
    masks = masks_for(9)
    assert masks.sum(axis=1).tolist() == [0, *[1] * 9, *[8] * 9, 9]


def test_arrays_without_names():
    """Columns are positions; the target has no name."""
    model = classifier(fusion="voting")
    model.set_params(modalities=[("a", "auto", [0, 1]), ("b", "auto", [2, 3, 4])])
    report = model_report(model, X.to_numpy(), Y, cv=KFold(2), n_repeats=1)
    assert sorted(report.features_["column"]) == [0, 1, 2, 3, 4]
    assert report.problem.target == ""
