"""Seeds by name: what a member draws does not depend on its neighbours."""

from zlib import crc32

import numpy as np
from sklearn.utils import check_random_state

_MAX_SEED = np.iinfo(np.int32).max


def draw_root(random_state):
    """Return the root integer of one fit, drawn once from `random_state`.

    Parameters
    ----------
    random_state : None, int or RandomState
        An estimator's parameter. It is read here, before any worker starts.

    Returns
    -------
    root : int
    """
    return int(check_random_state(random_state).randint(_MAX_SEED))


def seed_for(root, *names):
    """Return the seed that belongs to `names` under `root`.

    The seed is a hash of the root and the names, so that adding, removing or
    reordering members changes nobody else's.

    Parameters
    ----------
    root : int
        What `draw_root` returned.
    *names : str
        Path of the thing that wants to draw, for example modality and learner.

    Returns
    -------
    seed : int
        Between 0 and 2**31 - 2.

    Examples
    --------
    >>> seed_for(0, "genes") == seed_for(0, "genes")
    True
    >>> seed_for(0, "genes") == seed_for(0, "notes")
    False
    """
    key = "\0".join([str(root), *names]).encode()
    return crc32(key) % _MAX_SEED


def set_seeds(estimator, seed):
    """Give every unset `random_state` inside `estimator` its own seed by name.

    A seed that the user has set is left alone.

    Parameters
    ----------
    estimator : estimator object
        A clone that the caller owns; changed in place.
    seed : int
        Root of the seeds handed out.

    Returns
    -------
    estimator : estimator object
        The same object.
    """
    params = estimator.get_params(deep=True)
    unset = {
        key: seed_for(seed, key)
        for key, value in params.items()
        if (key == "random_state" or key.endswith("__random_state")) and value is None
    }
    return estimator.set_params(**unset) if unset else estimator
