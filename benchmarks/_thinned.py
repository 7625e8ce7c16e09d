"""Rows to learn from and to be scored on in which some classes are rare."""

import numpy as np
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedGroupKFold

POSITIVES = 0.09
#: Rows of a common and of a rare class of many.
COMMON, RARE = 30, 3


def rare_positives(y, seed, share=POSITIVES, groups=None, most=None):
    """Yield rows to learn from and to be scored on, of two classes, one rare.

    Parameters
    ----------
    y : ndarray of int of shape (n_samples,)
        1 is to be rare.
    seed : int
    share : float, default=POSITIVES
        Of ones among the rows that are left.
    groups : ndarray of shape (n_samples,), default=None
        Kept on one side.
    most : int, default=None
        Rows to learn from at most.
    """
    rng = np.random.default_rng(seed)
    rare = rng.permutation(np.flatnonzero(y == 1))
    n_rare = round(share / (1 - share) * (y == 0).sum())
    kept = np.sort(np.concatenate([np.flatnonzero(y == 0), rare[:n_rare]]))
    splitter = RepeatedStratifiedKFold(n_splits=2, n_repeats=1, random_state=seed)
    if groups is not None:
        splitter = StratifiedGroupKFold(2, shuffle=True, random_state=seed)
        groups = np.asarray(groups)[kept]
    for train, test in splitter.split(kept, y[kept], groups):
        train = train if most is None else np.sort(rng.permutation(train)[:most])
        yield kept[train], kept[test]


def rare_classes(y, seed, *, alike=False):
    """Yield rows to learn from and to be scored on, every other class rare.

    Parameters
    ----------
    y : ndarray of int of shape (n_samples,)
    seed : int
    alike : bool, default=False
        Whether classes are as rare among the rows to be scored on as among those
        to learn from; else all other rows are scored.
    """
    rng = np.random.default_rng(seed)
    train, test = [], []
    for place, label in enumerate(rng.permutation(np.unique(y))):
        own = rng.permutation(np.flatnonzero(y == label))
        number = RARE if place % 2 else COMMON
        train += own[:number].tolist()
        left = round(number / COMMON * (len(own) - COMMON)) if alike else None
        test += own[number:][:left].tolist()
    yield np.array(train), np.sort(test)
