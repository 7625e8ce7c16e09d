"""Copies of training rows inside the estimators: nothing leaks."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from mmensemble import (
    AutoFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    compare_fusions,
    list_fusions,
)
from mmensemble.augmentation import (
    DropModality,
    Jitter,
    MixUp,
    MultimodalAugmenter,
    Oversample,
    SwapModality,
)
from mmensemble.datasets import make_multimodal

FUSIONS = list(list_fusions().index)
COPIES = MultimodalAugmenter([])


def data(n=90, seed=0):
    """Return a table, a part of whose rows lack a modality, and labels."""
    made = make_multimodal(n, random_state=seed)
    X = made.data.copy()
    X.loc[: n // 9, [name for name in X if name.startswith("m1")]] = np.nan
    return X, made.target


def model(fusion="voting", cls=MultimodalClassifier, **params):
    """Return a model with a quick fusion."""
    fusion = AutoFusion("linear") if fusion == "auto" else fusion
    return cls(fusion=fusion, random_state=0, **params)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_every_fusion_takes_an_augmenter(fusion):
    """One prediction a row that is asked for, whatever was learnt from."""
    X, y = data()
    augmenter = MultimodalAugmenter([Jitter(), SwapModality(), MixUp()])
    fitted = model(fusion, augmenter=augmenter).fit(X, y)
    p = fitted.predict_proba(X[:7])
    assert p.shape == (7, 2)
    np.testing.assert_allclose(p.sum(axis=1), 1)


@pytest.mark.parametrize("fusion", ["voting", "concat", "hybrid", "kernel"])
def test_no_change_repetition_and_weights_are_one_model(fusion):
    """Weights keep their sum, so that penalties mean what they did."""
    X, y = data()
    learner = None if fusion == "kernel" else LogisticRegression(tol=1e-8, C=0.1)
    plain = model(fusion, estimator=learner).fit(X, y).predict_proba(X)
    for augmenter in (
        MultimodalAugmenter([Jitter(0)]),
        COPIES,
        MultimodalAugmenter([], n_copies=3),
    ):
        own = model(fusion, estimator=learner, augmenter=augmenter).fit(X, y)
        np.testing.assert_allclose(own.predict_proba(X), plain, atol=2e-5)


@pytest.mark.parametrize("fusion", ["stacking", "gating", "concat", "attention"])
def test_rows_that_are_held_out_are_never_seen(fusion):
    """Nested folds: a step sees the training rows of its fold and no other."""
    X, y = data()
    X = X.assign(m0__row=np.arange(len(X)) * 1.0)
    X.columns = [name.replace("m0__row", "m2__row") for name in X]
    seen = []

    def note(part):
        seen.append(set(part["m2__row"].round(9)))
        return part

    learner = None if fusion == "attention" else LogisticRegression(max_iter=300)
    whole = model(
        fusion, estimator=learner, augmenter=MultimodalAugmenter([note]), cv=3
    )
    train = np.arange(0, len(X), 2)
    whole.fit(X.iloc[train], y[train])
    rows = set(train.astype(float))
    assert seen
    assert all(own <= rows for own in seen)
    if fusion in ("stacking", "gating"):
        folds = [own for own in seen if own != rows]
        assert len(folds) == 3
        left_out = [rows - own for own in folds]
        assert set.union(*left_out) == rows
        assert sum(map(len, left_out)) == len(rows)


def test_out_of_fold_predictions_do_not_know_copies_of_their_rows():
    """Labels of noise are not remembered through copies."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(200, 6)))
    X.columns = [f"{'ab'[j % 2]}__{j}" for j in range(6)]
    y = rng.integers(0, 2, 200)
    own = model(
        "stacking",
        estimator=RandomForestClassifier(30),
        augmenter=MultimodalAugmenter([Jitter(0.01)], n_copies=2),
    )
    found = cross_validate(own, X, y, cv=3, return_train_score=False)
    assert 0.35 < found["test_score"].mean() < 0.65
    own.fit(X, y)
    assert own.predict_proba(X)[:, 1].std() < 0.2  # the stack trusted nobody


