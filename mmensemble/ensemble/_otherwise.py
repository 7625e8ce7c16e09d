"""Columns of texts that are written in another way at predict than at fit."""

import warnings

import numpy as np
import pandas as pd
from scipy import stats

from mmensemble import _frame
from mmensemble.features import AutoExtractor
from mmensemble.features._date_texts import DateStyle
from mmensemble.features._distinct import stands_for_missing

#: What the warning begins with.
OTHERWISE = "Columns are written otherwise than in fit, and the model cannot read "
OTHERWISE += "most of their values: "
#: A column is told of which a larger share is unseen, where chance is no explanation.
_LEAST_SHARE, _LUCK = 0.5, 0.01
#: Columns with more known values hold names rather, of which new ones are normal.
_KNOWN = range(1, 51)
#: From so few values nothing follows; more rows than this tell no more.
_FEWEST, _MOST_ROWS = 5, 1000
#: Known values that are shown.
_MOST_SHOWN = 5
_TEXTS = ("string", "category")


def warn_otherwise(model, X):
    """Warn of columns that hardly read, or of which fit knew hardly a value.

    Parameters
    ----------
    model : fitted estimator
        As `encoded_columns` takes it.
    X : table of shape (n_samples, n_columns)
        Its first 1,000 rows are looked at; of fewer than five nothing is told.
    """
    if not _frame.is_frame(X) or len(X) < _FEWEST:
        return
    names = _frame.column_names(X) or range(X.shape[1])
    place = {name: k for k, name in enumerate(names)}
    told = []
    for name, kind, encoder, style in encoded_columns(model):
        as_text = kind.endswith(" as text")
        if name not in place or not (as_text or kind == "category"):
            continue
        column = _frame.column(X, place[name]).head(_MOST_ROWS)
        if _frame.kind(column) not in _TEXTS:
            continue
        if as_text:
            texts, n_values = unread_texts(column, style)
            odd = len(texts) > _LEAST_SHARE * n_values
            how = f"do not read as {kind.removesuffix(' as text')}s"
        else:
            texts, n_values = unseen_texts(column, encoder)
            odd = is_odd(len(texts), n_values, encoder) and not encoder.pooled_
            known = ", ".join(map(repr, encoder.levels_[:_MOST_SHOWN]))
            how = f"are no category that fit knew ({known})"
        if odd and n_values >= _FEWEST:
            told.append(
                f"{name}: {len(texts):,} of {n_values:,} values {how}, such as "
                f"{texts[0]!r}"
            )
    if told:
        warnings.warn(f"{OTHERWISE}{'; '.join(told)}.", UserWarning)


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
                yield listed[place], kind, encoder, fitted._styles.get(place)


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
