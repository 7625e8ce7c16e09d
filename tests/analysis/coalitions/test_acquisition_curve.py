"""Loss against cumulative cost."""

import heapq
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GroupKFold

from mmensemble.analysis import acquisition_curve
from mmensemble.analysis.coalitions._acquisition_gains import learn_gains
from mmensemble.analysis.coalitions._shapley import coalition_masks


def curves_of(losses, **options):
    """Return the curves by policy, as arrays of cost and loss (and score)."""
    frame = acquisition_curve(losses, **({"random_state": 0} | options))
    return {
        policy: part.drop(columns="policy").to_numpy()
        for policy, part in frame.groupby("policy")
    }


def additive(gains, n=30):
    """Make losses from which each modality takes a fixed part."""
    return np.tile(sum(gains) - coalition_masks(len(gains)) @ gains, (n, 1))


def test_additive_gains_have_a_known_curve():
    """Rows alike: the curve is piecewise linear, the best rate first."""
    curves = curves_of(additive([1.0, 4.0, 1.0]), costs=[1, 2, 4], n_points=8)
    # rates 1, 2 and 1/4: the second, the first, the third
    expected = np.interp(np.arange(8), [0, 2, 3, 7], [6, 2, 1, 0])
    for policy in ("greedy", "fixed"):
        assert curves[policy][:, 0] == pytest.approx(np.arange(8))
        assert curves[policy][:, 1] == pytest.approx(expected)


def test_random_orders_are_in_expectation_a_line():
    """Additive gains at equal costs: any order loses the mean gain a step."""
    losses = additive([1.0, 4.0, 1.0], n=400)
    found = curves_of(losses, n_points=4, n_random=40)["random"]
    assert found[:, 1] == pytest.approx([6, 4, 2, 0], abs=0.05)


def test_all_policies_meet_at_both_ends():
    """With nothing and with everything the policy does not matter."""
    rng = np.random.default_rng(0)
    presence = rng.random((50, 3)) < 0.7
    start = presence & (rng.random((50, 3)) < 0.3)
    losses, weight = rng.random((50, 8)), rng.random(50)
    options = {"presence": presence, "start": start, "sample_weight": weight}
    costs = np.array([1, 2, 3])
    curves = curves_of(losses, costs=costs, **options)
    bits = 1 << np.arange(3)
    first, last = (losses[np.arange(50), held @ bits] for held in (start, presence))
    total = np.average((presence & ~start) @ costs, weights=weight)
    for curve in curves.values():
        assert (curve[:, 0] == curves["greedy"][:, 0]).all()
        assert curve[0] == pytest.approx([0, np.average(first, weights=weight)])
        assert curve[-1] == pytest.approx([total, np.average(last, weights=weight)])


def test_the_sort_is_a_queue(global_random_seed):
    """A heap that always serves the best next step gives the same curve."""
    rng = np.random.default_rng(global_random_seed)
    losses, uncertainty = rng.random((24, 8)), rng.random((24, 8))
    halves = np.arange(24) % 2 == 0
    splits = [(np.flatnonzero(h), np.flatnonzero(~h)) for h in (halves, ~halves)]
    costs, ones = np.array([1.0, 2.0, 3.0]), np.ones((24, 3), dtype=bool)
    queue = []

    def offer(row, state):
        line = models[row][state]
        rates = (line[:, 0] + line[:, 1] * uncertainty[row, state]) / costs
        for m in np.argsort(-rates):
            if not state >> m & 1:
                heapq.heappush(queue, (-rates[m], row, state, m))
                return

    models = {}
    for train, test in splits:
        model = learn_gains(losses[train], ones[train], np.ones(12), uncertainty[train])
        models |= dict.fromkeys(test, model)
    for row in range(24):
        offer(row, 0)
    cost, loss = [0.0], [losses[:, 0].mean()]
    while queue:
        _, row, state, m = heapq.heappop(queue)
        after = state | 1 << m
        cost.append(cost[-1] + costs[m] / 24)
        loss.append(loss[-1] + (losses[row, after] - losses[row, state]) / 24)
        offer(row, after)
    found = curves_of(losses, costs=costs, uncertainty=uncertainty, cv=splits)
    expected = np.interp(np.linspace(0, 6, 21), cost, loss)
    assert found["greedy"][:, 1] == pytest.approx(expected)


def test_uncertainty_serves_those_who_need_it():
    """Half of the rows are settled by the first modality: the others get the second."""
    rng = np.random.default_rng(0)
    easy = rng.random(300) < 0.5
    after_first = np.where(easy, 0.05, 0.65)
    losses = np.column_stack([np.full(300, 0.7), after_first, np.full(300, 0.69)])
    losses = np.column_stack([losses, np.where(easy, 0.04, 0.1)])
    uncertainty = losses + rng.normal(0, 0.01, size=losses.shape)
    told = curves_of(losses, uncertainty=uncertainty, n_points=41)
    plain = curves_of(losses, n_points=41)
    assert told["fixed"] == pytest.approx(plain["fixed"], abs=0.02)
    # at a cost of 1.5 all have the first, and half of the rows the second
    middle = 30
    assert told["greedy"][middle, 0] == pytest.approx(1.5)
    assert told["greedy"][middle, 1] < told["fixed"][middle, 1] - 0.1
    assert told["greedy"][:, 1].mean() < told["random"][:, 1].mean()


