"""Small edits of texts."""

from collections.abc import Mapping
from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator

from mmensemble import _frame
from mmensemble._compat import Interval

_OPERATIONS = ("synonym", "delete", "swap", "insert")
_NEED_SYNONYMS = frozenset(["synonym", "insert"])


class TextEdits(BaseEstimator):
    """Edit words of texts: replace, delete, swap and insert some of them.

    Changes the columns that are read as texts: by a
    :class:`~mmensemble.features.TextExtractor`, by scikit-learn's vectorizers, by the
    ONNX file of a :class:`~mmensemble.features.FrozenEncoder`, and those that
    ``"auto"`` takes for free text. Other strings stay as they are: categories, dates,
    codes, and the names of files that an extractor of pictures or sound reads.

    Parameters
    ----------
    ops : None or sequence of {"synonym", "delete", "swap", "insert"}, default=None
        One is drawn for each text. None: all, or, without synonyms, those that
        need none.
    rate : float, default=0.1
        Share of a text's words that are edited, at least one.
    synonyms : None, mapping or callable, default=None
        Of a word (in small letters) the words that may stand for it: a mapping of
        str to sequences of str, as :func:`read_wordnet` returns it, or a function from
        str to such a sequence; a str is one word, and None is none.

    Notes
    -----
    A function given to a `FrozenEncoder` may take texts or names of files, so its
    columns stay too, unless another modality reads them as texts. An extractor of your
    own declares texts by a method ``text_columns(X, sample_weight)``, which returns a
    bool a column.

    References
    ----------
    Wei, J., & Zou, K. (2019). EDA: Easy data augmentation techniques for boosting
    performance on text classification tasks. Conference on Empirical Methods in
    Natural Language Processing.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.augmentation import MultimodalAugmenter, TextEdits
    >>> X = pd.DataFrame({"note__text": ["a dress that fits well", "too small for me"]})
    >>> augmenter = MultimodalAugmenter([TextEdits(["swap"])], random_state=0)
    >>> augmenter.augment(X).X["note__text"].tolist()[2:]
    ['a well that fits dress', 'too me for small']
    """

    _parameter_constraints = {
        "ops": [None, "array-like"],
        "rate": [Interval(Real, 0, 1, closed="both")],
        "synonyms": [None, callable, Mapping],
    }

    def __init__(self, ops=None, *, rate=0.1, synonyms=None):
        self.ops = ops
        self.rate = rate
        self.synonyms = synonyms

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator

        Raises
        ------
        ValueError
            For unknown operations, those that need synonyms without any, and synonyms
            that are no words.
        """
        ops = self._operations()
        for position in sorted(copies.texts()):
            column = _frame.column(copies.X, position)
            if position in copies.readers or _frame.kind(column) != "string":
                continue
            cells = copies.objects(position).copy()
            for row, cell in enumerate(cells):
                if isinstance(cell, str) and len(cell.split()) > 1:
                    words = self._edited(cell.split(), rng.choice(ops), rng)
                    cells[row] = " ".join(words)
            copies.cells[position] = cells

    def _operations(self):
        if self.ops is None:
            able = self.synonyms is not None
            return [op for op in _OPERATIONS if able or op not in _NEED_SYNONYMS]
        ops = list(self.ops)
        unknown = [op for op in ops if op not in _OPERATIONS]
        if unknown or not ops:
            raise ValueError(
                f"The 'ops' parameter of TextEdits must hold some of "
                f"{list(_OPERATIONS)}, got {ops}."
            )
        lacking = sorted(_NEED_SYNONYMS & set(ops))
        if lacking and self.synonyms is None:
            raise ValueError(
                f"TextEdits needs 'synonyms' for ops={lacking}: a mapping of words to "
                "words, or a function; or leave these operations out."
            )
        return ops

    def _edited(self, words, op, rng):
        n_edits = max(1, round(self.rate * len(words)))
        if op == "delete":
            gone = rng.choice(len(words), min(n_edits, len(words) - 1), replace=False)
            return [word for place, word in enumerate(words) if place not in gone]
        if op == "swap":
            for _ in range(n_edits):
                i, j = rng.choice(len(words), 2, replace=False)
                words[i], words[j] = words[j], words[i]
            return words
        known = [(p, own) for p, word in enumerate(words) if (own := self._of(word))]
        if not known:
            return words
        drawn = rng.permutation(len(known))[:n_edits]
        for place, own in [known[k] for k in sorted(drawn, key=lambda k: -known[k][0])]:
            word = own[rng.integers(len(own))]
            if op == "synonym":
                words[place] = word
            else:
                words.insert(rng.integers(len(words) + 1), word)
        return words

    def _of(self, word):
        """Return the synonyms of a word."""
        key = word.strip(".,;:!?\"'()").lower()
        own = self.synonyms
        found = own(key) if callable(own) else own.get(key)
        if found is None or isinstance(found, str):
            return [] if found is None else [found]
        words = list(found) if np.iterable(found) else [found]
        if not all(isinstance(word, str) for word in words):
            raise ValueError(
                f"The 'synonyms' parameter of TextEdits must give words for {key!r}, "
                f"got {found!r}."
            )
        # the order of a set differs from run to run
        return sorted(words) if isinstance(found, set | frozenset) else words
