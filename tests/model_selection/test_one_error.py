"""The simplest choice within one standard error of the best."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.model_selection import simplest_within_one_error


def test_simplest_within_one_error_by_hand():
    """A choice exactly one standard error below the best is still taken."""
    # the best has mean 0.8 and standard error 0.1 / sqrt(4) = 0.05
    best = 0.8 + 0.1 * np.sqrt(3 / 4) * np.array([1, -1, 1, -1])
    scores = pd.DataFrame({"far": 0.7, "near": 0.76, "best": best})
    order = ["far", "near", "best"]
    assert simplest_within_one_error(scores, order) == "near"
    # corrected, the error is 0.1 * sqrt(1/4 + 1) = 0.11
    assert simplest_within_one_error(scores, order, n_train=5, n_test=5) == "far"
    assert simplest_within_one_error(scores, order[::-1]) == "best"


def test_equally_simple_choices_go_by_their_mean():
    """Complexities may be numbers, and tie."""
    scores = pd.DataFrame({"a": [0.7, 0.9], "b": [0.72, 0.9], "c": [0.75, 0.9]})
    assert simplest_within_one_error(scores, {"a": 1, "b": 1, "c": 2}) == "b"
    assert simplest_within_one_error(scores, pd.Series([2, 2, 1], list("abc"))) == "c"


def test_a_single_split_has_no_error():
    """With one split the best is taken; a choice that lacks splits is not."""
    scores = pd.DataFrame({"a": [0.7], "b": [0.8]})
    assert simplest_within_one_error(scores, ["a", "b"]) == "b"
    holed = pd.DataFrame({"a": [0.9, np.nan], "b": [0.8, 0.6]})
    assert simplest_within_one_error(holed, ["a", "b"]) == "b"


def test_simplest_refuses_half_of_the_sizes_and_unknown_choices():
    """Errors name the parameters."""
    scores = pd.DataFrame({"a": [1], "b": [2], "c": [3]})
    with pytest.raises(ValueError, match="both 'n_train' and 'n_test'"):
        simplest_within_one_error(scores, ["a", "b", "c"], n_train=3)
    with pytest.raises(ValueError, match=r"lacks the choices \['c'\]"):
        simplest_within_one_error(scores, ["a", "b"])
