"""Models that learn from pseudo-labels, round by round; one a fold beside the first.

Each chain starts from its own labelled rows, labels the unlabelled rows itself, and
is asked about labelled rows that it has not seen. What combines the members is learnt
once, from out-of-fold predictions of models that no pseudo-label has reached, and
kept.
"""

from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np
from sklearn.base import clone

from mmensemble._frame import take_rows
from mmensemble.ensemble._routing import NoWeightsError
from mmensemble.ensemble._table import quiet_rows
from mmensemble.learners._soft import copies
from mmensemble.learners._task import take_params


@dataclass(frozen=True)
class Problem:
    """Labelled and unlabelled rows, and the model that is to learn from them.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Anything where a row is unlabelled.
    estimator : MultimodalClassifier or MultimodalRegressor
        With its seeds set.
    labelled, unlabelled : ndarray of int
        Rows.
    classes : ndarray of shape (n_classes,) or None
        None for numbers.
    weight, groups : ndarray of shape (n_samples,) or None
    params : dict
        More metadata for ``fit``.
    """

    X: object
    y: np.ndarray
    estimator: object
    labelled: np.ndarray
    unlabelled: np.ndarray
    classes: np.ndarray | None
    weight: np.ndarray | None = None
    groups: np.ndarray | None = None
    params: dict = field(default_factory=dict)

    def metadata(self, rows, weight=None):
        """Return what goes to ``fit`` with some rows."""
        found = take_params(self.params, rows, len(self.y))
        if weight is not None:
            found["sample_weight"] = weight
        elif self.weight is not None:
            found["sample_weight"] = self.weight[rows]
        return found

    def table(self, rows):
        """Return some rows of the table."""
        return take_rows(self.X, rows)

    def fit(self, rows, y=None, weight=None, **options):
        """Return a model fitted to some rows, and the view its fusion learnt from."""
        model, inner = clone(self.estimator), "learnt" in options
        if "cv" in options:
            model.set_params(cv=options.pop("cv"))
        if inner:  # one of many, and its rows are no table of the user's
            model.set_params(verbose=0)
        y = self.y[rows] if y is None else y
        try:
            with quiet_rows() if inner else nullcontext():
                view = model._fit(
                    self.table(rows),
                    y,
                    classifier=self.classes is not None,
                    metadata=self.metadata(rows, weight),
                    **options,
                )
        except NoWeightsError as error:
            if self.weight is not None:
                raise
            raise TypeError(
                "Rows without a label count by how sure their pseudo-label is, so that "
                "learners must take sample_weight, and one does not: "
                f"{str(error).partition('. ')[0]}. Choose another learner."
            ) from error
        model.set_params(cv=self.estimator.cv, verbose=self.estimator.verbose)
        return model, view


@dataclass(frozen=True)
class Said:
    """What a model predicts of rows.

    Parameters
    ----------
    members : ndarray of shape (n_rows, n_members, n_outputs)
    fused : ndarray of shape (n_rows, n_outputs)
    """

    members: np.ndarray
    fused: np.ndarray


def ask(model, problem, rows):
    """Return what a model predicts of rows of the problem's table."""
    with quiet_rows():
        view = model._view(problem.table(rows))
    return Said(view.predictions, model.fusion_.predict(view))


class Chain:
    """A model, the rows that it may learn from, and those that judge it.

    Parameters
    ----------
    problem : Problem
    rows : ndarray of int
        Labelled rows to learn from.
    test : ndarray of int
        Labelled rows held out; none for the first chain.
    fusion : fitted fusion
        Of the members of this chain.
    model : fitted estimator, default=None
        None: fitted to `rows`.
    """

    def __init__(self, problem, rows, test, fusion, model=None):
        self.problem, self.rows, self.test, self.fusion = problem, rows, test, fusion
        self.model = problem.fit(rows, learnt=fusion)[0] if model is None else model
        self.known = np.ones(len(problem.unlabelled), dtype=bool)
        if problem.groups is not None:
            own = problem.groups[problem.unlabelled]
            self.known = ~np.isin(own, problem.groups[test])

    def ask_test(self):
        """Return what the model predicts of the rows held out."""
        return ask(self.model, self.problem, self.test)

    def ask_unlabelled(self):
        """Return what the model predicts of the unlabelled rows."""
        return ask(self.model, self.problem, self.problem.unlabelled)

    def learn(self, labels, weight):
        """Fit the members again, to labels and pseudo-labels.

        Parameters
        ----------
        labels : ndarray of shape (n_unlabelled, n_outputs)
            Shares of the classes, or numbers.
        weight : ndarray of shape (n_unlabelled,)
        """
        problem = self.problem
        weight = np.where(self.known, weight, 0.0)
        if problem.weight is not None:
            weight = weight * problem.weight[problem.unlabelled]
        if not weight.any():
            return self
        if problem.classes is None:
            more = np.flatnonzero(weight)
            values, share = labels[more], weight[more]
            values = values[:, 0] if problem.y.ndim == 1 else values
        else:
            more, columns, share = copies(labels, weight)
            values = problem.classes[columns]
        rows = np.concatenate([self.rows, problem.unlabelled[more]])
        own = np.ones(len(self.rows))
        own = own if problem.weight is None else problem.weight[self.rows]
        y = np.concatenate([problem.y[self.rows], values])
        share = np.concatenate([own, share])
        self.model, _ = problem.fit(rows, y, share, learnt=self.fusion)
        return self
