"""Gated features: each passes as far as a gate that reads all of them lets it."""

from dataclasses import dataclass
from functools import partial
from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble._threads import inner_threads
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._fused_heads import fit_heads, mean_outputs
from mmensemble.fusion._heads import HeadTargets, head_outputs, tuning_folds
from mmensemble.fusion._patterns import PatternModels, pattern_jobs, rows_with_enough
from mmensemble.fusion._projection import BlockProjector
from mmensemble.fusion._rows import FEW_ROWS, FEWEST_ROWS, MANY_ROWS
from mmensemble.fusion.feature._gated_head import (
    GatedHead,
    GatedRows,
    fit_joint,
    fit_linear,
)
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.numerics._penalty_search import choose_by_folds

#: Penalties of the head that are tried, a decade apart, on standardised features.
_RIDGES = (1.0, 0.1, 0.01, 1e-3, 1e-4)
#: Penalties of the gate that are tried, from gates that stay at a half on.
_GATE_RIDGES = (np.inf, 0.1, 0.01, 1e-3)
#: Where fits stop that are only compared with each other, and where the last does.
_SEARCH = {"tol": 1e-3, "max_iter": 30}
_FINAL = {"tol": 1e-5, "max_iter": 200}


@dataclass(frozen=True)
class GatedModel:
    """What one presence pattern predicts with.

    Parameters
    ----------
    head : GatedHead
        Gate and joint head.
    learners : list of estimator
        Fitted on the gated features in the head's place.
    indicated : tuple of int
        Modalities that have a presence indicator: some training rows lacked them.
    """

    head: GatedHead
    learners: list
    indicated: tuple


