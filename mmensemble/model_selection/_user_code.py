"""What the functions of users do, so that a cache notices when they are edited."""

import io
import pickle
from types import CodeType, FunctionType

import joblib
import numpy as np

from mmensemble._frame import is_pandas, is_polars

#: Packages that come in versions, and that nobody edits between two runs.
_INSTALLED = {"mmensemble", "sklearn", "numpy", "scipy", "pandas", "joblib", "builtins"}


def code_hash(*what):
    """Return a hash of the code of all functions and classes that objects hold.

    Pickles, and hashes of them, know functions by their names alone. This one
    changes with their bytecode, constants, defaults and closures, and with those of
    functions of the same module that they call.

    Parameters
    ----------
    *what : objects
        Such as estimators, looked through as a pickle would.

    Returns
    -------
    hash : str

    Examples
    --------
    >>> from mmensemble.model_selection._user_code import code_hash
    >>> own = {"__name__": "own"}
    >>> exec("def shift(x): return x + 1", own)
    >>> before = code_hash(own["shift"])
    >>> exec("def shift(x): return x + 2", own)
    >>> code_hash(own["shift"]) == before
    False
    """
    finder = _Finder()
    finder.dump(what)
    return joblib.hash(finder.found)


class _Finder(pickle.Pickler):
    """Collects the code of what it pickles."""

    def __init__(self, seen=None, found=None):
        super().__init__(io.BytesIO())
        self.seen = set() if seen is None else seen
        self.found = [] if found is None else found

    def reducer_override(self, value):
        """Collect functions and classes; pass over data; leave the rest to pickle."""
        if isinstance(value, np.ndarray) or is_pandas(value) or is_polars(value):
            return str, ("data",)
        if not isinstance(value, FunctionType | type) or _is_installed(value):
            return NotImplemented
        is_class = isinstance(value, type)
        self._add(value, self._class if is_class else self._function)
        return str, (value.__qualname__,)

    def _add(self, value, describe):
        if not _is_installed(value) and id(value) not in self.seen:
            self.seen.add(id(value))
            describe(value)

    def _function(self, function):
        values = [*(function.__defaults__ or ())]
        values += [*(function.__kwdefaults__ or {}).values()]
        values += [_content(cell) for cell in function.__closure__ or ()]
        code = _describe(function.__code__)
        self.found.append((function.__qualname__, code, [*map(_hash, values)]))
        for name in _names(function.__code__):
            called = function.__globals__.get(name)
            if getattr(called, "__module__", None) == function.__module__:
                values.append(called)
        for value in values:
            self._look_into(value)

    def _class(self, kind):
        for base in kind.__mro__[1:]:
            self._add(base, self._class)
        for name, value in sorted(vars(kind).items()):
            value = getattr(value, "__func__", getattr(value, "fget", value))
            if isinstance(value, FunctionType):
                self._add(value, self._function)
            elif not name.startswith("__"):
                self.found.append((kind.__qualname__, name, _hash(value)))

    def _look_into(self, value):
        try:
            _Finder(self.seen, self.found).dump(value)
        except Exception:  # what cannot be pickled is known by its type
            self.found.append(type(value).__qualname__)


def _is_installed(value):
    package = (getattr(value, "__module__", None) or "").partition(".")[0]
    return package in _INSTALLED


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _names(code):
    """Return the names that a function and those within it look up."""
    names = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names += _names(constant)
    return names


def _describe(code):
    """Return the code of a function without its place in the file."""
    constants = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            constants.append(_describe(constant))
        elif isinstance(constant, frozenset):
            constants.append(sorted(map(repr, constant)))
        else:
            constants.append(repr(constant))
    return code.co_code, constants, code.co_names, code.co_varnames


def _hash(value):
    try:
        return joblib.hash(value)
    except Exception:  # lambdas, say, whose code is collected
        return type(value).__qualname__
