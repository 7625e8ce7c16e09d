"""Dates against pandas, ways against formulas, ids against loops."""

import pickle
from datetime import date

import numpy as np
import pandas as pd
import pytest
from join_cases import same
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from mmensemble.auxiliary import MetadataFeatures


def make_rows(seed=0, n_rows=60):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "sold": pd.Series(
                pd.Timestamp("2023-11-01")
                + pd.to_timedelta(rng.integers(0, 90 * 24, n_rows), unit="h")
            ),
            "user": pd.Series(rng.choice(list("abcdef"), n_rows), dtype=object),
            "item": rng.integers(0, 9, n_rows),
            "lat": rng.uniform(-90, 90, n_rows),
            "lon": rng.uniform(-180, 180, n_rows),
            "lat2": rng.uniform(-90, 90, n_rows),
            "lon2": rng.uniform(-180, 180, n_rows),
        }
    )
    for name in ("sold", "user", "lat"):
        X.loc[rng.random(n_rows) < 0.1, name] = None
    return X


def features(X, *, fit=None, **options):
    """Return the new columns, without the prefix."""
    model = MetadataFeatures(**options)
    table = model.fit(X if fit is None else fit).transform(X)
    new = [name for name in table if name.startswith("metadata__")]
    return table[new].rename(columns=lambda name: name.removeprefix("metadata__"))


def test_calendar_parts_equal_pandas():
    """Year to hour, and the places on the circles."""
    X = make_rows()
    got, when = features(X, timestamps="sold"), X["sold"].dt
    assert same(got["sold_year"], when.year)
    assert same(got["sold_month"], when.month)
    assert same(got["sold_day"], when.day)
    assert same(got["sold_weekday"], when.day_of_week)
    assert same(got["sold_hour"], when.hour)
    turn = (when.day_of_year - 1) / (365 + when.is_leap_year)
    assert_allclose(got["sold_year_sin"], np.sin(2 * np.pi * turn), atol=1e-9)
    assert_allclose(
        got["sold_week_cos"], np.cos(2 * np.pi * when.day_of_week / 7), atol=1e-9
    )
    assert_allclose(got["sold_day_sin"], np.sin(2 * np.pi * when.hour / 24), atol=1e-9)


def test_days_without_times_have_no_hour():
    """What fit has seen decides which parts there are."""
    X = make_rows()
    days = X.assign(sold=X["sold"].dt.normalize())
    assert not {"sold_hour", "sold_day_sin"} & set(features(days, timestamps="sold"))
    model = MetadataFeatures(timestamps=["sold"]).fit(days)
    assert model.with_times_ == {"sold": False}
    assert list(model.transform(X)) == list(model.get_feature_names_out())


def test_holidays_equal_a_loop():
    """The nearest holiday, that ahead where two are equally near."""
    X = make_rows()
    holidays = [date(2023, 12, 25), "2024-01-01", pd.Timestamp("2023-11-23")]
    got = features(X, timestamps="sold", holidays=holidays)
    listed = pd.to_datetime(["2023-12-25", "2024-01-01", "2023-11-23"])
    expected = []
    for moment in X["sold"]:
        days = [(day - moment.normalize()).days for day in listed if moment == moment]
        expected.append(min(days, key=lambda d: (abs(d), -d)) if days else None)
    assert same(got["sold_days_to_holiday"], expected)
    on = [None if pd.isna(m) else float(m.normalize() in listed) for m in X["sold"]]
    assert same(got["sold_is_holiday"], on)


def test_the_clock_on_the_wall_counts():
    """Time zones keep their local hours; ISO texts are read."""
    X = pd.DataFrame({"t": pd.to_datetime(["2024-07-01 23:00"]).tz_localize("UTC")})
    local = X.assign(t=X["t"].dt.tz_convert("Europe/Berlin"))
    assert features(X, timestamps="t")["t_hour"].tolist() == [23]
    assert features(local, timestamps="t")["t_hour"].tolist() == [1]
    texts = pd.DataFrame({"t": ["2024-07-01T23:00", None]})
    assert same(features(texts, timestamps="t")["t_hour"], [23, None])


