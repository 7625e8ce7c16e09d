"""Loss against cumulative cost when modalities are acquired one after the other."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold
from sklearn.utils import check_random_state

from mmensemble._compat import Interval, validate_params
from mmensemble._splits import list_splits, make_splitter
from mmensemble._validation import as_weight, check_groups, check_weight
from mmensemble.analysis.coalitions._acquisition_gains import (
    check_coalitions,
    expected_gains,
    learn_gains,
)

#: Folds that None stands for, if there are as many rows or groups.
_MOST_FOLDS = 5


@validate_params(
    {
        "losses": ["array-like"],
        "costs": ["array-like", None],
        "presence": ["array-like", None],
        "start": ["array-like", None],
        "uncertainty": ["array-like", None],
        "scores": ["array-like", None],
        "cv": ["cv_object"],
        "groups": ["array-like", None],
        "sample_weight": ["array-like", None],
        "n_random": [Interval(Integral, 1, None, closed="left")],
        "n_points": [Interval(Integral, 2, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def acquisition_curve(
    losses,
    *,
    costs=None,
    presence=None,
    start=None,
    uncertainty=None,
    scores=None,
    cv=None,
    groups=None,
    sample_weight=None,
    n_random=20,
    n_points=21,
    random_state=None,
):
    """Return loss against cumulative cost under three policies of acquisition.

    "greedy" acquires, of all rows and modalities that can be had next, the one with
    the largest expected fall of the loss for its cost. "fixed" acquires the
    modalities in one order for all rows, the one that is greedy on average.
    "random" acquires anything. Gains and orders are learnt from other folds' rows.

    Parameters
    ----------
    losses : array-like of shape (n_samples, 2 ** n_modalities)
        Loss of each row's out-of-fold prediction from each coalition: modality
        ``m`` is in coalition ``k`` where bit ``m`` of ``k`` is set.
    costs : array-like of shape (n_modalities,), default=None
        Cost of each modality, above 0; 1 if None.
    presence : array-like of bool of shape (n_samples, n_modalities), default=None
        Modalities that can be had for each row. None: all.
    start : array-like of bool of shape (n_samples, n_modalities), default=None
        Modalities that each row has at no cost. None: nothing.
    uncertainty : array-like of shape (n_samples, 2 ** n_modalities), default=None
        Of each row's prediction from each coalition, such as the entropy of its
        probabilities. With it, gains differ from row to row.
    scores : array-like of shape (n_samples, 2 ** n_modalities), default=None
        Another number of each row under each coalition, such as being right, whose
        mean is reported along the way.
    cv : int, splitter or iterable, default=None
        Folds from whose training rows gains are learnt; None makes 5, or as many as
        there are rows or groups. Folds made from None or an int are shuffled, or
        keep groups together.
    groups : array-like of shape (n_samples,), default=None
        Rows of one group stay in one fold.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows, in gains and in means.
    n_random : int, default=20
        Random orders that "random" is averaged over.
    n_points : int, default=21
        Points of each curve, from no cost to all.
    random_state : int, RandomState instance or None, default=None
        Of the folds, of the random orders and of the order among ties.

    Returns
    -------
    frame : DataFrame
        One row a policy and point: `policy`, `cost` (mean over rows), `loss` and,
        with `scores`, `score`. Policies go on to the end, also where they expect no
        more gain. Rows that no fold tests, or that lack a loss, are left out.

    References
    ----------
    Saar-Tsechansky, Melville and Provost (2009), "Active feature-value
    acquisition", Management Science 55(4).

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.analysis import acquisition_curve
    >>> losses = np.tile([1.0, 0.4, 0.8, 0.3], (20, 1))
    >>> frame = acquisition_curve(losses, n_points=3, random_state=0)
    >>> frame[frame["policy"] == "greedy"]
       policy  cost  loss
    0  greedy   0.0   1.0
    1  greedy   1.0   0.4
    2  greedy   2.0   0.3
    """
    losses, presence, costs = check_coalitions(losses, presence, costs)
    weight = as_weight(check_weight(sample_weight, len(losses)), len(losses))
    held = _check_start(start, presence)
    if uncertainty is not None:
        uncertainty = _like_losses("uncertainty", uncertainty, losses)
    values = (
        [losses] if scores is None else [losses, _like_losses("scores", scores, losses)]
    )
    rng = check_random_state(random_state)
    groups = check_groups(groups, losses)
    splitter = _make_splitter(cv, len(losses), groups, rng)
    splits = list_splits(splitter, losses, None, {"groups": groups})
    greedy, fixed = _rated_paths(
        splits, losses, presence, held, costs, weight, uncertainty
    )
    tested = np.unique(np.concatenate([test for _, test in splits]))
    complete = np.all([np.isfinite(v[tested]).all(axis=1) for v in values], axis=0)
    tested = tested[complete & (weight[tested] > 0)]
    if not len(tested):
        raise ValueError(
            "No row is left for the curve: 'cv' tests none that has a weight and all "
            "of its losses."
        )
    total = np.average((presence & ~held)[tested] @ costs, weights=weight[tested])
    grid = np.linspace(0, total, n_points)
    walk = _Walk(values, held, costs, weight, tested, grid)
    draws = []
    for _ in range(n_random):
        keys = np.where(presence & ~held, rng.random(presence.shape), np.nan)
        order = np.argsort(-keys, axis=1, kind="stable")
        draws.append(walk.curve(order, np.take_along_axis(keys, order, 1), rng))
    random = np.mean(draws, axis=0)
    # the mean of equal numbers may differ from them in the last digit
    random[:, 0] = grid
    curves = {
        "greedy": walk.curve(*greedy, rng),
        "fixed": walk.curve(*fixed, rng),
        "random": random,
    }
    return _as_frame(curves, ["cost", "loss", "score"][: 1 + len(values)])


def _as_frame(curves, names):
    """Return one row a policy and point."""
    frames = [
        pd.DataFrame(curve, columns=names).assign(policy=policy)
        for policy, curve in curves.items()
    ]
    return pd.concat(frames, ignore_index=True)[["policy", *names]]


def _rated_paths(splits, losses, presence, held, costs, weight, uncertainty):
    """Return the greedy and the fixed path of every tested row.

    A path is the order of the modalities (n_samples, n_modalities) and the rate at
    which each step was chosen, NaN where there is no step left.
    """
    greedy = np.zeros(presence.shape, dtype=int), np.full(presence.shape, np.nan)
    fixed = np.zeros(presence.shape, dtype=int), np.full(presence.shape, np.nan)
    for train, test in splits:
        of_train = losses[train], presence[train], weight[train]
        known = None if uncertainty is None else np.asarray(uncertainty)[train]
        model = learn_gains(*of_train, known)
        own = None if uncertainty is None else np.asarray(uncertainty)[test]
        rated = _greedy_path(model, costs, presence[test], held[test], own)
        average = learn_gains(*of_train)
        whole = np.ones((1, len(costs)), dtype=bool)
        common = _greedy_path(average, costs, whole, ~whole, None)[0][0]
        places = np.empty(len(costs))
        places[common] = -np.arange(len(costs))
        keys = np.where(presence[test] & ~held[test], places, np.nan)
        order = np.argsort(-keys, axis=1, kind="stable")
        for path, (steps, rates) in (
            (greedy, rated),
            (fixed, (order, np.take_along_axis(keys, order, axis=1))),
        ):
            path[0][test], path[1][test] = steps, rates
    return greedy, fixed


def _greedy_path(model, costs, presence, held, uncertainty):
    """Return the order in which each row acquires, and the rate of each step."""
    rows = np.arange(len(presence))
    state = held @ (1 << np.arange(len(costs)))
    left = presence & ~held
    order, rates = np.zeros(left.shape, dtype=int), np.full(left.shape, np.nan)
    for step in range(len(costs)):
        own = None if uncertainty is None else np.asarray(uncertainty)[rows, state]
        rate = expected_gains(model, state, own) / costs
        # what was never seen together comes last
        rate = np.where(left, np.nan_to_num(rate, nan=-1e300), -np.inf)
        best = rate.argmax(axis=1)
        more = left.any(axis=1)
        order[:, step] = best
        rates[more, step] = rate[rows[more], best[more]]
        state = np.where(more, state | 1 << best, state)
        left[rows, best] = False
    return order, rates


@dataclass(frozen=True)
class _Walk:
    """Means of values along the paths of all rows, against the mean cost."""

    values: list
    held: np.ndarray
    costs: np.ndarray
    weight: np.ndarray
    tested: np.ndarray
    grid: np.ndarray

    def curve(self, order, rates, rng):
        """Return cost and values (n_points, 1 + n_values)."""
        order, rates = order[self.tested], rates[self.tested]
        taken = ~np.isnan(rates)
        # a step waits for those before it: a queue by rate is a sort by running
        # minimum, in which steps of one row stay together
        due = np.minimum.accumulate(np.where(taken, rates, -np.inf), axis=1)
        lot = np.broadcast_to(rng.permutation(len(order))[:, None], order.shape)
        step = np.broadcast_to(np.arange(order.shape[1]), order.shape)
        queue = np.lexsort((step[taken], lot[taken], -due[taken]))
        share = self.weight[self.tested] / self.weight[self.tested].sum()
        share = np.broadcast_to(share[:, None], order.shape)[taken][queue]
        cost = np.append(0.0, np.cumsum(share * self.costs[order][taken][queue]))
        columns = [self.grid]
        for values in self.values:
            first, changes = self._changes(values, order, taken)
            along = np.append(first, first + np.cumsum(share * changes[taken][queue]))
            columns.append(np.interp(self.grid, cost, along))
        return np.column_stack(columns)

    def _changes(self, values, order, taken):
        """Return the mean at the start, and what each step changes in its row."""
        bits = np.where(taken, 1 << order, 0)
        begin = self.held[self.tested] @ (1 << np.arange(len(self.costs)))
        state = np.column_stack([begin, begin[:, None] + np.cumsum(bits, axis=1)])
        own = np.take_along_axis(values[self.tested], state, axis=1)
        first = np.average(own[:, 0], weights=self.weight[self.tested])
        return first, np.diff(own, axis=1)


def _make_splitter(cv, n_rows, groups, rng):
    if cv is not None and not isinstance(cv, Integral):
        return make_splitter(cv, np.zeros(n_rows), classifier=False, groups=groups)
    n_units = n_rows if groups is None else len(np.unique(groups))
    if n_units < 2:
        what = "row" if groups is None else "group"
        raise ValueError(
            f"There is one {what} only; what acquiring a modality saves is learnt from "
            "other folds' rows, which needs two."
        )
    n_splits = min(_MOST_FOLDS, n_units) if cv is None else int(cv)
    if groups is None:
        return KFold(n_splits, shuffle=True, random_state=rng)
    return GroupKFold(n_splits)


def _check_start(start, presence):
    if start is None:
        return np.zeros(presence.shape, dtype=bool)
    start = np.asarray(start, dtype=bool)
    if start.shape != presence.shape or (start & ~presence).any():
        raise ValueError(
            f"The 'start' parameter must have shape {presence.shape} and hold "
            f"modalities only that rows have; got shape {start.shape}."
        )
    return start


def _like_losses(name, values, losses):
    shape = np.shape(values)
    if shape != losses.shape:
        raise ValueError(
            f"The {name!r} parameter must have the shape of the losses, "
            f"{losses.shape}, got {shape}."
        )
    return np.asarray(values, dtype=float)
