"""Correlations of features in chunks, by every method."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.analysis.columns import _chunked_features
from mmensemble.analysis.columns._chunked_features import correlate_chunked
from mmensemble.analysis.matrix._chunked_sample import sample_chunks
from mmensemble.analysis.matrix._correlate import correlate

BOTH = ("pearson", "spearman")


@pytest.fixture
def X():
    """Two modalities, a flag, words and notes; and a column that nobody reads."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(90, 3)), columns=["a__0", "a__1", "b__0"])
    X["b__0"] += X["a__0"]
    X["b__flag"] = X["a__1"] > 0
    X["b__word"] = ["x", "y"] * 45
    X["b__note"] = [" ".join(rng.choice(["a", "hot", "day"], 4)) for _ in range(90)]
    X["y"] = ["yes", "no", "perhaps"] * 30
    return X


MODALITIES = [
    ("a", "auto", ["a__0", "a__1"]),
    ("b", "auto", ["b__0", "b__flag", "b__word", "b__note", "a__0"]),
]
NUMBERS = ["a__0", "a__1", "b__0", "b__flag"]


def numbers_of(X):
    """Return the columns as numbers, without the notes."""
    words = pd.get_dummies(X[["b__word"]], dtype=float)
    return pd.concat([X[NUMBERS].astype(float), words], axis=1)


def chunked(X, methods=BOTH, size=25, **options):
    """Return the correlations of a frame read in chunks."""

    def read():
        return (X.iloc[k : k + size] for k in range(0, len(X), size))

    sample = sample_chunks(read(), 40)
    return correlate_chunked(read, sample, MODALITIES, methods=methods, **options)


def test_chunks_equal_memory(X):
    """Without gaps both methods are exact; owners and sample values fit."""
    features = chunked(X)
    numbers = numbers_of(X)
    assert features.names == list(numbers)
    assert features.column_names[-2:] == ["b__word", "b__word"]
    assert features.modality == ["a + b", "a", "b", "b", "b", "b"]
    for method in BOTH:
        expected = correlate(numbers, method=method).r
        np.testing.assert_allclose(features.results[method].r, expected, atol=1e-12)
    assert features.values.shape == (40, 6)
    assert features.n_rows == 90
    assert features.notes[0] == "They are those of all 90 rows, read in chunks."
    assert features.left_out == ("b__note",)


def test_numbers_written_as_text_are_read_as_in_memory(X):
    """Prices and dates correlate as what they mean, in every chunk."""
    days = pd.to_timedelta((X["a__1"] * 10).round(), unit="D")
    days += pd.Timestamp("2020-03-01")
    written = X.assign(
        a__0=[f"{v:.4f} %".replace(".", ",") for v in X["a__0"]],
        a__1=days.dt.strftime("%d.%m.%Y"),
    )
    parsed = X.assign(a__0=X["a__0"].round(4), a__1=days)
    one, two = chunked(written), chunked(parsed)
    assert one.names == two.names
    for method in BOTH:
        found = one.results[method].r
        np.testing.assert_allclose(found, two.results[method].r, atol=1e-9)


def test_gaps_are_pairwise_and_ranks_columnwise(X):
    """Pearson equals pandas; Spearman equals pandas' of the columns' ranks."""
    X.loc[:20, "a__0"] = np.nan
    X.loc[30:40, "b__0"] = np.nan
    numbers = X[["a__0", "a__1", "b__0"]]
    features = chunked(X)
    part = [r.r[:3, :3] for r in features.results.values()]
    np.testing.assert_allclose(part[0], numbers.corr(), atol=1e-12)
    np.testing.assert_allclose(part[1], numbers.rank().corr(), atol=1e-12)


@pytest.mark.parametrize(
    ("methods", "told"),
    [
        (("pearson",), [(1, 50), (1, 90)]),
        (("spearman",), [(1, 50), (1, 90), (2, 50), (2, 90)]),
    ],
)
def test_passes(X, methods, told):
    """Pearson reads once, Spearman twice."""
    state = []
    features = chunked(X, methods, 50, on_rows=lambda *step: state.append(step))
    assert state == told
    assert features.methods == list(methods)


def test_bounded_ranks_say_their_error(X, monkeypatch):
    """Where distinct values do not fit, the bound is told."""
    monkeypatch.setattr(_chunked_features, "_RANK_BYTES", 0)
    X = pd.concat([X] * 30, ignore_index=True)
    X["a__0"] = np.random.default_rng(0).normal(size=len(X))
    features = chunked(X, size=500)
    assert any("A rank is exact to" in note for note in features.notes)
    expected = correlate(numbers_of(X), method="spearman").r
    np.testing.assert_allclose(features.results["spearman"].r, expected, atol=0.02)


def test_what_cannot_be_correlated_in_chunks(X, monkeypatch):
    """Text alone, and very many features, are left to the sample."""
    words = X[["b__note"]].rename(columns={"b__note": "a__0"})
    sample = sample_chunks([words], 40)
    none = correlate_chunked(lambda: [words], sample, MODALITIES, methods=BOTH)
    assert none is None
    monkeypatch.setattr(_chunked_features, "MOST_DENSE", 3)
    assert chunked(X) is None
