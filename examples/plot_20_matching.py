"""
Matching: a translation memory, and whose blood this is
=======================================================

Two tasks that are retrieval across modalities. A translation memory finds, among
sentences that were translated before, the one that fits a new sentence of another
language; nothing is generated, and there is no dictionary: what fits is learnt from
pairs. And of two samples of one person, blood and spinal fluid, the one finds the
other among many: a check for swapped tubes.
"""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from mmensemble import CrossModalRetriever
from mmensemble.crossmodal import retrieval_scores
from mmensemble.datasets import load_alzheimer
from mmensemble.features import TextExtractor

# %%
# A translation memory
# --------------------
# English and German sentences, made from a small grammar.

WHO = {
    "the old teacher": "der alte Lehrer",
    "my sister": "meine Schwester",
    "a young doctor": "ein junger Arzt",
    "the neighbour": "der Nachbar",
    "our guest": "unser Gast",
    "the child": "das Kind",
}
DOES = {"reads": "liest", "buys": "kauft", "forgets": "vergisst", "finds": "findet"}
WHAT = {
    "a red book": "ein rotes Buch",
    "the newspaper": "die Zeitung",
    "the long letter": "den langen Brief",
    "a blue picture": "ein blaues Bild",
    "two tickets": "zwei Fahrkarten",
}
WHERE = {
    "at the station": "am Bahnhof",
    "in the garden": "im Garten",
    "on the train": "im Zug",
    "near the church": "bei der Kirche",
    "at home": "zu Hause",
}
parts = itertools.product(*(part.items() for part in (WHO, DOES, WHAT, WHERE)))
pairs = [[" ".join(half) for half in zip(*sentence, strict=True)] for sentence in parts]
sentences = pd.DataFrame(pairs, columns=["english", "german"])
old, new = train_test_split(sentences, train_size=160, random_state=0)
new = new[:200].reset_index(drop=True)

memory = CrossModalRetriever(
    [
        ("english", TextExtractor(n_components=None), ["english"]),
        ("german", TextExtractor(n_components=None), ["german"]),
    ],
    random_state=0,
)
learnt = {}
for n_pairs in (10, 20, 40, 160):
    memory.fit(old[:n_pairs])
    scores = retrieval_scores(memory, new, pairs=[("english", "german")])
    learnt[n_pairs] = scores.set_index("metric")[["score", "lower", "upper"]]
learnt = pd.concat(learnt, names=["pairs"]).xs("recall@1", level="metric")
print(f"the right one of {len(new)} sentences, by the pairs that were learnt from")
print(learnt.round(3).to_string())

memory.index(new, target="german")
asked = new[:4].drop(columns="german")
_, found = memory.kneighbors(asked, 2, query="english", target="german")
for sentence, rows in zip(asked["english"], found, strict=True):
    print(f"{sentence}: {', else '.join(new['german'][rows])}")

# %%
# Whose blood this is
# -------------------
# Each person of the hold-out has blood and spinal fluid; the blood looks for its own
# fluid among all.

people = load_alzheimer()
tubes = [each for each in people.modalities if each[0] in ("plasma", "csf")]
train, test = train_test_split(np.arange(len(people.data)), random_state=0)
lab = CrossModalRetriever(tubes, random_state=0).fit(people.data.iloc[train])
scores = retrieval_scores(
    lab, people.data.iloc[test], pairs=[("plasma", "csf")], random_state=0
)
recall = scores.set_index("metric").filter(like="recall", axis=0)
recall["by chance"] = np.array([1, 5, 10]) / len(test)
print(recall[["score", "lower", "upper", "by chance"]].round(3).to_string())

# %%
# What did not help: blood alone does not name its fluid. The right tube is first for
# one person in eight, far above chance, and enough to tell that a whole rack was
# mixed up; no proof about one tube.

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
for ax, table in ((axes[0], learnt), (axes[1], recall)):
    spread = [table["score"] - table["lower"], table["upper"] - table["score"]]
    ax.errorbar(table.index.astype(str), table["score"], yerr=spread, fmt="o-")
    ax.set(ylim=(0, 1.05), ylabel="share of queries (95 % interval)")
axes[0].set(title="German found first", xlabel="pairs of sentences learnt from")
axes[1].plot(recall.index, recall["by chance"], "k--", label="by chance")
axes[1].set(title="spinal fluid of the same person", xlabel="among the first 1, 5, 10")
axes[1].legend(loc="upper left")
figure.savefig("matching.png")
