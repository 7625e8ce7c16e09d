"""The parts of an automatic extractor's output, and the encoder of each."""

import numpy as np

from mmensemble.features._booleans import BooleanEncoder
from mmensemble.features._categories import CategoryEncoder
from mmensemble.features._dates import DateEncoder
from mmensemble.features._number_texts import NumberTextEncoder
from mmensemble.features._numbers import NumberEncoder
from mmensemble.features._sparse_numbers import SparseNumberEncoder
from mmensemble.features._text import TextEncoder

#: Kinds whose columns share one encoder.
TOGETHER = ("number", "boolean")
#: Kinds whose columns have an encoder each, in the order of the output.
_ALONE = ("number as text", "duration as text", "category", "date", "date as text")
_ALONE += ("text",)


def parts_of(kinds):
    """Return (kind, positions) of each part of the output, in order.

    Parameters
    ----------
    kinds : list of str
        Of the columns, as in `AutoExtractor.kinds_`.

    Examples
    --------
    >>> parts = parts_of(["text", "number", "category", "duration", "category"])
    >>> [(kind, positions.tolist()) for kind, positions in parts]
    [('number', [1, 3]), ('category', [2]), ('category', [4]), ('text', [0])]
    """
    positions = np.arange(len(kinds))
    numbers = np.array([kind in ("number", "duration") for kind in kinds], dtype=bool)
    booleans = np.array([kind == "boolean" for kind in kinds], dtype=bool)
    parts = [("number", positions[numbers]), ("boolean", positions[booleans])]
    parts = [(kind, columns) for kind, columns in parts if len(columns)]
    for wanted in _ALONE:
        parts += [
            (wanted, positions[[i]]) for i, kind in enumerate(kinds) if kind == wanted
        ]
    return parts


def make_encoder(options, kind, style, is_sparse, seed):
    """Return the unfitted encoder of a part.

    Parameters
    ----------
    options : AutoExtractor
    kind : str
        Of the part's columns.
    style : NumberStyle, DateStyle, DurationStyle or None
        How the column's texts are written.
    is_sparse : bool
        Whether the table is a sparse matrix.
    seed : int
        Of what is random.
    """
    if kind == "number":
        keep_sparse = is_sparse and not options.dense
        return (SparseNumberEncoder if keep_sparse else NumberEncoder)(options.margin)
    if kind == "boolean":
        return BooleanEncoder()
    if kind == "category":
        return CategoryEncoder(options.min_frequency, options.max_categories)
    if kind in ("number as text", "duration as text"):
        return NumberTextEncoder(options.margin, style)
    if kind in ("date", "date as text"):
        return DateEncoder(options.margin)
    return TextEncoder(options.text_components if options.dense else None, seed)
