"""The RV coefficient of two blocks, and its adjusted form."""

import numpy as np

from mmensemble._validation import as_weight
from mmensemble.numerics._columns import column_moments


def standardised(block, weight=None):
    """Return the varying columns of a block with mean 0 and variance 1.

    Parameters
    ----------
    block : ndarray of shape (n_rows, n_features)
        Nothing missing.
    weight : ndarray of shape (n_rows,), default=None

    Returns
    -------
    z : ndarray of shape (n_rows, n_varying)
    """
    centre, spread = column_moments(block, as_weight(weight, len(block)))
    varies = spread > 0
    block = block if varies.all() else block[:, varies]
    z = block - centre[varies]
    z /= spread[varies]
    return z


def weighted(z, weight=None):
    """Return rows times the roots of their weights, which have mean one."""
    return z if weight is None else z * np.sqrt(weight / np.mean(weight))[:, None]


def cross_norm(a, b):
    """Return the squared Frobenius norm of ``a.T @ b`` by its cheaper side."""
    if a.shape[1] * b.shape[1] <= len(a) ** 2:
        return float(np.sum((a.T @ b) ** 2))
    return float(np.sum((a @ a.T) * (b @ b.T)))


def rv_coefficient(a, b, weight=None):
    """Return the RV coefficient and its adjusted form.

    Escoufier (1973), "Le traitement des variables vectorielles", Biometrics 29(4);
    Robert and Escoufier (1976), "A unifying tool for linear multivariate
    statistical methods: the RV-coefficient", JRSS C 25(3). It grows with the number
    of features also where there is no relation; the adjusted form replaces each
    squared correlation by its adjusted value, so that it is 0 on average then:
    Mayer, Lorent and Horgan (2011), "Exploratory analysis of multiple omics
    datasets using the adjusted RV coefficient", SAGMB 10(1); compared with its
    kin by Indahl, Næs and Liland (2018), "A similarity index for comparing coupled
    matrices", Journal of Chemometrics 32(10). Features are standardised first.

    Parameters
    ----------
    a : ndarray of shape (n_rows, n_features_a)
    b : ndarray of shape (n_rows, n_features_b)
    weight : ndarray of shape (n_rows,), default=None

    Returns
    -------
    rv : float
        From 0 to 1; NaN for fewer than three rows or where nothing varies.
    adjusted : float
        About 0 without a relation, at most 1.
    """
    if len(a) < 3:
        return np.nan, np.nan
    a = weighted(standardised(a, weight), weight)
    b = weighted(standardised(b, weight), weight)
    if not a.shape[1] or not b.shape[1]:
        return np.nan, np.nan
    n_rows = len(a)
    parts = [cross_norm(*pair) / n_rows**2 for pair in ((a, b), (a, a), (b, b))]
    rv = parts[0] / np.sqrt(parts[1] * parts[2])
    count = n_rows if weight is None else weight.sum() ** 2 / np.sum(weight**2)
    if count <= 2:
        return float(rv), np.nan
    sizes = a.shape[1] * b.shape[1], a.shape[1] ** 2, b.shape[1] ** 2
    factor = (count - 1) / (count - 2)
    cross, own_a, own_b = (
        size - factor * (size - part) for size, part in zip(sizes, parts, strict=True)
    )
    if own_a <= 0 or own_b <= 0:
        return float(rv), np.nan
    return float(rv), float(cross / np.sqrt(own_a * own_b))
