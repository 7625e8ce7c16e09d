"""The strategy interface: what a fusion reads and what it must return."""

from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import validate_own_params
from mmensemble._parameters import AskingParamsMixin
from mmensemble._state import VersionedStateMixin
from mmensemble._threads import inner_threads, threads_for
from mmensemble._validation import as_weight
from mmensemble.fusion._calibration import (
    apply_calibrators,
    cross_calibrate,
    fit_calibrators,
)
from mmensemble.fusion._names import check_short_name
from mmensemble.learners._prior import moved_to
from mmensemble.learners._task import Task, take_params


@dataclass(frozen=True)
class Member:
    """One (modality, learner) pair that predicts on its own.

    Parameters
    ----------
    name : str
        The modality's name, followed by the learner's where it has several.
    modality : int or None
        Position of the modality; None for a member on all of them together.
    learner : str
        Name of the learner.
    has_proba : bool
        Whether a classifier's predictions are probabilities of its own.

    Examples
    --------
    >>> from mmensemble.fusion import Member
    >>> Member("genes", 0, "estimator").name
    'genes'
    """

    name: str
    modality: int | None
    learner: str
    has_proba: bool = True


@dataclass(frozen=True)
class FusionData:
    """One shared view of the fitted members, at fit and at predict.

    Parameters
    ----------
    task : Task
        Classes or targets, and their prior.
    modalities : tuple of str
        Names of the modalities.
    presence : ndarray of bool of shape (n_samples, n_modalities)
        Which row has which modality.
    members : tuple of Member
        Empty when the fusion needs no predictions.
    predictions : ndarray of shape (n_samples, n_members, n_outputs) or None
        Out of fold while fitting. NaN where a member has none.
    blocks : tuple of Block or None
        One block a modality.
    y : ndarray or None
        Targets; None at predict.
    sample_weight : ndarray of shape (n_samples,) or None
        Weights of the training rows.
    groups : ndarray of shape (n_samples,) or None
        Groups of the training rows.
    learners : tuple of (name, estimator)
        Unfitted learners for a fused matrix; none where only features are wanted.
    params : dict of str to dict
        Metadata routed to "final_estimator" and to each learner by name.
    unused : frozenset of int
        Members, by position, that a fusion does without: they predict nothing.
    seed : int
        Root of the fusion's own random numbers.
    n_jobs : int or None
        Parallelism the fusion may use.
    calibrated : bool
        Whether the predictions are calibrated already.
    first_held_out : ndarray of int or None
        Training rows of the first fold. All members predict them, the other rows
        perhaps only those that a fusion whose members race goes on with.
    factors : ndarray of shape (n_classes,) or None
        True frequencies of the classes over those among the training rows, where
        copies of rare ones are among these.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.fusion import FusionData
    >>> presence = np.array([[True, False], [True, True]])
    >>> FusionData(task=None, modalities=("a", "b"), presence=presence).n_samples
    2
    """

    task: Task
    modalities: tuple
    presence: np.ndarray
    members: tuple = ()
    predictions: np.ndarray | None = None
    blocks: tuple | None = None
    y: np.ndarray | None = None
    sample_weight: np.ndarray | None = None
    groups: np.ndarray | None = None
    learners: tuple = ()
    params: dict = field(default_factory=dict)
    unused: frozenset = frozenset()
    seed: int = 0
    n_jobs: int | None = None
    calibrated: bool = False
    first_held_out: np.ndarray | None = None
    factors: np.ndarray | None = None

    @property
    def n_samples(self):
        """Number of rows."""
        return len(self.presence)

    @property
    def weight(self):
        """Weights of the rows, ones where none are given."""
        return as_weight(self.sample_weight, self.n_samples)

    @property
    def width(self):
        """Number of values in a row: of all blocks and all predictions."""
        n_values = sum(block.width for block in self.blocks or ())
        if self.predictions is not None:
            n_values += self.predictions.shape[1] * self.predictions.shape[2]
        return n_values

    def take(self, rows):
        """Return the same view of the rows at integer positions `rows`."""

        def part(value):
            return None if value is None else value[rows]

        blocks = self.blocks
        return replace(
            self,
            presence=self.presence[rows],
            predictions=part(self.predictions),
            blocks=blocks and tuple(block.take(rows) for block in blocks),
            y=part(self.y),
            sample_weight=part(self.sample_weight),
            groups=part(self.groups),
            first_held_out=None,
            params={
                name: take_params(values, rows, self.n_samples)
                for name, values in self.params.items()
            },
        )

    def subset(self, positions):
        """Return the view as if there were only the modalities at `positions`.

        Members on all modalities together are left out: they were not fitted on
        these alone.
        """
        place = {position: new for new, position in enumerate(positions)}
        kept = [k for k, m in enumerate(self.members) if m.modality in place]
        members = tuple(
            replace(self.members[k], modality=place[self.members[k].modality])
            for k in kept
        )
        predictions, blocks = self.predictions, self.blocks
        return replace(
            self,
            modalities=tuple(self.modalities[p] for p in positions),
            presence=self.presence[:, positions],
            members=members,
            predictions=None if predictions is None else predictions[:, kept],
            blocks=blocks and tuple(blocks[p] for p in positions),
            unused=frozenset(kept.index(k) for k in self.unused if k in kept),
        )

    def only(self, mask):
        """Return the view as if rows lacked the modalities outside of `mask`.

        Members on all modalities together keep what they predicted from all: let
        them predict anew where that matters.

        Parameters
        ----------
        mask : ndarray of bool of shape (n_modalities,)
        """
        predictions, blocks = self.predictions, self.blocks
        hidden = [
            k
            for k, member in enumerate(self.members)
            if member.modality is not None and not mask[member.modality]
        ]
        if predictions is not None and hidden:
            predictions = predictions.copy()
            predictions[:, hidden] = np.nan
        if blocks is not None:
            blocks = tuple(
                block if seen else block.without_rows()
                for block, seen in zip(blocks, mask, strict=True)
            )
        return replace(
            self,
            presence=self.presence & mask,
            predictions=predictions,
            blocks=blocks,
        )

    def members_in(self, pattern, *, joint=None):
        """Return the positions of the members that rows of a pattern have.

        Parameters
        ----------
        pattern : tuple of int
            Positions of the modalities present.
        joint : bool, default=None
            Whether members on all modalities together are among them; None:
            where the pattern lacks no modality.

        Returns
        -------
        positions : list of int
        """
        joint = len(pattern) == len(self.modalities) if joint is None else joint
        return [
            position
            for position, member in enumerate(self.members)
            if (joint if member.modality is None else member.modality in pattern)
        ]

    def available(self):
        """Return which modality every member of it has predicted, row by row.

        Returns
        -------
        available : ndarray of bool of shape (n_samples, n_modalities)
        """
        available = self.presence.copy()
        if self.predictions is not None:
            has = ~np.isnan(self.predictions[:, :, 0])
            for position, member in enumerate(self.members):
                if member.modality is not None and position not in self.unused:
                    available[:, member.modality] &= has[:, position]
        return available


