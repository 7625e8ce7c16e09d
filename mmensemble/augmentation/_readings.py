"""Who reads the cells of a column: as pictures, as texts."""

import numpy as np
from scipy import sparse

from mmensemble import _frame
from mmensemble.features._reader import is_vectorizer, make_reader
from mmensemble.modality._presence import first_step


def picture_readers(extractors, places):
    """Return by column who reads its cells as pictures, the largest where several.

    Parameters
    ----------
    extractors : list of (estimator object or str)
        One a modality.
    places : list of (name, positions)
        Of the same modalities, the positions of their columns.

    Returns
    -------
    readers : dict of int to extractor
        By column, an extractor that has a method ``pictures(X)``.
    """
    found = {}
    for extractor, (_, positions) in zip(extractors, places, strict=True):
        reader = first_step(extractor)
        for position in positions if hasattr(reader, "pictures") else ():
            size = getattr(found.get(position), "size", 0)
            if position not in found or reader.size > size:
                found[position] = reader
    return found


def text_positions(X, weight, extractors, places):
    """Return the columns whose cells an extractor reads as texts.

    An extractor tells so by a method ``text_columns(X, sample_weight)``; scikit-learn's
    vectorizers tell by their tags. Strings that nobody reads as texts are categories,
    dates, codes, or names of files.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
        Training rows.
    weight : ndarray of shape (n_samples,)
    extractors, places : list
        See `picture_readers`.

    Returns
    -------
    positions : set of int
    """
    found = set()
    if sparse.issparse(X):
        return found
    for extractor, (name, positions) in zip(extractors, places, strict=True):
        reader = make_reader(0, (name, extractor, positions), dense=True).extractor
        part = _frame.take_columns(X, positions)
        are_texts = _text_columns(first_step(reader), part, weight)
        found.update(np.asarray(positions)[are_texts].tolist())
    return found


def _text_columns(reader, part, weight):
    if hasattr(reader, "text_columns"):
        return reader.text_columns(part, weight)
    return np.full(part.shape[1], is_vectorizer(reader))
