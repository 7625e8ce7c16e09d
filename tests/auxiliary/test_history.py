"""Histories against loops over rows, and what may not leak."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from join_cases import same
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from mmensemble import MultimodalClassifier
from mmensemble.auxiliary import HistoryFeatures

START = pd.Timestamp("2024-03-01")


def make_rows(seed=0, n_rows=60):
    """Return rows of three keys; outcomes are known hours later, or never."""
    rng = np.random.default_rng(seed)
    hours = rng.integers(0, 60, n_rows)
    later = rng.integers(-3, 12, n_rows)
    X = pd.DataFrame(
        {
            "who": pd.Series(rng.choice(["a", "b", "c"], n_rows), dtype=object),
            "where": rng.integers(0, 2, n_rows),
            "time": pd.Series(START + pd.to_timedelta(hours, unit="h")),
            "known": pd.Series(START + pd.to_timedelta(hours + later, unit="h")),
            "value": rng.normal(size=n_rows).round(2),
            "status": pd.Series(rng.choice(["lost", "won"], n_rows), dtype=object),
            "x": rng.normal(size=n_rows),
        },
        index=rng.permutation(n_rows),
    )
    for name, share in {"who": 0.05, "time": 0.05, "known": 0.2, "value": 0.1}.items():
        X.loc[rng.random(n_rows) < share, name] = None
    return X


def known_when(X):
    """Return when the outcome of each row counts as known."""
    return X[["time", "known"]].max(axis=1, skipna=False)


def expected(X, train, words, windows, *, column="value", on=("who",), gap="0s"):
    """Return every statistic of every row, after the definition."""
    train = train.assign(_known=known_when(train)).sort_values("_known", kind="stable")
    found = {(word, window): [] for word in words for window in windows}
    for _, row in X.iterrows():
        cut = row["time"] - pd.Timedelta(gap)
        rows = (train["_known"] < cut) & (train["time"] < row["time"])
        for name in on:
            rows &= (train[name] == row[name]) & pd.notna(row[name])
        rows = train.loc[rows & train[column].notna(), ["_known", column]]
        seen = {
            window: rows[column]
            if window is None
            else rows.loc[rows["_known"] >= cut - pd.Timedelta(window), column]
            for window in windows
        }
        nothing = not any(len(values) for values in seen.values())
        for word, window in found:
            found[word, window].append(
                np.nan if nothing else statistic(seen[window], word)
            )
    return found


def statistic(values, word):
    if word == "count":
        return float(len(values))
    if not len(values):
        return np.nan
    return values.iloc[-1] if word == "last" else float(getattr(values, word)())


WORDS = ["mean", "sum", "min", "max", "count", "last"]


def history(**options):
    given = {"time": "time", "known_at": "known", "value": "value"}
    return HistoryFeatures(options.pop("on", "who"), **given | options)


@pytest.mark.parametrize("gap", ["0s", "5h"])
@pytest.mark.parametrize("on", ["who", ["who", "where"], None])
def test_equals_a_loop(gap, on, global_random_seed):
    """Each training row sees what was known before its time; so do later rows."""
    X, new = make_rows(global_random_seed), make_rows(global_random_seed + 100, 30)
    windows = [None, "6h", "1D"]
    model = history(on=on, windows=windows, aggregate=WORDS, gap=gap)
    keys = () if on is None else (on,) if isinstance(on, str) else tuple(on)
    for table, got in ((X, model.fit_transform(X)), (new, model.transform(new))):
        assert got.index.equals(table.index)
        values = expected(table, X, WORDS, windows, on=keys, gap=gap)
        for (word, window), column in values.items():
            assert same(got[f"history__value_{word}_{window or 'all'}"], column)


def test_fit_transform_is_transform():
    """A kept training row tells nothing to itself."""
    X = make_rows()
    model = history(windows=["12h"])
    once = model.fit_transform(X)
    pd.testing.assert_frame_equal(model.transform(X), once)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["0s", "3h"]))
def test_no_outcome_known_later_changes_anything(seed, gap):
    """Labels of other rows that are known at the cut or later can be any."""
    X = make_rows(seed, 40)
    X = X[X["time"].notna()]
    model = history(windows=[None, "9h"], aggregate=WORDS, gap=gap)
    got = model.fit_transform(X)
    row = X.iloc[[0]]
    late = ~(X["known"] < row["time"].iloc[0] - pd.Timedelta(gap))
    late |= X["time"] >= row["time"].iloc[0]
    rng = np.random.default_rng(seed)
    changed = X.copy()
    changed.loc[late, "value"] = rng.normal(size=late.sum())
    assert late.iloc[0]
    again = model.fit_transform(changed)
    pd.testing.assert_frame_equal(again.iloc[[0]], got.iloc[[0]])


def test_a_row_never_sees_its_own_outcome():
    """Not even where the outcome was known before the row's time."""
    X = pd.DataFrame({"who": ["a"], "time": [10], "known": [1], "value": [5.0]})
    with pytest.warns(UserWarning, match="no training row sees"):
        assert history().fit_transform(X)["history__value_mean_all"].isna().all()
    later = pd.DataFrame({"who": ["a", "a"], "time": [10, 11]})
    got = history().fit(X).transform(later)
    assert same(got["history__value_mean_all"], [np.nan, 5.0])


