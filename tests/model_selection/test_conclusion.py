"""Two sentences: which fusion to use, and how sure that is."""

import numpy as np
import pytest
from comparison_cases import made

from mmensemble._digits import digits

LOW = {"a": [0.5, 0.6, 0.5, 0.6]}


@pytest.mark.parametrize(
    ("scores", "singles", "start", "end"),
    [
        (
            {"voting": [0.9, 0.9, 0.8, 0.9], "concat": [0.5, 0.6, 0.6, 0.6]},
            LOW,
            "Use voting: it has the highest mean accuracy of 2 choices, 0.875, ",
            "Fusing helps: its difference to the best single modality, a only, is "
            "+0.325 (95% interval ",
        ),
        (
            {"voting": [0.5, 0.5, 0.6, 0.5], "concat": [0.4, 0.4, 0.4, 0.4]},
            {"a": [0.9, 0.9, 0.9, 0.9], "b": [0.2] * 4},
            "Of the fusions, voting has the highest mean accuracy of 2 choices",
            "Use a only instead, for fusing hurts here: the fusion's difference to it ",
        ),
        (
            {"voting": [0.5, 0.7, 0.6, 0.8], "concat": [0.4, 0.4, 0.4, 0.4]},
            {"a": [0.5, 0.7, 0.6, 0.8]},
            "Of the fusions, voting has",
            "Use a only instead, for it is as good: the fusion's difference to it is ",
        ),
        (
            {"voting": [0.9, 0.5, 0.6, 0.8], "concat": [0.4, 0.4, 0.4, 0.4]},
            LOW,
            "Use voting: it has",
            "That fusing helps is not shown: its difference",
        ),
        (
            {"voting": [0.3, 0.5, 0.6, 0.8], "concat": [0.4, 0.4, 0.4, 0.4]},
            {"a": [0.8, 0.5, 0.5, 0.7]},
            "Of the fusions, voting has",
            "%. Until more rows tell, use a only, which needs less.",
        ),
        (
            {"voting": [0.9, 0.9, 0.8, 0.9], "concat": [0.4, 0.4, 0.4, 0.5]},
            None,
            "Use voting: it has",
            "Its difference to the next, concat, is clear: +0.450",
        ),
        (
            {"voting": [0.9, 0.5, 0.8, 0.9], "concat": [0.7, 0.7, 0.6, 0.8]},
            None,
            "Use voting: it has",
            "Its difference to the next, concat, is not clear: +0.075",
        ),
        (
            {"voting": [0.9, 0.5], "concat": None},
            None,
            "Use voting: it has",
            "Nothing else was scored on every fold to compare it with.",
        ),
        (
            {"voting": [0.9, 0.5]},
            None,
            "Only voting was compared: its mean ",
            "Nothing",
        ),
        (
            {"voting": [0.9]},
            {"a": [0.4]},
            "Only voting",
            "One fold alone does not tell",
        ),
        (
            {"voting": [0.9], "concat": [0.8]},
            None,
            "Use voting",
            "One fold alone does not tell whether it beats concat.",
        ),
    ],
)
def test_sentences(scores, singles, start, end):
    """What is said of gains, losses, draws, and where there is little to say."""
    names = {f"{name}": folds for name, folds in (singles or {}).items()}
    text = made(scores, singles=names, modalities=("a", "b")).conclusion()
    assert text.startswith(start)
    assert end in text


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (
            [[0.9, 0.9, 0.8, 0.9], [0.1] * 4],
            ", and as much is to be expected on new rows",
        ),
        (
            [[0.6, 0.5, 0.7, 0.5], [0.5, 0.6, 0.5, 0.6]],
            "0.575; expect about {} less on new rows",
        ),
    ],
)
def test_luck_of_the_choosing(scores, expected):
    """What having been the best adds is said on the scale of the mean."""
    found = made(dict(zip(("voting", "concat"), scores, strict=True)))
    assert expected.format(digits(found.winner().bias)) in found.conclusion()


def test_simpler_choices_are_named():
    """One that reads less and is within one standard error of the best."""
    scores = {"voting": [0.9, 0.7, 0.8, 0.9], "voting [a]": [0.8, 0.8, 0.8, 0.8]}
    text = made(scores, singles=LOW).conclusion()
    assert "; voting [a] is simpler and within one standard error." in text


@pytest.mark.parametrize(
    ("alone", "end"),
    [
        ([0.9, 0.9, 0.8, 0.8], "instead, for it is as good: the fusion's difference "),
        ([0.8, 0.9, 0.8, 0.5], "fusing helps is not shown: its difference to that "),
    ],
)
def test_a_modality_is_named_once(alone, end):
    """Where the best choice reads it alone, and so fuses nothing."""
    scores = {"voting [audio]": [0.9, 0.9, 0.8, 0.8], "concat": [0.5, 0.6, 0.5, 0.6]}
    names = ("audio", "b")
    text = made(scores, singles={"audio": alone}, modalities=names).conclusion()
    assert text.count("audio") == 1
    assert "modality without a fusion" in text
    assert end in text


def test_nothing_was_scored():
    """If every choice failed somewhere, nothing is recommended."""
    found = made({"voting": [0.9, 0.5], "concat": [0.9, 0.5]})
    for outcome in found.results[0].outcomes:
        outcome.scores, outcome.predictions, outcome.error = {}, None, "ValueError: no"
    assert found.conclusion().startswith("No choice was scored on every fold")
    assert found.conclusion().endswith(
        "failed on some fold; errors() lists the reasons."
    )


def test_pooled_rows():
    """Where folds have no score, pooled rows have; nothing is tested then."""
    found = made(
        {"voting": [0.9, 0.5], "concat": [0.6, 0.6]}, singles={"a": [0.5, 0.5]}
    )
    for result in found.results:
        for outcome in [*result.outcomes, *result.singles.values()]:
            outcome.scores = {"score": np.nan}
    text = found.conclusion()
    assert "accuracy of 2 choices on the pooled rows of all folds, 0.700" in text
    assert text.endswith(
        "beats a only, 0.500, was not tested: folds are too small for the metric."
    )
