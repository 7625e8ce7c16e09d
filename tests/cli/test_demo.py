"""The demo."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demo on few rows, as a process; return it and its folder."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "mmensemble", "demo", "--rows", "1400"]
    done = subprocess.run(
        [*command, "--out", "page.html", "--n-jobs", "1"],
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done, folder


def test_demo_prints_two_tables(demo):
    """Scores of all choices, what is absent, and a conclusion on each; quietly."""
    done, _ = demo
    assert (done.returncode, done.stderr) == (0, "")
    reviews, flights = done.stdout.split("Late flights: ")
    for part, modalities in (
        (reviews, ("review", "title", "tabular")),
        (flights, ("schedule", "weather", "plane")),
    ):
        for modality in modalities:
            assert f"\n{modality} " in part
            assert f"{modality} only" in part
        for choice in ("concat", "voting", "stacking", "auto"):
            assert f"\n{choice} " in part
        assert part.count("best\n") == 1
        assert "the highest mean ROC AUC of 4 choices" in part
    assert "title: 1 column, absent from 1" in reviews
    assert "Fusing " in reviews
    assert "a table on which fusing does not help" in flights
    assert "That fusing helps is not shown" in flights


@pytest.mark.parametrize("name", ["page.html", "page_flights.html"])
def test_demo_writes_two_pages(demo, name):
    """Each with its figures, rows that lack modalities among them, and the recipe."""
    done, folder = demo
    page = (folder / name).read_text(encoding="utf-8")
    assert f"Report: {name}\n" in done.stdout
    assert page.count("<svg role=") == 3
    assert "Which modalities are present" in page
    assert "mmensemble demo --seed 0 --rows 1400" in page
    assert str(folder) not in page


@pytest.mark.parametrize(
    ("rows", "groups"), [(0, "products"), (3, "products"), (10, "days"), (700, "days")]
)
def test_too_few_rows(fail, rows, groups):
    """Five folds need five products, and five days."""
    assert f"5 folds need 5 {groups}" in fail("demo", "--rows", rows)


def test_out_is_checked_before_the_work(fail, tmp_path):
    """A folder that does not exist, or a folder itself, is refused at once."""
    assert "does not exist" in fail("demo", "--out", "no/page.html")
    assert "is a folder" in fail("demo", "--out", tmp_path)


def test_a_missing_extra_is_named(fail, monkeypatch):
    """Without jinja2 the demo says what to install, at once."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert "mmensemble[report]" in fail("demo")
