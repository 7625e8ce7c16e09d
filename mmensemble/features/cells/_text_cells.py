"""Texts in cells as features: words, counts, and an encoder's codes beside them."""

from numbers import Integral
from os import PathLike

import numpy as np
from scipy import sparse

from mmensemble import _frame
from mmensemble._compat import Interval
from mmensemble.features._text import TextEncoder
from mmensemble.features.cells._codes import Encoded, as_encoder
from mmensemble.features.cells._extractor import CellExtractor
from mmensemble.features.cells._scaled import ScaledCells
from mmensemble.features.cells._statistics import NAMES, text_statistics
from mmensemble.features.cells._values import CellError, is_empty, shown
from mmensemble.numerics._columns import column_moments


class TextExtractor(CellExtractor):
    """Turn texts into features: tf-idf, counts, and an encoder's codes beside them.

    Each column has features of its own: tf-idf of words and word pairs, as the
    automatic extractor makes it of free text. An empty cell is missing, and zero.

    Parameters
    ----------
    n_components : int or None, default=100
        How many components of the tf-idf matrix there are, fewer where its rank is
        smaller. None gives one column a term, and the output is a CSR matrix.
    few_documents : int, default=500
        With fewer training texts, words of a single one are kept: on few reviews
        they gained area under the curve, and cost some accuracy and log loss. The
        automatic extractor has 20.
    statistics : bool, default=False
        Whether counts of characters, words, capitals, digits, punctuation and emoji
        stand beside the words; see `text_statistics`. With ``n_components=None``
        they have the deviation of a typical term.
    encoder : callable, str, path or None, default=None
        A pretrained encoder whose codes stand beside the words: a function from a
        list of str to an array of shape (n_texts, n_codes), which can be imported
        by its name, or the path of an ONNX file.
    encoder_components : int or None, default=30
        How many principal components stand for the codes. None gives the
        standardised codes.
    cache : str, path or None, default=None
        Folder in which the encoder's codes are kept, by a hash of the text and of
        the ONNX file or the name of the function.
    random_state : int, RandomState instance or None, default=None
        Seed of the components of large tables.

    Attributes
    ----------
    encoders_ : list of encoder
        One a column.
    n_features_in_ : int
        Number of input columns.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the input columns, if they are all strings.

    See Also
    --------
    AutoExtractor : Chooses by itself which columns are free text.
    FrozenEncoder : An encoder's codes alone.

    Notes
    -----
    No training text is kept. With few training texts the names of features are words
    that a single one of them may have held.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.features import TextExtractor
    >>> X = pd.DataFrame({"note": ["dry cough", "NO fever!", "no cough", None]})
    >>> extractor = TextExtractor(n_components=2, statistics=True).fit(X)
    >>> extractor.get_feature_names_out()[:4].tolist()
    ['note_svd0', 'note_svd1', 'note_characters', 'note_words']
    >>> extractor.transform(X)[3].tolist() == [0.0] * 12
    True
    """

    _parameter_constraints = {
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "few_documents": [Interval(Integral, 0, None, closed="left")],
        "statistics": ["boolean"],
        "encoder": [callable, str, PathLike, None],
        "encoder_components": [Interval(Integral, 1, None, closed="left"), None],
        "cache": [str, PathLike, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        n_components=100,
        few_documents=500,
        statistics=False,
        encoder=None,
        encoder_components=30,
        cache=None,
        random_state=None,
    ):
        self.n_components = n_components
        self.few_documents = few_documents
        self.statistics = statistics
        self.encoder = encoder
        self.encoder_components = encoder_components
        self.cache = cache
        self.random_state = random_state

    def _encoder(self, seed):
        beside = []
        if self.statistics:
            beside.append(ScaledCells(_Statistics()))
        if self.encoder is not None:
            encode = as_encoder(self.encoder, type(self).__name__, "encoder")
            codes = Encoded(encode, str, self.cache)
            beside.append(ScaledCells(codes, self.encoder_components, seed))
        words = TextEncoder(self.n_components, seed, self.few_documents)
        return WordsAndMore(words, beside)

    def _reads_texts(self):
        return True

    def _cells(self, X, position):
        column = _frame.column(X, position)
        if _frame.kind(column) == "other":
            for row, cell in enumerate(_frame.to_python(column)):
                if not is_empty(cell) and not isinstance(cell, str | int | float):
                    raise CellError(f"{shown(cell)} is no text.", row)
        return without_blanks(_frame.to_objects(column))


def without_blanks(texts):
    """Return texts of shape (n_samples,), None where they are missing or blank."""
    blank = [text is None or not text.strip() for text in texts]
    return np.where(blank, None, texts)


class _Statistics:
    """Counts of what texts are made of."""

    def read(self, cell):
        return cell

    def features(self, values):
        return text_statistics(values)

    def names(self, n_features):
        return NAMES


class WordsAndMore:
    """Words of one column of texts, and other features of them.

    Parameters
    ----------
    words : TextEncoder
    beside : list of ScaledCells
        They make other features of the same texts.
    """

    def __init__(self, words, beside):
        self.words = words
        self.beside = beside

    def fit_transform(self, cells, weight):
        """Learn from str of shape (n_samples,), None where missing.

        Rows of weight zero are encoded, and teach nothing.
        """
        cells = without_blanks(cells)
        trained = np.flatnonzero(weight > 0)
        self.words.fit(cells[trained], weight[trained])
        words = self.words.transform(cells)
        self.scales_ = [self._scale(part, words, weight) for part in self.beside]
        blocks = [part.fit_transform(cells, weight) for part in self.beside]
        return self._joined([words, *blocks])

    def transform(self, cells):
        """Return a CSR matrix, or an array with components, a row a text."""
        cells = without_blanks(cells)
        parts = [self.words, *self.beside]
        return self._joined([part.transform(cells) for part in parts])

    def names(self, name):
        """Return the names of the output for a column called `name`."""
        parts = [self.words, *self.beside]
        return [own for part in parts for own in part.names(name)]

    def _scale(self, part, words, weight):
        """Return the deviation that counts beside terms have: a typical term's.

        A linear model's penalty would leave much larger ones too much say.
        """
        if self.words.n_components is not None or isinstance(part.featurizer, Encoded):
            return 1.0
        _, spreads = column_moments(words, weight)
        return float(np.sqrt(np.mean(spreads**2))) or 1.0

    def _joined(self, blocks):
        words, *rest = blocks
        rest = [scale * part for scale, part in zip(self.scales_, rest, strict=True)]
        if self.words.n_components is None:
            rest = [sparse.csr_matrix(block) for block in rest]
            return sparse.hstack([words, *rest], format="csr")
        if sparse.issparse(words):  # no training text had a word
            words = words.toarray()
        return np.hstack([words, *rest])
