"""What each modality is good for, in a word."""

import numpy as np
import pytest
from comparison_cases import made
from scipy import stats
from sklearn.model_selection import ShuffleSplit

from mmensemble import MultimodalClassifier, compare_fusions
from mmensemble.datasets import make_multimodal

HALF = [0.5, 0.5, 0.4, 0.6]
GOOD = [0.8, 0.9, 0.8, 0.9]


def verdict(whole, without, alone, rope=0.01):
    """Return the row of modality "a"."""
    scores = {"voting": whole, "voting [b]": without}
    singles = {"a": alone, "b": HALF}
    found = made(scores, singles=singles, modalities=("a", "b"), rope=rope)
    return found.verdicts().set_index("modality").loc["a"]


@pytest.mark.parametrize(
    ("whole", "without", "alone", "word"),
    [
        (GOOD, HALF, GOOD, "adds"),
        (HALF, GOOD, HALF, "harmful"),
        (GOOD, GOOD, GOOD, "redundant"),
        (GOOD, GOOD, HALF, "irrelevant"),
        ([0.9, 0.3, 0.8, 0.6], HALF, HALF, "unclear"),
    ],
)
def test_words(whole, without, alone, word):
    """Gains and losses beyond the rope, none that matters, and what is open."""
    row = verdict(whole, without, alone)
    assert row["verdict"] == word
    assert row["basis"] == "voting without it"
    phrase = {"adds": "a adds: with it the score changes by +0.350"}
    assert row["text"].startswith(phrase.get(word, f"a is {word}: with it"))
    assert ("most likely it adds" in row["text"]) == (word == "unclear")


def test_numbers_are_those_of_the_corrected_t():
    """Interval and probabilities by hand, for four folds of ten rows."""
    gaps = np.array(GOOD) - HALF
    row = verdict(GOOD, HALF, GOOD)
    scale = np.sqrt((1 / 4 + 10 / 30) * gaps.var(ddof=1))
    reach = stats.t.ppf(0.975, 3) * scale
    assert row["difference"] == pytest.approx(gaps.mean())
    assert row["upper_difference"] == pytest.approx(gaps.mean() + reach)
    above = stats.t.sf((0.01 - gaps.mean()) / scale, 3)
    assert row["p_adds"] == pytest.approx(above)
    assert row["over_chance"] == pytest.approx(0.35)
    assert row["alone"] == pytest.approx(0.85)


def test_rope_decides_what_matters():
    """A gain within the rope is none."""
    row = verdict([0.9, 0.9, 0.8, 0.8], [0.8, 0.8, 0.7, 0.7], GOOD, rope=0.2)
    assert row["verdict"] == "redundant"


@pytest.mark.parametrize(
    ("alone", "word"),
    [
        (GOOD, "predictive"),
        ([0.4, 0.4, 0.3, 0.4], "not predictive"),
        ([0.9, 0.2, 0.9, 0.6], "unclear"),
    ],
)
def test_alone(alone, word):
    """Where nothing was left out, no word says what it does beside the others."""
    found = made({"voting": GOOD}, singles={"a": alone}, modalities=("a",))
    row = found.verdicts().iloc[0]
    assert (row["verdict"], row["basis"]) == (word, "alone")
    assert f"a is {word}: alone it scores" in row["text"]
    assert np.isnan(row["difference"])


def test_the_best_fusion_and_the_best_learner_count():
    """Of several fusions and learners the best; choices of one modality count too."""
    scores = {
        "concat": HALF,
        "concat [b]": HALF,
        "voting": GOOD,
        "voting [b]": [0.7, 0.8, 0.7, 0.8],
        "stacking": [0.9] * 4,
        "stacking [b]": None,
    }
    singles = {"a__one": HALF, "a__two": [0.6, 0.7, 0.6, 0.7]}
    found = made(scores, singles=singles, modalities=("a", "b")).verdicts()
    row = found.set_index("modality")
    assert row.loc["a", "basis"] == "voting without it"
    assert row.loc["a", "alone"] == pytest.approx(0.65)
    assert row.loc["b", "alone"] == pytest.approx(0.75)
    assert row.loc["b", "basis"] == "alone"
    nothing = made({"concat": GOOD}, modalities=("a",)).verdicts()
    assert np.isnan(nothing["alone"][0])
    assert nothing["verdict"][0] == "unclear"
    assert nothing["text"][0] == "a is unclear: no fold has scores with and without it."


def test_one_fold_has_no_interval():
    """It is told so, instead of an interval of dashes."""
    data = make_multimodal(n_samples=60, random_state=0)
    found = compare_fusions(
        MultimodalClassifier(random_state=0),
        data.data,
        data.target,
        fusions=["voting"],
        cv=ShuffleSplit(1, random_state=0),
    )
    texts = found.verdicts()["text"]
    assert texts.str.contains("(one fold has no interval)", regex=False).all()
