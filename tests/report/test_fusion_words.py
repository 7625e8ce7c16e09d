"""What the page of a comparison says first."""

from dataclasses import replace

import numpy as np
import pytest
from comparison_cases import classifier, made, make_data

from mmensemble import compare_fusions
from mmensemble.report._fusion_words import fusion_in_short

LOW = {"a": [0.5, 0.6, 0.5, 0.6], "b": [0.9, 0.9, 0.8, 0.9]}


def test_a_comparison_in_plain_words():
    """What is predicted, and the best choice beside guessing, its luck taken off."""
    X, y = make_data(200)
    found = compare_fusions(classifier(), X, y, fusions=["concat", "voting"], cv=3)
    text = fusion_in_short(found)
    winner = found.winner()
    assert text.startswith(
        "What is predicted is the target (no or yes), from a, b and c. The best of 2 "
        f"choices, {found.best}, is right for {winner.corrected:.1%} of the rows "
        f"that it has not seen (it may be {winner.lower:.1%} to {winner.upper:.1%}, "
        "its luck in being the best taken off); the same guess for every row would be "
    )
    assert winner.lower > found.chance().mean()
    assert "That is better than guessing by more than luck explains." in text


def test_one_page_names_one_best_choice(monkeypatch):
    """The best on pooled rows is another; the means over folds name the best."""
    found = made({"voting": [0.9, 0.8, 0.9, 0.9], "concat": [0.9, 0.8, 0.8, 0.9]})
    other = replace(found.winner(), choice="concat")
    monkeypatch.setattr(type(found), "winner", lambda self, **options: other)
    assert "The best of 2 choices, voting, is right" in fusion_in_short(found)
    assert found.conclusion().startswith("Use voting")
    assert (
        "On pooled rows concat is the best, and not voting as by the means over "
        "folds, and has accuracy"
    ) in found.to_html()


@pytest.mark.parametrize(("alone", "told"), [(0.9, True), (0.875, True), (0.6, False)])
def test_a_single_modality_that_does_as_well_is_named(alone, told):
    """What scores no less and needs less belongs in the first paragraph."""
    choices = {"voting": [0.9, 0.8, 0.9, 0.9]}
    found = made(choices, singles={"a": [alone] * 4}, modalities=("a", "b"))
    sentence = "The best single modality, a only, does at least as well."
    assert (sentence in fusion_in_short(found)) == told


def test_one_choice_has_had_no_luck():
    """There was nothing to pick from."""
    text = fusion_in_short(made({"voting": [0.9, 0.8, 0.9, 0.9]}))
    assert text.startswith("The only choice, voting, is right for ")
    assert "luck in being" not in text


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        (
            [0.9, 0.9, 0.8, 0.9],
            "a may or may not help; b alone is better than guessing",
        ),
        ([0.5, 0.4, 0.5, 0.4], "a helps; b alone is better than guessing"),
    ],
)
def test_modalities_of_one_verdict_stand_together(scores, told):
    """Beside the others where one was left out, else alone."""
    choices = {"voting": [0.9, 0.8, 0.9, 0.8], "voting [b]": scores}
    found = made(choices, singles=LOW, modalities=("a", "b"))
    assert f"For the modalities: {told}." in fusion_in_short(found)


def test_alone():
    """Several of one verdict are named together."""
    singles = LOW | {"a": [0.9, 0.9, 0.9, 0.9], "c": [0.5, 0.5, 0.5, 0.5]}
    found = made({"voting": [0.9, 0.8, 0.9, 0.8]}, singles=singles)
    text = fusion_in_short(found)
    assert "each of a and b alone is better than guessing; c alone is no better" in text


def test_pooled_rows():
    """No interval, no verdict on guessing."""
    found = made({"voting": [0.9, 0.5], "concat": [0.6, 0.6]})
    for result in found.results:
        for outcome in result.outcomes:
            outcome.scores = {"score": np.nan}
    text = fusion_in_short(found)
    assert "The best of 2 choices, voting, is right for " in text


def test_nothing_was_scored():
    """What failed is told, and no score."""
    found = made({"voting": [0.5, 0.5], "bad": None})
    for result in found.results:
        result.outcomes[0] = result.outcomes[1]
    text = fusion_in_short(found)
    assert text == "4 of 4 fits failed, of 2 of 2 choices; see below."
    assert fusion_in_short(made({"voting": [0.9]}, n_test=20)) != ""
