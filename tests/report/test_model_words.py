"""Sentences of the page of a model."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from mmensemble.report._model_words import model_summary


def report(**changes):
    """Return what the sentences read of a report."""
    score = {"mean": 0.8, "lower": 0.7, "upper": 0.9, "std": 0.1, "chance": 0.5}
    made = {
        "score_": score,
        "is_pooled": False,
        "metric_name": lambda: "accuracy",
        "modalities_": pd.DataFrame(
            {"modality": list("abcdefg"), "contribution": np.arange(7) / -10}
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
    """One sentence each, the most important first."""
    told = model_summary(report())
    assert told[0] == (
        "accuracy 0.800 (95% interval 0.700 to 0.900) on rows that the model was not "
        "fitted on; the same prediction for every row scores 0.500."
    )
    assert told[1].endswith(
        "a 0, b −0.100, c −0.200, d −0.300, e −0.400, and 2 others less."
    )
    assert told[2].endswith("shuffled: x 0.200.")
    assert told[3].startswith("Rows without b are predicted worst, 0.600 (100 rows)")
    assert told[4] == "Look at id: an id. There is 1 more alert below."
    assert told[5] == "1 of 5 folds failed; see below."


def test_a_leak_stands_beside_the_score():
    """The score itself may be due to it; others are counted."""
    copy = "a copy of the target; leave it out unless it is known beforehand"
    found = pd.DataFrame({"column": list("xyz"), "alert": [copy, "empty", "empty"]})
    told = model_summary(report(alerts_=found))
    assert told[1] == f"Look at x: {copy}. There are 2 more alerts below."
    assert not any(text.startswith("Look at") for text in told[2:])
    assert "below" not in model_summary(report(alerts_=found[:1]))[1]


def test_nothing_to_tell():
    """What is empty has no sentence; a score that is no better says so."""
    empty = pd.DataFrame(columns=["fall", "score"])
    quiet = {"features_": empty, "patterns_": empty, "alerts_": empty}
    quiet |= {"errors_": empty, "modalities_": pd.DataFrame({"contribution": [0.1]})}
    score = {"mean": 0.55, "lower": 0.4, "upper": 0.7, "std": 0.1, "chance": 0.5}
    told = model_summary(report(score_=score, **quiet))
    assert len(told) == 1
    assert told[0].endswith("That it is better than that is not shown.")


def test_pooled_and_undefined_scores():
    """Pooled rows have no interval; a metric that is nowhere defined says so."""
    score = {"mean": 0.8, "lower": np.nan, "upper": np.nan, "chance": np.nan}
    assert "pooled rows" in model_summary(report(score_=score, is_pooled=True))[0]
    score["mean"] = np.nan
    assert "choose another metric" in model_summary(report(score_=score))[0]


def test_patterns_in_words():
    """Rows with everything, nothing or some."""
    frame = pd.DataFrame({"modalities": ["none", "a"], "rows": 20, "score": [0.1, 0.2]})
    assert "Rows that have nothing are" in model_summary(report(patterns_=frame))[3]
    frame["score"] = [0.3, 0.2]
    assert (
        "Rows with a are predicted worst" in model_summary(report(patterns_=frame))[3]
    )
