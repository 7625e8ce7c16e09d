"""The joiner against loops over rows, and what scikit-learn asks of it."""

import copy
import pickle
from datetime import timedelta
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from join_cases import make_tables, matches, same, summary
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from mmensemble import AuxiliaryJoiner, MultimodalClassifier

PLACE = [("place", "place")]
TIME = ("sched", "at")


def joiner_of(table, **options):
    return AuxiliaryJoiner(table, **{"prefix": "aux"} | options)


def expected_last(X, table, columns, **how):
    """Return the last match of each row, by column, and whether there is one."""
    found = [matches(row, table, **how) for _, row in X.iterrows()]
    values = {
        column: [rows[column].iloc[-1] if len(rows) else None for rows in found]
        for column in columns
    }
    return values, [len(rows) > 0 for rows in found]


# the last known row


@pytest.mark.filterwarnings("ignore:No training row finds a match")
@pytest.mark.parametrize(
    ("gap", "tolerance", "exact", "unit"),
    [
        *product(["0s", "2h"], [None, "3h", "0h"], [False, True], ["us"]),
        ("90min", "2h", True, "ns"),
        ("1D", None, False, "s"),
    ],
)
def test_last_row_equals_a_loop(gap, tolerance, exact, unit, global_random_seed):
    """By key and time: ties, duplicates, missing keys and times, any order."""
    X, table = make_tables(global_random_seed, unit=unit)
    joiner = joiner_of(
        table,
        on="place",
        time=TIME,
        gap=gap,
        tolerance=tolerance,
        exact_time=exact,
        columns=["temp", "sky", "at"],
    )
    got = joiner.fit_transform(X)
    how = {"on": PLACE, "time": TIME, "gap": gap, "span": tolerance, "exact": exact}
    values, found = expected_last(X, table, ["temp", "sky", "at"], **how)
    for column, last in values.items():
        assert same(got[f"aux__{column}"], last)
    assert got["id"].tolist() == X["id"].tolist()
    assert got.index.equals(X.index)
    assert joiner.match_rate_ == np.mean(found)


@pytest.mark.parametrize(
    "options",
    [
        {"on": "place"},
        {"on": ["place", "number"]},
        {"on": {"place": "place", "number": "number"}},
        {"time": TIME},
        {"on": "number", "time": TIME, "tolerance": timedelta(hours=4)},
    ],
)
def test_keys_and_times_alone(options, global_random_seed):
    """Keys without times: the last row in the table; times without keys."""
    X, table = make_tables(global_random_seed)
    got = joiner_of(table, **options, columns=["temp"]).fit_transform(X)
    on = options.get("on", [])
    on = [on] if isinstance(on, str) else list(on)
    how = {
        "on": [(name, name) for name in on],
        "time": options.get("time"),
        "span": options.get("tolerance"),
    }
    values, _ = expected_last(X, table, ["temp"], **how)
    assert same(got["aux__temp"], values["temp"])


def test_keys_of_other_names():
    """A dict says which column of X meets which of the table."""
    X, table = make_tables()
    by_name = joiner_of(table, on="place", columns=["temp"]).fit_transform(X)
    other = table.rename(columns={"place": "station"})
    got = joiner_of(other, on={"place": "station"}, columns=["temp"]).fit_transform(X)
    pd.testing.assert_frame_equal(got, by_name)


def test_equals_merge_asof(global_random_seed):
    """pandas' own join as of a time gives the same."""
    X, table = make_tables(global_random_seed)
    table = table.dropna(subset=["at"]).drop_duplicates(["place", "at"], keep="last")
    X, table = X.dropna(subset=["sched", "place"]), table.dropna(subset=["place"])
    got = joiner_of(
        table, on="place", time=TIME, gap="2h", columns=["temp"]
    ).fit_transform(X)
    left = X.assign(cut=X["sched"] - pd.Timedelta("2h")).sort_values("cut")
    right = table.sort_values("at")[["place", "at", "temp"]]
    right["at"] = right["at"].astype(left["cut"].dtype)
    oracle = pd.merge_asof(
        left,
        right,
        left_on="cut",
        right_on="at",
        by="place",
        allow_exact_matches=False,
    ).set_index("id")["temp"]
    assert same(got["aux__temp"], oracle.loc[got["id"]])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["0s", "1h", "5h"]),
    st.booleans(),
    st.sampled_from([None, {"aggregate": ["mean", "max", "last", "count", "size"]}]),
)
def test_nothing_after_the_cut_changes_anything(seed, gap, exact, aggregate):
    """Rows of the table that are not known yet can hold any values."""
    X, table = make_tables(seed, n_rows=30, n_aux=40)
    options = {"on": "place", "time": TIME, "gap": gap, "exact_time": exact}
    options |= aggregate or {}
    columns = ["temp", "seen"]
    X = X[X["sched"].notna()]
    cut = X["sched"].iloc[:1].iloc[0] - pd.Timedelta(gap)
    rows = X.iloc[:1]
    late = table["at"] > cut if exact else table["at"] >= cut
    changed = table.copy()
    rng = np.random.default_rng(seed)
    changed.loc[late, "temp"] = rng.normal(size=late.sum())
    changed.loc[late, "seen"] = ~table.loc[late, "seen"]
    changed.loc[late, "at"] += pd.to_timedelta(rng.integers(0, 9, late.sum()), "h")
    changed.loc[late, "place"] = "a"
    joiner = joiner_of(table, **options, columns=columns).fit(X)
    before = joiner.transform(rows)
    after = joiner.set_params(table=changed).transform(rows)
    pd.testing.assert_frame_equal(before, after)


