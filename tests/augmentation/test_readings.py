"""Who reads the cells of a column."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from mmensemble.augmentation._readings import picture_readers, text_positions
from mmensemble.features import (
    AudioExtractor,
    AutoExtractor,
    FrozenEncoder,
    ImageExtractor,
    TextExtractor,
    text_statistics,
)


class Silent(BaseEstimator):
    """An extractor that tells nothing."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.zeros((len(X), 1))


class Own(Silent):
    """An extractor that tells what it reads, by names of columns."""

    def text_columns(self, X, sample_weight=None):
        return np.array([name == "b" for name in X.columns])


def texts():
    """Return a table of two columns of free text, and one of answers."""
    cells = {name: [f"{name} of row {row}" for row in range(20)] for name in "ab"}
    return pd.DataFrame(cells | {"c": ["not at all", "very much"] * 10})


@pytest.mark.parametrize(
    ("extractor", "expected"),
    [
        ("auto", {0, 1}),
        (AutoExtractor(), {0, 1}),
        (LogisticRegression(), {0, 1}),
        (make_pipeline(AutoExtractor(), LogisticRegression()), {0, 1}),
        ("passthrough", set()),
        (TextExtractor(), {0, 1, 2}),
        (make_pipeline(TextExtractor(), LogisticRegression()), {0, 1, 2}),
        (FrozenEncoder("minilm.onnx"), {0, 1, 2}),
        (FrozenEncoder(text_statistics), set()),
        (AudioExtractor(), set()),
        (ImageExtractor(), set()),
        (OneHotEncoder(), set()),
        (Silent(), set()),
        (Own(), {1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_who_reads_texts(extractor, expected):
    """By what the extractor tells, or free text where it is automatic."""
    X = texts()
    found = text_positions(X, np.ones(20), [extractor], [("m", [0, 1, 2])])
    assert found == expected


def test_vectorizers_read_texts():
    """A bare column, by tags."""
    for extractor in (TfidfVectorizer(), make_pipeline(TfidfVectorizer(), Silent())):
        found = text_positions(texts(), np.ones(20), [extractor], [("m", [2])])
        assert found == {2}


@pytest.mark.parametrize("container", ["polars", "array"])
def test_every_container(container):
    """Columns of an array too."""
    X = texts()
    if container == "polars":
        X = pytest.importorskip("polars").from_pandas(X)
    else:
        X = X.to_numpy(dtype=object)
    assert text_positions(X, np.ones(20), ["auto"], [("m", [2, 1])]) == {1}


def test_rows_without_weight_do_not_count():
    """What a column holds is told by the rows that are learnt from."""
    X = texts()
    X.loc[10:, "a"] = [f"{day}.1.2020" for day in range(13, 23)]
    weight = np.repeat([0.0, 1.0], 10)
    for own, expected in ((np.ones(20), {0}), (weight, set()), (1 - weight, {0})):
        assert text_positions(X, own, ["auto"], [("m", [0])]) == expected


def test_sparse_tables_hold_no_texts():
    """Numbers only."""
    X = sparse.csr_matrix(np.eye(3))
    assert text_positions(X, np.ones(3), ["auto"], [("m", [0, 1, 2])]) == set()


def test_the_largest_reader_of_pictures():
    """Where several read a column."""
    small, large = ImageExtractor(size=16), ImageExtractor(size=32)
    extractors = [small, make_pipeline(large, LogisticRegression()), "auto"]
    places = [("s", [0, 1]), ("l", [1]), ("n", [2])]
    assert picture_readers(extractors, places) == {0: small, 1: large}
