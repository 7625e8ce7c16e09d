"""Kernel fusion: one kernel a modality, their weighted sum, one kernel machine."""

from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real

import numpy as np
from scipy.special import softmax
from sklearn.utils import gen_batches

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble._threads import inner_threads, threads_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._patterns import (
    EVERY_PATTERN,
    PatternModels,
    pattern_jobs,
    rows_with_any,
)
from mmensemble.fusion._rows import check_finite, has_all_classes, rows_that_count
from mmensemble.fusion._weights import target_matrix
from mmensemble.fusion.feature.kernel._alignment import align, alignf, on_simplex
from mmensemble.fusion.feature.kernel._easymkl import easymkl
from mmensemble.fusion.feature.kernel._kernels import (
    ModalityKernel,
    combine,
    shared_out,
)
from mmensemble.fusion.feature.kernel._ridge import choose_ridge, decompose, solve_ridge
from mmensemble.numerics._logistic import RidgeLogistic, choose_penalty

KERNELS = ("rbf", "linear", "poly")
#: Rows up to which all are landmarks, and landmarks of more rows. Bounds on the
#: work, which grows with their cube: about a second a fit on one core.
_ALL_ROWS, _LANDMARKS = 1000, 500
#: Share of the largest eigenvalue below which a direction is rounding.
_TINY = 1e-10
#: Rows predicted at a time: 16 MB a modality at most.
_BATCH = 2000
#: Penalties of the logistic loss, relative to the sum of weights.
_PENALTIES = np.logspace(0, -5, 6)
#: Rows times columns times classes from which one held-out part has to do.
_LARGE_WORK = 3_000_000
#: Gain, relative to the loss of a row, at which the last fit stops.
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Machine:
    """The kernel machine of one presence pattern.

    Parameters
    ----------
    dual : ndarray of shape (n_landmarks, n_outputs)
        Scores are the kernel with the landmarks times these, plus the intercept.
    intercept : ndarray of shape (n_outputs,)
    penalty : float or ndarray of shape (n_outputs,)
    counted : float
        Weight of all rows that it has learnt from.
    """

    dual: np.ndarray
    intercept: np.ndarray
    penalty: object
    counted: float