def test_row_order_does_not_matter(global_random_seed):
    """The rows of either table come in any order, where no two have the same time."""
    X, table = make_tables(global_random_seed)
    table = table.drop_duplicates(["place", "at"])
    options = {"on": "place", "time": TIME, "gap": "1h"}
    got = joiner_of(table, **options).fit_transform(X)
    rng = np.random.default_rng(global_random_seed)
    shuffled = table.iloc[rng.permutation(len(table))]
    rows = rng.permutation(len(X))
    again = joiner_of(shuffled, **options).fit_transform(X.iloc[rows])
    pd.testing.assert_frame_equal(again, got.iloc[rows])


# summaries of windows


WORDS = ["mean", "sum", "min", "max", "count", "last", "size"]


@pytest.mark.parametrize(
    ("gap", "window", "exact"),
    [*product(["0s", "3h"], [None, "1h", "6h"], [False, True])],
)
def test_aggregates_equal_a_loop(gap, window, exact, global_random_seed):
    """Every statistic of every window, rows without any match all missing."""
    X, table = make_tables(global_random_seed)
    aggregate = {
        "temp": WORDS,
        "sky": ["share:rain", "last", "count"],
        "seen": "mean",
        "at": ["last"],
    }
    got = joiner_of(
        table,
        on="place",
        time=TIME,
        gap=gap,
        window=window,
        exact_time=exact,
        aggregate=aggregate,
    ).fit_transform(X)
    how = {"on": PLACE, "time": TIME, "gap": gap, "span": window, "exact": exact}
    found = [matches(row, table, **how) for _, row in X.iterrows()]
    for column, words in aggregate.items():
        for word in [words] if isinstance(words, str) else words:
            values = [
                summary(
                    rows["temp" if word == "size" else column].astype(
                        float if column == "seen" else table[column].dtype
                    ),
                    word,
                )
                for rows in found
            ]
            name = "size" if word == "size" else f"{column}_{word}".replace(":", "_")
            assert same(got[f"aux__{name}"], values), (column, word)
    without = np.array([not len(rows) for rows in found])
    new = [name for name in got if name.startswith("aux__")]
    assert got.loc[without, new].isna().all(axis=None)


def test_aggregates_without_time(global_random_seed):
    """One-to-many is summarised, and never multiplies rows."""
    X, table = make_tables(global_random_seed)
    joiner = joiner_of(table, on="place", aggregate=["mean", "size"])
    got = joiner.fit_transform(X)
    assert list(got)[len(X.columns) :] == [
        "aux__size",
        "aux__number_mean",
        "aux__x_mean",
        "aux__temp_mean",
        "aux__seen_mean",
    ]
    groups = table.groupby("place")
    assert same(got["aux__size"], X["place"].map(groups.size()))
    assert same(got["aux__temp_mean"], X["place"].map(groups["temp"].mean()))


def test_counting_events_of_a_table_without_values():
    """A table of keys and times alone can be counted."""
    X = pd.DataFrame({"who": ["a", "b"], "when": [10, 10]})
    log = pd.DataFrame({"who": ["a", "a", "a"], "when": [3, 9, 10]})
    joiner = joiner_of(log, on="who", time="when", aggregate="size", window=5)
    assert same(joiner.fit_transform(X)["aux__size"], [1.0, np.nan])


# the nearest place


def by_distance(row, table, distance):
    """Return the table's rows by distance, then by coordinates."""
    order = sorted(
        range(len(table)),
        key=lambda k: (distance(row, table.iloc[k]), *table.iloc[k][["x"]]),
    )
    return table.iloc[order]


@pytest.mark.parametrize("tolerance", [None, 1.5])
def test_nearest_number_equals_a_loop(tolerance, global_random_seed):
    """The smaller of two numbers that are equally near; keys come first."""
    X, table = make_tables(global_random_seed)
    got = joiner_of(
        table, on="place", nearest="x", tolerance=tolerance, columns=["temp", "x"]
    )
    got = got.fit_transform(X)
    values = []
    for _, row in X.iterrows():
        rows = matches(row, table, on=PLACE)
        distance = (rows["x"] - row["x"]).abs()
        if tolerance is not None:
            rows, distance = (
                rows[distance <= tolerance],
                distance[distance <= tolerance],
            )
        near = rows[distance == distance.min()]
        near = near[near["x"] == near["x"].min()]
        values.append(near["temp"].iloc[-1] if len(near) else None)
    assert same(got["aux__temp"], values)


