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


def test_columns_are_left_out(tmp_path, frame):
    """They are in no modality; a join may still use them."""
    path, codes = tmp_path / "table.csv", tmp_path / "codes.csv"
    frame.to_csv(path, index=False)
    codes.write_text("person,age\n1,30\n2,40\n")
    words = ["--target", "label", "--without", "amount", "--without", "person"]
    assert read(path, *words).X.columns.tolist() == list(frame.columns[:4])
    problem = read(path, *words, "--join", f"{codes}:on=person")
    assert problem.X.columns.tolist() == [*frame.columns[:4], "codes__age"]
    for name in ("label", "amuont"):
        with pytest.raises(CommandError, match=f"--without '{name}' is no column that"):
            read(path, "--target", "label", "--without", name)
    every = [word for name in frame.columns[:-2] for word in ("--without", name)]
    with pytest.raises(CommandError, match="no column but amount and audio__pitch"):
        read(path, "--target", "amount", *every, "--without", "label")


def test_a_column_has_one_part(tmp_path, frame):
    """The target, groups and what is left out are of no modality."""
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    words = ["--target", "label", "--groups", "person", "--without", "amount"]
    for name, option in zip(("label", "person", "amount"), words[::2], strict=True):
        said = f"'{name}' is the column of {option}, and cannot be of a modality"
        with pytest.raises(CommandError, match=said):
            read(path, *words, "--modality", f"m={name}")
