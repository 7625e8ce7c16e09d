"""What blocks side by side are divided by, chosen by held-out loss."""

import numpy as np
from sklearn.base import clone

from mmensemble._threads import inner_threads, threads_for
from mmensemble.fusion._fused_heads import is_default
from mmensemble.fusion._side_by_side import SideBySide

#: Ways to divide blocks, as `block_moments` takes them.
SCALINGS = ("frobenius", "first_singular_value")


def choose_scaling(data):
    """Return the scaling with which the default linear learner predicts best.

    A ridge has one penalty for all columns, so that what blocks are divided by says
    how much each is penalised (as the penalty factors of Boulesteix et al. 2017 do,
    of which these are three that come without a search).

    Parameters
    ----------
    data : FusionData
        Training rows with the learners.

    Returns
    -------
    scaling : None, "frobenius" or "first_singular_value"
        None unless another has a lower held-out loss, by more than the standard
        error of the difference; None for other learners, and for one block.

    References
    ----------
    Boulesteix, A.-L., De Bin, R., Jiang, X., & Fuchs, M. (2017). IPF-LASSO:
    Integrative L1-penalized regression with penalty factors for prediction based on
    multi-omics data. Computational and Mathematical Methods in Medicine, 2017.
    """
    if not data.learners or not is_default(data.learners) or len(data.blocks) < 2:
        return None
    rows = np.flatnonzero(data.presence.any(axis=1))
    data = data.take(rows) if len(rows) < data.n_samples else data
    plain = _held_out(data, None)
    scaled = {kind: _held_out(data, kind) for kind in SCALINGS}
    best = min(scaled, key=lambda kind: scaled[kind].loss)
    return best if scaled[best].beats(plain) else None


def _held_out(data, scaling):
    name, learner = data.learners[0]
    matrix = SideBySide.fit(data, scaling).matrix(data)
    with threads_for(*matrix.shape, inner_threads(data.n_jobs)):
        return clone(learner).held_out(matrix, data.y, **data.params.get(name, {}))