@pytest.mark.parametrize("limits", [None, ("4h", None), (None, 1.0), ("4h", 1.0)])
def test_nearest_with_times_equals_a_loop(limits, global_random_seed):
    """The nearest place with a row that is known, not too old and not too far."""
    X, table = make_tables(global_random_seed)
    got = joiner_of(
        table, nearest="x", time=TIME, gap="1h", tolerance=limits, columns=["temp"]
    ).fit_transform(X)
    age, far = limits or (None, None)
    values = []
    for _, row in X.iterrows():
        rows = matches(row, table, time=TIME, gap="1h", span=age)
        distance = (rows["x"] - row["x"]).abs()
        if far is not None:
            distance = distance[distance <= far]
            rows = rows.loc[distance.index]
        near = rows[distance == distance.min()]
        near = near[near["x"] == near["x"].min()]
        values.append(near["temp"].iloc[-1] if len(near) else None)
    assert same(got["aux__temp"], values)


def haversine_by_hand(lat1, lon1, lat2, lon2):
    lat1, lon1, lat2, lon2 = (np.radians(v) for v in (lat1, lon1, lat2, lon2))
    cosine = np.sin(lat1) * np.sin(lat2)
    cosine += np.cos(lat1) * np.cos(lat2) * np.cos(lon1 - lon2)
    return 6371.0088 * np.arccos(np.clip(cosine, -1, 1))


@pytest.mark.parametrize("tolerance", [None, 3_000])
def test_nearest_place_on_the_globe(tolerance, global_random_seed):
    """The great circle decides, across the date line and at the poles."""
    rng = np.random.default_rng(global_random_seed)
    X = pd.DataFrame(
        {"lat": rng.uniform(-90, 90, 60), "lon": rng.uniform(-180, 180, 60)}
    )
    X.loc[3, "lat"] = np.nan
    stations = pd.DataFrame(
        {
            "latitude": rng.uniform(-90, 90, 25),
            "longitude": rng.uniform(-180, 180, 25),
            "name": [f"s{k}" for k in range(25)],
        }
    )
    got = joiner_of(
        stations,
        nearest={"lat": "latitude", "lon": "longitude"},
        tolerance=tolerance,
    ).fit_transform(X)
    assert list(got) == ["lat", "lon", "aux__name"]
    names = []
    for lat, lon in X.to_numpy():
        far = haversine_by_hand(lat, lon, stations["latitude"], stations["longitude"])
        near = np.nan if np.isnan(lat) else far.min()
        taken = near <= (np.inf if tolerance is None else tolerance)
        names.append(stations["name"][far.argmin()] if taken else None)
    assert same(got["aux__name"], names)


def test_nearest_in_a_plane():
    """metric='euclidean' takes two columns for a plane, three are no globe."""
    X = pd.DataFrame({"lat": [0.0], "lon": [179.0], "h": [0.0]})
    table = pd.DataFrame(
        {"lat": [0.0, 0.0], "lon": [-179.0, 100.0], "h": [0.0, 1], "name": ["w", "e"]}
    )
    globe = joiner_of(table, nearest=["lat", "lon"], columns=["name"])
    assert globe.fit_transform(X)["aux__name"].tolist() == ["w"]
    flat = clone(globe).set_params(metric="euclidean")
    assert flat.fit_transform(X)["aux__name"].tolist() == ["e"]
    three = clone(globe).set_params(nearest=["lat", "lon", "h"])
    assert three.fit_transform(X)["aux__name"].tolist() == ["e"]


# times


def test_time_zones_are_instants():
    """The same instants in other zones give the same join, a change of clocks too."""
    X, table = make_tables()
    X["sched"] = X["sched"].dt.tz_localize("UTC")
    table["at"] = table["at"].dt.tz_localize("UTC")
    joiner = joiner_of(table, on="place", time=TIME, gap="1h", columns=["temp"])
    got = joiner.fit_transform(X)["aux__temp"]
    for ours, theirs in [
        ("Europe/Berlin", "UTC"),
        ("America/New_York", "Asia/Kolkata"),
    ]:
        other = X.assign(sched=X["sched"].dt.tz_convert(ours))
        moved = table.assign(at=table["at"].dt.tz_convert(theirs))
        again = clone(joiner).set_params(table=moved).fit_transform(other)
        pd.testing.assert_series_equal(again["aux__temp"], got)
    texts = table.assign(
        at=[None if pd.isna(t) else t.isoformat() for t in table["at"]]
    )
    again = clone(joiner).set_params(table=texts).fit_transform(X)
    pd.testing.assert_series_equal(again["aux__temp"], got)


def test_zoned_and_unzoned_times_never_meet():
    """The message names both columns, and what they hold."""
    X, table = make_tables()
    zoned = X.assign(sched=X["sched"].dt.tz_localize("Asia/Kolkata"))
    match = (
        "'sched' of X holds times in Asia/Kolkata, and 'at' of the table holds times "
        "without a zone"
    )
    with pytest.raises(ValueError, match=match):
        joiner_of(table, on="place", time=TIME).fit(zoned)


