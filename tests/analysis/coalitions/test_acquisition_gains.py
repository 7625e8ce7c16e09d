"""Expected gains of acquiring a modality."""

import numpy as np
import pytest

from mmensemble.analysis import acquisition_gains, next_acquisition
from mmensemble.analysis.coalitions._acquisition_gains import (
    expected_gains,
    learn_gains,
)
from mmensemble.analysis.coalitions._shapley import coalition_masks


def make_losses(seed=0, n=40, m=3):
    """Make losses of all coalitions that fall with every modality, in the mean."""
    rng = np.random.default_rng(seed)
    return 5 - coalition_masks(m).sum(axis=1) + rng.normal(size=(n, 2**m))


def test_gains_by_brute_force():
    """Means over the rows that have the set and the modality, weighted."""
    losses, rng = make_losses(), np.random.default_rng(1)
    presence, weight = rng.random((40, 3)) < 0.7, rng.random(40)
    frame = acquisition_gains(
        losses,
        costs=[1, 2, 4],
        presence=presence,
        names=["x", "y", "z"],
        sample_weight=weight,
    )
    assert len(frame) == 3 * 2**2
    for row in frame.itertuples():
        held = ["xyz".index(name) for name in row.present]
        m = "xyz".index(row.modality)
        rows = presence[:, [*held, m]].all(axis=1)
        before = sum(1 << k for k in held)
        gains = losses[rows, before] - losses[rows, before + (1 << m)]
        assert row.n_rows == rows.sum()
        assert row.gain == pytest.approx(np.average(gains, weights=weight[rows]))
        assert row.gain_per_cost == pytest.approx(row.gain / [1, 2, 4][m])


def test_errors_of_gains_are_standard_errors():
    """Without weights: standard deviation over the root of the rows."""
    losses = make_losses()
    row = acquisition_gains(losses).iloc[0]
    gains = losses[:, 0] - losses[:, 1]
    assert row["se_gain"] == pytest.approx(gains.std(ddof=1) / np.sqrt(40))
    assert np.isnan(acquisition_gains(losses[:1])["se_gain"]).all()


def test_what_never_met_has_no_gain():
    """Two modalities that no row has together."""
    presence = np.arange(40)[:, None] % 2 == [0, 1]
    frame = acquisition_gains(make_losses(m=2), presence=presence)
    assert frame["n_rows"].tolist() == [20, 20, 0, 0]
    assert frame["gain"].isna().tolist() == [False, False, True, True]


def test_next_is_the_best_for_its_cost():
    """Per row the largest gain over cost among what is absent."""
    losses = np.tile([1.0, 0.7, 0.5, 0.4], (12, 1))
    acquired = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=bool)
    frame = next_acquisition(losses, acquired, names=["x", "y"])
    assert frame["modality"].tolist() == ["y", "y", "x", None]
    assert frame["gain"].tolist()[:3] == pytest.approx([0.5, 0.3, 0.1])
    dear = next_acquisition(losses, acquired, costs=[1, 5], names=["x", "y"])
    assert dear["modality"].tolist() == ["x", "y", "x", None]
    assert dear["gain_per_cost"].tolist()[:2] == pytest.approx([0.3, 0.06])
    assert dear.iloc[3, 1:].isna().all()


def test_nothing_is_acquired_without_gain():
    """A modality that makes the loss larger, or was never seen, is not advised."""
    harmful = np.tile([1.0, 1.2], (12, 1))
    assert next_acquisition(harmful, [[False]])["modality"].tolist() == [None]
    absent = next_acquisition(harmful, [[False]], presence=np.zeros((12, 1)))
    assert absent["modality"].tolist() == [None]


def test_gains_are_lines_in_the_uncertainty():
    """Least squares, weighted, for each coalition; NumPy's polyfit agrees."""
    losses, rng = make_losses(2), np.random.default_rng(3)
    uncertainty, weight = rng.random(losses.shape), rng.random(40)
    model = learn_gains(losses, np.ones((40, 3), dtype=bool), weight, uncertainty)
    slope, intercept = np.polyfit(
        uncertainty[:, 2], losses[:, 2] - losses[:, 6], 1, w=np.sqrt(weight)
    )
    assert model[2, 2] == pytest.approx([intercept, slope])
    found = expected_gains(model, np.array([2, 2]), [0.0, 1.0])[:, 2]
    assert found == pytest.approx([intercept, intercept + slope])
    assert np.isnan(model[2, 1]).all()


def test_uncertain_rows_are_served_first():
    """Where the gain grows with the uncertainty only uncertain rows need more."""
    uncertainty = np.column_stack([np.linspace(0, 1, 20), np.zeros(20)])
    losses = np.column_stack([uncertainty[:, 0] - 0.5, np.zeros(20)])
    frame = next_acquisition(
        losses,
        [[False], [False]],
        uncertainty=uncertainty,
        acquired_uncertainty=[0.1, 0.9],
    )
    assert frame["modality"].tolist() == [None, 0]
    assert frame.loc[1, "gain"] == pytest.approx(0.4)


def test_slopes_need_rows_and_spread():
    """Few rows, or one uncertainty for all, give the mean."""
    losses = make_losses(m=1)
    ones, weight = np.ones((40, 1), dtype=bool), np.ones(40)
    level = learn_gains(losses, ones, weight, np.full((40, 2), 0.3))
    few = learn_gains(losses[:9], ones[:9], weight[:9], losses[:9])
    gains = losses[:, 0] - losses[:, 1]
    assert level[0, 0] == pytest.approx([gains.mean(), 0])
    assert few[0, 0] == pytest.approx([gains[:9].mean(), 0])


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"losses": np.ones((3, 3))}, "'losses' parameter must have shape"),
        ({"losses": np.ones(4)}, "'losses' parameter must have shape"),
        ({"presence": np.ones((3, 3))}, "'presence' parameter must have shape"),
        ({"costs": [1, 0]}, "'costs' parameter must hold 2 numbers above 0"),
        ({"acquired": [True, False]}, "'acquired' parameter must have 2 columns"),
        ({"uncertainty": np.ones((3, 4))}, "both 'uncertainty' and 'acquired_un"),
        (
            {"uncertainty": np.ones((3, 2)), "acquired_uncertainty": [1]},
            "'uncertainty' parameter must have the shape of the losses",
        ),
    ],
)
def test_bad_input_is_refused(change, match):
    """Errors name the parameter and what came."""
    options = {"losses": np.ones((3, 4)), "acquired": [[True, False]]} | change
    with pytest.raises(ValueError, match=match):
        next_acquisition(**options)
