"""Columns of categories: their associations with each other and with numbers."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble._validation import as_weight, check_weight
from mmensemble.analysis.columns._feature_table import modality_names
from mmensemble.analysis.matrix._association import (
    correlation_ratio,
    cramers_v,
    number_sums,
)
from mmensemble.analysis.matrix._columns import refuse_infinity
from mmensemble.analysis.matrix._inference import adjust_pvalues
from mmensemble.features._text import is_free_text
from mmensemble.features._written_numbers import with_numbers
from mmensemble.modality._columns import used_columns

#: Kinds of columns that are numbers beside a category.
NUMBERS = ("number", "date", "duration")

#: Columns of categories that a report compares: their pairs grow with the square.
MOST_CATEGORIES = 200

#: Numbers that are summed at a time.
_MOST_VALUES = 2**20

#: Names of the measures.
CRAMERS_V, CORRELATION_RATIO = "Cramér's V", "correlation ratio"


@dataclass(frozen=True)
class CategoryTable:
    """The columns of a table, as categories and numbers.

    Parameters
    ----------
    categories : list of int
        Positions of columns of categories, and of strings that are no free text.
    booleans : list of int
        Positions of booleans: categories beside a category, numbers beside a number.
    numbers : list of int
        Positions of numbers, dates and durations.
    codes : dict of int to ndarray of int of shape (n_rows,)
        Levels of each column of `categories` and `booleans`, -1 where missing.
    values : ndarray of shape (n_rows, n_numbers)
        Columns of `numbers`, NaN where missing.
    """

    categories: list
    booleans: list
    numbers: list
    codes: dict
    values: np.ndarray


def category_table(X, positions):
    """Return the `CategoryTable` of some columns of a table.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
    positions : list of int
        Columns to look at; those of free text and of other objects are left out.

    Raises
    ------
    ValueError
        For infinite numbers.
    """
    kinds, codes, found = _frame.kinds(X), {}, {}
    for position in positions:
        kind = kinds[position]
        if kind in ("category", "string"):
            values = _frame.to_objects(_frame.column(X, position))
            if kind == "string" and is_free_text(values, np.ones(len(values))):
                continue
            codes[position] = pd.factorize(values, sort=True)[0]
            found.setdefault("categories", []).append(position)
        elif kind == "boolean":
            values = _frame.to_float(_frame.column(X, position))
            codes[position] = np.where(np.isnan(values), -1, values).astype(np.intp)
            found.setdefault("booleans", []).append(position)
        elif kind in NUMBERS:
            found.setdefault("numbers", []).append(position)
    numbers = found.get("numbers", []) if "categories" in found else []
    columns = [_numbers(X, position) for position in numbers]
    values = np.column_stack(columns) if columns else np.empty((X.shape[0], 0))
    names = [str(label) for label in column_labels(X)]
    refuse_infinity(values, [names[position] for position in numbers])
    return CategoryTable(
        found.get("categories", []), found.get("booleans", []), numbers, codes, values
    )


def column_labels(X):
    """Return the names of a table's columns, or their positions."""
    names = _frame.column_names(X)
    return list(range(X.shape[1])) if names is None else names


def _numbers(X, position):
    values = _frame.column(X, position)
    is_date = _frame.kind(values) == "date"
    return _frame.to_seconds(values) if is_date else _frame.to_float(values)


