"""Every measure of every pair of modalities, one row a pair."""

from itertools import combinations

import numpy as np
import pandas as pd

from mmensemble._seeds import seed_for
from mmensemble.analysis.columns._feature_table import summarise_pair
from mmensemble.analysis.modalities._cca import first_canonical
from mmensemble.analysis.modalities._cka import linear_cka
from mmensemble.analysis.modalities._redundancy import explained
from mmensemble.analysis.modalities._rv import rv_coefficient


def pair_rows(study, blocks, result, positions, *, n_permutations, alpha):
    """Return one row a pair of modalities.

    Parameters
    ----------
    study : Study
    blocks : Blocks
        Of extractors that saw all rows.
    result : Correlation or SparseCorrelation
        Of all features.
    positions : list of ndarray of int
        Features of each modality in `result`.
    n_permutations : int
        For the p-value of the canonical correlation.
    alpha : float
        False-discovery rate of the share of significant feature pairs.

    Returns
    -------
    frame : DataFrame of shape (n_pairs, n_measures)
    """

    def row(pair):
        a, b = pair
        names = study.names[a], study.names[b]
        both = study.presence[:, a] & study.presence[:, b]
        start = {
            "modality_a": names[0],
            "modality_b": names[1],
            "n_rows": int(both.sum()),
        }
        return (
            start
            | summarise_pair(result, positions[a], positions[b], alpha)
            | _similarity(study, blocks, pair, both, n_permutations)
            | {
                "a_explains_b": explained(study, b, (a,), both=True).share,
                "b_explains_a": explained(study, a, (b,), both=True).share,
            }
        )

    pairs = list(combinations(study.everyone, 2))
    return pd.DataFrame(study.parallel(row, pairs), columns=COLUMNS)


#: Columns of the frame.
COLUMNS = [
    "modality_a",
    "modality_b",
    "n_rows",
    "mean_abs_r",
    "max_abs_r",
    "share_significant",
    "rv",
    "rv_adjusted",
    "cca",
    "p_value_cca",
    "cka",
    "cka_debiased",
    "a_explains_b",
    "b_explains_a",
]


def _similarity(study, blocks, pair, both, n_permutations):
    """Return the symmetric measures of the rows that have both modalities."""
    weight = study.weight
    if weight is not None:
        both = both & (weight > 0)
        weight = weight[both]
    a, b = (blocks.of((k,))[both] for k in pair)
    if len(a) < 3 or not a.shape[1] or not b.shape[1]:
        keys = "rv", "rv_adjusted", "cca", "p_value_cca", "cka", "cka_debiased"
        return dict.fromkeys(keys, np.nan)
    rv, adjusted = rv_coefficient(a, b, weight)
    cca, p_value = first_canonical(
        a,
        b,
        weight=weight,
        n_permutations=n_permutations,
        groups=None if study.groups is None else study.groups[both],
        random_state=seed_for(study.root, *(study.names[k] for k in pair)),
    )
    cka, debiased = linear_cka(a, b, weight)
    return {
        "rv": rv,
        "rv_adjusted": adjusted,
        "cca": cca,
        "p_value_cca": p_value,
        "cka": cka,
        "cka_debiased": debiased,
    }
