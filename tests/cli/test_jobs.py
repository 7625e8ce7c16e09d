"""How much runs at the same time."""

import pytest


@pytest.mark.parametrize("number", ["0", "100000", "-100000", "many", "1.5"])
@pytest.mark.parametrize("command", ["fit", "compare", "correlate", "fill", "demo"])
def test_absurd_numbers_are_refused(fail, command, number):
    """No machine has so many processors, and none works without a worker."""
    more = {"fit": ["t.csv", "--target", "y", "--out", "m"], "fill": ["t.csv"]}
    more |= {name: ["t.csv", "--target", "y"] for name in ("compare", "correlate")}
    args = more.get(command, [])
    said = fail(command, *args, "--n-jobs", number)
    assert "argument --n-jobs: " in said
    words = "workers make no sense on" if number.strip("-").isdigit() else "invalid int"
    assert words in said


def test_numbers_that_make_sense(run, csv):
    """A worker, or one for each processor, is fine."""
    args = ("fit", csv, "--target", "label", "--fusion", "concat", "--out", "m.joblib")
    assert run(*args, "--n-jobs", "1")[0] == 0
