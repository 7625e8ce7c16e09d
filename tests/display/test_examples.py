"""The examples run, and have the form of the gallery."""

import ast
import os
import re
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(FOLDER.glob("plot_*.py"))
each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


@pytest.mark.skipif("CI" in os.environ, reason="there, make docs runs them all")
@each_example
def test_example_runs(path, tmp_path, monkeypatch, capsys):
    """Each script runs in an empty folder, prints something and draws a picture."""
    pytest.importorskip("matplotlib").use("Agg")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")
    import matplotlib.pyplot as plt

    plt.close("all")
    assert capsys.readouterr().out
    assert list(tmp_path.glob("*.png"))


def test_examples_are_numbered_in_reading_order():
    """Names are ``plot_01_…``, ``plot_02_…`` and so on, without a hole."""
    numbers = [re.match(r"plot_(\d\d)_[a-z_]+$", path.stem)[1] for path in EXAMPLES]
    assert numbers == [f"{k:02}" for k in range(1, len(EXAMPLES) + 1)]


@each_example
def test_example_has_a_title(path):
    """A title of the docstring's, underlined in its length, and what did not help."""
    text = path.read_text(encoding="utf-8")
    title, line, *_ = ast.get_docstring(ast.parse(text)).splitlines()
    assert line == "=" * len(title)
    assert "did not help" in " ".join(text.split())


def test_the_gallery_has_a_header():
    """sphinx-gallery shows no folder without one."""
    header = (FOLDER / "GALLERY_HEADER.rst").read_text(encoding="utf-8")
    title, line, *_ = header.splitlines()
    assert line == "=" * len(title)
