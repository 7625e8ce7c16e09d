"""Cells through an encoder that is not trained."""

import pickle

import numpy as np
import pytest
from cell_cases import (
    CHECKS_LEFT_OUT,
    CountingEncoder,
    common_checks,
    count_pieces,
    one_column,
    run_check,
    run_check_left_out,
)
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier
from mmensemble.features import FrozenEncoder, TextExtractor, text_statistics

pl = pytest.importorskip("polars")

WORDS = ["dry", "cough", "NO", "fever!", "pain", "42", "left", "leg"]


@pytest.fixture(autouse=True)
def _forget():
    CountingEncoder.reset()


def notes(n_rows=30, seed=0):
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, rng.integers(1, 9))) for _ in range(n_rows)]
    return one_column(texts, "note")


@common_checks(FrozenEncoder(text_statistics, n_components=None))
def test_common_checks(estimator, check):
    """It passes scikit-learn's checks: numbers are cells like others."""
    run_check(estimator, check)


# they give arrays to what was fitted on frames, on purpose
@pytest.mark.filterwarnings("ignore:X .* feature names:UserWarning")
@pytest.mark.parametrize("name", CHECKS_LEFT_OUT)
def test_checks_left_out_of_the_generator(name):
    """It passes those that third parties call by hand."""
    run_check_left_out(name, FrozenEncoder(text_statistics))


def test_standardised_and_reduced_like_scikit_learn():
    """Codes go through a scaler and principal components of the training rows."""
    X = notes()
    codes = text_statistics(X["note"])[:, [0, 1, 2, 3, 4, 5, 7, 9]]
    oracle = make_pipeline(StandardScaler(), PCA(2)).fit_transform(codes)
    got = FrozenEncoder(text_statistics, n_components=2).fit_transform(X)
    assert_allclose(np.abs(got), np.abs(oracle) / oracle[:, 0].std(), atol=1e-10)


def test_each_distinct_cell_is_encoded_once():
    """Of repeated cells the code is that of the first; empty ones are not seen."""
    X = one_column(["dry", "cough", "dry", None, "", "cough", "leg", "knees"], "note")
    out = FrozenEncoder(count_pieces).fit_transform(X)
    assert CountingEncoder.seen == ["dry", "cough", "leg", "knees"]
    assert_array_equal(out[0], out[2])
    assert_array_equal(out[3:5], 0)


def test_cache_over_folds(tmp_path):
    """With a folder nothing is encoded twice, whatever is fitted."""
    X = notes()
    fitted = FrozenEncoder(count_pieces, cache=tmp_path).fit(X[:20])
    FrozenEncoder(count_pieces, cache=tmp_path).fit(X[10:])
    fitted.transform(X)
    assert sorted(CountingEncoder.seen) == sorted(set(X["note"]))


def test_other_codes_later():
    """An encoder that changes its mind is told."""
    X = notes()
    fitted = FrozenEncoder(count_pieces, n_components=None).fit(X)
    fitted.encoders_[0].featurizer.encode = text_statistics
    match = "The encoder gave 2 numbers a cell in fit and gives 10 now"
    with pytest.raises(ValueError, match=match):
        fitted.transform(X)


def test_learnt_from_training_rows_only():
    """Other rows do not change what is learnt."""
    X = notes()
    nonsense = X.copy()
    nonsense.loc[20:, "note"] = "!" * 1000
    one = FrozenEncoder(text_statistics).fit(X[:20])
    two = FrozenEncoder(text_statistics).fit(nonsense[:20])
    assert_allclose(one.transform(X), two.transform(X), atol=1e-10)


def test_nothing_of_the_cells_is_stored():
    """The pickle has the name of the function, and no cell."""
    X = notes()
    X.at[3, "note"] = "secretword"
    stored = pickle.dumps(FrozenEncoder(count_pieces).fit(X))
    assert b"count_pieces" in stored
    assert b"secretword" not in stored
    assert_array_equal(
        pickle.loads(stored).transform(X), FrozenEncoder(count_pieces).fit_transform(X)
    )


def test_containers_agree():
    """Cells are the same from pandas, polars and object arrays."""
    X = notes()
    expected = FrozenEncoder(count_pieces).fit_transform(X)
    for table in (pl.from_pandas(X), X.to_numpy(), X.astype("string")):
        assert_allclose(FrozenEncoder(count_pieces).fit_transform(table), expected)


def test_lambdas_are_refused():
    """Weights that would be stored are told at fit."""
    with pytest.raises(ValueError, match="'encode' parameter of FrozenEncoder must be"):
        FrozenEncoder(lambda cells: cells).fit(notes())


def test_in_an_ensemble():
    """It is an extractor like others; empty texts lack the modality."""
    X = notes(60)
    y = np.array(["!" in text for text in X["note"]])
    X["other"] = np.random.default_rng(0).normal(size=60)
    modalities = [
        ("note", FrozenEncoder(text_statistics), ["note"]),
        ("other", "auto", ["other"]),
    ]
    model = MultimodalClassifier(modalities, fusion="voting", random_state=0).fit(X, y)
    assert model.score(X, y) > 0.9
    X.at[2, "note"] = " "
    assert not model.presence(X).loc[2, "note"]


def test_beside_words():
    """TextExtractor has the same codes beside its own features."""
    X = notes()
    beside = TextExtractor(encoder=text_statistics, encoder_components=3).fit(X)
    alone = FrozenEncoder(text_statistics, n_components=3).fit(X)
    assert_allclose(beside.transform(X)[:, -3:], alone.transform(X))
