"""Models in files that hold no code: written and read by skops."""

import zipfile
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pandas as pd

from mmensemble._optional import optional_module

#: Ending of files without code.
SKOPS = ".skops"
#: Rooms, and this module, whose classes are parts of fitted models.
_ROOMS = {
    "_persistence",
    "analysis",
    "augmentation",
    "auxiliary",
    "crossmodal",
    "ensemble",
    "features",
    "fusion",
    "learners",
    "modality",
    "numerics",
    "representation",
    "semi_supervised",
    "transfer",
}
#: Parts of the models of our own learners that skops does not know.
_KNOWN = {
    "builtins.frozenset",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
}
#: Whether a model is being saved, so that states hold what files can hold.
_SAVING = ContextVar("saving", default=False)


def save(model, path):
    """Write a model to a file that holds its state, and no code.

    Parameters
    ----------
    model : estimator object
        Fitted or not: one of this package, or a pipeline that holds one.
    path : str or Path
        File to write; ``.skops`` is the usual ending.

    Returns
    -------
    untrusted : list of str
        Types that `load` will not trust by itself: those that are
        neither of this package nor known to be harmless. Give them as its `trusted`.

    Raises
    ------
    ImportError
        When skops is not installed.
    ValueError
        When something in the model cannot be written, such as a lambda.
    """
    skops = require_skops()
    token = _SAVING.set(True)
    try:
        data = skops.dumps(model)
        types = skops.get_untrusted_types(data=data)
    except Exception as error:  # of many kinds: it asks each object for its state
        raise ValueError(
            f"{type(model).__name__} cannot be saved: {error}. Use functions that are "
            "defined at the top of a module, and estimators whose state is plain; "
            "joblib.dump writes the others, as pickles."
        ) from error
    finally:
        _SAVING.reset(token)
    hidden = [name for name in types if "<" in name]
    if hidden:
        raise ValueError(
            f"{type(model).__name__} cannot be saved: it holds {hidden}, which another "
            "process cannot import. Move them to the top of a module of yours."
        )
    Path(path).write_bytes(data)
    return untrusted_of(types)


def load(path, *, trusted=()):
    """Read a model that `save` has written.

    Nothing in the file is run: it names types, and only those are made that are of
    this package, of scikit-learn, NumPy and SciPy as far as known to be harmless,
    or that `trusted` names.

    Parameters
    ----------
    path : str or Path
        File to read.
    trusted : list of str or type, default=()
        Further types to make, such as extractors of your own, by their full names.
        Name only those whose code you know.

    Returns
    -------
    model : estimator object
        As it was saved.

    Raises
    ------
    ImportError
        When skops is not installed.
    ValueError
        For a file that is no saved model, and for types that are not trusted.

    Examples
    --------
    >>> import mmensemble
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = mmensemble.MultimodalClassifier(fusion="voting", random_state=0)
    >>> model.fit(data.data, data.target).save("model.skops")  # doctest: +SKIP
    []
    >>> again = mmensemble.load("model.skops")  # doctest: +SKIP
    """
    if isinstance(trusted, str | bool | type):
        raise ValueError(
            f"The 'trusted' parameter must be a list of types or of their full names, "
            f"got {trusted!r}."
        )
    skops = require_skops()
    names = {name if isinstance(name, str) else _full_name(name) for name in trusted}
    data = Path(path).read_bytes()
    try:
        types = skops.get_untrusted_types(data=data)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{str(path)!r} is no model that 'save' has written: {error}. Pickles are "
            "read by joblib.load, if you know who made them."
        ) from error
    unknown = sorted(set(untrusted_of(types)) - names)
    if unknown:
        raise ValueError(
            f"{str(path)!r} holds types that are not trusted: {unknown}. If you know "
            f"their code, load it with trusted={unknown}."
        )
    return skops.loads(data, trusted=types)


