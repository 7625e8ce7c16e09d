"""The table of cross-validated scores."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_validate

from mmensemble.model_selection import score_table

X, Y = load_iris(return_X_y=True)


class Recorder(ClassifierMixin, BaseEstimator):
    """Refuse metadata that is not of the training rows."""

    def fit(self, X, y, groups=None, sample_weight=None, note=None):
        """Check what comes."""
        assert np.array_equal(X[:, 0], groups)
        assert np.array_equal(X[:, 0] * 2, sample_weight)
        assert note == "as it is"
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        """Answer the first class."""
        return np.repeat(self.classes_[:1], len(X))


class Failing(ClassifierMixin, BaseEstimator):
    """Fail on purpose."""

    def fit(self, X, y):
        """Raise."""
        raise ValueError("no luck with these data")

    def predict(self, X):
        """Never called."""


class Noisy(DummyClassifier):
    """Warn at fit."""

    def fit(self, X, y):
        """Warn."""
        warnings.warn("12 rows are odd", UserWarning)
        return super().fit(X, y)


def test_scores_equal_cross_validate():
    """The scores are those of scikit-learn's own function on the same folds."""
    model = LogisticRegression(max_iter=500)
    cv = StratifiedKFold(4, shuffle=True, random_state=1)
    table = score_table({"a": model, "b": DummyClassifier()}, X, Y, cv=cv)
    own = cross_validate(model, X, Y, cv=cv)["test_score"]
    splits = [f"split{k}_test_score" for k in range(4)]
    np.testing.assert_allclose(table.loc[0, splits].to_numpy(float), own, rtol=1e-12)
    assert table.loc[0, "mean_test_score"] == pytest.approx(own.mean())
    assert table.loc[0, "std_test_score"] == pytest.approx(own.std())
    assert table["rank_test_score"].tolist() == [1, 2]
    assert (table["mean_fit_time"] > 0).all()


def test_columns_are_named_as_in_cv_results():
    """The columns come in a fixed order under scikit-learn's names."""
    table = score_table({"a": DummyClassifier()}, X, Y, cv=2)
    assert list(table.columns) == [
        "choice",
        "mean_test_score",
        "std_test_score",
        "rank_test_score",
        "mean_fit_time",
        "mean_score_time",
        "split0_test_score",
        "split1_test_score",
        "error",
    ]


def test_fit_params_are_indexed_by_fold():
    """What has one entry a sample is cut to the training rows, other values pass."""
    rows = np.arange(60.0)
    table = score_table(
        {"recorder": Recorder()},
        rows.reshape(-1, 1),
        np.arange(60) % 2,
        cv=GroupKFold(3),
        groups=rows,
        fit_params={"groups": rows, "sample_weight": rows * 2, "note": "as it is"},
        error_score="raise",
    )
    assert table["error"].tolist() == [""]


def test_an_error_is_a_row():
    """A candidate that fails keeps its place, ranks last and says why."""
    table = score_table({"bad": Failing(), "good": DummyClassifier()}, X, Y, cv=3)
    assert table.loc[0, "error"] == "ValueError: no luck with these data"
    assert np.isnan(table.loc[0, "mean_test_score"])
    assert table["rank_test_score"].tolist() == [2, 1]
    assert table.loc[1, "error"] == ""


def test_error_score_raise_raises():
    """With error_score="raise" the first error comes through."""
    with pytest.raises(ValueError, match="no luck with these data"):
        score_table({"bad": Failing()}, X, Y, cv=3, error_score="raise")


def test_progress_counts_every_fold():
    """The callback hears of every fold, in order."""
    heard = []
    score_table(
        {"a": DummyClassifier(), "b": DummyClassifier()},
        X,
        Y,
        cv=2,
        on_progress=lambda *args: heard.append(args),
    )
    assert heard == [(1, 4, "a"), (2, 4, "a"), (3, 4, "b"), (4, 4, "b")]


def test_parallel_gives_the_same():
    """Two workers give the same scores as one."""
    model = {"a": LogisticRegression(max_iter=500)}
    one, two = (score_table(model, X, Y, cv=3, n_jobs=n) for n in (1, 2))
    pd.testing.assert_series_equal(one["mean_test_score"], two["mean_test_score"])


def test_warnings_can_be_ignored():
    """A warning that is named by its start is not shown, others are."""
    score_table({"a": Noisy()}, X, Y, cv=2, ignore=r"\d+ rows are odd")
    with pytest.warns(UserWarning, match="rows are odd"):
        score_table({"a": Noisy()}, X, Y, cv=2)


@pytest.mark.parametrize("candidates", [{}, [DummyClassifier()]])
def test_candidates_must_be_a_dict(candidates):
    """Anything but a filled dict is refused."""
    with pytest.raises(TypeError, match="'candidates' parameter must be a dict"):
        score_table(candidates, X, Y)
