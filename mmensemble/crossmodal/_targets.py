"""The cells of a modality as numbers to be predicted, and the way back."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mmensemble._frame import column, kind, null_mask, to_float, to_objects
from mmensemble.crossmodal._modalities import labels_of
from mmensemble.crossmodal._pairs import Residual
from mmensemble.crossmodal._sources import rows_of
from mmensemble.features._text import is_free_text
from mmensemble.modality._columns import select
from mmensemble.numerics._columns import column_moments

#: Levels of a category that can be filled in, the most common ones.
_MOST_LEVELS = 100


@dataclass(frozen=True)
class ColumnCode:
    """How one column is coded.

    Parameters
    ----------
    label : str or int
        Name of the column, or its position in an array.
    first : int
        Where its codes begin.
    levels : tuple or None
        Of a category, as the table has them; None for a number.
    """

    label: object
    first: int
    levels: tuple | None = None

    @property
    def span(self):
        """Where its codes lie."""
        return slice(self.first, self.first + len(self.levels or (0,)))


class TargetCoder:
    """Code numbers as they are and categories as indicators, all standardised.

    Text that is no category, dates and durations cannot be predicted as numbers and
    are passed over.

    Parameters
    ----------
    name : str
        Of the modality.
    labels : list of str or int
        Of its columns.

    Attributes
    ----------
    codes_ : list of ColumnCode
    skipped_ : list of str or int
        Columns that are passed over.
    mean_, scale_ : ndarray of shape (n_codes,)
        Of what is coded; the scale is 0 where nothing varies.
    """

    def __init__(self, name, labels):
        self.name = name
        self.labels = labels

    def fit(self, part, weight):
        """Learn codes, means and scales.

        Parameters
        ----------
        part : table of shape (n_present, n_columns)
            The modality's columns, in rows that have it.
        weight : ndarray of shape (n_present,)

        Returns
        -------
        self : object
        """
        self.codes_, self.skipped_, first = [], [], 0
        for position, label in enumerate(self.labels):
            col = column(part, position)
            levels = _levels(col, weight)
            if levels is False:
                self.skipped_.append(label)
                continue
            self.codes_.append(ColumnCode(label, first, levels))
            first = self.codes_[-1].span.stop
        raw, seen = self._raw(part)
        self._check_finite(raw)
        values = np.where(seen, raw, np.nan)
        self.mean_, self.scale_ = column_moments(values, weight)
        return self

    def _check_finite(self, raw):
        for code in self.codes_:
            if np.isinf(raw[:, code.span]).any():
                raise ValueError(
                    f"Column {code.label!r} of modality {self.name!r} contains "
                    "infinity. Replace infinite values by missing or finite ones."
                )

    def _raw(self, part):
        """Return codes in the table's units, and which are seen."""
        n_codes = self.codes_[-1].span.stop if self.codes_ else 0
        raw = np.zeros((part.shape[0], n_codes))
        seen = np.zeros(raw.shape, dtype=bool)
        at = {label: position for position, label in enumerate(self.labels)}
        for code in self.codes_:
            col = column(part, at[code.label])
            missing = null_mask(col)
            if code.levels is None:
                raw[:, code.first] = np.where(missing, 0.0, to_float(col))
            elif not missing.all():
                words = to_objects(col)
                raw[:, code.span] = words[:, None] == np.array(code.levels, object)
            seen[:, code.span] = ~missing[:, None]
        return raw, seen

    def encode(self, part):
        """Return standardised codes, zero where not seen, and which are seen.

        Parameters
        ----------
        part : table of shape (n_present, n_columns)

        Returns
        -------
        codes : ndarray of shape (n_present, n_codes)
        seen : ndarray of bool of shape (n_present, n_codes)
        """
        raw, seen = self._raw(part)
        scale = np.where(self.scale_ > 0, self.scale_, np.inf)
        return np.where(seen, (raw - self.mean_) / scale, 0.0), seen

    def decode(self, codes):
        """Return the cells that codes stand for.

        Parameters
        ----------
        codes : ndarray of shape (n_rows, n_codes)

        Returns
        -------
        cells : dict of label to ndarray of shape (n_rows,)
            Numbers, or the level of the largest indicator.
        """
        raw = self.mean_ + codes * self.scale_
        cells = {}
        for code in self.codes_:
            if code.levels is None:
                cells[code.label] = raw[:, code.first]
            else:
                levels = np.array(code.levels, dtype=object)
                cells[code.label] = levels[raw[:, code.span].argmax(axis=1)]
        return cells

    def doubts(self, codes, variance):
        """Return how uncertain decoded cells are.

        Parameters
        ----------
        codes : ndarray of shape (n_rows, n_codes)
        variance : ndarray of shape (n_rows, n_codes)
            Of what is left, in standardised codes.

        Returns
        -------
        doubts : dict of label to ndarray of shape (n_rows,)
            Standard deviation of a number; for a category one minus the share of
            the level that `decode` gives.
        """
        raw = np.clip(self.mean_ + codes * self.scale_, 0.0, None)
        deviation = np.sqrt(variance) * self.scale_
        doubts = {}
        for code in self.codes_:
            if code.levels is None:
                doubts[code.label] = deviation[:, code.first]
            else:
                share = raw[:, code.span]
                total = np.maximum(share.sum(axis=1), 1e-300)
                doubts[code.label] = 1 - share.max(axis=1) / total
        return doubts


