"""Counts of what texts are made of, by hand."""

import numpy as np
from numpy.testing import assert_allclose

from mmensemble.features import text_statistics
from mmensemble.features.cells._statistics import NAMES


def of(text):
    return dict(zip(NAMES, text_statistics([text])[0], strict=True))


def test_counts_by_hand():
    """Each number is what its name says."""
    counts = of("Call NOW, win 100! 😀")
    assert_allclose(counts["characters"], np.log1p(20))
    assert_allclose(counts["words"], np.log1p(5))
    assert_allclose(counts["word_length"], 16 / 5)
    assert_allclose(counts["capitals"], 4 / 20)
    assert_allclose(counts["digits"], 3 / 20)
    assert_allclose(counts["punctuation"], 2 / 20)
    assert_allclose(counts["emoji"], 1 / 20)
    assert_allclose(counts["exclamations"], np.log1p(1))
    assert counts["questions"] == 0
    assert_allclose(counts["shouted"], 1 / 5)


def test_other_scripts():
    """Capitals and punctuation are known in every script."""
    counts = of("Привет… ¿Qué?")
    assert_allclose(counts["capitals"], 2 / 13)
    assert_allclose(counts["punctuation"], 3 / 13)


def test_nothing():
    """No text is zero, and no texts are no rows."""
    assert_allclose(text_statistics([""]), 0)
    assert text_statistics([]).shape == (0, len(NAMES))
