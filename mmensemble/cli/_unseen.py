"""Columns of categories that are written in another way than at fit."""

import pandas as pd

from mmensemble.ensemble._otherwise import (
    encoded_columns,
    is_odd,
    neither_values,
    plain,
    unseen_texts,
)

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
    for name, kind, encoder, *_ in encoded_columns(model):
        if name not in X.columns:
            continue
        if kind == "boolean":
            lines += _neither_line(name, X[name])
        if kind != "category":
            continue
        known = encoder.levels_
        unseen, n_values = unseen_texts(X[name], encoder)
        seen, now = "were never seen in fit", "missing"
        if encoder.pooled_:
            seen, now = "were never or seldom seen in fit", "rare ones"
        if not is_odd(len(unseen), n_values, encoder):
            lines += _spelt_otherwise(name, pd.Series(unseen), n_values, known, now)
            continue
        most = _short(pd.Series(unseen).mode()[0])
        lines.append(
            f"{name}: {len(unseen):,} of {n_values:,} values {seen} and count as "
            f"{now}, such as {most}; fit knew {_listed(known)}"
        )
    return lines


def _neither_line(name, column):
    """Return a sentence where booleans are other numbers now, in a list."""
    odd, n_values = neither_values(column)
    if not len(odd):
        return []
    return [
        f"{name}: {len(odd):,} of {n_values:,} values are neither 0 nor 1 and count as "
        f"true above 0, such as {odd[0]:g}; fit knew True and False"
    ]


def _spelt_otherwise(name, unseen, n_values, known, now):
    """Return a sentence where values are known but for their writing, in a list."""
    written = {plain(text): text for text in known}
    known_so = unseen[unseen.map(plain).isin(written)]
    if not len(known_so):
        return []
    most = known_so.mode()[0]
    return [
        f"{name}: {len(known_so):,} of {n_values:,} values differ from those of fit in "
        f"capitals, blanks or zeros alone and count as {now}, such as {_short(most)} "
        f"for {_short(written[plain(most)])}"
    ]


def _listed(known):
    shown = ", ".join(map(_short, known[:_MOST_SHOWN]))
    more = len(known) - _MOST_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _short(text):
    text = str(text)
    if len(text) > _MOST_LETTERS:
        text = text[:_MOST_LETTERS] + "..."
    return repr(text)
