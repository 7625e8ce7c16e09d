"""What training draws at random: rows, coalitions of encoders, noise, swaps."""

from dataclasses import dataclass

import numpy as np

from mmensemble.numerics._network import masked

#: Rate at which the adversary's part rises (Ganin et al. 2016).
_RAMP = 10.0


@dataclass(frozen=True)
class CodeRows:
    """Training rows as a code network reads them; all arrays of one type.

    Parameters
    ----------
    blocks : list of ndarray of shape (n_samples, n_columns)
        Reduced and scaled, zero where absent.
    presence : ndarray of shape (n_samples, n_blocks)
        1 or 0.
    weight : ndarray of shape (n_samples,)
        Weights of mean one.
    targets : ndarray of shape (n_samples, n_outputs) or None
        Indicators of classes, or standardised numbers.
    """

    blocks: list
    presence: np.ndarray
    weight: np.ndarray
    targets: np.ndarray | None = None


@dataclass(frozen=True)
class Batch:
    """Some rows, and all that is drawn for one step: the objective draws nothing.

    Parameters
    ----------
    inputs, goals : list of ndarray of shape (n_samples, n_columns)
        Blocks with noise, and as they are.
    presence : ndarray of shape (n_samples, n_blocks)
    weight : ndarray of shape (n_samples,)
        Of the rows, over their number.
    seen : ndarray of shape (n_coalitions, n_samples, n_blocks)
        1 where a coalition has the encoder and the row has the block, else 0.
        First stand all encoders together, then each alone, then random ones.
    share : ndarray of shape (n_coalitions, n_samples)
        The row's weight, spread over the coalitions that see any of it.
    noise : ndarray of shape (n_coalitions, n_samples, n_components)
        Standard normal, for codes that are drawn.
    targets : ndarray of shape (n_samples, n_outputs) or None
    pair : tuple of int
        Two blocks that are aligned.
    swap : tuple of (int, ndarray of int)
        A block, and the rows from which the rows of a made-up batch take it.
    ramp : float
        Share of the adversary's weight that counts yet.
    """

    inputs: list
    goals: list
    presence: np.ndarray
    weight: np.ndarray
    seen: np.ndarray
    share: np.ndarray
    noise: np.ndarray
    targets: np.ndarray | None
    pair: tuple
    swap: tuple
    ramp: float


class BatchMaker:
    """Draws the batches of one epoch after the other.

    Parameters
    ----------
    rows : CodeRows
    batch_size : int
    n_components : int
        Of codes that are drawn; 0 where they are not.
    noise : float
        Share of the inputs' cells that is set to zero.
    rng : numpy.random.Generator
    """

    def __init__(self, rows, batch_size, n_components, noise, rng):
        self.rows, self.batch_size, self.rng = rows, batch_size, rng
        self.n_components, self.noise = n_components, noise

    def epoch(self, progress):
        """Return an iterable of the batches of one epoch; rows come in random order.

        Parameters
        ----------
        progress : float
            Share of all epochs that has passed.
        """
        order = self.rng.permutation(len(self.rows.presence))
        n_batches = max(1, round(len(order) / self.batch_size))
        ramp = 2 / (1 + np.exp(-_RAMP * progress)) - 1
        return [self.batch(part, ramp) for part in np.array_split(order, n_batches)]

    def batch(self, chosen, ramp=1.0):
        """Return the batch of the rows at integer positions `chosen`."""
        rows, rng = self.rows, self.rng
        presence, kind = rows.presence[chosen], rows.presence.dtype
        goals = [values[chosen] for values in rows.blocks]
        weight = rows.weight[chosen] / kind.type(len(chosen))
        n_blocks = presence.shape[1]
        coalitions = draw_coalitions(n_blocks, rng)
        seen = coalitions[:, None, :].astype(kind) * presence
        counts = seen.any(axis=2)
        share = counts * (weight / np.maximum(counts.sum(axis=0), 1).astype(kind))
        shape = (len(coalitions), len(chosen), self.n_components)
        pair, block = (0, 0), 0
        if n_blocks > 1:
            pair = tuple(rng.choice(n_blocks, 2, replace=False).tolist())
            block = int(rng.integers(n_blocks))
        return Batch(
            [masked(values, self.noise, rng) for values in goals],
            goals,
            presence,
            weight,
            seen,
            share,
            rng.standard_normal(shape, dtype=kind),
            None if rows.targets is None else rows.targets[chosen],
            pair,
            (block, _swapped(presence[:, block], rng)),
            float(ramp),
        )


def draw_coalitions(n_blocks, rng):
    """Return coalitions of encoders: all, each alone, and one random one.

    Parameters
    ----------
    n_blocks : int
    rng : numpy.random.Generator

    Returns
    -------
    coalitions : ndarray of bool of shape (n_coalitions, n_blocks)
    """
    if n_blocks == 1:
        return np.ones((1, 1), dtype=bool)
    everyone, alone = np.ones((1, n_blocks), dtype=bool), np.eye(n_blocks, dtype=bool)
    if n_blocks == 2:
        return np.vstack([everyone, alone])
    some = rng.permutation(n_blocks) < rng.integers(2, n_blocks)
    return np.vstack([everyone, alone, some])


def _swapped(present, rng):
    """Return for each row another that has the block, itself where none does."""
    source = np.arange(len(present))
    rows = np.flatnonzero(present)
    rows = rng.permutation(rows)
    source[rows] = np.roll(rows, 1)
    return source
