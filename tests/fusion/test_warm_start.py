"""What is said of a start that does not fit."""

import pytest

from mmensemble.fusion._warm_start import check_learnt, unlike


def test_what_was_learnt_is_wanted():
    """Another kind is refused, with where the right one stands."""
    check_learnt("Fusion", 1, int, "model_")
    with pytest.raises(
        ValueError, match=r"of Fusion must be .* old.fusion_.model_, got a"
    ):
        check_learnt("Fusion", "text", int, "model_")


@pytest.mark.parametrize("start", ["model", "space"])
def test_what_differs_is_named(start):
    """Both sides are shown."""
    said = str(unlike("Fusion", start, "n_heads", 2, 4))
    assert f"starts from a {start} with other n_heads: 2 there, 4 here" in said
