"""Checks run by name."""

import pytest

from mmensemble.testing._running import bind


def check_small(subject):
    """Something to check."""
    if subject > 2:
        raise AssertionError("too large")
    1 / subject


def test_names():
    """Each check keeps its name, which failures and other errors tell."""
    assert [name for name, _ in bind([check_small], 1)] == ["check_small"]
    dict(bind([check_small], 1))["check_small"]()
    with pytest.raises(AssertionError, match="check_small failed for 3: too large"):
        dict(bind([check_small], 3))["check_small"]()
    with pytest.raises(ZeroDivisionError) as caught:
        dict(bind([check_small], 0))["check_small"]()
    assert caught.value.__notes__ == ["while check_small ran on 0"]
