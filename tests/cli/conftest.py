"""Tables and a way to run the command line."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.cli import main


@pytest.fixture
def frame():
    """Sixty rows: two modalities, groups, a class and an amount; some gaps."""
    rng = np.random.default_rng(0)
    n = 60
    label = rng.integers(0, 2, n)
    frame = pd.DataFrame(
        {
            "audio__pitch": label + rng.normal(size=n),
            "audio__level": rng.normal(size=n),
            "image__size": label + rng.normal(size=n),
            "image__shade": rng.choice(["dark", "light"], n),
            "person": np.arange(n) // 4,
            "label": np.where(label == 1, "yes", "no"),
            "amount": label * 2.5 + rng.normal(size=n),
        }
    )
    frame.loc[:9, ["image__size", "image__shade"]] = np.nan
    return frame


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command line in an empty folder; return code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def _run(*args):
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return _run


@pytest.fixture
def csv(run, tmp_path, frame):
    """The table as a CSV file; the current folder is its own."""
    frame.to_csv(tmp_path / "table.csv", index=False)
    return "table.csv"


@pytest.fixture
def fail(run):
    """Run a command that must end with one line on stderr and code 2."""

    def _fail(*args):
        code, _, err = run(*args)
        assert code == 2
        assert len(err.splitlines()) == 1, err
        assert err.startswith("mmensemble")
        return err

    return _fail
