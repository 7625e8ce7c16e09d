"""Bad and odd inputs: each ends with a result or with a clear error."""

from collections import Counter

import numpy as np
import pytest
from fuzz_cases import (
    INNER,
    WRONG,
    Case,
    command_case,
    modality_case,
    outcome,
    parameter_case,
    predict_case,
    row_case,
    split_case,
    table,
    table_case,
)

from mmensemble.cli import main

FAMILIES = {
    table_case: 90,
    row_case: 66,
    parameter_case: 340,
    split_case: 66,
    modality_case: 28,
    predict_case: 69,
}
CASES = [(make, seed) for make, count in FAMILIES.items() for seed in range(count)]


@pytest.mark.parametrize(
    ("make", "seed"), CASES, ids=[f"{make.__name__}-{seed}" for make, seed in CASES]
)
def test_every_case_ends_well(make, seed, tmp_path, monkeypatch):
    """No error from within, none without a name, and no result that is none."""
    monkeypatch.chdir(tmp_path)  # some junk is a fine path
    case = make(seed)
    assert outcome(case) in ("result", "error"), case.name


def test_there_are_enough_cases_of_both_kinds():
    """A few hundred cases; many of them must fail, and many must not."""
    assert len(CASES) > 500
    kinds = Counter(make(seed).must_fail for make, seed in CASES)
    assert min(kinds.values()) > 100


def _raise(error):
    raise error


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        (Case("fine", lambda: np.array([[0.5, 0.5]])), "result"),
        (Case("nan", lambda: np.array([[np.nan, 0.5]])), "silent"),
        (Case("sum", lambda: np.array([[0.5, 0.9]])), "silent"),
        (Case("no error", lambda: None, must_fail=True), "silent"),
        (Case("clear", lambda: _raise(ValueError("'cv' is wrong")), ("cv",)), "error"),
        (Case("other", lambda: _raise(ValueError("wrong")), ("cv",)), "failure"),
        (Case("words", lambda: _raise(TypeError("")), ()), "failure"),
        (Case("within", lambda: None.fit()), "failure"),
        (Case("inner", lambda: _raise(TypeError("NoneType is bad"))), "failure"),
    ],
    ids=lambda value: value.name if isinstance(value, Case) else value,
)
def test_the_judge_is_fair(case, kind):
    """The suite would tell each kind of failure."""
    assert outcome(case).split(":")[0] == kind


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a table; the current one."""
    X, y = table(np.random.default_rng(0))
    X.assign(label=np.where(y, "yes", "no")).to_csv(tmp_path / "t.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("seed", range(4 * len(WRONG)))
def test_every_command_ends_well(seed, folder, capsys):
    """A command that is wrong in one place is one line, code 2, and writes nothing."""
    words = command_case(seed)
    before = (folder / "t.csv").read_bytes()
    code = main(words)
    err = capsys.readouterr().err
    assert code == 2, words
    assert len(err.splitlines()) == 1, words
    assert err.startswith("mmensemble"), words
    assert not any(inner in err for inner in INNER), words
    assert (folder / "t.csv").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["t.csv"]
