"""Modalities as blocks of numbers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer
from study_cases import table

from mmensemble.analysis.modalities._blocks import read_blocks
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def read(X, modalities="auto", rows=None, **options):
    """Read a table."""
    resolved = resolve_modalities(modalities, X)
    rows = np.arange(len(X)) if rows is None else rows
    return read_blocks(X, resolved, presence_mask(X, resolved), rows, **options)


def test_blocks_have_mean_zero_and_unit_mean_variance():
    X, _ = table(missing=0.3)
    blocks = read(X)
    for k, name in enumerate("abc"):
        there = X[f"{name}__0"].notna().to_numpy()
        block = blocks.of((k,))
        np.testing.assert_allclose(block[there].mean(axis=0), 0, atol=1e-12)
        assert block[there].var(axis=0).mean() == pytest.approx(1)
        assert not block[~there].any()
    assert blocks.width(2) == 3
    assert blocks.of((0, 2)).shape == (80, 7)


def test_numbers_handed_on_are_filled_and_scaled():
    """ "passthrough" and a bare learner read as "auto" does."""
    X, _ = table(20)
    columns = ["a__0", "a__1"]
    X.iloc[0, 0] = np.nan
    expected = read(X, [("a", "auto", columns)]).of((0,))
    for extractor in ("passthrough", LogisticRegression()):
        found = read(X, [("a", extractor, columns)]).of((0,))
        np.testing.assert_array_equal(found, expected)


class OutOfFold(TransformerMixin, BaseEstimator):
    """An extractor whose training rows come out otherwise, as TargetEncoder's do."""

    def fit(self, X, y=None):
        """Learn nothing."""
        return self

    def fit_transform(self, X, y=None):
        """Return twice the values of the training rows."""
        return 2 * np.asarray(X)

    def transform(self, X):
        """Return the values."""
        return np.asarray(X)


def test_training_rows_are_what_fitting_gave():
    """Rows learnt from are not transformed again; the others are, in their places."""
    X, _ = table(40)
    rows = np.random.default_rng(0).permutation(40)[:30]
    found = read(X, [("a", OutOfFold(), ["a__0"])], rows).of((0,))[:, 0]
    expected = X["a__0"].to_numpy().copy()
    expected[rows] *= 2
    centred = expected - expected[rows].mean()
    np.testing.assert_allclose(found, centred / expected[rows].std(), atol=1e-12)


def test_text_by_sparse_and_by_automatic_features():
    rng = np.random.default_rng(0)
    words = [f"word{k}" for k in range(300)]
    text = [" ".join(rng.choice(words, 12)) for _ in range(40)]
    X = pd.DataFrame({"note__text": text, "n__x": np.arange(40.0)})
    modalities = [("note", TfidfVectorizer(), "note__text"), ("n", "auto", ["n__x"])]
    blocks = read(X, modalities)
    assert blocks.width(0) == 39
    few = [("note", TfidfVectorizer(max_features=5), "note__text")]
    assert read(X, few).width(0) == 5
    assert read(X).width(1) == 1
    assert np.isfinite(read(X).of((0, 1))).all()


def test_missing_values_of_an_extractor_become_its_mean():
    X, _ = table(20)
    X.iloc[0, 0] = np.nan
    blocks = read(X, [("a", FunctionTransformer(), ["a__0", "a__1"])])
    assert blocks.parts[0][0, 0] == 0


def test_a_modality_that_no_training_row_has():
    X, _ = table(20)
    X.loc[:9, ["c__0", "c__1", "c__2"]] = np.nan
    assert read(X, rows=np.arange(10)).width(2) == 0


def test_rows_without_weight_teach_nothing():
    X, _ = table(20)
    weight = np.r_[np.zeros(5), np.ones(15)]
    expected = read(X, rows=np.arange(5, 20))
    np.testing.assert_allclose(
        read(X, weight=weight).of((0, 1, 2)), expected.of((0, 1, 2))
    )


def test_errors_name_the_modality():
    X, _ = table(20)
    modalities = [("a", PCA(50), ["a__0", "a__1"])]
    with pytest.raises(ValueError, match="n_components=50") as caught:
        read(X, modalities)
    note = "while fitting the extractor of modality 'a'"
    assert note in caught.value.__notes__
