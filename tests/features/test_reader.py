"""The reader of blocks: what a learner sees of one modality."""

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import classifier, hide, make_table
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.decomposition import PCA
from sklearn.ensemble import StackingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from mmensemble import ConcatFusion, MultimodalClassifier, StackingFusion
from mmensemble.features import AutoExtractor, SeriesExtractor, TextExtractor
from mmensemble.features._reader import (
    ModalityReader,
    TableBlocks,
    allows_missing,
    fills_missing,
    make_reader,
    split_predictor,
)

TEXTS = ["good plot", "bad plot", "good cast", "bad cast"]


def present(n_samples=6, n_modalities=2):
    """Make a mask in which row 1 lacks the first modality."""
    mask = np.ones((n_samples, n_modalities), dtype=bool)
    mask[1, 0] = False
    return mask


def test_reader_sees_rows_that_have_the_modality():
    """Fitting and reading skip rows without the modality."""
    X = np.arange(12.0).reshape(6, 2)
    reader = ModalityReader("a", 0, [0], StandardScaler())
    fitted, values = reader.fit_read(X, present(), np.arange(6), None, {}, 0)
    kept = X[[0, 2, 3, 4, 5], :1]
    assert_allclose(values, StandardScaler().fit_transform(kept))
    assert_allclose(fitted.read(X, present(), np.array([1, 2])), values[1:2])
    assert fitted.names == ("x0",)
    assert reader.extractor is not fitted.extractor


@pytest.mark.parametrize("as_sparse", [False, True])
def test_reader_reads_no_rows(as_sparse):
    """Where no row has the modality, values are empty and of the same kind."""
    X = np.arange(12.0).reshape(6, 2)
    X = sparse.csr_matrix(X) if as_sparse else X
    extractor = StandardScaler(with_mean=False)
    for transformer in (extractor, None):
        reader = ModalityReader("a", 0, [0, 1], transformer)
        fitted, values = reader.fit_read(X, present(), np.arange(6), None, {}, 0)
        nothing = fitted.read(X, present(), np.array([1]))
        assert nothing.shape == (0, 2)
        assert sparse.issparse(nothing) == sparse.issparse(values) == as_sparse


def test_table_blocks_ask_each_reader_once():
    """What is read of some rows is kept for whoever asks again."""

    class Counting(StandardScaler):
        n_calls = 0

        def transform(self, X):
            Counting.n_calls += 1
            return super().transform(X)

    X, rows = np.arange(12.0).reshape(6, 2), np.array([0, 1, 2])
    reader = ModalityReader("a", 0, [0], Counting())
    fitted, _ = reader.fit_read(X, present(), np.arange(6), None, {}, 0)
    Counting.n_calls = 0
    blocks = TableBlocks({"a": fitted}, X, present(), rows)
    assert_array_equal(blocks.rows_of("a"), [0, 2])
    block = blocks.block("a")
    assert_array_equal(block.present, [True, False, True])
    assert block.values is blocks.values("a")
    assert Counting.n_calls == 1
    assert blocks.only(np.array([True, False])).values("a") is block.values
    hidden = blocks.only(np.array([False, True]))
    assert hidden.values("a").shape == (0, 1)
    assert not hidden.block("a").present.any()
    given = TableBlocks({"a": fitted}, X, present(), rows, {"a": block.values})
    assert given.values("a") is block.values
    assert Counting.n_calls == 1


def test_what_stands_for_an_extractor():
    """Words, predictors and pipelines that end in one have an extractor each."""

    def extractor(given, **options):
        reader = make_reader(1, ("a", given, [0, 1]), dense=True, **options)
        assert (reader.name, reader.position, reader.width) == ("a", 1, 2)
        return reader.extractor

    pca = PCA(2)
    assert extractor(pca) is pca
    assert extractor("passthrough") is None
    assert isinstance(extractor("passthrough", fill=True), AutoExtractor)
    alone = make_pipeline(LogisticRegression())
    for given in ("auto", LogisticRegression(), alone):
        assert extractor(given).dense
    before = extractor(make_pipeline(StandardScaler(), LogisticRegression()))
    assert isinstance(before[0], StandardScaler)
    assert len(before) == 1


def test_extractor_without_fit_transform():
    """An extractor needs ``fit`` and ``transform`` only."""

    class Plain(BaseEstimator):
        def fit(self, X, y=None):
            self.mean_ = np.asarray(X).mean(axis=0)
            return self

        def transform(self, X):
            return np.asarray(X) - self.mean_

    X, y = make_table()
    model = classifier(X, "concat", Plain()).fit(X, y)
    assert_allclose(model.extractors_["a"].mean_, X[["a__0", "a__1"]].mean())
    names = model.fusion_.get_feature_names_out(model._task)
    assert names[:2] == ["a__f0", "a__f1"]