def test_transform_never_reads_outcomes():
    """They may be missing, or be nonsense; the output has neither."""
    X, new = make_rows(), make_rows(1)
    model = history(windows=["1D"]).fit(X)
    got = model.transform(new)
    assert not {"known", "value"} & set(got)
    bare = new.drop(columns=["known", "value"])
    pd.testing.assert_frame_equal(model.transform(bare), got)
    nonsense = new.assign(known="?", value="?")
    pd.testing.assert_frame_equal(model.transform(nonsense), got)
    with pytest.raises(ValueError, match=r"columns are missing: \['time'\]"):
        model.transform(new.drop(columns="time"))


def test_outcomes_can_stay_for_a_later_step():
    """drop=False keeps them; later tables need not have them."""
    X = make_rows()
    model = make_pipeline(
        history(drop=False, prefix="people"), history(on="where", prefix="places")
    )
    both = model.fit_transform(X)
    assert [name for name in both if "__" in name] == [
        "people__value_mean_all",
        "people__value_count_all",
        "places__value_mean_all",
        "places__value_count_all",
    ]
    assert "value" not in both
    bare = X.drop(columns=["known", "value"])
    pd.testing.assert_frame_equal(model.transform(bare), both)
    assert list(model[0].transform(X)) == list(model[0].get_feature_names_out())


def test_the_target_is_an_outcome():
    """value=None takes y: numbers as they are, classes as shares."""
    X = make_rows()
    rows = X["value"].notna()
    X = X[rows]
    by_column = history().fit_transform(X)
    model = history(value=None)
    got = model.fit_transform(X, X["value"])
    assert same(got["history__y_mean_all"], by_column["history__value_mean_all"])
    model.fit(X, X["status"])
    assert model.outcomes_ == ["y_won"]
    shares = model.transform(X)["history__y_won_mean_all"]
    X["won"] = (X["status"] == "won").astype(float)
    values = expected(X, X, ["mean"], [None], column="won")
    assert same(shares, values["mean", None])
    three = np.resize(["x", "y", "z"], len(X))
    assert model.fit(X, three).outcomes_ == ["y_x", "y_y", "y_z"]
    assert model.__sklearn_tags__().target_tags.required
    with pytest.raises(ValueError, match="requires y to be passed, but the target y"):
        model.fit(X)


def test_several_outcomes():
    """Columns of numbers, booleans and categories at once."""
    X = make_rows().assign(flag=True)
    model = history(value=["value", "status", "flag"]).fit(X)
    assert model.outcomes_ == ["value", "status_won", "flag"]


