"""Numbers written as text: against hand-read ones, and against parsed tables."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from mmensemble import MultimodalClassifier
from mmensemble.datasets import (
    load_alzheimer,
    load_ischemic_stroke,
    load_nycflights,
)
from mmensemble.features import AutoExtractor
from mmensemble.features._number_texts import (
    NumberStyle,
    NumberTextEncoder,
    ambiguous_numbers,
    find_number_style,
)


def objects(*texts):
    return np.array(texts, dtype=object)


@pytest.mark.parametrize(
    ("text", "point", "comma", "both"),
    [
        ("0.52", 0.52, 0.52, 0.52),
        ("1,5", 1.5, 1.5, 1.5),
        ("1,500", 1500, 1.5, 1.5),
        ("1.500", 1.5, 1500, 1.5),
        ("0,500", 0.5, 0.5, 0.5),
        ("1,234.5", 1234.5, 1234.5, 1234.5),
        ("<1.234,5 mg", 1234.5, 1234.5, 1234.5),
        ("1,234,567", 1234567, 1234567, 1234567),
        ("1 234,567", 1234.567, 1234.567, 1234.567),
        ("$3,000", 3000, 3, 3),
        ("1,234 mg.", 1234, 1.234, 1.234),
        ("-$5", -5, -5, -5),
        ("(3,000.5)", -3000.5, -3000.5, -3000.5),
        ("12 %", 0.12, 0.12, 0.12),
        ("1'234.5", 1234.5, 1234.5, 1234.5),
        ("−3", -3, -3, -3),
        (" 1e-3 ", 0.001, 0.001, 0.001),
        ("1e400", None, None, None),
        ("--5", None, None, None),
        ("(5", None, None, None),
        ("1,2,3", None, None, None),
        ("1,234 567", None, None, None),
        ("12 kg", None, None, None),
        ("2020-01-31", None, None, None),
    ],
)
def test_what_texts_mean(text, point, comma, both):
    """Only what can be read in two ways is read as the column's style says."""
    for style, expected in (("point", point), ("comma", comma), ("both", both)):
        values, _, words = NumberStyle(style, 1.0, "mg").read(objects(text))
        assert_allclose(values, [np.nan if expected is None else expected])
        assert words[0] == (expected is None)


def test_limits_and_words():
    """Values below and above limits are marked, words for missing are not."""
    texts = objects("<0.1", "≤ 2", ">= 5", "n/a", "high", None, "3")
    values, limits, words = NumberStyle("point", 1.0).read(texts)
    assert_array_equal(values, [0.1, 2, 5, np.nan, np.nan, np.nan, 3])
    assert limits.tolist() == [-1, -1, 1, 0, 0, 0, 0]
    assert words.tolist() == [False] * 4 + [True] + [False] * 2


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["00012", "94110", "3"], "area"),
        (["94110", "10115", "20095"] * 9, "area"),
        ([str(k) for k in range(9)], "floor"),
        ([str(k) for k in range(99)], "zip"),
        ([str(k) for k in range(99)], "patient_id"),
        ([str(k) for k in range(99)], "customerId"),
        (["250.83", "276.5", "8.1"], "icd9_main"),
        (["a1", "b2", "1.5"], "word"),
        ([None, "n/a"], "nothing"),
        ([], "none"),
    ],
)
def test_codes_and_words_are_no_numbers(texts, name):
    """Ids, codes, levels and words stay what they are."""
    assert find_number_style(objects(*texts), np.ones(len(texts)), name, 0.9) is None


def test_amounts_are_numbers():
    """Whole numbers of many values are amounts, whatever their length."""
    texts = objects(*map(str, range(5, 300)))
    style = find_number_style(texts, np.ones(len(texts)), "age", 0.9)
    assert style == NumberStyle("point", 1.0)


@pytest.mark.parametrize(
    ("texts", "unit", "expected"),
    [
        (["13,5 g/dl", "12,1 g/dL", "9 g / dl", "10,2"], "g/dl", [13.5, 12.1, 9, 10.2]),
        (["1.23*", "2.5", "3.2 H", "0.1 L", "4.5HH"], "", [1.23, 2.5, 3.2, 0.1, 4.5]),
        (["6.1 %", "7 %", "5.5%"], "%", [6.1, 7, 5.5]),
        (["7 %", "0.06", "0.05"], "", [0.07, 0.06, 0.05]),
        (["37.1 °C", "38.5°C", "< 36.2 °C"], "°c", [37.1, 38.5, 36.2]),
        (["-2.5 km", "(3.5 km)"], "km", [-2.5, -3.5]),
    ],
)
def test_the_unit_of_a_column_is_left_out(texts, unit, expected):
    """So are flags of laboratories; percent beside plain fractions is a hundredth."""
    style = find_number_style(objects(*texts), np.ones(len(texts)), "x", 0.9)
    assert style.unit == unit
    assert_allclose(style.read(objects(*texts))[0], expected)
    plain = style.read(objects("6.1"))[0]  # the same column from another export
    assert_allclose(plain, 6.1)


