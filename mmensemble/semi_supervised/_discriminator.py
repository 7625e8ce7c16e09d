"""Telling true labels from labels that a pool has drawn."""

import numpy as np
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from mmensemble.numerics._logistic import RidgeLogistic
from mmensemble.numerics._weight_unit import weight_unit

#: Least probability whose log is a feature, and the ridge penalty, in rows.
_TINY, _PENALTY = 1e-4, 10.0


def label_features(predictions, shares):
    """Return features of every pair of a row and a label.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_classes)
        NaN where a member has none; then the pool stands for it.
    shares : ndarray of shape (n_samples, n_classes)
        Of the pool.

    Returns
    -------
    features : ndarray of shape (n_samples, n_classes, n_members + 1)
        The log of each member's probability of the label, and the share of members
        that find it the most probable.
    """
    filled = np.where(np.isnan(predictions), shares[:, None, :], predictions)
    logs = np.log(np.maximum(filled, _TINY)).transpose(0, 2, 1)
    likeliest = filled.argmax(axis=2)[:, :, None] == np.arange(shares.shape[1])
    agreement = likeliest.mean(axis=1)[:, :, None]
    return np.concatenate([logs, agreement], axis=2)


class Discriminator:
    """Logistic regression that tells (row, true label) from (row, drawn label).

    Drawn labels are not drawn: each label of a row counts with its probability,
    which is the mean over all draws (Azadi et al. 2019, "Discriminator rejection
    sampling", reads the density ratio off such a classifier).

    Parameters
    ----------
    penalty : float, default=10.0
        On coefficients of standardised features, in rows.

    Attributes
    ----------
    fit_ : LogisticFit
    """

    def __init__(self, penalty=_PENALTY):
        self.penalty = penalty

    def fit(self, features, targets, shares, weight):
        """Learn from labelled rows.

        Parameters
        ----------
        features : ndarray of shape (n_samples, n_classes, n_features)
        targets : ndarray of shape (n_samples, n_classes)
            Indicators of the true labels.
        shares : ndarray of shape (n_samples, n_classes)
            What labels are drawn from.
        weight : ndarray of shape (n_samples,)

        Returns
        -------
        self : object
        """
        flat = features.reshape(-1, features.shape[2])
        mass = (targets + shares).ravel()
        true = np.divide(targets.ravel(), mass, out=np.zeros_like(mass), where=mass > 0)
        pair = np.repeat(weight, targets.shape[1]) * mass
        self.mean_ = np.average(flat, axis=0, weights=pair)
        spread = np.sqrt(np.average((flat - self.mean_) ** 2, axis=0, weights=pair))
        self.scale_ = np.where(spread > 0, spread, 1.0)
        problem = RidgeLogistic(
            (flat - self.mean_) / self.scale_,
            np.column_stack([1 - true, true]),
            pair,
        )
        self.fit_ = problem.solve(self.penalty * weight_unit(weight))
        return self

    def predict(self, features):
        """Return the probability that each label is a true one.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
        """
        flat = (features.reshape(-1, features.shape[2]) - self.mean_) / self.scale_
        scores = self.fit_.scores(flat)
        return expit(scores[:, 1] - scores[:, 0]).reshape(features.shape[:2])


def held_out_auc(features, targets, shares, weight, splits):
    """Return how well a fresh discriminator tells labels of rows it has not seen.

    Parameters
    ----------
    features, targets, shares, weight
        As in `Discriminator`.
    splits : list of (train, test) index arrays

    Returns
    -------
    auc : float
        Area under the ROC curve over pairs; 0.5 where true and drawn labels are
        alike. NaN without splits.
    """
    found = np.full(targets.shape, np.nan)
    for train, test in splits:
        part = features[train], targets[train], shares[train], weight[train]
        found[test] = Discriminator().fit(*part).predict(features[test])
    rows = ~np.isnan(found).any(axis=1)
    if not rows.any():
        return np.nan
    told, n = found[rows].ravel(), rows.sum() * targets.shape[1]
    truth = np.repeat([1, 0], n)
    own = np.repeat(weight[rows], targets.shape[1])
    mass = np.concatenate([targets[rows].ravel() * own, shares[rows].ravel() * own])
    return float(roc_auc_score(truth, np.tile(told, 2), sample_weight=mass))
