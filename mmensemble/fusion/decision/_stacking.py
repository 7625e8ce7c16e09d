"""Stacking: a second-level learner on out-of-fold predictions."""

from numbers import Integral

import numpy as np

from mmensemble._compat import HasMethods, Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._blocks import join_blocks
from mmensemble.fusion._calibration import CALIBRATE
from mmensemble.fusion._patterns import (
    group_rows,
    list_patterns,
    nearest_pattern,
    rows_with,
)
from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.fusion.decision._voting import output_names
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._nonnegative import NonNegativeLinear, NonNegativeLogistic
from mmensemble.learners._task import accepts, fit_learner, new_learner, outputs

_TINY = 1e-9
_FEWEST_ROWS = 10


class StackingFusion(BaseFusion):
    """Learn how to combine the members from their out-of-fold predictions.

    What suits rows with every modality is wrong for rows that lack some, so by
    default one second-level model is fitted for each presence pattern, on the
    training rows that have at least those modalities.

    Parameters
    ----------
    final_estimator : estimator object, default=None
        Second-level learner. None: non-negative weights that select modalities,
        penalised logistic regression on logits (van Loon et al. 2020) or
        non-negative least squares on values (Breiman 1996). With `passthrough`,
        None is a ridge-penalised linear model.
    inputs : {"auto", "probabilities", "logits"}, default="auto"
        What a classifier's final estimator sees; "auto" is logits for the
        default and probabilities for yours. For two classes one column a
        member. Regression always uses values.
    missing : {"pattern", "indicator"}, default="pattern"
        "pattern": one model a presence pattern. "indicator": one model, neutral
        inputs where a modality is absent, and presence indicators.
    passthrough : bool, default=False
        Whether the final estimator also sees the modalities' features.
    concat_member : bool, default=False
        Whether the learners are also fitted on all modalities together, as one
        more member, used where all are present.
    max_patterns : int, default=64
        Most presence patterns with a model of their own; others use the nearest
        fitted pattern within theirs.
    calibrate : {None, "sigmoid", "isotonic", "temperature"}, default=None
        How each member's probabilities are calibrated on out-of-fold rows
        before they are combined; None: not at all. "sigmoid" and "temperature"
        do with few rows, "isotonic" needs about a thousand.

    Attributes
    ----------
    final_estimators_ : dict of tuple of int to estimator
        Fitted model of each pattern, keyed by the positions of its modalities.
    final_estimator_ : estimator
        That of the fullest pattern.
    calibrators_ : dict of str to object
        The calibrator of each member, where there are any.

    References
    ----------
    Wolpert, D. H. (1992). Stacked generalization. Neural Networks, 5(2),
    241-259.

    van Loon, W., Fokkema, M., Szabo, B., & de Rooij, M. (2020). Stacked
    penalized logistic regression for selecting views in multi-view learning.
    Information Fusion, 61, 113-123.

    Saar-Tsechansky, M., & Provost, F. (2007). Handling missing values when
    applying classification models. Journal of Machine Learning Research, 8,
    1623-1657.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, StackingFusion
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=StackingFusion())
    >>> model.fit(data.data, data.target).fusion_.final_estimator_.weights_.shape
    (3,)
    """

    level = "decision"
    reference = "Wolpert 1992; van Loon et al. 2020"
    when = "The default: modalities of unequal worth, some of them perhaps useless."

    _parameter_constraints = {
        "final_estimator": [None, HasMethods(["fit", "predict"])],
        "inputs": [StrOptions({"auto", "probabilities", "logits"})],
        "missing": [StrOptions({"pattern", "indicator"})],
        "passthrough": ["boolean"],
        "concat_member": ["boolean"],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "calibrate": CALIBRATE,
    }

    def __init__(
        self,
        final_estimator=None,
        *,
        inputs="auto",
        missing="pattern",
        passthrough=False,
        concat_member=False,
        max_patterns=64,
        calibrate=None,
    ):
        self.final_estimator = final_estimator
        self.inputs = inputs
        self.missing = missing
        self.passthrough = passthrough
        self.concat_member = concat_member
        self.max_patterns = max_patterns
        self.calibrate = calibrate

    @property
    def needs(self):
        """Predictions; blocks with `passthrough`; the concatenated member."""
        needs = {"predictions", "out of fold"}
        if self.passthrough:
            needs.add("blocks")
        if self.concat_member:
            needs.add("concat member")
        return frozenset(needs)

    def _fit(self, data):
        self.members_, self.modalities_ = data.members, data.modalities
        self.final_estimators_, self._losses = {}, {}
        self._remember_fills(data)
        available = data.available()
        if self.missing == "indicator":
            self._fit_pooled(data, available)
            return
        template = self._template(data.task)
        for pattern in list_patterns(available, self.max_patterns):
            rows = self._training_rows(data, available, pattern)
            if _is_enough(data, rows):
                self._fit_pattern(template, data, rows, pattern)
                template = self._tuned(template, pattern)
        if self.final_estimators_:
            self.final_estimator_ = next(iter(self.final_estimators_.values()))

    def _remember_fills(self, data):
        """What stands in for an absent modality under `missing="indicator"`."""
        self._varies = data.presence.any(axis=0) & ~data.presence.all(axis=0)
        blocks = data.blocks if self.passthrough else ()
        self._fills = tuple(
            np.zeros(b.width) if b.is_sparse or not len(b.values) else b.values.mean(0)
            for b in blocks or ()
        )

    def _template(self, task):
        if self.final_estimator is not None:
            return self.final_estimator
        if self.passthrough or self.missing == "indicator":
            linear = AutoLinearClassifier, AutoLinearRegressor
            return linear[0]() if task.is_classification else linear[1]()
        if task.is_classification:
            return NonNegativeLogistic()
        return NonNegativeLinear(n_targets=task.n_outputs)

    def _tuned(self, template, pattern):
        """The penalty chosen for the fullest pattern serves the others."""
        chosen = getattr(self.final_estimators_[pattern], "penalty_", None)
        if self.final_estimator is None and chosen is not None:
            return NonNegativeLogistic(penalty=chosen)
        return template

    def _training_rows(self, data, available, pattern):
        rows = rows_with(available, pattern)
        inside = self._members_in(pattern)
        complete = ~np.isnan(data.predictions[np.ix_(rows, inside)][:, :, 0])
        return rows[complete.all(axis=1)]

    def _members_in(self, pattern):
        everything = len(pattern) == len(self.modalities_)
        return [
            i
            for i, member in enumerate(self.members_)
            if (everything if member.modality is None else member.modality in pattern)
        ]

    def _fit_pattern(self, template, data, rows, pattern):
        part = data.take(rows)
        names = [self.modalities_[m] for m in pattern]
        model = new_learner(template, seed_for(data.seed, "final", *names))
        matrix = self._matrix(part, pattern)
        model = self._fit_final(model, matrix, part)
        self.final_estimators_[pattern] = model
        self._losses[pattern] = _loss(model, matrix, part)

    def _fit_pooled(self, data, available):
        rows = np.flatnonzero(available.any(axis=1))
        part = data.take(rows)
        model = new_learner(self._template(data.task), seed_for(data.seed, "final"))
        matrix = self._pooled_matrix(part)
        self.final_estimator_ = self._fit_final(model, matrix, part)

    def _fit_final(self, model, matrix, part):
        params = _final_params(model, part, self.final_estimator is None)
        return fit_learner(model, matrix, part.y, params)

    def _logits(self):
        if self.inputs == "auto":
            return self.final_estimator is None
        return self.inputs == "logits"

    def _matrix(self, data, pattern):
        """Second-level inputs of rows that have the whole `pattern`."""
        inside = self._members_in(pattern)
        first = second_level(data.predictions[:, inside], data.task, self._logits())
        if not self.passthrough:
            return first
        return join_blocks([first, *(data.blocks[m].values for m in pattern)])

    def _pooled_matrix(self, data):
        has = ~np.isnan(data.predictions[:, :, :1])
        filled = np.where(has, data.predictions, data.task.prior)
        first = second_level(filled, data.task, self._logits())
        blocks = [
            block.filled(fill)
            for block, fill in zip(data.blocks or (), self._fills, strict=False)
        ]
        indicators = data.presence[:, self._varies].astype(float)
        return join_blocks([first, *blocks, indicators])

    def _predict(self, data):
        if self.missing == "indicator":
            matrix = self._pooled_matrix(data)
            return outputs(self.final_estimator_, matrix, data.task)
        out = np.empty((data.n_samples, data.task.n_outputs))
        for pattern, rows in group_rows(data.available()):
            part = data.take(rows)
            nearest = nearest_pattern(pattern, self._losses)
            if nearest is None:
                out[rows] = np.nanmean(part.predictions, axis=1)
            else:
                model = self.final_estimators_[nearest]
                out[rows] = outputs(model, self._matrix(part, nearest), data.task)
        return out

    def _transform(self, data):
        has = ~np.isnan(data.predictions[:, :, :1])
        filled = np.where(has, data.predictions, data.task.prior)
        return second_level(filled, data.task, self._logits())

    def get_feature_names_out(self, task):
        """Return one name a second-level input."""
        names = []
        for member in self.members_:
            outs = output_names(member.name, task)
            binary = task.is_classification and task.n_outputs == 2
            names += outs[1:] if binary else outs
        return names


