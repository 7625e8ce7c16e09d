"""Self-training of classes and of numbers."""

import numpy as np
import pytest
from semi_cases import base, hide, make_table
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble import MultimodalClassifier, MultimodalRegressor, StackingFusion
from mmensemble.semi_supervised import (
    MultimodalSelfTraining,
    MultimodalSelfTrainingRegressor,
)

X, Y = make_table(n_classes=3)
HIDDEN = hide(Y, 60)
COPIES = "folds hold out rows, and copies of one are spread over them"
POOL = StackingFusion(concat_member=True)
CLASSIFIER = MultimodalClassifier(fusion=POOL, estimator=LogisticRegression(), cv=2)
REGRESSOR = MultimodalRegressor(fusion=POOL, estimator=Ridge(), cv=2)


@parametrize_with_checks(
    [
        MultimodalSelfTraining(CLASSIFIER, rounds=2, random_state=0),
        MultimodalSelfTrainingRegressor(REGRESSOR, rounds=2, random_state=0),
    ],
    expected_failed_checks=lambda _: {
        "check_sample_weight_equivalence_on_dense_data": COPIES,
        "check_sample_weight_equivalence_on_sparse_data": COPIES,
    },
)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.parametrize("labels", ["adversarial", "pool", "hard", "entropy"])
def test_history_and_labels(labels):
    """One row a round, and the last round's labels of the unlabelled rows."""
    model = MultimodalSelfTraining(base(), labels=labels, rounds=2, random_state=0)
    model.fit(X, HIDDEN)
    assert model.history_["round"].tolist() == [0, 1, 2]
    assert model.history_["kept"][0] == 0
    assert model.pseudo_labels_.shape == (180, 3)
    np.testing.assert_allclose(model.pseudo_labels_.sum(axis=1), 1)
    assert model.kept_.sum() == model.history_["kept"].iloc[-1]
    assert model.discriminator_auc_.shape == (2,)
    assert np.all((model.discriminator_auc_ > 0) & (model.discriminator_auc_ < 1))
    free = MultimodalSelfTraining(base(), labels=labels, rounds=2, guard=False)
    free.fit(X, HIDDEN)
    assert free.accepted_
    assert (free.history_ is None) == (labels != "adversarial")


def test_unlabelled_rows_help_where_modalities_agree():
    """Many rows of two good modalities, few labels: a gain beyond its error."""
    gains = []
    for seed in range(6):
        X, y = make_table(700, seed=seed, n_classes=3, balanced=True)
        supervised = base().fit(X.iloc[:18], y[:18])
        model = MultimodalSelfTraining(base(), labels="pool", guard=False)
        model.fit(X.iloc[:400], hide(y, 18)[:400])
        test = X.iloc[400:], y[400:]
        gains.append(model.score(*test) - supervised.score(*test))
    assert np.mean(gains) > np.std(gains) / np.sqrt(6)


def test_the_guard_keeps_what_the_history_says():
    """The supervised model where the last round is no better."""
    for seed in range(4):
        X, y = make_table(seed=seed)
        model = MultimodalSelfTraining(base(), rounds=2).fit(X, hide(y, 40))
        last = model.history_.iloc[-1]
        assert model.accepted_ == (last["difference"] > last["std_difference"])
        if not model.accepted_:
            wanted = base().fit(X.iloc[:40], y[:40])
            np.testing.assert_array_equal(
                model.predict_proba(X), wanted.predict_proba(X)
            )


def test_judged_rows_are_those_of_cross_validation():
    """The supervised model's score on rows held out is about that of its folds."""
    model = MultimodalSelfTraining(base(fusion="voting"), rounds=1).fit(X, HIDDEN)
    plain = base(fusion="voting")
    wanted = cross_val_score(plain, X.iloc[:60], Y[:60], cv=StratifiedKFold(3))
    assert model.history_["score"][0] == pytest.approx(wanted.mean())


def test_numbers_without_a_target():
    """Rows on which members agree come first; predictions keep their shape."""
    rng = np.random.default_rng(0)
    y = X["a__0"] + X["b__0"] + 0.1 * rng.normal(size=240)
    hidden = np.where(np.arange(240) < 30, y, np.nan)
    model = MultimodalSelfTrainingRegressor(REGRESSOR, rounds=2, random_state=0)
    model.fit(X, hidden)
    assert model.history_["round"].tolist() == [0, 1, 2]
    assert model.pseudo_labels_.shape == (210, 1)
    assert model.discriminator_auc_.shape == (0,)
    assert model.score(X, y) > 0.5
    two = np.column_stack([hidden, 2 * hidden])
    model = MultimodalSelfTrainingRegressor(rounds=1, guard=False).fit(X, two)
    assert model.predict(X).shape == (240, 2)
    wanted = REGRESSOR.fit(X.iloc[:30], y[:30]).predict(X)
    none = MultimodalSelfTrainingRegressor(REGRESSOR, share=0.0).fit(X, hidden)
    np.testing.assert_array_equal(none.predict(X), wanted)
