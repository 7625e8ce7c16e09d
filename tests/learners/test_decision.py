"""How labels are decided on."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score
from sklearn.model_selection import cross_val_score

from mmensemble import (
    AutoFusion,
    MultimodalClassifier,
    SelectionFusion,
    compare_fusions,
)
from mmensemble.datasets import make_multimodal
from mmensemble.learners._decision import (
    DecisionRule,
    make_rule,
    settle,
    tune_rule,
)
from mmensemble.learners._task import make_task


def imbalanced(seed=0, n=600, share=0.1):
    """Return probabilities that are right, labels drawn from them, and the task."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(np.log(share / (1 - share)), 1.5, n)
    p = 1 / (1 + np.exp(-odds))
    y = (rng.random(n) < p).astype(int)
    probabilities = np.column_stack([1 - p, p])
    return probabilities, y, make_task(y, classifier=True)


def table(seed=0, n=240):
    """Return a table with one positive in seven."""
    data = make_multimodal(n, random_state=seed)
    rng = np.random.default_rng(seed)
    kept = (data.target == 0) | (rng.random(n) < 1 / 6)
    return data.data[kept].reset_index(drop=True), data.target[kept]


def test_costs_choose_the_smallest_expectation():
    """As a loop over rows and classes does."""
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(3), 50)
    costs = rng.random((3, 3))
    task = make_task(np.arange(50) % 3, classifier=True)
    found = make_rule(costs, task).decide(probabilities)
    for row, code in zip(probabilities, found, strict=True):
        expected = [sum(row[k] * costs[k, j] for k in range(3)) for j in range(3)]
        assert code == np.argmin(expected)


def test_equal_costs_are_the_most_probable_class():
    """0 on the diagonal and 1 elsewhere."""
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), 30)
    task = make_task(np.arange(40) % 4, classifier=True)
    rule = make_rule(1 - np.eye(4), task)
    assert np.array_equal(rule.decide(probabilities), probabilities.argmax(axis=1))


def test_prior_is_a_threshold_at_the_frequency():
    """For two classes."""
    probabilities, y, task = imbalanced()
    found = make_rule("prior", task).decide(probabilities)
    assert np.array_equal(found, (probabilities[:, 1] > y.mean()).astype(int))


def test_prior_without_a_class():
    """A class that has no weight is never decided on."""
    task = make_task(np.array([0, 0, 1]), classifier=True, sample_weight=[1, 1, 0])
    assert make_rule("prior", task).decide(np.array([[0.6, 0.4]])).tolist() == [0]


def test_tuned_threshold_is_near_the_best():
    """F1 on new rows, mean of 3 draws, beside the best threshold there and one half."""
    fresh, labels, _ = imbalanced(99, 4000)
    best = max(f1_score(labels, fresh[:, 1] > cut) for cut in np.linspace(0, 0.9, 91))
    rules = [tune_rule("f1", *imbalanced(seed, 1000)) for seed in range(3)]
    reached = np.mean([f1_score(labels, rule.decide(fresh)) for rule in rules])
    assert reached > best - 0.025
    assert reached > f1_score(labels, fresh[:, 1] > 0.5) + 0.03


def test_tuning_many_classes():
    """Macro F1 of three classes, one of them rare, against the most probable one."""
    rng = np.random.default_rng(0)
    prior = np.array([0.6, 0.34, 0.06])

    def drawn(n):
        y = rng.choice(3, n, p=prior)
        odds = np.log(prior) + rng.normal(0, 1, (n, 3)) + np.eye(3)[y]
        p = np.exp(odds)
        return p / p.sum(axis=1, keepdims=True), y

    probabilities, y = drawn(1500)
    rule = tune_rule("f1_macro", probabilities, y, make_task(y, classifier=True))
    fresh, labels = drawn(4000)
    own = {"average": "macro"}
    tuned = f1_score(labels, rule.decide(fresh), **own)
    assert tuned > f1_score(labels, fresh.argmax(axis=1), **own) + 0.02


def test_wrong_probabilities_lose():
    """Weights that suit wrong probabilities are not taken against the labels."""
    probabilities, y, task = imbalanced(0, 2000)
    wrong = probabilities[:, ::-1] ** 3
    wrong = wrong / wrong.sum(axis=1, keepdims=True)
    rule = tune_rule("f1", wrong, y, task)
    simple = make_rule("prior", task), DecisionRule()
    reached = f1_score(y, rule.decide(wrong))
    assert reached >= max(f1_score(y, own.decide(wrong)) for own in simple)


def test_labels_of_one_class():
    """No score: the most probable class."""
    y = np.zeros(4, dtype=int)
    probabilities = np.full((4, 2), 0.5)
    task = make_task(np.array([0, 1]), classifier=True)
    assert tune_rule("f1", probabilities, y, task) == DecisionRule()


@pytest.mark.parametrize(
    ("decision", "scoring", "score"),
    [
        ("auto", None, None),
        ("auto", "accuracy", None),
        ("auto", "neg_log_loss", None),
        ("auto", "roc_auc", None),
        ("auto", "f1", "f1"),
        ("balanced_accuracy", None, None),
        ("auto", "balanced_accuracy", None),
        ("argmax", "f1", None),
        ("f1_macro", None, "f1_macro"),
        (np.eye(2), "f1", None),
    ],
)
def test_what_is_tuned(decision, scoring, score):
    """Only scores that a decision can change."""
    assert settle(decision, scoring)[1] == score


@pytest.mark.parametrize("score", ["roc_auc_ovr", "neg_log_loss"])
def test_scores_that_no_decision_changes(score):
    """Are refused as the decision, before anything is fitted."""
    X = pd.DataFrame({"a__x": np.arange(40.0), "b__y": np.arange(40.0)})
    model = MultimodalClassifier(fusion="voting", decision=score)
    with pytest.raises(ValueError, match=f"'decision' parameter is '{score}', a score"):
        model.fit(X, np.arange(40) % 2)


