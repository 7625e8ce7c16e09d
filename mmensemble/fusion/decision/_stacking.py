"""Stacking: a second-level learner on out-of-fold predictions."""

from functools import partial
from numbers import Integral

import numpy as np

from mmensemble._compat import HasMethods, Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._blocks import join_blocks
from mmensemble.fusion._calibration import CALIBRATE
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._names import output_names
from mmensemble.fusion._partial_pooling import known_predictions, lacks_any
from mmensemble.fusion._patterns import EVERY_PATTERN, PatternModels, pattern_jobs
from mmensemble.fusion._rows import is_enough, rows_predicted, rows_that_count
from mmensemble.fusion._second_level import second_level
from mmensemble.fusion._shared_stack import PooledStack, SharedStacks
from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._nonnegative import NonNegativeLinear, NonNegativeLogistic
from mmensemble.learners._task import accepts, fit_learner, new_learner, outputs


class StackingFusion(MemberWeightsMixin, BaseFusion):
    """Learn how to combine the members from their out-of-fold predictions.

    What is right for rows with every modality is wrong for rows that lack some, so
    by default one second-level model is fitted for each presence pattern, on the
    training rows that have at least those modalities.

    Where training rows lack modalities, the default learner's models share strength:
    the weights of a pattern are pulled, by a ridge penalty in place of the lasso, to
    those that all rows say, in which an absent member adds no evidence, and these to
    the log-linear vote. With few rows a pattern is served by what all say, with many
    by what its own do; how many are many is chosen by held-out loss.

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
    pattern_models_ : PatternModels
        Fitted model of each presence pattern, keyed by the positions of its
        modalities; the key () holds one for all, under ``missing="indicator"`` and
        where patterns share strength and are more than `max_patterns`.
    final_estimator_ : estimator
        That of the fullest pattern.
    strength_ : float
        Rows that the shared weights are worth to a pattern; of several targets the
        mean. Only where training rows lack modalities.
    calibrators_ : dict of str to object
        The calibrator of each member, where there are any.

    References
    ----------
    Chen, A., Owen, A. B., & Shi, M. (2015). Data enriched linear regression.
    Electronic Journal of Statistics, 9(1), 1078-1112.

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

    short_name = "stacking"
    level = "decision"
    reference = "Wolpert 1992; van Loon et al. 2020"
    when = "Modalities of unequal worth, some of them perhaps useless; rows enough."

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
        self._remember_fills(data)
        if self.missing == "indicator":
            everyone = np.flatnonzero(data.available().any(axis=1))
            jobs = [(EVERY_PATTERN, everyone)]
        else:
            jobs = pattern_jobs(data.available(), self.max_patterns)
        learn = partial(self._fit_pattern, data)
        if self._is_weighted and lacks_any(data):
            jobs, learn = self._shared(data)
        self.pattern_models_ = PatternModels.fit(learn, jobs)
        if self.pattern_models_:
            self.final_estimator_ = self.pattern_models_[self.pattern_models_.fullest]

    @property
    def _is_weighted(self):
        """Whether non-negative weights are learnt, a model for each pattern."""
        default = self.final_estimator is None and not self.passthrough
        return default and self.missing == "pattern"

    def _shared(self, data):
        """Return jobs, and how to learn models of patterns that share strength."""
        counts = rows_that_count(data)
        available = counts.available()
        jobs = pattern_jobs(available, self.max_patterns)
        stacks = SharedStacks(counts)
        self.strength_ = stacks.strength
        if 2 ** available.any(axis=0).sum() - 1 > self.max_patterns:
            jobs = [*jobs, (EVERY_PATTERN, np.arange(len(available)))]
        return jobs, stacks.learn

    def _remember_fills(self, data):
        """What stands in for an absent modality under `missing="indicator"`."""
        self._varies = data.presence.any(axis=0) & ~data.presence.all(axis=0)
        blocks = data.blocks if self.passthrough else ()
        self._fills = tuple(
            np.zeros(b.width) if b.is_sparse or not len(b.values) else b.values.mean(0)
            for b in blocks or ()
        )

    def _fit_pattern(self, data, pattern, rows, known):
        if pattern != EVERY_PATTERN:
            rows = rows_predicted(data, rows, data.members_in(pattern))
            if not is_enough(data, rows):
                return None
        part = data.take(rows)
        names = [self.modalities_[m] for m in pattern]
        template = self._template(data.task, known)
        model = new_learner(template, seed_for(data.seed, "final", *names))
        matrix = self._matrix(part, pattern)
        params = _final_params(model, part, self.final_estimator is None)
        model = fit_learner(model, matrix, part.y, params)
        if self._is_weighted and not np.any(getattr(model, "weights_", 1)):
            model = SharedStacks(part).like(model, pattern)
        pooled = pattern == EVERY_PATTERN
        return model, 0.0 if pooled else _loss(model, matrix, part)

    def _template(self, task, known):
        """Return the unfitted learner; the penalty chosen first serves all patterns."""
        if self.final_estimator is not None:
            return self.final_estimator
        if self.passthrough or self.missing == "indicator":
            linear = AutoLinearClassifier, AutoLinearRegressor
            return linear[0]() if task.is_classification else linear[1]()
        if task.is_classification:
            first = known[known.fullest] if known else None
            return NonNegativeLogistic(penalty=getattr(first, "penalty_", None))
        return NonNegativeLinear(n_targets=task.n_outputs)

    def _logits(self):
        if self.inputs == "auto":
            return self.final_estimator is None
        return self.inputs == "logits"

    def _matrix(self, data, pattern):
        """Second-level inputs of rows that have a `pattern`, or of any rows for ()."""
        if pattern == EVERY_PATTERN:
            return self._pooled_matrix(data)
        inside = data.members_in(pattern)
        first = second_level(data.predictions[:, inside], data.task, self._logits())
        if not self.passthrough:
            return first
        return join_blocks([first, *(data.blocks[m].values for m in pattern)])

    def _filled_inputs(self, data):
        """Second-level inputs of any rows: the prior where a member is absent."""
        has = ~np.isnan(data.predictions[:, :, :1])
        filled = np.where(has, data.predictions, data.task.prior)
        return second_level(filled, data.task, self._logits())

    def _pooled_matrix(self, data):
        blocks = [
            block.filled(fill)
            for block, fill in zip(data.blocks or (), self._fills, strict=False)
        ]
        indicators = data.presence[:, self._varies].astype(float)
        return join_blocks([self._filled_inputs(data), *blocks, indicators])

    def _predict(self, data):
        out = np.empty((data.n_samples, data.task.n_outputs))
        for key, rows in self.pattern_models_.serve(data.available()):
            part = data.take(rows)
            model = None if key is None else self.pattern_models_[key]
            if model is None:
                out[rows] = np.nanmean(part.predictions, axis=1)
            elif isinstance(model, PooledStack):
                out[rows] = model.predict(known_predictions(part, part.available()))
            else:
                out[rows] = outputs(model, self._matrix(part, key), data.task)
        return out

    @property
    def row_outputs(self):
        """Weights of members and modalities, where non-negative ones are learnt."""
        return super().row_outputs if self._is_weighted else {}

    def row_weights(self, data):
        """Return the weight of each member in each row.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        weights : ndarray of shape (n_samples, n_members)
            Those of logits or values, of several targets their mean, scaled to sum
            to one; zero where the member has no prediction.
        """
        models = self.pattern_models_
        shares = []
        for pattern, model in models.items():
            pooled = isinstance(model, PooledStack)
            inside = model.members if pooled else data.members_in(pattern)
            name = "weights" if pooled else "weights_"
            learnt = getattr(model, name, np.ones(len(inside)))
            shares.append(np.zeros(len(data.members)))
            shares[-1][inside] = learnt.reshape(len(inside), -1).mean(axis=1)
        equal = np.ones(len(data.members))
        return models.with_models(shares).weights_of_rows(data, equal)

    def _transform(self, data):
        return self._filled_inputs(data)

    def get_feature_names_out(self, task):
        """Return one name a second-level input."""
        names = []
        for member in self.members_:
            outs = output_names(member.name, task)
            binary = task.is_classification and task.n_outputs == 2
            names += outs[1:] if binary else outs
        return names


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
