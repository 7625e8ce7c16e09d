"""Columns that are written in another way at predict than at fit."""

import re
import warnings

import numpy as np
import pandas as pd
from scipy import sparse, stats

from mmensemble import _frame
from mmensemble.features import AutoExtractor
from mmensemble.features._date_texts import DateStyle
from mmensemble.features._distinct import stands_for_missing
from mmensemble.features._parts import TOGETHER
from mmensemble.features._reading import are_measured

#: What the warning begins with.
OTHERWISE = "Columns are written otherwise than in fit, and the model cannot read "
OTHERWISE += "some of their values: "
_REMEDY = "Write them as in fit, or fit again on a table that is written so."
#: A column is told of which a larger share is unseen, where chance is no explanation.
_LEAST_SHARE, _LUCK = 0.5, 0.01
#: The same of numbers in the place of booleans, of which some may be means.
_LEAST_NEITHER = 0.1
#: Columns with more known values hold names rather, of which new ones are normal.
_KNOWN = range(1, 51)
#: So do those where a larger share of the training rows has rare values, pooled.
_MOST_RARE = 0.1
#: From so few values nothing follows; more rows than this tell no more.
_FEWEST, _MOST_ROWS = 5, 1000
#: Known values that are shown.
_MOST_SHOWN = 5
_TEXTS = ("string", "category")
#: What categories may have become, by `_frame.kind`, in words.
_BECOME = {"number": ", numbers now,", "boolean": ", booleans now,"}
#: Whole numbers, which may have zeros in front or behind a point.
_NUMBER = re.compile(r"([+-]?)0*(\d+?)(?:\.0*)?")


def warn_otherwise(model, X):
    """Warn of columns that hardly read, or of which fit knew hardly a value.

    Parameters
    ----------
    model : fitted estimator
        As `encoded_columns` takes it.
    X : table of shape (n_samples, n_columns)
        Its first 1,000 rows are looked at; of fewer than five nothing is told.
    """
    if sparse.issparse(X) or X.shape[0] < _FEWEST:
        return
    names = _frame.column_names(X) or range(X.shape[1])
    place = {name: k for k, name in enumerate(names)}
    told = []
    for name, kind, encoder, style, modality in encoded_columns(model):
        if name not in place or not (kind.endswith(" as text") or kind in _TELLERS):
            continue
        column = _frame.column(X, place[name])[:_MOST_ROWS]
        tell = _TELLERS.get(kind, _unread)
        line = tell(column, kind, encoder, style)
        if line:
            told.append(f"{name} (modality {modality!r}): {line}")
    if told:
        warnings.warn(f"{OTHERWISE}{'; '.join(told)}. {_REMEDY}", UserWarning)


def _unread(column, kind, encoder, style):
    """Return what is told of numbers or dates as text, "" where that is nothing."""
    texts, n_values = unread_texts(column, style)
    if n_values < _FEWEST or len(texts) <= _LEAST_SHARE * n_values:
        return ""
    return (
        f"{len(texts):,} of {n_values:,} values do not read as "
        f"{kind.removesuffix(' as text')}s, such as {texts[0]!r}"
    )


def _unknown(column, kind, encoder, style):
    """Return what is told of categories, "" where that is nothing."""
    now = _frame.kind(column)
    if now not in (*_TEXTS, *_BECOME):
        return ""
    texts, n_values = unseen_texts(column, encoder)
    if n_values < _FEWEST or not len(texts):
        return ""
    if now == "number" and are_measured(set(told_texts(column)), encoder.levels_):
        return ""  # the reader raises
    numbers = {plain(level): level for level in encoder.levels_ if _number(level)}
    same = [text for text in texts if _number(text) and plain(text) in numbers]
    lost = now == "number" or len(same) > _LEAST_SHARE * n_values
    if same and lost:
        return (
            f"{len(same):,} of {n_values:,} values{_BECOME.get(now, '')} are "
            f"categories of fit but for zeros, such as {same[0]!r} for "
            f"{numbers[plain(same[0])]!r}"
        )
    become = now in _BECOME and not numbers and len(texts) == n_values
    names = encoder.pooled_ and getattr(encoder, "rare_share_", 1.0) > _MOST_RARE
    if not (become or (is_odd(len(texts), n_values, encoder) and not names)):
        return ""
    known = ", ".join(map(repr, encoder.levels_[:_MOST_SHOWN]))
    return (
        f"{len(texts):,} of {n_values:,} values{_BECOME.get(now, '')} are no category "
        f"that fit knew ({known}), such as {texts[0]!r}"
    )


