"""What may have been meant."""

import pytest

from mmensemble._did_you_mean import close_names, did_you_mean, nearest


def test_case_does_not_count():
    """Names that differ by case are the closest; each keeps its own."""
    assert close_names("CRP", ["crop", "Crp", "crp"]) == ["Crp", "crp", "crop"]
    assert close_names("CRP", ["crop", "Crp", "crp"], n=1) == ["Crp"]


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("orign", ["origin", "dest"], "; did you mean 'origin'?"),
        ("zzz", ["a", "b"], "; there are 'a', 'b'."),
        ("zzz", "abcdefghi", "; there are 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', ..."),
        (12, [120, 7], "; did you mean '120'?"),
    ],
)
def test_ends_of_messages(name, names, expected):
    """The closest, or the first eight."""
    assert nearest(name, names) == expected


def test_questions_in_front():
    """One name, and nothing where none is close."""
    names = ["gating", "stacking", "voting"]
    assert did_you_mean("staking", names) == "Did you mean 'stacking'? "
    assert did_you_mean("zzz", names) == ""
