"""Targets of numbers that were written as text."""

import argparse

import numpy as np
import pandas as pd
import pytest

from mmensemble.cli._errors import CommandError
from mmensemble.cli._problem import add_problem, read_problem
from mmensemble.cli._targets import class_named, numbers_hint, numbers_of


def texts(*values):
    return np.array(values, dtype=object)


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (("$3,000", "$12.50", "-$7"), (3000, 12.5, -7)),
        (("3.000,5 €", "1.200,0 €"), (3000.5, 1200)),
        (("12 kg", "7.5 kg"), (12, 7.5)),
    ],
)
def test_numbers_read_as_those_of_features(written, numbers):
    """Money, thousands and a common unit."""
    assert numbers_of(texts(*written), "price").tolist() == list(numbers)


def test_what_is_no_number_is_refused():
    """Nothing is made up for a target that is missing, or only a limit."""
    good = [f"${k},000" for k in range(1, 31)]
    with pytest.raises(CommandError, match="needs numbers, --target 'y' holds text"):
        numbers_of(texts("yes", "no"), "y")
    for bad in ("on request", "unknown", "<$3"):
        said = f"and 1 of 31 values of --target 'y' are none, such as '.?{bad[1:-1]}"
        with pytest.raises(CommandError, match=said.replace("$", r"\$")):
            numbers_of(texts(*good, bad), "y")


def test_hint():
    """Of many classes that are numbers, and of those only."""
    many = [f"${k},000" for k in range(1, 61)]
    assert numbers_hint(texts(*many * 3, "x"), "price") == (
        "--target 'price' has 61 classes and reads as numbers in 180 of 181 rows: "
        "--task regression predicts numbers"
    )
    assert "has 12 classes" in numbers_hint(texts(*many[:12]), "price")
    assert numbers_hint(texts(*many[:12] * 2), "price") is None
    assert numbers_hint(texts(*map("w{}o".format, range(99))), "word") is None


@pytest.fixture
def prices(run, frame):
    """The table with a price that goes with the rows, written as money."""
    price = 2000 + np.arange(60) * 37
    frame.assign(price=[f"${v:,}" for v in price]).to_csv("table.csv", index=False)
    return price


def test_fit_and_predict_prices(run, prices):
    """Regression reads them; the predictions are numbers of their size."""
    fit = ("fit", "table.csv", "--target", "price", "--task", "regression")
    more = ("--fusion", "voting", "--no-score", "--out", "m.joblib")
    code, out, err = run(*fit, *more)
    assert (code, err) == (0, "")
    assert "has 60 classes" not in out
    assert run("predict", "m.joblib", "table.csv", "--trust")[0] == 0
    predicted = pd.read_csv("predictions.csv")["prediction"]
    assert abs(predicted.mean() - prices.mean()) < 500


@pytest.mark.parametrize(("task", "told"), [("auto", True), ("classification", False)])
def test_a_target_of_prices_is_told(run, prices, capsys, task, told):
    """Where the task is found, not where it is given."""
    parser = argparse.ArgumentParser()
    add_problem(parser)
    args = parser.parse_args(["table.csv", "--target", "price", "--task", task])
    assert read_problem(args).task == "classification"
    said = "--target 'price' has 60 classes and reads as numbers in 60 of 60 rows"
    assert (said in capsys.readouterr().out) is told


@pytest.mark.parametrize(
    ("text", "y", "label"),
    [
        ("yes", texts("no", "yes"), "yes"),
        ("1", np.array([0, 1]), 1),
        ("1", np.array([0.0, 1.0]), 1.0),
        ("1.0", np.array([0.0, 1.0]), 1.0),
        ("False", np.array([True, False]), False),
        ("0", np.array([0.0, 1.0]), 0.0),
        (None, np.array([0, 1]), None),
    ],
)
def test_class_named(text, y, label):
    """Labels as they are written, whole numbers without a point too."""
    found = class_named(text, y, "ill")
    assert found == label
    assert type(found) is type(label)


def test_no_such_class():
    """Those that there are, are told."""
    said = "--positive 'true' is no class of --target 'ill'; there are '0', '1'"
    with pytest.raises(CommandError, match=said):
        class_named("true", np.array([0, 1]), "ill")
