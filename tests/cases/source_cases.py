"""Rows of several domains for the tests."""

import numpy as np

DOMAINS = np.array(["a", "b", "here"])


def make_rows(n=(60, 50, 24), n_columns=3, classes=("no", "yes"), seed=0):
    """Return a table, labels and domains; in "here" another column decides."""
    rng = np.random.default_rng(seed)
    domain = np.repeat(DOMAINS, n)
    X = rng.normal(size=(len(domain), n_columns))
    decides = np.where(domain == "here", X[:, 1], X[:, 0])
    decides = decides + 0.3 * rng.normal(size=len(X))
    cuts = np.quantile(decides, np.linspace(0, 1, len(classes) + 1)[1:-1])
    return X, np.array(classes)[np.searchsorted(cuts, decides)], domain


def make_numbers(n=(60, 50, 24), seed=0):
    """Return the same with numbers to predict."""
    X, _, domain = make_rows(n, seed=seed)
    rng = np.random.default_rng(seed)
    y = np.where(domain == "here", X[:, 1], X[:, 0]) + 0.1 * rng.normal(size=len(X))
    return X, y, domain
