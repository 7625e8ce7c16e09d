"""
Rows that lack a modality: see them, fit on them, predict them
==============================================================

Flights whose plane is not on record lack the modality "plane". One model serves
them all; its scores are shown apart for both kinds of rows.
"""

from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupShuffleSplit

from mmensemble import MultimodalClassifier
from mmensemble.datasets import load_nycflights
from mmensemble.display import PresenceDisplay

flights = load_nycflights()
X, y, days = flights.data, flights.target, flights.groups

display = PresenceDisplay.from_data(X).plot()
display.figure_.savefig("presence.png")
print(display.frame().to_string(index=False))

split = GroupShuffleSplit(n_splits=1, random_state=0).split(X, y, days)
train, test = next(split)
model = MultimodalClassifier(fusion="voting", random_state=0)
model.fit(X.iloc[train], y.iloc[train], groups=days[train])

late = y.iloc[test] == "yes"
probability = model.predict_proba(X.iloc[test])[:, 1]
known = model.presence(X.iloc[test])["plane"].to_numpy()
for name, rows in {"plane on record": known, "plane unknown": ~known}.items():
    auc = roc_auc_score(late[rows], probability[rows])
    print(f"{name}: {rows.sum()} flights, ROC AUC {auc:.2f}")

# %%
# What did not help: nothing is gained by leaving out the flights of unknown planes, and
# nothing has to be filled in; the model votes with what a flight has.
