"""
Recommendation: will this reader like this book?
================================================

Readers and books are ids; what is known of a book (metadata: genre, pages, year)
stands in a table of its own and is joined as a modality; how the reader and the book
have fared so far are two more, each as it was known before the row's time. New books
have no history: their metadata must do. Readers, books and ratings are generated.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from mmensemble import AuxiliaryJoiner, MultimodalClassifier
from mmensemble.auxiliary import HistoryFeatures

GENRES = np.array(["crime", "essay", "fantasy", "history", "poetry"])


def make_tables(n_rows=6000, n_readers=150, n_books=300, seed=0):
    """Return who read what when, whether they liked it, and the table of books."""
    rng = np.random.default_rng(seed)
    genre = rng.integers(5, size=n_books)
    pages = rng.gamma(4, 80, n_books).round()
    appeared = np.where(rng.random(n_books) < 0.6, 0, rng.integers(0, 365, n_books))
    books = pd.DataFrame(
        {
            "book": [f"b{i}" for i in range(n_books)],
            "genre": GENRES[genre],
            "pages": pages,
            "new": appeared > 0,
        }
    )
    day = np.sort(rng.uniform(0, 365, n_rows))
    reader = rng.integers(n_readers, size=n_rows)
    book = np.empty(n_rows, dtype=int)
    for row, now in enumerate(day):
        book[row] = rng.choice(np.flatnonzero(appeared <= now))
    kindness = rng.normal(scale=0.8, size=n_readers)
    quality = rng.normal(scale=0.8, size=n_books)
    patience = rng.normal(scale=0.8, size=n_readers)
    genre_worth = np.array([0.6, -0.8, 0.5, 0.0, -0.5])
    taste = kindness[reader] + quality[book] + 1.2 * genre_worth[genre[book]]
    taste += patience[reader] * (pages[book] - 320) / 160
    liked = rng.random(n_rows) < 1 / (1 + np.exp(-taste))
    table = pd.DataFrame(
        {
            "reader": [f"r{i}" for i in reader],
            "book": books["book"].to_numpy()[book],
            "day": day,
            "told": day + rng.uniform(1, 5, n_rows),
        }
    )
    return table, liked.astype(int), books


readings, liked, books = make_tables()
