"""Blocks: what extractors make of modalities."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble.modality import Block
from mmensemble.modality._blocks import as_block_values

pl = pytest.importorskip("polars")

PRESENT = np.array([True, False, True, True, False])
VALUES = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def make_block(kind=np.asarray, present=PRESENT):
    """Return a block of two features."""
    return Block(kind(VALUES[: present.sum()]), present, ("a", "b"))


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, sparse.csr_array])
def test_width_and_sparsity(kind):
    """A block knows its width and whether it is sparse."""
    block = make_block(kind)
    assert block.width == 2
    assert block.is_sparse == (kind is not np.asarray)


def test_filled_puts_rows_back_in_their_place():
    """Absent rows get the fill, present ones their own values."""
    rows = make_block().filled(np.array([-1.0, np.nan]))
    assert rows.shape == (5, 2)
    np.testing.assert_array_equal(rows[PRESENT], VALUES)
    np.testing.assert_array_equal(rows[~PRESENT], [[-1, np.nan]] * 2)


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csr_array])
def test_filled_keeps_absent_rows_of_a_sparse_block_empty(kind):
    """A sparse block stays sparse, its absent rows hold nothing."""
    rows = make_block(kind).filled(np.array([9.0, 9.0]))
    assert sparse.issparse(rows)
    np.testing.assert_array_equal(rows.toarray()[PRESENT], VALUES)
    assert rows[np.flatnonzero(~PRESENT)].nnz == 0


def test_filled_of_a_complete_block_copies_nothing():
    """Where every row is present the values are handed out as they are."""
    block = make_block(present=np.ones(3, dtype=bool))
    assert block.filled(np.zeros(2)) is block.values


def test_filled_of_a_block_without_rows():
    """A modality that no row has is all fill."""
    block = Block(np.empty((0, 2)), np.zeros(3, dtype=bool), ("a", "b"))
    np.testing.assert_array_equal(block.filled(np.array([7, 8])), [[7, 8]] * 3)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize(
    "rows", [[0, 1, 2, 3, 4], [4, 3, 0], [3, 3, 1], [1, 4], [], [2]], ids=repr
)
def test_take_is_taking_from_the_filled_rows(kind, rows):
    """Taking rows from a block and filling equals filling and taking."""
    block, fill = make_block(kind), np.zeros(2)
    taken = block.take(rows)

    def dense(X):
        return X.toarray() if sparse.issparse(X) else X

    expected = dense(block.filled(fill))[np.array(rows, dtype=int)]
    np.testing.assert_array_equal(dense(taken.filled(fill)), expected)
    assert taken.names == block.names


@pytest.mark.parametrize(
    "output",
    [
        [[1, 0], [2, 5]],
        np.array([[1, 0], [2, 5]], dtype=object),
        pd.DataFrame({"a": [1, 2], "b": [0.0, 5.0]}),
        pd.DataFrame({"a": [1, 2], "b": [0.0, 5.0]}, dtype="Float64"),
        pd.DataFrame({"a": [1, 2], "b": [0.0, 5.0]}, dtype="double[pyarrow]"),
        pl.DataFrame({"a": [1, 2], "b": [0.0, 5.0]}),
        sparse.csr_matrix([[1, 0], [2, 5]]),
        sparse.coo_array([[1, 0], [2, 5]]),
    ],
    ids=lambda output: type(output).__name__,
)
def test_outputs_of_every_container_become_floats(output):
    """Numbers come out as floats, whatever holds them."""
    values = as_block_values(output, "genes")
    assert values.dtype == np.float64
    dense = values.toarray() if sparse.issparse(values) else values
    np.testing.assert_array_equal(dense, [[1, 0], [2, 5]])


@pytest.mark.parametrize(
    "output",
    [
        np.array([1.0, 2.0]),
        [1, 2],
        pd.Series([1, 2], dtype="Int64"),
        pl.Series([1, 2]),
        sparse.csr_array([[1, 0], [2, 0]])[:, 0],
    ],
    ids=lambda output: type(output).__name__,
)
def test_one_dimensional_output_is_one_feature(output):
    """A 1-D answer is a block of one column."""
    values = as_block_values(output, "genes")
    dense = values.toarray() if sparse.issparse(values) else values
    np.testing.assert_array_equal(dense, [[1], [2]])


def test_float32_stays_float32():
    """Single precision is a choice of the extractor and is kept."""
    output = np.ones((2, 1), dtype=np.float32)
    assert as_block_values(output, "genes") is output


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1, None], "b": [None, True]}, dtype="object"),
        pd.DataFrame({"a": [1, None]}, dtype="Int64").assign(
            b=pd.array([None, True], dtype="boolean")
        ),
        pl.DataFrame({"a": [1, None], "b": [None, True]}),
    ],
    ids=["object", "nullable", "polars"],
)
def test_nulls_of_frames_become_nan(frame):
    """A null of any type is NaN in the block."""
    values = as_block_values(frame, "genes")
    np.testing.assert_array_equal(values, [[1, np.nan], [np.nan, 1]])


@pytest.mark.parametrize("shape", [(), (2, 1, 1)])
def test_output_of_other_dimensions_is_an_error(shape):
    """A block has rows and columns, nothing else."""
    with pytest.raises(ValueError, match="'genes' must return a 2-D table"):
        as_block_values(np.ones(shape), "genes")


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (np.array([["a"]]), "string"),
        (np.array([["1"]]), "string"),
        (np.array([["1"]], dtype=object), "string"),
        (pd.DataFrame({"a": ["1"]}), "string"),
        (pd.DataFrame({"a": ["1"]}, dtype="category"), "category"),
        (pl.DataFrame({"a": ["x"]}), "string"),
        (np.array([["2020-01-01"]], dtype="M8[D]"), "date"),
        (np.array([[1j]]), "other"),
        (np.array([[object()]]), "other"),
    ],
)
def test_output_that_is_no_number_is_an_error(output, kind):
    """Text stays text, also where it could be read as numbers."""
    match = f"'genes' must return numbers, got a column of kind '{kind}'"
    with pytest.raises(ValueError, match=match):
        as_block_values(output, "genes")
