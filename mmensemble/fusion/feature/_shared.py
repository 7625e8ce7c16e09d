"""A shared space of all modalities, and learners on it."""

from functools import partial
from numbers import Integral, Real

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble._threads import inner_threads
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._fused_heads import fit_heads, mean_outputs
from mmensemble.fusion._patterns import PatternModels, pattern_jobs, rows_with_any
from mmensemble.fusion._rows import check_finite, has_all_classes, rows_that_count
from mmensemble.fusion._weights import target_matrix
from mmensemble.representation import SharedSpace

METHODS = ("pca", "mcca", "gcca", "pls", "factor")


class SharedSpaceFusion(BaseFusion):
    """Take all modalities to one space of few dimensions; learners work there.

    Each block is standardised and scaled so that its first component has unit
    variance; wide blocks are rotated to as many columns as rows before anything
    else, exactly. A row that lacks a modality is placed by what it has: by the
    ridge regression of the shared scores on the blocks present or, under
    "factor", by the conditional expectation of the factors. Learners are fitted
    for each presence pattern on rows placed by that pattern's modalities.

    Parameters
    ----------
    method : {"pca", "mcca", "gcca", "pls", "factor"}, default="pca"
        "pca": principal components of the scaled blocks side by side (multiple
        factor analysis). "mcca": what maximises the sum of covariances between
        the blocks' variates. "gcca": the configuration nearest to all blocks,
        where incomplete rows count for each block that they have; on complete
        rows it spans the same space as "mcca". "pls": super scores of multi-block
        partial least squares, which look at the targets. "factor": group factor
        analysis by EM, one noise variance a modality, nothing imputed.
    n_components : int, default=None
        Dimensions of the space. None takes for "pca" those that explain 99 % of
        the variance, for "mcca" and "gcca" those on which blocks agree more than
        unrelated ones would (each at most 64), for "pls" the number with the
        smallest cross-validated squared error, and for "factor" as many as there
        are components that explain 90 % of the variance (each at most 20).
    regularization : float or "auto", default="auto"
        Ridge on the variances within a block, in units of their mean, for "mcca",
        "gcca" and the placing of incomplete rows. "auto" is the shrinkage of
        Ledoit and Wolf, block by block.
    max_patterns : int, default=8
        Most presence patterns with learners of their own; rows of other patterns
        are placed in the space and use those of the fullest. Each costs one fit.

    Attributes
    ----------
    space_ : SharedSpace
        Scales, rotations and directions.
    n_components_ : int
        Dimensions of the space.
    pattern_models_ : PatternModels
        Fitted learners of each presence pattern, keyed by the positions of its
        modalities.

    References
    ----------
    Escofier, B., & Pagès, J. (1994). Multiple factor analysis (AFMULT package).
    Computational Statistics & Data Analysis, 18(1), 121-140.

    Kettenring, J. R. (1971). Canonical analysis of several sets of variables.
    Biometrika, 58(3), 433-451.

    van de Velden, M., & Bijmolt, T. H. A. (2006). Generalized canonical
    correlation analysis of matrices with missing rows: a simulation study.
    Psychometrika, 71(2), 323-331.

    Westerhuis, J. A., Kourti, T., & MacGregor, J. F. (1998). Analysis of multiblock
    and hierarchical PCA and PLS models. Journal of Chemometrics, 12(5), 301-321.

    Klami, A., Virtanen, S., & Kaski, S. (2013). Bayesian canonical correlation
    analysis. Journal of Machine Learning Research, 14, 965-1003.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, SharedSpaceFusion
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=SharedSpaceFusion("mcca", n_components=3))
    >>> model.fit(data.data, data.target).fusion_.n_components_
    3
    """

    short_name = "shared"
    level = "feature"
    reference = "Escofier & Pagès 1994; Kettenring 1971; Westerhuis et al. 1998"
    when = "Wide, correlated modalities; few rows; rows that lack modalities."

    _parameter_constraints = {
        "method": [StrOptions(set(METHODS))],
        "n_components": [None, Interval(Integral, 1, None, closed="left")],
        "regularization": [
            StrOptions({"auto"}),
            Interval(Real, 0, None, closed="left"),
        ],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        method="pca",
        *,
        n_components=None,
        regularization="auto",
        max_patterns=8,
    ):
        self.method = method
        self.n_components = n_components
        self.regularization = regularization
        self.max_patterns = max_patterns

    @property
    def needs(self):
        """Blocks, and the targets for "pls"."""
        targets = {"targets"} if self.method == "pls" else set()
        return frozenset({"blocks"} | targets)

    def _fit(self, data):
        data = rows_that_count(data)
        check_finite(data)
        self.modalities_ = data.modalities
        self._fit_space(data)
        self.n_components_ = self.space_.n_components_
        self.pattern_models_ = PatternModels()
        if not data.learners or not self.n_components_:
            return
        matrix, seen = self._reduce(data), self._seen(data.presence)
        jobs = pattern_jobs(seen, self.max_patterns, rows_with_any)
        jobs = [jobs[0]] + [job for job in jobs[1:] if has_all_classes(data, job[1])]
        n_threads = inner_threads(data.n_jobs)
        self.pattern_models_ = PatternModels.fit(
            partial(_fit_pattern, self.space_, data, matrix, seen, n_threads),
            jobs,
            after="none",
            fallbacks=("fullest",),
            n_jobs=data.n_jobs,
        )

    def _fit_space(self, data):
        targets, splits = None, ()
        if self.method == "pls":
            targets = _unit_targets(data)
            if self.n_components is None:
                classes = data.task.is_classification
                splits = inner_folds(data.y, classifier=classes, groups=data.groups)
        self.space_ = SharedSpace(
            self.method,
            self.n_components,
            regularization=self.regularization,
            seed=seed_for(data.seed, "space"),
        ).fit(
            [block.values for block in data.blocks],
            data.presence,
            data.sample_weight,
            targets,
            splits,
        )

    def _seen(self, presence):
        """Presence of modalities that training rows had."""
        return presence & [own.stop > own.start for own in self.space_.slices_]

    def _reduce(self, data):
        return self.space_.reduce([b.values for b in data.blocks], data.presence)

    def _predict(self, data):
        check_finite(data)
        if not self.pattern_models_:  # no block varied
            return np.tile(data.task.prior, (data.n_samples, 1))
        matrix, seen = self._reduce(data), self._seen(data.presence)
        out = np.empty((data.n_samples, data.task.n_outputs))
        for key, rows in self.pattern_models_.serve(seen):
            scores = self.space_.place(matrix[rows], seen[rows])
            out[rows] = mean_outputs(self.pattern_models_[key], scores, data.task)
        return out

    def _transform(self, data):
        check_finite(data)
        return self.space_.place(self._reduce(data), self._seen(data.presence))

    def get_feature_names_out(self, task):
        """Return the method's name and the number of the dimension."""
        return [f"{self.method}{j}" for j in range(self.n_components_)]


def _fit_pattern(space, data, matrix, seen, n_threads, pattern, rows, known):
    """Fit one head a learner on rows placed by a pattern's modalities alone."""
    inside = np.isin(np.arange(seen.shape[1]), pattern)
    scores = space.place(matrix[rows], seen[rows] & inside)
    names = [data.modalities[m] for m in pattern]
    return fit_heads(data.learners, scores, data.take(rows), names, n_threads), 0.0


def _unit_targets(data):
    """Indicators of the classes, or values in units of their deviation."""
    targets = target_matrix(data.y, data.task)
    if data.task.is_classification:
        return targets
    weight = data.sample_weight
    middle = np.average(targets, axis=0, weights=weight)
    spread = np.sqrt(np.average((targets - middle) ** 2, axis=0, weights=weight))
    return targets / np.where(spread > 0, spread, 1.0)
