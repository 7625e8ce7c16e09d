"""Free text: tf-idf, and its leading components."""

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

_TOKENS = {"strip_accents": "unicode", "ngram_range": (1, 2)}
#: Terms of fewer documents than this are dropped, unless there are few documents.
_MIN_DOCUMENTS = 2
FEW_DOCUMENTS = 20
#: Most frequent terms that are kept at most.
_MAX_TERMS = 30_000
#: Up to this size the components are computed to machine precision.
_EXACT_SIZE = 1_000


def is_free_text(values, weight, max_categories=100):
    """Tell whether a string column is free text rather than a category.

    It is when its training values have two words or more on average, and the
    distinct ones are more than `max_categories` or at least 30 % of the rows.

    Parameters
    ----------
    values : ndarray of str of shape (n_samples,)
        None where missing.
    weight : ndarray of shape (n_samples,)
    max_categories : int or None

    Returns
    -------
    is_free_text : bool

    Examples
    --------
    >>> import numpy as np
    >>> is_free_text(np.array(["a dry cough", "no fever"]), np.ones(2))
    True
    >>> is_free_text(np.array(["yes", "no"]), np.ones(2))
    False
    """
    present = np.array([value is not None for value in values], dtype=bool)
    total = weight[present].sum()
    if total == 0:
        return False
    n_words = np.array([len(value.split()) for value in values[present]])
    if n_words @ weight[present] < 2 * total:
        return False
    n_distinct = len(set(values[present]))
    many = np.inf if max_categories is None else max_categories
    return bool(n_distinct > many or n_distinct >= 0.3 * total)


class TextEncoder:
    """Encode one column of free text by tf-idf of its words and word pairs.

    Terms of a single document are left out, unless the table has few documents or
    nothing else is left. A missing text is a row of zeros. The
    fitted state has the terms that are used and no others.

    Parameters
    ----------
    n_components : int or None
        How many components of the tf-idf matrix to give, fewer where its rank
        is smaller. They share one scale, by which the most varied of them gets
        unit variance. None gives the sparse matrix itself.
    seed : int
        Of the decomposition of large tables.
    few_documents : int
        With fewer documents, terms of a single one are kept.

    Attributes
    ----------
    vectorizer_ : TfidfVectorizer or None
        None where training had no term at all; the output is then one column
        of zeros.
    components_ : ndarray of shape (n_components, n_terms) or None

    Examples
    --------
    >>> import numpy as np
    >>> notes = np.array(["dry cough", "dry eyes", None], dtype=object)
    >>> encoder = TextEncoder(None, seed=0).fit(notes, np.ones(3))
    >>> encoder.names("note")
    ['note_cough', 'note_dry', 'note_dry cough', 'note_dry eyes', 'note_eyes']
    >>> encoder.transform(notes).toarray().round(2)
    array([[0.62, 0.47, 0.62, 0.  , 0.  ],
           [0.  , 0.47, 0.  , 0.62, 0.62],
           [0.  , 0.  , 0.  , 0.  , 0.  ]])
    """

    def __init__(self, n_components, seed, few_documents=FEW_DOCUMENTS):
        self.n_components = n_components
        self.seed = seed
        self.few_documents = few_documents

    def fit(self, values, weight):
        """Learn from str of shape (n_samples,), None where missing."""
        documents = _documents(values)
        self.vectorizer_ = _fit_vectorizer(documents, weight, self.few_documents)
        self.components_ = None
        if self.vectorizer_ is not None and self.n_components is not None:
            self.components_ = _leading_components(
                self.vectorizer_.transform(documents),
                weight,
                self.n_components,
                self.seed,
            )
        return self

    def transform(self, values):
        """Return a CSR matrix, or an array with components, a row a text."""
        if self.vectorizer_ is None:
            return sparse.csr_matrix((len(values), 1), dtype=np.float64)
        terms = self.vectorizer_.transform(_documents(values))
        return terms if self.components_ is None else terms @ self.components_.T

    def names(self, name):
        """Return the names of the output for a column called `name`."""
        if self.vectorizer_ is None:
            return [f"{name}_empty"]
        if self.components_ is None:
            terms = self.vectorizer_.get_feature_names_out()
            return [f"{name}_{term}" for term in terms]
        return [f"{name}_svd{i}" for i in range(len(self.components_))]


def _documents(values):
    return ["" if value is None else value for value in values]


def _fit_vectorizer(documents, weight, few_documents):
    """Return a fitted TfidfVectorizer whose counts are weighted, or None."""
    counter = CountVectorizer(binary=True, **_TOKENS)
    analyze = counter.build_analyzer()
    if not any(analyze(document) for document in documents):
        return None
    in_document = counter.fit_transform(documents)
    n_documents = weight @ in_document
    terms = counter.get_feature_names_out()
    kept = _frequent_terms(n_documents, weight.sum(), few_documents)
    vectorizer = TfidfVectorizer(
        vocabulary=list(terms[kept]), sublinear_tf=True, **_TOKENS
    )
    vectorizer.build_analyzer()  # else transform would set an attribute
    vectorizer.idf_ = np.log((1 + weight.sum()) / (1 + n_documents[kept])) + 1
    return vectorizer


def _frequent_terms(n_documents, total, few_documents):
    """Return the sorted positions of the terms to keep."""
    fewest = 0 if total < few_documents else _MIN_DOCUMENTS
    if n_documents.max() < fewest:
        fewest = 0
    kept = np.flatnonzero(n_documents >= fewest)
    most = np.argsort(-n_documents[kept], kind="stable")[:_MAX_TERMS]
    return np.sort(kept[most])


def _leading_components(terms, weight, n_components, seed):
    """Return the scaled leading right singular vectors of the weighted rows."""
    if terms.shape[1] == 1:
        return np.ones((1, 1))
    n_components = min(n_components, *terms.shape)
    exact = n_components < min(terms.shape) <= _EXACT_SIZE
    svd = TruncatedSVD(
        n_components,
        algorithm="arpack" if exact else "randomized",
        random_state=seed,
    ).set_output(transform="default")
    rows = sparse.diags(np.sqrt(weight / weight.sum())) @ terms
    # A single document has no variance to explain.
    with np.errstate(invalid="ignore", divide="ignore"):
        svd.fit(rows)
    real = svd.singular_values_ > 1e-6 * svd.singular_values_.max()
    components = svd.components_[real]
    scores = terms @ components.T
    mean = np.average(scores, axis=0, weights=weight)
    variance = np.average((scores - mean) ** 2, axis=0, weights=weight).max()
    return components / np.sqrt(variance) if variance > 1e-12 else components