def test_keep_bounds_what_is_kept():
    """Later rows need no more than the longest window before the end."""
    X, new = make_rows(3), make_rows(4)
    new["time"] = new["time"] + pd.Timedelta("60h")
    everything = history(windows=["10h"])
    recent = history(windows=["10h"], keep="24h")
    train = everything.fit_transform(X)
    pd.testing.assert_frame_equal(recent.fit_transform(X), train)
    assert len(recent.records_.values["value"]) < len(
        everything.records_.values["value"]
    )
    known = known_when(X)
    kept = (
        known.notna() & X["who"].notna() & (known >= known.max() - pd.Timedelta("24h"))
    )
    assert len(recent.records_.values["value"]) == kept.sum()
    late = new[new["time"] > known.max()]
    assert len(late)
    pd.testing.assert_frame_equal(recent.transform(late), everything.transform(late))
    pd.testing.assert_frame_equal(
        clone(recent).fit(X).transform(late), recent.transform(late)
    )


def test_every_container_gives_the_same():
    """pandas of all dtypes, polars, and time zones of the same instants."""
    pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    X = make_rows().reset_index(drop=True)
    model = history(windows=[None, "1D"])
    new = [name for name in model.fit_transform(X) if "__" in name]
    expect = model.transform(X)[new]
    zoned = X.assign(
        time=X["time"].dt.tz_localize("UTC").dt.tz_convert("Asia/Kolkata"),
        known=X["known"].dt.tz_localize("UTC"),
    )
    for other in (
        X.convert_dtypes(),
        X.convert_dtypes(dtype_backend="pyarrow"),
        pl.from_pandas(X),
        zoned,
    ):
        got = clone(model).fit_transform(other)
        assert isinstance(got, type(other))
        for name in new:
            assert same(got[name].to_numpy(), expect[name])


def test_cross_validation_and_copies():
    """It works in a pipeline in front of an estimator, pickled and by skops."""
    skops = pytest.importorskip("skops.io")
    X = make_rows()
    X["time"] = X["time"].fillna(START)
    y = (X["status"] == "won").to_numpy()
    model = make_pipeline(
        history(value=None, windows=["1D"]),
        MultimodalClassifier(
            [("history", "auto", ["history__y_mean_1D"]), ("own", "auto", ["x"])],
            fusion="voting",
            estimator=LogisticRegression(),
        ),
    )
    assert np.isfinite(cross_val_score(model, X, y, cv=2)).all()
    fitted = model[0].fit(X, y)
    expect = fitted.transform(X)
    dumped = skops.dumps(fitted)
    types = skops.get_untrusted_types(data=dumped)
    assert all(name.startswith("mmensemble.") for name in types), types
    for loaded in (
        pickle.loads(pickle.dumps(fitted)),
        skops.loads(dumped, trusted=types),
    ):
        pd.testing.assert_frame_equal(loaded.transform(X), expect)


def test_noise_stays_noise(global_random_seed):
    """Outcomes that follow nothing are not predicted from outcomes."""
    rng = np.random.default_rng(global_random_seed)
    X = pd.DataFrame({"who": rng.integers(0, 200, 1_500), "time": rng.random(1_500)})
    X["known"] = X["time"] + 0.01
    model = make_pipeline(
        history(value=None, windows=[None, 0.1], aggregate=["mean", "last"], drop=True),
        HistGradientBoostingClassifier(max_iter=20),
    )
    scores = cross_val_score(model, X, rng.random(1_500) < 0.5, cv=3, scoring="roc_auc")
    assert 0.42 < scores.mean() < 0.58


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"on": "nobody"}, "on='nobody' is no column of X"),
        ({"on": []}, r"on=\[\] names no columns"),
        ({"time": "when"}, "time='when' is no column of X"),
        ({"time": "who"}, "time: column 'who' of X holds texts that are no ISO 8601"),
        ({"known_at": "x"}, "'time' of X holds times without a zone, and 'x' of X"),
        ({"value": "valu"}, "value='valu' is no column of X; did you mean 'value'"),
        ({"value": "time"}, "value='time' holds dates, no outcomes"),
        ({"windows": []}, r"windows=\[\] asks for nothing"),
        ({"windows": ["1D", "1 D"]}, "names a window twice"),
        ({"windows": "-1D"}, "windows='-1D' must not be negative"),
        ({"windows": ["1D", "0h"]}, "windows='0h' must be longer than nothing"),
        ({"windows": 3}, "windows=3 is a number, and the times are dates"),
        ({"aggregate": ["median"]}, "aggregate='median' is unknown"),
        ({"aggregate": []}, r"aggregate=\[\] asks for nothing"),
        ({"gap": "soon"}, "gap='soon' is no span of time"),
        ({"keep": "none"}, "keep='none' is no span of time"),
        ({"prefix": "a__b"}, "must not contain '__'"),
    ],
)
def test_refusals(options, match):
    """Each mistake gets one clear error."""
    with pytest.raises(ValueError, match=match):
        history(**options).fit(make_rows())


