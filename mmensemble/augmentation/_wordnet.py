"""Synonyms out of the files of WordNet, for edits of texts."""

import re
from numbers import Integral
from os import PathLike
from pathlib import Path

from mmensemble._compat import Interval
from mmensemble._parameters import validate_params

#: Files of the parts of speech.
_PARTS = ("noun", "verb", "adj", "adv")
#: How adjectives may be used, behind the word.
_MARKER = re.compile(r"\((a|p|ip)\)$")


@validate_params(
    {
        "folder": [str, PathLike],
        "n_senses": [Interval(Integral, 1, None, closed="left")],
    },
    prefer_skip_nested_validation=True,
)
def read_wordnet(folder, *, n_senses=1):
    """Return the synonyms that WordNet knows, for `TextEdits`.

    WordNet itself is not part of this library: ``data.noun``, ``index.noun`` and so on
    come with it (WordNet 3.0 or 3.1, or Debian's package ``wordnet-base``, which has
    them in ``/usr/share/wordnet``).

    Parameters
    ----------
    folder : str or Path
        Holds ``data.*`` and ``index.*`` of at least one of noun, verb, adj and adv.
    n_senses : int, default=1
        Most senses of a word as one part of speech, its commonest first. With more of
        them synonyms are more and less often right.

    Returns
    -------
    synonyms : dict of str to tuple of str
        By word, in small letters, those that share a sense with it, in the order of
        senses; words without any are left out.

    Raises
    ------
    ValueError
        When the folder has no such files, or a line is not written as WordNet's.

    References
    ----------
    Miller, G. A. (1995). WordNet: a lexical database for English. Communications of
    the ACM, 38(11), 39-41.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from mmensemble.augmentation import TextEdits, read_wordnet
    >>> folder = Path(mkdtemp())
    >>> line = "00000001 06 n 02 dress 0 frock 0 000 | clothing"
    >>> _ = (folder / "data.noun").write_text(line)
    >>> line = "dress n 1 0 1 0 00000001"
    >>> _ = (folder / "index.noun").write_text(line)
    >>> read_wordnet(folder)
    {'dress': ('frock',)}
    >>> edits = TextEdits(["synonym"], synonyms=read_wordnet(folder))
    """
    folder, found = Path(folder), {}
    parts = [files for part in _PARTS if (files := _files(folder, part))]
    if not parts:
        raise ValueError(
            f"The 'folder' parameter must hold files of WordNet, such as data.noun and "
            f"index.noun; {str(folder)!r} has none."
        )
    for data, index in parts:
        words = {line[:8]: _words(data, number, line) for number, line in _lines(data)}
        for number, line in _lines(index):
            lemma, senses = _senses(index, number, line)
            others = found.setdefault(lemma, {})
            for sense in senses[:n_senses]:
                same = words.get(sense, ())
                others |= {w: None for w in same if w.lower() != lemma}
    return {word: tuple(others) for word, others in found.items() if others}


def _files(folder, part):
    """Return the files of a part of speech; None where one is absent."""
    files = folder / f"data.{part}", folder / f"index.{part}"
    return files if all(file.is_file() for file in files) else None


def _lines(file):
    """Yield the number and text of each line below the licence."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip() and not line.startswith(" "):
                yield number, line


def _words(file, number, line):
    """Return the words of a sense: after their count, each before a number."""
    try:
        cells = line.split("|")[0].split()
        count = int(cells[3], 16)
        words = cells[4 : 4 + 2 * count : 2]
        if len(words) != count:
            raise IndexError
    except (IndexError, ValueError):
        raise _unreadable(file, number, line) from None
    return [_MARKER.sub("", word).replace("_", " ") for word in words]


def _senses(file, number, line):
    """Return a word and where its senses stand, the commonest first."""
    try:
        cells = line.split()
        senses = cells[len(cells) - int(cells[2]) :]
        if not all(len(sense) == 8 and sense.isdigit() for sense in senses):
            raise ValueError
    except (IndexError, ValueError):
        raise _unreadable(file, number, line) from None
    return cells[0].replace("_", " "), senses


def _unreadable(file, number, line):
    return ValueError(
        f"Line {number} of {file.name} is not written as WordNet's: "
        f"{line.strip()[:60]!r}."
    )
