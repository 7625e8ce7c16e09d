"""The extractor behind ``extractor="auto"``: encoders chosen by column kind."""

from numbers import Integral, Real
from os import PathLike

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble import _frame
from mmensemble._compat import (
    Interval,
    check_feature_names_in,
    fit_context,
    validate_parameter_constraints,
)
from mmensemble._known_columns import columns_of_fit
from mmensemble._seeds import draw_root, seed_for
from mmensemble._state import VersionedStateMixin
from mmensemble.features._kinds import find_zones, learn_kinds
from mmensemble.features._parts import TOGETHER, make_encoder, parts_of
from mmensemble.features._reading import read_column, read_numbers, refuse_numbers
from mmensemble.features._sparse_numbers import SparseNumberEncoder
from mmensemble.features._strings import MIN_PARSED, kind_of_strings
from mmensemble.features._table import counted_rows, row_counts, unique
from mmensemble.features.cells._codes import as_encoder
from mmensemble.features.cells._frozen import FrozenEncoder
from mmensemble.features.cells._text_cells import WordsAndMore

#: With fewer nonzero values than this share, the output is sparse.
_SPARSE_DENSITY = 0.3


class AutoExtractor(VersionedStateMixin, TransformerMixin, BaseEstimator):
    """Turn the columns of one modality into numbers, by what the columns hold.

    The kind of a column is decided at `fit`, by its dtype, from training rows
    only:

    - **numbers** and durations: missing values become the median, then the column
      is standardised. A column without any value, and one in which at most one
      training row differs from the most common value, becomes zero; scaled values
      are clipped to the training range, widened by `margin` (an unguarded
      near-constant column can make a linear model explode on new rows).
    - **booleans**: 0 and 1, missing ones the most frequent.
    - **categories** (category columns and strings that are no free text): one-hot.
      Levels with fewer than `min_frequency` training rows share one column, which
      levels unseen in training join; without such a column, and where the value
      is missing, the row is zero. Where that would pool every level, none is
      pooled in tables of up to ``4 * min_frequency`` rows, and in larger ones the
      most common levels, if they occur twice, have their own columns.
    - **numbers as text**, such as ``"0.52"``, ``"<0.1"``, ``"1,5"``, ``"12 %"`` or
      ``"$3,000"``: a number, with an indicator of values below a limit, of values
      above one, and of words, where training rows have such. What can be read in one
      way only, as ``"12,6"`` and ``"<0.6"``, is read so, whatever stands beside it;
      in ``"1,234"`` the comma stands before a fraction where it does in others of the
      training column, and there is a warning where those leave it open. Codes stay
      categories: whole numbers with leading zeros, of one length of five digits or
      more, or with at most ten values, and whatever a column holds that is named
      as one, such as ``"zip"``, ``"icd9"`` or ``"patient_id"``.
    - **dates** and **dates as text** (ISO 8601, ``"31.12.2020"``, ``"12/31/2020"``,
      ``"31 Dec 2020"``, with or without a time): the scaled date, and sine and
      cosine of its place in the year, the week and, if the training column has
      times, the day. A missing date is the median date, and zero in the others.
    - **free text** (strings with two words or more on average, of which more than
      `max_categories` or at least 30 % are distinct): tf-idf of words and word
      pairs, with `dense=True` its leading singular vectors, and beside them the
      codes of an `encoder`. A missing text is zero.

    A column of strings is read as dates or numbers where at least `min_parsed` of
    its training values are such; what is none then counts as missing.

    Columns come out in the order: numbers, booleans, numbers as text, categories,
    dates, dates as text, texts.

    Parameters
    ----------
    dense : bool, default=True
        Whether the output is always a dense array. If False, sparse input stays
        sparse, texts give one column a term, and the output is a CSR matrix if
        there is text, if the input was sparse, or if less than 30 % of the
        training output is nonzero.
    min_frequency : int, default=5
        Levels of a category with fewer training rows are pooled.
    max_categories : int or None, default=100
        Most columns a category may have, the pooled one included. None sets no
        limit.
    text_components : int, default=100
        How many components a column of text has with `dense=True`; fewer if its
        tf-idf matrix has a smaller rank.
    margin : float, default=3.0
        How far scaled numbers may lie outside of the training range, in widths
        of that range.
    min_parsed : float or None, default=0.9
        Share of a string column's training values that must read as dates or as
        numbers for it to be taken for such; words for missing values, such as
        ``"n/a"``, do not count. None takes no text for a number or a date.
    day_first : bool or None, default=None
        Whether the day stands before the month in dates such as ``"3/4/2020"``.
        None finds out from training rows; where they leave it open, there is a
        warning, and the column is a category.
    encoder : FrozenEncoder, callable, str, path or None, default=None
        A pretrained encoder whose codes of free text stand beside the words, never
        instead of them: a :class:`FrozenEncoder`, or what it takes, a function from
        a list of str to an array of shape (n_texts, n_codes) or the path of an ONNX
        file. Each distinct text of a column is encoded once; give a `FrozenEncoder`
        with a `cache` to encode it once for all folds.
    random_state : int, RandomState instance or None, default=None
        Seed of the text components of large tables.

    Attributes
    ----------
    kinds_ : list of str
        What each input column was taken for: ``"number"``, ``"duration"``,
        ``"boolean"``, ``"number as text"``, ``"category"``, ``"date"``,
        ``"date as text"``, ``"duration as text"`` or ``"text"``.
    parsed_share_ : ndarray of shape (`n_features_in_`,)
        Share of a column's texts that were read as numbers, dates or durations, or
        could be, in words of which half at least are numbers. NaN for all others.
    ambiguous_ : list of (str, float) or None
        A number of each column of texts that may mean something else than it is read
        as, such as ``"1,234"`` where nothing tells what the comma stands for, and
        what it is read as. None where there is none.
    encoders_ : list of (str, ndarray of int, encoder)
        Kind, positions of the input columns, and the fitted encoder of each part
        of the output.
    sparse_output_ : bool
        Whether `transform` returns a CSR matrix.
    n_features_in_ : int
        Number of input columns.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the input columns, if they are all strings.

    See Also
    --------
    TextExtractor : Columns that are all taken for texts, with more choices.
    sklearn.compose.ColumnTransformer : Transformers chosen by hand.

    Notes
    -----
    `sample_weight` counts rows: weight 0 is as good as removing the row, weight 2
    as repeating it. Weights that are not whole numbers are relative: for the
    thresholds that count rows they are scaled to a mean of one.

    No training row is kept, nor any rare level or term.

    Dates are read by the clocks of the time zone that their column had in `fit`.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.features import AutoExtractor
    >>> X = pd.DataFrame({"age": [20, 30, 40], "sex": ["f", "m", None]})
    >>> extractor = AutoExtractor().set_output(transform="pandas").fit(X)
    >>> extractor.transform(X).round(2)
        age  sex_f  sex_m
    0 -1.22    1.0    0.0
    1  0.00    0.0    1.0
    2  1.22    0.0    0.0
    >>> extractor.kinds_
    ['number', 'category']
    """

    __metadata_request__fit = {"sample_weight": True}

    _parameter_constraints = {
        "dense": ["boolean"],
        "min_frequency": [Interval(Integral, 1, None, closed="left")],
        "max_categories": [Interval(Integral, 1, None, closed="left"), None],
        "text_components": [Interval(Integral, 1, None, closed="left")],
        "margin": [Interval(Real, 0, None, closed="left")],
        "min_parsed": [Interval(Real, 0, 1, closed="right"), None],
        "day_first": ["boolean", None],
        "encoder": [FrozenEncoder, callable, str, PathLike, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        dense=True,
        min_frequency=5,
        max_categories=100,
        text_components=100,
        margin=3.0,
        min_parsed=MIN_PARSED,
        day_first=None,
        encoder=None,
        random_state=None,
    ):
        self.dense = dense
        self.min_frequency = min_frequency
        self.max_categories = max_categories
        self.text_components = text_components
        self.margin = margin
        self.min_parsed = min_parsed
        self.day_first = day_first
        self.encoder = encoder
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None):
        """Decide the kind of each column and fit its encoder.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            The columns of one modality. Missing values are allowed, infinite ones
            are not.
        y : Ignored
            Not used, present for API consistency by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, none negative, not all zero.

        Returns
        -------
        self : object
            The fitted extractor.

        Raises
        ------
        TypeError
            For a column that holds neither numbers, booleans, categories, dates
            nor text.
        ValueError
            For infinite numbers, for weights that do not fit, and for an encoder
            that is none.
        """
        self._fit(X, sample_weight)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None, sample_weight=None):
        """Decide the kind of each column, fit its encoder, and encode `X`.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            The columns of one modality. Missing values are allowed, infinite ones
            are not.
        y : Ignored
            Not used, present for API consistency by convention.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, none negative, not all zero.

        Returns
        -------
        Xt : ndarray or CSR matrix of shape (n_samples, n_features_out)
            Finite numbers, float64. CSR only where `sparse_output_` is True.
        """
        return self._transformed(X, self._fit(X, sample_weight, whole=True))

    def _fit(self, X, sample_weight, whole=False):
        """Fit; return what the encoders of texts made of all rows, by their place."""
        table = _frame.as_table(X, type(self).__name__)
        validate_data(self, X=table, skip_check_array=True)
        X, weight = counted_rows(table, sample_weight)
        frozen = self._frozen()
        names = check_feature_names_in(self)
        own = self._own_options()
        self.kinds_, self._styles, values = learn_kinds(X, weight, names, **own)
        self._zones = find_zones(X, names, self.kinds_, self._styles)
        self.parsed_share_ = np.full(len(names), np.nan)
        for position, style in self._styles.items():
            self.parsed_share_[position] = style.share
        self.ambiguous_ = [
            getattr(self._styles.get(position), "ambiguous", None)
            for position in range(len(names))
        ]
        root = draw_root(self.random_state)
        rows = X, weight
        if whole:
            rows = table, row_counts(table.shape[0], sample_weight)
        self.encoders_, made = [], {}
        for place, (kind, positions) in enumerate(parts_of(self.kinds_)):
            seed = seed_for(root, names[positions[0]])
            style = self._styles.get(positions[0])
            encoder = make_encoder(self, kind, style, sparse.issparse(X), seed)
            if kind == "text" and frozen is not None:
                encoder = WordsAndMore(encoder, [frozen._encoder(seed)])
                texts = self._values(rows[0], kind, positions, encoder, names)
                made[place] = encoder.fit_transform(texts, rows[1])
            else:
                part = values.get(positions[0])
                if part is None:
                    part = self._values(X, kind, positions, encoder, names)
                encoder.fit(part, weight)
            self.encoders_.append((kind, positions, encoder))
        self.sparse_output_ = not self.dense and self._is_sparse(X, weight)
        return made

    def _frozen(self):
        """Return the encoder of texts as a FrozenEncoder, checked, or None."""
        if self.encoder is None:
            return None
        if not isinstance(self.encoder, FrozenEncoder):
            as_encoder(self.encoder, type(self).__name__, "encoder")
            return FrozenEncoder(self.encoder)
        validate_parameter_constraints(
            self.encoder._parameter_constraints,
            self.encoder.get_params(deep=False),
            type(self.encoder).__name__,
        )
        return self.encoder

    def _own_options(self):
        """Return what decides on the kinds of columns of strings."""
        names = ("min_parsed", "day_first", "max_categories")
        return {name: getattr(self, name) for name in names}

    def _is_sparse(self, X, weight):
        if sparse.issparse(X) or "text" in self.kinds_:
            return True
        nonzero, width = 0.0, 0
        for block in self._blocks(X, {}):
            nonzero += weight @ np.asarray((block != 0).sum(axis=1)).ravel()
            width += block.shape[1]
        return bool(nonzero < _SPARSE_DENSITY * weight.sum() * width)

    def transform(self, X):
        """Encode the columns of `X`.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            A frame is addressed by the names that `fit` saw; their order, and
            further columns, do not matter.

        Returns
        -------
        Xt : ndarray or CSR matrix of shape (n_samples, n_features_out)
            Finite numbers, float64. CSR only where `sparse_output_` is True.

        Raises
        ------
        ValueError
            For missing columns, infinite numbers, and columns that hold another
            kind of value than at `fit`.
        """
        check_is_fitted(self)
        return self._transformed(X)

    def _transformed(self, X, made=None):
        """Return the output for `X`, with the parts that have been made already."""
        X = columns_of_fit(self, _frame.as_table(X, type(self).__name__))
        if sparse.issparse(X) and any(kind not in TOGETHER for kind in self.kinds_):
            X = X.toarray()
        blocks = list(self._blocks(X, made or {}))
        if self.sparse_output_:
            blocks = [sparse.csr_matrix(block) for block in blocks]
            return sparse.hstack(blocks, format="csr", dtype=np.float64)
        return np.hstack([b.toarray() if sparse.issparse(b) else b for b in blocks])

    def _blocks(self, X, made):
        names = check_feature_names_in(self)
        for place, (kind, positions, encoder) in enumerate(self.encoders_):
            if place in made:
                yield made[place]
                continue
            yield encoder.transform(self._values(X, kind, positions, encoder, names))

    def _values(self, X, kind, positions, encoder, names):
        """Return what the encoder of these columns takes."""
        names = names[positions]
        if kind not in TOGETHER:
            at = positions[0]
            written = self._zones.get(at), self._styles.get(at)
            values = read_column(X, at, kind, names[0], *written)
            if kind == "category":
                refuse_numbers(X, at, values, encoder, names[0])
            return values
        kinds = [self.kinds_[position] for position in positions]
        values = read_numbers(X, positions, kinds, names)
        if sparse.issparse(values) and not isinstance(encoder, SparseNumberEncoder):
            return values.toarray()
        return values

    def text_columns(self, X, sample_weight=None):
        """Tell which columns `fit` would take for free text.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            Training rows.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, none negative, not all zero.

        Returns
        -------
        is_text : ndarray of bool of shape (n_columns,)
        """
        X, weight = counted_rows(_frame.as_table(X, type(self).__name__), sample_weight)
        names = _frame.column_names(X) or [f"x{i}" for i in range(X.shape[1])]
        found, own = np.zeros(X.shape[1], dtype=bool), self._own_options()
        for position, kind in enumerate(_frame.kinds(X)):
            if kind == "string":
                texts = _frame.to_objects(_frame.column(X, position))
                kind, _ = kind_of_strings(texts, weight, str(names[position]), **own)
                found[position] = kind == "text"
        return found

    def get_feature_names_out(self, input_features=None):
        """Return the names of the output columns.

        Parameters
        ----------
        input_features : array-like of str of shape (`n_features_in_`,), default=None
            Names of the input columns. By default `feature_names_in_`, or ``"x0"``,
            ``"x1"``, ... where `fit` saw no names.

        Returns
        -------
        names : ndarray of str objects of shape (n_features_out,)
            Unique: a name that comes up again is followed by ``_2``, ``_3``, ...
        """
        check_is_fitted(self)
        inputs = check_feature_names_in(self, input_features)
        names = []
        for kind, positions, encoder in self.encoders_:
            part = inputs[positions]
            names += encoder.names(part if kind in TOGETHER else part[0])
        return np.array(unique(names), dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags
