"""Cells of columns of numbers, dates or durations as text that do not read so."""

import numpy as np

from mmensemble import _frame
from mmensemble.ensemble._otherwise import encoded_columns, unread_texts
from mmensemble.features._number_texts import NumberStyle, ambiguous_numbers

#: At fit a column is told of which a smaller share reads.
_CLEAN = 0.99
_TEXTS = ("string", "category")


def unread_lines(model, X, *, fitting=False):
    """Return a sentence for each column with cells that cannot be read.

    Parameters
    ----------
    model : fitted estimator
        With `modalities_` and `extractors_`; one that lacks them tells nothing.
    X : DataFrame of shape (n_samples, n_columns)
        Columns that it lacks are passed over.
    fitting : bool, default=False
        Whether these are the training rows: then only columns are told of which less
        than 99 % reads.

    Returns
    -------
    lines : list of str
    """
    lines = []
    for name, kind, style, knows_words in _styles(model):
        if name not in X.columns:
            continue
        if not fitting:  # fit itself warns
            lines += _doubts(name, X[name], style)
        unread, n_values = unread_texts(X[name], style)
        few = fitting and len(unread) <= (1 - _CLEAN) * n_values
        if not len(unread) or few:
            continue
        what = f"{name}: {len(unread):,} of {n_values:,} values"
        such = f"such as {unread[0]!r}"
        if fitting:
            what += f" do not read as {kind}s, {such}; mend them, or name what stands "
            lines.append(f"{what}for missing with --na")
        else:
            now = "words, as in fit" if knows_words else "missing"
            what += f" could not be read as {kind}s and count as {now}, {such}"
            lines.append(what)
    return lines


def _doubts(name, column, style):
    """Return a sentence where numbers may mean something else, in a list."""
    if type(style) is not NumberStyle or _frame.kind(column) not in _TEXTS:
        return []
    found = ambiguous_numbers(_frame.to_objects(column), style)
    if not found:
        return []
    value = style.read(np.array(found[:1], dtype=object))[0][0]
    sign = "comma" if "," in found[0] else "point"
    return [
        f"{name}: in numbers such as {found[0]!r} the {sign} may stand before a "
        f"fraction or between thousands; as in fit, it is read as {value:g}"
    ]


def _styles(model):
    """Yield how each column of strings reads that is more than that.

    That is its name, its kind, its style, and whether training knew words in it.
    """
    for name, kind, encoder, style, _ in encoded_columns(model):
        kind, as_text, _ = kind.partition(" as text")
        if as_text:
            yield name, kind, style, "word" in getattr(encoder, "marks_", ())
