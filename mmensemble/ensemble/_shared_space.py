"""The shared space: one code for a row, whatever modalities it has."""

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array, check_is_fitted

from mmensemble._parameters import MODALITIES
from mmensemble._seeds import seed_for
from mmensemble.ensemble._base import BaseMultimodal
from mmensemble.ensemble._transformer import FusedFeaturesMixin
from mmensemble.fusion import SharedSpaceFusion
from mmensemble.fusion._rows import rows_that_count
from mmensemble.representation._origin import origin_score
from mmensemble.representation._reconstruction import error_table

#: Parameters of the fusion.
_OPTIONS = tuple(
    name for name in SharedSpaceFusion().get_params() if name != "max_patterns"
)


class SharedSpace(FusedFeaturesMixin, BaseMultimodal):
    """Turn a table of several modalities into one code a row, and back.

    A row is placed by the modalities that it has, whichever these are; rows that
    have none get zeros. `method` chooses between linear models, exact and quick,
    and autoencoders with one encoder and one decoder a modality, which start at
    the linear model. :class:`mmensemble.SharedSpaceFusion` is the same as a fusion,
    with learners on the codes.

    Measured on the bundled sets, codes that know the targets (`supervised`) are
    what an autoencoder is worth its time for; `align`, `pair_loss` and `adversary`
    make codes of single modalities alike, which helps no prediction by more than
    noise.

    Parameters
    ----------
    method : {"autoencoder", "vae", "pca", "mcca", "gcca", "pls", "factor"}, \
            default="autoencoder"
        "autoencoder": networks that rebuild all modalities of a row from all, from
        each and from random sets of them, out of inputs with noise; they start at
        the principal components. "vae": the same with codes that have a
        distribution, the product of what each modality says and of a normal prior;
        they start at the factors. The linear ones: see
        :class:`mmensemble.SharedSpaceFusion`.
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        "auto" groups the columns of a frame by what stands before ``"__"``.
        Otherwise triples as in :class:`sklearn.compose.ColumnTransformer`.
    n_components : int, default=None
        Dimensions of the space. None takes 20 for networks; of the linear ones
        each chooses.
    regularization : float or "auto", default="auto"
        Ridge on the variances within a block, in units of their mean, for "mcca",
        "gcca" and the placing of incomplete rows by linear methods. "auto" is the
        shrinkage of Ledoit and Wolf, block by block.
    hidden : int, default=64
        Units of the hidden layer of each encoder and decoder; 0 makes them linear.
        This and what follows, but for `random_state`, is for networks only.
    noise : float, default=0.2
        Share of the inputs that training sets to zero at random.
    supervised : float or "cv", default=0
        Weight of the loss of targets that are linear in the code, beside the share
        of the modalities' variance that is not rebuilt. Other than 0 it needs `y`.
        "cv" chooses among 0, 0.3, 1 and 3 by the loss of a linear learner on the
        codes of held-out rows.
    align : float or "cv", default=0
        Weight of InfoNCE: the codes of a row's modalities, each alone, are to find
        each other among other rows. "cv" takes more than 0 only where the held-out
        loss, or the error of rebuilding where no targets count, gains more than
        its standard error; so it does for the next two.
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
        Fine-tuning: what was learnt from other rows of the same modalities and
        columns, as in ``SharedSpace(warm_start_from=old.fusion_.space_)``. Blocks are
        scaled as there (extractors learn anew, "auto" a scale of its own). Held-out
        rows choose among its codes as they are, trained on from there, and a start
        without it, the first that none beats by more than one standard error:
        ``fusion_.space_.start_`` is "kept", "tuned" or "cold".
    random_state : int, RandomState instance or None, default=None
        Root of all seeds.

    Attributes
    ----------
    n_components_ : int
        Dimensions of the space.
    n_iter_ : int
        Epochs, steps of EM, or 1.
    history_ : DataFrame of shape (`n_iter_`, n_losses)
        What training lowers ("loss") and its parts, epoch by epoch; of "factor"
        the log likelihood. Empty for closed forms.
    reconstruction_error_ : DataFrame of shape (n_modalities, n_modalities + 1)
        Share of the variance of each modality, a row, that its rebuilding leaves
        on the training rows: from all that a row has ("all"), then from each
        modality alone. NaN where no row has both.
    discriminator_score_ : float
        How well a fresh forest guesses from which modality a code came, on rows
        that it has not seen: 1 over the number of modalities where codes do not
        tell, 1 where they always do.
    modalities_ : list of (name, extractor, columns)
        Modalities with resolved columns.
    extractors_ : dict of str to extractor
        Fitted extractors by modality.
    fusion_ : SharedSpaceFusion
        Fitted scales, directions and networks.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    SharedSpaceFusion : The same with learners on the codes.
    MultimodalTransformer : Fused features by any fusion.

    References
    ----------
    Ngiam, J., Khosla, A., Kim, M., Nam, J., Lee, H., & Ng, A. Y. (2011). Multimodal
    deep learning. ICML 28.

    Wu, M., & Goodman, N. (2018). Multimodal generative models for scalable
    weakly-supervised learning. NeurIPS 31.

    Examples
    --------
    >>> from mmensemble import SharedSpace
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> space = SharedSpace(n_components=3, random_state=0)
    >>> codes = space.fit_transform(data.data)
    >>> codes.shape, space.generate(codes).shape == data.data.shape
    ((300, 3), True)
    """

    _parameter_constraints = {
        **{name: SharedSpaceFusion._parameter_constraints[name] for name in _OPTIONS},
        "modalities": MODALITIES,
        "random_state": ["random_state"],
    }

    estimator = None
    members = "refit"
    pruner = None
    absent_columns = "raise"
    cv = None
    n_jobs = None
    verbose = 0

    def __init__(
        self,
        method="autoencoder",
        *,
        modalities="auto",
        n_components=None,
        regularization="auto",
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
        random_state=None,
    ):
        self.method = method
        self.modalities = modalities
        self.n_components = n_components
        self.regularization = regularization
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
        self.random_state = random_state

    @property
    def fusion(self):
        """The space as a fusion, unfitted."""
        return SharedSpaceFusion(**{name: getattr(self, name) for name in _OPTIONS})

    def _fit(self, X, y, *, classifier, metadata, held_out=False):
        data = super()._fit(
            X, y, classifier=classifier, metadata=metadata, held_out=held_out
        )
        self._describe(rows_that_count(data))
        return data

    def _describe(self, data):
        """Keep what the training rows say of the space."""
        space, names = self.fusion_.space_, list(data.modalities)
        self.n_components_, self.n_iter_ = space.n_components_, space.n_iter_
        matrix = self.fusion_.reduce(data)
        presence, weight = data.presence, data.sample_weight
        weight = np.ones(data.n_samples) if weight is None else weight
        self._errors = error_table(space, matrix, presence, weight)
        seed = seed_for(data.seed, "origin")
        self.discriminator_score_ = origin_score(space, matrix, presence, seed)
        self._block_names = [
            [_feature_name(name, feature) for feature in block.names]
            for name, block in zip(names, data.blocks, strict=True)
        ]

    # frames are made where they are read: what is stored are arrays and lists
    @property
    def history_(self):
        """Losses of training, epoch by epoch."""
        check_is_fitted(self)
        return pd.DataFrame(self.fusion_.space_.history_)

    @property
    def reconstruction_error_(self):
        """Share of the variance of each modality that is not rebuilt, by source."""
        check_is_fitted(self)
        names = list(self._fitted.names)
        return pd.DataFrame(self._errors, names, ["all", *names])

    def generate(self, codes):
        """Return the features of all modalities that codes stand for.

        Parameters
        ----------
        codes : array-like of shape (n_codes, `n_components_`)
            Places in the space, such as ``transform`` returns.

        Returns
        -------
        features : DataFrame of shape (n_codes, n_features)
            Of every modality side by side, as its extractor gives them and in
            their units; where it is "passthrough", those are the columns.

        Raises
        ------
        ValueError
            When codes have another number of dimensions.
        """
        check_is_fitted(self)
        codes = check_array(codes, ensure_min_samples=0, ensure_min_features=0)
        if codes.shape[1] != self.n_components_:
            raise ValueError(
                f"The 'codes' parameter must have {self.n_components_} columns, as "
                f"transform returns them, got shape {codes.shape}."
            )
        space = self.fusion_.space_
        matrix = space.decode(codes)
        parts = [
            pd.DataFrame(reducer.inverse_transform(matrix[:, own]), columns=names)
            for reducer, own, names in zip(
                space.reducers_, space.slices_, self._block_names, strict=True
            )
        ]
        return pd.concat(parts, axis=1)


def _feature_name(modality, feature):
    """Return the name of a feature that says its modality."""
    prefix = f"{modality}__"
    return feature if feature.startswith(prefix) else prefix + feature