@pytest.mark.parametrize(
    "texts",
    [
        ["5.1 mg/dl", "3.2 mmol/l", "6.2 mmol/l"],
        ["5 mg", "10 mg", "20 mg"],
        ["1.5 g", "12 monkeys in a film", "three"],
    ],
)
def test_units_that_differ_and_levels_are_no_numbers(texts):
    """Two units are two measures; a few whole amounts are levels, as without unit."""
    assert find_number_style(objects(*texts), np.ones(len(texts)), "x", 0.9) is None


def test_a_percentage_is_the_same_from_every_export():
    """A model fitted on "6.1 %" predicts "6.1" and 6.1 alike."""
    rng = np.random.default_rng(0)
    values = rng.normal(6, 1, 60).round(1)
    written = pd.DataFrame({"x": [f"{v} %" for v in values]})
    auto = AutoExtractor().fit(written)
    for other in (values, values.astype(str)):
        found = auto.transform(pd.DataFrame({"x": other}))
        assert_allclose(found, auto.transform(written))


def test_numbers_for_the_most_part_are_told():
    """Below min_parsed the column stays words, and describe() says what to do."""
    rng = np.random.default_rng(0)
    values = rng.normal(20, 5, 100).round(2).astype(str)
    values[:20] = "n.b."
    X = pd.DataFrame({"lab__crp": values, "lab__x": rng.normal(size=100)})
    y = np.arange(100) % 2
    model = MultimodalClassifier(
        [("lab", "auto", ["lab__crp", "lab__x"])], estimator=LogisticRegression()
    ).fit(X, y)
    row = model.describe().iloc[0]
    assert row["taken_for"] == "category (80% of its values are numbers)"
    assert "read as numbers" in row["alerts"]
    assert "min_parsed" in row["alerts"]


def test_numbers_that_were_categories_are_refused():
    """A column that is written in another way now is no column of new categories."""
    rng = np.random.default_rng(0)
    units = rng.choice(["mg", "mmol"], 200)
    levels = rng.choice([0.5, 1.5, 2.5], 200)
    texts = [f"{v} {u}" for v, u in zip(levels, units, strict=True)]
    auto = AutoExtractor().fit(pd.DataFrame({"dose": texts}))
    assert auto.kinds_ == ["category"]
    with pytest.raises(ValueError, match=r"'dose' was a category column.*numbers now"):
        auto.transform(pd.DataFrame({"dose": levels}))
    whole = pd.DataFrame({"floor": rng.integers(0, 4, 200).astype(str)})
    auto = AutoExtractor().fit(whole)
    auto.transform(pd.DataFrame({"floor": [7]}))  # one that fit did not see
    auto.transform(pd.DataFrame({"floor": [1, 7, 8, 9, 10, 11]}))
    with pytest.raises(ValueError, match="'floor' was a category"):
        auto.transform(pd.DataFrame({"floor": [6, 7, 8, 9, 10]}))
    auto.transform(pd.DataFrame({"floor": [np.nan, np.nan]}))


def test_share_counts_weight():
    """The share of what reads is that of the weight, words for missing aside."""
    texts, weight = objects("0.5", "high", "n/a"), np.array([9.0, 1.0, 50.0])
    assert find_number_style(texts, weight, "x", 0.9).share == pytest.approx(0.9)
    assert find_number_style(texts, weight, "x", 0.95) is None


def test_point_or_comma_is_found_by_the_column():
    """One value tells how the others are written."""
    texts = objects("1,500", "2,750", "0,5")
    assert find_number_style(texts, np.ones(3), "x", 0.9).point == "comma"
    assert find_number_style(texts[:2], np.ones(2), "x", 0.9).point == "point"


