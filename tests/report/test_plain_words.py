"""What pages say first, for readers without statistics."""

import numpy as np
import pytest

from mmensemble.report._plain_words import (
    Standing,
    join,
    standing_in_words,
    task_in_words,
)
from mmensemble.report._problem import Problem

ILL = Problem("ill", 100, {"a": 2, "b": 1}, {"no": 60, "yes": 40})
COST = Problem("cost", 100, {"a": 2}, numbers={"mean": 3.0})


def test_lists():
    """Of many the first, and how many others."""
    assert [join([]), join(["a"]), join("abcdef", most=4)] == [
        "",
        "a",
        "a, b, c and 3 others",
    ]
    assert join("ab", last="or") == "a or b"


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (ILL, "What is predicted is ill (no or yes), from a and b."),
        (COST, "What is predicted is cost (a number), from 2 columns."),
        (
            Problem("", 9, {"a": 1}, dict.fromkeys("vwxyz", 1)),
            "What is predicted is the target (one of 5 classes), from one column.",
        ),
        (
            Problem("t", 9, dict.fromkeys("abcdefgh", 1), dict.fromkeys("xyz", 3)),
            "What is predicted is t (x, y or z), from a, b, c, d, e and 3 others.",
        ),
    ],
)
def test_the_task(problem, sentence):
    """Few classes and modalities are named; many are counted."""
    assert task_in_words(problem) == sentence


@pytest.mark.parametrize(
    ("problem", "standing", "text"),
    [
        (
            ILL,
            Standing("accuracy", 0.75, 0.6, 0.7, 0.8, True),
            "It is right for 75.0% of the rows that it has not seen (it may be 70.0% "
            "to 80.0%); always guessing no, the most frequent class, would be "
            "right for 60.0%. That is better than guessing by more than luck explains.",
        ),
        (
            ILL,
            Standing("accuracy", 0.62, 0.5, 0.5, 0.7, is_better=False, note="so"),
            "It is right for 62.0% of the rows that it has not seen (it may be 50.0% "
            "to 70.0%, so); the same guess for every row would be right for 50.0%. "
            "That it is better than guessing is not shown.",
        ),
        (
            None,
            Standing("accuracy", 0.62, np.nan, is_better=True, note="so"),
            "It is right for 62.0% of the rows that it has not seen (so).",
        ),
        (
            COST,
            Standing("R²", 0.5, -0.01, -0.1, 0.7),
            "It explains 50.0% of the differences in cost between rows that it has not "
            "seen (it may be none to 70.0%); always guessing the mean explains none.",
        ),
        (
            ILL,
            Standing("ROC AUC", 0.7, 0.5),
            "Of two rows that it has not seen, one no and one yes, it tells which is "
            "which 70.0% of the time; guessing does 50.0% of the time.",
        ),
        (
            None,
            Standing("ROC AUC", 0.7, 0.5),
            "It has ROC AUC 0.700 on rows that it has not seen; the same guess for "
            "every row has 0.500.",
        ),
        (
            COST,
            Standing("negative mean absolute error", -2.0, -4.0, -3.0, -1.0, True),
            "It has mean absolute error 2.00 on rows that it has not seen (it may be "
            "1.00 to 3.00); the same guess for every row has 4.00, and less is better. "
            "That is better than guessing by more than luck explains.",
        ),
        (
            COST,
            Standing("score", 1.0, np.nan),
            "It has score 1.00 on rows that it has not seen.",
        ),
        (ILL, Standing("F1", np.nan, 0.1), "How good it is, F1 does not tell here."),
    ],
)
def test_the_standing(problem, standing, text):
    """Shares of rows where that is what the metric means; else its name."""
    assert standing_in_words("it", problem, standing) == text


def test_equally_frequent_classes():
    """None of them is the most frequent, so none is named."""
    even = Problem("ill", 100, {"a": 2}, {"no": 50, "yes": 50})
    text = standing_in_words("it", even, Standing("accuracy", 0.7, 0.5))
    assert "; the same guess for every row would be right for 50.0%." in text