def test_numbers_as_times():
    """Steps, days or years do, with gaps that are numbers."""
    X = pd.DataFrame({"year": [2000, 2001, 2002, 2010]})
    table = pd.DataFrame({"year": [1999.5, 2001, 2001], "v": [1.0, 2.0, 3.0]})
    joiner = joiner_of(table, time="year", gap=1, tolerance=5)
    assert same(joiner.fit_transform(X)["aux__v"], [None, 1.0, 1.0, None])
    joiner.set_params(exact_time=True)
    assert same(joiner.fit_transform(X)["aux__v"], [None, 1.0, 3.0, None])


def test_times_finer_than_the_tables():
    """Nanoseconds against microseconds: before is before."""
    table = pd.DataFrame({"at": pd.to_datetime(["2024-01-01 00:00:00.000005"]), "v": 1})
    table["at"] = table["at"].astype("datetime64[us]")
    moments = pd.to_datetime(
        ["2024-01-01 00:00:00.000005000", "2024-01-01 00:00:00.000005001"]
    )
    X = pd.DataFrame({"at": moments.astype("datetime64[ns]")})
    got = joiner_of(table, time="at").fit_transform(X)["aux__v"]
    assert same(got, [None, 1.0])


# containers


def test_every_container_gives_the_same(tmp_path):
    """pandas of all dtypes, polars, CSV, Parquet and functions."""
    pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    X, table = make_tables()
    options = {"on": "place", "time": TIME, "gap": "1h"}
    expected = joiner_of(table, **options).fit_transform(X.reset_index(drop=True))
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_parquet(tmp_path / "t.parquet")
    table.to_csv(tmp_path / "t.tsv.gz", index=False, sep="\t")
    tables = [
        table.convert_dtypes(),
        table.convert_dtypes(dtype_backend="pyarrow"),
        pl.from_pandas(table),
        str(tmp_path / "t.csv"),
        tmp_path / "t.parquet",
        tmp_path / "t.tsv.gz",
        table.copy,
    ]
    mains = [X, X.convert_dtypes(dtype_backend="pyarrow"), pl.from_pandas(X)]
    for source, main in product(tables, mains):
        got = joiner_of(source, **options).fit_transform(main)
        assert isinstance(got, type(main))
        for name in expected.columns[len(X.columns) :]:
            assert same(got[name].to_numpy(), expected[name].to_numpy()), name


def test_containers_of_the_output():
    """Frames stay what they are; set_output turns them, types and all."""
    pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    X, table = make_tables()
    joiner = joiner_of(table, on="place", time=TIME).fit(X)
    plain = joiner.transform(pl.from_pandas(X))
    assert isinstance(plain, pl.DataFrame)
    assert plain["aux__sky"].dtype == pl.String
    joiner.set_output(transform="polars")
    turned = joiner.transform(X)
    assert turned["aux__temp"].equals(plain["aux__temp"])
    assert turned["sched"].dtype.is_temporal()
    joiner.set_output(transform="pandas")
    back = joiner.transform(pl.from_pandas(X))
    assert back["sched"].dtype.kind == "M"
    assert list(back) == list(joiner.get_feature_names_out())


def test_arrays_are_addressed_by_position():
    """Numbers stay numbers; text beside them makes an array of objects."""
    X = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    table = pd.DataFrame({"k": [1, 3], "v": [5.0, 6.0]})
    got = joiner_of(table, on={0: "k"}).fit_transform(X)
    np.testing.assert_array_equal(got[:, 2], [5, np.nan, 6])
    table["w"] = ["p", "q"]
    joiner = joiner_of(table, on={0: "k"}).fit(X)
    assert joiner.transform(X)[:, 3].tolist() == ["p", None, "q"]
    named = joiner.set_output(transform="pandas").transform(X)
    assert list(named) == ["x0", "x1", "aux__v", "aux__w"]
    assert named["aux__v"].dtype == float


def test_columns_by_name_at_transform():
    """Order and further columns do not matter; the table may gain columns."""
    X, table = make_tables()
    joiner = joiner_of(table.copy(), on="place", time=TIME).fit(X)
    expected = joiner.transform(X)
    other = X[X.columns[::-1]].assign(more=1)
    pd.testing.assert_frame_equal(joiner.transform(other), expected)
    fewer = joiner.transform(X[["place", "sched"]])
    pd.testing.assert_frame_equal(fewer, expected.drop(columns=["id", "number", "x"]))
    joiner.table["extra"] = 1
    pd.testing.assert_frame_equal(joiner.transform(X), expected)
    with pytest.raises(ValueError, match=r"columns are missing: \['place'\]"):
        joiner.transform(X.drop(columns="place"))


