"""Members that are given up after the first fold: which, and what that changes."""

from dataclasses import replace

import numpy as np
import pytest
from ensemble_cases import hide
from fusion_cases import by_modality, random_probabilities, table, view
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from mmensemble import (
    AutoFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    compare_fusions,
)
from mmensemble.fusion import Member
from mmensemble.fusion.both._screening import promising, without_others

#: What members know of the labels: two learners on each of two modalities.
KNOWN = (0.3, 0.3, 0.0, 0.0)


def first_fold(n_samples=1600, known=KNOWN, seed=0, **more):
    """Draw what two learners on two modalities predict of a first fold."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_samples)
    drawn = random_probabilities(rng, n_samples, len(known), 2)
    share = np.asarray(known)[:, None]
    predictions = (1 - share) * drawn + share * np.eye(2)[y][:, None]
    data = view(predictions, y, classes=np.arange(2), **more)
    members = [
        Member(f"{m}__{learner}", m, learner) for learner in "pq" for m in range(2)
    ]
    modalities, presence = ("m0", "m1"), data.presence[:, :2]
    return replace(
        data, members=tuple(members), modalities=modalities, presence=presence
    )


def test_noise_is_given_up():
    """Members that know nothing go, if they are not of the first learner."""
    assert promising(first_fold(), 0.02, 64) == [0, 1]
    useful = first_fold(known=(0.0, 0.0, 0.3, 0.3))
    assert promising(useful, 0.02, 64) == [0, 1, 2, 3]


def test_weak_members_that_know_something_else_stay():
    """A member is judged by what it adds, not by how good it is alone."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 1000)
    seen = rng.random(1000) < 0.85
    other = np.where(seen, 0.5, 0.9 * y + 0.05)
    good = np.where(seen, 0.8 * y + 0.1, 0.5)
    copy = np.clip(0.25 + good / 2 + rng.normal(scale=0.2, size=1000), 0.01, 0.99)
    columns = [good, good, copy, other]
    predictions = np.stack([np.stack([1 - p, p], axis=1) for p in columns], axis=1)
    data = replace(first_fold(1000), predictions=predictions, y=y)
    kept = promising(data, 0.02, 64)
    assert 3 in kept
    assert 2 not in kept


@pytest.mark.parametrize("case", ["few rows", "few groups", "one class"])
def test_nobody_goes_where_little_is_known(case):
    """All members stay where the rows are no evidence."""
    data = first_fold(90 if case == "few rows" else 1600)
    if case == "few groups":
        data = replace(data, groups=np.arange(1600) % 5)
    if case == "one class":
        data = data.take(np.flatnonzero(data.y == 1))
    assert promising(data, 0.02, 64) == [0, 1, 2, 3]


