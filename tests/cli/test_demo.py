"""The demo."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")


def test_demo_as_a_process(tmp_path):
    """`python -m mmensemble demo` prints the table, writes the page, stays quiet."""
    command = [sys.executable, "-m", "mmensemble", "demo", "--rows", "1400"]
    done = subprocess.run(
        [*command, "--out", "page.html", "--n-jobs", "1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for choice in ("schedule only", "plane only", "concat", "voting", "stacking"):
        assert choice in done.stdout
    assert done.stdout.count("best\n") == 1
    assert "the highest mean ROC AUC of 3 choices" in done.stdout
    for modality in ("schedule", "weather", "plane"):
        assert f"\n{modality} " in done.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg role=") == 3
    assert "mmensemble demo --seed 0 --rows 1400" in page
    assert str(tmp_path) not in page


@pytest.mark.parametrize("rows", [0, 10])
def test_too_few_rows(fail, rows):
    """Five folds need five days."""
    assert "5 folds need 5 days" in fail("demo", "--rows", rows)


def test_out_is_checked_before_the_work(fail, tmp_path):
    """A folder that does not exist, or a folder itself, is refused at once."""
    assert "does not exist" in fail("demo", "--out", "no/page.html")
    assert "is a folder" in fail("demo", "--out", tmp_path)


def test_a_missing_extra_is_named(fail, monkeypatch):
    """Without jinja2 the demo says what to install, at once."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert "mmensemble[report]" in fail("demo")
