"""`--modality name=col1,col2,prefix*`."""

import pytest

from mmensemble.cli._errors import CommandError
from mmensemble.cli._modalities import parse_modalities

COLUMNS = ["g1", "g2", "age", "a[1]", "a[2]", "x*"]


@pytest.mark.parametrize(
    ("spec", "columns"),
    [
        ("m=g*", ["g1", "g2"]),
        ("m=age,g2", ["g2", "age"]),
        ("m=g*,g1", ["g1", "g2"]),
        ("m=a[*", ["a[1]", "a[2]"]),
        ("m=x*", ["x*"]),
        ("m=*", COLUMNS),
        (" m = age , g1 ", ["g1", "age"]),
    ],
)
def test_columns_and_patterns(spec, columns):
    """Columns come once, in the order of the table; a column's own name wins."""
    assert parse_modalities([spec], COLUMNS) == [("m", "auto", columns)]


@pytest.mark.parametrize("specs", [None, []])
def test_nothing_is_auto(specs):
    """Without specifications the prefixes decide."""
    assert parse_modalities(specs, COLUMNS) == "auto"


def test_unknown_columns_come_with_a_hint():
    """The message holds the specification and the nearest names."""
    with pytest.raises(CommandError, match=r"'agee' matches no column.*mean 'age'"):
        parse_modalities(["m=agee"], COLUMNS)
    with pytest.raises(CommandError, match=r"there are 'g1', 'g2'"):
        parse_modalities(["m=zzzz"], COLUMNS)
