"""What distillation to classes and to numbers shares."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from mmensemble._compat import HasMethods, Interval, StrOptions
from mmensemble._frame import as_table, column_names, take_columns
from mmensemble._known_columns import take_named
from mmensemble._persistence import SavedMixin, StoredMixin
from mmensemble._seeds import draw_root, seed_for
from mmensemble._splits import inner_folds, list_splits, make_splitter
from mmensemble._state import VersionedStateMixin
from mmensemble._unlabelled import split_target
from mmensemble._validation import (
    check_classes,
    check_groups,
    check_weight,
    warn_of_order,
)
from mmensemble.ensemble._learners import check_learner
from mmensemble.ensemble._routing import wrapped_params
from mmensemble.ensemble._table import quiet_rows, read_table, warn_empty_rows
from mmensemble.learners._portfolio import make_portfolio
from mmensemble.learners._task import make_task
from mmensemble.modality._columns import resolve_modalities, used_columns
from mmensemble.modality._presence import presence_mask
from mmensemble.transfer._classroom import Classroom, Problem, Recipe, reads_tables
from mmensemble.transfer._price import (
    TEACHER,
    judge,
    kept_hard,
    price_table,
    search_table,
)

#: Shares of the teacher's labels in the loss that are tried.
_IMITATIONS = (0.5, 1.0)
#: Names of the students.
_HARD, _TREES, _DISTILLED = "hard", "hard trees", "distilled"
_ROLES = ("teacher", "student")
#: Students that need no other learner of curved relations beside them.
_FORESTS = (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
_SCORES = [None, StrOptions(set(get_scorer_names())), callable]


class BaseDistilled(SavedMixin, StoredMixin, VersionedStateMixin, BaseEstimator):
    """A student that is taught by a model of more modalities."""

    #: Rows whose target is missing are learnt from.
    learns_unlabelled = True

    __metadata_request__fit = {"sample_weight": True, "groups": True}

    _parameter_constraints = {
        "teacher": [None, HasMethods(["fit", "predict"])],
        "student": [None, HasMethods(["fit", "predict"])],
        "student_modalities": [None, str, list],
        "imitation": [StrOptions({"cv"}), Interval(Real, 0, 1, closed="both")],
        "features": [StrOptions({"auto"}), "boolean"],
        "guard": ["boolean"],
        "scoring": _SCORES,
        "costs": [None, dict],
        "missing_label": "no_validation",
        "cv": ["cv_object"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        teacher=None,
        *,
        student=None,
        student_modalities=None,
        imitation="cv",
        features="auto",
        guard=True,
        scoring=None,
        costs=None,
        missing_label=None,
        cv=None,
        n_jobs=None,
        random_state=None,
    ):
        self.teacher = teacher
        self.student = student
        self.student_modalities = student_modalities
        self.imitation = imitation
        self.features = features
        self.guard = guard
        self.scoring = scoring
        self.costs = costs
        self.missing_label = missing_label
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X, y, metadata, *, classifier, temperature=1.0):
        """Choose how the student learns, and fit it."""
        problem, labelled, unlabelled = self._read(
            X, y, metadata, classifier, temperature
        )
        hard, distilled = self._recipes(problem, classifier)
        splits = self._splits(problem, labelled, classifier)
        self.price_ = self.search_ = None
        chosen = hard[0] if self.guard else distilled[0]
        names = [name for name, _, _ in self.modalities_]
        presence = presence_mask(problem.own, self.modalities_)
        warn_empty_rows(presence, names, "the student sees nothing of them")
        with quiet_rows():
            if splits and (self.guard or len(distilled) > 1):
                chosen = self._choose(problem, hard, distilled, splits, unlabelled)
            self._fitted = Classroom(problem, labelled, unlabelled).teach(chosen)
        self.student_ = self._fitted.model
        self.choice_, self.imitation_ = chosen.name, float(chosen.imitation)
        self.features_ = chosen.hallucinate
        return self

    def _read(self, X, y, metadata, classifier, temperature):
        """Return the problem, and the numbers of labelled and unlabelled rows."""
        name = type(self).__name__
        for role in _ROLES:
            if getattr(self, role) is not None:
                check_learner(role, getattr(self, role), classifier=classifier)
        X = as_table(X, name)
        warn_of_order(X, y)
        known, labelled = split_target(
            name, y, classifier=classifier, missing_label=self.missing_label
        )
        check_consistent_length(X, labelled)
        groups = check_groups(metadata["groups"], X)
        weight = check_weight(metadata["sample_weight"], X.shape[0])
        counts = np.ones(len(labelled), bool) if weight is None else weight > 0
        y = np.empty((len(labelled), *known.shape[1:]), dtype=known.dtype)
        y[:], y[labelled] = known[0], known
        rows = np.flatnonzero(labelled & counts)
        if not len(rows):
            raise ValueError(
                f"All rows with a target have a 'sample_weight' of zero; {name} has "
                "nothing to learn from."
            )
        if classifier:
            check_classes(name, y[rows])
        own, modalities, others = self._columns(X)
        validate_data(self, X=own, skip_check_array=True)
        task = make_task(
            y[rows],
            classifier=classifier,
            sample_weight=None if weight is None else weight[rows],
        )
        params = (wrapped_params(self, role, metadata) for role in _ROLES)
        problem = Problem(
            *(X, own, y, self._teacher(), task, modalities, others, weight, groups),
            *params,
            temperature,
            seed_for(draw_root(self.random_state), "distillation"),
        )
        return problem, rows, np.flatnonzero(~labelled & counts)

    def _columns(self, X):
        """Return the student's table, its modalities, and all other modalities."""
        resolved = resolve_modalities(getattr(self.teacher, "modalities", "auto"), X)
        wanted = self.student_modalities
        wanted = [wanted] if isinstance(wanted, str) else wanted
        known = [name for name, _, _ in resolved]
        if wanted is None:
            mine = resolved
        elif all(isinstance(name, str) for name in wanted):
            unknown = [name for name in wanted if name not in known]
            if unknown or not wanted:
                raise ValueError(
                    f"The 'student_modalities' parameter must name some of the "
                    f"teacher's modalities {known}, or hold (name, extractor, columns) "
                    f"triples, got {self.student_modalities!r}."
                )
            mine = [triple for triple in resolved if triple[0] in wanted]
        elif any(isinstance(name, str) for name in wanted):
            raise ValueError(
                "The 'student_modalities' parameter must hold names of modalities or "
                f"(name, extractor, columns) triples, not both, got {wanted!r}."
            )
        else:
            mine = resolve_modalities(wanted, X)
        used = used_columns(mine)
        others = [t for t in resolved if not used_columns([t]) <= used]
        self.costs_ = _costs(self.costs, known, [name for name, _, _ in mine])
        names = column_names(X)
        labels = list(range(X.shape[1])) if names is None else names
        self._positions = [p for p, label in enumerate(labels) if label in used]
        self._width = X.shape[1]
        own = take_columns(X, self._positions)
        self.modalities_ = mine if names is not None else self._moved(mine)
        return own, self.modalities_, others

    def _moved(self, resolved):
        """Return modalities of an array at their places among the student's columns."""
        place = {column: p for p, column in enumerate(self._positions)}
        return [
            (
                name,
                extractor,
                [place[c] for c in columns]
                if isinstance(columns, list)
                else place[columns],
            )
            for name, extractor, columns in resolved
        ]

    def _teacher(self):
        return self._default_teacher() if self.teacher is None else self.teacher

    def _student(self, classifier):
        if self.student is not None:
            return self.student
        return make_portfolio("linear", classifier=classifier)[0][1]

    def _recipes(self, problem, classifier):
        """Return what hard students, and what distilled ones learn from."""
        student = self._student(classifier)
        hard = [Recipe(_HARD, student)]
        trees = dict(make_portfolio("full", classifier=classifier))["trees"]
        if not isinstance(student, (*_FORESTS, type(trees))):
            hard.append(Recipe(_TREES, trees))
        can = bool(problem.others) and not reads_tables(student)
        if self.features is True and not can:
            raise ValueError(
                "features=True needs modalities that the student lacks, and a student "
                "that takes a matrix; name fewer in 'student_modalities', or use "
                "features='auto'."
            )
        more = [False, True] if self.features == "auto" and can else [self.features]
        more = [False] if not can else more
        tried = _IMITATIONS if self.imitation == "cv" else (self.imitation,)
        if self.imitation == "cv" and True in more:
            tried = (*tried, 0.0)
        distilled = [
            Recipe(_DISTILLED, student, share, own)
            for own in more
            for share in tried
            if own or share > 0 or self.imitation != "cv"
        ]
        return hard, distilled

    def _splits(self, problem, labelled, classifier):
        """Return the splits that judge students, of row numbers."""
        y, groups = problem.y[labelled], problem.groups_of(labelled)
        own = {"classifier": classifier, "groups": groups}
        if self.cv is None:
            splits = inner_folds(y, **own)
        else:
            splitter = make_splitter(self.cv, y, **own)
            splits = list_splits(splitter, y, y, {"groups": groups})
        return [(labelled[train], labelled[test]) for train, test in splits]

    def _choose(self, problem, hard, distilled, splits, unlabelled):
        """Return the recipe to follow; what all of them are worth is kept."""
        scorer = check_scoring(self, self.scoring)
        recipes = [*hard, *distilled]
        own = (problem, recipes, splits, unlabelled, scorer, self.n_jobs)
        scores, losses = judge(*own)
        ratio = np.mean([len(test) / len(train) for train, test in splits])
        # of the distilled ones by loss, which is less noisy than most scores
        best = int(np.argmin(losses[:, 1 + len(hard) :].mean(axis=0)))
        kept = [*range(1 + len(hard)), 1 + len(hard) + best]
        names = [TEACHER, *(recipe.name for recipe in hard), _DISTILLED]
        self.price_ = price_table(scores[:, kept], names, ratio, self.costs_)
        self.search_ = search_table(recipes, scores[:, 1:], losses[:, 1:], ratio)
        gain, error = self.price_.loc[_DISTILLED, ["difference", "std_difference"]]
        if gain > error or not self.guard:
            return distilled[best]
        return hard[kept_hard(scores[:, kept], ratio) - 1]

    def _outputs(self, X):
        check_is_fitted(self)
        return self._fitted.outputs(self._table(X))

    def _table(self, X):
        """Return the student's columns of a table that may hold others too."""
        X = as_table(X, type(self).__name__)
        names = column_names(X)
        if names is None or not hasattr(self, "feature_names_in_"):
            wide = X.shape[1] == self._width
            X = take_columns(X, self._positions) if wide else X
            return read_table(self, X, self.modalities_)
        X = read_table(self, X, self.modalities_)
        return take_named(X, self.feature_names_in_)

    def get_metadata_routing(self):
        """Return the routing of metadata to teacher and student.

        Returns
        -------
        router : MetadataRouter
        """
        router = MetadataRouter(owner=self).add_self_request(self)
        for name in _ROLES:
            mapping = MethodMapping().add(caller="fit", callee="fit")
            given = getattr(self, name)
            if given is not None:
                router.add(**{name: given}, method_mapping=mapping)
        return router

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self._teacher()).input_tags
        tags.input_tags.allow_nan = inner.allow_nan
        tags.input_tags.string = inner.string
        tags.input_tags.categorical = inner.categorical
        tags.input_tags.sparse = inner.sparse
        return tags


def _costs(costs, teacher, student):
    """Return what all modalities cost, and what the student's do."""
    everything = list(dict.fromkeys([*teacher, *student]))
    if costs is None:
        costs = dict.fromkeys(everything, 1.0)
    unknown = [name for name in costs if name not in everything]
    if unknown:
        raise ValueError(
            f"The 'costs' parameter names {unknown}, which are no modalities; these "
            f"are {everything}."
        )
    for name, cost in costs.items():
        if not isinstance(cost, Real) or not 0 <= cost < np.inf:
            raise ValueError(
                f"The 'costs' parameter must hold numbers from 0 on, got {cost!r} for "
                f"{name!r}."
            )
    of = [sum(costs.get(name, 0.0) for name in own) for own in (everything, student)]
    return tuple(float(cost) for cost in of)