def test_copies_stay_with_their_group():
    """A learner's own folds get the groups of the rows, or else the rows."""
    X, y = data()
    groups = np.arange(len(y)) // 3

    class Noting(LogisticRegression):
        seen = []

        def fit(self, X, y, sample_weight=None, groups=None):
            Noting.seen.append((len(y), len(np.unique(groups))))
            return super().fit(X, y, sample_weight)

    augmenter = MultimodalAugmenter([Jitter()], n_copies=2)
    for given, size in ((None, 3), (groups, 9)):
        Noting.seen = []
        own = model("concat", estimator=Noting(), augmenter=augmenter)
        own.fit(X, y, groups=given)
        assert (270, 270 // size) in Noting.seen
        assert all(n <= size * n_groups for n, n_groups in Noting.seen)


def test_weights_of_rows_and_metadata_are_extended():
    """A row of weight zero teaches nothing, through its copies neither."""
    X, y = data()
    weight = (np.arange(90) % 3 > 0).astype(float)
    for learner in (
        LogisticRegression(),
        make_pipeline(FunctionTransformer(), LogisticRegression()),
    ):
        params = {"estimator": learner, "augmenter": COPIES}
        own = model("voting", modalities=raw(X), **params)
        one = own.fit(X.fillna(0), y, sample_weight=weight).predict_proba(X.fillna(0))
        flipped = np.where(weight > 0, y, 1 - y)
        two = own.fit(X.fillna(0), flipped, sample_weight=weight)
        np.testing.assert_allclose(one, two.predict_proba(X.fillna(0)), atol=1e-4)


def raw(X):
    """Return modalities that are handed on as they are."""
    parts = {name.split("__")[0]: [] for name in X}
    for name in X:
        parts[name.split("__")[0]].append(name)
    return [(name, "passthrough", columns) for name, columns in parts.items()]


def test_learners_without_weights():
    """Equal copies are fine; mixtures of classes are not, and it says so."""
    X, y = data()
    own = model("voting", estimator=KNeighborsClassifier(), augmenter=COPIES)
    assert own.fit(X, y).predict(X).shape == (90,)
    own.set_params(augmenter=MultimodalAugmenter([MixUp()]))
    with pytest.raises(TypeError, match="which this augmenter needs: its copies weigh"):
        own.fit(X, y)


def test_any_number_of_jobs():
    """Same seed, same model."""
    X, y = data()
    augmenter = MultimodalAugmenter([Jitter(), MixUp(), DropModality()])
    one, two = (
        model("stacking", augmenter=augmenter, n_jobs=jobs).fit(X, y).predict_proba(X)
        for jobs in (1, 2)
    )
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_regression(members):
    """C-Mixup and others for numbers, at both levels."""
    made = make_multimodal(90, task="regression", random_state=0)
    augmenter = MultimodalAugmenter([Jitter(), MixUp(pairs="near")])
    for fusion in ("stacking", "concat"):
        own = model(
            fusion, MultimodalRegressor, estimator=Ridge(), augmenter=augmenter
        ).set_params(members=members)
        assert own.fit(made.data, made.target).score(made.data, made.target) > 0.3


def test_searches_and_comparisons():
    """Steps are parameters; a comparison scores what cross-validation does."""
    X, y = data()
    own = model("voting", estimator=LogisticRegression(), augmenter=COPIES)
    jitter = MultimodalAugmenter([Jitter()])
    grid = [{"augmenter": [None, jitter]}, {"augmenter__n_copies": [1, 2]}]
    assert GridSearchCV(own, grid, cv=2).fit(X, y).best_params_
    own.set_params(augmenter=MultimodalAugmenter([Jitter(), MixUp()]))
    groups = np.arange(90) // 5
    names = ["voting", "stacking", "concat"]
    found = compare_fusions(
        own, X, y, fusions=names, cv=GroupKFold(3), groups=groups
    ).frame()
    for name, score in zip(found["fusion"], found["mean_test_score"], strict=True):
        one = own.set_params(fusion=name)
        folds = [
            one.fit(X.iloc[train], y[train], groups=groups[train]).score(
                X.iloc[test], y[test]
            )
            for train, test in GroupKFold(3).split(X, y, groups)
        ]
        assert score == pytest.approx(np.mean(folds), abs=1e-12)


def test_a_fold_without_weight_or_class():
    """Fits as it does without an augmenter."""
    X, y = data()
    y = np.where(np.arange(90) < 88, 0, 1)
    augmenter = MultimodalAugmenter([Oversample()])
    own = model("stacking", augmenter=augmenter, cv=2).fit(X, y)
    assert own.predict_proba(X).shape == (90, 2)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_probabilities_of_oversampled_classes_mean_what_they_say(fusion):
    """On average they are the classes' frequencies, in every fusion."""
    X, y = data(180)
    y = np.where(np.arange(180) % 8 == 0, y, 0)
    own = model(
        fusion,
        estimator=None if fusion == "auto" else LogisticRegression(C=0.1),
        augmenter=MultimodalAugmenter([Oversample("repeat")]),
    )
    ratio = own.fit(X, y).predict_proba(X)[:, 1].mean() / y.mean()
    assert 0.5 < ratio < 1.5


@pytest.mark.parametrize("fusion", ["kernel", "cooperative"])
def test_machines_of_copies_that_nothing_tells_apart_answer_the_prior(fusion):
    """Of the rows, not of rows and copies, and not moved twice."""
    X = pd.DataFrame({"a": np.ones(100), "b": np.ones(100)})
    y = np.repeat([0, 1], [80, 20])
    own = MultimodalClassifier(
        [("a", "passthrough", ["a"]), ("b", "passthrough", ["b"])],
        fusion=fusion,
        augmenter=MultimodalAugmenter([Oversample("repeat")]),
    )
    found = own.fit(X, y).predict_proba(X[:1])
    np.testing.assert_allclose(found, [[0.8, 0.2]], atol=1e-6)
