"""
Joined tables: weather as it was known, and how couriers have fared
===================================================================

Parcels are late when it rains where they start, when their courier has bad days,
and on holidays. Little of that stands in the table of parcels. Each step of the
pipeline adds it as one more modality, as it was known an hour before the parcel
leaves: no row sees later weather, or an outcome that was not known by then. The
parcels are generated.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from mmensemble import AuxiliaryJoiner, MultimodalClassifier
from mmensemble.auxiliary import HistoryFeatures, MetadataFeatures

HOLIDAYS = ["2024-03-29", "2024-04-01", "2024-05-01", "2024-05-09", "2024-05-20"]


def make_tables(n_rows=5_000, seed=0):
    """Return parcels, whether they were late, and the weather by the hour."""
    rng = np.random.default_rng(seed)
    hours = pd.date_range("2024-03-01", "2024-06-01", freq="h", tz="Europe/Vienna")
    rain = rng.normal(size=(len(hours), 3)).cumsum(axis=0)
    rain -= pd.DataFrame(rain).rolling(60, min_periods=1).mean().to_numpy()
    weather = pd.DataFrame(
        {
            "depot": np.repeat(["north", "south", "west"], len(hours)),
            "measured": np.tile(hours, 3),
            "rain": np.maximum(rain.T.ravel(), 0).round(1),
        }
    )
    leaves = rng.integers(100, len(hours), n_rows)
    depot, courier = rng.integers(0, 3, n_rows), rng.integers(0, 25, n_rows)
    period = leaves // (24 * 14)
    bad_days = rng.normal(size=(25, period.max() + 1))[courier, period]
    parcels = pd.DataFrame(
        {
            "depot": np.array(["north", "south", "west"])[depot],
            "courier": [f"c{number}" for number in courier],
            "leaves": hours[leaves].tz_convert("UTC"),
            "weight": rng.gamma(2, 2, n_rows).round(1),
        }
    )
    parcels["arrived"] = parcels["leaves"] + pd.to_timedelta(
        rng.integers(4, 30, n_rows), unit="h"
    )
    days = pd.to_datetime(HOLIDAYS).tz_localize("Europe/Vienna")
    holiday = hours[leaves].normalize().isin(days)
    risk = np.maximum(rain[leaves - 2, depot], 0) / 3 + 1.5 * bad_days
    risk += 3 * holiday + 0.2 * parcels["weight"].to_numpy() - 2.5
    late = rng.random(n_rows) < 1 / (1 + np.exp(-risk))
    order = np.argsort(leaves, kind="stable")
    return parcels.iloc[order].reset_index(drop=True), late[order], weather


parcels, late, weather = make_tables()
log = parcels[["courier", "arrived"]].assign(late=late.astype(float))
parcels_now = parcels.drop(columns="arrived")  # nobody knows it when a parcel leaves

join_weather = AuxiliaryJoiner(
    weather, on="depot", time=("leaves", "measured"), gap="1h", prefix="weather"
)
# the log goes on after training: a file or a function would be read anew
join_log = AuxiliaryJoiner(
    log,
    on="courier",
    time=("leaves", "arrived"),
    gap="1h",
    aggregate="mean",
    window="5D",
    prefix="courier",
)
# ids become how often and how long ago, not a column each
read_dates = MetadataFeatures(
    timestamps="leaves", ids="courier", time="leaves", holidays=HOLIDAYS, prefix="about"
)
steps = {
    "the table alone": [read_dates],
    "+ weather": [join_weather, read_dates],
    "+ couriers' outcomes": [join_weather, join_log, read_dates],
}

first = int(0.7 * len(parcels))
scores = {}
for name, joins in steps.items():
    model = make_pipeline(
        *joins, MultimodalClassifier(fusion="stacking", random_state=0)
    )
    model.fit(parcels_now[:first], late[:first])
    chances = model.predict_proba(parcels_now[first:])[:, 1]
    scores[name] = roc_auc_score(late[first:], chances)
    print(f"{name}: ROC AUC of later parcels {scores[name]:.3f}")
print(f"modalities: {[name for name, _, _ in model[-1].modalities_]}")

# without a log, outcomes of the training rows do: enough for the days that follow
look_back = HistoryFeatures(
    "courier", time="leaves", known_at="arrived", windows="5D", gap="1h"
)
seen = look_back.fit(parcels[:first], late[:first]).transform(parcels_now[first:])
waited = seen["leaves"] - parcels["leaves"][first]
for days in (1, 3, 7):
    known = seen.loc[waited < pd.Timedelta(days=days), "history__y_mean_5D"].notna()
    print(f"couriers with a history, first {days} days: {known.mean():.0%}")

figure, ax = plt.subplots(figsize=(6, 2.5), layout="constrained")
ax.barh(list(scores)[::-1], list(scores.values())[::-1])
ax.set(xlim=(0.5, None), xlabel="ROC AUC, forward in time")
figure.savefig("joins.png")

# %%
# What did not help: a history of training rows alone grows old. A week later it knows
# fewer of the couriers, where a joined log that goes on knows them all.
