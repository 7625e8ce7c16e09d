"""Relations that change between groups or over time."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmensemble.analysis.modalities._blocks import Blocks
from mmensemble.analysis.modalities._shifts import (
    COLUMNS,
    find_shifts,
    homogeneity,
    periods,
)


def shifted(n_rows=160, width=3, seed=0):
    """Two modalities whose relation turns round in the second half."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n_rows, width))
    late = np.arange(n_rows) >= n_rows // 2
    b = np.where(late, -1, 1)[:, None] * a + rng.normal(size=a.shape)
    return a, b, late.astype(int)


def find(a, b, levels, presence=None, **options):
    """Run on two blocks."""
    blocks = Blocks([a, b])
    presence = np.ones((len(a), 2), dtype=bool) if presence is None else presence
    return find_shifts(blocks, presence, ["a", "b"], levels, **options)


@pytest.mark.parametrize("width", [3, 14])
def test_a_planted_shift(width):
    a, b, late = shifted(width=width)
    (row,) = find(a, b, {"groups": late}).to_dict("records")
    assert row["p_value"] == row["p_adjusted"] == pytest.approx(0.01)
    assert (row["n_rows"], row["n_levels"], row["by"]) == (160, 2, "groups")
    assert row["weakest_r"] < row["strongest_r"]


def test_a_constant_relation_in_groups_of_other_means_and_units():
    a, _, late = shifted()
    rng = np.random.default_rng(1)
    b = a + rng.normal(size=a.shape)
    factor = 1 + 9 * late[:, None]
    row = find(a * factor + 50 * late[:, None], b * factor, {"groups": late}).iloc[0]
    assert row["p_value"] > 0.05


def test_p_values_are_uniform_under_the_null():
    rng = np.random.default_rng(0)
    p = []
    for seed in range(120):
        a, labels = rng.normal(size=(40, 2)), rng.integers(0, 2, 40)
        b = a + rng.normal(size=a.shape)
        found = find(a, b, {"groups": labels}, n_permutations=19, seed=seed)
        p.append(found["p_value"].iloc[0])
    counts = np.bincount(np.round(np.array(p) * 20).astype(int) - 1, minlength=20)
    assert stats.chisquare(counts.reshape(5, 4).sum(axis=1)).pvalue > 0.001


def test_statistic_of_one_pair_of_features():
    rng = np.random.default_rng(0)
    a, codes = rng.normal(size=(40, 1)), np.repeat([0, 1], [15, 25])
    b = a + rng.normal(size=a.shape)
    z = [
        np.arctanh(np.corrcoef(a[codes == k, 0], b[codes == k, 0])[0, 1])
        for k in (0, 1)
    ]
    mean = (12 * z[0] + 22 * z[1]) / 34
    expected = 12 * (z[0] - mean) ** 2 + 22 * (z[1] - mean) ** 2
    assert homogeneity(a, b, codes) == pytest.approx(expected)


def test_small_groups_are_left_out():
    a, b, late = shifted()
    labels = late.copy()
    labels[:5] = 7
    assert find(a, b, {"groups": labels}).iloc[0]["n_rows"] == 155
    assert find(a, b, {"groups": np.arange(160)}).empty
    presence = np.ones((160, 2), dtype=bool)
    presence[late == 1, 1] = False
    assert find(a, b, {"groups": late}, presence).empty


def test_empty_frame_has_its_columns():
    a, b, _ = shifted()
    found = find(a, b, {})
    assert found.empty
    assert list(found.columns) == list(COLUMNS)
    assert np.isnan(find(a, b, {"g": shifted()[2]}, n_permutations=0)["p_value"][0])


def test_features_that_do_not_vary_within_a_group():
    a, b, late = shifted()
    a[late == 1] = 4.0
    assert np.isfinite(find(a, b, {"groups": late})["statistic"][0])


def test_periods():
    np.testing.assert_array_equal(periods(np.arange(8)[::-1]), [3, 3, 2, 2, 1, 1, 0, 0])
    dates = pd.date_range("2020-01-01", periods=8)
    np.testing.assert_array_equal(periods(pd.Series(dates)), np.arange(8) // 2)
    np.testing.assert_array_equal(periods([1, 1, 1, 1], 2), 0)
    with pytest.raises(ValueError, match="time must not have missing values"):
        periods([1.0, np.nan])
