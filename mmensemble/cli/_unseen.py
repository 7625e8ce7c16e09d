"""Columns of categories that are written in another way than at fit."""

import pandas as pd

from mmensemble.ensemble._otherwise import encoded_columns, is_odd, unseen_texts

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
        known = encoder.levels_
        unseen, n_values = unseen_texts(X[name], encoder)
        if not is_odd(len(unseen), n_values, encoder):
            continue
        seen, now = "were never seen in fit", "missing"
        if encoder.pooled_:
            seen, now = "were never or seldom seen in fit", "rare ones"
        most = _short(pd.Series(unseen).mode()[0])
        lines.append(
            f"{name}: {len(unseen):,} of {n_values:,} values {seen} and count as "
            f"{now}, such as {most}; fit knew {_listed(known)}"
        )
    return lines


def _listed(known):
    shown = ", ".join(map(_short, known[:_MOST_SHOWN]))
    more = len(known) - _MOST_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _short(text):
    text = str(text)
    if len(text) > _MOST_LETTERS:
        text = text[:_MOST_LETTERS] + "..."
    return repr(text)