def _levels(col, weight):
    """Return None for a number, levels of a category, False for anything else."""
    found = kind(col)
    if found in ("number", "boolean"):
        return None
    if found not in ("category", "string"):
        return False
    words = to_objects(col)
    if found == "string" and is_free_text(words, weight, _MOST_LEVELS):
        return False
    present = np.array([word is not None for word in words])
    if not present.any():
        return False
    levels, which = np.unique(words[present].astype(str), return_inverse=True)
    common = np.argsort(-np.bincount(which, weight[present]), kind="stable")
    return tuple(str(level) for level in levels[common[:_MOST_LEVELS]])


def columns_of(X, labels):
    """Return some columns of a table, dense ones."""
    part = select(X, labels)
    return part.toarray() if sparse.issparse(part) else part


@dataclass(frozen=True)
class Coded:
    """All targets of a table.

    Parameters
    ----------
    coders : dict of int to TargetCoder
        By the modality's position.
    codes : dict of int to (ndarray, ndarray)
        Codes in all rows, zero where absent, and which are seen.
    marginals : dict of int to Residual
        What is left around the mean.
    skipped : dict of str to list
        Columns that are passed over, by modality.
    """

    coders: dict
    codes: dict
    marginals: dict
    skipped: dict


def code_targets(resolved, target, X, presence, weight):
    """Return coders of the modalities that are to be predicted.

    Parameters
    ----------
    resolved : list of (name, extractor, columns)
    target : None, str or list of str
        None for all that have a column to predict.
    X : table of shape (n_samples, n_columns)
    presence : ndarray of bool of shape (n_samples, n_modalities)
    weight : ndarray of shape (n_samples,)

    Returns
    -------
    coded : Coded

    Raises
    ------
    ValueError
        For targets that are no modalities, or have no column to predict.
    """
    names = [name for name, _, _ in resolved]
    wanted = [target] if isinstance(target, str) else target
    unknown = sorted(set(wanted or ()) - set(names))
    if unknown:
        raise ValueError(
            f"The 'target' parameter names {unknown}, which are no modalities of the "
            f"table; it has {names}."
        )
    coded = Coded({}, {}, {}, {})
    for position, (name, _, columns) in enumerate(resolved):
        rows = np.flatnonzero(presence[:, position])
        if (wanted is not None and name not in wanted) or not len(rows):
            continue
        labels = labels_of(columns)
        part = rows_of(columns_of(X, labels), rows)
        coder = TargetCoder(name, labels).fit(part, weight[rows])
        if coder.skipped_:
            coded.skipped[name] = coder.skipped_
        if coder.codes_:
            coded.coders[position] = coder
            _code(coded, position, part, rows, weight)
    empty = sorted(set(wanted or ()) - {each.name for each in coded.coders.values()})
    if empty:
        raise ValueError(
            f"The 'target' parameter names {empty}, which have no column of numbers, "
            "booleans or categories in the training rows. Leave them out; "
            "CrossModalRetriever finds texts that fit."
        )
    return coded


def _code(coded, position, part, rows, weight):
    """Add codes in all rows, and what is left around the mean."""
    known, seen = coded.coders[position].encode(part)
    shape = (len(weight), known.shape[1])
    codes = np.zeros(shape), np.zeros(shape, dtype=bool)
    codes[0][rows], codes[1][rows] = known, seen
    coded.codes[position] = codes
    coded.marginals[position] = Residual.of(known, weight[rows])
