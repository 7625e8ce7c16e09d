"""Gating: a mixture of experts whose weights depend on the row."""

from dataclasses import replace
from functools import partial
from numbers import Integral, Real

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._calibration import CALIBRATE
from mmensemble.fusion._heads import HeadTargets, head_outputs, tuning_folds
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._names import output_names
from mmensemble.fusion._partial_pooling import lacks_any
from mmensemble.fusion._patterns import PatternModels, pattern_jobs
from mmensemble.fusion._projection import BlockProjector
from mmensemble.fusion._rows import (
    FEW_ROWS,
    FEWEST_ROWS,
    MANY_ROWS,
    rows_of_weight,
    rows_that_count,
)
from mmensemble.fusion._rules import mean_rule
from mmensemble.fusion._second_level import centred_logs
from mmensemble.fusion._shared_mixture import shared_weights
from mmensemble.fusion._shared_stack import SharedStacks
from mmensemble.fusion._weights import best_mixture, over_present, target_matrix
from mmensemble.fusion.decision._mixture import (
    Evidence,
    Gate,
    Mixture,
    fit_gate,
    global_gate,
)
from mmensemble.numerics._penalty_search import choose_by_folds

#: Penalties on the slopes that are tried, from global weights on: a decade apart,
#: down to where standardised slopes are as good as free.
_PENALTIES = (np.inf, 1.0, 0.1, 0.01, 1e-3, 1e-4)
_POOLS = {"evidence": Evidence, "mixture": Mixture}
#: Where fits stop that are only compared with each other: losses then differ from
#: those of the end by less than their standard error over folds.
_SEARCH = {"tol": 1e-3, "max_iter": 30}


