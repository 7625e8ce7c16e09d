"""One outer fold: members fitted once, every choice fitted and scored on them."""

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.utils.validation import validate_data

from mmensemble._compat import safe_indexing
from mmensemble._parallel import SizedMixin
from mmensemble._threads import inner_threads, threads_for
from mmensemble.ensemble._fit import prepare_fit
from mmensemble.ensemble._table import check_any
from mmensemble.learners._scoring import score_of
from mmensemble.learners._task import outputs, take_params
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask
from mmensemble.model_selection._estimators import training_rows
from mmensemble.model_selection._failures import describe_error
from mmensemble.model_selection._fold_members import FoldMembers


@dataclass(frozen=True)
class Job(SizedMixin):
    """What every fold of a comparison shares.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
        Unfitted; its own fusion does not count.
    X, y : the whole data
    choices : tuple of Choice
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    fit_params, score_params : dict
        Metadata of all rows.
    error_score : "raise" or float
    cache : FoldCache or None
    unlabelled : Unlabelled or None
        Rows that estimators among the choices learn from beside those of `X`.
    """

    model: object
    X: object
    y: np.ndarray
    choices: tuple
    scorer: object
    fit_params: dict = field(default_factory=dict)
    score_params: dict = field(default_factory=dict)
    error_score: object = np.nan
    cache: object = None
    unlabelled: object = None


@dataclass
class Outcome:
    """One choice on one fold.

    Parameters
    ----------
    predictions : ndarray of shape (n_test, n_outputs) or None
        None where the choice failed; there where only the scorer did.
    fit_time, score_time : float
        Seconds; the first holds those of the members that the choice reads.
    scores : dict of str to float
    error : str
        "" where all went well.
    """

    predictions: np.ndarray | None = None
    fit_time: float = np.nan
    score_time: float = np.nan
    scores: dict = field(default_factory=dict)
    error: str = ""


@dataclass
class FoldResult:
    """All choices on one fold.

    Parameters
    ----------
    train, test : ndarray of int
    outcomes : list of Outcome
        In the order of the choices.
    singles : dict of str to Outcome
        Each member alone, by modality or by modality and learner, where members
        were fitted; rows that lack the modality get the training prior.
    task : Task
    n_fits : int
        Sources of members and fusions fitted now, not read from the cache.
    """

    train: np.ndarray
    test: np.ndarray
    outcomes: list
    singles: dict
    task: object
    n_fits: int = 0


def run_fold(job, train, test, n_jobs=None):
    """Fit and score every choice on one fold.

    Parameters
    ----------
    job : Job
    train, test : ndarray of int
    n_jobs : int or None
        For the fits within the fold.

    Returns
    -------
    result : FoldResult
    """
    fold = _Fold(job, train, test, n_jobs)
    outcomes = [None] * len(job.choices)
    for group in _groups(job.choices, prunes=job.model.pruner is not None):
        fold.run(group, outcomes)
    for position, choice in enumerate(job.choices):
        if choice.is_estimator:
            outcomes[position] = fold.run_estimator(choice)
    return FoldResult(
        train, test, outcomes, fold.singles, fold.task, n_fits=fold.n_fits
    )


def _groups(choices, *, prunes):
    """Positions of choices that can share members: most, in one group.

    A pruner leaves other modalities of a subset than of all: each is its own group.
    """
    groups = {}
    fusions = [pair for pair in enumerate(choices) if not pair[1].is_estimator]
    for position, choice in fusions:
        shares = choice.shares_subsets and not prunes
        key = None if shares else choice.subset
        groups.setdefault(key, []).append(position)
    return groups.items()


