"""The choice of `rho` and of the penalty by cross-validation."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.parallel import Parallel, delayed

from mmensemble.fusion.feature.cooperative._backfitting import BackfitModel, backfit
from mmensemble.fusion.feature.cooperative._design import Design, row_correction
from mmensemble.fusion.feature.cooperative._path import NARROW, AgreementPath

#: Share of the path after which a loss that has not fallen any more ends it. By
#: judgement; the figures of benchmarks/bench_cooperative.py are with it.
_PATIENCE = 0.15
#: Relative gain at which fits stop that are only compared with each other.
_TOLERANCE = 1e-3


def largest_penalty(sample, options, l1_ratio):
    """Return the smallest penalty that leaves no feature; it depends on no `rho`."""
    scalings = sample.scalings(options)
    path = AgreementPath(sample, scalings, rho=0.0, l1_ratio=l1_ratio)
    return path.largest_penalty()


def held_out_losses(sample, splits, options, *, rhos, penalties, l1_ratio, n_jobs=None):
    """Return the mean held-out loss of every `rho` and penalty.

    The folds walk down the penalties together, and stop where their common loss
    has not fallen for a while.

    Parameters
    ----------
    sample : Sample
    splits : list of (train, test) index arrays
    options : list of dict
        For each modality, what `learn_scaling` takes.
    rhos : sequence of float
    penalties : ndarray of shape (n_penalties,)
        Falling.
    l1_ratio : float
    n_jobs : int or None

    Returns
    -------
    losses : ndarray of shape (n_rhos, n_penalties)
        Infinite beyond the stop.
    """
    found = Parallel(n_jobs=n_jobs)(
        delayed(_walk)(sample, splits, options, rho, penalties, l1_ratio)
        for rho in rhos
    )
    return np.array(found)


def _walk(sample, splits, options, rho, penalties, l1_ratio):
    folds = [_Fold(sample, split, options, rho, l1_ratio) for split in splits]
    losses = np.full(len(penalties), np.inf)
    patience = max(2, round(_PATIENCE * len(penalties)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for step, penalty in enumerate(penalties):
            losses[step] = sum(fold.loss_at(penalty) for fold in folds)
            if step - losses[: step + 1].argmin() >= patience:
                break
    return losses


class _Fold:
    """A path on the training rows, and held-out rows scaled like them."""

    def __init__(self, sample, split, options, rho, l1_ratio):
        seen, self.test = (sample.take(rows) for rows in split)
        scalings = seen.scalings(options)
        self.path = AgreementPath(
            seen, scalings, rho=rho, l1_ratio=l1_ratio, tol=_TOLERANCE
        )
        self.design = Design(self.test.blocks, scalings)
        self.correction = self.design.correction(self.path.rho)[:, None]
        self.share = self.test.weight / sample.weight.sum()
        self.columns = None
        if sample.width <= NARROW:
            self.columns = self.design.columns(np.arange(sample.width))

    def loss_at(self, penalty):
        """Return the held-out rows' part of the loss of all rows."""
        path = self.path.step(penalty)
        scores = path.intercept + self.correction * self._total(path)
        return self.share @ path.loss.rows(self.test.targets, scores)

    def _total(self, path):
        if self.columns is not None:
            return self.columns @ path.coef
        active = path.active()
        if not len(active):
            return np.zeros_like(self.test.targets)
        return self.design.columns(active) @ path.coef[active]


def backfit_losses(sample, splits, learner, rhos, n_jobs=None):
    """Return the mean held-out loss of every `rho` with a learner.

    Returns
    -------
    losses : ndarray of shape (n_rhos, 1)
    """
    found = Parallel(n_jobs=n_jobs)(
        delayed(_backfit_loss)(sample, split, learner, rho)
        for rho in rhos
        for split in splits
    )
    return np.reshape(found, (len(rhos), -1)).sum(axis=1, keepdims=True)


def _backfit_loss(sample, split, learner, rho):
    seen, test = (sample.take(rows) for rows in split)
    model = BackfitModel((), *backfit(seen, learner, rho), rho)
    present = np.column_stack([block.present for block in test.blocks])
    total = model.views(test.blocks).sum(axis=0)
    scores = model.intercept + row_correction(present, rho)[:, None] * total
    share = test.weight / sample.weight.sum()
    return share @ sample.loss.rows(test.targets, scores)
