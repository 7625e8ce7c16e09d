"""Sentences with numbers."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mmensemble.report._correlation_words import in_short, plural, share, summary_of
from mmensemble.report._problem import Problem


@pytest.fixture
def report():
    """The least that sentences need, each with something to say."""
    modalities = pd.DataFrame(
        {
            "verdict": ["unique", "redundant"],
            "stand_in": [None, "genes"],
            "reason": ["it is alone", "genes explain 83% of it"],
            "n_features": [10, 5],
        },
        index=["genes", "proteins"],
    )
    pairs = pd.DataFrame(
        {
            "modality_a": ["genes"],
            "modality_b": ["proteins"],
            "rv_adjusted": [0.5],
            "cca": [0.9],
            "p_value_cca": [0.01],
            "a_explains_b": [0.83],
            "b_explains_a": [-0.1],
        }
    )
    features = {"column_a": ["g1"], "column_b": ["p1"]}
    numbers = {"pearson": [0.9], "spearman": [0.4], "n_rows": [99]}
    shifts = {
        "modality_a": ["genes"],
        "modality_b": ["proteins"],
        "by": ["groups"],
        "p_adjusted": [0.02],
        "weakest": ["x"],
        "weakest_r": [0.1],
        "strongest": ["y"],
        "strongest_r": [0.8],
    }
    return SimpleNamespace(
        modalities_=modalities,
        pairs_=pairs,
        methods=["pearson", "spearman"],
        n_rows=200,
        left_out=("story", "diary"),
        markers_={},
        feature_modalities_=pd.Series(["genes"] * 15),
        feature_columns_=pd.Series([f"g{k}" for k in range(14)] + ["g0"]),
        presence_=pd.DataFrame({"genes": [True] * 100, "proteins": [False] * 100}),
        feature_pairs_=pd.DataFrame(features | numbers),
        differences_=pd.DataFrame(features | numbers | {"reason": ["outliers"]}),
        associations_=pd.DataFrame(
            {
                "column_a": ["site", "site"],
                "column_b": ["batch", "dose"],
                "measure": ["Cramér's V", "correlation ratio"],
                "value": [0.91, np.nan],
                "n_rows": [1200, 3],
                "p_adjusted": [0.001, np.nan],
            }
        ),
        shifts_=pd.DataFrame(shifts),
        anomalies_=pd.DataFrame({"score": [4.0, 1.0, np.nan]}),
    )


def test_in_short(report):
    """Without a number of statistics: what can go, and what spoils columns first."""
    report.problem, report.alerts = None, {}
    assert in_short(report) == (
        "What is studied is how genes and proteins go together. proteins can be left "
        "out: the others say the same. genes has next to nothing in common with the "
        "others."
    )
    report.alerts = dict.fromkeys("vwxyz", "-9 comes more than once")
    report.problem = Problem("ill", 200, {"genes": 10, "proteins": 5})
    report.modalities_["verdict"] = "complementary"
    text = in_short(report)
    assert text.startswith(
        "What is studied is how genes and proteins go together, and what they tell "
        "about ill. Watch out for v: -9 comes more than once. Watch out for w: "
    )
    assert text.endswith(
        "There are alerts of 2 more columns. genes and proteins each tell something "
        "about ill "
        "that the others do not."
    )
    report.alerts, report.modalities_ = {}, report.modalities_[:1]
    report.modalities_["verdict"] = "adds"
    assert in_short(report) == (
        "What is studied is genes alone, and what it tells about ill. genes helps to "
        "predict ill."
    )


def test_in_short_without_a_target(report):
    """Nothing is predicted, so that nothing is added to it."""
    report.problem, report.alerts = None, {}
    report.modalities_["verdict"] = "overlapping"
    assert in_short(report).endswith("proteins can in part be told from the others.")
    report.modalities_ = report.modalities_[:1].assign(verdict="unique")
    assert in_short(report) == "What is studied is genes alone."


def test_every_finding_has_a_sentence(report):
    """What can go is said before the rest, with the numbers of the frames."""
    assert summary_of(report) == [
        "200 rows, 2 modalities (genes and proteins) with 14 columns, or 15 "
        "features; modalities were studied in a sample of 100; 100.0% of the rows "
        "lack at least one modality.",
        "proteins is redundant: genes explain 83% of it.",
        "genes is unique: it is alone.",
        "Without proteins, 10 of 15 features are left; CorrelationPruner drops them "
        "inside a pipeline.",
        "genes and proteins are closest: adjusted RV 0.50, first canonical correlation "
        "0.90 (p = 0.0100); genes explains 83% of proteins, proteins 0% of genes.",
        "The strongest pair of columns is g1 and p1: Pearson's r 0.90 and Spearman's "
        "rho 0.40 in 99 rows.",
        "story and diary hold free text, which is no number of a row read by itself: "
        "left out of the correlations of columns, not of the study of modalities.",
        "In 1 pair Pearson and Spearman do not fit together (1 by outliers, 0 by a "
        "curved relation), most in g1 and p1: 0.90 against 0.40.",
        "The category that goes strongest with another column is site, with batch: "
        "Cramér's V 0.91 in 1,200 rows (adjusted p = 0.00100).",
        "The relation of genes and proteins differs by groups (adjusted p = 0.0200): "
        "r = 0.10 in x, 0.80 in y.",
        "1 row has a modality that disagrees with what the others predict (robust z "
        "above 3.5).",
    ]


def test_what_was_not_found_is_not_said(report):
    """Empty frames make no sentences; that nothing is redundant or shifts is said."""
    report.modalities_ = report.modalities_.assign(verdict="unique", stand_in=None)
    report.shifts_["p_adjusted"] = 0.5
    report.pairs_ = report.pairs_[:0]
    report.feature_pairs_ = report.feature_pairs_[:0]
    report.differences_ = report.differences_[:0]
    report.associations_["p_adjusted"] = 0.5
    report.anomalies_ = report.anomalies_[1:]
    report.left_out = ()
    report.presence_ = pd.DataFrame({"genes": [True] * 200})
    said = summary_of(report)
    assert said[0].endswith(
        "with 14 columns, or 15 features; every row has all of them."
    )
    assert said[3:] == [
        "No modality is redundant: the others stand in for none.",
        "No relation of two modalities was seen to differ between the groups.",
    ]


def test_many_modalities_are_cut(report):
    """Twelve have a sentence, the others are counted."""
    report.modalities_ = pd.concat([report.modalities_] * 10)
    said = summary_of(report)
    assert sum(" is redundant: " in sentence for sentence in said) == 10
    assert "The other 8 are in the table below." in said


def test_words():
    """Counts and shares read well."""
    assert [plural(1, "modality"), plural(0, "row")] == ["1 modality", "0 rows"]
    assert [share(np.nan), share(0.834)] == ["an unknown share", "83%"]