class FeatureGatingFusion(BaseFusion):
    """Gate the modalities' features and learn from what passes.

    With the blocks side by side as `x`, the fused features are

    ``F = sigmoid(W x + b) * x``,

    elementwise, and a linear head predicts from them: softmax for classes, least
    squares for numbers, several targets too. Gate and head are trained together
    by L-BFGS on the analytic gradient, from the best linear head with all gates
    at a half. Both are ridge-penalised; penalties are chosen by cross-validation,
    that of the gate by the one-standard-error rule from infinity down, so that
    without evidence for gates this is a linear model on standardised features.

    Gated multimodal units (Arevalo et al. 2017) first map each modality through
    a hyperbolic tangent to a common width and add the gated vectors up; here the
    features keep their names and stand side by side, and the gate multiplies
    what it reads.

    Blocks are standardised, and wide ones projected on their leading principal
    components. For each presence pattern gate and head are trained on the rows
    that have at least its modalities or, where these are fewer than 75 % of the
    rows that have any of them, on all of those, with zeros (means) and presence
    indicators; absent modalities have no features and no gates.

    A learner that you give to the estimator takes the joint head's place: it is
    fitted on the gated features. These have seen the targets of the same rows,
    through a penalised gate only; still, expect a flexible learner's training
    score to flatter.

    Parameters
    ----------
    gate : {"feature", "modality"}, default="feature"
        Whether each feature has a gate of its own or each modality has one.
    width : int, default=16
        Most features a modality: the leading principal components of wider ones.
    rank : int, default=8
        Largest rank of `W`; beyond, it is the product of two factors, so that
        the gate has at most ``rank * (columns in + gates)`` parameters.
    max_patterns : int, default=16
        Most presence patterns with a model of their own; others use that of the
        smallest pattern around theirs.

    Attributes
    ----------
    pattern_models_ : PatternModels
        Of each presence pattern, keyed by the positions of its modalities: `head`,
        gate and joint head, and `learners`, which take the joint head's place; an
        empty list where none are given.
    ridge_, gate_ridge_ : float
        Chosen penalties of head and gate; infinite where gates do not help.

    References
    ----------
    Arevalo, J., Solorio, T., Montes-y-Gómez, M., & González, F. A. (2017). Gated
    multimodal units for information fusion. ICLR 2017 Workshop.

    Examples
    --------
    >>> from mmensemble import FeatureGatingFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(row_dependent=True, class_sep=2, random_state=0)
    >>> model = MultimodalClassifier(fusion=FeatureGatingFusion())
    >>> model.fit(data.data, data.target).predict(data.data[:3]).shape
    (3,)
    """

    short_name = "feature_gating"
    level = "feature"
    reference = "Arevalo et al. 2017"
    when = "What a feature means depends on the others, and a linear model is wanted."

    _parameter_constraints = {
        "gate": [StrOptions({"feature", "modality"})],
        "width": [Interval(Integral, 1, None, closed="left")],
        "rank": [Interval(Integral, 1, None, closed="left")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }
    row_outputs = {"gate_values": "modalities"}

    def __init__(self, *, gate="feature", width=16, rank=8, max_patterns=16):
        self.gate = gate
        self.width = width
        self.rank = rank
        self.max_patterns = max_patterns

    @property
    def needs(self):
        """Blocks, and targets to train gates for."""
        return frozenset({"blocks", "targets"})

    def _fit(self, data):
        self.projector_ = BlockProjector(self.width).fit(
            data.blocks, data.sample_weight, data.modalities
        )
        self.modalities_ = data.modalities
        # which modality each projected feature belongs to
        everyone = np.arange(len(data.modalities))
        self._owner = np.repeat(everyone, self.projector_.widths_)
        targets = HeadTargets.of(data.y, data.task, data.sample_weight)
        self._units = targets.centre, targets.spread
        self.ridge_ = self.gate_ridge_ = None
        self.pattern_models_ = PatternModels.fit(
            partial(self._fit_pattern, data, self._features(data), targets),
            pattern_jobs(_counted_presence(data), self.max_patterns, rows_with_enough),
            fallbacks=("around", "within", "fullest"),
        )

    def _features(self, data):
        """Return all projected features side by side, zero where absent."""
        parts = self.projector_.transform(data.blocks)
        return np.hstack([np.empty((data.n_samples, 0)), *parts])

    def _rows(self, features, presence, pattern, indicated):
        """Return what a pattern's head reads."""
        indicators = presence[:, list(indicated)].astype(float)
        return GatedRows(features[:, self._inside(pattern)], indicators)

    def _inside(self, pattern):
        return np.flatnonzero(np.isin(self._owner, pattern))

    def _fit_pattern(self, data, features, targets, pattern, rows, known):
        if known and len(rows) < FEWEST_ROWS:
            return None
        features, data, targets = features[rows], data.take(rows), targets.take(rows)
        complete = data.presence[:, list(pattern)].all()
        indicated = () if complete else pattern
        read = self._rows(features, data.presence, pattern, indicated)
        head = self._start(data, read, pattern, known)
        gate_ridge = self._choose(data, head, read, targets)
        if gate_ridge == np.inf or not head.coef.any():
            options = _FINAL if gate_ridge == np.inf else _SEARCH
            head = fit_linear(head.shut(), read, targets, self.ridge_, **options)
        if gate_ridge < np.inf:
            head = fit_joint(head, read, targets, self.ridge_, gate_ridge, **_FINAL)
        learners = self._fit_learners(data, head, read, pattern)
        return GatedModel(head, learners, indicated), 0.0

    def _start(self, data, rows, pattern, known):
        """Return the fullest head's part for a pattern within its own, if alike."""
        owner = self._owner[self._inside(pattern)]
        if self.gate == "modality":
            owner = np.unique(owner, return_inverse=True)[1]
        else:
            owner = np.arange(len(owner))
        seed = seed_for(data.seed, "gate")
        closed = GatedHead.closed(
            owner, rows, data.task.n_outputs, rank=self.rank, seed=seed
        )
        if not known:
            return closed
        full = known.fullest
        kept = np.flatnonzero(np.isin(self._inside(full), self._inside(pattern)))
        within = pattern if rows.indicators.shape[1] else ()
        shown = np.flatnonzero(np.isin(known[full].indicated, within))
        inputs = np.concatenate([kept, shown + len(self._inside(full))])
        part = known[full].head.part(inputs, kept)
        return part if part.pack().size == closed.pack().size else closed

    def _choose(self, data, start, rows, targets):
        """Return the penalty of the gate; choose the head's before, once for all.

        The fullest pattern tries them all, the others what served it, or none.
        """
        if self.gate_ridge_ == np.inf:
            return np.inf
        few, many = data.n_samples < FEW_ROWS, data.n_samples > MANY_ROWS
        splits = tuning_folds(data, 3 if few or many else 5)
        shared = {"groups": data.groups, "patience": 1 if few else 2}

        def linear(train, ridge, before):
            head = start.shut() if before is None else before
            parts = rows.take(train), targets.take(train)
            return fit_linear(head, *parts, ridge, **_SEARCH)

        def joint(train, gate_ridge, before):
            if before is None:
                return linear(train, self.ridge_, None)
            parts = rows.take(train), targets.take(train)
            return fit_joint(before, *parts, self.ridge_, gate_ridge, **_SEARCH)

        def losses(head, test):
            return targets.take(test).row_losses(head.scores(rows.take(test)))

        weight, first = targets.share, self.ridge_ is None
        if first:
            self.ridge_ = choose_by_folds(
                _RIDGES, splits, linear, losses, weight, **shared
            )
        tried = _GATE_RIDGES if first else (np.inf, self.gate_ridge_)
        chosen = choose_by_folds(
            tried, splits, joint, losses, weight, one_error=True, **shared
        )
        if first:
            self.gate_ridge_ = chosen
        return chosen

    def _fit_learners(self, data, head, rows, pattern):
        """Fit the learners that the user has given, on the gated features."""
        own = (AutoLinearClassifier, AutoLinearRegressor)
        given = [(n, e) for n, e in data.learners if not isinstance(e, own)]
        matrix = np.hstack([head.gated(rows), rows.indicators])
        names = [self.modalities_[m] for m in pattern]
        return fit_heads(given, matrix, data, names, inner_threads(data.n_jobs))

    def _parts(self, data):
        """Yield rows, the pattern of their model, the model, and what it reads."""
        features = self._features(data)
        for key, rows in self.pattern_models_.serve(data.presence):
            model = self.pattern_models_[key]
            part = features[rows], data.presence[rows]
            yield rows, key, model, self._rows(*part, key, model.indicated)

    def _predict(self, data):
        out = np.empty((data.n_samples, data.task.n_outputs))
        for rows, _, model, read in self._parts(data):
            if model.learners:
                matrix = np.hstack([model.head.gated(read), read.indicators])
                out[rows] = mean_outputs(model.learners, matrix, data.task)
            else:
                scores = model.head.scores(read)
                out[rows] = head_outputs(scores, data.task, *self._units)
        return out

    def _transform(self, data):
        out = np.zeros((data.n_samples, len(self._owner)))
        for rows, key, model, read in self._parts(data):
            out[np.ix_(rows, self._inside(key))] = model.head.gated(read)
        return out

    def gate_values(self, data):
        """Return how far each modality's gates are open in each row.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        gates : ndarray of shape (n_samples, n_modalities)
            Between 0 and 1: the gate of the modality, or the mean of its features'
            gates; 0 where the modality is absent.
        """
        out = np.zeros(data.presence.shape)
        for rows, key, model, read in self._parts(data):
            owner = self._owner[self._inside(key)]
            gates = model.head.gates(read)[:, model.head.owner]
            for m in np.unique(owner):
                out[rows, m] = gates[:, owner == m].mean(axis=1)
        return np.where(data.presence, out, 0.0)

    def get_feature_names_out(self, task):
        """Return ``"modality__feature"`` names of the gated features."""
        return self.projector_.get_feature_names_out()


def _counted_presence(data):
    """Return the presence of rows that have a weight; others have nothing."""
    if data.sample_weight is None or not data.sample_weight.any():
        return data.presence
    return data.presence & (data.sample_weight > 0)[:, None]
