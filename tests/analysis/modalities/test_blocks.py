"""Modalities as blocks of numbers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from study_cases import table

from mmensemble.analysis.modalities._blocks import make_extractor, read_blocks
from mmensemble.features import AutoExtractor
from mmensemble.modality import presence_mask, resolve_modalities


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


def test_what_stands_for_an_extractor():
    assert isinstance(make_extractor("auto", 1), AutoExtractor)
    assert isinstance(make_extractor("passthrough", 1), AutoExtractor)
    assert isinstance(make_extractor(LogisticRegression(), 1), AutoExtractor)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    assert len(make_extractor(model, 1)) == 1
    alone = make_extractor(make_pipeline(LogisticRegression()), 1)
    assert isinstance(alone, AutoExtractor)
    assert make_extractor(PCA(2), 7).random_state is not None


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
    assert np.isfinite(read(X).values).all()


def test_missing_values_of_an_extractor_become_its_mean():
    X, _ = table(20)
    X.iloc[0, 0] = np.nan
    blocks = read(X, [("a", FunctionTransformer(), ["a__0", "a__1"])])
    assert blocks.values[0, 0] == 0


def test_a_modality_that_no_training_row_has():
    X, _ = table(20)
    X.loc[:9, ["c__0", "c__1", "c__2"]] = np.nan
    assert read(X, rows=np.arange(10)).width(2) == 0


def test_rows_without_weight_teach_nothing():
    X, _ = table(20)
    weight = np.r_[np.zeros(5), np.ones(15)]
    expected = read(X, rows=np.arange(5, 20))
    np.testing.assert_allclose(read(X, weight=weight).values, expected.values)


def test_errors_name_the_modality():
    X, _ = table(20)
    modalities = [("a", PCA(50), ["a__0", "a__1"])]
    with pytest.raises(ValueError, match="n_components=50") as caught:
        read(X, modalities)
    assert "while reading modality 'a'" in caught.value.__notes__
