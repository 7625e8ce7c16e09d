"""Exact Shapley values and interactions on constructed games."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mmensemble.analysis import shapley_interactions, shapley_values
from mmensemble.analysis.coalitions._shapley import (
    coalition_masks,
    coalition_predictions,
    contribution_frame,
)

#: Values of all coalitions of one to five modalities.
games = st.integers(1, 5).flatmap(
    lambda m: hnp.arrays(float, 2**m, elements=st.floats(-10, 10, width=32))
)
some_games = settings(max_examples=40, deadline=None)


def by_orders(values):
    """Return the mean of what each adds, over all orders of joining."""
    m = len(values).bit_length() - 1
    total = np.zeros(m)
    orders = list(permutations(range(m)))
    for order in orders:
        here = 0
        for player in order:
            total[player] += values[here | 1 << player] - values[here]
            here |= 1 << player
    return total / len(orders)


@some_games
@given(games)
def test_values_are_means_over_all_orders(values):
    """The definition, enumerated."""
    assert shapley_values(values) == pytest.approx(by_orders(values), abs=1e-9)


@some_games
@given(games)
def test_efficiency(values):
    """Contributions add up to the value of all less that of none."""
    assert shapley_values(values).sum() == pytest.approx(
        values[-1] - values[0], abs=1e-9
    )


@some_games
@given(games, st.data())
def test_symmetry(values, data):
    """Renaming the modalities renames their values."""
    m = len(values).bit_length() - 1
    order = data.draw(st.permutations(range(m)))
    masks = coalition_masks(m)
    renamed = values[masks[:, order] @ (1 << np.arange(m))]
    expected = np.empty(m)
    expected[:] = shapley_values(values)
    back = np.argsort(order)
    assert shapley_values(renamed) == pytest.approx(expected[back], abs=1e-9)


@some_games
@given(games, st.floats(-5, 5, width=32))
def test_dummy(values, alone):
    """One that adds the same to every coalition gets just that."""
    extended = np.concatenate([values, values + alone])
    found = shapley_values(extended)
    assert found[-1] == pytest.approx(alone, abs=1e-9)
    assert found[:-1] == pytest.approx(shapley_values(values), abs=1e-9)
    assert shapley_interactions(extended)[-1, :-1] == pytest.approx(0, abs=1e-9)


@some_games
@given(games, st.floats(-3, 3, width=32))
def test_additivity(values, factor):
    """The value of a sum of games is the sum of the values."""
    other = np.sin(np.arange(len(values)))
    assert shapley_values(values + factor * other) == pytest.approx(
        shapley_values(values) + factor * shapley_values(other), abs=1e-9
    )


def test_glove_game():
    """One left glove and two right ones: 2/3 and 1/6 each."""
    left, *right = coalition_masks(3).T
    assert shapley_values(left & (right[0] | right[1])) == pytest.approx(
        [2 / 3, 1 / 6, 1 / 6]
    )


def test_twelve_modalities_and_rows_at_once():
    """Of an additive game the values are its terms, row by row."""
    terms = np.random.default_rng(0).normal(size=(5, 12))
    values = 3 + terms @ coalition_masks(12).T
    assert shapley_values(values) == pytest.approx(terms)
    outputs = np.stack([values, -values], axis=2)
    found = shapley_values(outputs, axis=1)
    assert found.shape == (5, 12, 2)
    assert found[..., 1] == pytest.approx(-terms)


@pytest.mark.parametrize("m", [2, 3, 5])
def test_interactions_by_brute_force(m):
    """Grabisch and Roubens: weighted second differences over all subsets."""
    values = np.random.default_rng(m).normal(size=2**m)
    found = shapley_interactions(values)
    for i, j in combinations(range(m), 2):
        others = [k for k in range(m) if k not in (i, j)]
        expected = 0
        for size in range(m - 1):
            chosen = list(combinations(others, size))
            gaps = []
            for subset in chosen:
                s = sum(1 << k for k in subset)
                a, b = 1 << i, 1 << j
                gaps.append(
                    values[s | a | b] - values[s | a] - values[s | b] + values[s]
                )
            # subsets of each size together have weight 1 / (m - 1)
            expected += np.mean(gaps) / (m - 1)
        assert found[i, j] == pytest.approx(expected)
    assert found == pytest.approx(found.T, nan_ok=True)
    assert np.isnan(np.diag(found)).all()


def test_interactions_have_signs():
    """Complements are positive, substitutes negative; one alone has no partner."""
    first, second = coalition_masks(2).T
    assert shapley_interactions(first & second)[0, 1] == 1
    assert shapley_interactions(first | second)[0, 1] == -1
    assert shapley_interactions([[0, 1], [2, 5]]).shape == (2, 1, 1)


def test_absent_modalities_contribute_nothing():
    """Rows are asked about what they have, nothing gets the prior."""
    rng = np.random.default_rng(0)
    weights, presence = rng.normal(size=(9, 3)), rng.random((9, 3)) < 0.6
    presence[0], presence[1] = True, False

    def predict(rows, mask):
        assert presence[np.ix_(rows, mask)].all()
        assert mask.any()
        total = 1 + weights[rows] @ mask
        return np.column_stack([total, -total])

    predictions = coalition_predictions(predict, presence, empty=[1.0, -1.0])
    expected = 1 + (weights * presence) @ coalition_masks(3).T
    assert predictions[..., 0] == pytest.approx(expected)
    values = shapley_values(predictions, axis=1)
    assert values[..., 0] == pytest.approx(weights * presence)
    assert values[1] == pytest.approx(0)


def test_values_equal_a_refit_where_the_model_is_additive():
    """Orthogonal modalities: masking a linear model is refitting it without them."""
    rng = np.random.default_rng(1)
    basis = np.linalg.qr(np.c_[np.ones(30), rng.normal(size=(30, 6))])[0][:, 1:]
    blocks, y = np.split(basis, 3, axis=1), rng.normal(size=30)

    def refit(mask):
        kept = [blocks[m] for m in np.flatnonzero(mask)]
        design = np.hstack([np.ones((30, 1)), *kept])
        return design @ np.linalg.lstsq(design, y)[0]

    refitted = np.array([refit(mask) for mask in coalition_masks(3)]).T
    full = [block @ (block.T @ y) for block in blocks]

    def predict(rows, mask):
        return y.mean() + mask.astype(float) @ np.array(full)[:, rows]

    masked = coalition_predictions(predict, np.ones((30, 3)), empty=y.mean())
    assert masked == pytest.approx(refitted)
    assert shapley_values(masked) == pytest.approx(np.array(full).T)


def test_frame_has_spread_over_splits():
    """Means, standard deviations, first and last additions are told by name."""
    scores = np.random.default_rng(2).random((4, 8))
    frame = contribution_frame(scores, ["a", "b", "c"])
    values, means = shapley_values(scores), scores.mean(axis=0)
    assert frame["shapley"].tolist() == pytest.approx(values.mean(axis=0))
    assert frame["std_shapley"].tolist() == pytest.approx(values.std(axis=0, ddof=1))
    assert frame["alone"].tolist() == pytest.approx(means[[1, 2, 4]] - means[0])
    assert frame["last"].tolist() == pytest.approx(means[7] - means[[6, 5, 3]])
    assert frame["share"].sum() == pytest.approx(1)
    holed = np.vstack([scores, np.where(np.arange(8) == 3, np.nan, scores[:1])])
    assert contribution_frame(holed, ["a", "b", "c"]).equals(frame)
    assert contribution_frame(holed[4:], ["a", "b", "c"])["shapley"].isna().all()


def test_bad_input_is_refused():
    """Errors say what came."""
    with pytest.raises(ValueError, match=r"axis -1 of 'values' has 3"):
        shapley_values([1, 2, 3])
    with pytest.raises(ValueError, match=r"axis 0 of 'values' has 1"):
        shapley_interactions([1], axis=0)
    with pytest.raises(ValueError, match="'n_modalities' parameter of coalition_masks"):
        coalition_masks(0)
    with pytest.raises(ValueError, match="'names' parameter has 1 names"):
        contribution_frame([0, 1, 2, 3], ["a"])