def test_categories_stay_categories():
    """A category joins as one, and matches text."""
    X = pd.DataFrame({"k": ["a", "b", "z"]})
    table = pd.DataFrame({"k": ["a", "b"], "v": ["p", "q"]}).astype("category")
    got = joiner_of(table, on="k").fit_transform(X)
    assert isinstance(got["aux__v"].dtype, pd.CategoricalDtype)
    assert same(got["aux__v"], ["p", "q", None])
    pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    got = joiner_of(pl.from_pandas(table), on="k").fit_transform(pl.from_pandas(X))
    assert got["aux__v"].dtype == pl.Categorical


def test_large_numbers_are_compared_exactly():
    """Identifiers beyond 2**53 do not run together."""
    X = pd.DataFrame({"k": [2**53, 2**53 + 1]})
    table = pd.DataFrame({"k": [2**53 + 1], "v": [1.0]})
    assert same(joiner_of(table, on="k").fit_transform(X)["aux__v"], [None, 1.0])
    ids = pd.array([2**53 + 1, None], dtype="Int64")
    nullable = pd.DataFrame({"k": ids, "v": [1.0, 2.0]})
    got = joiner_of(nullable, on="k").fit_transform(X.astype("Int64"))
    assert same(got["aux__v"], [None, 1.0])
    for dtype in (object, "category"):
        got = joiner_of(table.astype({"k": dtype}), on="k").fit_transform(X)
        assert same(got["aux__v"], [None, 1.0])
        got = joiner_of(table, on="k").fit_transform(X.astype(dtype))
        assert same(got["aux__v"], [None, 1.0])


# a table that changes


def test_files_and_functions_are_read_anew(tmp_path):
    """A model in production sees today's table, even one without a row."""
    path = tmp_path / "t.csv"
    pd.DataFrame({"k": [1], "v": [1.0]}).to_csv(path, index=False)
    X = pd.DataFrame({"k": [1, 2]})
    joiner = joiner_of(str(path), on="k").fit(X)
    pd.DataFrame({"k": [2], "v": [9.0]}).to_csv(path, index=False)
    assert same(joiner.transform(X)["aux__v"], [None, 9.0])
    pd.DataFrame({"k": [], "v": []}).to_csv(path, index=False)
    with pytest.warns(UserWarning, match="has no rows now"):
        assert same(joiner.transform(X)["aux__v"], [None, None])
    pd.DataFrame({"k": [1]}).to_csv(path, index=False)
    with pytest.raises(ValueError, match=r"lacks columns that it had in fit: \['v'\]"):
        joiner.transform(X)
    pd.DataFrame({"k": [1], "v": ["text"]}).to_csv(path, index=False)
    match = "column 'v' of the table was a number column in fit and is a string column"
    with pytest.raises(ValueError, match=match):
        joiner.transform(X)


class Source:
    """A function that counts its calls."""

    def __init__(self, frame):
        self.frame, self.calls = frame, 0

    def __call__(self):
        self.calls += 1
        return self.frame


def test_a_function_is_called_once_a_method():
    """fit, transform and fit_transform each read the table once."""
    X, table = make_tables()
    source = Source(table)
    joiner = joiner_of(source, on="place")
    joiner.fit_transform(X)
    assert source.calls == 1
    joiner.transform(X)
    assert source.calls == 2


# copies


def big_table(n_rows):
    return pd.DataFrame({"k": np.arange(n_rows), "v": np.arange(n_rows, dtype=float)})


def test_the_size_of_a_pickle_does_not_depend_on_the_table():
    """The state holds the schema; a copy in this process finds the frame."""
    X = pd.DataFrame({"k": [1, 2]})
    small, big = (joiner_of(big_table(n), on="k").fit(X) for n in (10, 100_000))
    sizes = [len(pickle.dumps(joiner)) for joiner in (small, big)]
    assert abs(sizes[0] - sizes[1]) < 50
    assert max(sizes) < 5_000
    loaded = pickle.loads(pickle.dumps(big))
    pd.testing.assert_frame_equal(loaded.transform(X), big.transform(X))
    again = pickle.loads(pickle.dumps(loaded))
    pd.testing.assert_frame_equal(clone(again).fit_transform(X), big.transform(X))
    assert "100000 rows" in repr(pickle.loads(pickle.dumps(big)))


def test_a_saved_model_asks_for_its_table():
    """Where the frame is gone the message says what to do, and doing it helps."""
    X = pd.DataFrame({"k": [1, 2]})
    joiner = joiner_of(big_table(5), on="k").fit(X)
    expected, state = joiner.transform(X), pickle.dumps(joiner)
    del joiner
    loaded = pickle.loads(state)
    with pytest.raises(
        ValueError, match=r"5 rows, 2 columns.*set_params\(table=\.\.\."
    ):
        loaded.transform(X)
    loaded.set_params(table=big_table(5))
    pd.testing.assert_frame_equal(loaded.transform(X), expected)


