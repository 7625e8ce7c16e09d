"""A teacher, what it says about rows, and the students that learn from that."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse

from mmensemble._frame import take_rows
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble._validation import as_weight
from mmensemble.ensemble._routing import accepted_params
from mmensemble.ensemble._transformer import MultimodalTransformer
from mmensemble.fusion._weights import target_matrix
from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.learners._soft import fit_shares
from mmensemble.learners._task import (
    Task,
    fit_learner,
    new_learner,
    outputs,
    take_params,
)
from mmensemble.modality._presence import presence_mask
from mmensemble.numerics._softened import Softened, soften
from mmensemble.transfer._hallucination import Hallucination

#: Folds of the teacher's out-of-fold labels.
_FOLDS = 3


@dataclass(frozen=True)
class Recipe:
    """How a student learns.

    Parameters
    ----------
    name : str
    learner : estimator object
    imitation : float, default=0.0
        Share of the teacher's labels in the loss.
    hallucinate : bool, default=False
        Whether predicted components of the other modalities are features too.
    """

    name: str
    learner: object
    imitation: float = 0.0
    hallucinate: bool = False


@dataclass(frozen=True)
class Problem:
    """Rows, the columns that a student sees, and who is to learn.

    Parameters
    ----------
    X, own : table of shape (n_samples, n_columns)
        All columns, and the student's.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Anything where a row is unlabelled.
    teacher : estimator object
    task : Task
    modalities : list of (name, extractor, columns)
        The student's, resolved in `own`.
    others : list of (name, extractor, columns)
        All other modalities, resolved in `X`.
    weight, groups : ndarray of shape (n_samples,) or None
    teacher_params, student_params : dict
        More metadata for their ``fit``.
    temperature : float
    seed : int
    """

    X: object
    own: object
    y: np.ndarray
    teacher: object
    task: Task
    modalities: list
    others: list
    weight: np.ndarray | None = None
    groups: np.ndarray | None = None
    teacher_params: dict = field(default_factory=dict)
    student_params: dict = field(default_factory=dict)
    temperature: float = 1.0
    seed: int = 0

    def fit(self, name, learner, X, y, rows, weight=None):
        """Return a clone of "teacher" or "student" fitted to labels or values.

        Parameters
        ----------
        name : {"teacher", "student"}
        learner : estimator object
        X : table or matrix of shape (n_rows, n_columns)
        y : ndarray of shape (n_rows,) or (n_rows, n_targets)
        rows : ndarray of int of shape (n_rows,)
        weight : ndarray of shape (n_rows,), default=None
            None: the user's.
        """
        params = take_params(getattr(self, f"{name}_params"), rows, len(self.y))
        if weight is not None:
            params["sample_weight"] = weight
        elif self.weight is not None:
            params["sample_weight"] = self.weight[rows]
        params = accepted_params(name, learner, params)
        learner = new_learner(learner, seed_for(self.seed, name))
        return fit_learner(learner, X, y, params)

    def groups_of(self, rows):
        """Return the groups of some rows, or None."""
        return None if self.groups is None else self.groups[rows]


@dataclass(frozen=True)
class Student:
    """A fitted student.

    Parameters
    ----------
    model : fitted estimator
    task : Task
    reader : fitted transformer or None
        From the table to features; None where the model reads tables itself.
    hallucination : Hallucination or None
    """

    model: object
    task: Task
    reader: object = None
    hallucination: object = None

    def outputs(self, X):
        """Return probabilities or values, an array of shape (n_samples, n_outputs)."""
        if self.reader is not None:
            X = self.reader.transform(X)
        if self.hallucination is not None:
            X = beside(X, self.hallucination.predict(X))
        return outputs(self.model, X, self.task)


def beside(features, more):
    """Return two matrices side by side; sparse where the first is."""
    if sparse.issparse(features):
        return sparse.hstack([features, more], format="csr")
    return np.hstack([features, more])


def reads_tables(learner):
    """Tell whether a student finds its modalities by itself."""
    return hasattr(learner, "modalities")


class Classroom:
    """What the teacher says about rows, and students that learn from it.

    Nothing but the rows given is looked at.

    Parameters
    ----------
    problem : Problem
    labelled, unlabelled : ndarray of int
        Rows.
    """

    def __init__(self, problem, labelled, unlabelled):
        self.problem = problem
        self.labelled, self.unlabelled = labelled, unlabelled
        self.rows = np.append(labelled, unlabelled)

    @cached_property
    def teacher(self):
        """The teacher, fitted to all labelled rows."""
        return self._fit_teacher(self.labelled)

    def _fit_teacher(self, rows):
        problem = self.problem
        X = take_rows(problem.X, rows)
        return problem.fit("teacher", problem.teacher, X, problem.y[rows], rows)

    @cached_property
    def lesson(self):
        """The teacher's labels of all rows, out of fold where rows are labelled.

        Rows that no fold holds out keep their own label.
        """
        problem, rows = self.problem, self.labelled
        found = target_matrix(problem.y[rows], problem.task)
        splits = inner_folds(
            problem.y[rows],
            classifier=problem.task.is_classification,
            groups=problem.groups_of(rows),
            n_splits=_FOLDS,
        )
        for train, test in splits:
            teacher = self._fit_teacher(rows[train])
            found[test] = self._ask(teacher, rows[test])
        if not len(self.unlabelled):
            return found
        return np.vstack([found, self._ask(self.teacher, self.unlabelled)])

    def _ask(self, teacher, rows):
        return outputs(teacher, take_rows(self.problem.X, rows), self.problem.task)

    @cached_property
    def _reader(self):
        """The student's features, of extractors fitted to the labelled rows."""
        problem = self.problem
        reader = MultimodalTransformer(
            problem.modalities,
            fusion="concat",
            random_state=seed_for(problem.seed, "features"),
        )
        X = take_rows(problem.own, self.labelled)
        return reader.fit(X, problem.y[self.labelled])

    @cached_property
    def _features(self):
        return self._reader.transform(take_rows(self.problem.own, self.rows))

    @cached_property
    def _hallucinated(self):
        """The fitted Hallucination, and what it predicts for all rows."""
        problem = self.problem
        X = take_rows(problem.X, self.rows)
        known = presence_mask(X, problem.others).any(axis=1)
        full, seed = np.flatnonzero(known), seed_for(problem.seed, "hallucination")
        reader = MultimodalTransformer(
            problem.others, fusion="concat", random_state=seed
        )
        labelled = full[full < len(self.labelled)]
        if len(labelled):
            y = problem.y[self.labelled[labelled]]
            reader.fit(take_rows(X, labelled), y)
        else:
            reader.fit(take_rows(X, full))
        absent = reader.transform(take_rows(X, full))
        hallucination = Hallucination(seed)
        groups = problem.groups_of(self.rows)
        found = hallucination.fit_predict(self._features, absent, full, groups)
        return hallucination, found

    def teach(self, recipe):
        """Return a student that has learnt by a recipe.

        Parameters
        ----------
        recipe : Recipe

        Returns
        -------
        student : Student
        """
        problem = self.problem
        rows = self.rows if recipe.imitation > 0 else self.labelled
        reader = hallucination = None
        if reads_tables(recipe.learner):
            X = take_rows(problem.own, rows)
        else:
            reader, X = self._reader, self._features
            if recipe.hallucinate:
                hallucination, more = self._hallucinated
                X = beside(X, more)
            X = X[: len(rows)]
        if recipe.imitation == 0:
            model = problem.fit("student", recipe.learner, X, problem.y[rows], rows)
        elif problem.task.is_classification:
            model = self._fit_classes(recipe, X)
        else:
            model = self._fit_values(recipe, X)
        return Student(model, problem.task, reader, hallucination)

    def _parts(self, imitation):
        """Return own targets and what they weigh, and the same of the teacher's."""
        problem, n = self.problem, len(self.labelled)
        weight = as_weight(problem.weight, len(problem.y))[self.rows]
        hard = np.zeros_like(self.lesson)
        hard[:n] = target_matrix(problem.y[self.labelled], problem.task)
        hard_weight = np.zeros(len(weight))
        hard_weight[:n] = (1 - imitation) * weight[:n]
        return hard, hard_weight, self.lesson, imitation * weight

    def _fit_classes(self, recipe, X):
        problem, T = self.problem, self.problem.temperature
        hard, hard_weight, soft, soft_weight = self._parts(recipe.imitation)
        softened, warm = None, soften(soft, T)
        learner = new_learner(recipe.learner, seed_for(problem.seed, "student"))
        if T != 1 and isinstance(learner, AutoLinearClassifier):
            softened = Softened(hard, warm, hard_weight, soft_weight, T)
        else:
            soft = warm
        shares, weight = mixed(hard, hard_weight, soft, soft_weight)
        groups, classes = problem.groups_of(self.rows), problem.task.classes
        return fit_shares(learner, X, shares, classes, weight, groups, softened)

    def _fit_values(self, recipe, X):
        problem = self.problem
        values, weight = mixed(*self._parts(recipe.imitation))
        values = values[:, 0] if problem.task.squeeze else values
        weight = None if (weight == weight[0]).all() else weight
        return problem.fit("student", recipe.learner, X, values, self.rows, weight)


def mixed(hard, hard_weight, soft, soft_weight):
    """Return weighted means of own and the teacher's targets, and the weights' sums.

    Parameters
    ----------
    hard, soft : ndarray of shape (n_samples, n_outputs)
    hard_weight, soft_weight : ndarray of shape (n_samples,)
    """
    weight = hard_weight + soft_weight
    share = np.divide(soft_weight, weight, out=np.zeros_like(weight), where=weight > 0)
    return hard + share[:, None] * (soft - hard), weight
