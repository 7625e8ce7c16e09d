"""What the next modality is expected to save, from what is present already."""

import numpy as np
import pandas as pd

from mmensemble._compat import validate_params
from mmensemble._validation import as_weight, check_weight
from mmensemble.analysis.coalitions._shapley import coalition_masks
from mmensemble.analysis.members._diversity import check_names

#: Rows that a slope is learnt from.
_FEWEST_ROWS = 10


@validate_params(
    {
        "losses": ["array-like"],
        "costs": ["array-like", None],
        "presence": ["array-like", None],
        "names": ["array-like", None],
        "sample_weight": ["array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def acquisition_gains(
    losses, *, costs=None, presence=None, names=None, sample_weight=None
):
    """Return what acquiring each absent modality saves, for each set that is present.

    Parameters
    ----------
    losses : array-like of shape (n_samples, 2 ** n_modalities)
        Loss of each row's out-of-fold prediction from each coalition: modality
        ``m`` is in coalition ``k`` where bit ``m`` of ``k`` is set.
    costs : array-like of shape (n_modalities,), default=None
        Cost of each modality, above 0; 1 if None.
    presence : array-like of bool of shape (n_samples, n_modalities), default=None
        Modalities that rows have. A row counts for modalities that it has only.
        None: all.
    names : list of str, default=None
        Names of the modalities; their positions if None.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows.

    Returns
    -------
    frame : DataFrame
        One row a set of present modalities and absent modality: `present` (tuple of
        names), `modality`, `gain` (mean fall of the loss), `se_gain` (its standard
        error), `n_rows`, `cost` and `gain_per_cost`. NaN where no row has both.

    References
    ----------
    Saar-Tsechansky, Melville and Provost (2009), "Active feature-value
    acquisition", Management Science 55(4).

    Examples
    --------
    >>> from mmensemble.analysis import acquisition_gains
    >>> frame = acquisition_gains(
    ...     [[1.0, 0.5, 0.8, 0.4], [1.0, 0.7, 0.2, 0.1]],
    ...     costs=[1, 4],
    ...     names=["survey", "scan"],
    ... )
    >>> frame[["present", "modality", "gain", "gain_per_cost"]]
         present modality  gain  gain_per_cost
    0         ()   survey  0.40         0.4000
    1         ()     scan  0.50         0.1250
    2  (survey,)     scan  0.35         0.0875
    3    (scan,)   survey  0.25         0.2500
    """
    losses, presence, costs = check_coalitions(losses, presence, costs)
    names = check_names(names, len(costs))
    weight = as_weight(check_weight(sample_weight, len(losses)), len(losses))
    rows = []
    for code, mask in enumerate(coalition_masks(len(costs))):
        for m in np.flatnonzero(~mask):
            gains, _, w = _observed(losses, None, presence, weight, code, m)
            mean, error = _weighted_mean(gains, w)
            rows.append(
                {
                    "present": tuple(names[k] for k in np.flatnonzero(mask)),
                    "modality": names[m],
                    "gain": mean,
                    "se_gain": error,
                    "n_rows": len(gains),
                    "cost": costs[m],
                    "gain_per_cost": mean / costs[m],
                }
            )
    return pd.DataFrame(rows)


@validate_params(
    {
        "losses": ["array-like"],
        "acquired": ["array-like"],
        "costs": ["array-like", None],
        "presence": ["array-like", None],
        "uncertainty": ["array-like", None],
        "acquired_uncertainty": ["array-like", None],
        "names": ["array-like", None],
        "sample_weight": ["array-like", None],
    },
    prefer_skip_nested_validation=True,
)
def next_acquisition(
    losses,
    acquired,
    *,
    costs=None,
    presence=None,
    uncertainty=None,
    acquired_uncertainty=None,
    names=None,
    sample_weight=None,
):
    """Return which modality to acquire next for each new row.

    The one whose expected fall of the loss is largest for its cost, given the
    modalities that the row has and, if given, how uncertain its prediction is.

    Parameters
    ----------
    losses : array-like of shape (n_samples, 2 ** n_modalities)
        Losses of labelled rows' out-of-fold predictions from each coalition.
    acquired : array-like of bool of shape (n_new, n_modalities)
        Modalities that the new rows have.
    costs : array-like of shape (n_modalities,), default=None
        Cost of each modality, above 0; 1 if None.
    presence : array-like of bool of shape (n_samples, n_modalities), default=None
        Modalities that the labelled rows have. None: all.
    uncertainty : array-like of shape (n_samples, 2 ** n_modalities), default=None
        Of the labelled rows' predictions, such as the entropy: the gain is then
        regressed on it.
    acquired_uncertainty : array-like of shape (n_new,), default=None
        Of the new rows' present predictions; given with `uncertainty`.
    names : list of str, default=None
        Names of the modalities; their positions if None.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the labelled rows.

    Returns
    -------
    frame : DataFrame
        One row a new row: `modality` (None where no gain is expected), `gain`,
        `cost` and `gain_per_cost` (NaN there).

    References
    ----------
    Saar-Tsechansky, Melville and Provost (2009), "Active feature-value
    acquisition", Management Science 55(4).

    Examples
    --------
    >>> from mmensemble.analysis import next_acquisition
    >>> losses = [[1.0, 0.5, 0.8, 0.4], [1.0, 0.7, 0.2, 0.1]]
    >>> next_acquisition(losses, [[False, False], [True, False]], costs=[1, 4])
       modality  gain  cost  gain_per_cost
    0         0  0.40   1.0         0.4000
    1         1  0.35   4.0         0.0875
    """
    losses, presence, costs = check_coalitions(losses, presence, costs)
    names = check_names(names, len(costs))
    if (uncertainty is None) != (acquired_uncertainty is None):
        raise ValueError(
            "Give both 'uncertainty' and 'acquired_uncertainty', or neither."
        )
    acquired = np.asarray(acquired, dtype=bool)
    if acquired.ndim != 2 or acquired.shape[1] != len(costs):
        raise ValueError(
            f"The 'acquired' parameter must have {len(costs)} columns, one a "
            f"modality, got shape {acquired.shape}."
        )
    weight = as_weight(check_weight(sample_weight, len(losses)), len(losses))
    model = learn_gains(losses, presence, weight, uncertainty)
    state = acquired @ (1 << np.arange(len(costs)))
    gains = expected_gains(model, state, acquired_uncertainty)
    rates = np.where(acquired | ~(gains > 0), -np.inf, gains / costs)
    best = rates.argmax(axis=1)
    found = np.isfinite(rates.max(axis=1))
    gain = np.where(found, gains[np.arange(len(best)), best], np.nan)
    cost = np.where(found, costs[best], np.nan)
    chosen = [names[m] if ok else None for m, ok in zip(best, found, strict=True)]
    return pd.DataFrame(
        {
            # objects, or None among names would turn into NaN
            "modality": pd.Series(chosen, dtype=object),
            "gain": gain,
            "cost": cost,
            "gain_per_cost": gain / cost,
        }
    )


def learn_gains(losses, presence, weight, uncertainty=None):
    """Learn the expected gain of each absent modality from each coalition.

    Parameters
    ----------
    losses : ndarray of shape (n_samples, 2 ** n_modalities)
    presence : ndarray of bool of shape (n_samples, n_modalities)
    weight : ndarray of shape (n_samples,)
    uncertainty : array-like of shape (n_samples, 2 ** n_modalities), default=None
        If given, gains are lines in it, by weighted least squares.

    Returns
    -------
    model : ndarray of shape (2 ** n_modalities, n_modalities, 2)
        Intercept and slope; NaN where nothing was seen.
    """
    if uncertainty is not None:
        uncertainty = np.asarray(uncertainty, dtype=float)
        if uncertainty.shape != losses.shape:
            raise ValueError(
                "The 'uncertainty' parameter must have the shape of the losses, "
                f"{losses.shape}, got {uncertainty.shape}."
            )
    masks = coalition_masks(presence.shape[1])
    model = np.full((*masks.shape, 2), np.nan)
    for code, mask in enumerate(masks):
        for m in np.flatnonzero(~mask):
            observed = _observed(losses, uncertainty, presence, weight, code, m)
            model[code, m] = _line(*observed)
    return model


def expected_gains(model, state, uncertainty=None):
    """Return the expected gain of each modality for rows in coalition `state`.

    Parameters
    ----------
    model : ndarray of shape (2 ** n_modalities, n_modalities, 2)
    state : ndarray of int of shape (n_rows,)
        Numbers of the coalitions that the rows have.
    uncertainty : array-like of shape (n_rows,), default=None

    Returns
    -------
    gains : ndarray of shape (n_rows, n_modalities)
    """
    intercept, slope = model[state, :, 0], model[state, :, 1]
    if uncertainty is None:
        return intercept
    return intercept + slope * np.asarray(uncertainty, dtype=float)[:, None]


def _observed(losses, uncertainty, presence, weight, code, m):
    """Return gains, uncertainties and weights of rows that have the set and `m`."""
    bits = 1 << np.arange(presence.shape[1])
    after = code | 1 << m
    gains = losses[:, code] - losses[:, after]
    used = (presence @ bits & after) == after
    used &= (weight > 0) & np.isfinite(gains)
    x = None
    if uncertainty is not None:
        used &= np.isfinite(uncertainty[:, code])
        x = uncertainty[used, code]
    return gains[used], x, weight[used]


def _line(gains, x, weight):
    """Return intercept and slope; without enough rows or spread the mean and 0."""
    if not len(gains):
        return np.nan, np.nan
    mean = np.average(gains, weights=weight)
    if x is None or len(x) < _FEWEST_ROWS:
        return mean, 0.0
    middle = np.average(x, weights=weight)
    spread = np.average((x - middle) ** 2, weights=weight)
    if spread <= 1e-12 * max(middle**2, 1e-12):
        return mean, 0.0
    slope = np.average((x - middle) * (gains - mean), weights=weight) / spread
    return mean - slope * middle, slope


def _weighted_mean(values, weight):
    """Return a weighted mean and its standard error."""
    if not len(values):
        return np.nan, np.nan
    mean = np.average(values, weights=weight)
    if len(values) < 2:
        return mean, np.nan
    share = weight / weight.sum()
    error = np.sqrt((share**2 * (values - mean) ** 2).sum())
    return mean, error * np.sqrt(len(values) / (len(values) - 1))


def check_coalitions(losses, presence, costs):
    """Return losses, presence and costs as arrays that fit together, or raise."""
    losses = np.asarray(losses, dtype=float)
    n_modalities = losses.shape[-1].bit_length() - 1 if losses.ndim == 2 else 0
    if n_modalities < 1 or losses.shape[1] != 2**n_modalities:
        raise ValueError(
            "The 'losses' parameter must have shape (n_samples, 2 ** n_modalities), "
            f"got {losses.shape}."
        )
    shape = len(losses), n_modalities
    presence = np.ones(shape) if presence is None else np.asarray(presence)
    if presence.shape != shape:
        raise ValueError(
            f"The 'presence' parameter must have shape {shape}, got {presence.shape}."
        )
    return losses, presence.astype(bool), _check_costs(costs, n_modalities)


def _check_costs(costs, n_modalities):
    if costs is None:
        return np.ones(n_modalities)
    try:
        numbers = np.asarray(costs, dtype=float)
    except (TypeError, ValueError):  # a dict, or words
        numbers = np.empty(0)
    is_positive = (np.isfinite(numbers) & (numbers > 0)).all()
    if numbers.shape != (n_modalities,) or not is_positive:
        raise ValueError(
            f"The 'costs' parameter must hold {n_modalities} numbers above 0, got "
            f"{costs}."
        )
    return numbers
