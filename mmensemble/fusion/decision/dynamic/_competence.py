"""How competent members are in a neighbourhood, by what they got right there.

Every rule takes outcomes of shape (n_samples, n_neighbours, n_members), the
nearest neighbour first, NaN where a member has not predicted the neighbour:
1 for right and 0 for wrong, or squared errors. It returns weights of shape
(n_samples, n_members), zero where a member is not chosen.
"""

import numpy as np

#: Competences closer than this are equal: rounding.
_TINY = 1e-12


def local_mean(outcomes, weight):
    """Return the weighted mean outcome of each member over its neighbours.

    Parameters
    ----------
    outcomes : ndarray of shape (n_samples, n_neighbours, n_members)
    weight : ndarray of shape (n_samples, n_neighbours)

    Returns
    -------
    means : ndarray of shape (n_samples, n_members)
        NaN where a member has predicted no neighbour.
    """
    share = weight[..., None] * ~np.isnan(outcomes)
    total = share.sum(axis=1)
    means = np.full(total.shape, np.nan)
    summed = (share * np.nan_to_num(outcomes)).sum(axis=1)
    return np.divide(summed, total, out=means, where=total > 0)


def most_accurate(right, weight, chance):
    """Choose the member of the highest local accuracy (Woods et al. 1997)."""
    return _highest(local_mean(right, weight))


def right_on_all(right, weight, chance):
    """Choose who is right on all of the most neighbours that anyone is (KNORA-E).

    Without a member that is right on all, the farthest neighbour is left out,
    and so on (Ko, Sabourin & Britto 2008).
    """
    known = ~np.isnan(right)
    faultless = np.cumprod(~known | (right == 1), axis=1, dtype=bool)
    faultless &= np.cumsum(known, axis=1) > 0
    some = faultless.any(axis=2)
    last = some.shape[1] - 1 - some[:, ::-1].argmax(axis=1)
    chosen = faultless[np.arange(len(right)), last]
    return chosen.astype(float)


def right_on_some(right, weight, chance):
    """Weigh every member by its right neighbours (KNORA-U; Ko et al. 2008)."""
    return np.nan_to_num(local_mean(right, weight))


def better_than_chance(right, weight, chance):
    """Weigh members by what they are better than chance (Woloszynski et al. 2012)."""
    return np.nan_to_num(np.clip(local_mean(right, weight) - chance, 0, None))


def least_error(errors, weight, chance):
    """Choose the member of the smallest local squared error."""
    return _highest(-local_mean(errors, weight))


def inverse_error(errors, weight, chance):
    """Weigh members better than the mean by one over their local squared error.

    Dynamic weighting with selection (Rooney, Patterson, Anand & Tsymbal 2004).
    """
    error = local_mean(errors, weight)
    base = local_mean(chance, weight)
    return np.where(error < base, 1 / np.maximum(error, _TINY), 0.0)


def _highest(competence):
    """Return one for the highest and all that tie with it."""
    known = np.where(np.isnan(competence), -np.inf, competence)
    best = known.max(axis=1, keepdims=True)
    return ((known >= best - _TINY) & np.isfinite(known)).astype(float)


CLASSIFICATION_RULES = {
    "ola": most_accurate,
    "knora_e": right_on_all,
    "knora_u": right_on_some,
    "des_p": better_than_chance,
}
REGRESSION_RULES = {"ola": least_error, "des_p": inverse_error}
