"""Inner threads."""

import numpy as np
import pandas as pd
import pytest
from joblib import cpu_count
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from threadpoolctl import threadpool_info, threadpool_limits

from mmensemble import (
    ModalityCorrelation,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)
from mmensemble._threads import few_threads, inner_threads, size_of, threads_for
from mmensemble.datasets import make_multimodal
from mmensemble.fusion import BaseFusion


def _most():
    return max((pool["num_threads"] for pool in threadpool_info()), default=1)


def test_inner_threads_share_the_processors():
    """Two jobs leave half of the processors to each, never none."""
    assert inner_threads(None) == cpu_count()
    assert inner_threads(2) == max(1, cpu_count() // 2)
    assert inner_threads(64) == 1


def test_small_fits_use_one_thread():
    """A small fit is limited to one thread, and the limit ends with it."""
    before = _most()
    with threads_for(100, 10, 4):
        assert _most() == 1
    assert _most() == before


@pytest.mark.skipif(cpu_count() < 2, reason="one processor has no second thread")
def test_large_fits_use_what_is_left():
    """A large fit may use the threads that it was given."""
    with threadpool_limits(2), threads_for(10_000, 1_000, 2):
        assert _most() == 2


def test_a_limit_from_outside_stays():
    """Who allows one thread gets no more, however large the fit."""
    with threadpool_limits(1), threads_for(10_000, 1_000, 4):
        assert _most() == 1


def test_small_fusions_use_one_thread():
    """What a fusion does itself is limited as the fits of its members are."""

    class Noting(BaseFusion):
        def _fit(self, data):
            self.most_ = _most()

        def _predict(self, data):
            return data.predictions[:, 0]

    data = make_multimodal(60, task="regression", random_state=0)
    with threadpool_limits(2):
        model = MultimodalRegressor(fusion=Noting()).fit(data.data, data.target)
    assert model.fusion_.most_ == 1


class Watcher(TransformerMixin, BaseEstimator):
    """An extractor that notes how many threads there are when rows are read."""

    seen = []

    def fit(self, X, y=None):
        """Learn nothing."""
        return self

    def transform(self, X):
        """Note the threads; return the numbers."""
        self.seen.append(_most())
        return np.asarray(X, dtype=float)


class Guesser(ClassifierMixin, BaseEstimator):
    """A learner that notes how many threads there are when it predicts."""

    def fit(self, X, y):
        """Learn the classes."""
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        """Note the threads; guess."""
        Watcher.seen.append(_most())
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


class Adding(BaseFusion):
    """A fusion that notes how many threads there are when it predicts."""

    def _fit(self, data):
        self.learnt_ = "nothing"

    def _predict(self, data):
        Watcher.seen.append(_most())
        return data.predictions[:, 0]


@pytest.mark.skipif(cpu_count() < 2, reason="one processor has no second thread")
@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_modalities"])
def test_small_predictions_use_one_thread(method):
    """Reading, members and fusion are limited, and the limit ends with them."""
    data = make_multimodal(60, random_state=0)
    modalities = [(name, Watcher(), columns) for name, _, columns in data.modalities]
    model = MultimodalClassifier(modalities, fusion=Adding(), estimator=Guesser())
    model.fit(data.data, data.target)
    Watcher.seen.clear()
    with threadpool_limits(2):
        getattr(model, method)(data.data.iloc[:3])
        assert _most() == 2
    n_calls = 6 + (method != "predict_modalities")
    assert Watcher.seen == [1] * n_calls


@pytest.mark.skipif(cpu_count() < 2, reason="one processor has no second thread")
def test_small_transforms_and_analyses_use_one_thread():
    """So are features, sets of modalities, and what modalities have in common."""
    data = make_multimodal(60, random_state=0)
    modalities = [(name, Watcher(), columns) for name, _, columns in data.modalities]
    model = MultimodalTransformer(modalities).fit(data.data)
    other = MultimodalRegressor(modalities, fusion="concat").fit(data.data, data.target)
    Watcher.seen.clear()
    with threadpool_limits(2):
        model.transform(data.data)
        other.predict_coalitions(data.data, np.eye(3, dtype=bool))
        ModalityCorrelation(modalities, n_permutations=9).fit(data.data)
    assert set(Watcher.seen) == {1}


def test_sizes_of_tables():
    """Frames, arrays and lists have a size; what has none counts as small."""
    assert size_of(pd.DataFrame(np.ones((3, 4)))) == (3, 4)
    assert size_of([[1, 2], [3, 4], [5, 6]]) == (3, 2)
    assert size_of(np.ones(7)) == (1, 1)
    assert size_of(None) == (1, 1)


def test_large_tables_are_not_limited():
    """A method of a large table keeps its threads, and its name."""

    class Model:
        @few_threads
        def ask(self, X, *, more=0):
            """Ask."""
            return _most(), more

    with threadpool_limits(2):
        many = _most()
        assert Model().ask(np.empty((3_000, 1_000)), more=1) == (many, 1)
        assert Model().ask(np.empty((3, 1)))[0] == 1
    assert Model.ask.__doc__ == "Ask."