def test_refusals_of_transform():
    """Times must stay what they were; y has a row for each of X."""
    X = make_rows()
    model = history().fit(X)
    zoned = X.assign(time=X["time"].dt.tz_localize("UTC"))
    match = "'time' of X holds times in UTC, and 'known' in fit holds times without"
    with pytest.raises(ValueError, match=match):
        model.transform(zoned)
    with pytest.raises(
        ValueError, match=r"'who' of X holds num.*'who' of X in fit holds"
    ):
        model.transform(X.assign(who=1))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        history(value=None).fit(X, [1, 2])


def test_a_history_of_nothing_is_told():
    """For instance where every key comes once; a model that is only fitted may be."""
    X = make_rows().assign(who=range(60))
    with pytest.warns(
        UserWarning, match="prefix 'history': no training row sees an out"
    ):
        history().fit_transform(X)
    assert history().fit(X).transform(X).isna().any(axis=None)


def test_names_of_windows():
    """Spans of every kind have short names."""
    X = make_rows()
    windows = [pd.Timedelta("1D"), None]
    names = history(windows=windows, aggregate="mean").fit(X).get_feature_names_out()
    assert list(names[-2:]) == [
        "history__value_mean_P1DT0H0M0S",
        "history__value_mean_all",
    ]
    steps = pd.DataFrame({"t": [1.0, 2.0, 3.0], "v": [1.0, 0.0, 1.0]})
    model = HistoryFeatures(time="t", known_at="t", value="v", windows=[1.5])
    got = model.fit_transform(steps)
    assert same(got["history__v_mean_1.5"], [np.nan, 1.0, 0.0])
    assert got.columns[0] == "t"


def test_nothing_known_at_all():
    """Without a known outcome every row lacks the modality."""
    X = make_rows().assign(known=pd.NaT)
    with pytest.warns(UserWarning, match="no training row sees"):
        got = history(windows=["1D"]).fit_transform(X)
    assert got["history__value_mean_1D"].isna().all()
    assert got["history__value_count_1D"].isna().all()


INSTANCES = [
    HistoryFeatures(time=0, known_at=0, value=0, drop=False),
    HistoryFeatures(0, time=0, known_at=0, windows=[None, 2]),
]
BY_HAND = [
    "check_param_validation",
    "check_inplace_ensure_writeable",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
]


@pytest.mark.filterwarnings("ignore:.*no training row sees")
@parametrize_with_checks(INSTANCES)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates, without exceptions."""
    if getattr(check, "func", check).__name__ == "check_array_api_input":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SCIPY_ARRAY_API", "1")
            check(estimator)
    else:
        check(estimator)


@pytest.mark.filterwarnings("ignore:.*no training row sees")
@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("estimator", INSTANCES, ids=["column", "target"])
def test_checks_that_the_generator_leaves_out(estimator, name):
    """Those of the eleven but one, which wants reordered frames refused."""
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


def test_number_of_checks():
    """No check gets lost."""
    assert len(list(estimator_checks_generator(INSTANCES[0]))) >= 45
