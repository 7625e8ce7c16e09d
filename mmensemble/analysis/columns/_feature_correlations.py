"""The features of a table in memory, correlated by every method at once."""

from dataclasses import replace

from mmensemble.analysis.columns._feature_pairs import FeatureCorrelations
from mmensemble.analysis.columns._feature_table import (
    feature_table,
    modality_names,
    owners,
)
from mmensemble.analysis.matrix._correlate import correlate
from mmensemble.analysis.matrix._prepare import prepare

#: With more features only the strong pairs are kept.
MOST_DENSE = 5000

#: Least |r| of a strong pair.
STRONG = 0.5


def correlate_table(
    X, resolved, presence, *, methods, weight=None, seed=0, max_dense=MOST_DENSE
):
    """Return the correlations of all features that the modalities read.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
    resolved : list of (name, extractor, columns)
    presence : ndarray of bool of shape (n_rows, n_modalities)
    methods : tuple of {"pearson", "spearman"}
    weight : ndarray of shape (n_rows,), default=None
    seed : int, default=0
        Of what turns text into numbers.
    max_dense : int, default=5000
        With more features only pairs of ``|r| >= 0.5`` are kept.

    Returns
    -------
    features : FeatureCorrelations
    positions : list of ndarray of int
        Features of each modality.
    """
    table = feature_table(X, resolved, presence, seed)
    values, names, sources = prepare(table.table)
    is_wide = len(names) > max_dense
    results = {}
    for method in methods:
        result = correlate(
            values,
            method=method,
            sample_weight=weight,
            threshold=STRONG if is_wide else None,
        )
        results[method] = replace(result, names=names, sources=sources)
    notes = ()
    if is_wide:
        notes = (
            f"With {len(names):,} features only pairs with a correlation of at least "
            f"{STRONG} in size are kept.",
        )
    positions = owners(table, results[methods[0]], resolved)
    modality = modality_names(len(names), positions, resolved)
    owner = [table.owner[source] for source in sources]
    columns = [name if isinstance(name, str) else f"x{name}" for name in owner]
    given = modality, values, len(values), notes, columns
    features = FeatureCorrelations(results, *given)
    return features, positions
