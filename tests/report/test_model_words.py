"""Sentences of the page of a model."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mmensemble.report._model_words import model_summary
from mmensemble.report._problem import Problem


def report(**changes):
    """Return what the sentences read of a report."""
    score = {"mean": 0.8, "lower": 0.7, "upper": 0.9, "std": 0.1, "chance": 0.5}
    counts = pd.DataFrame([[90, 10], [30, 70]], ["no", "yes"], ["no", "yes"])
    made = {
        "problem": Problem("ill", 200, dict.fromkeys("ab", 1), {"no": 110, "yes": 90}),
        "confusion_": counts,
        "residuals_": pd.DataFrame(),
        "fit_estimate": np.nan,
        "score_": score,
        "is_pooled": False,
        "metric_name": lambda: "accuracy",
        "modalities_": pd.DataFrame(
            {"modality": list("hiabcde"), "contribution": np.arange(-2, 5) / -10}
        ),
        "features_": pd.DataFrame({"column": ["x", "y"], "fall": [0.2, -0.1]}),
        "patterns_": pd.DataFrame(
            {"modalities": ["all", "without b"], "rows": [900, 100]}
            | {"score": [0.9, 0.6]}
        ),
        "alerts_": pd.DataFrame({"column": ["id", "z"], "alert": ["an id", "empty"]}),
        "errors_": pd.DataFrame({"fold": [1]}),
        "n_folds": 5,
    }
    return SimpleNamespace(**(made | changes))


def test_everything_is_told():
    """A plain paragraph, then one sentence each, the most important first."""
    told = model_summary(report())
    assert told[0] == (
        "What is predicted is ill (no or yes), from a and b. The model is right for "
        "80.0% of the rows that it has not seen (it may be 70.0% to 90.0%); the same "
        "guess for every row would be right for 50.0%. That is better than guessing by "
        "more than luck explains. What helps most is h, then i; of single columns it "
        "is x. Little or nothing comes from a, b, c, d and e. Watch out for id: an id. "
        "There is 1 more alert below. 1 of 5 folds failed; see below."
    )
    assert told[1] == (
        "accuracy 0.800 (95% interval 0.700 to 0.900) on rows that the model was not "
        "fitted on; the same prediction for every row scores 0.500."
    )
    assert told[2].endswith(
        "h +0.200, i +0.100, a 0, b −0.100, c −0.200, and 2 others less."
    )
    one_less = model_summary(report(modalities_=report().modalities_.iloc[:-1]))[2]
    assert one_less.endswith("c −0.200, and 1 other less.")
    assert told[3].endswith("shuffled: x 0.200.")
    assert told[4].startswith("Rows without b are predicted worst, 0.600 (100 rows)")
    assert len(told) == 5


def test_a_leak_stands_beside_the_score():
    """The score itself may be due to it; others are counted."""
    copy = "a copy of the target; leave it out unless it is known beforehand"
    found = pd.DataFrame({"column": list("xyz"), "alert": [copy, "empty", "empty"]})
    plain = model_summary(report(alerts_=found))[0]
    assert plain.count("Watch out for") == 1
    assert f"luck explains. Watch out for x: {copy}. There are 2 more alerts" in plain
    assert "alert" not in model_summary(report(alerts_=found[:1]))[0]


def test_nothing_to_tell():
    """What is empty has no sentence; a score that is no better says so."""
    empty = pd.DataFrame(columns=["fall", "score", "column"])
    quiet = {"features_": empty, "patterns_": empty, "alerts_": empty}
    quiet |= {"errors_": empty}
    quiet["modalities_"] = pd.DataFrame({"modality": ["m"], "contribution": [0.1]})
    score = {"mean": 0.55, "lower": 0.4, "upper": 0.7, "std": 0.1, "chance": 0.5}
    told = model_summary(report(score_=score, **quiet))
    assert len(told) == 2
    assert told[0].endswith(
        "That it is better than guessing is not shown. The checks of the table raise "
        "no alert."
    )


def test_what_helps():
    """It is hedged where guessing is as good, and where nothing helps that is said."""
    score = {"mean": 0.55, "lower": 0.4, "upper": 0.7, "std": 0.1, "chance": 0.5}
    plain = model_summary(report(score_=score))[0]
    assert "What helps most, as far as these rows tell, is h" in plain
    frame = pd.DataFrame({"modality": ["a", "b"], "contribution": [0.0, -0.1]})
    plain = model_summary(report(modalities_=frame))[0]
    assert "None of the modalities seems to help." in plain
    frame["contribution"] = [1e-17, 0.0]  # as sums of floats come out
    assert "None of the modalities" in model_summary(report(modalities_=frame))[0]
    frame["contribution"] = [0.2, 0.1]
    assert "Little" not in model_summary(report(modalities_=frame))[0]
    plain = model_summary(report(modalities_=frame[:1]))[0]
    assert "The column that matters most is x." in plain
    rough = pd.DataFrame({"contribution": np.nan, "last": [0.2, 0.0]})
    rough.insert(0, "modality", ["a", "b"])
    told = model_summary(report(modalities_=rough))
    assert "What helps most is a; of single columns it is x. Little" in told[0]
    assert told[2].startswith("Without a modality the score falls by")


@pytest.mark.parametrize(("found", "told"), [(49, True), (50, False)])
def test_a_class_that_is_mostly_missed(found, told):
    """Less than half of its rows are found; classes without rows do not count."""
    counts = pd.DataFrame(0, list("xyz"), list("xyz"))
    counts.loc["x", "x"], counts.loc["y", "y"] = 60, found
    counts.loc["y", "x"] = 100 - found
    plain = model_summary(report(confusion_=counts))[0]
    text = "Watch out: of the 100 rows with y the model finds only 49."
    assert (text in plain) is told
    counts.loc["y", "y"] = 0
    plain = model_summary(report(confusion_=counts))[0]
    assert plain.count("rows with y the model finds none.") == 1
    assert "nan" not in plain


def test_numbers_that_are_missed():
    """By how much on average, beside their mean; not of several targets."""
    frame = pd.DataFrame({"target": "y", "predicted": [1.0, 3.0], "residual": [1, -3]})
    none = pd.DataFrame()
    plain = model_summary(report(residuals_=frame, confusion_=none))[0]
    assert "its predictions miss by 2.00, the mean of all rows by 1.00." in plain
    frame["target"] = ["y", "z"]
    plain = model_summary(report(residuals_=frame, confusion_=none))[0]
    assert "miss by" not in plain


def test_what_the_fit_expects():
    """It is another estimate, where there is one."""
    told = model_summary(report(fit_estimate=0.83))
    assert told[2].startswith("The fit itself expects 0.830, by folds within all rows")


def test_pooled_and_undefined_scores():
    """Pooled rows have no interval; a metric that is nowhere defined says so."""
    unknown = ("lower", "upper", "std", "chance")
    score = {"mean": 0.8, **dict.fromkeys(unknown, np.nan)}
    told = model_summary(report(score_=score, is_pooled=True))
    assert "pooled rows" in told[1]
    assert "right for 80.0% of the rows that it has not seen. What" in told[0]
    score["mean"] = np.nan
    told = model_summary(report(score_=score))
    assert "choose another metric" in told[1]
    assert "How good the model is, accuracy does not tell here." in told[0]


def test_patterns_in_words():
    """Rows with everything, nothing or some."""
    frame = pd.DataFrame({"modalities": ["none", "a"], "rows": 20, "score": [0.1, 0.2]})
    assert "Rows that have nothing are" in model_summary(report(patterns_=frame))[4]
    frame["score"] = [0.3, 0.2]
    assert (
        "Rows that have a only are predicted worst"
        in model_summary(report(patterns_=frame))[4]
    )