@pytest.mark.parametrize("costs", [np.eye(3), [[0, np.nan], [1, 0]], [["a", "b"]]])
def test_costs_are_checked(costs):
    """Shape and numbers."""
    task = make_task(np.array([0, 1]), classifier=True)
    with pytest.raises(ValueError, match=r"one row\s+for each true class"):
        make_rule(costs, task)


@pytest.mark.parametrize("codes", [[0.0, 1.0], [0, 5], [0]])
def test_functions_are_checked(codes):
    """Positions of classes, one a row."""
    rule = DecisionRule(function=lambda probabilities: np.array(codes))
    with pytest.raises(ValueError, match="position of a class"):
        rule.decide(np.full((2, 2), 0.5))


@pytest.mark.parametrize("fusion", ["voting", "concat", "stacking"])
def test_decision_of_the_classifier(fusion):
    """Labels differ, probabilities do not; for every level of fusion."""
    X, y = table()
    model = MultimodalClassifier(fusion=fusion, random_state=0).fit(X, y)
    other = MultimodalClassifier(fusion=fusion, decision="prior", random_state=0)
    other.fit(X, y)
    p = model.predict_proba(X)
    assert np.array_equal(p, other.predict_proba(X))
    assert np.array_equal(model.predict(X), p.argmax(axis=1))
    assert np.array_equal(other.predict(X), (p[:, 1] > y.mean()).astype(int))
    own = MultimodalClassifier(
        fusion=fusion, decision=lambda p: np.zeros(len(p), int), random_state=0
    )
    assert set(own.fit(X, y).predict(X)) == {0}


def test_scoring_of_the_fusion_reaches_the_decision():
    """By itself for AutoFusion and selection; "argmax" keeps it out."""
    X, y = table()
    for fusion in (
        AutoFusion("linear", scoring="balanced_accuracy"),
        SelectionFusion(scoring="balanced_accuracy"),
    ):
        model = MultimodalClassifier(fusion=fusion, random_state=0).fit(X, y)
        p = model.predict_proba(X)
        assert np.array_equal(model.predict(X), (p[:, 1] > y.mean()).astype(int))
        plain = MultimodalClassifier(fusion=fusion, decision="argmax", random_state=0)
        predicted = plain.fit(X, y).predict(X)
        assert np.array_equal(predicted, plain.predict_proba(X).argmax(axis=1))


def test_decision_by_the_name_of_a_score():
    """Better on new rows than the most probable class."""
    X, y = table(0, 800)
    first = np.arange(len(y)) % 2 == 0
    scores = {}
    for decision in ("argmax", "f1"):
        model = MultimodalClassifier(
            fusion="stacking", decision=decision, random_state=0
        )
        model.fit(X[first], y[first])
        scores[decision] = f1_score(y[~first], model.predict(X[~first]))
    assert scores["f1"] > scores["argmax"]


@pytest.mark.parametrize("fusion", ["voting", "dynamic"])
def test_fusions_that_learn_nothing_out_of_fold(fusion):
    """Members are predicted out of fold all the same, for the decision."""
    X, y = table(0, 400)
    model = MultimodalClassifier(fusion=fusion, decision="f1", random_state=0)
    p = model.fit(X, y).predict_proba(X)
    plain = MultimodalClassifier(fusion=fusion, random_state=0).fit(X, y)
    np.testing.assert_array_equal(p, plain.predict_proba(X))
    assert model.predict(X).sum() > plain.predict(X).sum()


@pytest.mark.parametrize("fusion", ["concat", "voting"])
def test_balanced_accuracy_by_name_is_the_prior(fusion):
    """For fusions of any level."""
    X, y = table()
    named, prior = (
        MultimodalClassifier(fusion=fusion, decision=decision, random_state=0)
        .fit(X, y)
        .predict(X)
        for decision in ("balanced_accuracy", "prior")
    )
    np.testing.assert_array_equal(named, prior)


def test_a_feature_level_fusion_learns_no_decision():
    """It says what to do."""
    X, y = table()
    model = MultimodalClassifier(fusion="concat", decision="f1", random_state=0)
    with pytest.raises(
        ValueError, match=r"ConcatFusion reads features\. Choose decision="
    ):
        model.fit(X, y)


def test_comparisons_decide_as_the_model_does():
    """As cross-validation of each choice does; a learnt decision is refused."""
    X, y = table()
    model = MultimodalClassifier(decision="prior", random_state=0)
    found = compare_fusions(
        model, X, y, fusions=["voting", "concat"], scoring="balanced_accuracy", cv=3
    ).frame()
    for name, score in zip(found["fusion"], found["mean_test_score"], strict=True):
        alone = model.set_params(fusion=name)
        own = cross_val_score(alone, X, y, scoring="balanced_accuracy", cv=3)
        assert score == pytest.approx(own.mean(), abs=1e-12)
    with pytest.raises(ValueError, match="learnt by each fit"):
        compare_fusions(model.set_params(decision="f1"), X, y, fusions=["voting"])


def test_balanced_accuracy_gains():
    """The reason for it all."""
    X, y = table(0, 800)
    first = np.arange(len(y)) % 2 == 0
    model = MultimodalClassifier(fusion="voting", random_state=0)
    model.fit(X[first], y[first])
    before = balanced_accuracy_score(y[~first], model.predict(X[~first]))
    model.set_params(decision="prior").fit(X[first], y[first])
    after = balanced_accuracy_score(y[~first], model.predict(X[~first]))
    assert after > before + 0.05
