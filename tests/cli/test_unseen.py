"""Categories that are written in another way than at fit."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble.cli._unseen import unseen_lines
from mmensemble.features import AutoExtractor

FIT = ("--target", "label", "--fusion", "voting", "--no-score", "--out", "m.joblib")


def people(n=200):
    """Sexes, cities of which many are rare, ids, notes and a number, and a class."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, n)
    city = np.where(rng.random(n) < 0.6, "Rome", [f"town {k}" for k in range(n)])
    words = np.array(["dry cough", "no fever", "sore throat", "all fine", "late in"])
    notes = [" ".join(rng.choice(words, 4)) for _ in range(n)]
    return pd.DataFrame(
        {
            "a__sex": np.where(rng.random(n) < 0.5, "male", "female"),
            "a__city": city,
            "a__id": [f"P{k:04}x" for k in range(n)],
            "b__note": notes,
            "b__x": label + rng.normal(size=n),
            "label": np.where(label == 1, "yes", "no"),
        }
    )


def test_predict_tells_what_fit_had_never_seen(run):
    """On stderr, with an example and what is known; predictions are written."""
    frame = people()
    frame.to_csv("t.csv", index=False)
    assert run("fit", "t.csv", *FIT)[0] == 0
    assert run("predict", "m.joblib", "t.csv", "--trust")[2] == ""
    frame["a__sex"] = frame["a__sex"].map({"male": "m", "female": "f"})
    frame.loc[:9, "a__sex"] = None
    frame.loc[10:13, "a__sex"] = "male"
    frame.loc[14, "a__sex"] = "missing"
    frame["a__id"] = "Q" + frame["a__id"]
    frame["b__note"] = "something else " + frame["b__note"]
    frame.drop(columns="label").to_csv("new.csv", index=False)
    code, out, err = run("predict", "m.joblib", "new.csv", "--trust")
    assert (code, out) == (0, "200 predictions: predictions.csv\n")
    most = frame["a__sex"].iloc[15:].mode()[0]
    assert err == (
        "a__sex: 185 of 189 values were never seen in fit and count as missing, such "
        f"as {most!r}; fit knew 'female', 'male'\n"
    )


def fitted(frame):
    """Return the model, and the columns that it reads."""
    X = frame.drop(columns="label")
    return MultimodalClassifier(fusion="voting").fit(X, frame["label"]), X


@pytest.mark.parametrize(("n_new", "told"), [(100, False), (101, True)])
def test_more_than_half(n_new, told):
    """Half of the values is normal, or at least not told."""
    model, X = fitted(people())
    X.loc[: n_new - 1, "a__sex"] = "diverse"
    assert bool(unseen_lines(model, X)) is told


@pytest.mark.parametrize(("rows", "told"), [(slice(0, 1), False), (slice(0, 9), True)])
def test_rare_values_are_normal(rows, told):
    """Two of five rows had a rare one: one unseen is no surprise, nine are."""
    model, X = fitted(people())
    lines = unseen_lines(model, X[rows].assign(a__city="Oslo"))
    assert bool(lines) is told
    if told:
        assert lines == [
            "a__city: 9 of 9 values were never or seldom seen in fit and count as "
            "rare ones, such as 'Oslo'; fit knew 'Rome'"
        ]


def test_many_known_values_are_names():
    """Of sixty, new ones are normal; five are shown of six, and long ones cut."""
    frame = pd.concat([people(300)] * 2, ignore_index=True)
    frame["a__sex"] = [f"s{k % 60}" for k in range(600)]
    model, X = fitted(frame)
    assert unseen_lines(model, X.assign(a__sex="new")) == []
    frame["a__sex"] = [f"s{k % 6}" + "y" * 60 for k in range(600)]
    model, X = fitted(frame)
    (line,) = unseen_lines(model, X.assign(a__sex="new"))
    assert line.endswith("yyy...' and 1 more")
    assert "'s4" in line
    assert "'s5" not in line
    assert "y" * 39 not in line


def test_what_has_no_such_columns():
    """Other models, absent columns and columns without any value tell nothing."""
    model, X = fitted(people())
    new = X.assign(a__sex="x")
    assert len(unseen_lines(model, new)) == 1
    assert unseen_lines(model, new.drop(columns="a__sex")) == []
    assert unseen_lines(model, X.assign(a__sex=None)) == []
    assert unseen_lines(AutoExtractor().fit(X), new) == []
    empty = people().assign(a__sex=None)
    model, X = fitted(empty)
    assert unseen_lines(model, X.assign(a__sex="x")) == []


def test_models_of_older_versions():
    """They do not know how rare their rare values were, and tell no such column."""
    model, X = fitted(people())
    for _, _, encoder in model.extractors_["a"].encoders_:
        vars(encoder).pop("rare_share_", None)
    new = X.assign(a__sex="x", a__city="Oslo")
    assert [line.split(":")[0] for line in unseen_lines(model, new)] == ["a__sex"]


def test_students_tell_too(run):
    """Of the columns that they read."""
    frame = people()
    frame.to_csv("t.csv", index=False)
    distill = ("distill", "t.csv", "--target", "label", "--student", "a")
    assert run(*distill, "--out", "s.joblib")[0] == 0
    frame["a__sex"] = frame["a__sex"].str.upper()
    frame["b__note"] = "x"
    frame.to_csv("t.csv", index=False)
    err = run("predict", "s.joblib", "t.csv", "--trust")[2]
    assert err.startswith("a__sex: 200 of 200 values were never seen in fit")
    assert len(err.splitlines()) == 1


def test_other_capitals_and_blanks_are_told_however_few():
    """Values that fit knows, written otherwise; new ones among them are not counted."""
    model, X = fitted(people())
    X.loc[:2, "a__sex"] = ["MALE", " male", "MALE"]
    X.loc[3, "a__sex"] = "diverse"
    assert unseen_lines(model, X) == [
        "a__sex: 3 of 200 values differ from those of fit in capitals, blanks or zeros "
        "alone and count as missing, such as 'MALE' for 'male'"
    ]


def test_booleans_that_are_coded_otherwise():
    """Numbers besides 0 and 1 are told of; ids that lost their zeros, too."""
    frame = people()
    known = np.arange(len(frame)) % 3
    frame["a__flag"], frame["a__ward"] = known > 1, np.char.add("0", known.astype(str))
    model, X = fitted(frame)
    assert unseen_lines(model, X) == []
    X["a__flag"] = X["a__flag"].astype(int)
    assert unseen_lines(model, X) == []
    X["a__flag"], X.loc[:2, "a__ward"] = X["a__flag"] + 1, "1"
    assert sorted(unseen_lines(model, X)) == [
        "a__flag: 66 of 200 values are neither 0 nor 1 and count as true above 0, such "
        "as 2; fit knew True and False",
        "a__ward: 3 of 200 values differ from those of fit in capitals, blanks or zero"
        "s alone and count as missing, such as '1' for '01'",
    ]
