"""``mmensemble report``."""

import json

import pytest

from mmensemble.cli import _report

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")

REPORT = ["report", "table.csv", "--groups", "person", "--target"]
QUICK = ["--fusion", "voting", "--cv", "2", "--columns", "2"]


def test_page_and_tables(run, csv, tmp_path):
    """The sentences on the terminal, all in the files."""
    files = ["--html", "out.html", "--json", "out.json", "--scoring", "roc_auc"]
    code, out, err = run(*REPORT, "label", *QUICK, *files)
    assert (code, err) == (0, "")
    assert out.startswith("What is predicted is label (no or yes), from audio, ")
    assert "\n\nPredicted: label, 2 classes: " in out
    assert "Rows: 60 in 15 groups, which folds keep together" in out
    assert "ROC AUC " in out
    content = json.loads((tmp_path / "out.json").read_text())
    assert content["problem"]["target"] == "label"
    assert len(content["features"]) <= 4
    page = (tmp_path / "out.html").read_text()
    assert "<h1>Model report: label in table.csv, 60 rows</h1>" in page


def test_amounts(run, csv):
    """Regression by default for amounts."""
    code, out, _ = run(*REPORT, "amount", *QUICK)
    assert code == 0
    assert "Predicted: amount, a number from " in out
    assert "\nR² " in out


def test_folds_that_failed(run, csv, monkeypatch):
    """The code tells of them."""
    real = _report.model_report

    def failing(*given, **options):
        report = real(*given, **options)
        report.errors_.loc[0] = [0, "ValueError: no"]
        return report

    monkeypatch.setattr(_report, "model_report", failing)
    assert run(*REPORT, "label", *QUICK)[0] == 1


def test_a_metric_of_a_class_that_the_target_lacks(run, csv):
    """One line that says what to give instead."""
    code, _, err = run(*REPORT, "label", *QUICK, "--scoring", "f1")
    assert code == 2
    assert "scoring='f1' takes the class 1 as positive" in err
    assert "use 'f1_macro', code the target as 0 and 1, or in Python" in err


def test_the_positive_class(run, csv, tmp_path):
    """Its curves are on the page, and F1 is its own."""
    files = ["--html", "o.html", "--json", "o.json", "--scoring", "f1"]
    code, out, _ = run(*REPORT, "label", *QUICK, *files, "--positive", "no")
    assert code == 0
    assert "F1 " in out
    assert json.loads((tmp_path / "o.json").read_text())["positive"] == "no"
    assert "against all others, is no." in (tmp_path / "o.html").read_text()


def test_no_positive_class(fail, csv):
    """Neither of numbers nor one that the target lacks."""
    said = fail(*REPORT, "label", *QUICK, "--positive", "xx")
    assert "--positive 'xx' is no class of --target 'label'; there are 'no'" in said
    said = fail(*REPORT, "amount", *QUICK, "--positive", "1")
    assert "--positive names a class, and 'amount' is predicted as a number" in said


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--cv", "1"], "--cv 1 is too few"),
        (["--html", "table.csv"], "--html 'table.csv' is also the table"),
        (["--columns", "-1"], "'max_columns' parameter of model_report must be"),
    ],
)
def test_mistakes(run, csv, args, text):
    """One line each, before the work."""
    code, _, err = run(*REPORT, "label", *args)
    assert code == 2
    assert text in err
