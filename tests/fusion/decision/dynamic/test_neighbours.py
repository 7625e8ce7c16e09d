"""Neighbours against brute force, with absent modalities and odd blocks."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from mmensemble.fusion.decision.dynamic import _neighbours
from mmensemble.fusion.decision.dynamic._neighbours import (
    Places,
    Scaling,
    find_neighbours,
    place,
)
from mmensemble.modality import Block


def draw(n_samples=60, sizes=(2, 3), share=0.7, seed=0):
    """Draw blocks of which rows lack some, never all."""
    rng = np.random.default_rng(seed)
    present = rng.random((n_samples, len(sizes))) < share
    present[~present.any(axis=1), 0] = True
    return [
        Block(rng.normal(size=(own.sum(), size)), own, ())
        for own, size in zip(present.T, sizes, strict=True)
    ]


def fit(blocks, n_components=20):
    """Scale every block with equal weights."""
    return [
        Scaling.fit(b.values, np.ones(b.present.sum()), n_components, 0) for b in blocks
    ]


def distance(i, j, blocks, others):
    """Mean squared distance of two rows over what both have, one by one."""
    parts = []
    for own, their in zip(blocks, others, strict=True):
        if own.present[i] and their.present[j]:
            scale = their.values.std(axis=0) * np.sqrt(their.width)
            gap = (own.filled(np.nan)[i] - their.filled(np.nan)[j]) / scale
            parts.append((gap**2).sum())
    return np.mean(parts) if parts else np.inf


def test_distances():
    """Distances are the mean over the modalities that both rows have."""
    blocks, others = draw(15, seed=1), draw()
    scalings = fit(others)
    got = place(blocks, scalings).distances(place(others, scalings))
    expected = [[distance(i, j, blocks, others) for j in range(60)] for i in range(15)]
    assert_allclose(got, expected, atol=1e-9)
    assert np.isinf(got).any()


@pytest.mark.parametrize("cells", [1, 10_000])
def test_all_present_is_sklearns(cells, monkeypatch):
    """With every modality present neighbours are scikit-learn's, in any chunks."""
    monkeypatch.setattr(_neighbours, "_CELLS", cells)
    blocks, others = draw(25, share=1.1, seed=1), draw(share=1.1)
    scalings = fit(others)
    stacked = [
        np.hstack([s.apply(b.values) for s, b in zip(scalings, part, strict=True)])
        for part in (others, blocks)
    ]
    expected = NearestNeighbors(n_neighbors=5).fit(stacked[0]).kneighbors(stacked[1])
    got = np.empty((25, 5), dtype=int)
    chunks = list(find_neighbours(place(blocks, scalings), place(others, scalings), 5))
    for rows, near in chunks:
        got[rows] = near
    assert_array_equal(got, expected[1])
    assert len(chunks) == (25 if cells == 1 else 1)


def test_candidates():
    """Rows with all of a row's modalities where they are many, else with any."""
    blocks, others = draw(15, seed=1), draw()
    scalings = fit(others)
    new, old = place(blocks, scalings), place(others, scalings)
    full = old.present.all(axis=1)
    for n_neighbors in (1, 2, 3, 8, 200):
        for rows, near in find_neighbours(new, old, n_neighbors):
            pattern = new.present[rows[0]]
            complete = np.flatnonzero(old.present[:, pattern].all(axis=1))
            alike = np.flatnonzero(old.present[:, pattern].any(axis=1))
            pool = complete if len(complete) >= 10 * n_neighbors else alike
            for row, found in zip(rows, near, strict=True):
                gaps = [distance(row, j, blocks, others) for j in pool]
                best = pool[np.argsort(gaps, kind="stable")][:n_neighbors]
                assert_array_equal(found, best)
    assert 10 < full.sum() < 60


def test_rows_that_share_nothing():
    """Rows whose modalities no training row has, and rows without any."""
    old = place(draw(), scalings := fit(draw()))
    old = Places(old.coordinates, old.norms, old.present & [True, False])
    new = place(draw(4), scalings)
    new.present[:] = [[False, True], [False, False], [True, True], [True, False]]
    found = {
        row: near.shape[1]
        for rows, near in find_neighbours(new, old, 3)
        for row in rows
    }
    assert found == {0: 0, 1: 0, 2: 3, 3: 3}


def test_ties_go_by_position():
    """Of equally near rows the first come first."""
    block = Block(np.array([[0.0], [1.0], [0.0], [1.0], [0.0]]), np.ones(5, bool), ())
    scalings = fit([block])
    places = place([block], scalings)
    ((_, near),) = find_neighbours(places, places, 5)
    assert_array_equal(near[0], [0, 2, 4, 1, 3])
    assert_array_equal(near[1], [1, 3, 0, 2, 4])


def test_width_and_units_do_not_count():
    """Every block has a total variance of one, in any unit."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 4)) * [1, 1e100, 1e-100, 0] + [0, 0, 0, 7]
    weight = rng.random(50)
    coordinates = Scaling.fit(values, weight, 20, 0).apply(values)
    mean = np.average(coordinates, axis=0, weights=weight)
    variances = np.average((coordinates - mean) ** 2, axis=0, weights=weight)
    assert_allclose(variances, [1 / 3, 1 / 3, 1 / 3, 0], atol=1e-12)


def test_wide_blocks_are_projected():
    """Distances in a wide block are those of its first principal components."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 30)) * 4
    values += rng.normal(size=values.shape)
    coordinates = Scaling.fit(values, np.ones(40), 3, 0).apply(values)
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    expected = PCA(3).fit_transform(standard)
    expected /= np.sqrt(expected.var(axis=0).sum())
    assert_allclose(coordinates @ coordinates.T, expected @ expected.T, atol=1e-6)


@pytest.mark.parametrize("width", [4, 40])
def test_sparse_is_dense(width):
    """A narrow sparse block is its dense copy; a wide one is projected as it is."""
    values = sparse.random(30, width, 0.3, format="csr", random_state=0)
    got = Scaling.fit(values, np.ones(30), 10, 0).apply(values)
    if width == 4:
        dense = values.toarray()
        assert_allclose(got, Scaling.fit(dense, np.ones(30), 10, 0).apply(dense))
        return
    u, s, _ = np.linalg.svd(values.toarray(), full_matrices=False)
    expected = u[:, :10] * s[:10]
    expected /= np.sqrt(expected.var(axis=0).sum())
    assert_allclose(got @ got.T, expected @ expected.T, atol=0.05)


def test_missing_values_count_as_the_mean():
    """NaN within a block is its column's mean, in dense and sparse blocks."""
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    got = Scaling.fit(values, np.ones(3), 20, 0).apply(values)
    assert_allclose(got, np.sqrt(1.5) * np.array([[-1, 0], [1, 0], [0, 0]]))
    wide = sparse.random(30, 40, 0.3, format="csr", random_state=0)
    wide.data[0] = np.nan
    before = wide.copy()
    assert np.isfinite(Scaling.fit(wide, np.ones(30), 5, 0).apply(wide)).all()
    assert_array_equal(wide.data, before.data)


def test_empty_blocks():
    """Blocks without rows or columns, and those of one row, have places."""
    present = np.array([True, False])
    blocks = [
        Block(np.empty((0, 0)), ~present & present, ()),
        Block(np.empty((1, 0)), present, ()),
        Block(np.ones((1, 2)), present, ()),
        Block(np.ones((1, 30)), present, ()),
    ]
    places = place(blocks, fit(blocks))
    assert_array_equal(places.coordinates, 0)
    assert_array_equal(places.present[:, 3], present)
