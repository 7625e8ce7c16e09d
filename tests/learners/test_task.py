"""Tasks and the shape of what learners answer."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import expit, softmax
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.multiclass import OutputCodeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from mmensemble.learners._task import (
    accepted_input,
    accepts,
    align,
    decision_probabilities,
    fit_learner,
    is_classifier,
    make_task,
    new_learner,
    outputs,
    take_params,
)

pl = pytest.importorskip("polars")

X = np.random.default_rng(0).normal(size=(40, 3))
TWO = np.where(X[:, 0] > 0, "yes", "no")
THREE = np.digitize(X[:, 0], [-0.4, 0.4])


def test_classification_task_holds_sorted_labels_and_weighted_frequencies():
    """The prior counts weights, in the order of the labels."""
    y = np.array(["b", "a", "b", "c"])
    task = make_task(y, classifier=True, sample_weight=np.array([1.0, 4, 2, 1]))
    assert task.classes.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(task.prior, [0.5, 0.375, 0.125])
    assert task.is_classification
    assert task.n_outputs == 3


@pytest.mark.parametrize(
    ("y", "squeeze"), [([1.0, 3], True), ([[1.0, 0], [3, 2]], False)]
)
def test_regression_task_holds_weighted_means(y, squeeze):
    """The prior of a regression is the mean of each target."""
    task = make_task(np.array(y), classifier=False, sample_weight=np.array([3.0, 1]))
    np.testing.assert_allclose(task.prior, [1.5] if squeeze else [1.5, 0.5])
    assert task.squeeze == squeeze
    assert not task.is_classification


def test_alignment_puts_probabilities_under_their_labels():
    """Labels in any order find their column, labels not seen get zero."""
    classes = np.array(["a", "b", "c", "d"])
    aligned = align(np.array([[0.7, 0.3]]), ["d", "b"], classes)
    np.testing.assert_array_equal(aligned, [[0, 0.3, 0, 0.7]])


def test_alignment_of_equal_labels_changes_nothing():
    """The usual case hands the numbers on."""
    probabilities = np.array([[0.2, 0.8]])
    np.testing.assert_array_equal(
        align(probabilities, [0, 1], np.arange(2)), probabilities
    )


def test_alignment_of_an_unknown_label_is_an_error():
    """A learner fitted elsewhere may know what the task does not."""
    with pytest.raises(
        ValueError, match=r"knows the classes \['z'\], which 'y' does not"
    ):
        align(np.ones((1, 2)), ["a", "z"], np.array(["a", "b"]))


def test_squash_is_the_logistic_or_softmax_function():
    """Pseudo-probabilities equal those of scipy."""
    scores = np.array([-3.0, 0, 2])
    np.testing.assert_allclose(decision_probabilities(scores)[:, 1], expit(scores))
    many = np.random.default_rng(0).normal(size=(5, 4))
    np.testing.assert_allclose(decision_probabilities(many), softmax(many, axis=1))


def test_squash_does_not_overflow():
    """Huge scores end in certainty."""
    np.testing.assert_array_equal(
        decision_probabilities(np.array([-1e5, 1e5])), [[1, 0], [0, 1]]
    )


@pytest.mark.parametrize("y", [TWO, THREE], ids=["two", "three"])
@pytest.mark.parametrize(
    "learner",
    [
        LogisticRegression(),
        LinearSVC(),
        RidgeClassifier(),
        SVC(),
        SVC(decision_function_shape="ovo"),
        OutputCodeClassifier(LinearSVC(), random_state=0),
        make_pipeline(StandardScaler(), LinearSVC()),
    ],
    ids=repr,
)
def test_outputs_of_classifiers_agree_with_their_votes(learner, y):
    """Whatever a learner answers becomes probabilities led by its own vote."""
    task = make_task(y, classifier=True)
    model = fit_learner(new_learner(learner, 0), X, y, {})
    answer = outputs(model, X, task)
    assert answer.shape == (40, task.n_outputs)
    np.testing.assert_allclose(answer.sum(axis=1), 1)
    assert (task.classes[answer.argmax(axis=1)] == model.predict(X)).all()


@pytest.mark.parametrize("rest", [[0, 2], [1, 2], [2]], ids=repr)
@pytest.mark.parametrize("learner", [LogisticRegression(), LinearSVC()], ids=repr)
def test_a_class_missing_from_the_rows_gets_zero(learner, rest):
    """Learners of a fold that lacks a class give it no probability."""
    task = make_task(THREE, classifier=True)
    rows = np.isin(THREE, rest)
    answer = outputs(
        fit_learner(new_learner(learner, 0), X[rows], THREE[rows], {}), X, task
    )
    np.testing.assert_array_equal(answer[:, ~np.isin([0, 1, 2], rest)], 0)
    np.testing.assert_allclose(answer.sum(axis=1), 1)


@pytest.mark.parametrize("targets", [1, 2])
def test_outputs_of_regressors_have_one_column_a_target(targets):
    """Values come as a 2-D array, also of a single target."""
    y = X[:, 0] if targets == 1 else X[:, :2]
    task = make_task(y, classifier=False)
    answer = outputs(LinearRegression().fit(X, y), X, task)
    np.testing.assert_allclose(answer, y.reshape(40, -1), atol=1e-12)


def test_one_class_needs_no_learner():
    """Rows of one class are learnt by a constant, whatever the learner refuses."""
    y = np.full(40, "only")
    with pytest.raises(ValueError, match="class"):
        LogisticRegression().fit(X, y)
    model = fit_learner(LogisticRegression(), X, y, {"sample_weight": np.ones(40)})
    assert isinstance(model, DummyClassifier)
    assert outputs(model, X, make_task(y, classifier=True)).tolist() == [[1.0]] * 40


def test_fit_learner_hands_on_metadata():
    """What is routed to a learner reaches its fit."""
    weight = np.where(TWO == "yes", 100.0, 1.0)
    model = fit_learner(LogisticRegression(), X, TWO, {"sample_weight": weight})
    assert (model.predict(X) == "yes").sum() > (TWO == "yes").sum()


def test_new_learner_is_a_seeded_clone():
    """The user's object stays unfitted and unseeded."""
    learner = RandomForestClassifier()
    clone = new_learner(learner, 3)
    assert clone is not learner
    assert learner.random_state is None
    assert isinstance(clone.random_state, int)