@pytest.mark.parametrize("sign", ["<", "≤ ", "<= "])
@pytest.mark.parametrize("unit", ["", " mg/l"])
def test_decimal_comma_beside_limits_with_a_point(sign, unit):
    """A laboratory's export equals the table of numbers, at fit and at predict."""
    rng = np.random.default_rng(0)
    values = rng.lognormal(2, 2, 80).round(2)
    values[:9] = 0.6
    values[9:12] = 1234.5
    texts = [f"{v}{unit}".replace(".", ",") for v in values]
    texts[:9] = [f"{sign}0.6{unit}"] * 9
    texts[9:12] = [f"1.234,5{unit}", f"1,234.5{unit}", f">1 234,5{unit}"]
    numbers = AutoExtractor().fit(pd.DataFrame({"crp": values}))
    auto = AutoExtractor().fit(pd.DataFrame({"crp": texts}))
    assert auto.kinds_ == ["number as text"]
    assert auto.get_feature_names_out().tolist() == ["crp", "crp_below", "crp_above"]
    assert_array_equal(auto.parsed_share_, [1.0])
    found = auto.transform(pd.DataFrame({"crp": texts}))
    expected = numbers.transform(pd.DataFrame({"crp": values}))[:, 0]
    assert_allclose(found[:, 0], expected, atol=1e-12)
    assert_array_equal(np.flatnonzero(found[:, 1]), np.arange(9))
    assert_array_equal(np.flatnonzero(found[:, 2]), [11])
    # a model of the commas alone reads points, and the reverse
    other = AutoExtractor().fit(pd.DataFrame({"crp": texts[12:]}))
    new = other.transform(pd.DataFrame({"crp": [f"{sign}0.6{unit}", f"0,6{unit}"]}))
    assert_array_equal(new[0], new[1])
    assert np.isfinite(new).all()


@pytest.mark.parametrize(
    ("texts", "said", "value"),
    [
        (
            ["12,6", "<0.6", "1,234"],
            "'1,234', read as 1.234, in which the comma",
            1.234,
        ),
        (["12,6", "1.234", "3,4"], "'1.234', read as 1234, in which the point", 1234),
        (["0.6", "1,234", "22.75"], "'1,234', read as 1234, in which the comma", 1234),
        (["1.234,5", "12.6", "<1.234", "2.000,5"], "'<1.234', read as 1234,", 1234),
    ],
)
def test_numbers_that_are_left_open_are_told(texts, said, value):
    """Read as the others of the column, and the warning says how."""
    texts = objects(*texts)
    with pytest.warns(UserWarning, match=f"Column 'crp' holds numbers such as {said}"):
        style = find_number_style(texts, np.ones(len(texts)), "crp", 0.9)
    assert value in style.read(texts)[0]
    (told,) = ambiguous_numbers(texts, style)
    assert told in said


@pytest.mark.parametrize(
    "texts",
    [
        ["1,500", "2,750"],
        ["1,500", "2,750", "0,5"],
        ["1,234", "1,234.5", "0.6"],
        ["1,234", "2,345,678", "0.6"],
        ["$3,000", "$12.50"],
        ["1.234", "0.6", "3"],
        ["1.234", "1.234,5", "0,6"],
    ],
)
def test_numbers_that_others_explain_are_not_told(texts):
    """Thousands beside thousands, fractions beside fractions, and money."""
    texts = objects(*texts)
    style = find_number_style(texts, np.ones(len(texts)), "x", 0.9)
    assert style.share == 1
    assert ambiguous_numbers(texts, style) == []


def test_encoder_keeps_indicators():
    """Numbers equal those of a parsed column; marks not seen in fit are left out."""
    texts = objects("<0.1", "0.3", "high", "0.5", None)
    style = NumberStyle("point", 1.0)
    encoder = NumberTextEncoder(3.0, style).fit(texts, np.ones(5))
    assert encoder.names("crp") == ["crp", "crp_below", "crp_word"]
    numbers = pd.DataFrame({"crp": [0.1, 0.3, None, 0.5, None]})
    expected = AutoExtractor().fit_transform(numbers)[:, 0]
    got = encoder.transform(texts)
    assert_allclose(got[:, 0], expected)
    assert_array_equal(got[:, 1:], [[1, 0], [0, 0], [0, 1], [0, 0], [0, 0]])
    assert_allclose(encoder.transform(numbers["crp"].to_numpy())[:, 0], expected)


def test_new_rows_read_as_training_did():
    """The style is that of the training rows, and nothing of new ones is learnt."""
    X = pd.DataFrame({"dose": ["0,5", "1,500", "<0,1", "2,25"] * 5})
    extractor = AutoExtractor().fit(X)
    assert extractor.kinds_ == ["number as text"]
    assert extractor.get_feature_names_out().tolist() == ["dose", "dose_below"]
    assert_array_equal(extractor.parsed_share_, [1.0])
    new = pd.DataFrame({"dose": ["1,500", ">0,3", None]})
    expected = extractor.transform(pd.DataFrame({"dose": [1.5, 0.3, np.nan]}))
    assert_array_equal(extractor.transform(new), expected)


def test_parsing_can_be_switched_off():
    """With min_parsed=None strings are categories or text, as they look."""
    X = pd.DataFrame({"dose": ["0.5", "0.7"] * 10, "day": ["2020-01-01"] * 20})
    extractor = AutoExtractor(min_parsed=None).fit(X)
    assert extractor.kinds_ == ["category", "category"]
    assert np.isnan(extractor.parsed_share_).all()


