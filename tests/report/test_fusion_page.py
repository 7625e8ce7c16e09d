"""The page on a comparison."""

import re

import numpy as np
import pandas as pd
import pytest
from comparison_cases import made
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier, VotingFusion, compare_fusions
from mmensemble.model_selection import FusionComparison
from mmensemble.report._fusion_page import fusion_page

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")

NASTY = ["<script>alert(1)</script>", "a$b$c", "_x"]


def nasty_comparison(**options):
    """Compare fusions of hostile names on modalities of hostile names."""
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    X = pd.DataFrame(rng.normal(size=(60, 3)) + y[:, None], columns=list("abc"))
    X.loc[:5, "b"] = np.nan
    modalities = [
        (name, "passthrough", [column])
        for name, column in zip(NASTY, "abc", strict=True)
    ]
    model = MultimodalClassifier(
        modalities, estimator=LogisticRegression(), cv=2, random_state=0
    )
    fusions = {"=1+1": "voting", "</style>": VotingFusion("nothing")}
    given = {"subsets": "leave-one-out", "cv": 3, "control": True} | options
    return X, model, compare_fusions(model, X, y, fusions=fusions, **given)


@pytest.fixture(scope="module")
def case():
    """Return table, model and comparison."""
    return nasty_comparison(scoring=["roc_auc", "accuracy"])


def test_page_holds_everything(case, tmp_path):
    """Conclusion, scores, verdicts, tests, luck, control, errors, presence, model."""
    X, model, comparison = case
    path = tmp_path / "page.html"
    page = comparison.to_html(
        path,
        X=X,
        modalities=model.modalities,
        model=model,
        correlation="corr <1>.html",
        code="make it",
        how="Three folds.",
    )
    assert path.read_text(encoding="utf-8") == page
    for title in (
        "Conclusion",
        "Scores",
        "Scores with intervals",
        "What each modality is good for",
        "Modalities in numbers",
        "Tests against",
        "The winner&#39;s luck",
        "Control with shuffled targets",
        "What failed",
        "Which modalities are present",
        "The model",
        "How to make this page again",
    ):
        assert f">{title}" in page
    assert "12 of 24 fits failed, of 4 of 8 choices; see below." in page
    assert 'href="corr &lt;1&gt;.html"' in page
    assert "Use =1+1" in page
    assert "Three folds." in page
    assert ">accuracy<" in page
    assert "InvalidParameterError" in page


def test_luck_of_a_score_that_needs_the_rows():
    """It exists by split only, and the page says so."""

    def scorer(model, X, y):
        if not isinstance(X, pd.DataFrame):
            raise ValueError("rows are needed")
        return (model.predict(X) == y).mean()

    page = nasty_comparison(scoring=scorer, subsets=None)[2].to_html()
    assert "On average over the splits =1+1 has" in page
    assert "Corrected split by split, for: rows are needed" in page
    assert "the best in a split" in page


def test_hostile_names_are_text(case):
    """Names of modalities and fusions are escaped wherever they stand."""
    _, _, comparison = case
    page = fusion_page(comparison)
    assert "<script>alert(1)" not in page
    assert page.count("</style>") == 1
    assert "&lt;/style&gt;" in page


def test_short_comparisons_have_short_pages():
    """One fusion alone, with nothing to test and no control."""
    X, _, comparison = nasty_comparison(subsets=None, control=False)
    page = fusion_page(comparison, X=None)
    assert "Not run; control=True runs it." in page
    assert "Which modalities are present" not in page
    assert "subsets=&#39;leave-one-out&#39; shows" in page
    assert len(X) == 60


def test_a_line_names_modalities_once():
    """The fusion stands in a column, what it reads in another."""
    scores = {"voting": [0.9, 0.8], "voting [audio]": [0.8, 0.8], "concat": [0.6, 0.6]}
    singles = {"audio": [0.5, 0.5], "b__rf": [0.4, 0.4]}
    found = made(scores, singles=singles, modalities=("audio", "b"))
    table = fusion_page(found).partition("<table")[2].partition("</table>")[0]
    rows = [re.findall("<td.*?>(.*?)</td>", row)[:2] for row in table.split("<tr")[2:]]
    assert rows == [
        ["voting", "all"],
        ["voting", "audio"],
        ["concat", "all"],
        ["none", "audio"],
        ["none (rf)", "b"],
    ]


def test_leaks_and_missing_folds_come_first(case):
    """Whoever reads one paragraph reads these."""
    _, _, comparison = case
    given = {
        name: getattr(comparison, name)
        for name in ("scorer", "scoring", "groups", "sample_weight", "rope")
    }
    same = (comparison.choices, comparison.modalities, comparison.results, comparison.y)
    leaky = FusionComparison(
        *same, control=comparison, n_planned=5, missing="interrupted", **given
    )
    page = fusion_page(leaky)
    said = page.index("Do not trust these scores: something leaks.")
    assert said < page.index("Only 3 of 5 folds ran: interrupted.")
    assert said < page.index("Use =1+1")


def test_nothing_was_scored():
    """The page of failures says so and shows them."""
    found = made({"voting": [0.5, 0.5], "bad": None})
    for result in found.results:
        result.outcomes[0] = result.outcomes[1]
    page = fusion_page(found)
    assert "No choice was scored on every fold" in page
    assert ">What failed" in page
    assert "Tests against" not in page