def test_suit_makes_dense_what_a_learner_cannot_take_sparse():
    """Sparse data stay sparse where the learner takes them."""
    S = sparse.csr_matrix(X)
    assert accepted_input(S, LogisticRegression()) is S
    assert isinstance(accepted_input(S, HistGradientBoostingClassifier()), np.ndarray)
    assert accepted_input(X, LogisticRegression()) is X


def test_is_classifier_reads_tags():
    """Pipelines are what they end in."""
    assert is_classifier(make_pipeline(StandardScaler(), LogisticRegression()))
    assert not is_classifier(LinearRegression())


def test_accepts_reads_the_signature_of_fit():
    """A parameter is accepted when fit names it."""
    assert accepts(LogisticRegression(), "sample_weight")
    assert not accepts(LogisticRegression(), "groups")


ROWS = np.array([2, 0])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2, 3], [3, 1]),
        ((1, 2, 3), [3, 1]),
        (["a", "b", "c"], ["c", "a"]),
        (np.arange(6).reshape(3, 2), [[4, 5], [0, 1]]),
        (pd.Series([1, 2, 3], index=[7, 7, 7]), [3, 1]),
        (pl.Series([1, 2, 3]), [3, 1]),
        (pd.DataFrame({"a": [1, 2, 3]}), [[3], [1]]),
        (pl.DataFrame({"a": [1, 2, 3]}), [[3], [1]]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_metadata_of_samples_are_indexed(value, expected):
    """What has one entry a sample is cut to the rows."""
    taken = take_params({"meta": value}, ROWS, 3)["meta"]
    assert np.asarray(taken).tolist() == expected


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csr_array])
def test_sparse_metadata_are_indexed(kind):
    """A sparse matrix has no length, but has rows."""
    taken = take_params({"meta": kind(np.eye(3))}, ROWS, 3)["meta"]
    np.testing.assert_array_equal(taken.toarray(), np.eye(3)[ROWS])


@pytest.mark.parametrize(
    "value",
    [
        None,
        "abc",
        0.5,
        np.float64(2),
        np.array(7),
        {"a": 1, "b": 2, "c": 3},
        [1, 2],
        [(np.ones((4, 2)), np.ones(4))],
        sparse.eye(4),
        make_pipeline(StandardScaler(), StandardScaler(), LogisticRegression()),
        pd.DataFrame({"a": [1, 2]}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_metadata_are_handed_on(value):
    """What has no entry a sample stays the same object, ragged lists included."""
    assert take_params({"meta": value}, ROWS, 3)["meta"] is value
