"""A shared space that networks learn: autoencoders of several blocks."""

from dataclasses import dataclass, field

import numpy as np

from mmensemble.numerics._adam import Schedule, train
from mmensemble.representation._code_batches import BatchMaker, CodeRows
from mmensemble.representation._code_net import CodeNet, LossWeights
from mmensemble.representation._code_start import start_from, start_linear
from mmensemble.representation._covariance import block_slices
from mmensemble.representation._reduce import (
    BlockReducer,
    side_by_side,
    signs_of,
)

#: Most components of a block that the networks see.
_BLOCK_WIDTH = 64
#: Components where their number is not given.
_COMPONENTS = 20
#: Batches an epoch where their size is not given, and the sizes' limits.
_BATCHES, _SMALLEST, _LARGEST = 10, 16, 256
#: Rows that are placed at a time.
_CHUNK = 16_384


@dataclass(frozen=True)
class NetworkOptions:
    """How the networks of a shared space are made and trained.

    Parameters
    ----------
    hidden : int, default=64
    noise : float, default=0.2
    weights : LossWeights
    max_iter : int, default=50
    batch_size : int or "auto", default="auto"
    tol : float, default=1e-4
    rate : float, default=0.01
        Learning rate of the first step.
    """

    hidden: int = 64
    noise: float = 0.2
    weights: LossWeights = field(default_factory=LossWeights)
    max_iter: int = 50
    batch_size: int | str = "auto"
    tol: float = 1e-4
    rate: float = 0.01


