"""Which modalities the others can stand in for: backward elimination."""

from dataclasses import dataclass

import numpy as np

from mmensemble.analysis.modalities._redundancy import explained
from mmensemble.analysis.modalities._relevance import Gain, difference, gain_beside

#: Modalities are equally relevant unless a paired test says otherwise at this level.
LEVEL = 0.05


@dataclass(frozen=True)
class Drop:
    """A modality that others stand in for.

    Parameters
    ----------
    modality : int
    share : float
        Of its variance, explained by the modalities kept at that moment.
    stand_in : int
        The one of them that explains most by itself.
    stand_in_share : float
    gain : Gain or None
        What it adds to the target beside the kept ones; None without a target.
    """

    modality: int
    share: float
    stand_in: int
    stand_in_share: float
    gain: Gain | None


def eliminate(study, *, threshold, harmless, choose, min_modalities=1, scoring=None):
    """Drop modalities one by one while the kept ones explain them.

    A modality can go when those that stay explain at least `threshold` of its
    variance out of fold, and its absence is harmless to the prediction of the
    target. After each drop everything is looked at anew, so that of two copies one
    stays.

    Parameters
    ----------
    study : Study
    threshold : float
    harmless : callable
        Takes such a gain, tells whether it may be lost. Not asked without a target.
    choose : callable
        Takes the list of modalities that can go; returns the one that goes.
    min_modalities : int, default=1
    scoring : str or None, default=None

    Returns
    -------
    kept : list of int
    drops : list of Drop
        In the order they went.
    """
    kept, drops = list(study.everyone), []
    while len(kept) > max(min_modalities, 1):
        able = {}
        for modality in kept:
            found = _drop(study, modality, kept, threshold, scoring)
            if found is not None and (found.gain is None or harmless(found.gain)):
                able[modality] = found
        if not able:
            break
        gone = choose(list(able))
        drops.append(able[gone])
        kept.remove(gone)
    return kept, drops


def _drop(study, modality, kept, threshold, scoring):
    """Return the drop of a modality if the others explain it, else None."""
    others = tuple(k for k in kept if k != modality)
    share = explained(study, modality, others).share
    if not share >= threshold:
        return None
    gain = None
    if study.target is not None:
        gain = gain_beside(study, modality, others, scoring)
    shares = {k: explained(study, modality, (k,)).share for k in others}
    stand_in = max(others, key=lambda k: np.nan_to_num(shares[k], nan=-np.inf))
    return Drop(modality, share, stand_in, shares[stand_in], gain)


def last(modalities):
    """Return the last in the order of the table."""
    return max(modalities)


def least_relevant(study, scoring=None):
    """Return a chooser: the last modality, unless another is clearly less relevant.

    Clearly: the other predicts rows that have both with more squared error, by a
    paired t-test at level `LEVEL`. Without a target it is the last one.
    """

    def choose(modalities):
        worst = last(modalities)
        if study.target is None:
            return worst
        for other in sorted(modalities, reverse=True):
            if other == worst:
                continue
            if difference(study, worst, other, scoring).p_value < LEVEL:
                worst = other
        return worst

    return choose
