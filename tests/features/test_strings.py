"""What a column of strings holds."""

import numpy as np
import pytest

from mmensemble.features._strings import kind_of_strings

CASES = {
    "date as text": ["31.12.2020", "1.2.2021", "14.3.2021"],
    "number as text": ["0,5", "<0,1", "12 %"],
    "text": ["a dry cough", "no fever", "tired since May"],
    "category": ["yes", "no", "yes"],
}


def kind_of(cells, weight=None, **options):
    """Return kind and style of some cells."""
    options = {"min_parsed": 0.9, "day_first": None, "max_categories": 100} | options
    weight = np.ones(len(cells)) if weight is None else np.array(weight)
    return kind_of_strings(np.array(cells, dtype=object), weight, "x", **options)


@pytest.mark.parametrize("kind", CASES)
def test_kinds(kind):
    """One of four; only dates and numbers are written in some style."""
    found, style = kind_of(CASES[kind])
    assert found == kind
    assert (style is None) == (kind in ("text", "category"))


def test_nothing_is_read_where_that_is_turned_off():
    """Dates are then what their words make them."""
    assert kind_of(CASES["date as text"], min_parsed=None) == ("category", None)
    assert kind_of(["31 Dec 2020", "1 Feb 2021"], min_parsed=None)[0] == "text"


def test_weights_decide():
    """A share of the weight, not of the rows."""
    cells = ["31.12.2020", "1.2.2021", "no idea at all"]
    assert kind_of(cells, [10, 10, 1])[0] == "date as text"
    assert kind_of(cells, [1, 1, 5])[0] == "text"


def test_order_of_day_and_month():
    """As it is told."""
    assert kind_of(["3/4/2020", "5/4/2020"], day_first=True)[1].day_first
    assert not kind_of(["3/4/2020", "5/4/2020"], day_first=False)[1].day_first
