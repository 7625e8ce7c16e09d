"""How one number is spelled: against values that were read by hand."""

import pytest

from mmensemble.features._number_spelling import (
    chosen,
    is_money,
    limit_of,
    matches_of,
    unit_of,
    value_of,
)


def read(text, point):
    """Return value, limit and unit of a text."""
    way, found = chosen(matches_of(text), point)
    return value_of(found, way), limit_of(found), unit_of(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<0.6", (0.6, -1, "")),
        ("≤ 12,6 mg/dL", (12.6, -1, "mg/dl")),
        (">=1.234,50 H", (1234.5, 1, "")),
        ("≥1e3", (1000, 1, "")),
        ("(€ 5)", (-5, 0, "")),
        ("1\u202f234\u202f567,5", (1234567.5, 0, "")),
        ("3 Mio.", (3, 0, "mio")),
        ("-(5)", (None, 0, "")),
    ],
)
def test_parts_of_a_number(text, expected):
    """Value, limit and unit, whatever the style where one is possible."""
    ways = matches_of(text)
    if expected[0] is None:
        assert not ways
        return
    for point in ("point", "comma", "both"):
        assert read(text, point) == expected


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("5", ["point", "comma"]),
        ("1,234", ["point", "comma"]),
        ("1,23", ["comma"]),
        ("0,123", ["comma"]),
        ("1,234,567", ["point"]),
        ("1.234.567", ["comma"]),
        ("1 234.567", ["point"]),
        ("1.2.3", []),
        ("", []),
    ],
)
def test_ways(text, ways):
    """Three digits behind a sign leave open what it is; nothing else does."""
    assert list(matches_of(text)) == ways


def test_money():
    """By the sign of a currency, on either side."""
    assert [is_money(matches_of(t)["point"]) for t in ("$5", "5 €", "5")] == [1, 1, 0]