class GatingFusion(MemberWeightsMixin, BaseFusion):
    """Weight the members row by row, by a gate that reads the row's features.

    The weights of the members that a row has are

    ``g_m(x) = softmax over members m of (b_m + v_m z(x))``,

    where `z` are the standardised features of the context. They are learnt from
    the members' out-of-fold predictions by L-BFGS on the analytic gradient, from
    the best global weights. Only the slopes `v` are penalised, so that a strong
    penalty leaves global weights: those of stacking or of
    ``VotingFusion(weights="optimize")``, depending on `pool`. Each presence pattern has
    a gate of its own, learnt from the rows that have at least its modalities; where
    training rows lack modalities, the global weights from which it begins are shrunk
    towards what all rows say. Rows without any of the context get global weights. As
    a transformer it gives the members' mean prediction under the row's weights.

    Parameters
    ----------
    context : None, str or list of str, default=None
        Modalities whose features the gate reads; None for all.
    pool : {"evidence", "mixture"}, default="evidence"
        What the weights weight. "mixture": predictions, as in a mixture of
        experts, whose likelihood ``sum_m g_m(x) p_m(y | x)`` is maximised for
        classes; for numbers the squared error of the gated mean, which is what is
        predicted, is minimised (the competition that Jacobs et al. add by a
        Gaussian mixture shapes experts, and ours are given). A mean is never
        surer than its surest member, though. "evidence": log probabilities, or
        deviations from the mean, whose weighted mean is stretched by one learnt
        factor and shifted, for log loss or squared error; members that know
        different things then add up, as in stacking.
    penalty : None or float, default=None
        Weight of half the squared slopes, beside the mean loss; ``inf`` for
        global weights. None chooses it by cross-validation over the out-of-fold
        predictions, from infinity down: the strongest whose loss is within one
        standard error of the least; a smaller pattern keeps it or infinity.
    width : int, default=16
        Most features a modality: the leading principal components of wider ones.
    max_patterns : int, default=16
        Most presence patterns with a gate of their own; others use that of the
        smallest pattern around theirs, without the weights of what they lack.
    calibrate : {None, "sigmoid", "isotonic", "temperature"}, default=None
        How each member's probabilities are calibrated on out-of-fold rows
        before they are combined; None: not at all. "sigmoid" and "temperature"
        do with few rows, "isotonic" needs about a thousand.

    Attributes
    ----------
    weights_ : ndarray of shape (n_members,)
        Global weights where every modality is present.
    penalty_ : float
        Chosen penalty of the fullest pattern; infinite if the context does not help.
    pattern_models_ : PatternModels
        Gate of each presence pattern, keyed by the positions of its modalities.
    context_ : list of int
        Positions of the modalities that the gate reads.
    calibrators_ : dict of str to object
        The calibrator of each member, where there are any.

    References
    ----------
    Jacobs, R. A., Jordan, M. I., Nowlan, S. J., & Hinton, G. E. (1991). Adaptive
    mixtures of local experts. Neural Computation, 3(1), 79-87.

    Jordan, M. I., & Jacobs, R. A. (1994). Hierarchical mixtures of experts and
    the EM algorithm. Neural Computation, 6(2), 181-214.

    Examples
    --------
    >>> from mmensemble import GatingFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(
    ...     row_dependent=True, n_shared=0, class_sep=2, random_state=0
    ... )
    >>> model = MultimodalClassifier(fusion=GatingFusion("context"))
    >>> model.fit(data.data, data.target).fusion_.penalty_ < float("inf")
    True
    """

    short_name = "gating"
    level = "decision"
    reference = "Jacobs et al. 1991; Jordan & Jacobs 1994"
    when = "Which modality is right depends on the row, and some features show it."

    _parameter_constraints = {
        "context": [None, str, list, tuple],
        "pool": [StrOptions(set(_POOLS))],
        "penalty": [None, Interval(Real, 0, None, closed="both")],
        "width": [Interval(Integral, 1, None, closed="left")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "calibrate": CALIBRATE,
    }

    def __init__(
        self,
        context=None,
        *,
        pool="evidence",
        penalty=None,
        width=16,
        max_patterns=16,
        calibrate=None,
    ):
        self.context = context
        self.pool = pool
        self.penalty = penalty
        self.width = width
        self.max_patterns = max_patterns
        self.calibrate = calibrate

    @property
    def needs(self):
        """Predictions, out of fold at fit, and the blocks that the gate reads."""
        return frozenset({"predictions", "out of fold", "blocks"})

    def _fit(self, data):
        self.members_ = data.members
        self.context_ = self._positions(data.modalities)
        self.projector_ = BlockProjector(self.width).fit(
            self._context_blocks(data),
            data.sample_weight,
            [data.modalities[m] for m in self.context_],
        )
        self.penalty_ = self.penalty
        everyone = HeadTargets.of(data.y, data.task, data.sample_weight)
        self._units = everyone.centre, everyone.spread
        features = self.projector_.transform(self._context_blocks(data))
        available = data.available()
        self.pattern_models_ = PatternModels.fit(
            partial(self._fit_pattern, data, features, self._shared_weights(data)),
            pattern_jobs(available, self.max_patterns),
            fallbacks=("around", "within"),
        )
        self.penalty_ = np.inf if self.penalty_ is None else float(self.penalty_)
        self.weights_ = self._full_weights(data, available)

    def _positions(self, modalities):
        if self.context is None:
            return list(range(len(modalities)))
        names = [self.context] if isinstance(self.context, str) else list(self.context)
        unknown = [name for name in names if name not in modalities]
        if unknown or not names:
            raise ValueError(
                f"GatingFusion(context={self.context!r}) must name modalities out of "
                f"{list(modalities)}, got {unknown or 'an empty list'}."
            )
        return [m for m, name in enumerate(modalities) if name in names]

    def _context_blocks(self, data):
        return [data.blocks[m] for m in self.context_]

    def _inputs(self, features, pattern):
        """Return the context's columns within a pattern, side by side."""
        inside = [
            z for m, z in zip(self.context_, features, strict=True) if m in pattern
        ]
        return np.hstack([np.empty((len(features[0]), 0)), *inside])

    def _shared_weights(self, data):
        """Return global weights by pattern, and what the pool needs besides.

        None where no row lacks anything: patterns then learn alone.
        """
        if not lacks_any(data):
            return None
        if self.pool == "mixture":
            models, _ = shared_weights(data, _best_mean, self.max_patterns)
            return lambda p: (models[p][data.members_in(p)], np.zeros(0))
        stacks = SharedStacks(rows_that_count(data), together=True)
        centre, spread = self._units

        def known(pattern):
            weights, intercept = stacks.parts(pattern)[0]
            total = weights.sum()
            shift = (intercept - (1 - total) * centre) / spread
            equal = np.full(len(weights), 1 / len(weights))
            gates = weights / total if total > 0 else equal
            return gates, np.append(total, shift)

        return known

    def _fit_pattern(self, data, features, shared, pattern, rows, known):
        rows = rows_of_weight(data, rows)
        best = None if shared is None else shared(pattern)
        if len(rows) < FEWEST_ROWS:
            return None if best is None else (global_gate(*best), 0.0)
        data = data.take(rows)
        predictions = self._pool_inputs(data)[:, data.members_in(pattern)]
        pool = _POOLS[self.pool](predictions, self._targets(data))
        inputs = self._inputs([z[rows] for z in features], pattern)
        penalty = self._penalty_for(data, pool, inputs)
        start = self._start(data, pattern, known)
        return fit_gate(pool, inputs, penalty, start, best=best), 0.0

    def _penalty_for(self, data, pool, inputs):
        """Return a pattern's penalty: what served the fullest one, or infinity."""
        if pool.predictions.shape[1] == 1 or inputs.shape[1] == 0:
            return np.inf
        if self.penalty_ is None:
            self.penalty_ = _choose_penalty(data, pool, inputs, _PENALTIES)
            return self.penalty_
        if self.penalty is not None or np.isinf(self.penalty_):
            return self.penalty_
        return _choose_penalty(data, pool, inputs, (np.inf, self.penalty_))

    def _targets(self, data):
        """Return targets in the units of all training rows."""
        targets = HeadTargets.of(data.y, data.task, data.sample_weight)
        values = targets.values * targets.spread + targets.centre
        centre, spread = self._units
        return replace(
            targets, values=(values - centre) / spread, centre=centre, spread=spread
        )

    def _start(self, data, pattern, known):
        """Return a pattern's part of the first gate around it; None without slopes."""
        full = next((key for key in known if set(key) >= set(pattern)), None)
        if full is None or known[full].is_global:
            return None
        gate = known[full]
        members = np.isin(data.members_in(full), data.members_in(pattern))
        widths = zip(self.context_, self.projector_.widths_, strict=True)
        columns = np.concatenate(
            [np.full(width, m in pattern) for m, width in widths if m in full]
            or [np.empty(0, dtype=bool)]
        )
        slopes = gate.slopes[np.ix_(columns, members)]
        bias = gate.bias[members]
        extra = gate.extra, gate.global_extra
        return Gate(gate.weights[members], bias, slopes, *extra)

    def _full_weights(self, data, available):
        """Return the global weights of the fullest pattern, for all members."""
        weights = np.zeros(len(data.members))
        if self.pattern_models_:
            fullest = self.pattern_models_.fullest
            weights[data.members_in(fullest)] = self.pattern_models_[fullest].weights
        else:
            weights[:] = [available[:, m.modality].any() for m in data.members]
            weights /= weights.sum()
        return weights

    def row_weights(self, data):
        """Return the weight of each member in each row.

        Returns
        -------
        weights : ndarray of shape (n_samples, n_members)
            Zero where the member has no prediction; each row sums to one.
        """
        data = self.calibrated(data)
        has = ~np.isnan(data.predictions[:, :, 0])
        weights = np.zeros(has.shape)
        for rows, key, gates, _ in self._gated(data):
            if key is not None:
                weights[np.ix_(rows, data.members_in(key))] = gates
        return over_present(weights, has)

    def _gated(self, data):
        """Yield rows, the pattern of their gate, its weights, and the pool's extra.

        Rows without any of the context are apart: they get global weights.
        """
        features = self.projector_.transform(self._context_blocks(data))
        available = data.available()
        reads = available[:, self.context_].any(axis=1)
        for key, served in self.pattern_models_.serve(available):
            if key is None:
                yield served, None, None, None
                continue
            gate = self.pattern_models_[key]
            rows = served[reads[served]]
            gates = gate.rows(self._inputs([z[rows] for z in features], key))
            yield rows, key, gates, gate.extra
            rows = served[~reads[served]]
            yield rows, key, np.tile(gate.weights, (len(rows), 1)), gate.global_extra

    def _predict(self, data):
        if self.pool == "mixture":
            return self._mean(data)
        out = np.empty((data.n_samples, data.task.n_outputs))
        inputs = np.nan_to_num(self._pool_inputs(data))
        for rows, key, gates, extra in self._gated(data):
            if key is None:
                out[rows] = np.nanmean(data.predictions[rows], axis=1)
                continue
            part = inputs[np.ix_(rows, data.members_in(key))]
            scores = Evidence.fuse(part, gates, extra)
            out[rows] = head_outputs(scores, data.task, *self._units)
        return out

    def _pool_inputs(self, data):
        """Return evidence, or what is mixed, in the units of the loss; may be NaN."""
        if data.task.is_classification and self.pool == "evidence":
            return centred_logs(data.predictions)
        centre, spread = self._units
        return (data.predictions - centre) / spread

    def _mean(self, data):
        return mean_rule(data.predictions, self.row_weights(data), data.task.prior)

    def _transform(self, data):
        """Return the members' mean under the row's weights, whatever the pool."""
        return self._in_rows_with_any(self._mean, data, data.task.prior)

    def get_feature_names_out(self, task):
        """Return one name an output: the class or the target."""
        return output_names("gating", task)


def _best_mean(part, predictions, members):
    """Return the weights of the best mean of some rows; None where these are few."""
    if part.n_samples < 2:
        return None
    targets = target_matrix(part.y, part.task)
    classes = {"classification": part.task.is_classification}
    return best_mixture(predictions, targets, part.sample_weight, **classes)


def _choose_penalty(data, pool, features, penalties):
    """Return the strongest penalty that does about as well as any."""
    few, many = data.n_samples < FEW_ROWS, data.n_samples > MANY_ROWS

    def fit(rows, penalty, start):
        known = None if start is None else (start.weights, start.global_extra)
        return fit_gate(
            pool.take(rows),
            features[rows],
            penalty,
            start,
            best=known,
            **_SEARCH,
        )

    def losses(gate, rows):
        return pool.take(rows).row_losses(gate.rows(features[rows]), gate.extra)

    return choose_by_folds(
        penalties,
        tuning_folds(data, 3 if few or many else 5),
        fit,
        losses,
        pool.targets.share,
        groups=data.groups,
        one_error=True,
        patience=1 if few else 2,
    )
