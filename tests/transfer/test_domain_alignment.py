"""Number columns of all domains brought together."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.covariance import ledoit_wolf

from mmensemble.transfer import DomainScaler
from mmensemble.transfer._domain_alignment import Alignment

RNG = np.random.default_rng(0)
CODES = np.repeat([0, 1, 2], [300, 200, 400])
MIXING = RNG.normal(size=(3, 4, 4))
X = np.concatenate(
    [RNG.normal(size=(n, 4)) @ MIXING[i] + i for i, n in enumerate((300, 200, 400))]
)


def test_coral_gives_sources_the_covariance_of_the_target():
    """Means are the target's exactly, covariances up to the shrinkage."""
    found = Alignment("coral").fit(X, CODES, 2).apply(X, CODES)
    target = X[CODES == 2]
    np.testing.assert_array_equal(found[CODES == 2], target)
    wanted = np.cov(target.T)
    for code in (0, 1):
        np.testing.assert_allclose(found[code == CODES].mean(0), target.mean(0))
        gap = np.abs(np.cov(found[code == CODES].T) - wanted).max()
        assert gap < 0.1 * np.abs(wanted).max()
        before = np.abs(np.cov(X[code == CODES].T) - wanted).max()
        assert gap < before / 3


def test_coral_turns_the_shrunk_covariance_into_the_shrunk_one():
    """What is whitened and coloured agrees exactly, in units of the columns."""
    alignment = Alignment("coral").fit(X, CODES, 2)
    unit = X.std(axis=0)
    shift, matrix, _ = alignment.maps_[0]
    parts = [(X[code == CODES] - X[code == CODES].mean(0)) / unit for code in (0, 2)]
    source, target = (ledoit_wolf(part, assume_centered=True)[0] for part in parts)
    scaled = matrix * unit[:, None] / unit
    np.testing.assert_allclose(scaled.T @ source @ scaled, target)
    np.testing.assert_allclose(shift, X[CODES == 0].mean(0))


def test_coral_does_not_depend_on_units():
    """A column in other units is aligned to the same rows in those units."""
    units = np.array([1.0, 1e3, 1e-3, 7.0])
    one = Alignment("coral").fit(X, CODES, 2).apply(X, CODES)
    other = Alignment("coral").fit(X * units, CODES, 2).apply(X * units, CODES)
    np.testing.assert_allclose(other, one * units, rtol=1e-6)


def test_standardising_is_that_of_the_domain_scaler():
    """New rows are the target's; an unseen target gets the statistics of all."""
    alignment = Alignment("standardise").fit(X, CODES, 1)
    scaler = DomainScaler().fit(X, domain=CODES)
    np.testing.assert_allclose(
        alignment.apply(X, CODES), scaler.transform(X, domain=CODES)
    )
    np.testing.assert_allclose(
        alignment.apply(X[:5]), scaler.transform(X[:5], domain=[1] * 5)
    )
    unseen = Alignment("standardise").fit(X, CODES, -1).apply(X[:5])
    np.testing.assert_allclose(unseen, scaler.transform(X[:5], domain=[None] * 5))


@pytest.mark.parametrize("method", ["standardise", "coral"])
def test_other_columns_and_holes_stay(method):
    """Text is untouched, missing numbers are missing still, and pandas stays."""
    frame = pd.DataFrame(X, columns=list("abcd"))
    frame.insert(1, "word", np.where(CODES == 0, "x", "y"))
    frame.loc[::7, "c"] = np.nan
    frame["d"] = frame["d"].astype("Float64")
    found = Alignment(method).fit(frame, CODES, 2).apply(frame, CODES)
    assert list(found) == list(frame)
    pd.testing.assert_series_equal(found["word"], frame["word"])
    assert (found["c"].isna() == frame["c"].isna()).all()
    assert not np.allclose(found["a"][CODES == 0], frame["a"][CODES == 0])


def test_few_rows_and_empty_columns_give_numbers():
    """A domain of one row, or without a value in a column, makes nothing infinite."""
    values = X[295:303].copy()
    values[:5, 3] = np.nan
    codes = np.array([0] * 5 + [1, 2, 2])
    for method in ("standardise", "coral"):
        found = Alignment(method).fit(values, codes, 2).apply(values, codes)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(values))
        assert np.nanmax(np.abs(found)) < 100


def test_sparse_tables_are_refused():
    """Shifting would fill them."""
    with pytest.raises(TypeError, match="'align' parameter needs a dense table"):
        Alignment("coral").fit(sparse.csr_matrix(X), CODES, 2)
