"""
Retrieval: the picture and the caption that fit
===============================================

Handwritten digits are known by their pixels, by the Fourier coefficients of their
shapes, and, for some, by a caption. The shape of a new digit finds its own picture
among all new ones, and the caption that fits it among old ones. A picture that is
absent is predicted from its shape.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from mmensemble import CrossModalProjector, CrossModalRetriever
from mmensemble.crossmodal import retrieval_scores
from mmensemble.datasets import load_mfeat

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
digits = load_mfeat()
names = {"fou", "pix"}
modalities = [each for each in digits.modalities if each[0] in names]
columns = {name: list(own) for name, _, own in modalities}
X = digits.data[columns["fou"] + columns["pix"]].copy()
y = digits.target.to_numpy().astype(int)
X["caption"] = [f"a handwritten {WORDS[label]}" for label in y]
train, test = train_test_split(np.arange(len(X)), stratify=y, random_state=0)

# Its own picture: one item, two modalities.
items = CrossModalRetriever(modalities, random_state=0).fit(X.iloc[train])
scores = retrieval_scores(
    items, X.iloc[test], y[test], pairs=[("fou", "pix")], random_state=0
)
print(scores.round(3).to_string(index=False))
items.index(X.iloc[test], target="pix")
queries = test[:6]
_, found = items.kneighbors(X.iloc[queries], 5, query="fou", target="pix")

# A caption: what rows of the same class are called.
classes = CrossModalRetriever(
    [*modalities, ("caption", "auto", ["caption"])],
    level="class",
    estimator=LogisticRegression(max_iter=300),
    blend=0.0,
    random_state=0,
)
classes.fit(X.iloc[train], y[train]).index(X.iloc[train], target="caption")
asking = X.iloc[test].drop(columns=["caption"])
best = classes.kneighbors(
    asking, 1, query="fou", target="caption", return_similarity=False
)
captions = X["caption"].to_numpy()[train][best[:, 0]]
fitting = np.mean(captions == X["caption"].to_numpy()[test])
print(f"captions that fit: {fitting:.3f}")

# A picture that nobody has taken: the conditional mean of its pixels.
painter = CrossModalProjector(
    modalities, target="pix", estimator="kernel", random_state=0
)
painter.fit(X.iloc[train])
print(painter.r2_.round(3).to_string(index=False))
painted = painter.predict(X.iloc[queries], "pix").to_numpy()

pictures = X[columns["pix"]].to_numpy()
figure, axes = plt.subplots(len(queries), 7, figsize=(8, 7.5), layout="constrained")
for row, query in enumerate(queries):
    shown = [pictures[query], painted[row], *pictures[test][found[row]]]
    heads = ["picture", "predicted", *(f"found {k}" for k in range(1, 6))]
    for axis, values, head in zip(axes[row], shown, heads, strict=True):
        axis.imshow(values.reshape(16, 15), cmap="gray_r")
        axis.set(xticks=[], yticks=[])
        if row == 0:
            axis.set_title(head, fontsize=8)
    axes[row, 0].set_ylabel(captions[row].split()[-1], fontsize=8)
figure.savefig("retrieval.png")

# %%
# This is retrieval, not generation: a caption is found among captions that were written
# before, and none is made up; where it is wrong, it is a whole caption that is wrong.
# What did not help: the predicted picture is a blur. The conditional mean of pixels
# explains a quarter of their variance.
