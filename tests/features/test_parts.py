"""Parts of the output, and their encoders."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.features import AutoExtractor
from mmensemble.features._booleans import BooleanEncoder
from mmensemble.features._categories import CategoryEncoder
from mmensemble.features._dates import DateEncoder
from mmensemble.features._number_texts import NumberStyle, NumberTextEncoder
from mmensemble.features._numbers import NumberEncoder
from mmensemble.features._parts import make_encoder, parts_of
from mmensemble.features._sparse_numbers import SparseNumberEncoder
from mmensemble.features._text import TextEncoder

STYLE = NumberStyle("comma", 1.0)
ENCODERS = {
    "number": NumberEncoder,
    "boolean": BooleanEncoder,
    "category": CategoryEncoder,
    "number as text": NumberTextEncoder,
    "duration as text": NumberTextEncoder,
    "date": DateEncoder,
    "date as text": DateEncoder,
    "text": TextEncoder,
}


def test_order_of_parts():
    """Numbers and durations together, booleans together, the rest one by one."""
    kinds = ["date", "boolean", "text", "duration", "category", "number", "boolean"]
    found = [(kind, at.tolist()) for kind, at in parts_of([*kinds, "number as text"])]
    assert found == [
        ("number", [3, 5]),
        ("boolean", [1, 6]),
        ("number as text", [7]),
        ("category", [4]),
        ("date", [0]),
        ("text", [2]),
    ]


@pytest.mark.parametrize("kind", ENCODERS)
def test_encoders(kind):
    """One of each kind, with the extractor's options."""
    options = AutoExtractor(margin=7.0, min_frequency=2, max_categories=9)
    encoder = make_encoder(options, kind, STYLE, False, 5)
    assert type(encoder) is ENCODERS[kind]
    own = vars(encoder)
    assert own.get("margin", 7.0) == 7.0
    assert own.get("style", STYLE) is STYLE
    assert own.get("min_frequency", 2) == 2
    assert own.get("max_categories", 9) == 9


@pytest.mark.parametrize("dense", [True, False])
def test_sparse_tables(dense):
    """Numbers stay sparse, and texts one column a term, where that is wanted."""
    options = AutoExtractor(dense=dense, text_components=2)
    numbers = make_encoder(options, "number", None, True, 0)
    assert type(numbers) is (NumberEncoder if dense else SparseNumberEncoder)
    texts = pd.Series(["a cold", "a fever", "no cold", "no fever at all"]).to_numpy()
    text = make_encoder(options, "text", None, False, 0).fit(texts, np.ones(4))
    assert (text.transform(texts).shape[1] <= 2) == dense
