"""The report: frames, plots, page, JSON."""

import json
import re
from collections import Counter
from functools import partial
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from report_cases import NASTY, nasty_table

from mmensemble import ModalityCorrelation, correlation_report
from mmensemble._html import escape
from mmensemble.analysis import associate
from mmensemble.datasets import make_multimodal

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")


@pytest.fixture(scope="module")
def report():
    """A report of hostile names, with target and groups."""
    X, modalities, y, groups = nasty_table()
    return correlation_report(
        X, y, modalities=modalities, groups=groups, random_state=0
    )


@pytest.fixture(scope="module")
def page(report, tmp_path_factory):
    """The page of the report."""
    path = tmp_path_factory.mktemp("report") / "page.html"
    page = report.to_html(path)
    assert path.read_text(encoding="utf-8") == page
    return page


def test_frames_equal_the_analysis_and_pandas(report):
    """Modalities and pairs are those of the analysis, correlations those of pandas."""
    X, modalities, y, groups = nasty_table()
    analysis = ModalityCorrelation(modalities, random_state=0).fit(X, y, groups=groups)
    pd.testing.assert_frame_equal(report.modalities_, analysis.modalities_)
    pd.testing.assert_frame_equal(report.pairs_, analysis.pairs_)
    for method, frame in report.correlations_.items():
        expected = X.corr(method=method)
        pd.testing.assert_frame_equal(frame.loc[X.columns, X.columns], expected)
    assert report.features_ is report.correlations_["pearson"]
    assert set(report.frames()) >= {"modalities", "pairs", "feature_pairs", "anomalies"}


def test_the_planted_relations_are_told(report):
    """The copy is redundant; the curve and the outliers are told apart."""
    assert report.modalities_["verdict"].tolist().count("redundant") == 1
    redundant = report.modalities_.query("verdict == 'redundant'").iloc[0]
    assert f"{redundant.name} is redundant: {redundant['reason']}." in report.summary_
    reasons = report.differences_.set_index(["feature_a", "feature_b"])["reason"]
    assert reasons["_x 1", "=1+1"] == "outliers"
    assert ("_x 0", "</style>") in reasons.index


def test_page_is_self_contained_and_safe(page):
    """Nothing is loaded, and every name is text."""
    assert "<script>alert" not in page
    assert page.count("</style>") == 1
    assert "default-src 'none'" in page
    assert not re.search(r'(src|srcset)="', page)
    assert set(re.findall(r'href="(.)', page)) <= {"#", "d"}
    for title in ("Summary", "Heat map", "Network", "Method and caveats"):
        assert title in page


def test_ids_are_unique(page):
    """Figures that stand side by side share no id."""
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_notebooks_show_the_page(report, page, monkeypatch):
    """The page stands in a frame that can do nothing but run its own script."""
    monkeypatch.setattr(report, "to_html", lambda: page)
    shown = report._repr_html_()
    assert escape(page) in shown
    assert shown.startswith("<iframe")
    assert 'sandbox="allow-scripts"' in shown
    assert "<script" not in shown


def test_json_can_be_read_back(report, tmp_path):
    """Numbers survive; what is missing is null."""
    path = tmp_path / "report.json"
    content = json.loads(report.to_json(path))
    assert content == json.loads(path.read_text(encoding="utf-8"))
    assert content["summary"] == report.summary_
    assert [row["modality"] for row in content["modalities"]] == NASTY
    pairs = pd.DataFrame(content["pairs"])
    np.testing.assert_allclose(
        pairs["rv"].to_numpy(dtype=float), report.pairs_["rv"], rtol=1e-12
    )
    assert len(content["correlations"]["spearman"]) == len(report.features_)
    assert content["presence"]["a$b$c"] == pytest.approx(129 / 150)


def test_same_seed_same_report(report, page):
    """Nothing depends on chance or the time of day but the seed."""
    X, modalities, y, groups = nasty_table()
    again = correlation_report(
        X, y, modalities=modalities, groups=groups, random_state=0
    )
    assert again.to_dict() == report.to_dict()
    assert again.to_html() == page


def test_plot_is_the_display(report):
    """Every kind can be drawn from the report."""
    import matplotlib.pyplot as plt

    for kind in ("heatmap", "network", "clustermap"):
        assert report.plot(kind).figure_ is not None
    plt.close("all")


def test_without_target_and_with_one_method():
    """Less to say is said without fail."""
    X, modalities, _, _ = nasty_table(60)
    report = correlation_report(X, modalities=modalities, methods="spearman")
    assert report.methods == ["spearman"]
    assert not len(report.differences_)
    assert "AUC" not in " ".join(report.summary_)
    assert "Pearson against" not in report.to_html()


def test_one_modality_of_an_array_makes_a_page():
    """Plots of pairs are left out where there is no pair."""
    X = np.random.default_rng(0).normal(size=(40, 3))
    page = correlation_report(X, random_state=0).to_html()
    assert "Who explains whom" not in page


@pytest.mark.parametrize("methods", [(), ("pearson",) * 2, ("kendall",)])
def test_wrong_methods_are_refused(methods):
    """Methods are one or both of two words."""
    with pytest.raises(ValueError, match="'methods' parameter must name one or both"):
        correlation_report(np.eye(9), methods=methods)


