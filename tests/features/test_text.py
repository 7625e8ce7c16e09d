"""Text against scikit-learn's vectorizer and a full decomposition."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.feature_extraction.text import TfidfVectorizer

from mmensemble.features import _text
from mmensemble.features._text import TextEncoder, is_free_text

WORDS = ["cough", "fever", "dry", "wet", "pain", "head", "leg", "none", "Éczema"]


def notes(n_rows=30, n_words=6, seed=0):
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, n_words)) for _ in range(n_rows)]
    return np.array(texts, dtype=object)


def encoder_of(values, n_components=None, weight=None):
    weight = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=float)
    return TextEncoder(n_components, seed=0).fit(values, weight)


@pytest.mark.parametrize(("n_rows", "min_df"), [(30, 2), (19, 1)])
def test_equals_scikit_learn(n_rows, min_df):
    """Unweighted it is TfidfVectorizer; few documents keep all their terms."""
    values = notes(n_rows)
    oracle = TfidfVectorizer(
        strip_accents="unicode", ngram_range=(1, 2), sublinear_tf=True, min_df=min_df
    )
    expected = oracle.fit_transform(values)
    encoder = encoder_of(values)
    assert_allclose(encoder.transform(values).toarray(), expected.toarray())
    terms = [f"note_{term}" for term in oracle.get_feature_names_out()]
    assert encoder.names("note") == terms


def test_min_df_is_lowered_if_nothing_is_left():
    """Terms that are all unique are kept rather than none."""
    values = np.array([f"first{i}" for i in range(25)], dtype=object)
    assert len(encoder_of(values).names("x")) == 25


def test_components_span_the_leading_subspace():
    """Distances between rows are those of the best approximation of that rank."""
    values = notes()
    terms = encoder_of(values).transform(values).toarray()
    left, size, _ = np.linalg.svd(terms, full_matrices=False)
    best = left[:, :5] * size[:5]
    got = encoder_of(values, 5).transform(values)
    gram = got @ got.T
    scale = np.trace(best @ best.T) / np.trace(gram)
    assert_allclose(gram * scale, best @ best.T, atol=1e-9)
    assert_allclose(got.std(axis=0).max(), 1)


def test_no_more_components_than_rank():
    """Repeated documents give no components of noise."""
    values = np.array(
        ["dry cough", "wet leg", "dry cough", "wet leg"] * 6, dtype=object
    )
    encoder = encoder_of(values, 100)
    assert encoder.names("x") == ["x_svd0", "x_svd1"]
    assert encoder.transform(values).shape == (24, 2)


def test_one_document_and_one_term():
    """The smallest vocabularies do not crash."""
    one = np.array(["dry cough"], dtype=object)
    assert_allclose(abs(encoder_of(one, 9).transform(one)), [[1]])
    term = np.array(["cough", "cough", None], dtype=object)
    assert_allclose(encoder_of(term, 9).transform(term)[2], 0)
    assert encoder_of(term, 9).names("x") == ["x_svd0"]


@pytest.mark.parametrize("n_components", [None, 5])
def test_missing_is_zero(n_components):
    """A missing text is an empty one."""
    values = notes()
    values[3] = None
    encoder = encoder_of(values, n_components)
    got = encoder.transform(np.array([None, "", "unheard of"], dtype=object))
    assert_array_equal(got if n_components else got.toarray(), np.zeros(got.shape))


@pytest.mark.parametrize("n_components", [None, 5])
def test_empty_vocabulary(n_components):
    """Texts without any term give one column of zeros."""
    values = np.array(["! ?", "- -", None], dtype=object)
    encoder = encoder_of(values, n_components)
    assert_array_equal(encoder.transform(values).toarray(), np.zeros((3, 1)))
    assert encoder.names("note") == ["note_empty"]


@pytest.mark.parametrize("n_components", [None, 5])
def test_weights_equal_repeats(n_components):
    """Weights count for the vocabulary, the idf and the components."""
    values = notes(25)
    weight = np.random.default_rng(2).integers(1, 4, 25)
    weighted = encoder_of(values, n_components, weight).transform(values)
    repeated = encoder_of(values.repeat(weight), n_components).transform(values)
    if n_components is None:
        weighted, repeated = weighted.toarray(), repeated.toarray()
    assert_allclose(weighted, repeated, atol=1e-7)


def test_large_tables_are_approximated(monkeypatch):
    """The decomposition of a large table is close to the exact one."""
    values = notes(200, 12)
    exact = encoder_of(values, 3).transform(values)
    monkeypatch.setattr(_text, "_EXACT_SIZE", 10)
    assert_allclose(encoder_of(values, 3).transform(values), exact, atol=0.05)


def test_most_frequent_terms_are_kept(monkeypatch):
    """A vocabulary beyond its limit loses its rarest terms."""
    monkeypatch.setattr(_text, "_MAX_TERMS", 2)
    values = np.array(["aa bb", "aa bb", "aa cc"] * 9, dtype=object)
    assert encoder_of(values).names("x") == ["x_aa", "x_aa bb"]


def test_rare_terms_are_forgotten():
    """Nothing in the fitted state has a term of a single document."""
    values = np.append(notes(), "secretname cough")
    encoder = encoder_of(values, 5)
    state = repr(vars(encoder)) + repr(vars(encoder.vectorizer_))
    assert "secret" not in state
    assert "cough" in state


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a dry cough", "no fever", None], True),
        (["yes", "no", "maybe"], False),
        (["New York", "Los Angeles"] * 10, False),
        ([f"patient {i}" for i in range(100)] + ["patient 1"] * 300, False),
        ([f"patient {i}" for i in range(101)] + ["patient 1"] * 300, True),
        ([None, None], False),
        (["", "  "], False),
    ],
)
def test_is_free_text(values, expected):
    """Text has several words and seldom repeats."""
    values = np.array(values, dtype=object)
    assert is_free_text(values, np.ones(len(values))) is expected


def test_is_free_text_without_limit():
    """Without a limit on categories only the share of distinct texts counts."""
    values = np.array([f"patient {i % 101}" for i in range(400)], dtype=object)
    assert not is_free_text(values, np.ones(400), None)
    assert is_free_text(values, np.ones(400), 100)


def test_is_free_text_counts_weights():
    """Repeated rows make a category of what was a text."""
    values = np.array(["one thing", "other thing"], dtype=object)
    assert is_free_text(values, np.ones(2))
    assert not is_free_text(values, np.array([5.0, 5.0]))
    assert not is_free_text(values.repeat(5), np.ones(10))
