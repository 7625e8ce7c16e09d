"""Rounds of self-training with chains of models."""

from dataclasses import dataclass, field

import numpy as np
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._validation import as_weight
from mmensemble.fusion._weights import one_hot
from mmensemble.numerics._weight_unit import weight_unit
from mmensemble.semi_supervised._discriminator import (
    Discriminator,
    held_out_auc,
    label_features,
)
from mmensemble.semi_supervised._pseudo_labels import (
    answer,
    match_prior,
    pseudo_labels,
)


@dataclass(frozen=True)
class Plan:
    """How pseudo-labels are made.

    Parameters
    ----------
    kind : {"adversarial", "pool", "hard", "entropy"}
    power : float
    rounds : int
    share : float
    """

    kind: str
    power: float
    rounds: int
    share: float


@dataclass
class Opinions:
    """What chains said about labelled rows that they had not seen.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_classes, n_features)
    targets, shares : ndarray of shape (n_rows, n_classes)
    weight : ndarray of shape (n_rows,)
    fold : ndarray of int of shape (n_rows,)
        Chain that each row is of.
    """

    features: np.ndarray
    targets: np.ndarray
    shares: np.ndarray
    weight: np.ndarray
    fold: np.ndarray = field(default=None)

    def splits(self):
        """Return each fold as (all others, its own)."""
        numbers = np.unique(self.fold)
        if len(numbers) < 2:
            return []
        return [
            (np.flatnonzero(self.fold != k), np.flatnonzero(self.fold == k))
            for k in numbers
        ]

    def auc(self):
        """Return how well a fresh discriminator tells what it has not seen."""
        parts = self.features, self.targets, self.shares, self.weight
        return held_out_auc(*parts, self.splits())

    def without(self, fold):
        """Return the opinions on rows of the other chains."""
        rows = np.flatnonzero(self.fold != fold)
        rows = rows if len(rows) else np.arange(len(self.fold))
        parts = self.features, self.targets, self.shares, self.weight, self.fold
        return Opinions(*(part[rows] for part in parts))


def gather(problem, chains, said):
    """Return the opinions of all chains on the rows that they hold out."""
    features, shares = [], []
    for own in said:
        features.append(label_features(own.members, own.fused))
        shares.append(own.fused)
    rows = np.concatenate([chain.test for chain in chains])
    return Opinions(
        np.concatenate(features),
        one_hot(problem.y[rows], problem.classes),
        np.concatenate(shares),
        as_weight(problem.weight, len(problem.y))[rows],
        np.repeat(np.arange(len(chains)), [len(chain.test) for chain in chains]),
    )


def label(chain, opinions, plan, number):
    """Return a chain's labels of the unlabelled rows, and their weights.

    Parameters
    ----------
    chain : Chain
    opinions : Opinions or None
        On rows that the chain does not hold out.
    plan : Plan
    number : int
        Of the round, from one on.
    """
    said = chain.ask_unlabelled()
    shares = said.fused
    if chain.problem.classes is None:
        return shares, _agreement(said, chain) * _certain(said, plan, number)
    if plan.kind == "adversarial" and opinions is not None:
        parts = opinions.features, opinions.targets, opinions.shares, opinions.weight
        judge = Discriminator().fit(*parts)
        told = judge.predict(label_features(said.members, shares))
        shares = answer(shares, told)
    if plan.kind != "hard":
        shares = match_prior(shares, _prior(chain))
    progress = number / plan.rounds
    return pseudo_labels(
        plan.kind, shares, power=plan.power, progress=progress, share=plan.share
    )


def _prior(chain):
    """Return class frequencies of a chain's labelled rows, never zero."""
    problem, rows = chain.problem, chain.rows
    weight = as_weight(problem.weight, len(problem.y))[rows]
    half_a_row = weight_unit(weight) / 2
    total = weight @ one_hot(problem.y[rows], problem.classes) + half_a_row
    return total / total.sum()


def _agreement(said, chain):
    """Return 1 / (1 + variance of the members over that of the labels)."""
    rows = chain.rows
    spread = chain.problem.y[rows].reshape(len(rows), -1).var(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    return 1 / (1 + _variance(said) @ (1 / spread) / len(spread))


def _variance(said):
    seen = np.where(np.isnan(said.members), said.fused[:, None, :], said.members)
    return ((seen - said.fused[:, None, :]) ** 2).mean(axis=1)


def _certain(said, plan, number):
    """Return ones for the rows on which members agree most, zeros for the others."""
    spread = _variance(said).mean(axis=1)
    n_kept = round(plan.share * number / plan.rounds * len(spread))
    kept = np.zeros(len(spread))
    kept[np.argsort(spread, kind="stable")[:n_kept]] = 1.0
    return kept


def run_round(chains, opinions, plan, number, n_jobs=None):
    """Let each chain label the unlabelled rows and learn from them.

    Parameters
    ----------
    chains : list of Chain
        The first holds out nothing.
    opinions : Opinions or None
    plan : Plan
    number : int
    n_jobs : int, default=None

    Returns
    -------
    chains : list of Chain
    labels, weight : ndarray
        Of the first chain.
    """
    found = Parallel(n_jobs=n_jobs)(
        delayed(_learn)(chain, opinions, plan, number, fold)
        for fold, chain in enumerate(chains, start=-1)
    )
    return [chain for chain, _, _ in found], *found[0][1:]


def _learn(chain, opinions, plan, number, fold):
    own = opinions
    if opinions is not None and fold >= 0:
        own = opinions.without(fold)
    labels, weight = label(chain, own, plan, number)
    return chain.learn(labels, weight), labels, weight
