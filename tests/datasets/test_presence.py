"""Simulated absence: shares, mechanisms, cohorts, and never an empty row."""

import numpy as np
import pytest

from mmensemble.datasets import make_multimodal


def presence(**options):
    options = {"n_samples": 400, "n_features": (2, 3, 4), "random_state": 0} | options
    bunch = make_multimodal(**options)
    for modality, _, columns in bunch.modalities:
        there = bunch.truth.presence[modality]
        nulls = bunch.data[columns].isna()
        assert (nulls.all(axis=1) == ~there).all()
        assert (nulls.any(axis=1) == ~there).all()
    assert bunch.truth.presence.any(axis=1).all()
    return bunch


def test_nothing_is_missing_by_default():
    assert presence().truth.presence.to_numpy().all()


@pytest.mark.parametrize("mechanism", ["random", "target"])
@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (0.25, [0.25, 0.25, 0.25]),
        ([0.0, 0.5, 0.9], [0.0, 0.5, 0.9]),
        ({"m1": 0.1, "m2": 0.0, "m3": 0.2}, [0.1, 0.0, 0.2]),
        (2 / 3, [0.665, 0.665, 0.665]),
    ],
)
def test_shares_are_exact(missing, expected, mechanism):
    bunch = presence(missing=missing, missing_mechanism=mechanism)
    got = 1 - bunch.truth.presence.mean()
    assert got.tolist() == pytest.approx(expected, abs=1e-12)


def test_random_absence_does_not_follow_the_target():
    bunch = presence(missing=0.3, n_samples=4000)
    rates = [p[bunch.target == 1].mean() for _, p in bunch.truth.presence.items()]
    assert rates == pytest.approx([0.7] * 3, abs=0.04)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_absence_can_follow_the_target(task):
    bunch = presence(missing=0.3, missing_mechanism="target", n_samples=4000, task=task)
    high = bunch.target > bunch.target.median() - (task == "classification") / 2
    there = bunch.truth.presence
    assert (there[~high].mean() - there[high].mean() > 0.15).all()


def test_blocks_are_cohorts():
    there = presence(missing="blocks").truth.presence.to_numpy()
    assert there[:100].all()
    for position in range(3):
        cohort = there[100 * (position + 1) : 100 * (position + 2)]
        assert not cohort[:, position].any()
        assert np.delete(cohort, position, axis=1).all()


def test_absence_leaves_the_values_alone():
    whole, holes = presence(), presence(missing=0.3)
    seen = holes.data.notna()
    assert (whole.data[seen] == holes.data)[seen].sum().sum() == seen.sum().sum()
    assert (whole.target == holes.target).all()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"missing": 1.0}, "missing must be below 1 for each modality"),
        ({"missing": [0.9, 0.9, 0.9]}, "sum to at most the number of modalities"),
        ({"missing": 0.1, "n_features": (3,)}, "every row keeps one"),
        ({"missing": -0.1}, "missing of 'm1' must be a finite number >= 0"),
        ({"missing": [0.1]}, "missing must hold one number for each of the 3"),
        ({"missing": {"x": 0.1}}, "missing must name each modality"),
        ({"missing": "rows"}, "missing must be 'blocks', got 'rows'"),
        ({"missing": "blocks", "n_features": (3,)}, "needs two or more modalities"),
        ({"missing_mechanism": "odd"}, "missing_mechanism must be 'random' or"),
    ],
)
def test_refusals(options, match):
    with pytest.raises(ValueError, match=match):
        make_multimodal(random_state=0, **options)
