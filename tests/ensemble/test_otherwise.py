"""Columns of texts that are written in another way at predict than at fit."""

import warnings

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble.ensemble._otherwise import (
    encoded_columns,
    is_odd,
    neither_values,
    plain,
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
            "lab__crp (modality 'lab'): 80 of 80 values do not read as numbers, such "
            "as 'pending'. Write them as in fit",
        ),
        (
            "who__day",
            "soon",
            "who__day (modality 'who'): 80 of 80 values do not read as dates, such as",
        ),
        (
            "who__sex",
            "w",
            "who__sex (modality 'who'): 80 of 80 values are no category that fit knew "
            "('f', 'm'), such as 'w'. Write them as in fit, or fit again on a table",
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
    assert said[0].startswith(f"{SAID}, and the model cannot read some of their valu")
    assert what in said[0]


def test_all_such_columns_are_in_one_warning(model, visits):
    """Each with its own words."""
    X = visits[0].assign(lab__crp="open", who__sex="w")
    X.loc[:9, "who__sex"] = None
    with pytest.warns(
        UserWarning, match=r"crp \(.*: 80 of 80.*; who__sex \(.*: 70 of 70"
    ):
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
    assert found["who__sex"][3] == "who"
    assert is_odd(2, 3, sexes)
    assert not is_odd(1, 2, sexes)


N = 200
LABEL = np.arange(N) % 2
MALE = np.random.default_rng(0).random(N) < 0.2 + 0.6 * LABEL


def persons(sex):
    """Return persons of whom sex tells the label, beside a number."""
    return pd.DataFrame({"p__sex": sex, "q__x": np.arange(N) % 7})


def fitted(sex, fusion="voting"):
    """Return a model of persons, and how often it is right."""
    model = MultimodalClassifier(fusion=fusion, random_state=0)
    model.fit(persons(sex), LABEL)
    return model, model.score(persons(sex), LABEL)


@pytest.fixture(scope="module")
def by_letters():
    """A model that knows "f" and "m"."""
    return fitted(np.where(MALE, "m", "f"))[0]


BECOME = {
    "int": (MALE.astype(int), "numbers now, are no category that fit .* such as '0'"),
    "float": (MALE.astype(float), "numbers now, are no category .* such as '0'"),
    "Int64": (pd.array(MALE.astype(int), "Int64"), "numbers now, .* such as '0'"),
    "object": (MALE.astype(int).astype(object), "numbers now, .* such as '0'"),
    "four": (np.arange(N) % 4, "numbers now, are no category that fit .* such as '0'"),
    "bool": (MALE, "booleans now, are no category that fit .* such as 'False'"),
    "boolean": (pd.array(MALE, "boolean"), "booleans now, .* such as 'False'"),
    "object bool": (MALE.astype(object), "booleans now, are .* such as 'False'"),
    "codes": (pd.Categorical(MALE.astype(int)), "are no category .* such as '0'"),
    "flags": (pd.Categorical(MALE), "are no category that fit .* such as 'False'"),
    "capitals": (np.where(MALE, "M", "F"), "are no category that .* such as 'F'"),
}


@pytest.mark.parametrize(("sex", "what"), BECOME.values(), ids=list(BECOME))
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_categories_that_became_something_else(by_letters, sex, what, library):
    """Numbers and booleans are told of as other letters are, from any container."""
    X = persons(sex)
    if library == "polars":
        polars = pytest.importorskip("polars")
        X = polars.DataFrame({name: list(X[name]) for name in X})
    match = rf"p__sex \(modality 'p'\): 200 of 200 values,? {what}"
    match = match.replace("values,? are", "values are")
    if library == "polars":  # which has no categories of numbers
        match = match.split(" values")[0]
    with pytest.warns(UserWarning, match=match) as heard:
        by_letters.predict(X)
    assert len(heard) == 1


@pytest.mark.parametrize("dtype", ["bool[pyarrow]", "int64[pyarrow]"])
def test_categories_that_became_arrow(by_letters, dtype):
    """As those of pandas."""
    pytest.importorskip("pyarrow")
    with pytest.warns(UserWarning, match=r"\('f', 'm'\), such as '(0|False)'"):
        by_letters.predict(persons(pd.array(MALE.astype(int), "int64").astype(dtype)))


@pytest.mark.parametrize("fusion", ["concat", "stacking", "auto"])
def test_any_fusion_tells(fusion):
    """The columns are read before a fusion is asked; frame or array."""
    X = persons(np.where(MALE, "m", "f"))
    table, now = X.to_numpy(dtype=object), persons(MALE.astype(int)).to_numpy()
    modalities = [("p", "auto", [0]), ("q", "auto", [1])]
    model = MultimodalClassifier(modalities, fusion=fusion, random_state=0)
    assert told(model.fit(table, LABEL), table) == []
    (said,) = told(model, now)
    assert "0 (modality 'p'): 200 of 200 values, numbers now, are no" in said


def test_rare_categories_do_not_hide_the_others():
    """Where a rare one is pooled, unknown ones have its column, and are told of."""
    sex = np.where(MALE, "m", "f")
    sex[:3] = "x"
    model, right = fitted(sex)
    assert right > 0.7
    for other in (MALE, MALE.astype(int), np.char.upper(sex)):
        assert len(told(model, persons(other))) == 1


def test_measurements_in_the_place_of_categories_are_an_error(by_letters):
    """Which is enough: no warning stands beside it."""
    for values in (MALE + 0.5, np.arange(N) % 5):
        with pytest.raises(ValueError, match="holds numbers now, none of which"):
            by_letters.predict(persons(values))


def test_booleans_that_became_numbers():
    """Zero and one are read right, as are minus one and one; one and two are not."""
    model, right = fitted(MALE)
    for same in (MALE.astype(int), MALE.astype(float), 2 * MALE - 1):
        assert told(model, persons(same)) == []
        assert model.score(persons(same), LABEL) == right
    match = (
        r"p__sex \(modality 'p'\): \d+ of 200 values, numbers now, are neither 0 nor"
    )
    with pytest.warns(UserWarning, match=match):
        model.predict(persons(MALE + 1))
    for texts in ("True", "False"), ("yes", "no"):
        with pytest.raises(
            ValueError, match="'p__sex' was a boolean column in fit and"
        ):
            model.predict(persons(np.where(MALE, *texts)))


def test_texts_that_became_booleans():
    """Where they are the words of Python's, nothing is lost."""
    model, right = fitted(np.where(MALE, "True", "False"))
    assert told(model, persons(MALE)) == []
    assert model.score(persons(MALE), LABEL) == right
    for other in (MALE.astype(int), np.where(MALE, "true", "false")):
        assert len(told(model, persons(other))) == 1


def test_codes_that_lost_their_zeros():
    """Also where others have none to lose, and are known."""
    code = np.where(MALE, "00010", "90210")
    model, _ = fitted(code)
    assert told(model, persons(code)) == []
    (said,) = told(model, persons(code.astype(int)))
    assert f"{MALE.sum()} of 200 values, numbers now, are categories of fit " in said
    assert "but for zeros, such as '10' for '00010'" in said
    model, right = fitted(pd.Categorical(MALE + 1))
    assert told(model, persons(MALE + 1.0)) == []
    assert model.score(persons(MALE + 1.0), LABEL) == right
    (said,) = told(model, persons(np.where(MALE, "2.0", "1.0")))
    assert "200 of 200 values are categories of fit but for zeros" in said


def test_two_writings_in_fit_are_no_news():
    """A few texts that are others of fit but for zeros, as they were in fit."""
    code = np.array(["7"] * 90 + ["8"] * 100 + ["07"] * 3 + ["9"] * 7, dtype=object)
    code = np.random.default_rng(0).permutation(code)
    model, _ = fitted(code)
    assert told(model, persons(code)) == []


def test_some_means_among_booleans_are_no_news():
    """A gap that is filled with a mean counts as true, in few rows."""
    model, _ = fitted(MALE)
    filled = MALE.astype(float)
    filled[:3] = 0.48
    assert told(model, persons(filled)) == []
    filled[:30] = 0.48
    (said,) = told(model, persons(filled))
    assert "30 of 200 values, numbers now, are neither 0 nor 1" in said


def test_neither_true_nor_false():
    """Counted among numbers that are there."""
    odd, n_values = neither_values(pd.Series([0, 1, 2, np.nan, -1]))
    assert (odd.tolist(), n_values) == ([2, -1], 4)
    assert neither_values(pd.Series([-1, 1]))[0].tolist() == []
    assert neither_values(pd.Series([True, False]))[1] == 0


def test_what_writing_does_not_change():
    """Capitals, blanks and zeros; fractions are measured."""
    assert [plain(t) for t in ("+007", "-1.00", "0", "0.5", "M  x")] == [
        "7",
        "-1",
        "0",
        "0.5",
        "m x",
    ]
