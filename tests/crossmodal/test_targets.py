"""Cells as numbers, and back."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble.crossmodal._targets import TargetCoder, code_targets

pl = pytest.importorskip("polars")

WEIGHT = np.array([1.0, 2.0, 1.0, 1.0])


def table():
    """Return number, boolean, category, text and date columns with holes."""
    return pd.DataFrame(
        {
            "n": [1.0, 2.0, np.nan, 4.0],
            "b": pd.array([True, False, True, None], dtype="boolean"),
            "c": ["x", "y", "y", None],
            "t": ["a long text", "some words more", "and one text", "the last text"],
            "d": pd.to_datetime(["2020-01-01"] * 4),
            "k": [7.0] * 4,
        }
    )


@pytest.mark.parametrize("to", [pd.DataFrame, pl.from_pandas])
def test_round_trip(to):
    """Seen cells come back; text and dates are passed over."""
    part = to(table())
    coder = TargetCoder("m", list(part.columns)).fit(part, WEIGHT)
    assert coder.skipped_ == ["t", "d"]
    codes, seen = coder.encode(part)
    cells = coder.decode(codes)
    assert list(cells) == ["n", "b", "c", "k"]
    assert cells["n"][[0, 1, 3]].tolist() == [1.0, 2.0, 4.0]
    np.testing.assert_allclose(cells["b"][:3], [1, 0, 1], atol=1e-12)
    assert cells["c"][:3].tolist() == ["x", "y", "y"]
    assert cells["k"].tolist() == [7.0] * 4
    assert seen.tolist()[2] == [False, True, True, True, True]


def test_codes_have_weighted_mean_zero_and_variance_one():
    """Only over cells that are seen; what does not vary is zero."""
    part = table()
    coder = TargetCoder("m", list(part.columns)).fit(part, WEIGHT)
    codes, seen = coder.encode(part)
    mass = WEIGHT @ seen
    np.testing.assert_allclose(WEIGHT @ codes, 0, atol=1e-12)
    variance = WEIGHT @ codes**2 / mass
    np.testing.assert_allclose(variance, [1, 1, 1, 1, 0], atol=1e-12)


def test_doubts():
    """Deviations in the table's units; a category's by its level's share."""
    part = table()
    coder = TargetCoder("m", list(part.columns)).fit(part, WEIGHT)
    codes, _ = coder.encode(part)
    doubts = coder.doubts(codes, np.full(codes.shape, 4.0))
    np.testing.assert_allclose(doubts["n"], 2 * coder.scale_[0])
    np.testing.assert_allclose(doubts["c"][:3], 0, atol=1e-12)


def test_a_column_that_comes_as_nulls():
    """A category of which nothing is left codes to nothing seen."""
    part = table()
    coder = TargetCoder("m", list(part.columns)).fit(part, WEIGHT)
    empty = part.assign(c=np.nan)
    _, seen = coder.encode(empty)
    assert not seen[:, 2:4].any()


def test_infinity():
    """It is refused by name."""
    part = pd.DataFrame({"n": [1.0, np.inf]})
    with pytest.raises(
        ValueError, match="Column 'n' of modality 'm' contains infinity"
    ):
        TargetCoder("m", ["n"]).fit(part, np.ones(2))


def test_columns_without_a_level_are_passed_over():
    """There is nothing to fill in."""
    part = pd.DataFrame({"c": pd.Series([None, None], dtype="category")})
    assert TargetCoder("m", ["c"]).fit(part, np.ones(2)).skipped_ == ["c"]


def test_targets_of_sparse_tables():
    """Columns are read as dense ones."""
    X = sparse.csr_matrix(np.arange(6.0).reshape(3, 2))
    resolved = [("a", "auto", [0]), ("b", "auto", [1])]
    coded = code_targets(resolved, None, X, np.ones((3, 2), bool), np.ones(3))
    assert sorted(coded.coders) == [0, 1]
    np.testing.assert_allclose(coded.codes[1][0].std(axis=0), 1.0)


def test_targets_that_cannot_be():
    """Unknown names, and modalities of text."""
    X = table()[["n", "t"]]
    resolved = [("a", "auto", ["n"]), ("b", "auto", ["t"])]
    presence = np.ones((4, 2), dtype=bool)
    with pytest.raises(ValueError, match="'target' parameter names \\['z'\\]"):
        code_targets(resolved, "z", X, presence, WEIGHT)
    with pytest.raises(ValueError, match="'target' parameter names \\['b'\\], which h"):
        code_targets(resolved, ["a", "b"], X, presence, WEIGHT)
    coded = code_targets(resolved, None, X, presence, WEIGHT)
    assert coded.skipped == {"b": ["t"]}
