"""Gated features: each passes as far as all of them say."""

from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._heads import (
    HeadTargets,
    choose_by_folds,
    head_outputs,
    tuning_folds,
)
from mmensemble.fusion._patterns import (
    group_rows,
    list_patterns,
    nearest_pattern,
    rows_with,
)
from mmensemble.fusion._projection import BlockProjector
from mmensemble.fusion.feature._gated_head import (
    GatedHead,
    GatedRows,
    fit_joint,
    fit_linear,
)
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._task import fit_learner, new_learner, outputs

_RIDGES = (1.0, 0.1, 0.01, 1e-3, 1e-4)
#: Penalties of the gate that are tried, from gates that stay at a half on.
_GATE_RIDGES = (np.inf, 0.1, 0.01, 1e-3)
_FEWEST_ROWS = 10
#: Share of complete rows below which a pattern learns from incomplete ones too.
_COMPLETE_ENOUGH = 0.75
_MANY_ROWS, _FEW_ROWS = 2_000, 200
#: Where fits stop that are only compared with each other.
_SEARCH = {"tol": 1e-3, "max_iter": 30}
_FINAL = {"tol": 1e-5, "max_iter": 200}


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
    heads_ : dict of tuple of int to GatedHead
        Gate and joint head of each pattern, by positions of its modalities.
    learners_ : dict of tuple of int to list of estimator
        What takes the joint head's place; empty lists where nothing does.
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

    level = "feature"
    reference = "Arevalo et al. 2017"
    when = "What a feature means depends on the others, and a linear model is wanted."

    _parameter_constraints = {
        "gate": [StrOptions({"feature", "modality"})],
        "width": [Interval(Integral, 1, None, closed="left")],
        "rank": [Interval(Integral, 1, None, closed="left")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }

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
        self.heads_, self.learners_, self._told = {}, {}, {}
        features = self._features(data)
        for pattern in list_patterns(data.presence, self.max_patterns):
            rows, complete = _training_rows(data, pattern)
            if len(rows) >= _FEWEST_ROWS or not self.heads_:
                self._told[pattern] = () if complete else pattern
                part = data.take(rows)
                read = self._rows(features[rows], part.presence, pattern)
                self._fit_pattern(part, read, targets.take(rows), pattern)

    def _features(self, data):
        """Return all projected features side by side, zero where absent."""
        parts = self.projector_.transform(data.blocks)
        return np.hstack([np.empty((data.n_samples, 0)), *parts])

    def _rows(self, features, presence, pattern):
        """Return what a pattern's head reads."""
        told = presence[:, list(self._told[pattern])].astype(float)
        return GatedRows(features[:, self._inside(pattern)], told)

    def _inside(self, pattern):
        return np.flatnonzero(np.isin(self._owner, pattern))

    def _fit_pattern(self, data, rows, targets, pattern):
        start = self._start(data, rows, pattern)
        gate_ridge = self._choose(data, start, rows, targets)
        if gate_ridge == np.inf or not start.coef.any():
            options = _FINAL if gate_ridge == np.inf else _SEARCH
            start = fit_linear(start.shut(), rows, targets, self.ridge_, **options)
        if gate_ridge < np.inf:
            start = fit_joint(start, rows, targets, self.ridge_, gate_ridge, **_FINAL)
        head = start
        self.heads_[pattern] = head
        self.learners_[pattern] = self._fit_learners(data, head, rows, pattern)

    def _start(self, data, rows, pattern):
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
        if not self.heads_:
            return closed
        full, head = next(iter(self.heads_.items()))
        kept = np.flatnonzero(np.isin(self._inside(full), self._inside(pattern)))
        told = np.flatnonzero(np.isin(self._told[full], self._told[pattern]))
        inputs = np.concatenate([kept, told + len(self._inside(full))])
        part = head.part(inputs, kept)
        return part if part.pack().size == closed.pack().size else closed

    def _choose(self, data, start, rows, targets):
        """Return the penalty of the gate; choose the head's before, once for all.

        The fullest pattern tries them all, the others what served it, or none.
        """
        if self.gate_ridge_ == np.inf:
            return np.inf
        few, many = data.n_samples < _FEW_ROWS, data.n_samples > _MANY_ROWS
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
        matrix = np.hstack([head.gated(rows), rows.told])
        names = [self.modalities_[m] for m in pattern]
        fitted = []
        for name, learner in given:
            model = new_learner(learner, seed_for(data.seed, "head", name, *names))
            params = data.params.get(name, {})
            fitted.append(fit_learner(model, matrix, data.y, params))
        return fitted

    def _parts(self, data):
        """Yield rows, the pattern of their model, and what that reads."""
        features = self._features(data)
        for pattern, rows in group_rows(data.presence):
            around = [key for key in self.heads_ if set(key) >= set(pattern)]
            key = min(around, key=lambda key: (len(key), key), default=None)
            if key is None:
                key = nearest_pattern(pattern, dict.fromkeys(self.heads_, 0.0))
            key = next(iter(self.heads_)) if key is None else key
            yield rows, key, self._rows(features[rows], data.presence[rows], key)

    def _predict(self, data):
        out = np.empty((data.n_samples, data.task.n_outputs))
        for rows, key, read in self._parts(data):
            head, learners = self.heads_[key], self.learners_[key]
            if learners:
                matrix = np.hstack([head.gated(read), read.told])
                parts = [outputs(model, matrix, data.task) for model in learners]
                out[rows] = np.mean(parts, axis=0)
            else:
                out[rows] = head_outputs(head.scores(read), data.task, *self._units)
        return out

    def _transform(self, data):
        out = np.zeros((data.n_samples, len(self._owner)))
        for rows, key, read in self._parts(data):
            out[np.ix_(rows, self._inside(key))] = self.heads_[key].gated(read)
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
        for rows, key, read in self._parts(data):
            head, owner = self.heads_[key], self._owner[self._inside(key)]
            gates = head.gates(read)[:, head.owner]
            for m in np.unique(owner):
                out[rows, m] = gates[:, owner == m].mean(axis=1)
        return np.where(data.presence, out, 0.0)

    def get_feature_names_out(self, task):
        """Return ``"modality__feature"`` names of the gated features."""
        return self.projector_.get_feature_names_out()


def _training_rows(data, pattern):
    """Return the rows that a pattern learns from, and whether all are complete."""
    columns = data.presence[:, list(pattern)]
    counts = np.ones(data.n_samples, dtype=bool)
    if data.sample_weight is not None and data.sample_weight.any():
        counts = data.sample_weight > 0
    touched = np.flatnonzero(columns.any(axis=1) & counts)
    rows = rows_with(data.presence, pattern)
    rows = rows[counts[rows]]
    if len(rows) >= _COMPLETE_ENOUGH * len(touched):
        return rows, True
    return touched, False
