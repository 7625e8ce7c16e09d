"""What estimators that learn from unlabelled rows share."""

import warnings
from abc import abstractmethod

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import check_scoring
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from mmensemble._frame import as_table, is_frame
from mmensemble._frame_write import stack_rows
from mmensemble._persistence import SavedMixin, StoredMixin
from mmensemble._seeds import draw_root, seed_for
from mmensemble._splits import list_splits, make_splitter
from mmensemble._state import VersionedStateMixin
from mmensemble._unlabelled import split_target
from mmensemble._validation import (
    check_classes,
    check_groups,
    check_weight,
    warn_of_order,
)
from mmensemble.ensemble._routing import wrapped_params
from mmensemble.ensemble._table import read_table
from mmensemble.fusion import StackingFusion, make_fusion
from mmensemble.learners._task import make_task, new_learner
from mmensemble.numerics._weight_unit import weight_unit
from mmensemble.semi_supervised._chains import Chain, Problem
from mmensemble.semi_supervised._judge import Judge

#: Labelled rows below which the default folds are not made.
_FEWEST = 5


class BaseSemiSupervised(SavedMixin, StoredMixin, VersionedStateMixin, BaseEstimator):
    """Read what has labels and what has none; judge what is made of them."""

    #: Rows whose target is missing are learnt from.
    learns_unlabelled = True

    __metadata_request__fit = {
        "sample_weight": True,
        "groups": True,
        "unlabelled": True,
    }

    @abstractmethod
    def _model(self):
        """Return the default estimator, of the class that is needed."""

    def _estimator(self):
        """Return the estimator to clone: the user's, or the default."""
        if self.estimator is not None:
            return self.estimator
        return self._model()(fusion=StackingFusion(concat_member=True))

    def _read(self, X, y, unlabelled, metadata, *, classifier):
        """Return the problem that rows with and without labels pose."""
        name = type(self).__name__
        X = as_table(X, name)
        warn_of_order(X, y)
        known, labelled = split_target(
            name, y, classifier=classifier, missing_label=self.missing_label
        )
        check_consistent_length(X, labelled)
        validate_data(self, X=X, skip_check_array=True)
        groups = check_groups(metadata["groups"], X)
        weight = check_weight(metadata["sample_weight"], X.shape[0])
        params = wrapped_params(self, "estimator", metadata, ("unlabelled",))
        if unlabelled is not None:
            X, n = _with_more(name, X, unlabelled)
            labelled = np.append(labelled, np.zeros(n, dtype=bool))
            if weight is not None:
                weight = np.append(weight, np.full(n, weight_unit(weight)))
            if groups is not None:
                codes = np.unique(groups, return_inverse=True)[1]
                groups = np.append(codes, codes.max() + 1 + np.arange(n))
                params["groups"] = groups
        y = np.empty((len(labelled), *known.shape[1:]), dtype=known.dtype)
        y[:], y[labelled] = known[0], known
        counts = np.ones(len(labelled), bool) if weight is None else weight > 0
        rows = np.flatnonzero(labelled & counts)
        if not len(rows):
            raise ValueError(
                f"All rows with a target have a 'sample_weight' of zero; {name} has "
                "nothing to learn from."
            )
        if classifier:
            check_classes(name, y[rows])
        given = self._estimator()
        self._check(given)
        estimator = new_learner(
            given, seed_for(draw_root(self.random_state), "estimator")
        )
        classes = np.unique(y[rows]) if classifier else None
        rest = np.flatnonzero(~labelled & counts)
        return Problem(X, y, estimator, rows, rest, classes, weight, groups, params)

    def _check(self, estimator):
        """Raise where the estimator has no members that predict by themselves."""
        wanted = self._model()
        if not isinstance(estimator, wanted):
            raise TypeError(
                f"The 'estimator' parameter of {type(self).__name__} must be a "
                f"{wanted.__name__}, got {estimator!r}."
            )
        if "predictions" not in make_fusion(estimator.fusion).needs:
            raise ValueError(
                f"The 'estimator' parameter has fusion={estimator.fusion!r}, which "
                "works on features: no modality predicts by itself. Use a "
                "decision-level fusion such as 'stacking'."
            )

    def _splits(self, problem):
        """Return the splits of the labelled rows that a supervised fit makes."""
        rows, cv = problem.labelled, problem.estimator.cv
        y, classifier = problem.y[rows], problem.classes is not None
        if cv is None and len(y) < _FEWEST:
            return []
        groups = None if problem.groups is None else problem.groups[rows]
        own = {"classifier": classifier, "groups": groups, "shuffled": cv is None}
        splitter = make_splitter(cv, y, **own)
        with warnings.catch_warnings():
            # of few rows some folds lack a class: they judge nothing, see below
            warnings.filterwarnings("ignore", message="The least populated class")
            return list_splits(splitter, y, y, {"groups": groups})

    def _start(self, problem, splits, *, judged):
        """Return the first chain and, where rounds are judged, one a fold."""
        cv = {"cv": splits} if splits else {}
        rows = problem.labelled
        judged = judged and bool(splits)
        model, view = problem.fit(rows, held_out=judged, **cv)
        chains = [Chain(problem, rows, rows[:0], model.fusion_, model)]
        good = [split for split in splits if _has_all(problem, rows[split[0]])]
        if not judged or len(good) < 2:
            return chains
        for train, test in good:
            others = np.setdiff1d(np.concatenate([t for _, t in splits]), test)
            fusion = make_fusion(problem.estimator.fusion)
            fusion.fit(view.take(np.sort(others)))
            chains.append(Chain(problem, rows[train], rows[test], fusion))
        return chains

    def _judge(self, problem, chains):
        rows = problem.labelled
        task = make_task(
            problem.y[rows],
            classifier=problem.classes is not None,
            sample_weight=None if problem.weight is None else problem.weight[rows],
        )
        scorer = check_scoring(self, self.scoring)
        return Judge(problem, task, scorer, [chain.test for chain in chains[1:]])

    def predict(self, X):
        """Return predictions of the model that was kept.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            A row may lack modalities.

        Returns
        -------
        predictions : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Labels or numbers.
        """
        check_is_fitted(self)
        return self.estimator_.predict(self._table(X))

    def _table(self, X):
        """Return a table whose columns go by name, as the estimator takes them."""
        own = self.estimator_
        return read_table(self, X, own.modalities_, own.absent_columns)

    def get_metadata_routing(self):
        """Return the routing of metadata to the estimator.

        Returns
        -------
        router : MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=self).add_self_request(self)
        if self.estimator is None:
            return router
        return router.add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self._estimator()).input_tags
        tags.input_tags.allow_nan = inner.allow_nan
        tags.input_tags.string = inner.string
        tags.input_tags.categorical = inner.categorical
        tags.input_tags.sparse = inner.sparse
        return tags


def _with_more(owner, X, unlabelled):
    """Return a table with rows of another one below, and how many these are."""
    if np.shape(unlabelled)[:1] == (0,):
        return X, 0
    more = as_table(unlabelled, owner)
    if type(more) is not type(X) and (is_frame(X) or is_frame(more)):
        first, second = (
            f"{type(table).__module__.split('.')[0]} {type(table).__name__}"
            for table in (X, more)
        )
        raise TypeError(
            f"The 'unlabelled' parameter of {owner}.fit must be a table of the kind "
            f"that X is, a {first}; got a {second}."
        )
    try:
        return stack_rows(X, more), more.shape[0]
    except ValueError as error:
        raise ValueError(f"The 'unlabelled' parameter: {error}") from error


def _has_all(problem, rows):
    """Tell whether labelled rows hold every class."""
    n = 0 if problem.classes is None else len(problem.classes)
    return not n or len(np.unique(problem.y[rows])) == n