class BaseFusion(AskingParamsMixin, VersionedStateMixin, BaseEstimator):
    """Base of every fusion: it validates, a subclass computes.

    A subclass stores its hyperparameters in ``__init__``, sets the class
    attributes below and writes ``_fit(data)`` and ``_predict(data)``, and, where
    it makes features, ``_transform(data)`` with ``get_feature_names_out(task)``.
    It learns from `data` only, keeps no row of it unless it declares that by
    `keeps_rows`, and never predicts NaN for a row that has a modality.

    A subclass with a `short_name` of its own is known by that name wherever a
    fusion is chosen, as soon as the class exists: with ``short_name = "middle"``
    in the example, ``fusion="middle"`` would do. The name must not be that of
    another fusion; defining the same class again, as in a notebook, replaces it.
    A process that did not import the class, such as a parallel worker, does not
    know the name: hand it the object.

    A subclass with a parameter `calibrate` is handed calibrated predictions by
    `fit`, `predict` and `transform`, and stores `calibrators_`; other methods
    that take a view begin with ``data = self.calibrated(data)``.

    Attributes
    ----------
    level : {"decision", "feature", "both"}
        Where it fuses.
    tasks : tuple of str
        Out of "classification" and "regression".
    reference : str
        Paper or textbook.
    when : str
        One sentence on when to use it.
    keeps_rows : bool
        Whether the fitted fusion holds training rows, as neighbours or support
        vectors do; its docstring then states it.
    own_machine : bool
        Whether it learns from blocks by a machine of its own and not by the learners
        of the view, whose probabilities are moved to true frequencies already.
    short_name : str or None
        Name by which users choose the fusion; None for one that is only given as
        an object. It is not inherited.
    row_outputs : dict of str to {"members", "modalities", None}
        Methods that return something for each row of a view, such as weights, and
        what the columns are. Estimators offer each under the same name for a
        table: a frame with those columns, or the bare array for None.

    Examples
    --------
    A new rule is one class; this one takes the middle of three members.

    >>> import numpy as np
    >>> from mmensemble import MultimodalRegressor
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.fusion import BaseFusion
    >>> class Middle(BaseFusion):
    ...     def _fit(self, data):
    ...         self.n_members_ = len(data.members)
    ...
    ...     def _predict(self, data):
    ...         return np.nanmedian(data.predictions, axis=1)
    >>> data = make_multimodal(task="regression", random_state=0)
    >>> model = MultimodalRegressor(fusion=Middle()).fit(data.data, data.target)
    >>> model.predict(data.data[:2]).shape
    (2,)
    """

    level = "decision"
    tasks = ("classification", "regression")
    reference = ""
    when = ""
    keeps_rows = False
    own_machine = False
    short_name = None
    row_outputs: dict = {}

    _parameter_constraints: dict = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        check_short_name(cls, BaseFusion)

    @property
    def needs(self):
        """What the fusion reads, a frozen set.

        "predictions" of the members at predict; the same "out of fold" at fit;
        "blocks" at both; a "concat member" on all modalities together; "targets"
        where features are fused with an eye to `y`, so that a transformer needs
        it too.
        """
        if self.level == "feature":
            return frozenset({"blocks"})
        return frozenset({"predictions", "out of fold"})

    @property
    def joint(self):
        """Feature-level fusions that are members, a tuple of (name, fusion).

        Each is fitted, out of fold too, on the blocks of all modalities, and
        predicts beside the members of single modalities. None by default.
        """
        return ()

    def portfolio(self, *, classifier, size=None):
        """Return the learners that the fusion brings, a list of (name, estimator).

        They count where the estimator is given none. None, as here: the default.

        Parameters
        ----------
        classifier : bool
            Whether classes are to be predicted.
        size : Size, default=None
            Rows, columns and outputs of the task, where they are known.
        """
        return None

    def check(self, task, members):
        """Raise ValueError where the fusion does not serve task or members."""
        name = type(self).__name__
        kind = "classification" if task.is_classification else "regression"
        if kind not in self.tasks:
            raise ValueError(
                f"{name} serves {' and '.join(self.tasks)} only, the task is {kind}. "
                "Choose another 'fusion'; list_fusions() shows what each serves."
            )
        method = getattr(self, "calibrate", None)
        if method is not None and not task.is_classification:
            raise ValueError(
                f"{name}(calibrate={method!r}) calibrates probabilities, the task is "
                "regression. Leave calibrate=None."
            )

    def races(self, task, n_rows):
        """Tell whether members are given up after a first fold of so many rows.

        A fusion that says so has a method ``screen(data)``, which returns the
        positions of the members that the other folds are fitted for, of the rows
        `first_held_out`; in `fit` it keeps to the same members.

        Parameters
        ----------
        task : Task
        n_rows : int
            Held out in the first fold.
        """
        return False

    def fit(self, data):
        """Learn how to fuse.

        Parameters
        ----------
        data : FusionData
            Training rows, with out-of-fold predictions and targets.

        Returns
        -------
        self : object
        """
        validate_own_params(self)
        if data.task is not None:
            self.check(data.task, data.members)
        self._factors = data.factors if self.own_machine else None
        if hasattr(self, "calibrate"):
            self.calibrators_ = fit_calibrators(data, self.calibrate)
        with threads_for(data.n_samples, data.width, inner_threads(data.n_jobs)):
            self._fit(self._among_copies(self.training_view(data)))
        return self

    def training_view(self, data):
        """Return the training rows as the fitted fusion has learnt from them.

        Parameters
        ----------
        data : FusionData
            What `fit` was given.

        Returns
        -------
        data : FusionData
            With predictions calibrated out of fold, where there are calibrators.
        """
        if data.calibrated or not getattr(self, "calibrators_", None):
            return data
        return cross_calibrate(data, self.calibrate)

    def calibrated(self, data):
        """Return new rows with calibrated predictions; once is enough.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        data : FusionData
            The same view where there are no calibrators.
        """
        if data.calibrated or not getattr(self, "calibrators_", None):
            return data
        return apply_calibrators(data, self.calibrators_)

    def predict(self, data):
        """Return the fused predictions.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        fused : ndarray of shape (n_samples, n_outputs)
            Probabilities that sum to one, or values. Rows that have no modality
            get the training prior.
        """
        check_is_fitted(self)
        data = self.calibrated(data)
        return self._in_rows_with_any(self._moved, data, data.task.prior)

    def _moved(self, data):
        """Return predictions, at the true frequencies of the classes."""
        if getattr(self, "_factors", None) is None:
            return self._predict(data)
        return moved_to(self._predict(self._among_copies(data)), self._factors)

    def _among_copies(self, data):
        """Return data whose prior is what a machine that learns from copies sees."""
        if self._factors is None:
            return data
        seen = moved_to(data.task.prior[None], 1 / self._factors)[0]
        return replace(data, task=replace(data.task, prior=seen))

    def transform(self, data):
        """Return the fused features, of shape (n_samples, n_features_out)."""
        check_is_fitted(self)
        return self._transform(self.calibrated(data))

    @staticmethod
    def _in_rows_with_any(method, data, default):
        known = data.available().any(axis=1)
        if known.all():
            return method(data)
        out = np.tile(default, (data.n_samples, 1))
        if known.any():
            out[known] = method(data.take(np.flatnonzero(known)))
        return out