def test_scores_go_along():
    """Another number is averaged at the same costs."""
    losses = additive([1.0, 4.0], n=12)
    curves = curves_of(losses, scores=10 - losses)
    for curve in curves.values():
        assert curve[:, 2] == pytest.approx(10 - curve[:, 1])


def test_the_fixed_order_is_learnt_from_other_rows():
    """Rows of a group that profits from another order don't decide their own."""
    groups = np.repeat([0, 1, 1], 10)
    losses = np.where(
        (groups == 0)[:, None], additive([1.0, 3.0], n=30), additive([3.0, 1.0], n=30)
    )
    found = curves_of(losses, groups=groups, cv=2, n_points=3)
    # each group follows the other's order: the poor modality first
    assert found["greedy"][1, 1] == found["fixed"][1, 1] == pytest.approx(3.0)
    explicit = curves_of(losses, groups=groups, cv=GroupKFold(2), n_points=3)
    assert explicit["fixed"] == pytest.approx(found["fixed"])


def test_incomplete_and_untested_rows_are_left_out():
    """Only rows that a fold tests and that have all losses are followed."""
    losses = np.random.default_rng(0).random((30, 4))
    losses[3, 2] = np.nan
    weight = np.r_[np.ones(28), 0, 0]
    splits = [(np.arange(10, 30), np.arange(10)), (np.arange(10), np.arange(20, 30))]
    curves = curves_of(losses, cv=splits, sample_weight=weight)
    rows = np.r_[0:3, 4:10, 20:28]
    for curve in curves.values():
        assert curve[0, 1] == pytest.approx(losses[rows, 0].mean())
        assert curve[-1, 1] == pytest.approx(losses[rows, 3].mean())


def test_the_order_of_modalities_does_not_matter():
    """Renaming modalities leaves the greedy curve as it is."""
    losses, costs = np.random.default_rng(1).random((40, 8)), np.array([1, 2, 5])
    masks, splits = coalition_masks(3), [(np.arange(20), np.arange(20, 40))]
    expected = curves_of(losses, costs=costs, cv=splits)["greedy"]
    for order in permutations(range(3)):
        renamed = np.empty_like(losses)
        renamed[:, masks[:, order] @ (1 << np.arange(3))] = losses
        found = curves_of(renamed, costs=costs[list(order)], cv=splits)["greedy"]
        assert found == pytest.approx(expected)


def test_the_same_seed_gives_the_same():
    """Folds, ties and random orders come from random_state; input is not written."""
    losses = np.random.default_rng(2).random((30, 8))
    losses.flags.writeable = False
    one, other = (curves_of(losses, random_state=5) for _ in range(2))
    assert all((one[policy] == other[policy]).all() for policy in one)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"start": np.ones((9, 3))}, "'start' parameter must have shape"),
        (
            {"start": np.ones((9, 2)), "presence": np.zeros((9, 2))},
            "modalities only that rows have",
        ),
        ({"scores": np.ones((9, 2))}, "'scores' parameter must have the shape"),
        ({"n_random": 0}, "'n_random' parameter of acquisition_curve must"),
        ({"n_points": 1}, "'n_points' parameter of acquisition_curve must"),
        ({"costs": {"a": 1}}, "'costs' parameter must hold 2 numbers above 0"),
        ({"groups": np.zeros(9)}, "There is one group only; what acquiring a"),
        ({"sample_weight": np.zeros(9)}, "'sample_weight' given is all zero"),
        (
            {"sample_weight": np.r_[0, np.ones(8)], "cv": [(np.arange(1, 9), [0])]},
            "No row is left for the curve",
        ),
    ],
)
def test_bad_input_is_refused(change, match):
    """Errors name the parameter and what came."""
    with pytest.raises(ValueError, match=match):
        acquisition_curve(np.ones((9, 4)), **change)


@pytest.mark.parametrize("n_groups", [2, 3, 9])
def test_there_are_no_more_folds_than_groups(n_groups):
    """None stands for 5 folds, or for as many as there are groups."""
    losses = np.random.default_rng(0).uniform(size=(18, 4))
    groups = np.arange(18) % n_groups
    found = acquisition_curve(losses, groups=groups, random_state=0)
    cv = GroupKFold(min(5, n_groups))
    expected = acquisition_curve(losses, groups=groups, cv=cv, random_state=0)
    pd.testing.assert_frame_equal(found, expected)
    few = acquisition_curve(losses[:3], random_state=0)
    assert few["loss"].notna().all()


def test_uncertainty_has_the_shape_of_the_losses():
    """Else it belongs to other rows or other sets."""
    losses = np.ones((9, 4))
    with pytest.raises(ValueError, match=r"'uncertainty' parameter must have the shap"):
        acquisition_curve(losses, uncertainty=[1.0])
