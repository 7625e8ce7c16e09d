"""Counts of what a text is made of."""

import unicodedata

import numpy as np

NAMES = (
    "characters",
    "words",
    "word_length",
    "capitals",
    "digits",
    "punctuation",
    "emoji",
    "exclamations",
    "questions",
    "shouted",
)
#: First and last code points of blocks of emoji.
_EMOJI = ((0x1F300, 0x1FAFF), (0x2600, 0x27BF), (0x1F1E6, 0x1F1FF))


def text_statistics(texts):
    """Return counts of characters, capitals, digits, punctuation, words and emoji.

    Parameters
    ----------
    texts : array-like of str of shape (n_texts,)
        Texts.

    Returns
    -------
    statistics : ndarray of shape (n_texts, 10)
        The logarithm of one more than the number of characters and of words; mean
        length of words; the shares of characters that are capitals, digits,
        punctuation and emoji; the logarithm of one more than the numbers of
        exclamation and of question marks; the share of words in capitals.

    Examples
    --------
    >>> from mmensemble.features import text_statistics
    >>> text_statistics(["", "OK!"]).round(2)
    array([[0.  , 0.  , 0.  , 0.  , 0.  , 0.  , 0.  , 0.  , 0.  , 0.  ],
           [1.39, 0.69, 3.  , 0.67, 0.  , 0.33, 0.  , 0.69, 0.  , 1.  ]])
    """
    rows = [_statistics(str(text)) for text in texts]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))


def _statistics(text):
    words = text.split()
    size = max(len(text), 1)
    shouted = sum(len(word) > 1 and word.isupper() for word in words)
    return [
        np.log1p(len(text)),
        np.log1p(len(words)),
        sum(map(len, words)) / max(len(words), 1),
        sum(map(str.isupper, text)) / size,
        sum(map(str.isdigit, text)) / size,
        sum(unicodedata.category(sign).startswith("P") for sign in text) / size,
        0 if text.isascii() else sum(map(_is_emoji, text)) / size,
        np.log1p(text.count("!")),
        np.log1p(text.count("?")),
        shouted / max(len(words), 1),
    ]


def _is_emoji(sign):
    return any(first <= ord(sign) <= last for first, last in _EMOJI)
