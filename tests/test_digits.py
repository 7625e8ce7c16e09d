"""Numbers as text."""

import re

import numpy as np
import pandas as pd
import pytest

from mmensemble._digits import digits, p_value, p_words, percent, signed, within

pytestmark = pytest.mark.core


def test_three_significant_digits():
    """What is read back is within half a unit of the third digit."""
    rng = np.random.default_rng(0)
    for value in rng.choice([-1, 1], 300) * 10 ** rng.uniform(-4, 3, 300):
        text = digits(value)
        assert "-" not in text
        known = float(text.replace("−", "-").replace(",", ""))
        assert abs(known - value) <= 0.0051 * abs(value)
        assert len(re.sub(r"^−?0\.0*|[−.,]", "", text)) in (3, 4)


def test_nothing_has_no_sign():
    """Zero, and what rounding left of it."""
    assert {digits(v) for v in (0, 0.0, -0.0, -1e-17)} == {"0"}
    assert signed(-1e-17) == signed(1e-17) == "0"


def test_special_numbers():
    """Infinity and NaN are signs, signed ones too."""
    assert [digits(v) for v in (np.inf, -np.inf, np.nan)] == ["∞", "−∞", "–"]
    assert [signed(v) for v in (np.inf, -np.inf, np.nan)] == ["+∞", "−∞", "–"]


def test_no_p_value_is_nothing():
    """Below 0.001 it is small, however small; others are as other numbers."""
    assert {p_value(p) for p in (0, 1e-300, 1e-13, 0.00099)} == {"< 0.001"}
    assert [p_value(p) for p in (0.001, 0.05, 1, np.nan)] == [
        "0.00100",
        "0.0500",
        "1.00",
        "–",
    ]
    assert [p_words(p) for p in (1e-13, 0.25)] == ["p < 0.001", "p = 0.250"]


def test_percent():
    """Next to nothing is not nothing."""
    assert percent(0.0004) == "<0.1%"
    assert percent(1.0) == "100.0%"


def test_within():
    """Numbers and columns are cut; NaN stays."""
    assert within(-0.2, 0.5, (0.0, 1.0)) == (0.0, 0.5)
    assert np.isnan(within(np.nan, np.nan, (0.0, 1.0))).all()
    lower, upper = within(pd.Series([-1.0, np.nan]), np.array([0.3, 2.0]), (0.0, 1.0))
    assert lower.fillna(9).tolist() == [0.0, 9.0]
    assert upper.tolist() == [0.3, 1.0]
