"""Fitted cooperative models: one set of modalities, one `rho`, one penalty."""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from mmensemble.fusion.feature.cooperative._path import AgreementPath

#: Relative gain at which the last fit stops, that of glmnet (Friedman, Hastie &
#: Tibshirani 2010), and at which those on the way to it do.
_TOLERANCE = 1e-7
_ON_THE_WAY = 1e-3


@dataclass(frozen=True)
class AgreementModel:
    """Coefficients of one set of modalities, for features as they came.

    Parameters
    ----------
    modalities : tuple of int
    coefs : list of ndarray of shape (n_features, n_outputs)
        One a modality.
    offsets : ndarray of shape (n_modalities, n_outputs)
        What makes each modality's linear predictor zero at its means.
    intercept : ndarray of shape (n_outputs,)
    rho : float
    """

    modalities: tuple
    coefs: list
    offsets: np.ndarray
    intercept: np.ndarray
    rho: float

    def views(self, blocks):
        """Return each modality's linear predictor, zero where it is absent.

        Parameters
        ----------
        blocks : sequence of Block
            Of the model's modalities.

        Returns
        -------
        views : ndarray of shape (n_modalities, n_samples, n_outputs)
        """
        shape = len(blocks), len(blocks[0].present), len(self.intercept)
        out = np.zeros(shape)
        parts = zip(out, blocks, self.coefs, self.offsets, strict=True)
        for own, block, coef, offset in parts:
            if block.present.any():
                own[block.present] = block.values @ coef - offset
        return out


def fit_model(sample, modalities, options, *, rho, penalties, l1_ratio):
    """Return the model at the last of the penalties, by way of the others.

    Parameters
    ----------
    sample : Sample
    modalities : tuple of int
        Those of the sample.
    options : list of dict
        For each modality, what `learn_scaling` takes.
    rho : float
    penalties : ndarray
        Falling.
    l1_ratio : float

    Returns
    -------
    model : AgreementModel
    """
    scalings = sample.scalings(options)
    path = AgreementPath(sample, scalings, rho=rho, l1_ratio=l1_ratio, tol=_ON_THE_WAY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for penalty in penalties[:-1]:
            path.step(penalty)
        path.tol = _TOLERANCE
        path.step(penalties[-1])
    bounds = path.design.starts
    coefs = [
        path.coef[low:high] / scaling.scale[:, None]
        for low, high, scaling in zip(bounds[:-1], bounds[1:], scalings, strict=True)
    ]
    offsets = [
        scaling.mean @ coef for scaling, coef in zip(scalings, coefs, strict=True)
    ]
    return AgreementModel(modalities, coefs, np.array(offsets), path.intercept, rho)