def untrusted_of(types):
    """Return the names of types, in order, that a user has to trust.

    Parameters
    ----------
    types : list of str
        Full names of what skops does not trust.
    """
    return sorted(
        name for name in types if name not in _KNOWN and not _is_house_class(name)
    )


def _is_house_class(name):
    """Tell whether a name is that of a class, defined there, of a room of models.

    Never true of functions, methods, and what a module has imported.
    """
    module, _, attribute = name.rpartition(".")
    package, _, inner = module.partition(".")
    if package != "mmensemble" or inner.split(".")[0] not in _ROOMS:
        return False
    try:
        found = vars(import_module(module)).get(attribute)
    except ImportError:  # of another version of the package
        return False
    return isinstance(found, type) and _full_name(found) == name


def _full_name(kind):
    return f"{kind.__module__}.{kind.__qualname__}"


def require_skops():
    """Return ``skops.io``.

    Raises
    ------
    ImportError
        When skops is not installed.
    """
    return optional_module("skops.io", "A model that is saved without pickle")


@dataclass(frozen=True)
class StoredFrame:
    """A small frame as a file can hold it.

    Parameters
    ----------
    columns, index : list
        Labels, and tuples of them where there are several levels.
    names : list of (list of names)
        Of the levels of the columns and of the index.
    values : list of ndarray
    dtypes : list of str
    """

    columns: list
    index: list
    names: list
    values: list
    dtypes: list

    @classmethod
    def of(cls, frame):
        """Return a frame, stored."""
        columns = [frame.iloc[:, k] for k in range(frame.shape[1])]
        plain = [c.dtype.kind in "biuf" for c in columns]
        return cls(
            frame.columns.tolist(),
            frame.index.tolist(),
            [list(frame.columns.names), list(frame.index.names)],
            [
                column.to_numpy(None if is_plain else object)
                for column, is_plain in zip(columns, plain, strict=True)
            ],
            [str(column.dtype) for column in columns],
        )

    def frame(self):
        """Return the frame."""
        columns = [
            pd.Series(values, dtype=dtype)
            for values, dtype in zip(self.values, self.dtypes, strict=True)
        ]
        frame = pd.concat(columns, axis=1) if columns else pd.DataFrame()
        frame.index = _labels(self.index, self.names[1])
        frame.columns = _labels(self.columns, self.names[0])
        return frame


def _labels(labels, names):
    if len(names) > 1:
        return pd.MultiIndex.from_tuples(labels, names=names)
    return pd.Index(labels, name=names[0])


@dataclass(frozen=True)
class StoredDict:
    """A dict, by keys that are no words, as a file can hold it."""

    keys: list
    values: list


def _stored(value):
    if isinstance(value, pd.DataFrame):
        return StoredFrame.of(value)
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return StoredDict(list(value), list(value.values()))
    return value


def _restored(value):
    if isinstance(value, StoredFrame):
        return value.frame()
    if isinstance(value, StoredDict):
        return dict(zip(value.keys, value.values, strict=True))
    return value


class StoredMixin:
    """Objects whose state is stored as files without code can hold it."""

    def __getstate__(self):
        state = super().__getstate__()
        # of a fit within another one, which scikit-learn does not end
        state = {k: v for k, v in state.items() if k != "_callback_fit_ctx"}
        if not _SAVING.get():
            return state
        return {name: _stored(value) for name, value in state.items()}

    def __setstate__(self, state):
        state = {name: _restored(value) for name, value in state.items()}
        if hasattr(super(), "__setstate__"):
            super().__setstate__(state)
        else:
            vars(self).update(state)


class SavedMixin:
    """Models that write themselves to a file."""

    def save(self, path):
        """Write the model to a file without code, for :func:`mmensemble.load`.

        Parameters
        ----------
        path : str or Path
            File to write; ``.skops`` is the usual ending.

        Returns
        -------
        untrusted : list of str
            Types, such as extractors of your own, that have to be named to ``load``.
        """
        return save(self, path)
