"""Synonyms out of the files of WordNet."""

import pandas as pd
import pytest

from mmensemble.augmentation import MultimodalAugmenter, TextEdits, read_wordnet

LICENCE = "  1 This software and database is being provided to you\n"
#: Dress has two senses here, the commoner of which comes second in the file.
NOUNS = """\
00000001 06 n 03 dress 0 frock 0 evening_gown 1 001 @ 00000009 n 0000 | clothing
00000002 06 n 02 dress 1 attire 0 000 | what is worn
00000003 06 n 01 shoe 0 000 | on a foot
"""
INDEX = """\
attire n 1 0 1 0 00000002
dress n 2 1 @ 2 1 00000002 00000001
evening_gown n 1 0 1 0 00000001
shoe n 1 0 1 0 00000003
"""
ADJECTIVES = """\
00000004 00 a 03 Fit 0 suitable(p) 0 right_on(ip) 0 000 | able
"""


@pytest.fixture
def folder(tmp_path):
    """Write nouns and adjectives."""
    files = {
        "data.noun": LICENCE + NOUNS,
        "index.noun": LICENCE + INDEX,
        "data.adj": ADJECTIVES,
        "index.adj": "fit a 1 0 1 0 00000004\n",
        "data.verb": "no index, so it is not read",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_synonyms_of_the_commonest_sense(folder):
    """Words of one sense stand for each other, but for themselves and alone ones."""
    assert read_wordnet(folder) == {
        "attire": ("dress",),
        "dress": ("attire",),
        "evening gown": ("dress", "frock"),
        "fit": ("suitable", "right on"),
    }
    more = read_wordnet(str(folder), n_senses=2)
    assert more["dress"] == ("attire", "frock", "evening gown")


def test_edits_take_them(folder):
    """What is read is what TextEdits takes."""
    edits = TextEdits(["synonym"], rate=1.0, synonyms=read_wordnet(folder))
    X = pd.DataFrame({"note__text": ["the dress is fit", "a shoe for her"]})
    copies = MultimodalAugmenter([edits], random_state=0).augment(X).X
    assert copies["note__text"].iloc[2].split()[1] == "attire"
    assert copies["note__text"].iloc[3] == "a shoe for her"


def test_bad_input(folder, tmp_path):
    """Folders without files, lines of another kind, and numbers are told."""
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ValueError, match=r"must hold files of WordNet.*'.*empty'"):
        read_wordnet(empty)
    with pytest.raises(ValueError, match="The 'n_senses' parameter of read_wordnet"):
        read_wordnet(folder, n_senses=0)
    with pytest.raises(ValueError, match="The 'folder' parameter of read_wordnet"):
        read_wordnet(None)
    (folder / "data.adj").write_text("00000004 00 a 03 fit 0 | able")
    with pytest.raises(ValueError, match=r"Line 1 of data.adj is not written as Word"):
        read_wordnet(folder)
    (folder / "data.adj").write_text(ADJECTIVES)
    (folder / "index.noun").write_text(LICENCE + "dress n many")
    with pytest.raises(ValueError, match=r"Line 2 of index.noun is not written as Wor"):
        read_wordnet(folder)
