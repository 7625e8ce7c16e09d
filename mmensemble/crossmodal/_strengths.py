"""How much the evidence of each of several query modalities counts."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax


def strengths(evidence):
    """Return non-negative factors of evidence that modalities would repeat.

    Sums of evidence are right for modalities that are independent but for the item.
    Others say the same twice: the factors maximise the probability of the true row
    among all rows of the fold, in held-out rows (van den Oord, Li & Vinyals 2018).
    The loss is convex.

    Parameters
    ----------
    evidence : list of ndarray of shape (n_sources, n_rows, n_rows)
        Of each fold; the true rows are on the diagonals.

    Returns
    -------
    factors : ndarray of shape (n_sources,)

    References
    ----------
    van den Oord, A., Li, Y., & Vinyals, O. (2018). Representation learning with
    contrastive predictive coding. arXiv:1807.03748.

    Examples
    --------
    >>> import numpy as np
    >>> r = np.random.default_rng(0).normal(size=(1, 40, 40)) + 2 * np.eye(40)
    >>> one, twice = strengths([r]), strengths([np.concatenate([r, r])])
    >>> bool(np.allclose(twice.sum(), one, atol=1e-3))
    True
    """
    evidence = [fold for fold in evidence if fold.shape[1] > 1]
    n_sources = len(evidence[0]) if evidence else 1
    start = np.full(n_sources, 1 / n_sources)
    if not evidence:
        return start

    def loss(factors):
        value, slope = 0.0, np.zeros(n_sources)
        for fold in evidence:
            total = np.tensordot(factors, fold, axes=1)
            own = np.einsum("kii->ik", fold)
            value += (logsumexp(total, axis=1) - np.diag(total)).mean()
            expected = np.einsum("ij,kij->ik", softmax(total, axis=1), fold)
            slope += (expected - own).mean(axis=0)
        return value / len(evidence), slope / len(evidence)

    bounds = [(0.0, None)] * n_sources
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x if found.x.any() else start
