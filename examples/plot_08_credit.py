"""
Finance: which loans go bad
===========================

Who asks (person), what they own and owe (finances) and what for (loan): each tells a
little, all together more. What does each part add, and does it matter how they are
fused?
"""

import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from mmensemble import MultimodalClassifier, compare_fusions
from mmensemble.datasets import load_credit

loans = load_credit()
X, y = loans.data, loans.target
print(f"{len(y)} loans, {(y == 'bad').mean():.0%} bad")


def compare(fusions, subsets=None):
    """Return the comparison of fusions, or of sets of modalities, on five folds."""
    model = MultimodalClassifier(
        loans.modalities,
        estimator=LogisticRegression(max_iter=300),
        cv=3,
        random_state=0,
    )
    return compare_fusions(
        model,
        X,
        y,
        fusions=fusions,
        subsets=subsets,
        scoring="roc_auc",
        cv=StratifiedKFold(5, shuffle=True, random_state=0),
    )


# %%
# What each part adds
# -------------------
# A vote of one logistic regression a modality, on all sets of modalities.

sets = compare("voting", "all")
scores = sets.frame().set_index("subset")[["mean_test_score", "std_test_score"]]
print(scores.round(3).to_string())
print(sets.conclusion())
print("\n".join(sets.verdicts()["text"]))

# %%
# How they are fused
# ------------------
# What did not help: three equal parts of one application are fused as well by a plain
# vote as by all columns side by side or by a stack.

fusions = compare(["concat", "stacking"])
columns = ["choice", "mean_test_score", "std_test_score"]
print(fusions.frame()[columns].round(3).to_string(index=False))

bars = scores.sort_values("mean_test_score")
figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
axis.barh(bars.index, bars["mean_test_score"], xerr=bars["std_test_score"])
axis.set(xlim=(0.5, 0.9), xlabel="ROC AUC (mean ± standard deviation of 5 folds)")
figure.savefig("credit.png")
