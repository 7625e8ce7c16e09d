"""Concatenation: the modalities' features side by side, one learner on all."""

from numbers import Integral

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble._threads import inner_threads, threads_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._blocks import block_mean, block_scale, join_blocks, stack_rows
from mmensemble.fusion._patterns import (
    group_rows,
    list_patterns,
    nearest_pattern,
    rows_with,
)
from mmensemble.fusion._rows import has_all_classes
from mmensemble.learners._task import fit_learner, new_learner, outputs

#: Share of complete rows below which a head learns from incomplete ones too.
_COMPLETE_ENOUGH = 0.75


class ConcatFusion(BaseFusion):
    """Put the modalities' features side by side and fit one learner (early fusion).

    Parameters
    ----------
    block_scaling : {None, "frobenius", "first_singular_value"}, default=None
        What each modality's block is divided by: nothing; the root of its total
        variance; or the root of its first principal component's variance, so
        that no modality dominates by width or scale (multiple factor analysis,
        Escofier & Pagès 1994).
    missing : {"reduced", "impute", "dropout"}, default="reduced"
        What happens to rows that lack a modality. "reduced": a learner for each
        presence pattern on its modalities alone, up to `max_patterns`; where
        fewer than 75 % of the rows are complete, incomplete ones are imputed and
        serve too. "impute":
        one learner, the block's training mean and presence indicators instead.
        "dropout": as "impute", but the learner also sees a copy of each training
        row with modalities hidden at random.
    max_patterns : int, default=8
        Most presence patterns with a learner of their own under "reduced"; other
        patterns are imputed. Each costs one fit.

    Attributes
    ----------
    means_ : list of ndarray of shape (n_features_of_block,)
        Training means of the blocks.
    scales_ : list of float
        What each block is divided by.
    heads_ : dict of tuple of int to list of estimator
        Fitted learners of each pattern, keyed by the positions of its
        modalities; the key () holds those for imputed rows, where they differ.

    References
    ----------
    Escofier, B., & Pagès, J. (1994). Multiple factor analysis (AFMULT package).
    Computational Statistics & Data Analysis, 18(1), 121-140.

    Saar-Tsechansky, M., & Provost, F. (2007). Handling missing values when
    applying classification models. Journal of Machine Learning Research, 8,
    1623-1657.

    Examples
    --------
    >>> from mmensemble import ConcatFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=ConcatFusion("first_singular_value"))
    >>> len(model.fit(data.data, data.target).fusion_.scales_)
    3
    """

    level = "feature"
    reference = "Escofier & Pagès 1994 (block scaling)"
    when = "Features of different modalities interact, and rows are plenty."

    _parameter_constraints = {
        "block_scaling": [None, StrOptions({"frobenius", "first_singular_value"})],
        "missing": [StrOptions({"reduced", "impute", "dropout"})],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, block_scaling=None, *, missing="reduced", max_patterns=8):
        self.block_scaling = block_scaling
        self.missing = missing
        self.max_patterns = max_patterns

    def _fit(self, data):
        self._fit_blocks(data)
        self.modalities_ = data.modalities
        self.heads_, self._imputed, self._fallback = {}, {()}, ()
        if not data.learners:
            return
        jobs = self._plan(data)
        n_threads = inner_threads(data.n_jobs)
        fitted = Parallel(n_jobs=data.n_jobs)(
            delayed(_fit_heads)(self, data, pattern, rows, n_threads)
            for pattern, rows in jobs
        )
        self.heads_ = {
            pattern: heads for (pattern, _), heads in zip(jobs, fitted, strict=True)
        }

    def _fit_blocks(self, data):
        weight = data.sample_weight
        weight = np.ones(data.n_samples) if weight is None else weight
        self.means_, self.scales_ = [], []
        for block in data.blocks:
            own = weight[block.present]
            mean = block_mean(block.values, own)
            scale = block_scale(block.values, mean, own, self.block_scaling)
            self.means_.append(mean)
            self.scales_.append(scale)
        self.names_ = [block.names for block in data.blocks]
        present = data.presence
        self._varies = present.any(axis=0) & ~present.all(axis=0)

    def _plan(self, data):
        """Return (pattern, rows) of each head; () stands for all, imputed."""
        presence = data.presence
        everyone = np.flatnonzero(presence.any(axis=1))
        if self.missing != "reduced":
            return [((), everyone)]
        jobs = []
        for pattern in list_patterns(presence, self.max_patterns):
            rows = rows_with(presence, pattern)
            touched = np.flatnonzero(presence[:, list(pattern)].any(axis=1))
            if len(rows) < _COMPLETE_ENOUGH * len(touched):
                rows = touched
                self._imputed.add(pattern)
            if has_all_classes(data, rows):
                jobs.append((pattern, rows))
        self._fallback = self._choose_fallback(jobs, presence[everyone])
        if self._fallback == ():
            jobs.append(((), everyone))
        return jobs

    def _choose_fallback(self, jobs, presence):
        """Return the head for patterns without their own; None: the nearest one."""
        seen = presence.any(axis=0)
        full = tuple(np.flatnonzero(seen).tolist())
        fitted = {pattern for pattern, _ in jobs}
        if full not in fitted:
            return ()
        if full in self._imputed:
            return full
        return None if presence[:, seen].all() else ()

    def _heads_of(self, data, pattern, n_threads):
        """Return one fitted head a learner, for the rows and pattern given."""
        matrix, origin = self._training_matrix(data, pattern)
        data = data if origin is None else data.take(origin)
        names = [self.modalities_[m] for m in pattern]
        heads = []
        for name, learner in data.learners:
            model = new_learner(learner, seed_for(data.seed, "head", name, *names))
            with threads_for(*matrix.shape, n_threads):
                model = fit_learner(model, matrix, data.y, data.params.get(name, {}))
            heads.append(model)
        return heads

    def _training_matrix(self, data, pattern):
        if self.missing != "dropout":
            return self._matrix(data, pattern), None
        hidden = _hide(data.presence, np.random.default_rng(data.seed))
        rows = np.tile(np.arange(data.n_samples), 2)
        copies = [self._matrix(data, ()), self._matrix(data, (), hidden)]
        return stack_rows(copies), rows

    def _matrix(self, data, pattern, presence=None):
        """Return the fused matrix of a pattern's modalities, of all for ()."""
        presence = data.presence if presence is None else presence
        inside = pattern or tuple(range(presence.shape[1]))
        parts = [self._visible(data, m, presence[:, m]) for m in inside]
        if pattern in self._imputed:
            told = [m for m in inside if self._indicated()[m]]
            parts.append(presence[:, told].astype(float))
        return join_blocks(parts)

    def _visible(self, data, m, present):
        """Return a block, scaled, with its mean where it is absent or hidden."""
        block, scale = data.blocks[m], self.scales_[m]
        values = block.filled(self.means_[m])
        if scale != 1.0:
            values = values / scale
        hidden = block.present & ~present
        if not hidden.any():
            return values
        if block.is_sparse:
            return values.multiply(present[:, None]).tocsr()
        return np.where(hidden[:, None], self.means_[m] / scale, values)

    def _indicated(self):
        """Modalities whose presence the imputing learner is told."""
        return self._varies if self.missing != "dropout" else self._varies | True

    def _predict(self, data):
        out = np.empty((data.n_samples, data.task.n_outputs))
        known = {key: 0.0 for key in self.heads_ if key}
        for pattern, rows in group_rows(data.presence):
            part = data.take(rows) if len(rows) < data.n_samples else data
            key = pattern if pattern in self.heads_ else self._fallback
            if key is None:
                key = nearest_pattern(pattern, known) or next(iter(self.heads_))
            matrix = self._matrix(part, key)
            parts = [outputs(head, matrix, data.task) for head in self.heads_[key]]
            out[rows] = np.mean(parts, axis=0)
        return out

    def _transform(self, data):
        return self._matrix(data, ())

    def get_feature_names_out(self, task):
        """Return ``"modality__feature"`` names, then presence indicators."""
        names = []
        for modality, features in zip(self.modalities_, self.names_, strict=True):
            prefix = f"{modality}__"
            named = all(feature.startswith(prefix) for feature in features)
            names += [feature if named else prefix + feature for feature in features]
        shown = np.flatnonzero(self._indicated())
        return names + [f"{self.modalities_[m]}__is_present" for m in shown]


def _fit_heads(fusion, data, pattern, rows, n_threads):
    """Make the matrix where it is used, so that only one is alive at a time."""
    data = data.take(rows) if len(rows) < data.n_samples else data
    return fusion._heads_of(data, pattern, n_threads)


def _hide(presence, rng):
    """Hide a random, non-empty part of each row's modalities, never all of them."""
    hidden = presence.copy()
    for row in range(len(presence)):
        own = np.flatnonzero(presence[row])
        if len(own) > 1:
            n_hidden = rng.integers(1, len(own))
            hidden[row, rng.choice(own, n_hidden, replace=False)] = False
    return hidden
