"""Edits of texts."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from mmensemble.augmentation import MultimodalAugmenter, TextEdits
from mmensemble.features import AudioExtractor, SeriesExtractor, TextExtractor

TEXT = "the dress fits well and the colour is lovely in the sun"


def edited(**params):
    """Return ten edited texts, as lists of words."""
    X = pd.DataFrame({"note__text": [TEXT] * 10, "x__n": np.arange(10)})
    augmenter = MultimodalAugmenter([TextEdits(**params)], random_state=0)
    made = augmenter.augment(X, modalities=[("note", TextExtractor(), ["note__text"])])
    assert made.X["note__text"].tolist()[:10] == [TEXT] * 10
    return [text.split() for text in made.X["note__text"][10:]]


def test_swap_keeps_the_words():
    """In another order."""
    for words in edited(ops=["swap"], rate=0.3):
        assert Counter(words) == Counter(TEXT.split())
        assert words != TEXT.split()


def test_delete_leaves_out_a_share():
    """In the same order, never all."""
    for words in edited(ops=["delete"], rate=0.25):
        assert len(words) == 9
        left = iter(TEXT.split())
        assert all(word in left for word in words)
    assert all(len(words) == 1 for words in edited(ops=["delete"], rate=1.0))


def gown(word):
    """Return the synonyms of a word."""
    return ["gown"] if word == "dress" else []


@pytest.mark.parametrize("synonyms", [{"dress": ["gown"], "lovely": "nice"}, gown])
def test_synonyms(synonyms):
    """Of a mapping, or a function."""
    for words in edited(ops=["synonym"], synonyms=synonyms, rate=0.01):
        assert len(words) == 12
        assert len(set(words) & {"gown", "nice"}) == 1
    for words in edited(ops=["insert"], synonyms=synonyms, rate=0.01):
        assert len(words) == 13
        assert {"dress", "lovely"} <= set(words)


def test_without_synonyms_of_its_words_a_text_stays():
    """Nothing to replace."""
    assert edited(ops=["synonym"], synonyms={})[0] == TEXT.split()


def test_default_operations():
    """Those without synonyms, where there are none."""
    assert TextEdits()._operations() == ["delete", "swap"]
    assert len(TextEdits(synonyms={})._operations()) == 4


def test_missing_and_short_texts_stay():
    """A single word, or none."""
    X = pd.DataFrame({"note__text": ["word", None, TEXT]})
    made = MultimodalAugmenter([TextEdits()], random_state=0).augment(X)
    assert made.X["note__text"][3] == "word"
    assert pd.isna(made.X["note__text"][4])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"ops": ["shout"]}, r"must hold some of \['synonym', 'delete', 'swap'"),
        ({"ops": []}, "must hold some of"),
        ({"ops": ["insert"]}, r"needs 'synonyms' for ops=\['insert'\]"),
    ],
)
def test_bad_operations(params, message):
    """Named, with what to do."""
    with pytest.raises(ValueError, match=message):
        edited(**params)


def test_names_of_files_stay():
    """What an extractor of sound reads is no text, many words though it has."""
    clips = [f"my own recording {row}.wav" for row in range(10)]
    X = pd.DataFrame({"clip": clips, "beat": clips, "note": [TEXT] * 10})
    modalities = [
        ("sound", AudioExtractor(), ["clip"]),
        ("beats", SeriesExtractor(), ["beat"]),
        ("words", TextExtractor(), ["note"]),
    ]
    augmenter = MultimodalAugmenter([TextEdits(rate=1.0)], random_state=0)
    made = augmenter.augment(X, modalities=modalities).X[10:]
    assert made["clip"].tolist() == made["beat"].tolist() == clips
    assert TEXT not in made["note"].tolist()


def test_categories_and_dates_stay():
    """Of strings that are read automatically only free text is edited."""
    days = pd.date_range("2020-01-01", periods=40).strftime("%d %b %Y")
    X = pd.DataFrame(
        {
            "x__answer": ["not at all", "very much"] * 20,
            "x__day": days.to_numpy(),
            "x__note": [f"{TEXT} {row}" for row in range(40)],
        }
    )
    augmenter = MultimodalAugmenter([TextEdits(rate=1.0)], random_state=0)
    made = augmenter.augment(X).X[40:].reset_index(drop=True)
    kept = ["x__answer", "x__day"]
    pd.testing.assert_frame_equal(made[kept], X[kept])
    assert not (made["x__note"] == X["x__note"]).any()


@pytest.mark.parametrize("call", [False, True])
@pytest.mark.parametrize(
    ("given", "wanted"),
    [("heat", "heat"), (["heat"], "heat"), ({"heat"}, "heat"), (None, "fever")],
)
def test_one_word_and_none(given, wanted, call):
    """A str is no sequence of letters; a function may know no word."""
    synonyms = {"fever": given}
    step = TextEdits(["synonym"], rate=1.0, synonyms=synonyms.get if call else synonyms)
    X = pd.DataFrame({"note": ["no fever", "a fever"]})
    made = MultimodalAugmenter([step], random_state=0).augment(
        X, modalities=[("note", TextExtractor(), ["note"])]
    )
    assert made.X["note"].tolist()[2:] == [f"no {wanted}", f"a {wanted}"]


@pytest.mark.parametrize("given", [3, [3], [None]])
def test_synonyms_that_are_no_words(given):
    """Are told with the word that they stand for."""
    step = TextEdits(["synonym"], rate=1.0, synonyms={"fever": given})
    X = pd.DataFrame({"note": ["no fever", "a fever"]})
    with pytest.raises(ValueError, match=r"'synonyms' .* words for 'fever', got "):
        MultimodalAugmenter([step]).augment(
            X, modalities=[("note", TextExtractor(), ["note"])]
        )
