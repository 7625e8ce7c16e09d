"""Cooperative learning one modality at a time, with any regressors.

Each modality's learner in turn is fitted to what the others leave of the
target, drawn towards what they predict (Ding et al. 2022, the iterative form). For
log loss the target is that of Newton's method (local scoring; Hastie &
Tibshirani 1990, "Generalized Additive Models", chapter 6).
"""

from dataclasses import dataclass

import numpy as np

from mmensemble._seeds import seed_for
from mmensemble.fusion.feature.cooperative._design import row_correction
from mmensemble.learners._task import accepted_input, accepts, fit_learner, new_learner

#: Sweeps over the modalities at most: each is a fit of every learner.
_MOST_SWEEPS = 10


@dataclass(frozen=True)
class BackfitModel:
    """Fitted learners of one set of modalities.

    Parameters
    ----------
    modalities : tuple of int
    learners : list of list of estimator
        One list a modality, in it one learner an output.
    intercept : ndarray of shape (n_outputs,)
    rho : float
    """

    modalities: tuple
    learners: list
    intercept: np.ndarray
    rho: float

    def views(self, blocks):
        """Return each modality's predictions, zero where it is absent."""
        n_samples, n_outputs = len(blocks[0].present), len(self.intercept)
        out = np.zeros((len(blocks), n_samples, n_outputs))
        for own, block, learners in zip(out, blocks, self.learners, strict=True):
            if block.present.any():
                X = accepted_input(block.values, learners[0])
                for k, learner in enumerate(learners):
                    own[block.present, k] = np.ravel(learner.predict(X))
        return out


def backfit(sample, learner, rho, tol=1e-2):
    """Fit one learner a modality and output, in turn, until the objective rests.

    Parameters
    ----------
    sample : Sample
    learner : regressor
    rho : float
    tol : float
        Share by which a sweep over the modalities must lower the objective.

    Returns
    -------
    learners : list of list of estimator
    intercept : ndarray of shape (n_outputs,)
    """
    state = _State(sample, rho)
    best, learners = state.objective(), None
    for _ in range(_MOST_SWEEPS):
        fresh = [state.fit(m, learner) for m in range(len(sample.blocks))]
        value = state.objective()
        if learners is not None and not value < best:
            break
        learners = fresh
        if best - value <= tol * abs(best):
            break
        best = value
    return learners, state.intercept


class _State:
    """The modalities' predictions on the training rows, and their objective."""

    def __init__(self, sample, rho):
        self.sample, self.loss = sample, sample.loss
        self.weight = sample.weight / sample.weight.sum()
        self.rho = rho if len(sample.blocks) > 1 else 0.0
        present = np.column_stack([block.present for block in sample.blocks])
        self.n_present = np.maximum(present.sum(axis=1), 1).astype(float)
        self.correction = row_correction(present, self.rho)
        targets = sample.targets
        self.intercept = self.loss.constant(targets, self.weight / self.correction)
        self.views = np.zeros((len(sample.blocks), *targets.shape))

    def fitted(self):
        return self.intercept + self.correction[:, None] * self.views.sum(axis=0)

    def objective(self):
        loss = (
            self.weight
            / self.correction
            @ self.loss.rows(self.sample.targets, self.fitted())
        )
        total = self.views.sum(axis=0) ** 2
        apart = self.n_present[:, None] * (self.views**2).sum(axis=0) - total
        return loss + self.rho / 2 * (self.weight * self.correction) @ apart.sum(axis=1)

    def fit(self, m, learner):
        """Fit the learners of modality m and take their predictions."""
        block, name = self.sample.blocks[m], self.sample.names[m]
        fresh = []
        for k in range(self.views.shape[2]):
            target, weight = (part[block.present] for part in self._working(m, k))
            seed = seed_for(self.sample.seed, "view", name, str(k))
            model = new_learner(learner, seed)
            params = {}
            if accepts(model, "sample_weight"):
                params["sample_weight"] = weight / weight.mean()
            model = fit_learner(model, block.values, target, params)
            X = accepted_input(block.values, model)
            self.views[m][block.present, k] = np.ravel(model.predict(X))
            fresh.append(model)
        return fresh

    def _working(self, m, k):
        """Return target and weight of each row for modality m and output k."""
        fitted = self.fitted()
        mean = self.loss.mean(fitted)
        error = (self.sample.targets - mean)[:, k]
        curve = np.ones(len(error))
        if not self.loss.is_quadratic:
            curve = np.maximum(mean[:, k] * (1 - mean[:, k]), 1e-2)
        others = self.views[:, :, k].sum(axis=0) - self.views[m, :, k]
        pull = self.rho * (self.n_present - 1)
        alone = curve * self.views[m, :, k] + error / self.correction
        target = (alone + self.rho * others) / (curve + pull)
        return target, self.weight * self.correction * (curve + pull)
