"""One vocabulary of verdicts."""

import ast
from pathlib import Path

import pytest

import mmensemble
from mmensemble._verdicts import UNCLEAR, VERDICTS, define

PACKAGE = Path(mmensemble.__file__).parent


def test_the_words_are_those_of_the_field():
    """Each word has one meaning; one more stands for what is open."""
    words = {"adds", "redundant", "complementary", "irrelevant", "harmful"}
    words |= {"overlapping", "unique", "predictive", "not predictive"}
    assert set(VERDICTS) == words
    assert len(set(VERDICTS.values())) == len(words)
    assert UNCLEAR not in VERDICTS


def test_words_that_occur_are_defined_once_each():
    """In the order of the vocabulary, whatever order they come in."""
    found = define(["unclear", "harmful", "adds", "adds"])
    assert [text.split(":")[0] for text in found] == ["adds", "harmful", "unclear"]
    assert define([]) == []
    with pytest.raises(ValueError, match=r"got \['useful'\]"):
        define(["useful"])


def test_no_other_module_defines_the_words():
    """A dict with verdicts as keys and sentences as values stands in one place."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict) and _defines(node):
                found.append(path.name)
    # the analysis of modalities is to take its words from here as well
    assert set(found) <= {"_verdicts.py"}


def _defines(node):
    pairs = zip(node.keys, node.values, strict=True)
    return any(
        isinstance(key, ast.Constant)
        and key.value in VERDICTS
        and isinstance(value, ast.Constant)
        and " " in str(value.value)
        for key, value in pairs
    )