def test_distance_and_bearing():
    """Known ways: along the equator, a meridian, over the pole, from a fixed place."""
    X = pd.DataFrame(
        {
            "lat": [0.0, 0.0, 45.0, 10.0, np.nan],
            "lon": [0.0, 0.0, 0.0, 20.0, 0.0],
            "lat2": [0.0, 90.0, 45.0, 10.0, 0.0],
            "lon2": [90.0, 0.0, 180.0, 20.0, 0.0],
        }
    )
    got = features(X, points={"trip": (("lat", "lon"), ("lat2", "lon2"))})
    quarter = np.pi / 2 * 6371.0088
    assert_allclose(
        got["trip_distance"], [quarter, quarter, quarter, 0, np.nan], atol=1e-6
    )
    assert_allclose(got["trip_bearing_sin"], [1, 0, 0, 0, np.nan], atol=1e-12)
    assert_allclose(got["trip_bearing_cos"], [0, 1, 1, 0, np.nan], atol=1e-12)
    fixed = features(X, points={"north": (("lat", "lon"), (90.0, 0.0))})
    assert_allclose(fixed["north_distance"], (90 - X["lat"]) * np.pi / 180 * 6371.0088)


def test_distance_equals_the_law_of_cosines(global_random_seed):
    """Everywhere on the globe."""
    X = make_rows(global_random_seed)
    got = features(X, points={"w": (("lat", "lon"), ("lat2", "lon2"))})["w_distance"]
    a, b = (np.radians(X[["lat", "lon"]]), np.radians(X[["lat2", "lon2"]]))
    cosine = np.sin(a["lat"]) * np.sin(b["lat2"])
    cosine += np.cos(a["lat"]) * np.cos(b["lat2"]) * np.cos(a["lon"] - b["lon2"])
    assert_allclose(got, 6371.0088 * np.arccos(cosine), rtol=1e-6)


def test_share_of_ids():
    """Without times: the share of training rows, 0 for the unseen."""
    train, new = make_rows(), make_rows(1)
    new.loc[0, "user"] = "never seen"
    got = features(new, fit=train, ids=["user", "item"])
    assert list(got) == ["user_frequency", "item_frequency"]
    shares = train["user"].value_counts(normalize=True)
    values = [None if pd.isna(u) else shares.get(u, 0.0) for u in new["user"]]
    assert same(got["user_frequency"], values)
    assert same(
        got["item_frequency"], (train["item"].value_counts() / 60).loc[new["item"]]
    )


@pytest.mark.parametrize("zone", [None, "America/New_York"])
def test_frequency_and_recency_equal_a_loop(zone, global_random_seed):
    """With times: earlier training rows of the id, and days since the last."""
    train, new = make_rows(global_random_seed), make_rows(global_random_seed + 1)
    for table in (train, new):
        table["sold"] = table["sold"].dt.tz_localize("UTC").dt.tz_convert(zone)
    for table in (train, new):
        got = features(table, fit=train, ids="user", time="sold")
        frequency, recency = [], []
        for _, row in table.iterrows():
            before = train[
                (train["user"] == row["user"]) & (train["sold"] < row["sold"])
            ]
            lost = pd.isna(row["user"]) or pd.isna(row["sold"])
            frequency.append(None if lost else float(len(before)))
            last = before["sold"].max() if len(before) else pd.NaT
            recency.append((row["sold"] - last) / pd.Timedelta("1D"))
        assert same(got["user_frequency"], frequency)
        assert_allclose(got["user_recency"], np.array(recency, float), atol=1e-9)


def test_recency_in_steps():
    """Times that are numbers give recency in their units."""
    X = pd.DataFrame({"who": ["a", "a", "b"], "step": [1, 5, 6]})
    got = features(X, ids="who", time="step")
    assert same(got["who_recency"], [None, 4, None])


def test_ids_never_become_columns_each():
    """Ids and timestamps leave the table, coordinates stay."""
    X = make_rows()
    model = MetadataFeatures(
        timestamps="sold",
        ids=["user", "item"],
        points={"w": (("lat", "lon"), ("lat2", "lon2"))},
        prefix="about",
    )
    got = model.fit_transform(X)
    assert list(got)[:5] == ["lat", "lon", "lat2", "lon2", "about__sold_year"]
    assert got.dtypes.map(lambda dtype: dtype.kind == "f").all()
    kept = clone(model).set_params(drop=False).fit_transform(X)
    assert list(kept)[: X.shape[1]] == list(X)


