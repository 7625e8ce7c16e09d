"""Columns of categories that are written in another way than at fit."""

import pandas as pd
from scipy import stats

from mmensemble.cli._unread import encoded_columns, told_texts

#: A column is told of which a larger share is unseen, where chance is no explanation.
_LEAST_SHARE, _LUCK = 0.5, 0.01
#: Columns with more known values hold names rather, of which new ones are normal.
_KNOWN = range(1, 51)
#: Known values that are shown, and characters of each.
_MOST_SHOWN, _MOST_LETTERS = 5, 40


def unseen_lines(model, X):
    """Return a sentence for each category of which fit knew hardly a value.

    Parameters
    ----------
    model : fitted estimator
        As `unread_lines` takes it.
    X : DataFrame of shape (n_samples, n_columns)
        Columns that it lacks are passed over.

    Returns
    -------
    lines : list of str
    """
    lines = []
    for name, kind, encoder, _ in encoded_columns(model):
        if kind != "category" or name not in X.columns:
            continue
        texts = pd.Series(told_texts(X[name]), dtype=object)
        known = encoder.levels_
        unseen = texts[~texts.isin(known)]
        seen, now = "were never seen in fit", "missing"
        if encoder.pooled_:
            seen, now = "were never or seldom seen in fit", "rare ones"
        if not _is_odd(len(unseen), len(texts), encoder):
            lines += _spelt_otherwise(name, unseen, len(texts), known, now)
            continue
        lines.append(
            f"{name}: {len(unseen):,} of {len(texts):,} values {seen} and count as "
            f"{now}, such as {_short(unseen.mode()[0])}; fit knew {_listed(known)}"
        )
    return lines


def _spelt_otherwise(name, unseen, n_values, known, now):
    """Return a sentence where values are known but for capitals, in a list."""
    plain = {_plain(text): text for text in known}
    known_so = unseen[unseen.map(_plain).isin(plain)]
    if not len(known_so):
        return []
    most = known_so.mode()[0]
    return [
        f"{name}: {len(known_so):,} of {n_values:,} values differ from those of fit in "
        f"capitals or blanks alone and count as {now}, such as {_short(most)} for "
        f"{_short(plain[_plain(most)])}"
    ]


def _plain(text):
    return " ".join(str(text).split()).casefold()


def _is_odd(n_unseen, n_values, encoder):
    """Tell whether so many unseen values mean that they are written otherwise."""
    n_known = len(encoder.levels_)
    if n_unseen <= _LEAST_SHARE * n_values or n_known not in _KNOWN:
        return False
    # models of older versions do not say how rare their rare values were
    rare = getattr(encoder, "rare_share_", float(encoder.pooled_))
    return stats.binom.sf(n_unseen - 1, n_values, rare) < _LUCK


def _listed(known):
    shown = ", ".join(map(_short, known[:_MOST_SHOWN]))
    more = len(known) - _MOST_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _short(text):
    text = str(text)
    if len(text) > _MOST_LETTERS:
        text = text[:_MOST_LETTERS] + "..."
    return repr(text)
