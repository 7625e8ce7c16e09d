"""Blocks of a table."""

import numpy as np
import pandas as pd
from crossmodal_cases import make_table, without
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mmensemble.crossmodal._sources import Sources, rows_of
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def fit(modalities, X, weight=None):
    """Fit sources to all rows of a frame."""
    resolved = resolve_modalities(modalities, X)
    presence = presence_mask(X, resolved)
    weight = np.ones(len(X)) if weight is None else weight
    return Sources.fit(resolved, X, presence, weight=weight, root=0), presence


def test_blocks_are_standardised_and_zero_where_absent():
    """Scales are those of the rows that have the modality."""
    X = without(make_table()[0], "b", np.arange(10))
    (sources, parts), presence = fit("auto", X)
    assert [part.shape[1] for part in parts] == [3, 4, 2]
    assert not parts[1][:10].any()
    np.testing.assert_allclose(parts[1][10:].std(axis=0), 1.0)
    for mine, other in zip(parts, sources.read(X, presence), strict=True):
        np.testing.assert_allclose(mine, other)


def test_extractors():
    """A transformer, a word, and the transformer of a pipeline that predicts."""
    X = make_table()[0]
    pipeline = make_pipeline(PCA(2), LogisticRegression())
    modalities = [
        ("a", pipeline, ["a__0", "a__1", "a__2"]),
        ("b", "passthrough", ["b__0"]),
        ("c", LogisticRegression(), ["c__0"]),
    ]
    (sources, parts), _ = fit(modalities, X)
    assert [part.shape[1] for part in parts] == [2, 1, 1]
    assert isinstance(sources.extractors["a"], PCA | type(pipeline[:-1]))
    assert sources.extractors["b"] is None


def test_a_modality_without_rows():
    """It has no columns, and no extractor is fitted."""
    X = without(make_table()[0], "c", np.arange(120))
    (sources, parts), presence = fit("auto", X)
    assert parts[2].shape == (120, 0)
    assert sources.read(X, presence)[2].shape == (120, 0)


def test_rows_of():
    """All rows are the table itself."""
    X = pd.DataFrame({"u": [1, 2]})
    assert rows_of(X, np.arange(2)) is X
    assert rows_of(X, np.array([1]))["u"].tolist() == [2]
