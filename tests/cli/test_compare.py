"""``mmensemble compare``."""

import json
import warnings

import numpy as np
import pytest
from fold_cases import FOLD_CASES

from mmensemble import VotingFusion
from mmensemble.cli import _compare

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")

COMPARE = ["compare", "table.csv", "--groups", "person", "--target"]
QUICK = ["--fusions", "concat,voting", "--cv", "2"]


def test_compare_writes_page_and_tables(run, csv, tmp_path):
    """Scores, verdicts and the conclusion on the terminal; all in the files."""
    args = [*COMPARE, "label", *QUICK, "--subsets", "single", "--scoring", "roc_auc"]
    files = ["--html", "out.html", "--json", "out.json", "--correlation", "c.html"]
    code, out, err = run(
        *args,
        *files,
        "--modality",
        "audio=audio__*",
        "--modality",
        "image=image__size,image__shade,amount",
        "--control",
    )
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[1].split()[:3] == ["choice", "ROC", "AUC"]
    assert sum(line.endswith("  best") for line in lines) == 1
    for name in ("concat [audio]", "voting [image]", "audio only"):
        assert any(line.startswith(name) for line in lines)
    assert "has the highest mean ROC AUC of 6 choices" in out
    assert "choices above chance with shuffled targets: none" in out
    content = json.loads((tmp_path / "out.json").read_text())
    assert len(content["scores"]) == 8
    page = (tmp_path / "out.html").read_text()
    assert "<h1>Which fusion? table.csv</h1>" in page
    assert "mmensemble compare table.csv --target label" in page
    assert "--modality &#39;audio=audio__*&#39;" in page
    assert 'href="c.html"' in page


def test_amounts_and_the_cache(run, csv, tmp_path):
    """Regression by default for amounts; a second run reads what the first left."""
    args = [*COMPARE, "amount", *QUICK, "--cache", "kept", "--subsets", "audio"]
    code, out, _ = run(*args)
    assert code == 0
    assert "R² (mean ± std)" in out
    assert list((tmp_path / "kept").rglob("*.joblib"))
    again = run(*args)[1]
    assert again.splitlines()[:6] == out.splitlines()[:6]


def test_failures_are_told(run, csv, monkeypatch):
    """A fusion that fails is a line; the terminal shows the best lines only."""

    def fail(self, data):
        raise ValueError("no luck")

    monkeypatch.setattr(VotingFusion, "_fit", fail)
    monkeypatch.setattr(_compare, "_MOST_LINES", 2)
    code, out, _ = run(*COMPARE, "label", *QUICK, "--modality", "a=audio__*")
    assert code == 1
    assert "voting failed: ValueError: no luck" in out
    assert "... and 1 more; --html and --json show all" in out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["lable"], "--target 'lable' is no column of the table; did you mean 'label'"),
        (
            ["label", "--fusions", "votin"],
            "Did you mean 'voting'? --fusions 'votin'",
        ),
        (["label", "--cv", "1"], "--cv 1 is too few; give at least 2 folds"),
        (["label", "--rope", "-1"], "--rope -1 is below 0"),
        (["label", "--html", "no/page.html"], "the folder of --html 'no/page.html'"),
        (["label", "--json", "."], "--json '.' is a folder"),
        (["label", "--subsets", "video"], "must name some of ['audio', 'image'"),
        (
            ["label", "--subsets", "all", "--subsets", "audio"],
            "--subsets 'all' stands alone, got 2",
        ),
        (["label", "--scoring", "aucc"], "aucc"),
    ],
)
def test_mistakes(fail, csv, args, said):
    """One line that names the option and what came."""
    assert said in fail(*COMPARE, *args)


DIFFERING = {
    "own_class": (np.repeat([1, 2, 3], 30), 3, 0),
    "one_class": (np.repeat([1, 2], 30), 2, 1),
    "no_modality": (np.repeat([1, 2, 3], 30), 3, 1),
    "single_member": (None, 3, 0),
}


@pytest.mark.parametrize("name", DIFFERING)
def test_folds_may_differ(run, tmp_path, name):
    """Labels or modalities that only some folds have: a page, and no traceback."""
    case, (groups, cv, expected) = FOLD_CASES[name](), DIFFERING[name]
    table = case.X.assign(label=[f"is {label}" for label in case.y])
    args = ["compare", "t.csv", "--target", "label", "--cv", cv, "--subsets", "single"]
    if groups is not None:
        table["site"] = groups
        args += ["--groups", "site"]
    table.to_csv(tmp_path / "t.csv", index=False)
    given = ["--fusions", "voting,concat", "--html", "o.html", "--json", "o.json"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        code, out, err = run(*args, *given)
    assert (code, err) == (expected, "")
    conclusion = json.loads((tmp_path / "o.json").read_text())["conclusion"]
    assert conclusion in out
    assert "\nIn short: " in out
    assert "<h1>Which fusion? t.csv</h1>" in (tmp_path / "o.html").read_text()
