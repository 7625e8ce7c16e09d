"""The pages of the guide."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted([*DOCS.glob("*.rst"), *DOCS.glob("guide/*.rst")])
TASKS = {
    "first_result",
    "files",
    "choose_fusion",
    "missing",
    "comparing",
    "correlation",
    "shared",
    "fewer",
    "auxiliary",
    "cells",
    "own_fusion",
    "machines",
}


def test_every_task_has_a_page_in_the_contents():
    """The guide lists the pages that it has, in an order of its own."""
    pages = {path.stem for path in DOCS.glob("guide/*.rst")} - {"index"}
    listed = (DOCS / "guide" / "index.rst").read_text(encoding="utf-8").split()
    assert pages == TASKS
    assert set(listed) >= pages


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_python_is_run(path):
    """Python stands in prompts, which make test runs: no block is only shown."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\.\. (?:code-block|code|sourcecode|doctest)::", text) == []
    assert re.findall(r"\+SKIP", text) == []
    shown = re.findall(r"::\n\n((?:   .*\n)+)", text)
    blocks = [block for block in shown if not block.lstrip().startswith((":", ".."))]
    assert [b for b in blocks if re.search(r"^ *(?:import|from) \w+", b, re.M)] == []
