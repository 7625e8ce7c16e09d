"""A shared space of all modalities, and learners on it."""

from functools import partial
from numbers import Integral, Real

import numpy as np

from mmensemble._compat import HasMethods, Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble._threads import inner_threads
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._fused_heads import fit_heads, mean_outputs
from mmensemble.fusion._patterns import PatternModels, pattern_jobs, rows_with_any
from mmensemble.fusion._rows import check_finite, has_all_classes, rows_that_count
from mmensemble.fusion.feature._shared_networks import fit_network_space, unit_targets
from mmensemble.representation import LinearSpace

METHODS = ("pca", "mcca", "gcca", "pls", "factor")
NETWORKS = ("autoencoder", "vae")
#: Losses of networks that count only where they are asked for.
LOSSES = ("supervised", "align", "pair_loss", "adversary")
_WEIGHT = [Interval(Real, 0, None, closed="left"), StrOptions({"cv"})]


class SharedSpaceFusion(BaseFusion):
    """Take all modalities to one space of few dimensions; learners work there.

    Each block is standardised and scaled so that its first component has unit
    variance; wide blocks are rotated to as many columns as rows before anything
    else, exactly. A row that lacks a modality is placed by what it has: by the
    ridge regression of the shared scores on the blocks present or, under
    "factor", by the conditional expectation of the factors; of networks, by the
    encoders of what it has. Learners are fitted for each presence pattern on rows
    placed by that pattern's modalities.

    Networks have one encoder and one decoder a modality, of one hidden layer, and
    start at the linear model that they generalise. In every batch all modalities
    together, each alone and a random set of them have to rebuild all that a row
    has, from inputs with noise. They see the 64 leading components of a modality.

    Parameters
    ----------
    method : {"pca", "mcca", "gcca", "pls", "factor", "autoencoder", "vae"}, \
            default="pca"
        "pca": principal components of the scaled blocks side by side (multiple
        factor analysis). "mcca": what maximises the sum of covariances between
        the blocks' variates. "gcca": the configuration nearest to all blocks,
        where incomplete rows count for each block that they have; on complete
        rows it spans the same space as "mcca". "pls": super scores of multi-block
        partial least squares, which look at the targets. "factor": group factor
        analysis by EM, one noise variance a modality, nothing imputed.
        "autoencoder": networks that rebuild what they are shown. "vae": the same
        with codes that have a distribution, the product of what each modality
        says and of a normal prior.
    n_components : int, default=None
        Dimensions of the space. None takes for "pca" those that explain 99 % of
        the variance, for "mcca" and "gcca" those on which blocks agree more than
        unrelated ones would (each at most 64), for "pls" the number with the
        smallest cross-validated squared error, and for "factor" as many as there
        are components that explain 90 % of the variance (each at most 20). For
        networks it is 20.
    regularization : float or "auto", default="auto"
        Ridge on the variances within a block, in units of their mean, for "mcca",
        "gcca" and the placing of incomplete rows. "auto" is the shrinkage of
        Ledoit and Wolf, block by block.
    max_patterns : int, default=8
        Most presence patterns with learners of their own; rows of other patterns
        are placed in the space and use those of the fullest. Each costs one fit.
    hidden : int, default=64
        Units of the hidden layer of each encoder and decoder; 0 makes them linear.
        This and what follows is for networks only.
    noise : float, default=0.2
        Share of the inputs that training sets to zero at random.
    supervised : float or "cv", default=0
        Weight of the loss of targets that are linear in the code (log loss of
        classes, squared error of numbers), beside the share of the modalities'
        variance that is not rebuilt. "cv" chooses among 0, 0.3, 1 and 3 by the
        loss of a linear learner on the codes of held-out rows, 3 folds each.
    align : float or "cv", default=0
        Weight of InfoNCE: the codes of a row's modalities, each alone, are to find
        each other among other rows. "cv" takes more than 0 only where the held-out
        loss, or the error of rebuilding where there are no targets, gains more
        than its standard error; so it does for the next two.
    pair_loss : float or "cv", default=0
        Weight of telling a row's codes from a made-up row's, one of whose
        modalities is another row's.
    adversary : float or "cv", default=0
        Weight with which encoders prevent a discriminator from guessing which
        modality a code is of.
    beta : float, default=1
        Weight of the divergence of codes from the prior, for "vae".
    max_iter : int, default=50
        Most epochs.
    batch_size : int or "auto", default="auto"
        Rows of a step. "auto" is a tenth of them, between 16 and 256.
    tol : float, default=1e-4
        Training stops after 10 epochs of which none lowers the loss by this share
        of it.
    warm_start_from : NetworkSpace, default=None
        For networks: the `space_` of a fusion that was fitted on other rows, to start
        from; see :class:`mmensemble.SharedSpace`.

    Attributes
    ----------
    space_ : LinearSpace or NetworkSpace
        Scales, rotations and directions, or networks.
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

    Ngiam, J., Khosla, A., Kim, M., Nam, J., Lee, H., & Ng, A. Y. (2011). Multimodal
    deep learning. ICML 28.

    Wu, M., & Goodman, N. (2018). Multimodal generative models for scalable
    weakly-supervised learning. NeurIPS 31.

    van den Oord, A., Li, Y., & Vinyals, O. (2018). Representation learning with
    contrastive predictive coding. arXiv:1807.03748.

    Ganin, Y., Ustinova, E., Ajakan, H., Germain, P., Larochelle, H., Laviolette, F.,
    Marchand, M., & Lempitsky, V. (2016). Domain-adversarial training of neural
    networks. Journal of Machine Learning Research, 17(59), 1-35.

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
        "method": [StrOptions({*METHODS, *NETWORKS})],
        "n_components": [None, Interval(Integral, 1, None, closed="left")],
        "regularization": [
            StrOptions({"auto"}),
            Interval(Real, 0, None, closed="left"),
        ],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "hidden": [Interval(Integral, 0, None, closed="left")],
        "noise": [Interval(Real, 0, 1, closed="left")],
        "supervised": _WEIGHT,
        "align": _WEIGHT,
        "pair_loss": _WEIGHT,
        "adversary": _WEIGHT,
        "beta": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [
            StrOptions({"auto"}),
            Interval(Integral, 1, None, closed="left"),
        ],
        "tol": [Interval(Real, 0, None, closed="left")],
        "warm_start_from": [None, HasMethods("fit")],
    }

    def __init__(
        self,
        method="pca",
        *,
        n_components=None,
        regularization="auto",
        max_patterns=8,
        hidden=64,
        noise=0.2,
        supervised=0,
        align=0,
        pair_loss=0,
        adversary=0,
        beta=1,
        max_iter=50,
        batch_size="auto",
        tol=1e-4,
        warm_start_from=None,
    ):
        self.method = method
        self.n_components = n_components
        self.regularization = regularization
        self.max_patterns = max_patterns
        self.hidden = hidden
        self.noise = noise
        self.supervised = supervised
        self.align = align
        self.pair_loss = pair_loss
        self.adversary = adversary
        self.beta = beta
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.tol = tol
        self.warm_start_from = warm_start_from

    @property
    def needs(self):
        """Blocks, and the targets for "pls" and where they count in the loss."""
        looks = self.method == "pls" or self.supervised != 0
        return frozenset({"blocks", "targets"} if looks else {"blocks"})

    def _fit(self, data):
        data = rows_that_count(data)
        check_finite(data)
        self.modalities_ = data.modalities
        self._fit_space(data)
        self.n_components_ = self.space_.n_components_
        self.pattern_models_ = PatternModels()
        if not data.learners or not self.n_components_:
            return
        matrix, seen = self.reduce(data), self._seen(data.presence)
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

    def _check_losses(self):
        """Raise ValueError where a linear method is given what is for networks."""
        if self.method in NETWORKS:
            return
        if self.warm_start_from is not None:
            raise ValueError(
                f"The 'warm_start_from' parameter of {type(self).__name__} is for the "
                f"methods {list(NETWORKS)}, got method={self.method!r}. Leave it None, "
                "or choose one of them."
            )
        for name in LOSSES:
            value = getattr(self, name)
            if value != 0:
                raise ValueError(
                    f"The {name!r} parameter of {type(self).__name__} is for the "
                    f"methods {list(NETWORKS)}, got {value!r} with "
                    f"method={self.method!r}. Leave it 0, or choose one of them."
                )

    def _fit_space(self, data):
        self._check_losses()
        if self.method in NETWORKS:
            self.space_ = fit_network_space(self, data)
            return
        targets, splits = None, ()
        if self.method == "pls":
            targets = unit_targets(data)
            if self.n_components is None:
                classes = data.task.is_classification
                splits = inner_folds(data.y, classifier=classes, groups=data.groups)
        self.space_ = LinearSpace(
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

    def reduce(self, data):
        """Return the reduced blocks of a view side by side, zeros where absent."""
        return self.space_.reduce([b.values for b in data.blocks], data.presence)

    def _predict(self, data):
        check_finite(data)
        if not self.pattern_models_:  # no block varied
            return np.tile(data.task.prior, (data.n_samples, 1))
        matrix, seen = self.reduce(data), self._seen(data.presence)
        out = np.empty((data.n_samples, data.task.n_outputs))
        for key, rows in self.pattern_models_.serve(seen):
            scores = self.space_.place(matrix[rows], seen[rows])
            out[rows] = mean_outputs(self.pattern_models_[key], scores, data.task)
        return out

    def _transform(self, data):
        check_finite(data)
        return self.space_.place(self.reduce(data), self._seen(data.presence))

    def get_feature_names_out(self, task):
        """Return the method's name and the number of the dimension."""
        return [f"{self.method}{j}" for j in range(self.n_components_)]


def _fit_pattern(space, data, matrix, seen, n_threads, pattern, rows, known):
    """Fit one head a learner on rows placed by a pattern's modalities alone."""
    inside = np.isin(np.arange(seen.shape[1]), pattern)
    scores = space.place(matrix[rows], seen[rows] & inside)
    names = [data.modalities[m] for m in pattern]
    return fit_heads(data.learners, scores, data.take(rows), names, n_threads), 0.0
