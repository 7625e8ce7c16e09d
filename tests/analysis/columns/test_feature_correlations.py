"""All features of a table, by every method at once."""

import numpy as np
import pandas as pd
from study_cases import table

from mmensemble.analysis.columns._feature_correlations import correlate_table
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def correlated(X, modalities="auto", **options):
    """Return the correlations of a table by both methods."""
    resolved = resolve_modalities(modalities, X)
    presence = presence_mask(X, resolved)
    methods = ("spearman", "pearson")
    return correlate_table(X, resolved, presence, methods=methods, **options)[0]


def test_both_methods_equal_pandas():
    """Missing values are left out pair by pair; names and owners are told."""
    X, _ = table(missing=0.1)
    features = correlated(X)
    assert features.methods == ["spearman", "pearson"]
    assert features.is_dense
    for method, result in features.results.items():
        np.testing.assert_allclose(result.r, X.corr(method=method), atol=1e-12)
    assert features.names == list(X)
    assert features.modality == [name[0] for name in X]
    np.testing.assert_array_equal(features.values, X)
    assert features.notes == ()


def test_overlapping_modalities_share_features():
    """A feature that two modalities read has both names; text is made numbers."""
    X = pd.DataFrame({"x": np.arange(30.0), "kind": ["a", "b", "c"] * 10})
    both = [("one", "auto", ["x"]), ("two", "auto", ["x", "kind"])]
    features = correlated(X, both)
    owners = dict(zip(features.names, features.modality, strict=True))
    assert owners.pop("x") == "one + two"
    assert set(owners.values()) == {"two"}


def test_wide_tables_keep_strong_pairs_and_say_so():
    """Above the limit only strong pairs are kept."""
    X, _ = table()
    features = correlated(X, max_dense=5)
    assert not features.is_dense
    assert "at least 0.5" in features.notes[0]
    pairs = features.results["pearson"].pairs
    assert (np.abs(pairs.r) >= 0.5).all()


def test_weights_count_rows():
    """A weight of two does what two copies do."""
    X, _ = table()
    weight = np.arange(len(X)) % 3.0
    weighted = correlated(X, weight=weight).results["pearson"].r
    copies = correlated(X.loc[np.repeat(X.index, weight.astype(int))])
    np.testing.assert_allclose(weighted, copies.results["pearson"].r, atol=1e-12)
