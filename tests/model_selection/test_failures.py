"""Failures, counted and raised."""

import pytest

from mmensemble.model_selection._failures import (
    describe_error,
    describe_failures,
    raise_failures,
)


def test_reasons_are_counted_in_the_order_in_which_they_came():
    """Equal ones share a line."""
    text = describe_failures(["ValueError: b", "ValueError: a", "ValueError: b"])
    assert text == "2 times: ValueError: b\n1 times: ValueError: a"


@pytest.mark.parametrize(
    ("errors", "kind"),
    [(["TypeError: a"] * 2, TypeError), (["TypeError: a", "KeyError: b"], ValueError)],
)
def test_the_type_is_that_of_all(errors, kind):
    """A TypeError, where all are; else a ValueError."""
    with pytest.raises(kind, match=r"(?s)All 2 fits failed. Set error_score=.*TypeErr"):
        raise_failures(errors, "All 2 fits")


def test_notes_are_kept():
    """Where an error came from stands behind it."""
    error = ValueError("no")
    assert describe_error(error) == "ValueError: no"
    error.add_note("while here")
    error.add_note("while there")
    assert describe_error(error) == "ValueError: no (while here; while there)"
