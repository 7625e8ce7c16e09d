"""Encoders in ONNX files, made here where the library is."""

import pickle
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mmensemble.features.cells import _onnx
from mmensemble.features.cells._onnx import OnnxEncoder


class Inputs:
    """What a session says of an input."""

    def __init__(self, name, shape, type="tensor(float)"):
        self.name, self.shape, self.type = name, shape, type


class Session:
    """Stands for a session: its output is the sum of what it is given."""

    def __init__(self, *inputs, out=None):
        self.inputs, self.out, self.fed = inputs, out, []

    def get_inputs(self):
        return list(self.inputs)

    def run(self, names, feed):
        self.fed.append(feed)
        first = next(iter(feed.values()))
        return [self.out(feed) if self.out else first.reshape(len(first), -1)]


class Piece:
    """Stands for a text in pieces: its letters, padded to four."""

    def __init__(self, text):
        self.ids = [ord(sign) for sign in text[:4]] + [0] * (4 - len(text[:4]))
        self.attention_mask = [int(i != 0) for i in self.ids]
        self.type_ids = [0] * 4


class Tokenizer:
    """Stands for a tokenizer."""

    def encode_batch(self, texts):
        return [Piece(text) for text in texts]


def encoder(monkeypatch, *inputs, out=None):
    session = Session(*inputs, out=out)
    monkeypatch.setattr(_onnx, "_load_session", lambda path: session)
    monkeypatch.setattr(_onnx, "_load_tokenizer", lambda path: Tokenizer())
    return OnnxEncoder("a.onnx"), session


def test_pictures_go_channels_first(monkeypatch):
    """Where a model wants three channels there, and from 0 to 1."""
    encode, session = encoder(monkeypatch, Inputs("x", [None, 3, 4, 4]))
    pixels = [np.full((4, 4, 3), 51 * i, dtype=np.uint8) for i in range(3)]
    assert encode(pixels).shape == (3, 48)
    (feed,) = session.fed
    assert feed["x"].shape == (3, 3, 4, 4)
    assert feed["x"].dtype == np.float32
    assert_allclose(feed["x"][2], 102 / 255)


def test_arrays_go_as_they_are(monkeypatch):
    """Other shapes and types of numbers too, some at a time."""
    monkeypatch.setattr(_onnx, "_BATCH", 2)
    encode, session = encoder(monkeypatch, Inputs("x", [None, 5], "tensor(double)"))
    rows = np.random.default_rng(0).normal(size=(5, 5))
    assert_allclose(encode(list(rows)), rows)
    assert [len(feed["x"]) for feed in session.fed] == [2, 2, 1]


def test_codes_of_pieces_are_averaged(monkeypatch):
    """Over the pieces that a text has, not over those that fill it up."""
    encode, _ = encoder(
        monkeypatch,
        Inputs("input_ids", [None, None]),
        Inputs("attention_mask", [None, None]),
        out=lambda feed: feed["input_ids"][:, :, None] * np.ones(2),
    )
    expected = [[np.mean([ord(s) for s in text])] * 2 for text in ("ab", "abcd")]
    assert_allclose(encode(["ab", "abcd"]), expected)


def test_codes_of_texts_are_taken(monkeypatch):
    """A model that gives one code a text is believed."""
    ids = Inputs("input_ids", [None, None])
    encode, _ = encoder(monkeypatch, ids, out=lambda feed: feed["input_ids"][:, :2])
    assert_allclose(encode(["ab"]), [[ord("a"), ord("b")]])


def test_other_inputs(monkeypatch):
    """A model that wants more than texts have is told apart."""
    encode, _ = encoder(monkeypatch, Inputs("pixels", [None, 3]))
    with pytest.raises(ValueError, match=r"wants the inputs \['pixels'\]; those that"):
        encode(["ab"])


def test_pickle_holds_the_path_only(monkeypatch):
    """No session, no tokenizer, no hash."""
    encode, _ = encoder(monkeypatch, Inputs("x", [None, 5]))
    encode([np.zeros(5)])
    again = pickle.loads(pickle.dumps(encode))
    assert vars(again) == vars(OnnxEncoder("a.onnx"))


def test_identity_is_that_of_the_file(tmp_path):
    """Another file is another encoder, a copy is not."""
    for name, content in (("a", b"one"), ("b", b"two"), ("c", b"one")):
        (tmp_path / f"{name}.onnx").write_bytes(content)
    a, b, c = (OnnxEncoder(str(tmp_path / f"{name}.onnx")).identity for name in "abc")
    assert a == c != b


@pytest.mark.parametrize("library", ["onnxruntime", "tokenizers"])
def test_without_the_libraries(monkeypatch, library):
    """The error names the extra."""
    monkeypatch.setitem(sys.modules, library, None)
    load = _onnx._load_session if library == "onnxruntime" else _onnx._load_tokenizer
    match = (
        rf"ONNX file needs the library {library}: pip install 'mmensemble\[encoders\]'"
    )
    with pytest.raises(ImportError, match=match):
        load("a.onnx")


def test_texts_need_a_tokenizer(tmp_path, monkeypatch):
    """It lies beside the model."""
    if "tokenizers" not in sys.modules:
        pytest.importorskip("tokenizers")
    with pytest.raises(ValueError, match=r"must hold the file 'tokenizer\.json'"):
        _onnx._load_tokenizer(str(tmp_path / "a.onnx"))


def test_a_real_file(tmp_path):
    """A matrix in an ONNX file is multiplied with, by the library."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    weights = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"])],
        "linear",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 5])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, 2])],
        [onnx.numpy_helper.from_array(weights, "w")],
    )
    opset = [onnx.helper.make_opsetid("", 13)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=8)
    onnx.save(model, tmp_path / "a.onnx")
    rows = np.random.default_rng(1).normal(size=(4, 5))
    codes = OnnxEncoder(str(tmp_path / "a.onnx"))(list(rows))
    assert_allclose(codes, rows @ weights, rtol=1e-5)


def test_a_real_tokenizer(tmp_path):
    """Texts are padded to one length."""
    tokenizers = pytest.importorskip("tokenizers")
    words = tokenizers.models.WordLevel({"dry": 1, "cough": 2, "?": 0}, unk_token="?")
    tokenizer = tokenizers.Tokenizer(words)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    loaded = _onnx._load_tokenizer(str(tmp_path / "a.onnx"))
    pieces = loaded.encode_batch(["dry", "dry cough"])
    assert [piece.attention_mask for piece in pieces] == [[1, 0], [1, 1]]
