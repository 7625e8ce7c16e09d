"""What comma and point stand for: by the numbers that tell."""

import numpy as np
import pytest

from mmensemble.features._number_signs import Signs
from mmensemble.features._number_spelling import matches_of


def seen(*texts, counts=None):
    """Return the signs of some texts."""
    counts = np.ones(len(texts)) if counts is None else counts
    return Signs.seen([matches_of(text) for text in texts], counts)


def test_what_is_counted():
    """Weights of numbers that read in one way only, by sign and role."""
    signs = seen("12,6", "1,234.5", "1,234", "1.234.567", "7", counts=[2, 3, 5, 7, 9])
    assert (signs.fractions[","], signs.thousands[","]) == (2, 3)
    assert (signs.fractions["."], signs.thousands["."]) == (3, 7)


@pytest.mark.parametrize(
    ("texts", "point"),
    [
        (["1", "1,234", "1.234"], "point"),
        (["1,23"], "comma"),
        (["1,23", "1.23"], "both"),
        (["1,23", "1,234.5", "1,234.6"], "point"),
        (["1.234.567"], "comma"),
        (["1,234,567"], "point"),
        (["1.23", "1.234,5", "2.345,5"], "comma"),
    ],
)
def test_point(texts, point):
    """A sign stands before fractions where more numbers show it so than otherwise."""
    assert seen(*texts).point == point


def test_weights_decide():
    """Not rows."""
    texts = ["1,23", "1,234.5"]
    assert seen(*texts, counts=[1, 9]).point == "point"
    assert seen(*texts, counts=[9, 1]).point == "both"


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        ("1,234", ["5,678"], False),
        ("1,234", ["0.5"], True),
        ("$1,234", ["0.5"], False),
        ("$1,234", ["0.5", "0,5", "1,234.5"], True),
        ("1,234", ["0.5", "1,234.5"], False),
        ("1,234", ["0,5"], False),
        ("1,234", ["0,5", "0.5"], True),
        ("1,23", ["0,5", "0.5"], False),
        ("7", ["0,5", "0.5"], False),
    ],
)
def test_what_is_left_open(text, others, expected):
    """By whether the sign is seen in its role, or the other sign before fractions."""
    signs = seen(text, *others)
    assert signs.leave_open(matches_of(text), signs.point) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,234", "5,678"], True),
        (["1.234 EUR", "5.678 EUR"], True),
        (["1.234 €", "5.678 €"], True),
        (["1,234", "5.678"], True),
        (["$1,234", "$5,678"], False),
        (["1,234", "987"], False),
        (["1,234", "0,5"], False),
        (["1,234", "1,234,567"], False),
        (["987", "12"], False),
    ],
)
def test_numbers_that_tell_nothing(texts, expected):
    """All of them have one sign before three digits."""
    matches = [matches_of(text) for text in texts]
    assert Signs.tell_nothing(matches) is expected
