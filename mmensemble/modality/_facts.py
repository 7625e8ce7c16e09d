"""What the columns of a table are like, beside a target and groups."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from mmensemble import _frame

#: In fewer rows than this, columns are alike by chance.
_FEWEST_ROWS = 20
#: Columns that are looked at together.
_CHUNK = 64
#: Share of distinct values from which on a column tells rows.
_DISTINCT = 0.95
#: Distinct other numbers of a column that is a measurement; a number is far outside
#: of them by so many times their range, or, of nines, by once.
_MEASURED, _FAR = 10, 5
#: Two columns of numbers with a larger squared correlation are one.
_SAME = 1 - 1e-9


@dataclass(frozen=True)
class TableFacts:
    """Facts on each column, in arrays of shape (n_columns,), and on the rows.

    Parameters
    ----------
    missing : ndarray of float
        Share of the rows.
    constant : ndarray of bool
        Whether there is at most one value; of cells such as lists, none at all.
    copies_target : ndarray of bool
        Whether each value stands for one class and the other way round, or a
        column of numbers is a straight function of the target.
    tells_groups : ndarray of bool
        Whether each value stands for one group and the other way round.
    unique : ndarray of bool
        Whether hardly a whole number or string comes twice.
    counts_up : ndarray of bool
        Whether whole numbers ascend or descend from row to row without a tie.
    whole : ndarray of bool
        Whether there are whole numbers or strings only.
    marker : ndarray of float
        The lowest or highest number where it repeats, far outside all others: perhaps
        it stands for a missing value. NaN where there is none.
    n_copies : int
        Rows that are equal to an earlier one in all columns, and of another group.
    """

    missing: np.ndarray
    constant: np.ndarray
    copies_target: np.ndarray
    tells_groups: np.ndarray
    unique: np.ndarray
    counts_up: np.ndarray
    whole: np.ndarray
    marker: np.ndarray
    n_copies: int = 0


def table_facts(X, y=None, groups=None, *, classifier=False):
    """Return what the columns of a table are like.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
        Of a sparse one nothing is found out.
    y : ndarray of shape (n_samples,), default=None
    groups : ndarray of shape (n_samples,), default=None
    classifier : bool, default=False
        Whether `y` holds classes.

    Returns
    -------
    facts : TableFacts

    Examples
    --------
    >>> X = pd.DataFrame({"row": range(20), "one": 1, "dose": [0.1, 0.2] * 10})
    >>> facts = table_facts(X)
    >>> facts.counts_up.tolist(), facts.constant.tolist()
    ([True, False, False], [False, True, False])
    """
    n_rows, n_columns = X.shape
    flags = {
        name: np.zeros(n_columns, dtype=bool)
        for name in ("constant", "copies_target", "tells_groups")
    }
    flags |= {name: flags["constant"].copy() for name in ("unique", "counts_up")}
    flags["whole"], missing = flags["constant"].copy(), np.zeros(n_columns)
    flags["marker"] = np.full(n_columns, np.nan)
    if sparse.issparse(X):
        return TableFacts(missing, **flags)
    enough = n_rows >= _FEWEST_ROWS
    target = y if enough and y is not None and np.ndim(y) == 1 else None
    labels = _codes(target) if target is not None and classifier else None
    groups = _codes(groups) if enough and groups is not None else None
    kinds, hashes = _frame.kinds(X), np.zeros(n_rows, dtype=np.uint64)
    for start in range(0, n_columns, _CHUNK):
        part = slice(start, min(start + _CHUNK, n_columns))
        values = _chunk(X, _range(part), kinds)
        hashes = _hashed(hashes, values)
        known = ~np.isnan(values)
        missing[part] = 1 - known.mean(axis=0)
        low, high = np.fmin.reduce(values), np.fmax.reduce(values)
        # cells of other kinds are not compared: they may be anything but empty
        other = np.array([kinds[p] == "other" for p in _range(part)])
        flags["constant"][part] = ~(low < high) & ~(other & known.any(axis=0))
        with np.errstate(invalid="ignore"):
            flags["whole"][part] = ((values == np.floor(values)) | ~known).all(axis=0)
        if labels is not None:
            flags["copies_target"][part] = _mirrors(values, labels)
        elif target is not None:
            flags["copies_target"][part] = _follows(values, target)
        if groups is not None:
            flags["tells_groups"][part] = _mirrors(values, groups)
        if enough:
            whole = [p for p in _range(part) if flags["whole"][p]]
            numeric = [p - start for p in _range(part) if kinds[p] == "number"]
            flags["marker"][part][numeric] = markers_of(values[:, numeric])
            for p in whole:
                one, other = _sequence(values[:, p - start])
                flags["unique"][p] = one
                flags["counts_up"][p] = other and kinds[p] == "number"
    copies = _n_copies(hashes, groups) if enough and "other" not in kinds else 0
    return TableFacts(missing, **flags, n_copies=copies)


def words_of(name):
    """Return the words of a column's name, in small letters, as a set.

    Examples
    --------
    >>> sorted(words_of("lab__patientId_2"))
    ['id', 'lab', 'patient']
    """
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return set(re.findall(r"[a-z]+", spaced.lower()))


def _range(part):
    return range(part.start, part.stop)


def _chunk(X, positions, kinds):
    """Return some columns as floats side by side."""
    if all(kinds[p] in ("number", "boolean", "duration") for p in positions):
        return _frame.to_floats(_frame.take_columns(X, list(positions)))
    return np.column_stack([_floats(X, p, kinds[p]) for p in positions])


def _codes(labels):
    return pd.factorize(np.asarray(labels).ravel(), sort=False)[0]


def _floats(X, position, kind):
    """Return a column as floats: numbers, seconds, or codes of what it holds."""
    column = _frame.column(X, position)
    if kind in ("number", "boolean", "duration"):
        return _frame.to_float(column)
    if kind == "date":
        return _frame.to_seconds(column)
    if kind == "other":
        return np.where(_frame.null_mask(column), np.nan, 0.5)
    codes = pd.factorize(_frame.to_objects(column), sort=False)[0]
    return np.where(codes < 0, np.nan, codes)


def _mirrors(values, codes):
    """Return the columns whose values and codes stand for each other."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    if len(starts) < 2:
        return np.zeros(values.shape[1], dtype=bool)
    # most columns are told by one pair of rows; not one where a value is missing
    ends = np.append(starts[1:], len(order)) - 1
    steady = (values[order[starts]] == values[order[ends]]).all(axis=0)
    left = values[:, steady][order]
    low = np.minimum.reduceat(left, starts)
    steady[steady] = (low == np.maximum.reduceat(left, starts)).all(axis=0) & (
        np.diff(np.sort(low, axis=0), axis=0) > 0
    ).all(axis=0)
    return steady