@pytest.mark.parametrize("as_file", [True, False])
def test_skops_round_trip(tmp_path, as_file):
    """The state is plain enough for skops."""
    skops = pytest.importorskip("skops.io")
    X, table = make_tables()
    table.to_csv(tmp_path / "t.csv", index=False)
    source = str(tmp_path / "t.csv") if as_file else table
    joiner = joiner_of(source, on="place", aggregate=["mean"]).fit(X)
    dumped = skops.dumps(joiner)
    types = skops.get_untrusted_types(data=dumped)
    assert all(name.startswith("mmensemble.auxiliary") for name in types)
    loaded = skops.loads(dumped, trusted=types)
    pd.testing.assert_frame_equal(loaded.transform(X), joiner.transform(X))


class NoCopies(pd.DataFrame):
    """A frame that refuses to be copied deeply."""

    def __deepcopy__(self, memo):
        raise AssertionError("the table was copied")


def test_clones_share_the_table():
    """clone, copy and deepcopy hand the same frame on."""
    X, table = make_tables()
    joiner = joiner_of(NoCopies(table), on="place").set_output(transform="pandas")
    for copied in (clone(joiner), copy.deepcopy(joiner.fit(X)), copy.copy(joiner)):
        assert copied.table is joiner.table
    assert clone(joiner).fit_transform(X).shape == joiner.transform(X).shape
    params = clone(joiner).get_params()
    assert params.keys() == joiner.get_params().keys()
    with pytest.raises(AssertionError, match="the table was copied"):
        copy.deepcopy(joiner.table)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_grid_search_copies_nothing(n_jobs):
    """A frame serves every point of a grid, in worker processes too."""
    X, table = make_tables()
    table = NoCopies(table) if n_jobs == 1 else table
    y = np.arange(len(X)) % 2
    model = make_pipeline(
        joiner_of(table, on="place", columns=["temp", "seen"]),
        MultimodalClassifier(
            [("own", "auto", ["x"]), ("aux", "auto", ["aux__temp", "aux__seen"])],
            fusion="concat",
            estimator=LogisticRegression(),
        ),
    )
    grid = {
        "auxiliaryjoiner__time": [None, TIME],
        "multimodalclassifier__estimator__C": [0.1, 1],
    }
    search = GridSearchCV(model, grid, cv=2, n_jobs=n_jobs, error_score="raise")
    search.fit(X, y)
    assert search.best_estimator_[0].table is table


# refusals


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({}, "give 'on', 'time' or 'nearest'"),
        (
            {"on": "plaice"},
            r"on='plaice' is no column of the table; did you mean 'place'\?$",
        ),
        ({"on": {"plaice": "place"}}, "on='plaice' is no column of X; did you mean"),
        ({"on": 1.5}, r"on=1\.5 names no columns"),
        ({"on": []}, r"on=\[\] names no columns"),
        (
            {"on": {"number": "sky"}},
            "'number' of X holds numbers .*, and 'sky' of the table holds text",
        ),
        ({"time": ("a", "b", "c")}, "must be one column, or a pair"),
        ({"time": ("sched", "ta")}, "time='ta' is no column of the table"),
        (
            {"time": ("sched", "seen")},
            "'seen' of the table holds boolean values",
        ),
        (
            {"time": ("sched", "sky")},
            "'sky' of the table holds texts that are",
        ),
        (
            {"time": ("number", "at")},
            "'number' of X holds numbers, and 'at'",
        ),
        ({"time": TIME, "gap": "-2h"}, "gap='-2h' must not be negative: it would look"),
        ({"time": TIME, "gap": "two"}, "gap='two' is no span of time such as '2h'"),
        ({"time": TIME, "gap": 2}, "gap=2 is a number, and the times are dates"),
        (
            {"time": ("x", "x"), "gap": "2h"},
            "gap='2h' is a duration, and the",
        ),
        ({"on": "place", "gap": "2h"}, "'gap' and 'exact_time' go with 'time'"),
        ({"on": "place", "exact_time": True}, "'gap' and 'exact_time' go with 'time'"),
        ({"on": "place", "window": "2h"}, "'window' goes with 'aggregate'"),
        (
            {"on": "place", "tolerance": "2h"},
            "'tolerance' goes with 'time'",
        ),
        ({"nearest": "x", "tolerance": "2h"}, "must be a distance of 0 or more"),
        ({"nearest": "x", "tolerance": -1}, "must be a distance of 0 or more"),
        (
            {"nearest": "x", "time": TIME, "tolerance": "2h"},
            "it is a pair of the",
        ),
        ({"time": TIME, "tolerance": "2h", "aggregate": "mean"}, "is for the last row"),
        ({"on": "place", "metric": "haversine"}, "'metric' goes with 'nearest'"),
        ({"nearest": "x", "metric": "haversine"}, "needs two columns in 'nearest'"),
        ({"nearest": "place"}, "'place' of X holds string values"),
        ({"nearest": {"x": "sky"}}, "column 'sky' of the table holds string values"),
        ({"on": "place", "aggregate": "median"}, "aggregate='median' is unknown"),
        ({"on": "place", "aggregate": {"temp": 3}}, "aggregate=3 is unknown"),
        ({"on": "place", "aggregate": {"tmp": "mean"}}, "aggregate='tmp' is no column"),
        (
            {"on": "place", "aggregate": {"sky": "mean"}},
            "'mean' does not suit the",
        ),
        ({"on": "place", "aggregate": {"temp": "share:1"}}, "does not suit the column"),
        ({"on": "place", "aggregate": "mean", "columns": ["sky"]}, "suits none of the"),
        (
            {"on": "place", "columns": ["tmp"]},
            "columns='tmp' is no column",
        ),
        ({"on": "place", "columns": []}, "nothing to join: .* or 'columns' or"),
        ({"on": "place", "aggregate": {}}, "or 'aggregate' name none"),
        (
            {"on": "place", "columns": ["sky"], "aggregate": {"temp": "mean"}},
            r"only one of them has \['sky', 'temp'\]\. Leave 'columns' out",
        ),
        (
            {"time": TIME, "aggregate": "mean", "window": ["1h", "2h"]},
            r"window=\['1h', '2h'\] must be one span; join the table once for each",
        ),
        ({"time": TIME, "tolerance": ("1h", 5)}, "a pair is for 'time' and 'nearest'"),
        ({"on": "place", "prefix": "a__b"}, "prefix='a__b': Names must not contain"),
        ({"on": "place", "prefix": ""}, "prefix='': .* must be strings"),
    ],
)
def test_refusals(options, match):
    """Each mistake gets one clear error."""
    X, table = make_tables()
    with pytest.raises(ValueError, match=match):
        joiner_of(table, **options).fit(X)


