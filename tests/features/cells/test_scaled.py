"""Scaled features and components against scikit-learn's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from mmensemble.features.cells import _scaled
from mmensemble.features.cells._scaled import ScaledCells
from mmensemble.features.cells._values import CellError


class Numbers:
    """Cells are arrays, which are their own features."""

    def read(self, cell):
        if np.isnan(cell).any():
            raise CellError("not a number.")
        return cell

    def features(self, values):
        return np.vstack(values)

    def names(self, n_features):
        return [f"f{i}" for i in range(n_features)]


def arrays(n_rows=20, n_features=4, seed=0):
    values = np.random.default_rng(seed).normal(size=(n_rows, n_features))
    values[:, 1] += values[:, 0]
    cells = np.empty(n_rows, dtype=object)
    cells[:] = list(values)
    return cells, values


def test_standardised_like_scikit_learn():
    """Features have mean zero and deviation one on training rows."""
    cells, values = arrays()
    encoder = ScaledCells(Numbers()).fit(cells, np.ones(20))
    assert_allclose(encoder.transform(cells), StandardScaler().fit_transform(values))
    assert encoder.names("x") == ["x_f0", "x_f1", "x_f2", "x_f3"]


def test_components_like_scikit_learn():
    """Components are principal ones, divided by the deviation along the first."""
    cells, values = arrays()
    encoder = ScaledCells(Numbers(), 2)
    got = encoder.fit_transform(cells, np.ones(20))
    scores = PCA(2).fit_transform(StandardScaler().fit_transform(values))
    assert_allclose(np.abs(got), np.abs(scores) / scores[:, 0].std(), atol=1e-12)
    assert encoder.names("x") == ["x_pc0", "x_pc1"]


def test_large_tables_have_nearly_the_same_components(monkeypatch):
    """The randomised decomposition agrees on the leading plane."""
    cells, _ = arrays()
    exact = ScaledCells(Numbers(), 2).fit_transform(cells, np.ones(20))
    monkeypatch.setattr(_scaled, "_EXACT_SIZE", 1)
    near = ScaledCells(Numbers(), 2).fit_transform(cells, np.ones(20))
    assert_allclose(near, exact, atol=1e-6)


def test_missing_cells_have_mean_features():
    """They do not count in training, and are zero."""
    cells, values = arrays()
    cells[3] = None
    encoder = ScaledCells(Numbers()).fit(cells, np.ones(20))
    expected = StandardScaler().fit_transform(np.delete(values, 3, axis=0))
    got = encoder.transform(cells)
    assert_allclose(np.delete(got, 3, axis=0), expected)
    assert_array_equal(got[3], 0)


@pytest.mark.parametrize("n_components", [None, 2])
def test_weights_equal_repeats(n_components):
    """Weight 2 is a row twice, weight 0 no row."""
    cells, _ = arrays()
    weight = np.tile([0.0, 1, 2, 1], 5)
    weighted = ScaledCells(Numbers(), n_components).fit(cells, weight)
    repeated = np.repeat(cells, weight.astype(int))
    plain = ScaledCells(Numbers(), n_components).fit(repeated, np.ones(len(repeated)))
    assert_allclose(weighted.transform(cells), plain.transform(cells), atol=1e-12)


def test_no_cell_in_training():
    """The column is one of zeros then, also where cells come later."""
    cells, _ = arrays()
    nothing = np.full(20, None, dtype=object)
    encoder = ScaledCells(Numbers()).fit(nothing, np.ones(20))
    assert_array_equal(encoder.transform(cells), np.zeros((20, 1)))
    assert encoder.names("x") == ["x_empty"]


def test_no_cell_at_transform():
    """All rows are zero; the width stays."""
    cells, _ = arrays()
    encoder = ScaledCells(Numbers(), 2).fit(cells, np.ones(20))
    nothing = np.full(3, None, dtype=object)
    assert_array_equal(encoder.transform(nothing), np.zeros((3, 2)))


def test_constant_features_have_one_component():
    """There is nothing to decompose, and nothing breaks."""
    cells = np.empty(3, dtype=object)
    cells[:] = [np.ones(2)] * 3
    assert_array_equal(ScaledCells(Numbers(), 5).fit_transform(cells, np.ones(3)), 0)


def test_batches_do_not_matter(monkeypatch):
    """Cells are read some at a time."""
    cells, _ = arrays()
    whole = ScaledCells(Numbers()).fit_transform(cells, np.ones(20))
    monkeypatch.setattr(_scaled, "_BATCH", 3)
    assert_array_equal(ScaledCells(Numbers()).fit_transform(cells, np.ones(20)), whole)


def test_errors_know_the_row():
    """What cannot be read is told with its row."""
    cells, _ = arrays()
    cells[7] = np.full(4, np.nan)
    with pytest.raises(CellError, match=r"not a number\.") as raised:
        ScaledCells(Numbers()).fit(cells, np.ones(20))
    assert raised.value.row == 7
