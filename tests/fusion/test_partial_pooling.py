"""Partial pooling: the rows that count, and how much what all say is worth."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.fusion import Member
from mmensemble.fusion._partial_pooling import (
    STRENGTHS,
    PartialPooling,
    Sample,
    common_patterns,
    known_predictions,
    lacks_any,
    thinned,
)


class Means(PartialPooling):
    """Learns the mean target of a pattern: what a textbook shrinks in closed form."""

    def _pool(self, rows, inside):
        return np.average(
            self.sample.targets[rows, 0], weights=self.sample.weight[rows]
        )

    def _part(self, pooled, inside):
        return pooled

    def _own(self, inside, rows, start, strength):
        own, n_rows = self._pool(rows, inside), self.sample.count(rows)
        return (n_rows * own + strength * start) / (n_rows + strength)

    def _losses(self, inside, rows, model):
        return (self.sample.targets[rows, 0] - model) ** 2


def rows_of_groups(means, n_rows, noise=1.0, seed=0, **more):
    """Draw a view whose rows of pattern (0,), (1,) and (0, 1) differ in their mean."""
    rng = np.random.default_rng(seed)
    which = np.arange(n_rows) % 3
    y = np.asarray(means)[which] + noise * rng.normal(size=n_rows)
    predictions = np.zeros((n_rows, 2, 1))
    predictions[which == 0, 1] = predictions[which == 1, 0] = np.nan
    return view(predictions, y, **more)


def test_limits():
    """Without rows what all say, with many what a pattern's own do, and between."""
    data = rows_of_groups([0.0, 3.0, 6.0], 300)
    own = data.y[np.arange(300) % 3 == 2].mean()
    loose, stiff = (Means(Sample.of(data), s) for s in (1e-9, 1e12))
    assert loose.model((0, 1)) == pytest.approx(own)
    assert stiff.model((0, 1)) == pytest.approx(data.y.mean())
    between = Means(Sample.of(data), 50.0).model((0, 1))
    assert between == pytest.approx((100 * own + 50 * data.y.mean()) / 150)
    assert stiff.model((0, 1), own=False) == pytest.approx(data.y.mean())
    few = data.take(np.flatnonzero(np.arange(300) % 3 < 2))
    assert Means(Sample.of(few), 1e-9).model((0, 1)) == pytest.approx(few.y.mean())


def test_patterns_learn_from_rows_that_have_more():
    """A row tells about every pattern within its own."""
    data = rows_of_groups([0.0, 3.0, 6.0], 300)
    has = np.arange(300) % 3 != 1
    model = Means(Sample.of(data), 1e-9).model((0,))
    assert model == pytest.approx(data.y[has].mean())


def test_complete_rows_share_nothing():
    """With one pattern each set of members is learnt alone, from all rows."""
    data = rows_of_groups([0.0, 3.0, 6.0], 300)
    complete = data.take(np.flatnonzero(np.arange(300) % 3 == 2))
    pooling = Means(Sample.of(complete))
    assert Sample.of(complete).is_complete
    assert pooling.model((0,)) == pytest.approx(complete.y.mean())


def test_strength_is_chosen():
    """Patterns that differ are let go, patterns that are alike are held together."""
    apart = Means(Sample.of(rows_of_groups([0.0, 3.0, 6.0], 300)))
    alike = Means(Sample.of(rows_of_groups([1.0, 1.0, 1.0], 300)))
    assert apart.strength == STRENGTHS[-1]
    assert alike.strength == STRENGTHS[0]


def test_strength_respects_groups():
    """Rows of a group are never on both sides: their common noise teaches nothing."""
    seen = []

    class Spy(Means):
        def _pool(self, rows, inside):
            if inside == (0, 1) and len(rows) > 200:
                seen.append(self.sample.rows[rows])
            return super()._pool(rows, inside)

    groups = np.repeat(np.arange(30), 10)
    data = rows_of_groups([0.0, 3.0, 6.0], 300, groups=groups)
    Spy(Sample.of(data))
    assert len(seen) > 2
    for rows in seen[1:]:
        rest = np.setdiff1d(np.arange(300), rows)
        assert not set(groups[rows]) & set(groups[rest])


