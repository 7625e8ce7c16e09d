"""One row a pair, each measure from its own module."""

import numpy as np
import pytest
from study_cases import study_of, table

from mmensemble.analysis.columns._feature_correlations import correlate_table
from mmensemble.analysis.modalities._cca import first_canonical
from mmensemble.analysis.modalities._cka import linear_cka
from mmensemble.analysis.modalities._pairs import COLUMNS, pair_rows
from mmensemble.analysis.modalities._redundancy import explained
from mmensemble.analysis.modalities._rv import rv_coefficient


def rows_of(study):
    """All pairs of a study."""
    given = {"methods": ("pearson",), "weight": study.weight}
    features, positions = correlate_table(
        study.X, study.resolved, study.presence, **given
    )
    blocks, result = study.whole(), features.results["pearson"]
    return blocks, pair_rows(
        study, blocks, result, positions, n_permutations=9, alpha=0.05
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_measures_of_rows_that_have_both(weighted):
    X, _ = table(100, missing=0.2)
    weight = np.arange(100.0) if weighted else None
    study = study_of(X, weight=weight)
    blocks, frame = rows_of(study)
    assert list(frame.columns) == COLUMNS
    assert frame["modality_b"].tolist() == ["b", "c", "c"]
    both = study.presence[:, 0] & study.presence[:, 1]
    row = frame.iloc[0]
    assert row["n_rows"] == both.sum()
    used = both if weight is None else both & (weight > 0)
    part = None if weight is None else weight[used]
    a, b = blocks.of((0,))[used], blocks.of((1,))[used]
    assert (row["rv"], row["rv_adjusted"]) == rv_coefficient(a, b, part)
    found = first_canonical(a, b, weight=part, n_permutations=0)[0]
    assert row["cca"] == pytest.approx(found)
    np.testing.assert_array_equal(
        row[["cka", "cka_debiased"]].astype(float), linear_cka(a, b, part)
    )
    assert row["a_explains_b"] == explained(study, 1, (0,), both=True).share
    assert row["b_explains_a"] == explained(study, 0, (1,), both=True).share


def test_modalities_that_never_meet():
    X, _ = table(40)
    X.iloc[:20, :4] = np.nan
    X.iloc[20:, 4:8] = np.nan
    row = rows_of(study_of(X))[1].iloc[0]
    assert row["n_rows"] == 0
    assert row.iloc[3:].isna().all()


def test_groups_reach_the_permutations():
    X, _ = table(40)
    frame = rows_of(study_of(X, groups=np.arange(40) // 4))[1]
    assert frame["p_value_cca"].between(0.1, 1).all()
