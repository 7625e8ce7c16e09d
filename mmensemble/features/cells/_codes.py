"""Codes by a frozen encoder: each distinct cell once, kept in a folder if wanted."""

import hashlib
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import numpy as np

from mmensemble.features.cells._onnx import OnnxEncoder


def as_encoder(encode, owner, parameter="encode", word=None):
    """Return a function that encodes a list of cells, and holds no weights.

    Parameters
    ----------
    encode : callable, str or path
        A function that can be imported, or an ONNX file.
    owner, parameter : str
        For messages.
    word : str, default=None
        What the parameter may be instead.

    Returns
    -------
    encode : callable
        Takes a list of cells and gives an array of shape (n_cells, n_features).

    Raises
    ------
    ValueError
        For a function that cannot be imported by its name (a lambda, a method, an
        instance with weights), and for a file that is no ONNX file or is missing.
    """
    if not callable(encode):
        path = Path(encode)
        if path.suffix.lower() != ".onnx" or not path.is_file():
            raise ValueError(
                f"The '{parameter}' parameter of {owner} must be "
                f"{'' if word is None else f'{word!r}, '}a function or the path of an "
                f"ONNX file, got {str(encode)!r}, which is no such file."
            )
        return OnnxEncoder(str(path))
    if not _is_importable(encode):
        raise ValueError(
            f"The '{parameter}' parameter of {owner} must be a function that can be "
            f"imported by its name, got {encode!r}, with which its weights or its code "
            "would have to be stored. Write a function in a module that loads the "
            "model when it is first called."
        )
    return encode


def _is_importable(encode):
    module = getattr(encode, "__module__", None)
    name = getattr(encode, "__qualname__", None)
    if module is None or name is None:
        return False
    try:
        found = sys.modules.get(module) or import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        return False
    return found is encode


class Encoded:
    """Features of what a reader reads, by an encoder that is never trained.

    Parameters
    ----------
    encode : callable
        As `as_encoder` returns it.
    reader : callable
        From a cell to what is encoded.
    cache : str, path or None
        Folder in which codes are kept.

    Examples
    --------
    >>> import numpy as np
    >>> def lengths(texts):
    ...     return [[len(text)] for text in texts]
    >>> Encoded(lengths, str).features(["a", "bcd"])
    array([[1.],
           [3.]])
    """

    def __init__(self, encode, reader, cache=None):
        self.encode = encode
        self.reader = reader
        self.cache = cache

    def read(self, cell):
        """Return what a cell holds, as the encoder takes it."""
        return self.reader(cell)

    def key(self, value):
        """Return the same text for the same value, None where that is not known."""
        return digest(value)

    def features(self, values):
        """Return codes of shape (n_values, n_features)."""
        if self.cache is None:
            return self._encoded(values)
        files = [self._file(value) for value in values]
        codes = [_stored(file) for file in files]
        new = [i for i, code in enumerate(codes) if code is None]
        if new:
            encoded = self._encoded([values[i] for i in new])
            for i, code in zip(new, encoded, strict=True):
                codes[i] = code
                _store(files[i], code)
        return np.vstack(codes)

    def names(self, n_features):
        """Return names of the codes."""
        return [f"code{i}" for i in range(n_features)]

    def _encoded(self, values):
        name = getattr(self.encode, "__qualname__", type(self.encode).__name__)
        codes = self.encode(list(values))
        try:
            codes = np.asarray(codes, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"The encoder {name!r} must return one row of numbers a cell, all of "
                f"one length: {error}"
            ) from error
        if codes.ndim == 0 or len(codes) != len(values):
            raise ValueError(
                f"The encoder {name!r} must return one row of numbers a cell, got an "
                f"array of shape {codes.shape} for {len(values)} cells."
            )
        codes = codes.reshape(len(codes), -1)
        if not np.isfinite(codes).all():
            raise ValueError(
                f"The encoder {name!r} returned NaN or infinity. It must return "
                "finite numbers."
            )
        return codes

    def _file(self, value):
        key = digest(value)
        if key is None:
            return None
        identity = getattr(self.encode, "identity", None)
        if identity is None:
            name = f"{self.encode.__module__}:{self.encode.__qualname__}"
            identity = hashlib.sha256(name.encode()).hexdigest()
        return Path(self.cache) / identity[:32] / key[:2] / f"{key}.npy"


def digest(value):
    """Return a hash of what a value holds, None for what has no known content.

    Examples
    --------
    >>> digest("a") == digest("a"), digest("a") == digest(b"a"), digest(object())
    (True, False, None)
    """
    found = hashlib.sha256()
    return found.hexdigest() if _feed(found, value) else None


def _feed(found, value):
    """Add a value to a hash; tell whether its content is known."""
    if isinstance(value, str | os.PathLike):
        content = b"str" + str(value).encode("utf-8", "surrogatepass")
    elif isinstance(value, bytes | bytearray | memoryview):
        content = b"bytes" + bytes(value)
    elif isinstance(value, np.ndarray) and value.dtype != object:
        content = f"{value.dtype}{value.shape}".encode() + value.tobytes()
    elif isinstance(value, bool | int | float | np.generic):
        content = repr(value).encode()
    elif isinstance(value, list | tuple):
        found.update(f"list{len(value)}".encode())
        return all(_feed(found, part) for part in value)
    elif type(value).__module__.startswith("PIL."):
        content = f"{value.mode}{value.size}".encode() + value.tobytes()
    else:
        return False
    found.update(len(content).to_bytes(8, "little") + content)
    return True


def _stored(file):
    """Return the code in a file, None where there is none that can be read."""
    if file is None or not file.is_file():
        return None
    try:
        code = np.load(file, allow_pickle=False)
    except (ValueError, OSError, EOFError):
        return None
    return code if code.ndim == 1 and code.dtype == np.float64 else None


def _store(file, code):
    """Write a code whole or not at all, whoever else writes it too."""
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "wb") as part:
        np.save(part, code, allow_pickle=False)
    os.replace(name, file)
