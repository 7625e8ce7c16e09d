"""Names of domains."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.transfer._domains import domain_name, read_domain

X = np.zeros((3, 2))


def test_names_are_the_same_from_every_container():
    """Numbers count as names, and what is missing has none."""
    wanted = ["1", "2", None]
    polars = pytest.importorskip("polars")
    for domain in (
        [1, 2, None],
        ["1", "2", float("nan")],
        np.array([1, 2, np.nan]),
        pd.Series([1, 2, None], dtype="Int64"),
        polars.Series([1, 2, None]),
        pd.Series(["1", "2", None], dtype="category"),
    ):
        assert read_domain(domain, X).tolist() == wanted
    assert read_domain(None, X).tolist() == [None] * 3
    assert (domain_name(1), domain_name(1.0), domain_name("x")) == ("1", "1", "x")


def test_one_name_a_row():
    """Another shape or length is refused."""
    with pytest.raises(ValueError, match=r"'domain' parameter must have one entry"):
        read_domain(np.zeros((3, 2)), X)
    with pytest.raises(ValueError, match=r"text 'ward'. Give .* as in X\['ward'\]"):
        read_domain("ward", X)
    for label in (["x"], float("nan"), pd.NA):
        with pytest.raises(ValueError, match="'target' parameter must name one domain"):
            domain_name(label)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        read_domain(["a"], X)
