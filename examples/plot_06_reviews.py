"""
Language: would the writer of a review recommend the product?
=============================================================

A review is a text, a title that one writer in seven leaves out, and a few facts about
the writer and the product. Folds keep the reviews of one product together: else a
model learns names of products, not of moods.
"""

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from mmensemble import MultimodalClassifier, compare_fusions
from mmensemble.datasets import load_womens_clothing
from mmensemble.features import TextExtractor

reviews = load_womens_clothing()
X, y, products = reviews.data[:1000], reviews.target[:1000], reviews.groups[:1000]
titled = X["title__title"].notna().mean()
print(f"{len(y)} reviews of {len(set(products))} products, {titled:.0%} titled")


def compare(extractor, fusions, subsets):
    """Return the comparison of models that read both texts by `extractor`."""
    extractors = {"review": extractor, "title": extractor, "tabular": "auto"}
    model = MultimodalClassifier(
        [(name, extractors[name], columns) for name, _, columns in reviews.modalities],
        estimator=LogisticRegression(solver="liblinear"),
        cv=3,
        random_state=0,
    )
    return compare_fusions(
        model,
        X,
        y,
        fusions=fusions,
        subsets=subsets,
        groups=products,
        scoring="roc_auc",
        cv=GroupKFold(3),
    )


def read_scores(comparison):
    """Return mean and spread of the ROC AUC of each choice."""
    scores = comparison.frame().set_index("choice")
    return scores[["mean_test_score", "std_test_score"]]


# %%
# One text, or all there is
# -------------------------
# Words and pairs of words of each text, and three fusions, on the same folds. A
# review without a title lacks a modality; it is neither dropped nor filled.

words = TextExtractor(n_components=None)
subsets = [["tabular"], ["title"], ["review"], ["review", "title"]]
comparison = compare(words, ["concat", "voting", "stacking"], subsets)
scores = read_scores(comparison)
print(scores.round(3).to_string())
print(comparison.conclusion())

# %%
# What did not help
# -----------------
# The facts alone are near chance, and concatenation and the vote, which cannot
# distrust them, are worse than the review alone; without the facts, review and title
# side by side are no better than the review. Counts of capitals, exclamation marks
# and the like, beside the words, change nothing either.

counted = TextExtractor(n_components=None, statistics=True)
counts = read_scores(compare(counted, "concat", [["title"], ["review"]]))
both = {"words": scores["mean_test_score"], "with counts": counts["mean_test_score"]}
print(pd.DataFrame(both).dropna().round(3).to_string())

# %%
# The stack learns how far to trust each modality from predictions on products that
# its members have not seen.

names = {f"concat [{name}]": f"{name} alone" for name in ("tabular", "title", "review")}
names |= {name: name for name in ("concat", "voting", "stacking")}
bars = scores.loc[list(names)].rename(index=names)[::-1]
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
colours = ["tab:blue"] * 3 + ["tab:gray"] * 3
axis.barh(
    bars.index, bars["mean_test_score"], xerr=bars["std_test_score"], color=colours
)
axis.set(xlim=(0.4, 1), xlabel="ROC AUC (mean ± standard deviation of 3 folds)")
figure.savefig("reviews.png")
