"""Whole estimators among the choices of a comparison."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from mmensemble import (
    DistilledClassifier,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalSelfTraining,
    compare_fusions,
)
from mmensemble.datasets import make_multimodal

FOLDS = StratifiedKFold(3, shuffle=True, random_state=0)
BASE = MultimodalClassifier(
    fusion="voting", estimator=LogisticRegression(), cv=2, random_state=0
)


@pytest.fixture(scope="module")
def data():
    """Three modalities of 120 rows."""
    bunch = make_multimodal(n_samples=120, random_state=0)
    bunch.target = np.asarray(bunch.target)
    return bunch


def compare(data, fusions, y=None, **given):
    """Compare on three folds, errors raised."""
    y = data.target if y is None else y
    given = {"cv": FOLDS, "error_score": "raise", "random_state": 0} | given
    return compare_fusions(BASE, data.data, y, fusions=fusions, **given)


def test_scores_are_those_of_cross_validation(data):
    """Of the estimator alone, whatever stands beside it."""
    model = LogisticRegression(C=0.1)
    found = compare(data, {"voting": "voting", "plain": model}, scoring="accuracy")
    wanted = cross_val_score(model, data.data, data.target, cv=FOLDS)
    np.testing.assert_allclose(found.split_scores()["plain"], wanted)
    assert found.frame()["fusion"].tolist() == found.frame()["fusion"].unique().tolist()
    assert len(found.tests()) == 2
    assert found.simplest() in ("voting", "plain")
    assert "plain" in found.to_json()


def test_estimators_in_a_list_are_named_by_class(data):
    """And have no subsets."""
    found = compare(data, ["voting", LogisticRegression()], subsets="single")
    labels = [choice.label for choice in found.choices]
    assert "LogisticRegression" in labels
    assert sum("LogisticRegression" in label for label in labels) == 1


def test_a_distilled_student_beside_fusions(data):
    """It is fitted with groups, as by itself."""
    student = DistilledClassifier(
        BASE, student_modalities="m1", imitation=1.0, features=False, guard=False
    )
    groups = np.arange(120) // 2
    folds = list(KFold(2).split(data.data))
    found = compare(
        data, {"voting": "voting", "student": student}, groups=groups, cv=folds
    )
    for (train, test), score in zip(
        folds, found.split_scores()["student"], strict=True
    ):
        model = student.fit(
            data.data.iloc[train], data.target[train], groups=groups[train]
        )
        assert score == pytest.approx(
            model.score(data.data.iloc[test], data.target[test])
        )


def test_rows_without_a_target_reach_those_that_learn_from_them(data):
    """They are in every training part, are never scored, and fusions miss them."""
    y = np.array(data.target, dtype=object)
    hidden = np.arange(120) % 2 == 1
    y[hidden] = None
    learner = MultimodalSelfTraining(
        BASE,
        rounds=1,
        guard=False,
        random_state=0,
    )
    found = compare(data, {"voting": "voting", "pseudo": learner}, y)
    known = np.flatnonzero(~hidden)
    X, labels = data.data.iloc[known], data.target[known]
    scores = found.split_scores()
    alone = compare_fusions(BASE, X, labels, fusions="voting", cv=FOLDS, random_state=0)
    np.testing.assert_array_equal(scores["voting"], alone.split_scores()["voting"])
    for (train, test), score in zip(
        FOLDS.split(X, labels), scores["pseudo"], strict=True
    ):
        rows = np.append(known[train], np.flatnonzero(hidden))
        model = learner.fit(data.data.iloc[rows], y[rows])
        right = accuracy_score(labels[test], model.predict(X.iloc[test]))
        assert score == pytest.approx(right)


def test_weights_and_groups_of_rows_without_a_target(data):
    """Each row keeps its own."""
    seen = {}

    class Notes(MultimodalSelfTraining):
        def fit(self, X, y, *, sample_weight=None, groups=None):
            seen.update(X=X, y=y, weight=sample_weight, groups=groups)
            return super().fit(X, y, sample_weight=sample_weight, groups=groups)

    y = pd.Series(data.target, dtype=object)
    y[100:] = None
    weight = np.linspace(1, 2, 120)
    learner = Notes(BASE, rounds=1, guard=False, random_state=0)
    compare(
        data,
        {"voting": "voting", "notes": learner},
        y,
        sample_weight=weight,
        groups=np.arange(120),
        cv=[(np.arange(80), np.arange(80, 100))],
    )
    np.testing.assert_allclose(seen["weight"], np.r_[weight[:80], weight[100:]])
    assert seen["groups"].tolist() == [*range(80), *range(100, 120)]
    assert seen["y"][80:].tolist() == [None] * 20
    np.testing.assert_array_equal(
        seen["X"], data.data.iloc[[*range(80), *range(100, 120)]]
    )


def test_errors(data):
    """Each says which choice, and what to do."""
    y = np.array(data.target, dtype=object)
    y[0] = None
    with pytest.raises(ValueError, match="Input y contains"):
        compare(data, ["voting", LogisticRegression()], y)
    with pytest.raises(ValueError, match=r"holds only estimators.*name at least one"):
        compare(data, LogisticRegression())
    with pytest.raises(TypeError, match="holds LinearRegression, which is for regr"):
        compare(data, ["voting", LinearRegression()])
    with pytest.raises(ValueError, match=r"knn cannot be compared by \['sample_wei"):
        compare(
            data,
            {"voting": "voting", "knn": KNeighborsClassifier()},
            sample_weight=np.ones(120),
        )
    with pytest.raises(TypeError, match="must be one of"):
        compare(data, ["voting", LogisticRegression])


def test_a_failing_estimator_fails_alone(data):
    """Its error is told, the others have scores."""
    bad = RandomForestClassifier(max_features=1000.0)
    found = compare(data, {"voting": "voting", "bad": bad}, error_score=np.nan)
    assert found.errors()["choice"].tolist() == ["bad"] * 3
    assert np.isfinite(found.split_scores()["voting"]).all()


def test_the_cache_knows_estimators(data, tmp_path):
    """A second run fits nothing; other unlabelled rows are other work."""
    y = np.array(data.target, dtype=object)
    y[100:] = None
    learner = MultimodalSelfTraining(BASE, rounds=1, guard=False, random_state=0)
    given = {"fusions": {"voting": "voting", "pseudo": learner}, "cache": tmp_path}
    first = compare(data, y=y, **given)
    assert sum(result.n_fits for result in first.results) > 0
    second = compare(data, y=y, **given)
    assert sum(result.n_fits for result in second.results) == 0
    pd.testing.assert_frame_equal(first.split_scores(), second.split_scores())
    data.data.iloc[100:] += 1.0
    third = compare(data, y=y, **given)
    assert sum(result.n_fits for result in third.results) == 3
    data.data.iloc[100:] -= 1.0


def test_regression():
    """Numbers too."""
    data = make_multimodal(n_samples=80, task="regression", random_state=0)
    found = compare_fusions(
        MultimodalRegressor(random_state=0),
        data.data,
        data.target,
        fusions={"concat": "concat", "plain": LinearRegression()},
        cv=KFold(3),
    )
    wanted = cross_val_score(LinearRegression(), data.data, data.target, cv=KFold(3))
    np.testing.assert_allclose(found.split_scores()["plain"], wanted)
