"""What nobody can beat: closed forms of the linear-Gaussian simulator.

Given the factors, the columns of a modality are independent, so that all there
is to know is the precision of the factors after seeing what a row shows:
``P = I + sum of L_m' L_m / v_m``, with loadings ``L_m`` and noise variance ``v_m``.
A copy adds nothing beside its original; copies whose original is absent are
averaged first, weighted by the inverse of the variance that each one adds.
"""

import numpy as np
import pandas as pd
from scipy.special import softmax

#: Stands for no noise at all where a variance divides.
_NO_NOISE = 1e-10


def relevance(plan, loadings, effect):
    """Return how much each modality tells about the target by itself.

    Parameters
    ----------
    plan : Plan
    loadings : dict of ndarray of shape (n_columns, n_factors)
    effect : ndarray of shape (n_factors,) or (n_classes, n_factors)
        Coefficients of the target, or factor means by class.

    Returns
    -------
    relevance : Series
        Regression: R2 of the best prediction. Classification: mean squared
        Mahalanobis distance of the class means from their centre.
    """
    values = {}
    for name in plan.sizes:
        precision, _ = _evidence({name}, plan, loadings)
        seen = np.eye(len(precision)) - np.linalg.inv(precision)
        telling = effect * plan.bearing(name) if plan.row_dependent else effect
        if plan.task == "regression":
            total = telling @ telling + plan.target_noise**2
            values[name] = telling @ seen @ telling / total if total else 0.0
        else:
            centred = telling - plan.class_shares @ telling
            distance = np.einsum("cf,fg,cg->c", centred, seen, centred)
            values[name] = plan.class_shares @ distance
    return pd.Series(values, name="relevance")


def best_prediction(blocks, presence, masks, plan, loadings, effect):
    """Return the Bayes-optimal prediction of each row from what it shows.

    Parameters
    ----------
    blocks : dict of ndarray of shape (n_samples, n_columns)
        Complete columns by modality; absent ones are not looked at.
    presence : ndarray of bool of shape (n_samples, n_modalities)
    masks : ndarray of shape (n_samples, n_factors)
        1 for the factors that bear on the row's target, else 0.
    plan, loadings, effect : see `relevance`

    Returns
    -------
    prediction : ndarray of shape (n_samples,) or (n_samples, n_classes)
        Conditional mean, or probability of each class.
    """
    shape = (plan.n_samples, *effect.shape[:-1])
    prediction = np.empty(shape)
    cases = np.hstack([presence, masks.astype(bool)])
    for case in np.unique(cases, axis=0):
        rows = np.flatnonzero((cases == case).all(axis=1))
        present = {name for name, there in zip(plan.sizes, case, strict=False) if there}
        precision, weights = _evidence(present, plan, loadings)
        seen = sum(blocks[name][rows] @ weight for name, weight in weights.items())
        prediction[rows] = _predict(seen, precision, effect * masks[rows[0]], plan)
    return prediction


def _predict(seen, precision, effect, plan):
    if plan.task == "regression":
        return seen @ np.linalg.solve(precision, effect)
    # L'V⁻¹x = P⁻¹ (sum of L_m' x_m / v_m) and L'V⁻¹L = I - P⁻¹
    linear = seen @ np.linalg.solve(precision, effect.T)
    information = np.eye(len(precision)) - np.linalg.inv(precision)
    constant = np.einsum("cf,fg,cg->c", effect, information, effect)
    return softmax(linear - constant / 2 + np.log(plan.class_shares), axis=1)


def _evidence(present, plan, loadings):
    """Return the precision of the factors and each modality's weight matrix."""
    n_factors = next(iter(loadings.values())).shape[1]
    precision, weights = np.eye(n_factors), {}
    for original in plan.originals:
        family = [original, *(c for c, o in plan.copies.items() if o == original)]
        added = {m: plan.noise[m] ** 2 * (m != original) for m in family}
        added = {m: max(added[m], _NO_NOISE) for m in family if m in present}
        if original in added:
            added = {original: 0.0}
        if not added:
            continue
        share, extra = _average(added)
        variance = max(plan.noise[original] ** 2 + extra, _NO_NOISE)
        L = loadings[original]
        precision = precision + L.T @ L / variance
        weights |= {name: part * L / variance for name, part in share.items()}
    return precision, weights


def _average(variances):
    """Return the weights of the best average and its variance."""
    if len(variances) == 1:
        (name, variance), *_ = variances.items()
        return {name: 1.0}, variance
    total = sum(1 / variance for variance in variances.values())
    shares = {name: 1 / variance / total for name, variance in variances.items()}
    return shares, 1 / total