def _follows(values, y):
    """Return the columns that are straight functions of numbers."""
    y = np.asarray(y, dtype=np.float64)
    with np.errstate(all="ignore"):
        away, of_y = values - values.mean(axis=0), y - y.mean()
        r2 = (of_y @ away) ** 2 / ((of_y @ of_y) * (away**2).sum(axis=0))
    return np.nan_to_num(r2) > _SAME


def markers_of(values):
    """Return the number of each column that may stand for missing; NaN for none.

    Parameters
    ----------
    values : ndarray of float of shape (n_samples, n_columns)

    Returns
    -------
    markers : ndarray of float of shape (n_columns,)
        As of `TableFacts`.

    Examples
    --------
    >>> ages = np.array([*range(20, 40), -999, -999], dtype=float)
    >>> markers_of(ages[:, None])
    array([-999.])
    """
    found = np.full(values.shape[1], np.nan)
    for sign in (1, -1):
        own = sign * values
        low, high = np.fmin.reduce(own), np.fmax.reduce(own)
        with np.errstate(invalid="ignore"):
            rest = np.fmin.reduce(np.where(own > low, own, np.nan))
            gap, spread = rest - low, high - rest
            maybe = ((own == low).sum(axis=0) >= 2) & (gap > spread) & (spread > 0)
        for p in np.flatnonzero(maybe):
            n_others = len(np.unique(own[own[:, p] > low[p], p]))
            far = gap[p] > _FAR * spread[p] or _is_nines(low[p])
            if far and n_others >= _MEASURED:
                found[p] = sign * low[p]
    return found


def _is_nines(value):
    """Tell whether a number is written with nines only, as -999 and 99.9."""
    text = repr(abs(float(value))).removesuffix(".0").replace(".", "")
    return set(text) == {"9"} and len(text) > 1


def _sequence(values):
    """Return whether hardly a value comes twice, and whether all go one way."""
    values = values[~np.isnan(values)]
    if len(values) < _FEWEST_ROWS:
        return False, False
    steps = np.diff(values)
    ordered = bool((steps > 0).all() or (steps < 0).all())
    return len(np.unique(values)) >= _DISTINCT * len(values), ordered


def _hashed(hashes, values):
    """Return hashes of rows that know some more columns."""
    values = np.where(np.isnan(values), np.nan, values + 0.0)  # one nan, one zero
    for bits in np.ascontiguousarray(values.T).view(np.uint64):
        hashes = (hashes ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes


def _n_copies(hashes, groups):
    """Return how many rows equal an earlier one; 0 where rows are few kinds."""
    n_distinct = len(np.unique(hashes))
    if n_distinct < len(hashes) / 2:
        return 0
    if groups is None:
        return len(hashes) - n_distinct
    pairs = pd.DataFrame({"row": hashes, "group": groups}).drop_duplicates()
    return len(pairs) - n_distinct
