"""A pretrained encoder beside the words of the automatic extractor."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_validate

from mmensemble import MultimodalClassifier
from mmensemble.features import (
    AutoExtractor,
    FrozenEncoder,
    TextExtractor,
    text_statistics,
)

WORDS = ["dry", "cough", "NO", "fever!", "pain", "42", "left", "leg"]
ENCODED = []


def noting(texts):
    """Return counts, and note what has been encoded."""
    ENCODED.extend(texts)
    return text_statistics(texts)


def notes(n_rows=60, seed=0):
    """Return notes with repeated, missing and blank ones, beside other columns."""
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, rng.integers(3, 9))) for _ in range(n_rows)]
    texts[5:8] = [None, " ", texts[0]]
    return pd.DataFrame(
        {
            "age": rng.normal(size=n_rows),
            "note": texts,
            "sex": rng.choice(["f", "m"], n_rows),
        }
    )


@pytest.mark.parametrize("dense", [True, False])
def test_codes_stand_beside_the_words(dense):
    """All else stays, and the codes are those of the encoder alone."""
    X = notes()
    plain = AutoExtractor(dense=dense).fit(X)
    both = AutoExtractor(dense=dense, encoder=FrozenEncoder(noting, n_components=4))
    found = both.fit_transform(X)
    assert sparse.issparse(found) == (not dense)
    names = both.get_feature_names_out()
    codes = [name.startswith("note_pc") for name in names]
    assert sum(codes) == 4
    assert_array_equal(names[~np.array(codes)], plain.get_feature_names_out())
    found = found if dense else found.toarray()
    words = plain.transform(X)
    words = words if dense else words.toarray()
    assert_allclose(found[:, ~np.array(codes)], words, atol=1e-9)
    X.loc[6, "note"] = None  # a blank one is missing
    alone = FrozenEncoder(noting, n_components=4).fit_transform(X[["note"]])
    assert_allclose(found[:, codes], alone, atol=1e-9)
    again = both.transform(X)
    assert_allclose(again if dense else again.toarray(), found, atol=1e-9)


def test_as_the_extractor_of_texts_has_it():
    """A function stands for a FrozenEncoder of it."""
    X = notes()[["note"]]
    own = AutoExtractor(encoder=noting).fit_transform(X)
    same = AutoExtractor(encoder=FrozenEncoder(noting)).fit_transform(X)
    assert_allclose(own, same, atol=1e-9)
    other = TextExtractor(few_documents=20, encoder=noting).fit_transform(X)
    assert_allclose(own, other, atol=1e-9)


def test_each_distinct_text_is_encoded_once(tmp_path):
    """In `fit_transform` and `transform`; with a cache once for all folds."""
    X = notes()
    distinct = {text for text in X["note"] if isinstance(text, str) and text.strip()}
    extractor = AutoExtractor(encoder=noting)
    for call in (extractor.fit, extractor.fit_transform, extractor.transform):
        ENCODED.clear()
        call(X)
        assert sorted(ENCODED) == sorted(distinct)
    ENCODED.clear()
    cached = AutoExtractor(encoder=FrozenEncoder(noting, cache=tmp_path))
    model = MultimodalClassifier(
        [("all", cached, ["age", "note", "sex"])],
        fusion="stacking",
        estimator=LogisticRegression(),
    )
    cross_validate(model, X, np.arange(60) % 2, cv=3)
    assert sorted(ENCODED) == sorted(distinct)


def test_nothing_is_learnt_from_other_rows():
    """Rows of weight zero, and rows that come later, change nothing."""
    X = notes()
    weight = np.r_[np.ones(40), np.zeros(20)]
    part = AutoExtractor(encoder=noting).fit(X[:40])
    whole = AutoExtractor(encoder=noting)
    found = whole.fit_transform(X, sample_weight=weight)
    assert_allclose(found, part.transform(X))
    other = X.copy()
    other.loc[40:, "note"] = "something else ALTOGETHER!! 99"
    again = AutoExtractor(encoder=noting).fit(other, sample_weight=weight)
    assert_allclose(again.transform(X), found)
    ENCODED.clear()
    AutoExtractor(encoder=noting).fit(other, sample_weight=weight)
    assert "something else ALTOGETHER!! 99" not in ENCODED


def test_without_free_text_nothing_is_encoded():
    """Categories and numbers are not."""
    ENCODED.clear()
    X = notes()[["age", "sex"]]
    found = AutoExtractor(encoder=noting).fit_transform(X)
    assert_array_equal(found, AutoExtractor().fit_transform(X))
    assert ENCODED == []


def test_parameters_nest_and_nothing_is_stored():
    """A search reaches the encoder; a pickle holds no weights."""
    X = notes()
    extractor = AutoExtractor(encoder=FrozenEncoder(noting))
    extractor.set_params(encoder__n_components=2)
    assert clone(extractor).encoder.n_components == 2
    fitted = extractor.fit(X)
    assert not hasattr(extractor.encoder, "encoders_")
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.transform(X), fitted.transform(X))
    assert sum("_pc" in name for name in fitted.get_feature_names_out()) == 2


@pytest.mark.parametrize(
    ("encoder", "match"),
    [
        (lambda texts: texts, "'encoder' parameter of AutoExtractor must be a functi"),
        ("nowhere.onnx", "'encoder' parameter of AutoExtractor must be a function or"),
        (FrozenEncoder(noting, n_components=0), "'n_components' parameter of FrozenEn"),
        (3, "'encoder' parameter of AutoExtractor must be an instance"),
    ],
    ids=["lambda", "file", "components", "number"],
)
def test_what_is_no_encoder(encoder, match):
    """Told at once, whatever the table holds."""
    with pytest.raises(ValueError, match=match):
        AutoExtractor(encoder=encoder).fit(notes()[["age"]])
