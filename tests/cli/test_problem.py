"""What ``fit`` and ``compare`` read alike."""

import argparse

import numpy as np
import pandas as pd
import pytest

from mmensemble.cli._errors import CommandError
from mmensemble.cli._problem import add_problem, read_problem


def read(*args):
    """Read a problem from words of the command line."""
    parser = argparse.ArgumentParser()
    add_problem(parser)
    return read_problem(parser.parse_args([str(arg) for arg in args]))


def test_problem(tmp_path, frame):
    """Target and groups leave the table; modalities and task are found."""
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    problem = read(path, "--target", "label", "--groups", "person")
    assert problem.X.columns.tolist() == [
        c for c in frame.columns if c not in ("label", "person")
    ]
    assert (problem.task, problem.modalities) == ("classification", "auto")
    assert (problem.groups == frame["person"]).all()
    assert problem.y.dtype == object
    amount = read(path, "--target", "amount")
    assert (amount.task, amount.groups) == ("regression", None)
    assert amount.y.dtype == np.float64


def test_mistakes_are_command_errors(tmp_path):
    """Messages name the option."""
    path = tmp_path / "table.csv"
    pd.DataFrame({"y": ["a", "b"]}).to_csv(path, index=False)
    with pytest.raises(CommandError, match="has no column but y"):
        read(path, "--target", "y")
    pd.DataFrame({"y": ["a", "b"], "x": [1, 2]}).to_csv(path, index=False)
    with pytest.raises(CommandError, match="--task regression needs numbers"):
        read(path, "--target", "y", "--task", "regression")