class NetworkSpace:
    """Learn codes of several blocks by an autoencoder; place any row by what it has.

    Parameters
    ----------
    method : {"autoencoder", "vae"}
    n_components : int or None, default=None
        None takes 20, or all columns where they are fewer.
    options : NetworkOptions
    seed : int, default=0

    Attributes
    ----------
    reducers_ : list of BlockReducer
    slices_ : tuple of slice
        Columns of each reduced block.
    net_ : CodeNet
    theta_ : ndarray of float32
        Its parameters.
    turn_ : ndarray of shape (n_components, n_components)
        Rotation after the networks: codes of the training rows are uncorrelated,
        that of the largest variance first.
    history_ : list of dict of str to float
        Mean losses of each epoch.
    n_components_ : int
    n_iter_ : int
        Epochs of training.
    columns_ : dict of str to tuple of str
        Names of the blocks and of their columns, where its maker tells them.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.representation._network_space import NetworkSpace
    >>> rng = np.random.default_rng(0)
    >>> blocks, present = [rng.normal(size=(30, 4))] * 2, np.ones((30, 2), bool)
    >>> space = NetworkSpace("autoencoder", 2).fit(blocks, present)
    >>> space.scores(blocks, present).shape
    (30, 2)
    """

    def __init__(self, method, n_components=None, *, options=None, seed=0):
        self.method = method
        self.n_components = n_components
        self.options = NetworkOptions() if options is None else options
        self.seed = seed

    def fit(
        self,
        blocks,
        presence,
        weight=None,
        targets=None,
        *,
        classes=True,
        origin=None,
        tuned=True,
    ):
        """Learn the space.

        Parameters
        ----------
        blocks : list of {ndarray, sparse matrix} of shape (n_present, n_features)
            Each holds the rows that have it.
        presence : ndarray of bool of shape (n_samples, n_blocks)
        weight : ndarray of shape (n_samples,), default=None
        targets : ndarray of shape (n_samples, n_targets), default=None
            Indicators of classes, or standardised numbers; for the supervised loss.
        classes : bool, default=True
            Whether the targets are classes.
        origin : NetworkSpace, default=None
            Learnt from other rows of the same columns: blocks are reduced as there,
            and training starts from its parameters, in place of the linear model.
        tuned : bool, default=True
            Whether it is trained on these rows at all; otherwise the codes are those
            of `origin`.

        Returns
        -------
        self : object
        """
        self.columns_ = {}
        weight = np.ones(len(presence)) if weight is None else weight
        if origin is None:
            self.reducers_ = [
                BlockReducer(_BLOCK_WIDTH).fit(own, weight[presence[:, m]], self.seed)
                for m, own in enumerate(blocks)
            ]
        else:
            self.reducers_ = origin.reducers_
        widths = tuple(len(reducer.variances_) for reducer in self.reducers_)
        self.slices_ = block_slices(widths)
        most = _COMPONENTS if self.n_components is None else self.n_components
        most = most if origin is None else origin.n_components_
        self.n_components_ = min(most, sum(widths))
        self.net_ = CodeNet(
            widths,
            self.n_components_,
            self.options.hidden,
            self.method == "vae",
            self.options.weights,
            0 if targets is None else targets.shape[1],
            classes,
        )
        matrix = self.reduce(blocks, presence)
        seen = presence & (np.array(widths) > 0)
        self._train(matrix, seen, weight, targets, origin, tuned)
        return self

    def _train(self, matrix, presence, weight, targets, origin, tuned):
        rng = np.random.default_rng(self.seed)
        rows = CodeRows(
            self._inputs(matrix, presence),
            presence.astype(np.float32),
            (weight / weight.mean()).astype(np.float32),
            None if targets is None else targets.astype(np.float32),
        )
        options, k = self.options, self.n_components_
        n_drawn = k if self.net_.experts.varies else 0
        size = self._batch_size(len(matrix))
        maker = BatchMaker(rows, size, n_drawn, options.noise, rng)
        self.theta_, self.turn_ = self.net_.draw(rng), np.eye(k)
        self.history_, self.n_iter_ = [], 1
        if not k:  # nothing varies
            return
        if origin is None:
            start_linear(self.net_, self.theta_, rows.blocks, presence, weight)
        else:
            start_from(self.net_, self.theta_, origin.net_, origin.theta_)
        if not tuned:
            self.turn_ = origin.turn_
            return
        schedule = Schedule(options.max_iter, options.rate, options.tol)
        self.history_ = train(self.theta_, maker.epoch, self.net_.objective, schedule)
        self.n_iter_ = len(self.history_)
        codes = self.place(matrix, presence)
        share = weight / weight.sum()
        centred = codes - share @ codes
        turn = np.linalg.eigh(centred.T @ (share[:, None] * centred))[1][:, ::-1]
        self.turn_ = turn * signs_of(turn)

    def _batch_size(self, n_samples):
        if self.options.batch_size != "auto":
            return self.options.batch_size
        return int(np.clip(n_samples // _BATCHES, _SMALLEST, _LARGEST))

    def _sizes(self):
        """Return the root of each reduced block's variance, one where it has none."""
        sums = [reducer.variances_.sum() for reducer in self.reducers_]
        return [np.sqrt(total) if total > 0 else 1.0 for total in sums]

    def _inputs(self, matrix, presence, kind=np.float32):
        """Return the reduced blocks as the networks see them."""
        return [
            np.where(presence[:, [m]], matrix[:, own] / size, 0).astype(kind)
            for m, (own, size) in enumerate(
                zip(self.slices_, self._sizes(), strict=True)
            )
        ]

    def reduce(self, blocks, presence):
        """Return the rows' reduced blocks side by side, zeros where absent.

        Parameters
        ----------
        blocks : list of {ndarray, sparse matrix} of shape (n_present, n_features)
        presence : ndarray of bool of shape (n_samples, n_blocks)

        Returns
        -------
        matrix : ndarray of shape (n_samples, n_columns)
        """
        return side_by_side(self.reducers_, self.slices_, blocks, presence)

    def scores(self, blocks, presence):
        """Return the rows' codes; the parameters are those of `reduce`."""
        return self.place(self.reduce(blocks, presence), presence)

    def place(self, matrix, presence):
        """Return the codes of rows that are reduced already.

        Parameters
        ----------
        matrix : ndarray of shape (n_samples, n_columns)
            What `reduce` returned; columns of absent blocks are not read.
        presence : ndarray of bool of shape (n_samples, n_blocks)

        Returns
        -------
        codes : ndarray of shape (n_samples, n_components)
            The means of variational ones; zeros for rows that have nothing.
        """
        out = np.zeros((len(matrix), self.n_components_))
        # in float64, where a row's code does not depend on the rows beside it
        parts = self.net_.layout.views(self.theta_.astype(np.float64))
        for start in range(0, len(matrix), _CHUNK):
            part = slice(start, start + _CHUNK)
            seen = presence[part]
            inputs = self._inputs(matrix[part], seen, np.float64)
            seen = seen[None].astype(np.float64)
            codes = self.net_.experts.forward(parts, inputs, seen)
            out[part] = codes.mean[0] @ self.turn_
        return out

    def decode(self, codes):
        """Return what codes say of the reduced blocks, side by side.

        Parameters
        ----------
        codes : ndarray of shape (n_codes, n_components)

        Returns
        -------
        matrix : ndarray of shape (n_codes, n_columns)
        """
        parts = self.net_.layout.views(self.theta_.astype(np.float64))
        blocks = self.net_.decoders.decode(parts, codes @ self.turn_.T)
        sizes = self._sizes()
        return np.hstack([b * size for b, size in zip(blocks, sizes, strict=True)])
