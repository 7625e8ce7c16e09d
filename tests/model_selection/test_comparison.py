"""Statistics, JSON and views of a comparison."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from comparison_cases import made
from sklearn.metrics import get_scorer

from mmensemble import AutoFusion, StackingFusion, VotingFusion
from mmensemble.model_selection import compare_scores, correct_winner_by_splits

SCORES = {"voting": [0.9, 0.7, 0.8, 0.9], "concat": [0.7, 0.6, 0.8, 0.7], "bad": None}
SINGLES = {"a": [0.6, 0.6, 0.5, 0.6], "b": [0.6, 0.7, 0.5, 0.6]}


@pytest.fixture
def comparison():
    """Three choices, one of which failed, and two single modalities."""
    return made(SCORES, singles=SINGLES)


def test_tests_are_those_of_compare_scores(comparison):
    """Sizes, rope and reference are filled in."""
    found = comparison.tests(reference="best single", rope=0.05)
    scores = comparison.split_scores(singles=True)
    expected = compare_scores(
        scores, n_train=30, n_test=10, reference="b only", rope=0.05
    )
    # an accuracy is at most 1
    expected["upper"] = expected["upper"].clip(upper=1)
    pd.testing.assert_frame_equal(found, expected)
    assert comparison.tests()["reference"][0] == "voting"
    default = made(SCORES, rope=0.2).tests()
    assert default["p_rope"][1] > comparison.tests()["p_rope"][1]


def test_sizes_are_those_of_groups():
    """With groups, not rows but groups are independent."""
    grouped = made(SCORES, groups=np.arange(40) // 5)
    assert grouped.sizes() == ([6] * 4, [2] * 4)
    assert grouped.ratio() == pytest.approx([1 / 3] * 4)


@pytest.mark.parametrize(
    ("scoring", "groups", "lower"),
    [
        ("accuracy", None, 0.05 ** (1 / 40)),
        ("accuracy", np.arange(40) // 5, 0.05 ** (1 / 8)),
        ("roc_auc", None, np.nan),
    ],
)
def test_scores_that_no_fold_differs_in(scoring, groups, lower):
    """All rows right: the exact interval of an accuracy, by rows or by groups."""
    options = {"scoring": scoring, "scorer": get_scorer(scoring), "groups": groups}
    sure = made({"voting": [1.0] * 4, "concat": [0.7, 0.6, 0.8, 0.7]}, **options)
    first, second = sure.tests(level=0.9)[["lower", "upper"]].to_numpy()
    assert first == pytest.approx((lower, lower / lower), nan_ok=True)
    assert second == pytest.approx(np.clip(second, 0.5, 0.9))
    assert "unknown for other scores" in sure.to_html()


def test_winner(comparison):
    """The naive score is that of pooled rows; the second call is remembered."""
    winner = comparison.winner()
    assert winner.choice == "voting"
    assert winner.naive == pytest.approx(0.825)
    assert winner.corrected < winner.naive
    assert (winner.method, winner.note) == ("bootstrap", "")
    assert comparison.winner() is winner
    fewer = comparison.winner(n_bootstraps=10, random_state=np.random.RandomState(0))
    assert fewer.choice == "voting"


@pytest.mark.parametrize(
    ("method", "change"),
    [
        ("winner", {"n_bootstraps": 0}),
        ("winner", {"random_state": "seed"}),
        ("verdicts", {"level": 2}),
        ("tests", {"level": "high"}),
        ("tests", {"rope": -1}),
    ],
)
def test_bad_options_are_refused(comparison, method, change):
    """The message names the parameter; nothing is answered in its place."""
    (name,) = change
    with pytest.raises(ValueError, match=f"The '{name}' parameter of "):
        getattr(comparison, method)(**change)


def test_winner_by_splits_where_rows_cannot_be_pooled():
    """A metric that needs the rows themselves exists by split only."""

    def scorer(model, X, y):
        raise ValueError("X is needed")

    found = made(SCORES, scorer=scorer, scoring=scorer)
    expected = correct_winner_by_splits(found.split_scores())
    winner = found.winner()
    assert winner.corrected == pytest.approx(expected.corrected)
    assert (winner.method, winner.note) == ("splits", "X is needed")
    assert json.loads(found.to_json())["winner"]["method"] == "splits"


def test_simplest():
    """Fewer modalities come first, then needing less; never the clock."""
    scores = {"voting": [0.9, 0.7], "voting [a]": [0.8, 0.8], "concat [b]": [0.4, 0.4]}
    assert made(scores).simplest() == "voting [a]"
    found = made({"stacking": [0.9, 0.7], "voting": [0.9, 0.7], "auto": [0.9, 0.7]})
    fusions = [StackingFusion(), VotingFusion(), AutoFusion()]
    found.choices[:] = [
        replace(choice, fusion=fusion)
        for choice, fusion in zip(found.choices, fusions, strict=True)
    ]
    for slow in range(3):
        for result in found.results:
            result.outcomes[slow].fit_time = 5.0
        assert found.simplest() == "voting"


def test_json(comparison, tmp_path):
    """Everything is there, NaN is null, and the file holds the same."""
    path = tmp_path / "comparison.json"
    content = json.loads(comparison.to_json(path))
    assert content == json.loads(path.read_text())
    assert content["conclusion"].startswith("Use voting")
    assert content["scores"][2]["mean_test_score"] is None
    assert content["winner"]["choice"] == "voting"
    assert len(content["errors"]) == 4
    assert content["control"] is None
    assert [row["verdict"] for row in content["modalities"]][2] == "unclear"
    assert content["folds"] == {"finished": 4, "planned": 4}
    with_control = made(SCORES, control=made(SCORES))
    assert json.loads(with_control.to_json())["control"][0]["leaks"]


def test_json_of_failures():
    """Where nothing was scored there is no winner, but the errors."""
    found = made({"voting": [0.5, 0.5], "bad": None})
    for result in found.results:
        result.outcomes[0] = result.outcomes[1]
    content = json.loads(found.to_json())
    assert content["winner"] is content["tests"] is content["simplest"] is None
    assert len(content["errors"]) == 4
    with pytest.raises(ValueError, match="Every choice failed"):
        _ = found.best


def test_representations(comparison):
    """Names are escaped in HTML; unfinished folds are told."""
    start = "<FusionComparison: 3 choices, 4 folds"
    assert repr(comparison) == f"{start}, best voting with accuracy 0.825>"
    assert "<td>voting</td>" in comparison._repr_html_()
    nasty = made({"<b>x</b>": [0.5, 0.5]}, n_planned=3, missing="interrupted")
    assert "<b>x</b>" not in nasty._repr_html_()
    assert repr(nasty).startswith("<FusionComparison: 1 choices, 2 of 3 folds, best")


def test_plot_and_page_hand_on_what_they_get(comparison, monkeypatch):
    """`plot` and `to_html` hand on what they get."""
    module = "mmensemble.model_selection._comparison"
    for name in ("plot_comparison", "fusion_page"):
        monkeypatch.setattr(f"{module}.{name}", lambda *args, **more: (args, more))
    found = comparison.plot(kind="x", level=0.9)
    assert found == ((comparison,), {"kind": "x", "ax": None, "level": 0.9})
    assert comparison.to_html(title="t") == ((comparison,), {"title": "t"})


def test_names_of_metrics():
    """For people: words instead of underscores, the default by its name."""
    names = {
        "roc_auc": "ROC AUC",
        "neg_log_loss": "negative log loss",
        None: "accuracy",
        "accuracy": "accuracy",
    }
    for scoring, name in names.items():
        assert made(SCORES, scoring=scoring).metric_name() == name
    scorer = get_scorer("accuracy")
    assert made(SCORES, scoring=scorer).metric_name() == "score"
