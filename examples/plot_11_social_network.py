"""
Social network: where people stand in it, and what friends are like
===================================================================

Members of two clubs with few contacts between them are told apart by their own
answers, which say little, and by the network. ``GraphEmbedder`` turns the column of
names into the modality "graph", ``NeighbourFeatures`` adds the answers of friends as
the modality "friends". Who is not in the network lacks both. The people are generated.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from mmensemble import MultimodalClassifier
from mmensemble.auxiliary import GraphEmbedder, NeighbourFeatures

rng = np.random.default_rng(0)
n_people = 240
club = rng.permutation(np.repeat(["chess", "choir"], n_people // 2))
names = np.array([f"p{i:03d}" for i in range(n_people)])
answers = rng.normal(size=(n_people, 3)) + 0.5 * (club == "chess")[:, None]
X = pd.DataFrame(answers, columns=["answers__a", "answers__b", "answers__c"])
X["name"] = names

# friends are mostly of one's own club; the last twenty know nobody
pairs = rng.integers(n_people - 20, size=(1500, 2))
same = club[pairs[:, 0]] == club[pairs[:, 1]]
pairs = pairs[same | (rng.random(len(pairs)) < 0.25)]
friends = [(names[i], "knows", names[j]) for i, j in pairs if i != j]

place = GraphEmbedder(friends, on="name", method="walks", n_components=8)
around = NeighbourFeatures(
    friends, on="name", columns=["answers__a", "answers__b"], prefix="friends"
)
own = [("answers", "auto", ["answers__a", "answers__b", "answers__c"])]
walks = ("graph", "auto", [f"graph__{i}" for i in range(8)])
means = ("friends", "auto", ["friends__answers__a_1", "friends__answers__b_1"])
for title, modalities in {
    "answers alone": own,
    "with friends' answers": [*own, means],
    "with the network": [*own, walks],
    "with both": [*own, means, walks],
}.items():
    model = MultimodalClassifier(
        modalities, fusion="stacking", estimator=LogisticRegression(), random_state=0
    )
    scores = cross_val_score(make_pipeline(place, around, model), X, club, cv=3)
    print(f"{title}: accuracy {scores.mean():.3f} ± {scores.std():.3f}")

table = place.fit_transform(X)
print(f"{table['graph__0'].isna().sum()} people are not in the network")
figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
for label, rows in table.groupby(club):
    axis.scatter(rows["graph__1"], rows["graph__2"], label=label)
axis.set(xlabel="graph__1", ylabel="graph__2", title="Where people stand")
axis.legend()
figure.savefig("graph.png")

# %%
# What did not help: friends' answers are worth more than one's own, but hardly add to
# the place in the network.
