"""Texts in cells as features, against the automatic extractor and vectorizers."""

import pickle

import numpy as np
import pytest
from cell_cases import (
    CHECKS_LEFT_OUT,
    count_pieces,
    one_column,
    run_check,
    run_check_left_out,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble.features import AutoExtractor, TextExtractor, text_statistics

pl = pytest.importorskip("polars")

WORDS = ["dry", "cough", "NO", "fever!", "pain", "42", "left", "leg"]


def notes(n_rows=40, seed=0):
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, rng.integers(2, 9))) for _ in range(n_rows)]
    return one_column(texts, "note")


def expected_failures(estimator):
    """Return checks that fail, with the reason."""
    if estimator.n_components is None:
        return {}
    why = (
        "numbers as texts are words of one document each, whose components are equally "
        "large: any turn of them is as good"
    )
    return {"check_sample_weight_equivalence_on_dense_data": why}


@parametrize_with_checks(
    [TextExtractor(), TextExtractor(n_components=None, statistics=True)],
    expected_failed_checks=expected_failures,
)
def test_common_checks(estimator, check):
    """It passes scikit-learn's checks, in which numbers are texts."""
    run_check(estimator, check)


# they give arrays to what was fitted on frames, on purpose
@pytest.mark.filterwarnings("ignore:X .* feature names:UserWarning")
@pytest.mark.parametrize("name", CHECKS_LEFT_OUT)
def test_checks_left_out_of_the_generator(name):
    """It passes those that third parties call by hand."""
    run_check_left_out(name, TextExtractor(statistics=True))


@pytest.mark.parametrize("is_dense", [True, False])
def test_words_are_those_of_the_automatic_extractor(is_dense):
    """With the same limit of few documents the features are the same."""
    X = notes()
    auto = AutoExtractor(dense=is_dense, random_state=0).fit(X)
    assert auto.kinds_ == ["text"]
    own = TextExtractor(
        n_components=100 if is_dense else None, few_documents=20, random_state=0
    ).fit(X)
    expected, got = auto.transform(X), own.transform(X)
    if not is_dense:
        expected, got = expected.toarray(), got.toarray()
    assert_allclose(got, expected)
    assert_array_equal(own.get_feature_names_out(), auto.get_feature_names_out())


@pytest.mark.parametrize(("few", "min_df"), [(41, 1), (40, 2)])
def test_few_documents_keep_their_words(few, min_df):
    """With fewer documents, words of one are kept."""
    X = notes()
    X.at[0, "note"] = "unique words here"
    oracle = TfidfVectorizer(
        strip_accents="unicode", ngram_range=(1, 2), sublinear_tf=True, min_df=min_df
    )
    expected = oracle.fit_transform(X["note"])
    got = TextExtractor(n_components=None, few_documents=few).fit_transform(X)
    assert sparse.issparse(got)
    assert_allclose(got.toarray(), expected.toarray())


def test_statistics_stand_beside_words():
    """They are standardised counts, after the words."""
    X = notes()
    extractor = TextExtractor(n_components=3, statistics=True).fit(X)
    names = extractor.get_feature_names_out()
    assert names[:5].tolist() == [
        *(f"note_svd{i}" for i in range(3)),
        "note_characters",
        "note_words",
    ]
    counts = text_statistics(X["note"])
    varying = counts.std(axis=0) > 0
    got = extractor.transform(X)[:, 3:]
    expected = StandardScaler().fit_transform(counts)
    assert_allclose(got[:, varying], expected[:, varying])
    assert_array_equal(got[:, ~varying], 0)


def test_counts_beside_terms_have_the_deviation_of_a_term():
    """Beside hundreds of small terms, large counts would have too much say."""
    X = notes()
    extractor = TextExtractor(n_components=None, statistics=True)
    out = extractor.fit_transform(X).toarray()
    terms, counts = out[:, :-10].std(axis=0), out[:, -10:].std(axis=0)
    assert_allclose(counts[counts > 0], np.sqrt(np.mean(terms**2)))
    assert_allclose(extractor.transform(X).toarray(), out)


def test_empty_texts_are_missing():
    """Null, empty and blank texts are zero, and missing rows."""
    X = notes(6)
    X = one_column([*X["note"], None, "", "  "], "note")
    extractor = TextExtractor(statistics=True, encoder=count_pieces)
    assert_array_equal(extractor.fit_transform(X)[6:], 0)
    assert extractor.missing_rows(X).tolist() == [False] * 6 + [True] * 3


@pytest.mark.parametrize("n_components", [None, 100])
def test_texts_without_words(n_components):
    """Signs alone make one column of zeros, sparse only where terms are asked for."""
    X = one_column(["!", "? ?", "a"], "note")
    extractor = TextExtractor(n_components=n_components, statistics=True)
    out = extractor.fit_transform(X)
    assert sparse.issparse(out) == (n_components is None)
    assert out.shape == (3, 11)
    assert extractor.get_feature_names_out()[0] == "note_empty"


def test_several_columns_and_containers():
    """Each column has its own words; containers agree."""
    X = notes()
    X["title"] = notes(seed=1)["note"]
    X.loc[3, "title"] = None
    X["number"] = np.arange(40) % 3
    options = {"n_components": None, "statistics": True}
    expected = TextExtractor(**options).fit_transform(X).toarray()
    tables = (pl.from_pandas(X), X.to_numpy(), X.astype({"title": "category"}))
    for table in tables:
        got = TextExtractor(**options).fit_transform(table).toarray()
        assert_allclose(got, expected)


@pytest.mark.parametrize(
    ("cell", "match"),
    [(b"bytes", "5 bytes is no text"), (["a"], r"\['a'\] is no text")],
)
def test_cells_that_cannot_be_read(cell, match):
    """The error names row and column."""
    X = one_column(["a b", cell, "c d"], "note")
    with pytest.raises(ValueError, match=rf"row 1 of column 'note': {match}"):
        TextExtractor().fit(X)


def test_encoder_must_be_importable():
    """A lambda is refused, by the name of the parameter."""
    with pytest.raises(
        ValueError, match="'encoder' parameter of TextExtractor must be"
    ):
        TextExtractor(encoder=lambda texts: texts).fit(notes())


def test_nothing_leaks():
    """Words, counts and codes are learnt from training rows."""
    X = notes()
    nonsense = X.copy()
    nonsense.loc[20:, "note"] = "nonsense words!!"
    options = {"statistics": True, "encoder": count_pieces}
    one = TextExtractor(**options, random_state=0).fit(X[:20])
    two = TextExtractor(**options, random_state=0).fit(nonsense[:20])
    assert pickle.dumps(one) == pickle.dumps(two)
    again = pickle.loads(pickle.dumps(one))
    assert_array_equal(again.transform(X), one.transform(X))


def test_weights_equal_repeats():
    """Weight 2 is a text twice, weight 0 none."""
    X = notes()
    weight = np.tile([0, 1, 2, 1], 10)
    options = {"n_components": None, "statistics": True, "few_documents": 0}
    weighted = TextExtractor(**options).fit(X, sample_weight=weight)
    repeated = X.loc[np.repeat(np.arange(40), weight)]
    plain = TextExtractor(**options).fit(repeated)
    assert_allclose(
        weighted.transform(X).toarray(), plain.transform(X).toarray(), atol=1e-12
    )
