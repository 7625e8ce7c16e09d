"""
Recommendation: will this reader like this book?
================================================

Readers and books are ids. What is known of a book (its metadata) stands in a table of
its own and is joined as a modality; how the reader, the book, and the reader with
this genre have fared so far are three more, each as it was known before the row's
time. A new book has no history: its metadata must do. Readers, books and opinions are
generated.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from mmensemble import AuxiliaryJoiner, MultimodalClassifier
from mmensemble.auxiliary import HistoryFeatures

GENRES = np.array(["crime", "essay", "fantasy", "history", "poetry"])


def make_tables(n_rows=6000, n_readers=120, n_books=300, seed=0):
    """Return who read what when, whether they liked it, and the table of books."""
    rng = np.random.default_rng(seed)
    genre = rng.integers(5, size=n_books)
    appeared = np.where(rng.random(n_books) < 0.5, 0, rng.uniform(0, 360, n_books))
    pages = rng.gamma(4, 80, n_books).round()
    books = pd.DataFrame({"book": np.arange(n_books), "genre": GENRES[genre]})
    books["pages"] = pages
    day = np.sort(rng.uniform(0, 365, n_rows)).round(2)
    reader = rng.integers(n_readers, size=n_rows)
    book = [rng.choice(np.flatnonzero(appeared <= now)) for now in day]
    taste = rng.normal(scale=0.8, size=n_readers)[reader]
    taste += rng.normal(scale=0.7, size=n_books)[book]
    taste += rng.normal(scale=1.2, size=(n_readers, 5))[reader, genre[book]]
    taste += np.array([0.9, -1.2, 0.7, 0.0, -0.8])[genre[book]]
    taste -= (pages[book] - 320) / 320
    liked = rng.random(n_rows) < 1 / (1 + np.exp(-taste))
    table = pd.DataFrame({"reader": reader, "book": book, "day": day})
    table["known"] = day + rng.uniform(1, 5, n_rows).round(2)
    return table, liked.astype(int), books


readings, liked, books = make_tables()
first = int(0.75 * len(readings))
train, test = readings[:first], readings[first:].drop(columns="known")
is_new = ~test["book"].isin(train["book"])
print(f"{len(test)} later readings, {is_new.sum()} of books that are new")

# %%
# Metadata is joined by book. A history sees the opinions that were known by then, those
# of training rows; ids themselves are read by no model.

join = AuxiliaryJoiner(books, on="book", prefix="metadata")
options = {"time": "day", "known_at": "known"}
histories = [
    HistoryFeatures("reader", prefix="reader", drop=False, **options),
    HistoryFeatures("book", prefix="book", drop=False, **options),
    HistoryFeatures(["reader", "metadata__genre"], prefix="taste", **options),
]


def read(*names):
    """Return the modalities of these names."""
    columns = {"metadata": ["metadata__genre", "metadata__pages"]}
    for name in ("reader", "book", "taste"):
        columns[name] = [f"{name}__y_mean_all", f"{name}__y_count_all"]
    return [(name, "auto", columns[name]) for name in names]


everything = ("metadata", "reader", "book", "taste")
choices = {
    "metadata alone": ("stacking", ("metadata",)),
    "+ book": ("stacking", ("metadata", "book")),
    "+ book + reader": ("stacking", ("metadata", "book", "reader")),
    "all, stacking": ("stacking", everything),
    "all, concat": ("concat", everything),
    "all, voting": ("voting", everything),
}
scores = {}
for name, (fusion, names) in choices.items():
    model = MultimodalClassifier(
        read(*names),
        fusion=fusion,
        estimator=LogisticRegression(),
        cv=5,
        random_state=0,
    )
    model = make_pipeline(join, *histories, model).fit(train, liked[:first])
    chances = model.predict_proba(test)[:, 1]
    scores[name] = {
        label: roc_auc_score(liked[first:][rows], chances[rows])
        for label, rows in {"known books": ~is_new, "new books": is_new}.items()
    }
scores = pd.DataFrame(scores).T
print(scores.round(3).to_string())

# %%
# What did not help: how often a book was liked says little about the next reader, and
# nothing about a new book. What pays is how this reader has liked this genre, and that
# reaches new books through their metadata. How the four are fused hardly matters.

figure, axis = plt.subplots(figsize=(7, 3.5), layout="constrained")
scores[::-1].plot.barh(ax=axis)
axis.set(xlim=(0.5, 0.9), xlabel="ROC AUC of later readings")
axis.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
figure.savefig("recommender.png")
