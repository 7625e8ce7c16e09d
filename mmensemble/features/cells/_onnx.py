"""Encoders in ONNX files, read by onnxruntime when they are first used."""

import hashlib
from pathlib import Path

import numpy as np

from mmensemble._optional import optional_module

#: Cells that run through the model at a time.
_BATCH = 32
#: Pieces of a text that are read at most.
_LONGEST = 512


class OnnxEncoder:
    """Run cells through an ONNX file; what is pickled is the path.

    Texts are cut into pieces by the ``tokenizer.json`` in the same folder, and the
    codes of pieces are averaged. Arrays are stacked; pictures have values from 0 to
    1, channels first where the model wants three of them there.

    Parameters
    ----------
    path : str
    """

    def __init__(self, path):
        self.path = path
        self._session = self._tokenizer = self._identity = None

    def __getstate__(self):
        return {"path": self.path, **dict.fromkeys(_LOADED)}

    @property
    def identity(self):
        """Hash of the file."""
        if self._identity is None:
            with open(self.path, "rb") as file:
                self._identity = hashlib.file_digest(file, "sha256").hexdigest()
        return self._identity

    def __call__(self, cells):
        """Return codes of shape (n_cells, n_features)."""
        if self._session is None:
            self._session = _load_session(self.path)
        parts = [
            self._run(cells[start : start + _BATCH])
            for start in range(0, len(cells), _BATCH)
        ]
        return np.vstack(parts)

    def _run(self, cells):
        if all(isinstance(cell, str) for cell in cells):
            return self._run_texts(cells)
        batch = np.stack([np.asarray(cell) for cell in cells])
        wanted = self._session.get_inputs()[0]
        if batch.dtype == np.uint8:
            batch = batch / 255
        if batch.ndim == 4 and list(wanted.shape)[1:2] == [3]:
            batch = batch.transpose(0, 3, 1, 2)
        kind = np.float64 if wanted.type == "tensor(double)" else np.float32
        out = self._session.run(None, {wanted.name: batch.astype(kind)})[0]
        return out.reshape(len(cells), -1)

    def _run_texts(self, texts):
        if self._tokenizer is None:
            self._tokenizer = _load_tokenizer(self.path)
        pieces = self._tokenizer.encode_batch(texts)
        known = {
            "input_ids": np.array([piece.ids for piece in pieces], dtype=np.int64),
            "attention_mask": np.array(
                [piece.attention_mask for piece in pieces], dtype=np.int64
            ),
            "token_type_ids": np.array(
                [piece.type_ids for piece in pieces], dtype=np.int64
            ),
        }
        names = [entry.name for entry in self._session.get_inputs()]
        if not set(names) <= set(known):
            raise ValueError(
                f"The ONNX file {self.path!r} wants the inputs {names}; those that "
                f"texts have are {list(known)}. Wrap the model in a function."
            )
        out = self._session.run(None, {name: known[name] for name in names})[0]
        if out.ndim == 2:
            return out
        mask = known["attention_mask"][:, :, None]
        return (out * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)


_LOADED = ("_session", "_tokenizer", "_identity")
#: Who needs the libraries.
_OWNER = "An encoder in an ONNX file"


def _load_session(path):
    onnxruntime = optional_module("onnxruntime", _OWNER)
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def _load_tokenizer(path):
    tokenizers = optional_module("tokenizers", _OWNER)
    file = Path(path).with_name("tokenizer.json")
    if not file.is_file():
        raise ValueError(
            f"To encode texts by the ONNX file {path!r}, its folder must hold the file "
            "'tokenizer.json', which is not there."
        )
    tokenizer = tokenizers.Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.enable_padding()
    return tokenizer
