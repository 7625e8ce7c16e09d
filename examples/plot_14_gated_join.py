"""
A gate that reads a joined table: fog decides which sensor is right
===================================================================

A camera and a radar tell whether something crosses the road. In fog the camera
guesses, in rain the radar does. Neither sensor's numbers say so: the weather does,
which stands in a table of its own, by station and hour. It is joined as it was known
before each recording, becomes a modality, and is all that the gate reads. All of it is
generated.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mmensemble import AuxiliaryJoiner, GatingFusion, MultimodalClassifier


def make_tables(n_rows=2_400, seed=0):
    """Return recordings, whether something crossed, and the weather by the hour."""
    rng = np.random.default_rng(seed)
    hours = pd.date_range("2024-10-01", "2024-12-01", freq="h", tz="UTC")
    drift = rng.normal(size=(len(hours), 2)).cumsum(axis=0)
    drift -= pd.DataFrame(drift).rolling(72, min_periods=1).mean().to_numpy()
    weather = pd.DataFrame(
        {
            "station": np.repeat(["hill", "lake"], len(hours)),
            "measured": np.tile(hours, 2),
            "fog": np.concatenate([drift[:, 0], drift[:, 1]]).round(2),
        }
    )
    hour, place = rng.integers(100, len(hours), n_rows), rng.integers(0, 2, n_rows)
    crossed = rng.integers(0, 2, n_rows)
    fog = drift[hour - 1, place] > 0
    signal = (2 * crossed - 1)[:, None] * 1.2
    columns = {"station": np.array(["hill", "lake"])[place]}
    columns["recorded"] = hours[hour] - pd.Timedelta("20min")
    for sensor, blind in (("camera", fog), ("radar", ~fog)):
        seen = np.where(blind[:, None], 0, signal) + rng.normal(size=(n_rows, 3))
        columns |= {f"{sensor}__{k}": seen[:, k] for k in range(3)}
    table = pd.DataFrame(columns)
    order = np.argsort(table["recorded"].to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True), crossed[order], weather


recordings, crossed, weather = make_tables()
join = AuxiliaryJoiner(
    weather,
    on="station",
    time=("recorded", "measured"),
    gap="10min",
    tolerance="3h",
    prefix="weather",
)
sensors = {
    name: (name, "auto", [f"{name}__{k}" for k in range(3)])
    for name in ("camera", "radar")
}
air = ("weather", "auto", ["weather__fog"])
first = len(recordings) * 2 // 3
choices = {
    "stacking, sensors alone": ("stacking", [*sensors.values()]),
    "stacking, weather joined": ("stacking", [*sensors.values(), air]),
    "gate that reads the weather": (
        GatingFusion(context=["weather"]),
        [*sensors.values(), air],
    ),
}
models = {}
for name, (fusion, modalities) in choices.items():
    model = MultimodalClassifier(
        modalities, fusion=fusion, estimator=LogisticRegression(), random_state=0
    )
    models[name] = make_pipeline(join, model)
    models[name].fit(recordings[:first], crossed[:first])
    score = models[name].score(recordings[first:], crossed[first:])
    print(f"{name}: accuracy {score:.3f}")

# what the gate trusts, by the weather that was known
last = models["gate that reads the weather"]
joined = last[:-1].transform(recordings[first:])
weights = last[-1].modality_weights(joined)
fog = joined["weather__fog"].to_numpy()
print(
    f"correlation of the camera's weight with fog: "
    f"{np.corrcoef(fog, weights['camera'])[0, 1]:.2f}"
)

figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
for sensor in sensors:
    axes.plot(fog, weights[sensor], ".", label=sensor, alpha=0.5)
axes.set(xlabel="fog, as it was known", ylabel="weight of the gate")
axes.legend()
figure.savefig("gated_join.png")

# %%
# What did not help: joining the weather and stacking it. A linear stack can add the fog
# to its sum, but not let it decide whom to believe.
