"""
Transport: late flights, the weather as it was known, and the day so far
========================================================================

Flights from New York are late when the weather is bad, and when those before them
were. Weather stands in a table by the hour, and a log says which flights have come in
late. Both are joined as they were known two hours before departure, and Shapley values
say what each modality is worth to the forecast. Folds keep days whole: flights of one
day share its weather and its troubles.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from mmensemble import AuxiliaryJoiner, MultimodalClassifier, modality_contributions
from mmensemble.datasets import load_nycflights

flights = load_nycflights()
late = np.asarray(flights.target == "yes")
leaves = 1440 * flights.groups + flights.data["schedule__sched_dep_min"]  # minutes
X = flights.data.filter(regex="^(schedule|plane)__").assign(leaves=leaves)
X = X.drop(columns="schedule__origin")  # one airport

# %%
# Two tables to join
# ------------------
# The weather by the hour, and the log of arrivals. When a flight came in is not in the
# data: an hour, and one minute for eight miles, after it should have left.

weather = flights.data.filter(like="weather__").rename(columns=lambda c: c[9:])
weather["measured"] = leaves // 60 * 60
weather = weather.dropna(how="all").drop_duplicates("measured")
came_in = leaves + 60 + X["schedule__distance"] / 8
log = pd.DataFrame({"came_in": came_in, "late": late.astype(float)})
print(f"{len(X)} flights, {len(weather)} hours of weather, {late.mean():.0%} late")

joins = make_pipeline(
    AuxiliaryJoiner(
        weather, time=("leaves", "measured"), gap=120, tolerance=180, prefix="weather"
    ),
    AuxiliaryJoiner(
        log,
        time=("leaves", "came_in"),
        gap=120,
        window=240,
        aggregate=["mean", "count"],
        prefix="today",
    ),
)
joined = joins.fit_transform(X)  # looks back only, and learns nothing from targets
scored = slice(None, None, 2)  # every second flight, for speed
joined, target = joined[scored], flights.target[scored]
names = ("schedule", "plane", "weather", "today")
modalities = [
    (name, "auto", [c for c in joined if c.startswith(f"{name}__")]) for name in names
]
for name, _, columns in modalities:
    print(f"{name}: absent from {joined[columns].isna().all(axis=1).mean():.0%}")

# %%
# What each is worth
# ------------------

found = modality_contributions(
    MultimodalClassifier(
        modalities,
        fusion="stacking",
        estimator=LogisticRegression(C=0.1, max_iter=300),
        cv=3,
        random_state=0,
    ),
    joined,
    target,
    groups=flights.groups[scored],
    scoring="roc_auc",
    cv=GroupKFold(4),
)
print(found.frame().round(3).to_string(index=False))
print(found.degradation().round(3).to_string(index=False))

# %%
# What did not help: age and size of the plane add next to nothing (``last``). The day
# so far is worth much alone, and little where the weather is known: both tell of the
# same bad days. With 19 days the spread over folds is wide.

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
found.plot("bars", ax=axes[0])
found.plot("beeswarm", ax=axes[1])
figure.savefig("flights.png")