@pytest.mark.parametrize(
    ("change", "options", "match"),
    [
        (
            lambda t: t.rename(columns={"place": "site"}),
            {"on": "place"},
            r"Where the table calls it otherwise, write on=\{'place': \.\.\.\}\.",
        ),
        (
            lambda t: t.rename(columns={"place": "site"}),
            {"on": {"site": "place"}},
            r"on='place' is no column of the table; .* The column of X comes first\.",
        ),
        (
            lambda t: t,
            {"time": "sched"},
            r"calls it otherwise, write time=\('sched', \.\.\.\)\.",
        ),
        (
            lambda t: t.set_index("place"),
            {"on": "place"},
            r"on='place' is no .* but its index; reset_index\(\) makes it a column\.$",
        ),
        (
            lambda t: pd.DataFrame({"place;at;temp": ["a;2024-01-01;3"]}),
            {"on": "place"},
            r"Is it ';' that separates its columns\?$",
        ),
        (
            lambda t: pd.DataFrame(index=[0]),
            {"on": "place"},
            "on='place' is no column of the table",
        ),
    ],
)
def test_columns_that_the_table_calls_otherwise(change, options, match):
    """The message shows how to write it."""
    X, table = make_tables()
    with pytest.raises(ValueError, match=match):
        joiner_of(change(table), **options).fit(X)


def test_shares_of_what_the_table_lacks_are_told():
    """They are 0 everywhere; a category of any column that is asked is one."""
    X, table = make_tables()
    known = sorted(set(table["sky"].dropna()))
    with pytest.warns(
        UserWarning, match=f"'share:{known[0]}x': no row .*mean '{known[0]}"
    ):
        joiner_of(table, on="place", aggregate=f"share:{known[0]}x").fit(X)
    empty = table.assign(sky=pd.Series([None] * len(table), dtype="string"))
    joiner_of(empty, on="place", aggregate=["share:mud", "size"]).fit(X)
    two = table.assign(ground=["mud"] * len(table))
    joiner_of(two, on="place", aggregate=["share:mud", f"share:{known[0]}"]).fit(X)


def test_columns_without_a_name_are_not_joined(tmp_path):
    """The index of a frame that was written is no feature, unless it is asked for."""
    X, table = make_tables()
    table[["place", "temp"]].to_csv(tmp_path / "t.csv")
    joiner = joiner_of(tmp_path / "t.csv", on="place")
    with pytest.warns(UserWarning, match=r"not joined: \['Unnamed: 0'\]"):
        joiner.fit(X)
    assert list(joiner.schema_) == ["temp"]
    joiner.set_params(columns=["Unnamed: 0"]).fit(X)
    assert list(joiner.schema_) == ["Unnamed: 0"]


def test_a_table_that_lost_columns_or_rows():
    """The error says what it has now; a table without rows is told."""
    X, table = make_tables()
    joiner = joiner_of(table, on="place", columns=["temp"]).fit(X)
    other = table.rename(columns={"temp": "heat"})
    with pytest.raises(ValueError, match=r"in fit: \['temp'\]; it has \['.*heat.*now"):
        joiner.set_params(table=other).transform(X)
    with pytest.warns(UserWarning, match="prefix 'aux' has no rows now: nothing is"):
        joined = joiner.set_params(table=table.iloc[:0]).transform(X)
    assert joined["aux__temp"].isna().all()


def test_names_that_are_there_already():
    """Two joins under one prefix are refused."""
    X, table = make_tables()
    once = joiner_of(table, on="place").fit_transform(X)
    with pytest.raises(ValueError, match="already: give another prefix than 'aux'"):
        joiner_of(table, on="place").fit(once)


