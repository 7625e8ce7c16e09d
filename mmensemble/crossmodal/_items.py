"""Item level: canonical variates of each pair of modalities, and their codes."""

from dataclasses import dataclass, field, replace

import numpy as np

from mmensemble.representation._kernel_map import KernelMap
from mmensemble.representation._variates import View, canonical, evidence_codes

#: Most variates of a pair, and rows that a kernel's features are spanned by.
_VARIATES, _LANDMARKS = 128, 500
#: Penalties tried, in units of the largest variance along an axis of a view.
_PENALTIES = {"linear": (1e-1, 1e-2, 1e-3), "kernel": (1e-2, 1e-3, 3e-4)}
#: Rows that are ranked where penalties are compared.
_RANKED = 1000


class LinearMap:
    """Rows as they are."""

    def fit(self, rows):
        """Learn nothing."""
        return self

    def transform(self, rows):
        """Return the rows."""
        return rows


def make_map(kind, seed):
    """Return a new map of rows to features: "linear" or "kernel"."""
    return LinearMap() if kind == "linear" else KernelMap(most=_LANDMARKS, seed=seed)


@dataclass(frozen=True)
class Variates:
    """The way of one modality's rows to its variates.

    Parameters
    ----------
    features : LinearMap or KernelMap
    mean : ndarray of shape (n_features,)
    directions : ndarray of shape (n_features, n_components)
    """

    features: object
    mean: np.ndarray
    directions: np.ndarray

    def of(self, rows):
        """Return variates of shape (n_samples, n_components)."""
        return (self.features.transform(rows) - self.mean) @ self.directions


@dataclass(frozen=True)
class Choice:
    """What suits a pair of modalities, by rows held out.

    Parameters
    ----------
    kind : {"linear", "kernel"}
    penalty : float
    correlations : ndarray of shape (n_components,)
        Of held-out variates.
    rank : float
        Mean reciprocal rank of the other half of held-out rows.
    held_out : list of (ndarray, ndarray)
        Variates of the test rows of each fold.
    """

    kind: str
    penalty: float
    correlations: np.ndarray
    rank: float
    held_out: list = field(default_factory=list, compare=False, repr=False)


class ItemPair:
    """Evidence that rows of two modalities are one item.

    Kernel or linear canonical correlation analysis, whichever finds the other half
    of held-out rows sooner; variates weigh by their held-out correlations, as
    `evidence_codes` has it.

    Parameters
    ----------
    seed : int
        Of the choice of the rows that span kernels.

    Attributes
    ----------
    choice_ : Choice
    variates_ : pair of Variates
    """

    def __init__(self, seed=0):
        self.seed = seed

    def fit(self, a, b, folds):
        """Learn from rows that have both.

        Parameters
        ----------
        a, b : ndarray of shape (n_samples, n_columns of the modality)
            Standardised.
        folds : list of (a, b, held-out a, held-out b)
            The same, of training and test rows of each split.

        Returns
        -------
        self : object
        """
        self.choice_ = self._choose(folds)
        if self.choice_ is None:
            return self
        return self._learn(a, b)

    def refit(self, a, b):
        """Return a pair of the same choice, fitted to other rows."""
        new = ItemPair(self.seed)
        new.choice_ = self.choice_
        return new if self.choice_ is None else new._learn(a, b)

    def _learn(self, a, b):
        kind, penalty = self.choice_.kind, self.choice_.penalty
        maps = [make_map(kind, self.seed).fit(rows) for rows in (a, b)]
        rows = [each.transform(own) for each, own in zip(maps, (a, b), strict=True)]
        views = tuple(View.of(each) for each in rows)
        most = len(self.choice_.correlations)
        found = canonical(*rows, views, penalty, most)
        self.variates_ = tuple(
            _standard(maps[side], rows[side], views[side].mean, found[side])
            for side in (0, 1)
        )
        self.correlations_ = self.choice_.correlations[: found[0].shape[1]]
        return self

    def held_out_evidence(self, fold, side):
        """Return the evidence of the test rows of a fold, one side asking."""
        variates, correlations = self.choice_.held_out[fold], self.choice_.correlations
        asking = evidence_codes(variates[side], correlations, asks=True)
        return asking @ evidence_codes(variates[1 - side], correlations, asks=False).T

    def forget(self):
        """Drop what the folds held out."""
        if self.choice_ is not None:
            self.choice_ = replace(self.choice_, held_out=[])
        return self

    def codes(self, side, rows, *, asks):
        """Return codes of one modality's rows; see `evidence_codes`."""
        variates = self.variates_[side].of(rows)
        return evidence_codes(variates, self.correlations_, asks=asks)

    @property
    def width(self):
        """Columns of a code; 0 where nothing is known of the pair."""
        return 0 if self.choice_ is None else len(self.correlations_) + 2

    def _choose(self, folds):
        choices = []
        for kind, penalties in _PENALTIES.items():
            parts = [self._held_out(kind, penalties, fold) for fold in folds]
            for k, penalty in enumerate(penalties):
                pairs = [part[k] for part in parts]
                width = min((u.shape[1] for u, _ in pairs), default=0)
                if not width:
                    continue
                pairs = [(u[:, :width], v[:, :width]) for u, v in pairs]
                known = np.array([_correlations(u, v) for u, v in pairs])
                ranks = [
                    _rank(*pair, _without(known, fold))
                    for fold, pair in enumerate(pairs)
                ]
                rank, known = float(np.mean(ranks)), known.mean(axis=0)
                choices.append(Choice(kind, penalty, known, rank, pairs))
        return max(choices, key=lambda choice: choice.rank) if choices else None

    def _held_out(self, kind, penalties, fold):
        """Return held-out variates of both modalities for each penalty."""
        maps = [make_map(kind, self.seed).fit(rows) for rows in fold[:2]]
        seen = [each.transform(own) for each, own in zip(maps, fold[:2], strict=True)]
        new = [each.transform(own) for each, own in zip(maps, fold[2:], strict=True)]
        views = tuple(View.of(rows) for rows in seen)
        found = []
        for penalty in penalties:
            sides = canonical(*seen, views, penalty, _VARIATES)[:2]
            found.append(
                tuple(
                    _standard(LinearMap(), seen[s], views[s].mean, sides[s]).of(new[s])
                    for s in (0, 1)
                )
            )
        return found


def _standard(features, rows, mean, directions):
    """Return variates of unit variance in the rows."""
    spread = ((rows - mean) @ directions).std(axis=0)
    safe = np.where(spread > 1e-12, spread, np.inf)
    return Variates(features, mean, directions / safe)


def _correlations(u, v):
    """Return the correlation of each pair of variates, none below zero."""
    u, v = u - u.mean(axis=0), v - v.mean(axis=0)
    size = np.sqrt((u**2).sum(axis=0) * (v**2).sum(axis=0))
    return np.clip((u * v).sum(axis=0) / np.where(size > 0, size, np.inf), 0.0, 1.0)


def _without(known, fold):
    """Return the mean correlations of the other folds, of this one if there is none."""
    others = np.delete(known, fold, axis=0)
    return (others if len(others) else known).mean(axis=0)


def _rank(u, v, correlations):
    """Return the mean reciprocal rank of each row's other half, both ways."""
    u, v = u[:_RANKED], v[:_RANKED]
    total = 0.0
    for asking, asked in ((u, v), (v, u)):
        products = evidence_codes(asking, correlations, asks=True) @ (
            evidence_codes(asked, correlations, asks=False).T
        )
        own = np.diag(products)[:, None]
        total += (1 / (products >= own).sum(axis=1)).mean()
    return total / 2