def test_enough_groups_count_as_rows():
    """Many groups are evidence."""
    data = replace(first_fold(), groups=np.arange(1600) // 4)
    assert promising(data, 0.02, 64) == [0, 1]


def test_members_with_few_predictions_stay():
    """Nothing is said of a member whose modality the fold hardly holds."""
    data = first_fold()
    predictions = data.predictions.copy()
    predictions[60:, [1, 3]] = np.nan
    presence = data.presence.copy()
    presence[60:, 1] = False
    data = replace(data, predictions=predictions, presence=presence)
    assert promising(data, 0.02, 64) == [0, 1, 3]


def test_a_modality_of_another_learner_keeps_it():
    """A modality without the first learner keeps what it has."""
    data = first_fold()
    members = (*data.members[:3], Member("own", 1, "own"))
    members = (members[0], Member("m1__q", 1, "q"), *members[2:])
    assert promising(replace(data, members=members), 0.02, 64) == [0, 1, 3]


def test_without_others():
    """What is given up has predicted nothing, and is not waited for."""
    data = first_fold()
    left = without_others(data, [0, 1])
    assert np.isnan(left.predictions[:, 2:]).all()
    assert left.unused == {2, 3}
    assert left.available().all()
    assert not np.isnan(data.predictions).any()
    assert without_others(data, [0, 1, 2, 3]) is data


class CountedTree(DecisionTreeClassifier):
    """A tree that counts its fits."""

    n_fits = 0

    def fit(self, X, y, sample_weight=None):
        """Count and fit."""
        CountedTree.n_fits += 1
        return super().fit(X, y, sample_weight)


class CountedNoise(DummyClassifier):
    """A learner that knows nothing, and counts its fits."""

    n_fits = 0

    def fit(self, X, y, sample_weight=None):
        """Count and fit."""
        CountedNoise.n_fits += 1
        return super().fit(X, y, sample_weight)


class CountedMean(DummyRegressor):
    """The training mean, which counts its fits."""

    n_fits = 0

    def fit(self, X, y, sample_weight=None):
        """Count and fit."""
        CountedMean.n_fits += 1
        return super().fit(X, y, sample_weight)


def model_for(X, **params):
    """Make a classifier with a learner that is no use."""
    learners = [
        ("line", LogisticRegression()),
        ("tree", CountedTree(max_depth=2, random_state=0)),
        ("noise", CountedNoise(strategy="uniform", random_state=0)),
    ]
    given = {"fusion": "auto", "estimator": learners, "random_state": 0} | params
    return MultimodalClassifier(by_modality(X, StandardScaler()), **given)


def drawn(n_samples=1100, missing=0.0):
    """Draw a table whose labels are partly wrong, so that nobody knows all."""
    X, y = table(n_samples, missing=missing)
    rng = np.random.default_rng(1)
    y = np.where(rng.random(n_samples) < 0.2, rng.permutation(y), y)
    return X, y


@pytest.mark.filterwarnings("ignore:.*rows have none of the modalities")
@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_the_result_is_that_of_fitting_all(missing, members, monkeypatch):
    """Members that are given up are not fitted again, and nothing else changes."""
    X, y = drawn(missing=missing)
    CountedNoise.n_fits = 0
    quick = model_for(X, members=members).fit(X, y)
    fits = CountedNoise.n_fits
    monkeypatch.setattr("mmensemble.ensemble._fit.first_held_out", lambda *_: None)
    CountedNoise.n_fits = 0
    whole = model_for(X, members=members).fit(X, y)
    assert fits == 4
    assert CountedNoise.n_fits > 4 * 5 - 1
    assert quick.fusion_.unused_members_ == whole.fusion_.unused_members_
    assert quick.fusion_.score_estimate_ == whole.fusion_.score_estimate_
    few = hide(X.iloc[:50], "a", range(20))
    np.testing.assert_array_equal(quick.predict_proba(few), whole.predict_proba(few))
    np.testing.assert_array_equal(
        quick.fusion_.row_weights(quick._view(few)),
        whole.fusion_.row_weights(whole._view(few)),
    )


def test_few_rows_are_all_fitted():
    """Below 200 rows in the first fold all members are fitted for all folds."""
    X, y = drawn(900)
    CountedNoise.n_fits = 0
    model_for(X).fit(X, y)
    assert CountedNoise.n_fits == 4 * 6


def test_three_classes_are_all_fitted():
    """A stack by classes uses what one weight a member does without."""
    X, y = table(1200, n_classes=3)
    CountedNoise.n_fits = 0
    model_for(X).fit(X, y)
    assert CountedNoise.n_fits == 4 * 6


def test_regression_races():
    """Numbers are predicted with fewer fits too."""
    X, y = drawn()
    learners = [("line", Ridge()), ("noise", CountedMean())]
    CountedMean.n_fits = 0
    model = MultimodalRegressor(
        by_modality(X, StandardScaler()), estimator=learners, random_state=0
    )
    model.fit(X, y + np.random.default_rng(0).normal(size=len(y)))
    assert CountedMean.n_fits == 4


def test_folds_that_are_repeated_give_nobody_up():
    """Where rows are held out twice, no fold is the first."""
    X, y = drawn()
    cv = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)
    CountedNoise.n_fits = 0
    model_for(X, cv=cv).fit(X, y)
    assert CountedNoise.n_fits == 4 * 11


def test_jobs_do_not_matter():
    """Two jobs give what one gives."""
    X, y = drawn()
    one, two = (model_for(X, n_jobs=n).fit(X, y) for n in (1, 2))
    np.testing.assert_array_equal(one.predict_proba(X), two.predict_proba(X))


def test_comparisons_see_the_same_model():
    """compare_fusions, which shares members, scores what an estimator is."""
    X, y = drawn()
    cv = StratifiedKFold(2, shuffle=True, random_state=0)
    cv = [split for split, _ in zip(cv.split(X, y), range(1), strict=False)]
    found = compare_fusions(model_for(X), X, y, fusions=["auto", "voting"], cv=cv)
    train, test = cv[0]
    alone = model_for(X).fit(X.iloc[train], y[train])
    score = found.frame().set_index("choice").loc["auto", "mean_test_score"]
    assert score == pytest.approx(alone.score(X.iloc[test], y[test]))


def test_decisions_are_learnt_from_what_is_left():
    """Out-of-fold probabilities for a decision know of those given up."""
    X, y = drawn()
    model = model_for(X, decision="f1").fit(X, y)
    assert set(model.predict(X)) == {0, 1}
    assert not np.isnan(model.predict_proba(X)).any()


def test_labels_of_other_folds_do_not_matter():
    """Who stays is decided on the first fold's rows alone."""
    X, y = drawn()
    seen = []

    class Watched(AutoFusion):
        def screen(self, data):
            seen.append((data.n_samples, data.predictions.copy()))
            return super().screen(data)

    model_for(X, fusion=Watched()).fit(X, y)
    assert [n for n, _ in seen] == [220, 220]
    np.testing.assert_array_equal(seen[0][1], seen[1][1])
