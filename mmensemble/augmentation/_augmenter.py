"""New training rows, which keep the modalities of a row consistent."""

from dataclasses import dataclass
from functools import partial
from numbers import Integral

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, clone
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length

from mmensemble import _frame
from mmensemble._compat import Interval, validate_parameter_constraints
from mmensemble._validation import as_weight, check_target, check_weight
from mmensemble.augmentation._copies import Copies, with_copies
from mmensemble.augmentation._oversample import Oversample
from mmensemble.augmentation._readings import picture_readers, text_positions
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


@dataclass(frozen=True)
class AugmentedRows:
    """Training rows and, below them, their copies.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
        In the container of the table that was given.
    y : ndarray of shape (n_rows, ...) or None
        Labels or numbers.
    sample_weight : ndarray of shape (n_rows,)
        Their sum is that of the training rows.
    source : ndarray of int of shape (n_rows,)
        The training row that each is, or is a copy of.

    Examples
    --------
    >>> from mmensemble.augmentation import MultimodalAugmenter
    >>> from mmensemble.datasets import make_multimodal
    >>> X = make_multimodal(3, random_state=0).data
    >>> MultimodalAugmenter([]).augment(X).source.tolist()
    [0, 1, 2, 0, 1, 2]
    """

    X: object
    y: np.ndarray | None
    sample_weight: np.ndarray
    source: np.ndarray


class MultimodalAugmenter(BaseEstimator):
    """Add changed copies of rows to the training rows.

    Given as ``augmenter=`` to the multimodal estimators, it works on training rows
    only, inside every inner fold and for the final fit; no copy ever crosses a
    fold, and the rows that are predicted are never changed. The weight of a row is
    shared among it and its copies, so that penalties keep their meaning. A modality
    that a row lacks stays absent.

    On tabular features gains are small, and most of what looks like one is what
    repeating rows does to a learner: compare with ``MultimodalAugmenter([])``,
    which copies rows as they are.

    Parameters
    ----------
    steps : list
        What is done to each copy, in this order: steps of this package, or
        functions that take a pandas frame of copies, of the table's own types, and
        return one of the same rows and columns. An :class:`Oversample` stands first.
    n_copies : int, default=1
        Copies of each row, where no `Oversample` decides.
    modalities : None or list of str, default=None
        Names of the modalities whose cells may change. None: all.
    random_state : int, RandomState instance or None, default=None
        Of what is drawn.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier
    >>> from mmensemble.augmentation import Jitter, MixUp, MultimodalAugmenter
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(
    ...     fusion="voting",
    ...     augmenter=MultimodalAugmenter([Jitter(), MixUp()]),
    ...     random_state=0,
    ... ).fit(data.data, data.target)
    >>> model.predict(data.data).shape
    (300,)
    """

    _parameter_constraints = {
        "steps": [list],
        "n_copies": [Interval(Integral, 1, None, closed="left")],
        "modalities": [None, list],
        "random_state": ["random_state"],
    }

    def __init__(self, steps, *, n_copies=1, modalities=None, random_state=None):
        self.steps = steps
        self.n_copies = n_copies
        self.modalities = modalities
        self.random_state = random_state

    def augment(
        self, X, y=None, *, modalities="auto", sample_weight=None, classifier=None
    ):
        """Return training rows and their copies.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            Training rows.
        y : array-like of shape (n_samples,) or (n_samples, n_targets), default=None
        modalities : "auto" or list of (name, extractor, columns), default="auto"
            As for the multimodal estimators.
        sample_weight : array-like of shape (n_samples,), default=None
        classifier : bool, default=None
            Whether `y` holds classes. None: unless it holds floats.

        Returns
        -------
        rows : AugmentedRows

        Raises
        ------
        ValueError
            For unknown modalities, an `Oversample` that is not first or has no
            classes, a function that returns another shape, and what steps refuse.
        TypeError
            For a step that is none, and cells of a sparse table that would change.
        """
        name = type(self).__name__
        validate_parameter_constraints(
            self._parameter_constraints, self.get_params(deep=False), name
        )
        X = _frame.as_table(X, name)
        y = None if y is None else check_target(name, y)
        if y is not None:
            check_consistent_length(X, y)
        if classifier is None:
            classifier = y is not None and y.dtype.kind != "f"
        resolved = resolve_modalities(modalities, X)
        presence = presence_mask(X, resolved)
        weight = as_weight(check_weight(sample_weight, X.shape[0]), X.shape[0])
        steps = self._checked_steps(y, classifier)
        rng = np.random.default_rng(
            check_random_state(self.random_state).randint(2**31 - 1)
        )
        places, kept = self._places(X, resolved)
        oversamples = bool(steps) and isinstance(steps[0], Oversample)
        n_rows = X.shape[0]
        if oversamples:
            source = steps[0].draw(y, weight, rng)
        else:
            source = np.tile(np.arange(n_rows), self.n_copies)
        own = (X, y, places, presence[:, kept], source)
        reading = [resolved[p][1] for p in kept], places
        copies = Copies(
            *own,
            classifier=classifier,
            readers=picture_readers(*reading),
            texts=partial(text_positions, X, weight, *reading),
        )
        for step in steps:
            if hasattr(step, "change"):
                step.change(copies, rng)
            else:
                _call(step, copies)
        return self._finished(copies, weight, oversamples)

    def _finished(self, copies, weight, oversamples):
        """Return training rows and copies, each with its weight."""
        n_rows = len(weight)
        source = np.concatenate([np.arange(n_rows), copies.source])
        share = np.concatenate([np.ones(n_rows), copies.share])
        if oversamples:
            new = weight[source] * share
            new *= weight.sum() / new.sum()
        else:
            new = weight[source] * share / (1 + self.n_copies)
        y = copies.y
        if y is not None:
            y = np.concatenate([y, copies.target])
        return AugmentedRows(with_copies(copies), y, new, source)

    def _places(self, X, resolved):
        """Return (name, positions) of modalities that may change, and which."""
        names = [name for name, _, _ in resolved]
        unknown = [name for name in self.modalities or () if name not in names]
        if unknown:
            raise ValueError(
                f"The 'modalities' parameter of {type(self).__name__} names {unknown}, "
                f"and the table's modalities are {names}."
            )
        place = None
        if _frame.is_frame(X):
            place = {name: p for p, name in enumerate(X.columns)}
        kept = [
            p
            for p, name in enumerate(names)
            if self.modalities is None or name in self.modalities
        ]
        places = []
        for name, _, columns in [resolved[p] for p in kept]:
            columns = columns if isinstance(columns, list) else [columns]
            named = place is not None and isinstance(columns[0], str)
            places.append((name, [place[c] for c in columns] if named else columns))
        return places, kept

    def _checked_steps(self, y, classifier):
        steps = []
        for position, step in enumerate(self.steps):
            if isinstance(step, type) or not (
                hasattr(step, "change") or callable(step)
            ):
                raise TypeError(
                    f"Step {position} of {type(self).__name__} is {step!r}; give an "
                    "object such as Jitter(), or a function of a frame."
                )
            if not hasattr(step, "change"):
                steps.append(step)
                continue
            validate_parameter_constraints(
                step._parameter_constraints,
                step.get_params(deep=False),
                type(step).__name__,
            )
            steps.append(clone(step))
            if not isinstance(step, Oversample):
                continue
            if position:
                raise ValueError(
                    "Oversample decides which rows are copied, so it must be the "
                    f"first step, got it as step {position}."
                )
            if y is None or not classifier:
                raise ValueError(
                    "Oversample needs classes, and the target holds numbers or is "
                    "not given."
                )
        return steps


