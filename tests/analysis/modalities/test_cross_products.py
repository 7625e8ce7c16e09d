"""Cross-products of parts against all columns side by side."""

import numpy as np
import pytest

from mmensemble.analysis.modalities._cross_products import CrossProducts

PARTS = {-1: 1, 0: 3, 1: 2, 2: 4}


def make(weighted):
    """Parts of some rows, weights, and how often each part was read."""
    rng = np.random.default_rng(0)
    parts = {k: rng.normal(size=(12, width)) + 5 for k, width in PARTS.items()}
    weight = rng.integers(1, 4, 12).astype(float) if weighted else None
    read = []

    def part(k):
        read.append(k)
        return parts[k]

    return CrossProducts(part, 12, weight), parts, weight, read


@pytest.mark.parametrize("weighted", [False, True])
def test_sums_about_the_means(weighted):
    products, parts, weight, _ = make(weighted)
    share = np.ones(12) if weight is None else weight / weight.mean()
    left, right = (
        np.hstack(
            [parts[k] - np.average(parts[k], axis=0, weights=weight) for k in own]
        )
        for own in ((2, 0), (0, -1, 2))
    )
    expected = left.T @ (share[:, None] * right)
    np.testing.assert_allclose(products.of((2, 0), (0, -1, 2)), expected, atol=1e-12)
    expected = np.average(np.hstack([parts[1], parts[0]]), axis=0, weights=weight)
    np.testing.assert_allclose(products.mean((1, 0)), expected)
    np.testing.assert_allclose(products.squares(1), np.diag(products.of((1,), (1,))))
    assert products.width((1, 2)) == 6
    rows = products.rows((1,))
    np.testing.assert_allclose(rows.T @ rows, products.of((1,), (1,)))
    np.testing.assert_array_equal(products.values((2, 1))[:, :4], parts[2])


def test_pairs_are_multiplied_once():
    products, _, _, read = make(False)
    first = products.of((0, 1), (0, 1))
    n_reads = len(read)
    np.testing.assert_array_equal(products.of((1,), (0,)), first[3:, :3])
    assert len(read) == n_reads
    products.of((0,), (2,))
    assert sorted(read[n_reads:]) == [0, 2]
