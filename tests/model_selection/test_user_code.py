"""Functions that were edited between two runs are others."""

import functools

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from mmensemble import MultimodalClassifier, compare_fusions
from mmensemble.model_selection._user_code import code_hash

SOURCE = """
def helper(x):
    return x * 1.0

def extract(X, power=2):
    def inner(x):
        return helper(x) ** power
    return inner(X)

class Extractor:
    step = 3
    def transform(self, X):
        return X + self.step
"""


def edited(old="", new=""):
    """Return the names of the module after an edit."""
    names = {"__name__": "users_module"}
    exec(SOURCE.replace(old, new) if old else SOURCE, names)
    return names


@pytest.mark.parametrize("held", ["function", "partial", "parameter"])
@pytest.mark.parametrize(
    "edit",
    [("x * 1.0", "x * 2.0"), ("power=2", "power=3"), ("** power", "+ power"), None],
)
def test_edits_of_functions(held, edit):
    """Bytecode, constants, defaults and what is called change the hash."""

    def hashed(*edit):
        function = edited(*edit)["extract"]
        if held == "partial":
            function = functools.partial(function, power=5)
        if held == "parameter":
            function = {"model": [FunctionTransformer(function)]}
        return code_hash(function)

    assert (hashed() == hashed(*(edit or ()))) == (edit is None)


@pytest.mark.parametrize("edit", [("step = 3", "step = 4"), ("X + self", "X - self")])
def test_edits_of_classes(edit):
    """An estimator of the user's own counts with its methods and constants."""
    before, same, after = (edited(*e)["Extractor"] for e in ((), (), edit))
    assert code_hash(before()) == code_hash(same())
    assert code_hash(before()) != code_hash(after())


def test_closures():
    """What a function closes over is part of it."""

    def shift_by(amount):
        def shift(x):
            return x + amount

        return shift

    assert code_hash(shift_by(1)) == code_hash(shift_by(1))
    assert code_hash(shift_by(1)) != code_hash(shift_by(2))


def test_a_cache_does_not_answer_for_an_edited_function(tmp_path, monkeypatch):
    """The scores are those of the function as it is now."""
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = pd.DataFrame({"a__1": y + 0.1 * rng.normal(size=60), "b__1": 1.0})

    def score():
        model = MultimodalClassifier(
            [("a", FunctionTransformer(extract), ["a__1"])],
            estimator=LogisticRegression(),
        )
        options = {"fusions": ["concat"], "cv": 2, "cache": tmp_path}
        frame = compare_fusions(model, X, y, random_state=0, **options).frame()
        return frame.filter(like="mean").iloc[0, 0]

    assert score() == 1.0
    monkeypatch.setattr(extract, "__code__", nothing.__code__)
    assert score() < 0.7


def extract(X):
    """Hand the column on."""
    return np.asarray(X)


def nothing(X):
    """Hand nothing on."""
    return np.zeros((len(X), 1))
