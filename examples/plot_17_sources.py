"""
Rows from elsewhere: a new wearer of a watch, beside nine others
================================================================

How much the new wearer's few rows should weigh is chosen by held-out loss, on them
and on the others in turn; the table shows what was tried.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble.datasets import load_watch
from mmensemble.transfer import MultiSourceClassifier

exercises = load_watch()
X, y, wearer = exercises.data, np.asarray(exercises.target), exercises.groups
learner = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))

gains = []
for new in np.unique(wearer)[:3]:
    order = np.random.default_rng(0).permutation(np.flatnonzero(wearer == new))
    labelled = np.concatenate([order[y[order] == label][:3] for label in np.unique(y)])
    train = np.concatenate([np.flatnonzero(wearer != new), labelled])
    test = np.setdiff1d(order, labelled)
    model = MultiSourceClassifier(learner, target=new, random_state=0)
    model.fit(X.iloc[train], y[train], domain=wearer[train])
    learner.fit(X.iloc[train], y[train])
    scores = [m.score(X.iloc[test], y[test]) for m in (learner, model)]
    gains.append(scores)
    print(f"wearer {new}: pooled {scores[0]:.3f}, chosen {scores[1]:.3f}")
    print(f"  {len(labelled)} rows weigh {model.weight_:g} times all others")

print(model.search_.round(3).to_string(index=False))
figure, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
for new, scores in zip(np.unique(wearer), gains, strict=False):
    axis.plot(["pooled", "chosen"], scores, marker="o", label=f"wearer {new}")
axis.legend()
axis.set(ylabel="accuracy on the new wearer")
figure.savefig("sources.png")

# %%
# What did not help: the new wearer's rows alone (weight ``inf``) are too few; their
# loss is the largest of all.