def test_every_container_gives_the_same():
    """pandas of all dtypes, polars, pickles and skops."""
    pytest.importorskip("pyarrow")
    pl, skops = pytest.importorskip("polars"), pytest.importorskip("skops.io")
    X = make_rows()
    model = MetadataFeatures(timestamps="sold", ids=["user", "item"], time="sold")
    expected = model.fit_transform(X)
    for other in (
        X.convert_dtypes(),
        X.convert_dtypes(dtype_backend="pyarrow"),
        pl.from_pandas(X),
    ):
        got = clone(model).fit_transform(other)
        assert isinstance(got, type(other))
        for name in expected:
            assert same(got[name].to_numpy(), expected[name])
    dumped = skops.dumps(model)
    types = skops.get_untrusted_types(data=dumped)
    assert all(name.startswith("mmensemble.") for name in types)
    for loaded in (
        pickle.loads(pickle.dumps(model)),
        skops.loads(dumped, trusted=types),
    ):
        pd.testing.assert_frame_equal(loaded.transform(X), expected)


def test_all_missing_timestamps():
    """A batch without a date gives nothing but missing parts."""
    X = make_rows()
    model = MetadataFeatures(timestamps="sold").fit(X)
    got = model.transform(X.assign(sold=None))
    assert got["metadata__sold_year"].isna().all()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({}, "give 'timestamps', 'points' or 'ids'"),
        ({"timestamps": "sould"}, "timestamps='sould' is no column of X; did you mean"),
        ({"timestamps": "item"}, "column 'item' of X holds number values"),
        ({"timestamps": "user"}, "'user' of X holds texts that are no ISO 8601"),
        ({"ids": []}, r"ids=\[\] names no columns"),
        ({"ids": "user", "holidays": ["2024-01-01"]}, "'holidays' goes with"),
        ({"timestamps": "sold", "time": "sold"}, "'time' goes with 'ids'"),
        ({"timestamps": "sold", "holidays": ["x"]}, "must be a list of dates"),
        ({"timestamps": "sold", "holidays": ["05.12.2024"]}, "05.12.2024.* of dates"),
        ({"timestamps": "sold", "holidays": 3}, "must be a list of dates"),
        ({"timestamps": "sold", "holidays": []}, "none of them missing"),
        (
            {"timestamps": "sold", "holidays": [None]},
            "none of them missing|list of dates",
        ),
        ({"points": {"w": ("lat", "lon")}}, r"points\['w'\]=.* must be two places"),
        ({"points": {"w": (("lat", "lon"), ("lat2", None))}}, "must be two places"),
        ({"points": {"w": (("lat", "lon"), (2, 1.5))}}, "write degrees as floats"),
        (
            {"points": {"w": (("lat", "lon"), ("lat2", "l"))}},
            r"points\['w'\]='l' is no",
        ),
        ({"points": {"w": (("lat", "user"), (1.0, 1.0))}}, "'user' of X holds string"),
        (
            {"points": {"w": (("lon", "lat"), (1.0, 1.0))}},
            "the first latitude must hold",
        ),
        ({"points": {"w": (("lat", "lon"), (95.0, 1.0))}}, "the second latitude must"),
    ],
)
def test_refusals(options, match):
    """Each mistake gets one clear error."""
    with pytest.raises(ValueError, match=match):
        MetadataFeatures(**options).fit(make_rows())


INSTANCES = [MetadataFeatures(ids=[0]), MetadataFeatures(ids=0, time=0, drop=False)]
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


@parametrize_with_checks(INSTANCES)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates, without exceptions."""
    if getattr(check, "func", check).__name__ == "check_array_api_input":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SCIPY_ARRAY_API", "1")
            check(estimator)
    else:
        check(estimator)


@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("estimator", INSTANCES, ids=["share", "time"])
def test_checks_that_the_generator_leaves_out(estimator, name):
    """Those of the eleven but one, which wants reordered frames refused."""
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


def test_number_of_checks():
    """No check gets lost."""
    assert len(list(estimator_checks_generator(INSTANCES[0]))) >= 45


def test_calendars_are_those_of_the_zone_of_fit():
    """The same instants on another zone's clocks give the same hours."""
    when = pd.Series(pd.date_range("2024-01-01", periods=9, freq="5h", tz="UTC"))
    X = pd.DataFrame({"when": when})
    features = MetadataFeatures(timestamps="when").fit(X)
    expected = np.asarray(features.transform(X), dtype=float)
    tokyo = X.assign(when=when.dt.tz_convert("Asia/Tokyo"))
    got = np.asarray(features.transform(tokyo), dtype=float)
    np.testing.assert_array_equal(got, expected)
    naive = X.assign(when=when.dt.tz_localize(None))
    with pytest.raises(ValueError, match="'when' of X held times in UTC in fit"):
        features.transform(naive)