def test_sample_holds_rows_that_count():
    """No row without a prediction or a weight; weights of their own."""
    data = rows_of_groups([0.0, 1.0, 2.0], 12)
    data.predictions[3] = np.nan
    weight = np.ones(12)
    weight[5] = 0
    sample = Sample.of(type(data)(**{**vars(data), "sample_weight": weight}))
    assert_array_equal(sample.rows, np.setdiff1d(np.arange(12), [3, 5]))
    assert_allclose(sample.targets[:, 0], data.y[sample.rows])
    alone = Sample.of(data, [1])
    assert_array_equal(
        alone.rows, np.flatnonzero(np.arange(12) % 3 > 0)[[0, 1, *range(2, 8)]]
    )


def test_number_of_rows():
    """Equal weights count each row, unequal ones fewer, whatever their unit."""
    data = rows_of_groups([0.0, 1.0, 2.0], 12)
    assert Sample.of(data).count(np.arange(12)) == pytest.approx(12)
    weight = np.where(np.arange(12) < 6, 1.0, 3.0)
    for unit in (1, 10):
        weighted = type(data)(**{**vars(data), "sample_weight": unit * weight})
        count = Sample.of(weighted).count(np.arange(12))
        assert count == pytest.approx(24**2 / 60)
    assert Sample.of(data).count(np.empty(0, dtype=int)) == 0


def test_joint_members_learn_from_the_very_pattern():
    """What a member on all modalities knows of fuller rows it does not know here."""
    data = rows_of_groups([0.0, 3.0, 6.0], 30)
    joint = np.zeros((30, 1, 1))
    members = (*data.members, Member("concat", None, "estimator"))
    predictions = np.concatenate([data.predictions, joint], axis=1)
    data = type(data)(**{**vars(data), "members": members, "predictions": predictions})
    sample, everyone = Sample.of(data), np.arange(30)
    assert_array_equal(sample.rows_of((0, 2), everyone), everyone[everyone % 3 == 0])
    assert_array_equal(sample.rows_of((0,), everyone), everyone[everyone % 3 != 1])


def test_common_patterns():
    """The most frequent ones, no more than a few."""
    has = np.random.default_rng(0).random((500, 6)) < 0.8
    rows, counts = np.unique(has, axis=0, return_counts=True)
    common = common_patterns(has)
    assert len(common) == 8
    least = min(counts[[tuple(np.flatnonzero(r)) in common for r in rows]])
    assert least >= np.sort(counts)[-8]


def test_no_rows_of_all_classes():
    """Where no folds can be made what all say is worth most."""
    rng = np.random.default_rng(0)
    predictions = random_probabilities(rng, 3, 2, 2)
    predictions[0, 1] = np.nan
    data = view(predictions, np.array([0, 1, 1]), classes=np.arange(2))
    assert Means(Sample.of(data)).strength == STRENGTHS[0]


def test_joint_members_of_incomplete_rows_are_hidden():
    """They count where all modalities are present."""
    predictions = random_probabilities(np.random.default_rng(0), 6, 3, 2)
    data = view(predictions, np.arange(6) % 2, classes=np.arange(2))
    available = np.ones((6, 3), dtype=bool)
    available[0, 1] = False
    known = known_predictions(data, available)
    assert np.isnan(known[0, 1]).all()
    assert_array_equal(known[1:], data.predictions[1:])


def test_lacks_any():
    """Rows without anything or without weight do not count, nor what no row has."""
    predictions = random_probabilities(np.random.default_rng(0), 6, 3, 2)
    predictions[:, 2] = np.nan
    predictions[0] = np.nan
    y, classes = np.arange(6) % 2, {"classes": np.arange(2)}
    assert not lacks_any(view(predictions, y, **classes))
    predictions[1, 0] = np.nan
    assert lacks_any(view(predictions, y, **classes))
    weight = np.array([1.0, 0, 1, 1, 1, 1])
    assert not lacks_any(view(predictions, y, sample_weight=weight, **classes))


def test_rows_are_thinned():
    """Few are kept as they are, many are taken evenly."""
    assert_array_equal(thinned(np.arange(5000)), np.arange(5000))
    assert_array_equal(thinned(np.arange(12_000)), np.arange(0, 12_000, 3))
    assert len(thinned(np.empty(0, dtype=int))) == 0