def second_level(predictions, task, logits):
    """Return predictions as the columns that a final estimator sees.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
    task : Task
    logits : bool
        Whether probabilities become logits (two classes) or centred logs.

    Returns
    -------
    inputs : ndarray of shape (n_samples, n_members * n_columns)
        One column a member for two classes, else one an output.
    """
    n_samples = len(predictions)
    if task.is_classification:
        if logits:
            logs = np.log(np.clip(predictions, _TINY, None))
            predictions = logs - logs.mean(axis=2, keepdims=True)
            if task.n_outputs == 2:
                return predictions[:, :, 1] - predictions[:, :, 0]
        elif task.n_outputs == 2:
            return predictions[:, :, 1]
    return predictions.reshape(n_samples, -1)


def _is_enough(data, rows):
    """Whether a model can be learnt from these rows."""
    if len(rows) < _FEWEST_ROWS:
        return False
    if data.sample_weight is not None and not data.sample_weight[rows].sum() > 0:
        return False
    if not data.task.is_classification:
        return True
    return len(np.unique(data.y[rows])) == len(data.task.classes)


def _final_params(model, data, is_default):
    if not is_default:
        return data.params.get("final_estimator", {})
    own = {"sample_weight": data.sample_weight, "groups": data.groups}
    return {
        name: value
        for name, value in own.items()
        if value is not None and accepts(model, name)
    }


def _loss(model, matrix, data):
    fitted = outputs(model, matrix, data.task)[:, None, :]
    return member_losses(
        fitted,
        target_matrix(data.y, data.task),
        data.sample_weight,
        classification=data.task.is_classification,
    )[0]
