"""Learners on a matrix that a fusion makes, one a presence pattern."""

import numpy as np
from scipy import sparse

from mmensemble.fusion._blocks import join_blocks
from mmensemble.fusion.feature._concat import ConcatFusion
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor

#: Share of complete rows below which a head learns from incomplete ones too.
COMPLETE_ENOUGH = 0.75
#: Entries up to which a sparse matrix becomes dense: solvers are then exact.
_SMALL = 1_000_000


def is_default(learners):
    """Tell whether (name, learner) pairs hold nothing but our own linear models."""
    ours = AutoLinearClassifier | AutoLinearRegressor
    return all(isinstance(learner, ours) for _, learner in learners)


def rows_that_count(data):
    """Return the rows of a view that have a modality and a weight above zero."""
    count = data.presence.any(axis=1)
    if data.sample_weight is not None:
        count = count & (data.sample_weight > 0)
    return data if count.all() else data.take(np.flatnonzero(count))


class FusedHeads(ConcatFusion):
    """Learners on the features of all modalities and what a model makes of them.

    Patterns, imputed rows and fallbacks are those of concatenation.

    Parameters
    ----------
    model : object
        Has ``pooled(data, pattern)``, of shape (n_samples, n_made).
    name : str, default="attention"
        Of its columns.
    beside : bool, default=True
        Whether the modalities' own features stand before them.
    max_patterns : int, default=8
        Most presence patterns with learners of their own.
    """

    block_scaling, missing = None, "reduced"
    _parameter_constraints = {}

    def __init__(self, model=None, *, name="attention", beside=True, max_patterns=8):
        self.model = model
        self.name = name
        self.beside = beside
        self.max_patterns = max_patterns

    def _matrix(self, data, pattern, presence=None):
        made = self.model.pooled(data, pattern)
        if not self.beside:
            return made
        matrix = join_blocks([super()._matrix(data, pattern, presence), made])
        if sparse.issparse(matrix) and np.prod(matrix.shape) <= _SMALL:
            return matrix.toarray()
        return matrix

    def get_feature_names_out(self, task):
        """Return the features' names, then those of what the model makes."""
        own = super().get_feature_names_out(task) if self.beside else []
        return own + [f"{self.name}{j}" for j in range(self.model.n_made)]
