"""What the teacher says, and who learns from it."""

import numpy as np
import pytest
from distillation_cases import make_table
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble import MultimodalClassifier
from mmensemble._splits import inner_folds
from mmensemble.learners._task import make_task
from mmensemble.transfer._classroom import Classroom, Problem, Recipe, beside, mixed

X, Y = make_table()
OWN = X[[c for c in X if c.startswith("blurred")]]
TEACHER = MultimodalClassifier(fusion="concat", estimator=LogisticRegression())
LABELLED, UNLABELLED = np.arange(60), np.arange(60, 160)


def problem(y=Y, **options):
    """Return a problem whose student sees the blurred modality."""
    task = make_task(y[LABELLED], classifier=True)
    mine = [("blurred", "auto", list(OWN))]
    others = [("clean", "auto", ["clean__0", "clean__1"])]
    return Problem(X, OWN, y, TEACHER, task, mine, others, **options)


def test_labelled_rows_are_taught_out_of_fold():
    """By a teacher that has not seen them; the others by one of all labelled rows."""
    room = Classroom(problem(), LABELLED, UNLABELLED)
    train, test = inner_folds(Y[LABELLED], classifier=True, n_splits=3)[1]
    fold = TEACHER.fit(X.iloc[train], Y[train])
    np.testing.assert_allclose(room.lesson[test], fold.predict_proba(X.iloc[test]))
    whole = TEACHER.fit(X.iloc[:60], Y[:60]).predict_proba(X.iloc[60:])
    np.testing.assert_allclose(room.lesson[60:], whole)


def test_labels_of_unlabelled_rows_are_not_looked_at():
    """Whatever stands there changes nothing."""
    other = np.array(Y)
    other[60:] = np.where(Y[60:] == "a", "b", "a")
    recipe = Recipe("distilled", LogisticRegression(), 0.5, True)
    first, second = (
        Classroom(problem(y), LABELLED, UNLABELLED).teach(recipe).outputs(OWN)
        for y in (Y, other)
    )
    np.testing.assert_array_equal(first, second)


def test_rows_that_are_not_given_are_not_looked_at():
    """Neither their labels nor their features: held-out rows may be anything."""
    changed = X.copy()
    changed.iloc[100:] = 1e3
    y = np.where(np.arange(160) < 100, Y, "a")
    given = problem(), Problem(changed, changed[list(OWN)], y, *_rest(problem(y)))
    recipe = Recipe("distilled", LogisticRegression(), 0.5, True)
    found = [
        Classroom(p, LABELLED, np.arange(60, 100)).teach(recipe).outputs(OWN)
        for p in given
    ]
    np.testing.assert_array_equal(*found)


def _rest(one):
    return one.teacher, one.task, one.modalities, one.others


def test_unlabelled_rows_count_as_much_as_the_imitation():
    """Mixtures of targets, and what rows weigh."""
    hard, soft = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.6, 0.4], [0.2, 0.8]])
    target, weight = mixed(hard, np.array([0.75, 0]), soft, np.array([0.25, 0.25]))
    np.testing.assert_allclose(target, [[0.9, 0.1], [0.2, 0.8]])
    np.testing.assert_allclose(weight, [1, 0.25])
    nothing = mixed(hard, np.zeros(2), soft, np.zeros(2))
    np.testing.assert_allclose(nothing[1], 0)


def test_groups_are_taught_by_teachers_of_other_groups():
    """A group stays in one fold of the teacher."""
    groups = np.repeat(np.arange(40), 4)
    room = Classroom(problem(groups=groups), LABELLED, UNLABELLED)
    own = {"classifier": True, "groups": groups[LABELLED], "n_splits": 3}
    train, test = inner_folds(Y[LABELLED], **own)[0]
    fold = TEACHER.fit(X.iloc[train], Y[train])
    np.testing.assert_allclose(room.lesson[test], fold.predict_proba(X.iloc[test]))


def test_ridge_learns_the_mixture_of_targets():
    """A student of numbers with imitation l is the ridge on (1 - l) y + l t."""
    y = X["clean__0"].to_numpy()
    task = make_task(y, classifier=False)
    mine = [("blurred", "passthrough", list(OWN))]
    given = Problem(X, OWN, y, Ridge(), task, mine, [])
    room = Classroom(given, np.arange(160), np.arange(0))
    student = room.teach(Recipe("distilled", Ridge(2.0), 0.3))
    goal = 0.7 * y + 0.3 * room.lesson[:, 0]
    wanted = Ridge(2.0).fit(OWN, goal).predict(OWN)
    np.testing.assert_allclose(student.outputs(OWN)[:, 0], wanted)


def test_absent_modalities_are_learnt_from_rows_that_have_them():
    """Rows without them get predictions, of another room none at all."""
    holes = X.copy()
    holes.loc[20:, ["clean__0", "clean__1"]] = np.nan
    given = Problem(holes, OWN, Y, *_rest(problem()))
    recipe = Recipe("distilled", LogisticRegression(), 0.0, True)
    student = Classroom(given, LABELLED, UNLABELLED).teach(recipe)
    assert np.isfinite(student.outputs(OWN)).all()
    holes.loc[:60, ["clean__0", "clean__1"]] = np.nan
    holes.loc[60:, ["clean__0", "clean__1"]] = X.iloc[60:, :2]
    student = Classroom(given, LABELLED, UNLABELLED).teach(recipe)
    assert np.isfinite(student.outputs(OWN)).all()


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_matrices_stand_side_by_side(kind):
    """Dense or sparse."""
    found = beside(kind(np.ones((2, 1))), np.zeros((2, 2)))
    assert found.shape == (2, 3)