class KernelFusion(BaseFusion):
    """Sum one kernel a modality, with weights that can be learnt; fit a machine.

    Kernels are centred and brought to unit variance in their feature space.
    Classes are predicted by kernel logistic regression, numbers by kernel ridge
    regression; the learners that the estimator was given are not used. A row's
    weight of a modality that it lacks is shared out over what it has, and the
    kernel of two rows is ``sum over m of sqrt(w_m(x) w_m(z)) k_m(x, z)``. That is an
    inner product of features side by side, and so positive semidefinite whatever
    is missing, which a sum divided by the weights that a pair has in common is not.
    Each presence pattern has a machine of its own, on the kernels of its modalities.

    The fitted fusion keeps training rows: the landmarks' features.

    Parameters
    ----------
    kernel : {"rbf", "linear", "poly"}, callable or dict, default="rbf"
        Kernel of every modality, or by modality ("rbf" for those that a dict does
        not name). A callable gets two blocks and returns the matrix of their rows'
        products.
    gamma : float or {"median", "scale"}, default="median"
        Of "rbf" and "poly". "median": one over the median squared distance of
        rows. "scale": one over the number of features times their variance.
    degree : int, default=3
        Of "poly".
    weights : {"uniform", "align", "alignf", "easymkl"}, default="alignf"
        "align": in proportion to each kernel's centred alignment with the target.
        "alignf": those whose sum is best aligned. "easymkl": those of the widest
        margin between classes. Learnt on the landmarks.
    trade_off : float, default=0.1
        Of "easymkl": 0 is the hard margin, 1 the distance of the classes' means.
    alpha : float, default=None
        Ridge penalty on the machine's function, as in
        :class:`sklearn.kernel_ridge.KernelRidge`, and 1 / C of logistic
        regression. None chooses: by 4-fold log loss of the fullest pattern for
        classes; for numbers, pattern by pattern, by the exact leave-one-out error
        (leaving out folds of whole groups where groups are given).
    n_components : int, default=None
        Landmark rows, drawn at random, on which functions are built (Nyström).
        None takes all rows where they are at most 1,000, which is exact, and 500 of
        more.
    max_patterns : int, default=8
        Most presence patterns with a machine of their own; others use that of the
        fullest. Each costs one fit.

    Attributes
    ----------
    weights_ : ndarray of shape (n_modalities,)
        Weights of the kernels; non-negative, with sum one.
    kernels_ : list of ModalityKernel
        Fitted kernels, with the landmarks' features.
    pattern_models_ : PatternModels
        Fitted machine of each presence pattern, keyed by the positions of its
        modalities.

    References
    ----------
    Cortes, C., Mohri, M., & Rostamizadeh, A. (2012). Algorithms for learning
    kernels based on centered alignment. Journal of Machine Learning Research, 13,
    795-828.

    Aiolli, F., & Donini, M. (2015). EasyMKL: a scalable multiple kernel learning
    algorithm. Neurocomputing, 169, 215-224.

    Zhu, J., & Hastie, T. (2005). Kernel logistic regression and the import vector
    machine. Journal of Computational and Graphical Statistics, 14(1), 185-205.

    Williams, C. K. I., & Seeger, M. (2001). Using the Nyström method to speed up
    kernel machines. Advances in Neural Information Processing Systems, 13, 682-688.

    Examples
    --------
    >>> from mmensemble import KernelFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=KernelFusion(weights="align"))
    >>> model.fit(data.data, data.target).fusion_.weights_.shape
    (3,)
    """

    short_name = "kernel"
    level = "feature"
    reference = "Cortes, Mohri & Rostamizadeh 2012; Aiolli & Donini 2015"
    when = "Curved relations, at most some thousands of rows, modalities of own scale."
    keeps_rows = True
    own_machine = True

    _parameter_constraints = {
        "kernel": [StrOptions(set(KERNELS)), callable, dict],
        "gamma": [
            StrOptions({"median", "scale"}),
            Interval(Real, 0, None, closed="neither"),
        ],
        "degree": [Interval(Integral, 1, None, closed="left")],
        "weights": [StrOptions({"uniform", "align", "alignf", "easymkl"})],
        "trade_off": [Interval(Real, 0, 1, closed="both")],
        "alpha": [None, Interval(Real, 0, None, closed="neither")],
        "n_components": [None, Interval(Integral, 1, None, closed="left")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }
    row_outputs = {"modality_weights": "modalities"}

    def __init__(
        self,
        kernel="rbf",
        *,
        gamma="median",
        degree=3,
        weights="alignf",
        trade_off=0.1,
        alpha=None,
        n_components=None,
        max_patterns=8,
    ):
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.weights = weights
        self.trade_off = trade_off
        self.alpha = alpha
        self.n_components = n_components
        self.max_patterns = max_patterns

    @property
    def needs(self):
        """Blocks and targets."""
        return frozenset({"blocks", "targets"})

    def check(self, task, members):
        """Raise ValueError for a margin between classes where there are none."""
        super().check(task, members)
        if self.weights == "easymkl" and not task.is_classification:
            raise ValueError(
                "KernelFusion(weights='easymkl') serves classification only, the task "
                "is regression. Use weights='alignf', 'align' or 'uniform'."
            )

    def _fit(self, data):
        data = rows_that_count(data)
        check_finite(data)
        weight = data.weight
        rows = self._draw(data)
        marks = data.take(rows)
        grams = self._fit_kernels(marks, weight[rows])
        self._varies = np.array([kernel.scale_ > 0 for kernel in self.kernels_])
        self._mark_presence = marks.presence & self._varies
        targets = target_matrix(data.y, data.task)
        self.weights_ = self._learn_weights(
            grams, targets[rows], weight[rows], data.task
        )
        cross = grams if len(rows) == data.n_samples else self._cross(data)
        presence = data.presence & self._varies
        shared = grams, cross, presence, data, targets, weight
        self.pattern_models_ = PatternModels.fit(
            partial(_fit_machine, self, shared, inner_threads(data.n_jobs)),
            self._plan(data, presence),
            after="first",
            fallbacks=("fullest",),
            n_jobs=data.n_jobs,
        )

    def _draw(self, data):
        """Return the positions of the landmark rows."""
        n_marks = self.n_components
        if n_marks is None:
            n_marks = data.n_samples if data.n_samples <= _ALL_ROWS else _LANDMARKS
        if n_marks >= data.n_samples:
            return np.arange(data.n_samples)
        rng = np.random.default_rng(seed_for(data.seed, "landmarks"))
        return np.sort(rng.choice(data.n_samples, n_marks, replace=False))

    def _fit_kernels(self, marks, weight):
        """Fit one kernel a modality; return their matrices over all landmarks."""
        self.kernels_, grams = [], []
        chosen = self._chosen_kernels(marks.modalities)
        for kernel, block in zip(chosen, marks.blocks, strict=True):
            fitted = ModalityKernel(kernel, self.gamma, self.degree)
            own = fitted.fit(block.values, weight[block.present])
            gram = np.zeros((len(weight), len(weight)))
            gram[np.ix_(block.present, block.present)] = own
            self.kernels_.append(fitted)
            grams.append(gram)
        return grams

    def _chosen_kernels(self, names):
        if not isinstance(self.kernel, dict):
            return [self.kernel] * len(names)
        unknown = sorted(set(self.kernel) - set(names))
        if unknown:
            raise ValueError(
                f"The 'kernel' parameter names the modalities {unknown}, which there "
                f"are not; the modalities are {list(names)}."
            )
        chosen = [self.kernel.get(name, "rbf") for name in names]
        for name, kernel in zip(names, chosen, strict=True):
            if not callable(kernel) and kernel not in KERNELS:
                raise ValueError(
                    f"The 'kernel' of modality {name!r} must be one of {list(KERNELS)} "
                    f"or a callable, got {kernel!r}."
                )
        return chosen

    def _learn_weights(self, grams, targets, weight, task):
        presence = self._mark_presence
        if self.weights == "uniform":
            return on_simplex(presence.any(axis=0).astype(float), presence)
        if self.weights == "easymkl":
            return easymkl(grams, presence, targets, weight, self.trade_off)
        if not task.is_classification:
            spread = targets.std(axis=0)
            targets = targets / np.where(spread > 0, spread, 1.0)
        learn = align if self.weights == "align" else alignf
        return learn(grams, presence, targets, weight)

    def _plan(self, data, presence):
        """Return (pattern, rows) of each machine, that of the fullest first."""
        jobs = pattern_jobs(presence, self.max_patterns, rows_with_any)
        if not jobs:  # nothing varies
            return [(EVERY_PATTERN, np.arange(0))]
        return jobs[:1] + [job for job in jobs[1:] if has_all_classes(data, job[1])]

    def _cross(self, data):
        """Return the kernel of rows and landmarks for each modality."""
        grams = []
        for m, (kernel, block) in enumerate(
            zip(self.kernels_, data.blocks, strict=True)
        ):
            gram = np.zeros((data.n_samples, len(self._mark_presence)))
            if self._varies[m] and block.present.any():
                inside = np.ix_(block.present, self._mark_presence[:, m])
                gram[inside] = kernel.against_landmarks(block.values)
            grams.append(gram)
        return grams

    def _shares(self, presence, pattern=None):
        """Return the weights of rows' modalities, of those in a pattern."""
        if pattern is not None:
            inside = np.zeros(presence.shape[1], dtype=bool)
            inside[list(pattern)] = True
            presence = presence & inside
        return shared_out(self.weights_, presence)

    def modality_weights(self, data):
        """Return each row's weights of the modalities.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        weights : ndarray of shape (n_samples, n_modalities)
            Rows sum to one; zero for what is absent. Rows that have nothing that
            training rows had are all zero.
        """
        return self._shares(data.presence & self._varies)

    def _predict(self, data):
        check_finite(data)
        parts = [
            self._predict_batch(data.take(np.arange(data.n_samples)[batch]))
            for batch in gen_batches(data.n_samples, _BATCH)
        ]
        return np.vstack(parts)

    def _predict_batch(self, data):
        cross, presence = self._cross(data), data.presence & self._varies
        out = np.empty((data.n_samples, data.task.n_outputs))
        for key, rows in self.pattern_models_.serve(presence):
            machine = self.pattern_models_[key]
            kernel = combine(
                [gram[rows] for gram in cross],
                self._shares(presence[rows], key),
                self._shares(self._mark_presence, key),
            )
            out[rows] = kernel @ machine.dual + machine.intercept
        return softmax(out, axis=1) if data.task.is_classification else out


def _fit_machine(fusion, shared, n_threads, pattern, rows, known):
    """Fit the machine of a pattern on the rows that have some of its modalities.

    For classes the penalty that served the fullest pattern serves the others, in
    proportion to the rows' weight.
    """
    grams, cross, presence, data, targets, weight = shared
    n_marks = len(grams[0])
    if not len(rows):  # nothing varies: the prior
        prior, is_class = data.task.prior, data.task.is_classification
        level = np.log(np.clip(prior, 1e-12, None)) if is_class else prior
        return Machine(np.zeros((n_marks, len(prior))), level, 1.0, 1.0), 0.0
    with threads_for(len(rows), n_marks, n_threads):
        own = fusion._shares(fusion._mark_presence, pattern)
        basis = nystroem(combine(grams, own, own))
        shares = fusion._shares(presence[rows], pattern)
        if len(rows) < len(presence):
            cross = [gram[rows] for gram in cross]
        features = combine(cross, shares, own) @ basis
        args = features, targets[rows], weight[rows]
        groups = None if data.groups is None else data.groups[rows]
        if data.task.is_classification:
            alpha = fusion.alpha
            if alpha is None and known:
                first = known[known.fullest]
                alpha = first.penalty / first.counted * weight[rows].sum()
            coef, intercept, alpha = _logistic(args, alpha, data.y[rows], groups)
        else:
            coef, intercept, alpha = _ridge(args, fusion.alpha, data.y[rows], groups)
        return Machine(basis @ coef, intercept, alpha, weight[rows].sum()), 0.0


def _logistic(args, alpha, y, groups):
    """Return coefficients, intercept and penalty, chosen where it is None."""
    if alpha is None:
        splits = inner_folds(y, classifier=True, groups=groups, n_splits=4)
        large = args[0].size * args[1].shape[1] > _LARGE_WORK
        penalties = _PENALTIES * args[2].sum()
        alpha = 1.0
        if splits:
            alpha = choose_penalty(penalties, splits[:1] if large else splits, *args)
    fit = RidgeLogistic(*args).solve(alpha, tol=_TOLERANCE)
    return fit.coef, fit.intercept, alpha


def _ridge(args, alpha, y, groups):
    """Return coefficients, intercept and penalties, chosen where that is None."""
    parts = decompose(*args)
    if alpha is None:
        folds = None
        if groups is not None:
            splits = inner_folds(y, classifier=False, groups=groups)
            folds = [test for _, test in splits] or None
        alpha = choose_ridge(parts, args[2].sum(), folds)
    return *solve_ridge(parts, alpha), alpha


def nystroem(gram):
    """Return the basis in which the kernel is a plain inner product.

    Rows of ``kernel with landmarks @ basis`` have the products that the landmarks
    can tell. Directions of no more than rounding, and negative ones, which a
    user's kernel may bring, are left out.

    Parameters
    ----------
    gram : ndarray of shape (n_landmarks, n_landmarks)

    Returns
    -------
    basis : ndarray of shape (n_landmarks, n_kept)
    """
    values, vectors = np.linalg.eigh(gram)
    kept = values > _TINY * max(values[-1], 1e-300)
    return vectors[:, kept] / np.sqrt(values[kept])
