"""Labels for classifiers that want 0, 1, ... and no others."""

import pickle

import numpy as np
import pytest
from ensemble_cases import classifier, make_table
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.utils import get_tags

from mmensemble import StackingFusion
from mmensemble.learners._labels import CodedLabelsClassifier, is_coded
from mmensemble.learners._task import fit_learner, make_task, outputs

X = np.random.default_rng(0).normal(size=(40, 2))
WORDS = np.array(["high", "low", "middle"])


class WantsCodes(LogisticRegression):
    """A logistic regression with xgboost's view of labels."""

    def fit(self, X, y, sample_weight=None):
        """Refuse anything but 0, 1, ..."""
        found = np.unique(y)
        if not np.array_equal(found, np.arange(len(found))):
            raise ValueError(f"Invalid classes. Expected: 0 to k - 1, got {found}")
        return super().fit(X, y, sample_weight)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([0, 1, 2, 1], True),
        ([0.0, 1.0], True),
        ([1, 2], False),
        ([0, 2], False),
        (["a", "b"], False),
        ([False, True], False),
        ([-1, 1], False),
    ],
)
def test_is_coded(labels, expected):
    """Only the numbers from zero on, with none left out."""
    assert is_coded(np.array(labels)) is expected


@pytest.mark.parametrize(
    "labels", [WORDS, np.array([1, 2, 3]), np.array([0, 2, 5]), np.array([-1, 0, 7])]
)
def test_learner_that_wants_codes_gets_them(labels):
    """Probabilities are those of the same learner without its demands."""
    y = labels[np.arange(40) % 3]
    weight = np.linspace(0.1, 1, 40)
    model = fit_learner(WantsCodes(), X, y, {"sample_weight": weight})
    assert isinstance(model, CodedLabelsClassifier)
    assert_array_equal(model.classes_, labels)
    plain = LogisticRegression().fit(X, y, sample_weight=weight)
    task = make_task(y, classifier=True)
    assert_allclose(outputs(model, X, task), outputs(plain, X, task), atol=1e-12)
    assert_array_equal(model.predict(X), plain.predict(X))
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))


def test_labels_that_are_taken_stay():
    """Who takes words, and who is given codes, is fitted as it is."""
    y = WORDS[np.arange(40) % 3]
    assert type(fit_learner(LogisticRegression(), X, y, {})) is LogisticRegression
    assert type(fit_learner(WantsCodes(), X, np.arange(40) % 3, {})) is WantsCodes


def test_other_errors_are_the_learners_own():
    """What fails with codes too is raised as it came first."""
    y = WORDS[np.arange(40) % 3]
    holes = X.copy()
    holes[0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        fit_learner(LogisticRegression(), holes, y, {})
    with pytest.raises(ValueError, match="Expected: 0 to k - 1"):
        fit_learner(WantsCodes(C=-1), X, y, {})
    with pytest.raises(ValueError, match="'C' parameter"):
        fit_learner(WantsCodes(C=-1), X, np.arange(40) % 3, {})


def test_methods_and_tags_are_those_of_the_learner():
    """Without probabilities inside, there are none outside."""
    y = WORDS[np.arange(40) % 3]
    coded = CodedLabelsClassifier(LinearSVC(random_state=0)).fit(X, y)
    assert not hasattr(coded, "predict_proba")
    plain = LinearSVC(random_state=0).fit(X, y)
    assert_allclose(coded.decision_function(X), plain.decision_function(X))
    assert get_tags(coded).input_tags.sparse
    assert get_tags(coded).estimator_type == "classifier"
    matrix = sparse.csr_matrix(X)
    assert_array_equal(coded.fit(matrix, y).predict(matrix), plain.predict(X))


@pytest.mark.parametrize(
    "fusion",
    ["voting", "concat", StackingFusion(WantsCodes()), "selection", "gating"],
    ids=["voting", "concat", "stacking", "selection", "gating"],
)
def test_words_as_labels_in_every_place(fusion):
    """Members, heads and final estimators that want codes serve for words."""
    table, y = make_table(n_classes=3)
    words = WORDS[y]
    model = classifier(table, fusion, estimator=WantsCodes()).fit(table, words)
    assert_array_equal(model.classes_, WORDS)
    plain = StackingFusion(LogisticRegression())
    plain = plain if isinstance(fusion, StackingFusion) else fusion
    same = classifier(table, plain).fit(table, words)
    found, expected = model.predict_proba(table), same.predict_proba(table)
    assert_allclose(found, expected, atol=1e-10)


def test_a_fold_that_lacks_the_first_class():
    """Codes are those of the fold's own labels, put under their names."""
    table, y = make_table(n_classes=3)
    one, two = np.array_split(np.random.default_rng(0).permutation(len(y)), 2)
    folds = [(one[y[one] != np.unique(y)[0]], two), (two, one)]
    model = classifier(table, "stacking", estimator=WantsCodes(), cv=folds)
    same = classifier(table, "stacking", cv=folds)
    found = model.fit(table, y).predict_proba(table)
    assert_allclose(found, same.fit(table, y).predict_proba(table), atol=1e-10)
