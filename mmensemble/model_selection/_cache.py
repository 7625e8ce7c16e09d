"""Finished work on disk, so that an interrupted comparison goes on where it was."""

import os
import pickle
import struct
import warnings
from pathlib import Path
from uuid import uuid4

import joblib
from joblib import Memory

from mmensemble.model_selection._user_code import code_hash

#: What reading a damaged file, or one of other versions, raises.
_DAMAGES = (
    AttributeError,
    EOFError,
    ImportError,
    IndexError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    struct.error,
)

#: What stands first in every file.
_MARK = "mmensemble fold"


class FoldCache:
    """Results by fold and by what was fitted, one file each.

    Files are pickles, which can run any code when they are read: let nobody else
    write into the folder. Those that are made are for this user alone. A file that
    is damaged, or holds something else, is done again.

    Parameters
    ----------
    folder : str or Path
        Of this comparison's data and model.

    Examples
    --------
    >>> import tempfile
    >>> from mmensemble.model_selection._cache import FoldCache
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = FoldCache(folder)
    ...     cache.store([0, 1], [2], "members", {"a": 1})
    ...     cache.load([0, 1], [2], "members"), cache.load([0], [2], "members")
    ({'a': 1}, None)
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def load(self, train, test, key):
        """Return what was stored for a fold under `key`; None if nothing readable."""
        path = self._path(train, test, key)
        if not path.exists():
            return None
        try:
            mark, name, value = joblib.load(path)
            if (mark, name) != (_MARK, path.stem):
                raise ValueError("it holds something else")
            return value
        except _DAMAGES as error:
            warnings.warn(
                f"{path} of the cache cannot be read and is done again: "
                f"{type(error).__name__}: {error}.",
                UserWarning,
            )
            return None

    def store(self, train, test, key, value):
        """Store a value; a reader sees all of it or nothing."""
        path = self._path(train, test, key)
        _make_private(path.parent)
        part = path.with_name(f"{uuid4().hex}.part")
        joblib.dump((_MARK, path.stem, value), part)
        os.replace(part, path)

    def _path(self, train, test, key):
        fold = joblib.hash((list(train), list(test)))
        name = joblib.hash((key, code_hash(key)))
        return self.folder / fold / f"{name}.joblib"


def _make_private(folder):
    """Make a folder, and those above it, for this user alone where they are missing."""
    if not folder.exists():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def open_cache(cache, *what):
    """Return the cache of one comparison.

    Parameters
    ----------
    cache : None, str, Path or joblib.Memory
        Where to keep it.
    *what : objects
        What the results depend on: model, data, metadata. The code of functions
        and classes among them counts.

    Returns
    -------
    cache : FoldCache or None

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(cache, Memory):
        cache = cache.location
    if cache is None:
        return None
    if not isinstance(cache, str | Path):
        raise TypeError(
            "The 'cache' parameter must be None, a path or a joblib.Memory, got "
            f"{cache!r}."
        )
    name = joblib.hash((what, code_hash(what)))
    return FoldCache(Path(cache) / "mmensemble" / name)