def flights():
    data = load_nycflights()
    return data.data.iloc[::4], data.target[::4]


def stroke():
    data = load_ischemic_stroke()
    return data.data, data.target


def alzheimer():
    data = load_alzheimer()
    return data.data.iloc[:, :40], data.target


def as_text(X):
    """Return the same table, its numbers written in four ways in turn."""
    ways = (
        lambda v: f"{v!r}",
        lambda v: f"{v!r}".replace(".", ","),
        lambda v: f"{100 * v!r} %",
        lambda v: f"${v:,.9f}",
    )
    new = X.copy()
    numbers = X.select_dtypes("number").columns
    for place, name in enumerate(numbers):
        way = ways[place % 4]
        texts = [None if np.isnan(v) else way(float(v)) for v in X[name]]
        new[name] = pd.Series(texts, index=X.index, dtype=object)
    return new


def as_dates(X, written):
    """Return the same table, three of its numbers as dates, or as texts of them."""
    new = X.copy()
    for place, name in enumerate(X.select_dtypes("number").columns[:3]):
        ranks = X[name].rank(pct=True) * 4_000
        dates = pd.Timestamp("2010-01-01") + pd.to_timedelta(ranks.round(), unit="D")
        form = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y")[place]
        new[name] = dates.dt.strftime(form).astype(object) if written else dates
    return new


def auc(X, y):
    model = make_pipeline(AutoExtractor(), LogisticRegression(C=0.1, max_iter=500))
    return cross_val_score(model, X, y, scoring="roc_auc", cv=5).mean()


@pytest.mark.parametrize("load", [flights, stroke, alzheimer])
def test_text_loses_no_signal(load):
    """Numbers and dates as text give the AUC of the parsed table."""
    X, y = load()
    assert abs(auc(as_text(X), y) - auc(X, y)) < 0.01
    assert abs(auc(as_dates(X, True), y) - auc(as_dates(X, False), y)) < 0.01


def test_text_loses_no_signal_in_an_ensemble():
    """So it is in a model of modalities."""
    X, y = stroke()
    model = MultimodalClassifier(fusion="voting", random_state=0)
    scores = [
        cross_val_score(model, table, y, scoring="roc_auc", cv=3).mean()
        for table in (X, as_text(X))
    ]
    assert abs(scores[0] - scores[1]) < 0.01


def test_rows_of_the_test_teach_nothing():
    """How a column is written is learnt from the rows of the fit alone."""
    texts = ["1,500", "2,750", "3,125", "4,5"] * 6
    train = pd.DataFrame({"dose": texts})
    other = pd.DataFrame({"dose": ["1.5", "<2", "high"] * 8})
    model = MultimodalClassifier([("lab", "auto", ["dose"])], fusion="voting", cv=2)
    y = np.arange(24) % 2
    fitted = model.fit(train, y).predict_proba(train)
    model.predict_proba(other)
    assert_array_equal(model.predict_proba(train), fitted)
    extractor = model.extractors_["lab"]
    assert extractor.get_feature_names_out().tolist() == ["dose"]


@pytest.mark.parametrize("scale", ["k", "M", "bn", " Mio."])
def test_thousands_are_no_unit_beside_plain_numbers(scale):
    """12k is not 12 where others are written out; alone, it is a unit as any."""
    plain = [f"${v}.50" for v in range(20)]
    texts = np.array([*plain, f"12.5{scale}"], dtype=object)
    style = find_number_style(texts, np.ones(21), "price", 0.9)
    assert style.unit == ""
    assert np.isnan(style.read(texts)[0][-1])
    texts = np.array([f"{v}.5{scale}" for v in range(20)], dtype=object)
    style = find_number_style(texts, np.ones(20), "price", 0.9)
    assert style.read(texts)[0][:2].tolist() == [0.5, 1.5]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,234", "5,678"], ("1,234", 1234.0)),
        (["5.678 EUR", "1.234 EUR"], ("1.234 EUR", 1.234)),
        (["1,234", "987"], None),
        (["a", "b"], None),
        (["1", "2", None], None),
    ],
)
def test_ambiguous_numbers_are_kept(texts, expected):
    """Where nothing in the column tells what a sign stands for; without a warning."""
    X = pd.DataFrame({"amount": texts * 20, "more": np.arange(len(texts) * 20.0)})
    assert AutoExtractor().fit(X).ambiguous_ == [expected, None]


def test_ambiguous_numbers_that_are_warned_of():
    """They are kept, too."""
    X = pd.DataFrame({"amount": ["1,234", "0.5", "0.75", "12.25"] * 10})
    with pytest.warns(UserWarning, match="read as 1234, in which the comma may stand"):
        extractor = AutoExtractor().fit(X)
    assert extractor.ambiguous_ == [("1,234", 1234.0)]
