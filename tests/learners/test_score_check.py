"""Scores that do not suit the target."""

import warnings

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, get_scorer_names, make_scorer

from mmensemble.learners._score_check import check_score, other_class
from mmensemble.learners._task import make_task

LABELS = {
    "01": np.array([0, 1] * 6),
    "ab": np.array(["a", "b", "b"] * 4),
    "abc": np.array(["a", "b", "c"] * 4),
    "numbers": np.linspace(-2.0, 3.0, 12),
    "counts": np.arange(12.0),
    "pairs": np.column_stack([np.arange(12.0), np.ones(12)]),
}


def check(scoring, target, parameter="scoring", **options):
    """Check a score of a target."""
    y = LABELS[target]
    task = make_task(y, classifier=target in ("01", "ab", "abc"))
    check_score(scoring, task, y, parameter=parameter, owner="Fusion", **options)


def mean_of_columns(estimator, X, y):
    """Score nothing that is predicted."""
    return float(np.mean(X[:, 0]))


def share_of_rows(estimator, X, y):
    """Score by the number of rows, which is known."""
    return (estimator.predict(X) == y).sum() / len(X)


@pytest.mark.parametrize(
    ("scoring", "target"),
    [
        ("f1", "01"),
        ("f1_macro", "ab"),
        ("f1_macro", "abc"),
        ("roc_auc", "ab"),
        ("roc_auc_ovr", "abc"),
        ("neg_log_loss", "abc"),
        ("r2", "numbers"),
        ("r2", "pairs"),
        ("neg_mean_squared_log_error", "counts"),
        (make_scorer(f1_score, pos_label="b"), "ab"),
        (share_of_rows, "ab"),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_what_scores_the_target_passes(scoring, target, weighted):
    """In silence, with and without weights."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(scoring, target, weighted=weighted)


@pytest.mark.parametrize("name", sorted(get_scorer_names()))
def test_every_name_either_passes_or_is_told(name):
    """Nothing but a ValueError that names the parameter, for any kind of target."""
    for target in LABELS:
        try:
            check(name, target)
        except ValueError as error:
            assert f"(scoring={name!r}: " in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("scoring", "target", "expected"),
    [
        (
            "f1",
            "ab",
            r"'a', 'b': use 'f1_macro', .* make_scorer\(f1_score, pos_label='",
        ),
        (
            "average_precision",
            "ab",
            r"takes the class 1 as positive .* pos_label='a'\)",
        ),
        (
            "f1",
            "abc",
            r"use 'f1_macro', or make the target two classes, 0 and 1\. \(sc",
        ),
        ("roc_auc", "abc", r"scoring='roc_auc' is of two classes; .*'roc_auc_ovr'\. "),
        ("r2", "ab", r"name a score of classes, .* \(scoring='r2': ValueError: could"),
        ("accuracy", "numbers", r"name a score of numbers, such as 'r2' .*'accuracy'"),
        ("accuracy", "counts", r"name a score of numbers, such as 'r2' .*'accuracy'"),
        ("neg_mean_squared_log_error", "numbers", r"\(scoring='neg_mean_squared_log_e"),
        (lambda e, X, y: {"a": 1.0}, "ab", r"one number for .* returns \['a'\]"),
        (lambda e, X, y: "a", "numbers", "one number for predicted numbers"),
    ],
)
def test_what_does_not_score_the_target(scoring, target, expected):
    """The owner, the parameter, what came and what to do."""
    with pytest.raises(ValueError, match=rf"^Fusion cannot score .*{expected}"):
        check(scoring, target)


@pytest.mark.parametrize(
    "scoring",
    [
        mean_of_columns,
        lambda e, X, y: X.shape[1],
        lambda e, X, y: np.asarray(X).sum(),
        lambda e, X, y: sum(1 for _ in X),
    ],
)
def test_scorers_that_read_the_table(scoring):
    """There is none."""
    with pytest.raises(ValueError, match=r"has only predictions to score, .* reads X"):
        check(scoring, "ab")


@pytest.mark.parametrize("metric", [f1_score, accuracy_score, lambda a, b: 0.0])
def test_metrics_in_the_place_of_scorers(metric):
    """What to make of them."""
    expected = rf"must be a scorer, .* give make_scorer\({metric.__name__}\)"
    with pytest.raises(TypeError, match=expected):
        check(metric, "01")


def test_scorers_without_a_signature():
    """Are tried all the same."""
    with pytest.raises(ValueError, match=r"Fusion cannot score .*scoring=max: TypeErr"):
        check(max, "ab", weighted=True)


def test_a_decision_takes_no_scorer():
    """Its advice goes by the fusion."""
    expected = r"decision='f1' takes .* decision='auto' and AutoFusion\(scoring=make_sc"
    with pytest.raises(ValueError, match=expected):
        check("f1", "ab", "decision")


def test_other_scores_need_no_class():
    """Nothing to say."""
    assert other_class("accuracy", LABELS["ab"]) == ""