def test_each_correlation_is_computed_once(monkeypatch):
    """One pass over presence and text, one correlation a method."""
    X, modalities, y, groups = nasty_table()
    counts = Counter()
    for place, name in (
        ("mmensemble.analysis.columns._feature_correlations", "correlate"),
        ("mmensemble.analysis.columns._feature_correlations", "feature_table"),
        ("mmensemble.analysis.modalities._input", "presence_mask"),
        ("mmensemble.analysis.modalities._input", "resolve_modalities"),
    ):
        module = import_module(place)
        counted = partial(count, counts, name, getattr(module, name))
        monkeypatch.setattr(module, name, counted)
    correlation_report(X, y, modalities=modalities, groups=groups, random_state=0)
    assert counts == {
        "correlate": 2,
        "feature_table": 1,
        "presence_mask": 1,
        "resolve_modalities": 1,
    }


def count(counts, name, function, *args, **options):
    """Call a function, and count the call."""
    counts[name] += 1
    return function(*args, **options)


def test_options_reach_the_analysis():
    """Weights, folds, score, threshold and time are those of the analysis."""
    data = make_multimodal(n_samples=80, random_state=0)
    X, y = data.data, data.target
    options = {"threshold": 0.5, "scoring": "neg_log_loss", "cv": 3}
    rows = {"sample_weight": np.arange(80) % 3 + 1.0, "time": np.arange(80)}
    report = correlation_report(X, y, random_state=0, **options, **rows)
    alone = ModalityCorrelation(random_state=0, **options).fit(X, y, **rows)
    pd.testing.assert_frame_equal(report.modalities_, alone.modalities_)
    pd.testing.assert_frame_equal(report.shifts_, alone.shifts_)
    pd.testing.assert_frame_equal(report.features_, alone.features_)
    with pytest.raises(ValueError, match="'threshold' parameter of correlation_rep"):
        correlation_report(X, y, threshold="high")


def test_rows_of_several_levels_are_written(tmp_path):
    """Patient and visit stand in the row's label, in page, dict and JSON."""
    X, modalities, y, _ = nasty_table()
    visits = pd.MultiIndex.from_product([range(len(X) // 2), ["v1", "v2"]])
    X = X.iloc[: len(visits)].set_axis(visits, axis=0)
    report = correlation_report(
        X, y[: len(visits)], modalities=modalities, random_state=0
    )
    top = report.anomalies_["score"].idxmax()
    assert report.to_dict()["anomalies"][0]["row"] == f"{top[0]}, {top[1]}"
    assert f"{top[0]}, {top[1]}" in report.to_html()
    assert json.loads(report.to_json())["n_rows"] == len(visits)


def test_categories_are_told_beside_numbers(tmp_path):
    """Frame, sentence, section, method and JSON; without any there are none."""
    rng = np.random.default_rng(0)
    site = rng.integers(3, size=90)
    X = pd.DataFrame(
        {
            "a__site": np.array(["<x>", "y", "z"])[site],
            "a__batch": pd.Categorical(np.array(["p", "q"])[site // 2]),
            "b__dose": site + 0.1 * rng.normal(size=90),
        }
    )
    report = correlation_report(X, random_state=0)
    pd.testing.assert_frame_equal(
        report.associations_.drop(columns=["modality_a", "modality_b"]), associate(X)
    )
    owner = report.associations_["column_b"].str[0]
    assert report.associations_["modality_b"].tolist() == owner.tolist()
    told = "The category that goes strongest with another column is a__site, with"
    assert any(sentence.startswith(told) for sentence in report.summary_)
    page = report.to_html()
    assert "Cramér&#39;s V" in page
    assert "Categories: Cramér" in page
    content = json.loads(report.to_json())
    measures = [row["measure"] for row in content["associations"]]
    assert measures == report.associations_["measure"].tolist()
    assert "associations" in report.frames()
    plain = correlation_report(X[["b__dose"]].assign(a__x=site * 1.0), random_state=0)
    assert not len(plain.associations_)
    assert not any("category" in sentence for sentence in plain.summary_)
    assert "Cramér" not in plain.to_html()


@pytest.mark.parametrize("methods", [3, None])
def test_methods_that_are_no_words(methods):
    """What is neither a word nor a list of them is named."""
    X = pd.DataFrame({"a__x": [1.0, 2.0, 3.0]})
    with pytest.raises(
        ValueError, match="'methods' parameter must name one or both of"
    ):
        correlation_report(X, methods=methods)


def test_progress(capsys):
    """A call a step, in order, or lines; nothing unless asked for."""
    X, modalities, y, _ = nasty_table()
    steps = []
    given = {"modalities": modalities, "random_state": 0, "methods": "pearson"}
    report = correlation_report(
        X, pd.Series(y, name="ill"), verbose=lambda *step: steps.append(step), **given
    )
    assert [step[:2] for step in steps] == [(k, 5) for k in range(1, 6)]
    assert capsys.readouterr().out == ""
    assert report.problem.target == "ill"
    assert repr(report).startswith("<CorrelationReport: 150 rows, 3 modalities, ")
    with pytest.raises(ValueError, match="'verbose' parameter of correlation_report"):
        correlation_report(X, verbose="loud")
