"""Cooperative learning: modalities predict together, and are asked to agree."""

from functools import partial
from numbers import Integral, Real

import numpy as np

from mmensemble._compat import HasMethods, Interval, StrOptions
from mmensemble._splits import inner_folds
from mmensemble._threads import inner_threads, threads_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._names import output_names
from mmensemble.fusion._patterns import PatternModels, pattern_jobs, rows_with_enough
from mmensemble.fusion._rows import check_finite, has_all_classes, rows_that_count
from mmensemble.fusion._weights import target_matrix
from mmensemble.fusion.feature.cooperative._backfitting import BackfitModel, backfit
from mmensemble.fusion.feature.cooperative._cross_validation import (
    backfit_losses,
    held_out_losses,
    largest_penalty,
)
from mmensemble.fusion.feature.cooperative._design import (
    Sample,
    row_correction,
)
from mmensemble.fusion.feature.cooperative._model import fit_model
from mmensemble.fusion.feature.cooperative._path import Logistic, Squared
from mmensemble.learners._task import is_classifier
from mmensemble.numerics._columns import column_moments

#: Penalties on the way to the chosen one: warm starts, which change only the time.
_N_WARM = 10


class CooperativeFusion(BaseFusion):
    """Let the modalities predict together under a penalty on how they disagree.

    The prediction is a sum of one linear predictor a modality, learnt all at
    once with an elastic net and a penalty `rho` on their squared differences
    (Ding et al. 2022). ``rho = 0`` is early fusion: an elastic net on all
    features side by side. For squared error ``rho = 1`` is late fusion: each
    modality's own elastic net, averaged. In between, what the modalities share
    is found more easily than noise. The fusion brings its own linear model; the
    estimator's learners are not used.

    Parameters
    ----------
    rho : float or "cv", default="cv"
        Weight of the agreement penalty, 0 or more; "cv" chooses one of `rhos`.
    rhos : tuple of float, default=(0.0, 0.25, 0.5, 1.0, 3.0)
        What `rho` is chosen from.
    penalty : float or "cv", default="cv"
        Weight of the elastic net, where targets have unit variance and losses
        are means over the rows. "cv" chooses from a path.
    l1_ratio : float, default=1.0
        Share of the lasso in the penalty, above 0; the rest is ridge.
    standardize : bool, default=True
        Whether the penalty sees features of unit variance.
    adaptive : bool, default=False
        Whether the penalty counts more for modalities that need more of it on
        their own (the paper's adaptive cooperative learning).
    learner : regressor, default=None
        Fitted to each modality in turn until they rest, instead of the elastic
        net (the paper's one-at-a-time form); classification takes it through
        Newton steps on the log loss. None: the elastic net.
    n_penalties : int, default=None
        Length of the path. None: 50, for classification 25, or 12 where features
        are not more than rows.
    n_folds : int, default=5
        Most folds for the choice of `rho` and penalty.
    max_patterns : int, default=16
        Most presence patterns with a model of their own; others use the nearest
        fitted pattern within theirs.

    Attributes
    ----------
    rho_, penalty_ : float
        Chosen for the fullest pattern, and used for all.
    losses_ : ndarray of shape (n_rhos, n_penalties)
        Held-out losses, infinite where a path ended before; one column with a
        learner. None where nothing was chosen.
    penalties_ : ndarray of shape (n_penalties,) or None
        The path.
    factors_ : ndarray of shape (n_modalities,)
        How many times the penalty counts for each modality.
    pattern_models_ : PatternModels
        Fitted model of each presence pattern, an AgreementModel or BackfitModel,
        keyed by the positions of its modalities.
    coef_ : list of ndarray of shape (n_outputs, n_features)
        Coefficients of the fullest pattern, one array a modality; None with a
        learner.
    intercept_ : ndarray of shape (n_outputs,)
        Value where every modality's linear predictor is zero, at its means.

    References
    ----------
    Ding, D. Y., Li, S., Narasimhan, B., & Tibshirani, R. (2022). Cooperative
    learning for multiview analysis. Proceedings of the National Academy of
    Sciences, 119(38), e2202113119.

    Examples
    --------
    >>> from mmensemble import CooperativeFusion, MultimodalRegressor
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(task="regression", random_state=0)
    >>> model = MultimodalRegressor(fusion=CooperativeFusion(rho=0.5))
    >>> [len(coef[0]) for coef in model.fit(data.data, data.target).fusion_.coef_]
    [10, 10, 10]
    """

    short_name = "cooperative"
    level = "feature"
    reference = "Ding et al. 2022"
    when = "Wide modalities that share a signal, and rows are few."
    own_machine = True

    _parameter_constraints = {
        "rho": [Interval(Real, 0, None, closed="left"), StrOptions({"cv"})],
        "rhos": ["array-like"],
        "penalty": [Interval(Real, 0, None, closed="neither"), StrOptions({"cv"})],
        "l1_ratio": [Interval(Real, 0, 1, closed="right")],
        "standardize": ["boolean"],
        "adaptive": ["boolean"],
        "learner": [None, HasMethods(["fit", "predict"])],
        "n_penalties": [None, Interval(Integral, 2, None, closed="left")],
        "n_folds": [Interval(Integral, 2, None, closed="left")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        rho="cv",
        *,
        rhos=(0.0, 0.25, 0.5, 1.0, 3.0),
        penalty="cv",
        l1_ratio=1.0,
        standardize=True,
        adaptive=False,
        learner=None,
        n_penalties=None,
        n_folds=5,
        max_patterns=16,
    ):
        self.rho = rho
        self.rhos = rhos
        self.penalty = penalty
        self.l1_ratio = l1_ratio
        self.standardize = standardize
        self.adaptive = adaptive
        self.learner = learner
        self.n_penalties = n_penalties
        self.n_folds = n_folds
        self.max_patterns = max_patterns

    @property
    def needs(self):
        """Blocks and targets."""
        return frozenset({"blocks", "targets"})

    def check(self, task, members):
        """Raise ValueError for a learner that is no regressor, or a wrong `rhos`."""
        super().check(task, members)
        if self.learner is not None and is_classifier(self.learner):
            raise ValueError(
                "The 'learner' parameter of CooperativeFusion must be a regressor, "
                f"also for classification, got {self.learner!r}."
            )
        rhos = np.asarray(self.rhos, dtype=float)
        if rhos.ndim != 1 or not len(rhos) or not (rhos >= 0).all():
            raise ValueError(
                "The 'rhos' parameter of CooperativeFusion must hold numbers >= 0, got "
                f"{self.rhos!r}."
            )

    def _fit(self, data):
        check_finite(data)
        self.modalities_ = data.modalities
        self._loss = Logistic() if data.task.is_classification else Squared()
        self.pattern_models_ = PatternModels()
        self.losses_ = self.penalties_ = None
        self.factors_ = np.ones(len(data.modalities))
        data = rows_that_count(data)
        targets = self._targets(data)
        jobs = self._jobs(data)
        self.rho_, self.penalty_ = 0.0, 0.0
        if not jobs:
            return
        full, rows = jobs[0]
        sample = self._sample(data, targets, full, rows)
        with threads_for(len(rows), sample.width, inner_threads(data.n_jobs)):
            if self.adaptive and self.learner is None:
                self._adapt(data, targets, full)
            self.rho_, self.penalty_, self.losses_, self.penalties_ = self._choose(
                sample, full, self._splits(data, rows), data.n_jobs
            )
            self.pattern_models_ = PatternModels.fit(
                partial(_fit_pattern, self, data, targets),
                jobs,
                after="none",
                fallbacks=("within", "fullest"),
                n_jobs=data.n_jobs,
            )
        intercept = self.pattern_models_[full].intercept
        self.intercept_ = intercept * self._unit + self._center
        self.coef_ = self._coefficients(data.blocks, full)

    def _targets(self, data):
        """Return targets of zero mean and unit variance, or class indicators."""
        targets = target_matrix(data.y, data.task)
        n_outputs = targets.shape[1]
        if data.task.is_classification:
            self._center, self._unit = np.zeros(n_outputs), np.ones(n_outputs)
            if n_outputs == 2:
                self._center, self._unit = np.zeros(1), np.ones(1)
                return targets[:, 1:]
            return targets
        self._center, spread = column_moments(targets, data.weight)
        self._unit = np.where(spread > 0, spread, 1.0)
        return (targets - self._center) / self._unit

    def _jobs(self, data):
        """Return (pattern, rows) of each model, that of the fullest pattern first."""
        if data.task.is_classification and data.task.n_outputs < 2:
            return []
        jobs = pattern_jobs(data.presence, self.max_patterns, rows_with_enough)
        return [job for job in jobs if has_all_classes(data, job[1])]

    def _sample(self, data, targets, pattern, rows):
        sample = Sample(
            tuple(data.blocks[m] for m in pattern),
            targets,
            data.weight,
            self._loss,
            tuple(data.modalities[m] for m in pattern),
            data.seed,
        )
        return sample.take(rows) if len(rows) < data.n_samples else sample

    def _splits(self, data, rows):
        return inner_folds(
            data.y[rows],
            classifier=data.task.is_classification,
            groups=None if data.groups is None else data.groups[rows],
            n_splits=self.n_folds,
        )

    def _coefficients(self, blocks, full):
        if self.learner is not None:
            return None
        coef = [np.zeros((len(self._unit), block.width)) for block in blocks]
        for m, own in zip(full, self.pattern_models_[full].coefs, strict=True):
            coef[m] = (own * self._unit).T
        return coef

    def _options(self, pattern):
        """What `learn_scaling` takes, for each modality of a pattern."""
        return [
            {"standardize": self.standardize, "factor": self.factors_[m]}
            for m in pattern
        ]

    def _adapt(self, data, targets, full):
        """Penalise each modality in proportion to what it needs alone."""
        needed = []
        for m in full:
            rows = np.flatnonzero(data.presence[:, m])
            sample = self._sample(data, targets, (m,), rows)
            splits = self._splits(data, rows)
            needed.append(self._choose(sample, (m,), splits, data.n_jobs)[1])
        widths = [data.blocks[m].width for m in full]
        self.factors_[list(full)] = needed / np.average(needed, weights=widths)

    def _choose(self, sample, pattern, splits, n_jobs):
        """Return `rho` and penalty of least held-out loss, the losses and the path."""
        rhos = tuple(self.rhos) if self.rho == "cv" else (self.rho,)
        rhos = rhos if len(pattern) > 1 else (0.0,)
        if self.learner is not None:
            if len(rhos) == 1 or not splits:
                return rhos[0], 0.0, None, None
            losses = backfit_losses(sample, splits, self.learner, rhos, n_jobs)
            return rhos[int(losses.argmin())], 0.0, losses, None
        path = np.array([self.penalty])
        if self.penalty == "cv":
            path = self._path(sample, pattern)
        if path.size * len(rhos) == 1 or not splits:
            return rhos[0], float(path[len(path) // 2]), None, None
        losses = held_out_losses(
            sample,
            splits,
            self._options(pattern),
            rhos=rhos,
            penalties=path,
            l1_ratio=self.l1_ratio,
            n_jobs=n_jobs,
        )
        which, step = np.unravel_index(losses.argmin(), losses.shape)
        return rhos[which], float(path[step]), losses, path

    def _path(self, sample, pattern):
        largest = largest_penalty(sample, self._options(pattern), self.l1_ratio)
        wide = sample.width > len(sample.targets)
        length = self.n_penalties or (self._loss.path_length if wide else 12)
        return max(largest, 1e-12) * np.geomspace(1, 1e-2 if wide else 1e-3, length)

    def _predict(self, data):
        check_finite(data)
        if not self.pattern_models_:
            return np.tile(data.task.prior, (data.n_samples, 1))
        scores = np.empty((data.n_samples, len(self._unit)))
        for key, rows in self.pattern_models_.serve(data.presence):
            part = data.take(rows) if len(rows) < data.n_samples else data
            model = self.pattern_models_[key]
            blocks = [part.blocks[m] for m in key]
            present = np.column_stack([block.present for block in blocks])
            total = model.views(blocks).sum(axis=0)
            correction = row_correction(present, model.rho)[:, None]
            scores[rows] = model.intercept + correction * total
        if not data.task.is_classification:
            return scores * self._unit + self._center
        chances = self._loss.mean(scores)
        if chances.shape[1] == 1:
            return np.hstack([1 - chances, chances])
        return chances

    def _transform(self, data):
        n_outputs = len(self._unit)
        out = np.zeros((data.n_samples, len(self.modalities_), n_outputs))
        if self.pattern_models_:
            full = self.pattern_models_.fullest
            views = self.pattern_models_[full].views([data.blocks[m] for m in full])
            out[:, list(full)] = views.transpose(1, 0, 2) * self._unit
        return out.reshape(data.n_samples, -1)

    def get_feature_names_out(self, task):
        """Return one name a modality and output."""
        names = []
        for modality in self.modalities_:
            outs = output_names(modality, task)
            names += outs[-len(self._unit) :]
        return names


def _fit_pattern(fusion, data, targets, pattern, rows, known):
    sample = fusion._sample(data, targets, pattern, rows)
    rho = fusion.rho_ if len(pattern) > 1 else 0.0
    if fusion.learner is not None:
        learners, intercept = backfit(sample, fusion.learner, rho)
        return BackfitModel(pattern, learners, intercept, rho), 0.0
    options = fusion._options(pattern)
    top = largest_penalty(sample, options, fusion.l1_ratio)
    penalties = np.geomspace(max(top, fusion.penalty_), fusion.penalty_, _N_WARM)
    model = fit_model(
        sample,
        pattern,
        options,
        rho=rho,
        penalties=penalties,
        l1_ratio=fusion.l1_ratio,
    )
    return model, 0.0