def _neither(column, kind, encoder, style):
    """Return what is told of booleans, "" where that is nothing."""
    odd, n_values = neither_values(column)
    if len(odd) <= _LEAST_NEITHER * n_values:
        return ""
    return (
        f"{len(odd):,} of {n_values:,} values, numbers now, are neither 0 nor 1 where "
        f"fit knew True and False, such as {odd[0]:g}"
    )


#: What tells of a column, by its kind at fit; `_unread` of numbers and dates as text.
_TELLERS = {"category": _unknown, "boolean": _neither}


def encoded_columns(model):
    """Yield how each column is encoded that the model reads by ``"auto"``.

    Parameters
    ----------
    model : fitted estimator
        Of a student, what it reads; one without `modalities_` and `extractors_` yields
        nothing.

    Yields
    ------
    name : label of the column
    kind : str
    encoder : object
        Fitted; that of the first fold, where members are kept by fold.
    style : object
        How texts are written that are more than that; None of others.
    modality : str
    """
    reader = getattr(getattr(model, "_fitted", None), "reader", None)  # a student's
    model = model if reader is None else reader
    extractors = getattr(model, "extractors_", {})
    for name, _, columns in getattr(model, "modalities_", ()):
        fitted = extractors.get(name)
        fitted = fitted[0] if isinstance(fitted, list) and fitted else fitted
        listed = columns if isinstance(columns, list) else [columns]
        if not isinstance(fitted, AutoExtractor) or len(fitted.kinds_) != len(listed):
            continue
        for kind, positions, encoder in fitted.encoders_:
            for place in positions:
                style = fitted._styles.get(place)
                own = fitted.kinds_[place] if kind in TOGETHER else kind
                yield listed[place], own, encoder, style, name


def told_texts(column):
    """Return the texts of a column that stand for no missing value.

    Parameters
    ----------
    column : Series

    Returns
    -------
    texts : ndarray of str
    """
    texts = _frame.to_objects(column)
    there = [text is not None and not stands_for_missing(str(text)) for text in texts]
    return texts[np.array(there, dtype=bool)]


def unread_texts(column, style):
    """Return the texts that do not read, and how many values there are.

    Parameters
    ----------
    column : Series
    style : object
        How its texts were written at fit.

    Returns
    -------
    unread : ndarray of str
    n_values : int
    """
    if _frame.kind(column) not in _TEXTS:
        return [], 0
    texts = told_texts(column)
    read = style.read(texts)
    if isinstance(style, DateStyle):
        lost = np.array([date is None for date in read], dtype=bool)
    else:
        lost = np.isnan(read[0])
    return texts[lost], len(texts)


def unseen_texts(column, encoder):
    """Return the texts that are no known category, and how many values there are.

    Parameters
    ----------
    column : Series
    encoder : CategoryEncoder
        Fitted.

    Returns
    -------
    unseen : ndarray of str
    n_values : int
    """
    texts = pd.Series(told_texts(column), dtype=object)
    return texts[~texts.isin(encoder.levels_)].to_numpy(), len(texts)


def neither_values(column):
    """Return numbers that are neither true nor false, and how many values there are.

    Those are 0 and 1; -1 and 1 where there is nothing else.

    Parameters
    ----------
    column : Series

    Returns
    -------
    odd : ndarray of float
    n_values : int
    """
    if _frame.kind(column) != "number":
        return np.array([]), 0
    values = _frame.to_float(column)
    values = values[~np.isnan(values)]
    if set(values) == {-1.0, 1.0}:
        return values[:0], len(values)
    return values[~np.isin(values, [0.0, 1.0])], len(values)


def plain(text):
    """Return a category without what it may be written with or without.

    Examples
    --------
    >>> plain(" New  York"), plain("00010"), plain("1.0"), plain("0.50"), plain("000")
    ('new york', '10', '1', '0.50', '0')
    """
    number = _number(text)
    return number or " ".join(str(text).split()).casefold()


def _number(text):
    """Return a whole number in its shortest form, None of other texts."""
    found = _NUMBER.fullmatch(str(text).strip())
    return found and found[1].replace("+", "") + found[2]


def is_odd(n_unseen, n_values, encoder):
    """Tell whether so many unseen values mean that they are written otherwise.

    Parameters
    ----------
    n_unseen, n_values : int
    encoder : CategoryEncoder
        Fitted.

    Returns
    -------
    is_odd : bool
    """
    n_known = len(encoder.levels_)
    if n_unseen <= _LEAST_SHARE * n_values or n_known not in _KNOWN:
        return False
    # models of older versions do not say how rare their rare values were
    rare = getattr(encoder, "rare_share_", float(encoder.pooled_))
    return stats.binom.sf(n_unseen - 1, n_values, rare) < _LUCK
