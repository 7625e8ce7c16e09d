"""Which modality is there in which row of simulated data."""

import numpy as np

from mmensemble.datasets._plan import by_modality, check_choice

#: Weight of the row of highest target in the draw of what is missing; lowest: 1.
_TARGET_ODDS = 8.0


def draw_presence(missing, mechanism, sizes, target, rng):
    """Draw which modality each row has; every row keeps at least one.

    Parameters
    ----------
    missing : None, "blocks", float or sequence or dict of float
        Share of the rows that lack each modality.
    mechanism : {"random", "target"}
        Whether all rows are equally likely to lack one.
    sizes : dict
        Modality names are its keys.
    target : ndarray of shape (n_samples,)
    rng : RandomState

    Returns
    -------
    presence : ndarray of bool of shape (n_samples, n_modalities)
    """
    check_choice("missing_mechanism", mechanism, ("random", "target"))
    if missing is None:
        return np.ones((len(target), len(sizes)), dtype=bool)
    if isinstance(missing, str):
        check_choice("missing", missing, ("blocks",))
        return _blocks(len(target), len(sizes))
    shares = np.array(list(by_modality("missing", missing, sizes).values()))
    _check_shares(shares)
    log_odds = np.zeros(len(target))
    if mechanism == "target":
        log_odds = np.log(_TARGET_ODDS) * _ranks(target)
    return _restore_empty_rows(_drop(shares, log_odds, rng), rng)


def _check_shares(shares):
    if shares.max() >= 1 or shares.sum() > len(shares) - 1 + 1e-9:
        raise ValueError(
            "missing must be below 1 for each modality and sum to at most the number "
            f"of modalities less one, {len(shares) - 1}, since every row keeps one; "
            f"got {shares.tolist()}. Lower the shares."
        )


def _blocks(n_samples, n_modalities):
    """Give cohorts of consecutive rows: the first complete, each other lacks one."""
    if n_modalities < 2:
        raise ValueError(
            "missing='blocks' needs two or more modalities, got one. Add one to "
            "n_features."
        )
    cohort = np.arange(n_samples) * (n_modalities + 1) // n_samples
    return cohort[:, None] != np.arange(1, n_modalities + 1)


def _ranks(target):
    """Return ranks between 0 and 1, equal for equal targets."""
    values, position = np.unique(target, return_inverse=True)
    return position / max(len(values) - 1, 1)


def _drop(shares, log_odds, rng):
    """Drop the exact number of rows from each modality, by weighted sampling."""
    n_samples = len(log_odds)
    counts = np.floor(shares * n_samples + 1e-9).astype(int)
    keys = log_odds[:, None] + rng.gumbel(size=(n_samples, len(shares)))
    order = np.argsort(np.argsort(-keys, axis=0), axis=0)
    return order >= counts


def _restore_empty_rows(presence, rng):
    """Let each row that lacks everything swap one modality with a richer row."""
    presence = presence.copy()
    for row in np.flatnonzero(~presence.any(axis=1)):
        donor = rng.choice(np.flatnonzero(presence.sum(axis=1) > 1))
        modality = rng.choice(np.flatnonzero(presence[donor]))
        presence[[row, donor], modality] = True, False
    return presence
