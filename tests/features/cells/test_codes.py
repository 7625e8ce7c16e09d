"""Encoders that hold no weights, and codes that are kept."""

from functools import partial

import numpy as np
import pytest
from cell_cases import CountingEncoder, count_pieces, mean_colour, not_finite, too_few
from numpy.testing import assert_array_equal

from mmensemble.features.cells._codes import Encoded, as_encoder, digest
from mmensemble.features.cells._onnx import OnnxEncoder


def ragged(cells):
    """Return rows of different lengths."""
    return [[1.0] * (1 + place) for place in range(len(cells))]


def words(cells):
    """Return texts."""
    return [["a"] for _ in cells]


@pytest.fixture(autouse=True)
def _forget():
    CountingEncoder.reset()


def test_functions_and_files(tmp_path):
    """Functions stay what they are; a path is an ONNX file."""
    assert as_encoder(count_pieces, "X") is count_pieces
    (tmp_path / "a.onnx").write_bytes(b"model")
    for path in (tmp_path / "a.onnx", str(tmp_path / "a.onnx")):
        assert isinstance(as_encoder(path, "X"), OnnxEncoder)


@pytest.mark.parametrize(
    "encode",
    [
        lambda cells: cells,
        partial(count_pieces),
        np.random.default_rng(0).normal,
    ],
)
def test_what_cannot_be_imported(encode):
    """A lambda, a partial or a method would have to be stored."""
    with pytest.raises(
        ValueError, match="'encode' parameter of X must be a function th"
    ):
        as_encoder(encode, "X")


def test_function_of_a_module_that_is_gone():
    """A name that leads nowhere is refused."""

    def encode(cells):
        return cells

    encode.__module__, encode.__qualname__ = "no_such_module", "encode"
    with pytest.raises(ValueError, match="can be imported by its name"):
        as_encoder(encode, "X")


@pytest.mark.parametrize("name", ["a.txt", "gone.onnx"])
def test_what_is_no_file(tmp_path, name):
    """Other files and missing ones are told."""
    (tmp_path / "a.txt").write_text("no model")
    with pytest.raises(ValueError, match=r"'kind' parameter of X .* is no such file"):
        as_encoder(tmp_path / name, "X", "kind")
    with pytest.raises(ValueError, match="must be 'mfcc', a function or the path"):
        as_encoder("mfc", "X", "kind", "mfcc")


def test_wrong_numbers_of_rows():
    """An encoder must give one row a cell."""
    with pytest.raises(ValueError, match=r"'too_few' must return one row of numbers a"):
        Encoded(too_few, str).features(["a", "b"])


@pytest.mark.parametrize("encode", [ragged, words])
def test_codes_must_be_numbers(encode):
    """One row a cell, all as long."""
    with pytest.raises(ValueError, match=f"'{encode.__name__}' must return one row of"):
        Encoded(encode, str).features(["a", "b"])


def test_codes_must_be_finite():
    """NaN in codes is told."""
    with pytest.raises(ValueError, match="'not_finite' returned NaN or infinity"):
        Encoded(not_finite, str).features(["a", "b"])


def test_codes_of_any_shape_become_rows():
    """Numbers and arrays are flattened."""
    assert Encoded(np.asarray, str).features([1, 2]).shape == (2, 1)
    pictures = [np.zeros((2, 2, 3))] * 4
    assert Encoded(np.asarray, str).features(pictures).shape == (4, 12)


def test_cache(tmp_path):
    """What is kept is not encoded again, by another object either."""
    first = Encoded(count_pieces, str, tmp_path).features(["a", "bb", "ccc"])
    assert CountingEncoder.seen == ["a", "bb", "ccc"]
    CountingEncoder.reset()
    again = Encoded(count_pieces, str, tmp_path).features(["bb", "d", "a"])
    assert CountingEncoder.seen == ["d"]
    assert_array_equal(again[[2, 0]], first[:2])


def test_cache_tells_encoders_apart(tmp_path):
    """Another function's codes are not taken."""
    pixels = [np.ones((2, 2, 3), dtype=np.uint8)]
    Encoded(mean_colour, str, tmp_path).features(pixels)
    assert Encoded(np.asarray, str, tmp_path).features(pixels).shape == (1, 12)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY"])
def test_damaged_files_are_written_anew(tmp_path, content):
    """A file that cannot be read does no harm."""
    encoded = Encoded(count_pieces, str, tmp_path)
    expected = encoded.features(["a"])
    (file,) = tmp_path.rglob("*.npy")
    file.write_bytes(content)
    assert_array_equal(encoded.features(["a"]), expected)
    assert_array_equal(np.load(file), expected[0])


def test_pickles_in_the_cache_are_not_loaded(tmp_path):
    """A file of objects is not opened as such."""
    encoded = Encoded(count_pieces, str, tmp_path)
    encoded.features(["a"])
    (file,) = tmp_path.rglob("*.npy")
    np.save(file, np.array([{}], dtype=object), allow_pickle=True)
    CountingEncoder.reset()
    encoded.features(["a"])
    assert CountingEncoder.seen == ["a"]


def test_cells_of_unknown_content_are_not_kept(tmp_path):
    """What has no known content is encoded each time."""
    thing = object()
    Encoded(count_pieces, str, tmp_path).features([thing])
    assert list(tmp_path.rglob("*.npy")) == []


def test_digest_tells_contents_apart():
    """Type and shape count, and where one piece ends and the next begins."""
    values = [
        *("a", b"a", 1, 1.0, True, ("a", "b"), ("ab",), ["a", ["b"]], "\ud83d"),
        *(np.zeros(2), np.zeros((2, 1)), np.zeros(2, dtype=int), np.float64(1)),
    ]
    assert len({digest(value) for value in values}) == len(values)
    assert digest(["a", object()]) is None
    assert digest(np.zeros(2)) == digest(np.zeros(2))


def test_digest_of_pictures():
    """PIL images are known by their pixels."""
    Image = pytest.importorskip("PIL.Image")
    white = [Image.new("RGB", (2, 2), "white") for _ in range(2)]
    black = Image.new("RGB", (2, 2), "black")
    assert digest(white[0]) == digest(white[1]) != digest(black)
