"""Which of several modalities or columns is the more wanted."""

import numpy as np

from mmensemble import _frame
from mmensemble.modality._columns import select, used_columns


def chooser(study, keep, costs):
    """Return a function that takes modalities and returns the least wanted one.

    Parameters
    ----------
    study : Study
    keep : {"cost", "first"} or callable
    costs : dict or None

    Returns
    -------
    choose : callable
        The later one of equals.
    """
    if keep == "first":
        wanted = dict.fromkeys(study.everyone, 0.0)
    elif keep == "cost":
        wanted = {k: -modality_cost(study, k, costs) for k in study.everyone}
    else:
        wanted = {
            k: float(keep(_part(study.X, study.resolved[k][2]), _y(study)))
            for k in study.everyone
        }
    return lambda modalities: min(modalities, key=lambda k: (wanted[k], -k))


def _part(X, columns):
    return select(X, columns if isinstance(columns, list) else [columns])


def _y(study):
    return None if study.target is None else study.target.y


def modality_cost(study, modality, costs):
    """Return the cost of a modality: its own, or the sum of its columns'."""
    costs = costs or {}
    name, _, _ = study.resolved[modality]
    if name in costs:
        return float(costs[name])
    columns = used_columns([study.resolved[modality]])
    if not columns <= set(costs):
        raise ValueError(
            f"keep='cost' needs the cost of modality {name!r}, or of all its columns, "
            f"in the 'costs' parameter; it has those of {list(costs)[:10]}."
        )
    return float(sum(costs[column] for column in columns))


def column_order(study, columns, keep, costs, method):
    """Return columns from the most to the least wanted, the first before equals.

    Parameters
    ----------
    study : Study
    columns : ComparableColumns
    keep : {"relevance", "cost", "first"} or callable
    costs : dict or None
    method : {"pearson", "spearman"}

    Returns
    -------
    order : ndarray of int of shape (n_positions,)
        Indices into ``columns.positions``.
    """
    positions = columns.positions
    wanted = np.zeros(len(positions))
    if keep == "relevance" and study.target is not None:
        wanted = columns.relevance(study.target, method, study.weight)
        # Copies of one column are equally relevant but for rounding.
        wanted = np.round(wanted, 9)
    elif keep == "cost":
        wanted = np.array([-_column_cost(study, p, costs) for p in positions])
    elif callable(keep):
        y = _y(study)
        wanted = np.array(
            [float(keep(_frame.take_columns(study.X, [p]), y)) for p in positions]
        )
    return np.argsort(-wanted, kind="stable")


def _column_cost(study, position, costs):
    names = _frame.column_names(study.X)
    label = position if names is None else names[position]
    costs = costs or {}
    if label in costs:
        return float(costs[label])
    for name, _, columns in study.resolved:
        own = used_columns([(name, None, columns)])
        if label in own and name in costs:
            return float(costs[name]) / len(own)
    raise ValueError(
        f"keep='cost' needs the cost of column {label!r}, or of its modality, in the "
        f"'costs' parameter; it has those of {list(costs)[:10]}."
    )