def associations_of(table, weight):
    """Yield position, position, measure, value, p and rows of all pairs.

    Parameters
    ----------
    table : CategoryTable
    weight : ndarray of shape (n_rows,)

    Yields
    ------
    a, b : int
        Columns, `a` always of categories.
    measure : str
    value, p : float
    n : int
    """
    for place, a in enumerate(table.categories):
        for b in [*table.categories[place + 1 :], *table.booleans]:
            found = cramers_v(table.codes[a], table.codes[b], weight)
            yield a, b, CRAMERS_V, found.value[0], found.p[0], int(found.n[0])
    step = max(1, _MOST_VALUES // max(len(table.values), 1))
    for start in range(0, len(table.numbers), step):
        numbers = table.numbers[start : start + step]
        parts = number_sums(table.values[:, start : start + step], weight)
        for a in table.categories:
            found = correlation_ratio(table.codes[a], parts)
            rows = zip(numbers, found.value, found.p, found.n, strict=True)
            for b, value, p, n in rows:
                yield a, b, CORRELATION_RATIO, float(value), float(p), int(n)


def associate(X, *, sample_weight=None):
    """Return how strongly columns of categories go with all others.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_rows, n_columns)
        Columns of categories, and of strings that are no free text, are compared
        with each other, with booleans and with numbers, dates and durations, also
        where these are written as text. Free text and other objects are left out;
        pairs without a category are what :func:`correlate` is for.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights of the rows.

    Returns
    -------
    frame : DataFrame
        One row a pair, the strongest first: ``column_a``, which holds categories,
        ``column_b``, ``measure``, ``value`` from 0 to 1, ``n_rows`` that have both,
        and ``p_adjusted``. The measure is Cramér's V, or with numbers the
        correlation ratio: the root of the share of the number's variance that lies
        between the levels. Both are corrected for their bias, and NaN where there
        are fewer than two rows a level. p-values of Pearson's chi-squared test and
        of the analysis of variance are adjusted over all pairs.

    Raises
    ------
    ValueError
        For infinite numbers, and weights that do not fit.

    See Also
    --------
    correlate : Pearson and Spearman of numbers.

    References
    ----------
    Bergsma (2013), "A bias-correction for Cramér's V and Tschuprow's T", Journal of
    the Korean Statistical Society 42(3). Kelley (1935), "An unbiased correlation
    ratio measure", PNAS 21(9). False discoveries: Benjamini and Hochberg (1995).

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble.analysis import associate
    >>> X = pd.DataFrame({"site": np.repeat(["A", "B", "C"], 10)})
    >>> X["batch"] = X["site"].replace({"C": "B"})
    >>> X["dose"] = np.arange(30.0)
    >>> associate(X)[["column_a", "column_b", "measure", "value"]].round(2)
      column_a column_b            measure  value
    0     site    batch         Cramér's V   0.98
    1     site     dose  correlation ratio   0.94
    2    batch     dose  correlation ratio   0.81
    """
    X = _frame.as_table(X, "associate")
    weight = as_weight(check_weight(sample_weight, X.shape[0]), X.shape[0])
    table = category_table(with_numbers(X, weight), range(X.shape[1]))
    return association_frame(associations_of(table, weight), column_labels(X))


def associate_modalities(X, resolved, weight):
    """Return associations of the columns that modalities read, with the modalities.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
    resolved : list of (name, extractor, columns)
    weight : ndarray of shape (n_rows,) or None

    Returns
    -------
    frame : DataFrame
        As `associate` returns it, and ``modality_a`` and ``modality_b``; of the
        first 200 columns of categories.
    """
    labels = column_labels(X)
    own = [used_columns([triple]) for triple in resolved]
    positions = [[k for k, label in enumerate(labels) if label in used] for used in own]
    table = category_table(X, sorted(set().union(*positions)))
    table = replace(table, categories=table.categories[:MOST_CATEGORIES])
    pairs = associations_of(table, as_weight(weight, X.shape[0]))
    frame = association_frame(pairs, labels)
    names = modality_names(len(labels), positions, resolved)
    owner = dict(zip(labels, names, strict=True))
    for place, side in enumerate("ab"):
        modality = frame[f"column_{side}"].map(owner).astype(object)
        frame.insert(2 + place, f"modality_{side}", modality)
    return frame


def association_frame(pairs, labels):
    """Return associations as a frame, the strongest first.

    Parameters
    ----------
    pairs : iterable
        As `associations_of` yields them.
    labels : list of str or int
        Of the table's columns.
    """
    columns = ["column_a", "column_b", "measure", "value", "p", "n_rows"]
    frame = pd.DataFrame(list(pairs), columns=columns)
    for name in ("column_a", "column_b"):
        frame[name] = [labels[position] for position in frame[name]]
    frame["p_adjusted"] = adjust_pvalues(frame.pop("p").to_numpy(dtype=float))
    return frame.sort_values(
        "value", ascending=False, kind="stable", ignore_index=True, na_position="last"
    )
