"""
One code for a leaf, whatever was measured of it
================================================

An autoencoder that also looks at the species takes shape, contour, texture and
colour to one space. Where the shape is not known, the code is made from the rest,
and lies near to where it was.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from mmensemble import SharedSpace
from mmensemble.datasets import load_leaf_flavia

leaves = load_leaf_flavia()
species = np.asarray(leaves.target)
chosen = np.isin(species, np.unique(species)[:6])
X, y = leaves.data[chosen], species[chosen]
train, test = train_test_split(np.arange(len(y)), stratify=y, random_state=0)

space = SharedSpace(
    modalities=leaves.modalities, n_components=10, supervised=1.0, random_state=0
)
codes = space.fit(X.iloc[train], y[train]).transform(X.iloc[test])
print(space.reconstruction_error_.round(2))
print(f"a fresh learner tells the origin of {space.discriminator_score_:.2f}")

name, _, columns = leaves.modalities[0]
lacking = X.iloc[test].copy()
lacking[columns] = np.nan
without = space.transform(lacking)

head = LogisticRegression(max_iter=1000)
head.fit(space.transform(X.iloc[train]), y[train])
for label, found in {"complete": codes, f"without {name}": without}.items():
    print(f"{label}: accuracy {head.score(found, y[test]):.3f}")

figure, axes = plt.subplots(1, 2, sharex=True, sharey=True, figsize=(8, 4))
for ax, (title, found) in zip(
    axes, {"complete": codes, f"without {name}": without}.items(), strict=True
):
    for label in np.unique(y):
        ax.scatter(*found[y[test] == label, :2].T, s=12, label=label)
    ax.set(title=title, xlabel="first dimension")
axes[0].set_ylabel("second dimension")
axes[1].legend(title="species", fontsize="small")
figure.tight_layout()
figure.savefig("codes.png")

# %%
# What did not help: the code is not blind to where it comes from. A fresh learner tells
# nearly always from which measure a code was made.