def test_tables_that_are_none():
    """Sparse matrices, arrays, empty tables and names that come twice."""
    X, table = make_tables()
    with pytest.raises(TypeError, match="sparse matrix was passed to AuxiliaryJoiner"):
        joiner_of(table, on="place").fit(sparse.eye(3))
    with pytest.raises(ValueError, match="The table to join has no rows"):
        joiner_of(table.iloc[:0], on="place").fit(X)


def test_a_join_that_finds_nothing_says_so():
    """Examples of both sides show why."""
    X, table = make_tables()
    other = X.assign(place=X["place"].str.upper())
    with pytest.warns(UserWarning, match="'place' of X has '.*', 'place' of the table"):
        joiner_of(table, on="place").fit(other)
    with pytest.warns(UserWarning, match="time count, by gap='0s', tolerance='0s'"):
        joiner_of(table, on="place", time=TIME, tolerance="0s").fit(X)
    with pytest.warns(UserWarning, match="No training row finds a match"):
        joiner_of(table, time=TIME).fit(X.assign(sched=pd.NaT))
    with pytest.warns(UserWarning, match="'place' of X has no value"):
        joiner_of(table, on="place").fit(X.assign(place=None))


# scikit-learn's checks: column 0 of their arrays is key, time or coordinate

NUMBERS = pd.DataFrame(
    {"k": np.arange(-40.0, 40), "v": np.arange(80.0), "w": np.arange(80) % 3}
)
INSTANCES = [
    AuxiliaryJoiner(NUMBERS, nearest={0: "k"}, prefix="aux"),
    AuxiliaryJoiner(NUMBERS, time=(0, "k"), prefix="aux"),
    AuxiliaryJoiner(
        NUMBERS, time=(0, "k"), aggregate=["mean", "max"], window=5, prefix="aux"
    ),
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


@pytest.mark.filterwarnings("ignore:No training row finds a match")
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
@pytest.mark.parametrize("estimator", INSTANCES, ids=["nearest", "time", "window"])
def test_checks_that_the_generator_leaves_out(estimator, name):
    """Those of the eleven but one, which wants reordered frames refused."""
    getattr(estimator_checks, name)(type(estimator).__name__, estimator)


def test_number_of_checks():
    """No check gets lost."""
    assert len(list(estimator_checks_generator(INSTANCES[0]))) >= 45


def test_repr_is_short():
    """A frame in a parameter does not fill the screen."""
    X, table = make_tables()
    joiner = joiner_of(table, on="place").fit(X)
    expected = (
        "AuxiliaryJoiner(on='place', prefix='aux', "
        "table=<a table of 100 rows and 7 columns>)"
    )
    assert " ".join(repr(joiner).split()) == expected
    assert "AuxiliaryJoiner(on='place'" in repr(joiner.set_params(table="t.csv"))
    assert "AuxiliaryJoiner" in joiner._repr_html_()


def test_keys_of_files_are_read_as_those_of_the_table(tmp_path):
    """Namibia is no missing value, and 007 is not 7, unless the table says so."""
    path = tmp_path / "t.csv"
    path.write_text("key,v\nNA,1\n007,2\n7,3\n,4\n")
    X = pd.DataFrame({"key": ["NA", "007", "7", None]})
    joiner = AuxiliaryJoiner(path, on="key", prefix="aux").fit(X)
    found = joiner.transform(X)["aux__v"]
    np.testing.assert_array_equal(found, [1, 2, 3, np.nan])
    path.write_text("key,v\n007,2\n8,3\n")
    assert joiner.transform(X)["aux__v"].tolist()[1] == 2
    numbers = pd.DataFrame({"key": [7, 8]})
    joined = AuxiliaryJoiner(path, on="key", prefix="aux").fit_transform(numbers)
    assert joined["aux__v"].tolist() == [2, 3]


def test_columns_of_files_stay_what_they_were_in_fit(tmp_path):
    """Ids that no longer begin with a zero, and numbers that now do."""
    path = tmp_path / "t.csv"
    path.write_text("key,zip,n\na,00501,1\nb,10001,2\n")
    X = pd.DataFrame({"key": ["a", "b"]})
    joiner = AuxiliaryJoiner(path, on="key", prefix="aux").fit(X)
    assert joiner.schema_ == {"zip": "string", "n": "number"}
    path.write_text("key,zip,n\na,10001,01\nb,NA,02\n")
    found = joiner.transform(X)
    assert found["aux__zip"].tolist() == ["10001", "NA"]
    assert found["aux__n"].tolist() == [1, 2]


def test_times_of_files_may_be_missing_by_a_word(tmp_path):
    """A time or a place is no text in which NA could mean something."""
    path = tmp_path / "t.csv"
    path.write_text("at,v\n2024-01-01,1\nNA,2\n")
    X = pd.DataFrame({"at": ["2024-01-02"]})
    joined = AuxiliaryJoiner(path, time="at", prefix="aux").fit_transform(X)
    assert joined["aux__v"].tolist() == [1]
