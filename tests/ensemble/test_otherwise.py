"""Columns of texts that are written in another way at predict than at fit."""

import warnings

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble.ensemble._otherwise import (
    encoded_columns,
    is_odd,
    told_texts,
    unread_texts,
    unseen_texts,
)

SAID = "Columns are written otherwise than in fit"


@pytest.fixture(scope="module")
def visits():
    """Visits of a clinic: a value and a date as text, a sex, a number, a class."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 80)
    days = pd.Timestamp("2020-01-13") + pd.to_timedelta(rng.integers(0, 900, 80), "D")
    X = pd.DataFrame(
        {
            "lab__crp": [f"{v:.1f}".replace(".", ",") for v in rng.random(80) + y],
            "lab__na": rng.integers(130, 150, 80),
            "who__sex": np.where(rng.random(80) < 0.5, "m", "f"),
            "who__day": days.strftime("%d.%m.%Y"),
            "who__name": [f"n{k % 60}x" for k in range(80)],
        }
    )
    return X, y


@pytest.fixture(scope="module")
def model(visits):
    """A model of the visits."""
    return MultimodalClassifier(fusion="voting", random_state=0).fit(*visits)


def told(model, X):
    """Return what a prediction warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.predict(X)
    return [str(w.message) for w in caught]


def test_the_same_writing_is_no_matter(model, visits):
    """Also with single cells that are otherwise."""
    X, _ = visits
    assert told(model, X) == []
    X = X.copy()
    X.loc[:9, "lab__crp"], X.loc[:9, "who__sex"] = "pending", "x"
    assert told(model, X) == []


@pytest.mark.parametrize(
    ("column", "written", "what"),
    [
        (
            "lab__crp",
            "pending",
            "lab__crp: 80 of 80 values do not read as numbers, such as 'pending'.",
        ),
        ("who__day", "soon", "who__day: 80 of 80 values do not read as dates, such as"),
        (
            "who__sex",
            "w",
            "who__sex: 80 of 80 values are no category that fit knew ('f', 'm'), such",
        ),
    ],
)
@pytest.mark.parametrize("polars", [False, True], ids=["pandas", "polars"])
def test_columns_that_say_nothing_now(model, visits, column, written, what, polars):
    """Predictions come all the same, with a warning that names column and value."""
    X = visits[0].assign(**{column: written})
    if polars:
        X = pytest.importorskip("polars").from_pandas(X)
    said = told(model, X)
    assert len(said) == 1
    assert said[0].startswith(f"{SAID}, and the model cannot read most of their value")
    assert what in said[0]


def test_all_such_columns_are_in_one_warning(model, visits):
    """Each with its own words."""
    X = visits[0].assign(lab__crp="open", who__sex="w")
    X.loc[:9, "who__sex"] = None
    with pytest.warns(UserWarning, match="lab__crp: 80 of 80.*; who__sex: 70 of 70"):
        model.predict_proba(X)


def test_few_rows_missing_cells_and_names(model, visits):
    """A row alone may hold anything; what is missing or a name says nothing."""
    X, _ = visits
    odd = X.assign(lab__crp="pending")
    assert told(model, odd[:4]) == []
    assert len(told(model, odd[:5])) == 1
    assert told(model, X.assign(lab__crp=None, who__sex="")) == []
    assert told(model, X.assign(who__name="another")) == []
    plain = MultimodalClassifier(fusion="voting").fit(X[["lab__na"]], visits[1])
    assert all(SAID not in said for said in told(plain, X[["lab__na"]].to_numpy()))


def test_what_is_counted(model, visits):
    """Texts that are there, that do not read, and that were not seen."""
    found = {name: rest for name, *rest in encoded_columns(model)}
    assert found["lab__crp"][0] == "number as text"
    column = pd.Series(["1,5", None, "", "n/a", "later"])
    assert told_texts(column).tolist() == ["1,5", "later"]
    texts, n_values = unread_texts(column, found["lab__crp"][2])
    assert (list(texts), n_values) == (["later"], 2)
    assert unread_texts(pd.Series([1.5]), None) == ([], 0)
    sexes = found["who__sex"][1]
    texts, n_values = unseen_texts(pd.Series(["m", "w", None, "w"]), sexes)
    assert (list(texts), n_values) == (["w", "w"], 3)
    assert is_odd(2, 3, sexes)
    assert not is_odd(1, 2, sexes)