def _call(function, copies):
    """Let a user's function change the copies of all modalities that may change."""
    if sparse.issparse(copies.X):
        copies.objects(0)  # raises
    positions = [p for _, own in copies.modalities for p in own]
    names = _frame.column_names(copies.X) or list(range(copies.X.shape[1]))
    columns = {names[p]: copies.series(p) for p in positions}
    before = pd.DataFrame(columns)
    after = function(before.copy())
    _check_frame(function, before, after)
    for p in positions:
        new = after[names[p]]
        if not new.equals(before[names[p]]):
            copies.cells[p] = _cells(function, copies, p, new)


def _check_frame(function, before, after):
    """Raise ValueError unless a function has returned the rows and columns it got."""
    shape = getattr(after, "shape", None)
    known = set(before) == set(getattr(after, "columns", ()))
    if shape != before.shape or not known:
        raise ValueError(
            f"{_named(function)} must return a frame with the rows and columns that it "
            f"was given, {before.shape}; got {type(after).__name__} of shape {shape}."
        )
    if not after.index.equals(before.index):
        raise ValueError(
            f"{_named(function)} must return the rows that it was given in their "
            f"order, with their index from 0 to {len(before) - 1}; got index "
            f"{after.index[:3].tolist()}... Rows keep their labels, so that cells of "
            "another row would get a wrong one."
        )


def _cells(function, copies, position, new):
    """Return new cells of a column, as copies keep them."""
    if _frame.kind(_frame.column(copies.X, position)) != "number":
        if copies.is_raw(position):
            return new.astype(object).where(new.notna(), None).to_numpy(dtype=object)
        return _frame.to_objects(new)
    try:
        return new.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{_named(function)} must keep numbers in the column {new.name!r}: {error}."
        ) from error


def _named(function):
    name = getattr(function, "__name__", function)
    return f"The function {name!r} among the steps of an augmenter"