class _Fold:
    """The state of one fold's work."""

    def __init__(self, job, train, test, n_jobs):
        self.job, self.train, self.test = job, train, test
        self.model = clone(job.model)
        if n_jobs is not None:
            self.model.set_params(n_jobs=n_jobs)
        self.X_train, self.y_train = _rows(job.X, job.y, train)
        self.X_test, self.y_test = _rows(job.X, job.y, test)
        n_samples = len(job.y)
        self.fit_params = take_params(job.fit_params, train, n_samples)
        self.score_params = take_params(job.score_params, test, n_samples)
        self.singles, self.task, self.n_fits = {}, None, 0

    def run(self, group, outcomes):
        """Fit and score the choices of one group; fill their outcomes."""
        subset, positions = group
        choices = [self.job.choices[p] for p in positions]
        try:
            model = self._restricted(subset)
            done = self._run_together(model, choices, subset)
        except Exception as error:
            if isinstance(self.job.error_score, str):
                raise
            done = self._run_apart(choices, subset, error)
        for position, outcome in zip(positions, done, strict=True):
            outcomes[position] = outcome

    def run_estimator(self, choice):
        """Fit an estimator by itself on the fold's rows, and score it."""
        extra, start = self.job.unlabelled, perf_counter()
        outcome = self._cached(choice)
        try:
            if self.task is None:
                raise ValueError("No fusion could begin on this fold.")
            if outcome is None:
                X, y, params = training_rows(
                    choice, self.X_train, self.y_train, self.fit_params, extra
                )
                fitted = clone(choice.fusion).fit(X, y, **params)
                fit_time = perf_counter() - start
                predictions = outputs(fitted, self.X_test, self.task)
                score_time = perf_counter() - start - fit_time
                outcome = Outcome(predictions, fit_time, score_time)
                self._store(choice, outcome)
        except Exception as error:
            return self._failed(error)
        return self._score(outcome)

    def _restricted(self, subset):
        model = clone(self.model)
        if subset is None:
            return model
        resolved = resolve_modalities(model.modalities, self.X_train)
        kept = [triple for triple in resolved if triple[0] in subset]
        return model.set_params(modalities=kept)

    def _prepare(self, model, choices):
        validate_data(model, X=self.X_train, skip_check_array=True)
        return prepare_fit(
            model,
            self.X_train,
            self.y_train,
            [choice.fusion for choice in choices],
            dict(self.fit_params),
            classifier=is_classifier(model),
            keep_errors=not isinstance(self.job.error_score, str),
        )

    def _run_together(self, model, choices, subset):
        data, requests = self._prepare(model, choices)
        self.task = data.task
        members = self._members(model, data, requests, subset)
        if subset is None and members.test is not None:
            self._score_members(data, requests, members)
        done = []
        for choice, request in zip(choices, requests, strict=True):
            outcome = self._cached(choice)
            if outcome is None:
                outcome = self._fit_choice(choice, members, request, data, model)
            done.append(self._score(outcome))
        return done

    def _run_apart(self, choices, subset, error):
        """One by one, after they failed together: the others need not suffer."""
        if len(choices) == 1 and choices[0].subset == subset:
            return [self._failed(error)]
        done = []
        for choice in choices:
            try:
                # what fails may be a modality that the choice does without
                model = self._restricted(choice.subset)
                done += self._run_together(model, [choice], choice.subset)
            except Exception as own:
                done.append(self._failed(own))
        return done

    def _members(self, model, data, requests, subset):
        """Return the fold's members, from the cache as far as they are there."""
        cache, name = self.job.cache, "members"
        if subset is not None:
            name = f"members {subset!r}"
        members = cache.load(self.train, self.test, name) if cache else None
        members = FoldMembers() if members is None else members
        before = members.n_fits
        presence = presence_mask(self.X_test, data.modalities)
        test = self.X_test, presence
        # a later run may bring a fusion that learns from out-of-fold predictions
        held_out = cache is not None
        changed = members.complete(model, data, requests, *test, held_out=held_out)
        self.n_fits += members.n_fits - before
        if cache and changed:
            cache.store(self.train, self.test, name, members)
        return members

    def _cached(self, choice):
        cache, key = self.job.cache, self._key(choice)
        return cache.load(self.train, self.test, key) if cache else None

    def _store(self, choice, outcome):
        """Count what was fitted now, and keep it where there is a cache."""
        self.n_fits += 1
        if self.job.cache:
            self.job.cache.store(self.train, self.test, self._key(choice), outcome)

    def _key(self, choice):
        extra = self.job.unlabelled if choice.is_estimator else None
        key = (choice.fusion, choice.subset)
        return key if extra is None else (*key, extra.code)

    def _fit_choice(self, choice, members, request, data, model):
        if request.error is not None:
            return self._failed(request.error)
        subset, names = None, None
        if choice.subset is not None and set(choice.subset) < set(data.names):
            names = choice.subset
            subset = [data.names.index(name) for name in names]
        try:
            if subset is not None:
                # as a model of these modalities alone would
                check_any(data.presence[:, subset], names)
            view, test = members.views(model, data, request, subset)
            width = sum(block.width for block in view.blocks or ())
            start = perf_counter()
            with threads_for(len(view.presence), width, inner_threads(model.n_jobs)):
                fitted = clone(choice.fusion).fit(view)
                fit_time = perf_counter() - start
                predictions = fitted.predict(test)
        except Exception as error:
            if isinstance(self.job.error_score, str):
                raise
            return self._failed(error)
        score_time = perf_counter() - start - fit_time
        fit_time += members.seconds_of(request, names)
        outcome = Outcome(predictions, fit_time, score_time)
        self._store(choice, outcome)
        return outcome

    def _score_members(self, data, requests, members):
        """Score each member alone: what a single modality is worth."""
        for request in requests:
            for key, member in request.plan.members.items():
                if member.modality is not None and member.name not in self.singles:
                    values, seconds = members.single(key)
                    known = np.where(np.isnan(values), data.task.prior, values)
                    outcome = self._score(Outcome(known, seconds, 0.0))
                    self.singles[member.name] = outcome

    def _score(self, outcome):
        if outcome.predictions is None:
            return outcome
        start = perf_counter()
        try:
            outcome.scores = score_of(
                self.job.scorer,
                outcome.predictions,
                self.task,
                self.X_test,
                self.y_test,
                self.score_params,
            )
        except Exception as error:
            if isinstance(self.job.error_score, str):
                raise
            # predictions stay: pooled rows may have the score that a fold lacks
            outcome.error = describe_error(error)
            return outcome
        outcome.score_time += perf_counter() - start
        return outcome

    def _failed(self, error):
        if isinstance(self.job.error_score, str):
            raise error
        return Outcome(error=describe_error(error))


def _rows(X, y, rows):
    return safe_indexing(X, rows), safe_indexing(y, rows)
