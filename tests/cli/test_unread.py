"""Cells that do not read as what their column holds."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble.cli._unread import unread_lines
from mmensemble.features import AutoExtractor


def prices(n=100):
    """Prices, days and waits as text, beside a class."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, n)
    days = pd.date_range("2024-01-01", periods=n).strftime("%d/%m/%Y")
    waits = [
        f"{h}:{m:02}:00" for h, m in zip(rng.integers(1, 9, n), label * 9, strict=True)
    ]
    return pd.DataFrame(
        {
            "a__price": [f"${v:,}" for v in rng.integers(900, 9000, n)],
            "a__day": days,
            "b__wait": waits,
            "b__x": label + rng.normal(size=n),
            "label": np.where(label == 1, "yes", "no"),
        }
    )


FIT = ("--target", "label", "--fusion", "voting", "--no-score", "--out", "m.joblib")


def test_predict_tells_what_it_could_not_read(run):
    """One line a column on stderr; the predictions are written all the same."""
    frame = prices()
    frame.to_csv("t.csv", index=False)
    assert run("fit", "t.csv", *FIT)[0] == 0
    assert run("predict", "m.joblib", "t.csv", "--trust")[2] == ""
    frame["a__price"] = frame["a__price"].astype(object)
    frame.loc[:2, "a__price"] = ["3,000 USD", "12k", None]
    frame.loc[3, "a__price"] = "unknown"
    frame.loc[5, "a__day"] = "99/99/2024"
    frame.loc[7, "b__wait"] = "long"
    frame.drop(columns="label").to_csv("new.csv", index=False)
    code, out, err = run("predict", "m.joblib", "new.csv", "--trust")
    assert (code, out) == (0, "100 predictions: predictions.csv\n")
    end = "and count as missing, such as"
    assert err.splitlines() == [
        f"a__price: 2 of 98 values could not be read as numbers {end} '3,000 USD'",
        f"a__day: 1 of 100 values could not be read as dates {end} '99/99/2024'",
        f"b__wait: 1 of 100 values could not be read as durations {end} 'long'",
    ]


def test_numbers_that_may_be_others_are_told(run):
    """At fit by a warning, at predict in a line."""
    frame = prices().drop(columns=["a__day", "b__wait"])
    crp = [f"{v:.2f}".replace(".", ",") for v in np.linspace(0.5, 99, 100)]
    frame = frame.assign(a__crp=crp)
    frame.to_csv("t.csv", index=False)
    assert run("fit", "t.csv", *FIT)[2] == ""
    frame.loc[:2, "a__crp"] = ["<0.6", "> 99.5", "1.234,5"]
    frame.to_csv("new.csv", index=False)
    assert run("predict", "m.joblib", "new.csv", "--trust")[2] == ""
    frame.loc[2, "a__crp"] = "1.234"
    frame.to_csv("new.csv", index=False)
    err = run("predict", "m.joblib", "new.csv", "--trust")[2]
    assert err == (
        "a__crp: in numbers such as '1.234' the point may stand before a fraction or "
        "between thousands; as in fit, it is read as 1234\n"
    )
    match = "'a__crp' holds numbers such as '1.234', read as 1.234, in which the point"
    with pytest.warns(UserWarning, match=match):
        assert run("fit", "new.csv", *FIT)[0] == 0


@pytest.mark.parametrize(("n_bad", "told"), [(5, True), (1, False)])
def test_fit_tells_columns_below_99_percent(run, n_bad, told):
    """As one more alert; a single cell of a hundred is none."""
    frame = prices()
    frame.loc[: n_bad - 1, "a__price"] = "on request"
    frame.to_csv("t.csv", index=False)
    code, out, _ = run("fit", "t.csv", *FIT)
    assert code == 0
    line = "! a__price: 5 of 100 values do not read as numbers, such as 'on "
    line += "request'; mend them, or name what stands for missing with --na\n"
    assert (line in out) is told


def test_what_has_no_such_columns():
    """Other models, other extractors and columns that are absent tell nothing."""
    frame = prices()
    X, y = frame.drop(columns="label"), frame["label"]
    model = MultimodalClassifier(fusion="voting").fit(X, y)
    broken = X.assign(a__price="none at all")
    assert len(unread_lines(model, broken)) == 1
    assert unread_lines(model, broken.drop(columns="a__price")) == []
    assert unread_lines(model, X.assign(a__price=1.5)) == []
    assert unread_lines(AutoExtractor().fit(X), broken) == []


def test_words_that_training_knew(run):
    """They have a mark of their own, and are no missing values."""
    frame = prices()
    frame.loc[:4, "a__price"] = "on request"
    X, y = frame.drop(columns="label"), frame["label"]
    model = MultimodalClassifier(fusion="voting").fit(X, y)
    (line,) = unread_lines(model, X)
    assert line.startswith("a__price: 5 of 100 values could not be read as numbers and")
    assert line.endswith("count as words, as in fit, such as 'on request'")


def test_students_tell_too(run):
    """Of the columns that they read."""
    frame = prices()
    frame.to_csv("t.csv", index=False)
    distill = ("distill", "t.csv", "--target", "label", "--student", "a")
    assert run(*distill, "--out", "s.joblib")[0] == 0
    frame.loc[:1, ["a__price", "b__wait"]] = "12k"
    frame.to_csv("t.csv", index=False)
    err = run("predict", "s.joblib", "t.csv", "--trust")[2]
    assert err.startswith("a__price: 2 of 100 values could not be read as numbers")
    assert len(err.splitlines()) == 1
