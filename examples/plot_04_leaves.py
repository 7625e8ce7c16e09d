"""
Vision: the species of a leaf from its shape, contour, texture and colour
=========================================================================

Pictures of leaves are measured in four ways. Which fusion reads them best, and what
is left when one of the measures is not to be had of a new leaf: no colour in a
scan in grey, no contour of a torn leaf?
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from mmensemble import MultimodalClassifier, compare_fusions
from mmensemble.datasets import load_leaf_flavia

leaves = load_leaf_flavia()
species = np.asarray(leaves.target)
chosen = np.isin(species, np.unique(species)[::2]) & (np.arange(len(species)) % 2 == 0)
X, y = leaves.data[chosen], species[chosen]
print(f"{len(y)} leaves of {len(np.unique(y))} species")

# %%
# Which fusion
# ------------
# All are scored on the same folds, beside each measure alone.

model = MultimodalClassifier(
    leaves.modalities,
    fusion="stacking",
    estimator=LogisticRegression(max_iter=300),
    cv=3,
    random_state=0,
)
fusions = ["concat", "voting", "stacking"]
comparison = compare_fusions(model, X, y, fusions=fusions, cv=3)
alone = compare_fusions(model, X, y, fusions="concat", subsets="single", cv=3)
scores = pd.concat([alone.frame().iloc[1:], comparison.frame()])
scores = scores.set_index("choice")[["mean_test_score", "std_test_score"]]
scores.index = scores.index.str.removeprefix("concat ").str.strip("[]")
print(scores.round(3).to_string())
print(comparison.conclusion())

# %%
# What did not help: putting all columns side by side (concat) is no better than the
# shape alone. The stack learns from predictions out of fold what each measure is
# worth.
#
# A leaf without one of its measures
# ----------------------------------
# The same fitted models predict leaves whose cells are empty: columns of new leaves
# are hidden, and nothing is trained anew.

train, test = train_test_split(np.arange(len(y)), stratify=y, random_state=0)
hidden = {"nothing": []} | {name: columns for name, _, columns in leaves.modalities}
accuracy = pd.DataFrame(index=list(hidden), columns=fusions, dtype=float)
for fusion in fusions:
    fitted = clone(model).set_params(fusion=fusion).fit(X.iloc[train], y[train])
    for name, columns in hidden.items():
        new = X.iloc[test].copy()
        new[columns] = np.nan
        accuracy.loc[name, fusion] = fitted.score(new, y[test])
accuracy.index.name = "hidden"
print(accuracy.round(3).to_string())

worse = accuracy.loc["nothing", "concat"] - accuracy.loc["contour", "concat"]
print(f"the contour, unread, changes the accuracy of concat by {-worse:+.3f}")

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
bars = scores[::-1]
axes[0].barh(
    bars.index,
    bars["mean_test_score"],
    xerr=bars["std_test_score"],
    color=["tab:blue" if name in fusions else "tab:gray" for name in bars.index],
)
axes[0].set(xlabel="accuracy (mean ± standard deviation of 3 folds)", xlim=(0, 1))
accuracy.plot.bar(ax=axes[1], rot=0)
axes[1].set(ylim=(0, 1), xlabel="hidden of new leaves", ylabel="accuracy")
axes[1].legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
figure.savefig("leaves.png")