def test_extractor_with_too_many_dimensions_is_refused():
    """An extractor's output is 2-D; the message names the modality."""
    X, y = make_table()
    cube = FunctionTransformer(lambda X: np.zeros((len(X), 2, 2)))
    with pytest.raises(ValueError, match="extractor of modality 'b' must return a 2-D"):
        classifier(X, "concat", cube).fit(X, y)


def test_scalar_column_reaches_a_text_vectorizer():
    """A bare column name hands a 1-D column to the extractor."""
    X, y = make_table()
    X["note"] = [TEXTS[(label + 2 * (i % 2)) % 4] for i, label in enumerate(y)]
    X.loc[5, "note"] = None
    modalities = [
        ("numbers", StandardScaler(), ["a__0", "a__1"]),
        ("note", TfidfVectorizer(), "note"),
    ]
    for fusion in ("concat", "voting", StackingFusion(passthrough=True)):
        model = MultimodalClassifier(
            modalities, fusion=fusion, estimator=LogisticRegression(), cv=3
        ).fit(X, y)
        assert sorted(model.extractors_["note"].vocabulary_) == sorted(
            {"good", "bad", "plot", "cast"}
        )
        assert not model.presence(X)["note"][5]
        assert_allclose(model.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("missing", ["impute", "dropout", "reduced"])
def test_sparse_block_reads_alone_as_in_company(missing):
    """A row that lacks a sparse modality predicts the same alone as beside others."""
    X, y = make_table()
    X["note"] = [TEXTS[(label + 2 * (i % 2)) % 4] for i, label in enumerate(y)]
    X.loc[:9, "note"] = None
    modalities = [
        ("numbers", StandardScaler(), ["a__0", "a__1"]),
        ("note", TfidfVectorizer(), "note"),
    ]
    model = MultimodalClassifier(
        modalities, fusion=ConcatFusion(missing=missing), estimator=LogisticRegression()
    ).fit(X, y)
    together = model.predict_proba(X)
    alone = np.vstack([model.predict_proba(X[i : i + 1]) for i in range(12)])
    assert_allclose(alone, together[:12], atol=1e-12)


@pytest.mark.parametrize("word", ["auto", "passthrough"])
@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_words_for_extractors(word, fusion):
    """Words stand for extractors; "passthrough" hands the columns on."""
    X, y = make_table()
    model = classifier(X, fusion, word).fit(X, y)
    kind = AutoExtractor if word == "auto" else type(None)
    assert all(isinstance(e, kind) for e in model.extractors_.values())
    assert list(model.extractors_) == ["a", "b", "c"]


@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_dropped_modality_is_not_there(fusion):
    """A modality that is "drop" takes no part, nor do its columns."""
    X, y = make_table()
    model = classifier(X, fusion).set_params(b="drop").fit(X, y)
    assert [name for name, _, _ in model.modalities_] == ["a", "c"]
    rest = X.drop(columns=[c for c in X if c.startswith("b__")])
    assert_array_equal(model.predict_proba(rest), model.predict_proba(X))


class WantsFrame(ClassifierMixin, BaseEstimator):
    """A learner of its own kind, that reads a column of strings by name."""

    def fit(self, X, y):
        """Learn which word goes with which class."""
        self.classes_ = np.unique(y)
        table = pd.crosstab(X["word"].to_numpy(), y)
        self.table_ = table.div(table.sum(axis=1), axis=0)
        return self

    def predict_proba(self, X):
        """Look the words up."""
        return self.table_.reindex(X["word"]).fillna(0.5).to_numpy()

    def predict(self, X):
        """Return the likeliest class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
def test_own_learner_sees_the_raw_frame(fusion):
    """A bare predictor is handed the modality's columns as they are."""
    X, y = make_table()
    X["word"] = np.where(y == 1, "yes", "no").astype(object)
    modalities = [
        ("a", StandardScaler(), ["a__0", "a__1"]),
        ("words", WantsFrame(), ["word"]),
    ]
    model = MultimodalClassifier(
        modalities, fusion=fusion, estimator=LogisticRegression(), cv=3
    ).fit(X, y)
    assert isinstance(model.estimators_["words"], WantsFrame)
    assert model.score(X, y) == 1.0


def test_own_pipeline_equals_the_pipeline_alone():
    """A pipeline that ends in a predictor is that modality's member as it is."""
    X, y = make_table()
    own = make_pipeline(StandardScaler(), PCA(2), LogisticRegression(C=0.1))
    model = classifier(X).set_params(b=own).fit(X, y)
    wanted = own.fit(X[["b__0", "b__1", "b__2"]], y)
    seen = model.predict_modalities(X)["b"]
    assert_allclose(seen, wanted.predict_proba(X[["b__0", "b__1", "b__2"]]), atol=1e-12)


def test_split_predictor():
    """Only what predicts is split: tags tell, not the methods that are there."""
    scaler, learner = StandardScaler(), LogisticRegression()
    assert split_predictor("auto") == ("auto", False)
    assert split_predictor(scaler) == (scaler, False)
    assert split_predictor(learner) == (None, True)
    assert split_predictor(make_pipeline(learner)) == (None, True)
    before, predicts = split_predictor(make_pipeline(scaler, learner))
    assert predicts
    assert [step for _, step in before.steps] == [scaler]
    assert split_predictor(make_pipeline(scaler, PCA()))[1] is False
    stack = StackingClassifier([("lr", learner)])
    assert split_predictor(stack) == (None, True)
    assert split_predictor(make_pipeline(scaler, stack))[1]


@pytest.mark.parametrize(
    ("extractor", "allows", "fills"),
    [
        ("auto", True, True),
        ("passthrough", True, False),
        (AutoExtractor(), True, True),
        (StandardScaler(), True, False),
        (SimpleImputer(), True, True),
        (PCA(), False, False),
        (make_pipeline(SimpleImputer(), PCA()), True, True),
        (make_pipeline(StandardScaler(), PCA()), False, False),
        (make_pipeline("passthrough", StandardScaler()), True, False),
        (make_pipeline(StandardScaler(), KNNImputer(), PCA()), True, True),
        (make_pipeline(PCA(), SimpleImputer()), False, True),
    ],
)
def test_missing_values_in_extractors(extractor, allows, fills):
    """Missing values are followed through the steps, up to one that fills them."""
    assert allows_missing(extractor) is allows
    assert fills_missing(extractor) is fills
    if not isinstance(extractor, str):
        X = np.array([[1.0, 2.0], [np.nan, 3.0], [4.0, 5.0], [0.0, 1.0]])
        try:
            values = extractor.fit_transform(X)
        except ValueError:
            values = None
        assert (values is not None) is allows
        if allows:
            assert not np.isnan(np.asarray(values)).any() or not fills


def test_absent_rows_do_not_reach_extractors():
    """Extractors are never handed rows without the modality."""
    X, y = make_table()
    X = hide(X, "b", np.arange(0, 60, 4))

    class Strict(StandardScaler):
        def fit(self, X, y=None, sample_weight=None):
            assert not np.isnan(np.asarray(X)).any()
            return super().fit(X, y, sample_weight)

    model = classifier(X, "stacking", Strict()).fit(X, y)
    assert model.extractors_["b"].n_samples_seen_ == 45


@pytest.mark.parametrize("extractor", ["auto", "passthrough"])
def test_bare_columns_of_words_are_tables(extractor):
    """A bare name is a list of it where a word stands for an extractor."""
    X, y = pd.DataFrame({"x": np.arange(20.0), "z": 1.0}), np.arange(20) % 2
    found = [
        MultimodalClassifier([("one", extractor, columns)], fusion="voting").fit(X, y)
        for columns in ("x", ["x"])
    ]
    assert_array_equal(*(model.predict_proba(X) for model in found))


@pytest.mark.parametrize("container", [pd.DataFrame, np.asarray])
def test_words_that_are_handed_on(container):
    """Text that is handed on as it is tells its modality, and what to do."""
    X = container(pd.DataFrame({"x": ["a", "b"] * 10, "y": ["c"] * 20}, dtype=object))
    model = MultimodalClassifier([("one", "passthrough", [0, 1])], fusion="voting")
    with pytest.raises(ValueError, match="modality 'one' are handed on as they are, a"):
        model.fit(X, np.arange(20) % 2)


def test_one_column_however_it_is_given():
    """Bare or in a list, what takes only one of the two gets that."""
    X = pd.DataFrame({"text": TEXTS, "more": TEXTS[::-1], "pulse": [[1, 2], [3]] * 2})
    y = [1, 0, 1, 0]
    pairs = [
        (TfidfVectorizer(), "text"),
        (make_pipeline(TfidfVectorizer(), PCA(1)), "text"),
        (TextExtractor(), "text"),
        (SeriesExtractor(), "pulse"),
        (AutoExtractor(), "text"),
    ]
    for extractor, name in pairs:
        bare, listed = (
            MultimodalClassifier(
                [("a", extractor, columns)],
                fusion="concat",
                estimator=LogisticRegression(),
                random_state=0,
            )
            .fit(X, y)
            .predict_proba(X)
            for columns in (name, [name])
        )
        assert_array_equal(bare, listed)
    model = MultimodalClassifier([("a", TfidfVectorizer(), ["text", "more"])])
    with pytest.raises(ValueError, match="'a': TfidfVectorizer reads one column of te"):
        model.fit(X, y)
