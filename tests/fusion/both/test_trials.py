"""Which way to combine is taken, and what is expected of it."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble.fusion.both import _combiners
from mmensemble.fusion.both._combiners import COMBINERS, Library
from mmensemble.fusion.both._trials import (
    Trials,
    _repeated_folds,
    first_within_one_error,
)

EVERYONE = frozenset(range(3))


def classes(n_samples=120, strengths=(0.5, 0.4, 0.4), n_classes=2, seed=0, **more):
    """Draw a view whose members know the labels by the given strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    drawn = random_probabilities(rng, n_samples, len(strengths), n_classes)
    known = np.asarray(strengths)[:, None]
    predictions = (1 - known) * drawn + known * np.eye(n_classes)[y][:, None]
    return view(predictions, y, classes=np.arange(n_classes), **more)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([[1, 1, 1], [1, 1, 1]], 0),
        ([[3, 1, 2], [3, 1, 2]], 1),
        ([[3, 1, 2], [1, 2.9, 2]], 0),
        ([[np.inf, 2, 1], [1, 2, 1]], 2),
        ([[np.inf] * 3, [1, 1, 1]], 0),
        (np.empty((0, 3)), 0),
    ],
)
def test_first_within_one_error(losses, expected):
    """The first unless another is clearly better; what fails anywhere is out."""
    losses = np.array(losses, dtype=float)
    assert first_within_one_error(losses, np.ones(len(losses))) == expected


def test_one_error_by_hand():
    """The excess is held against its own standard error over rows, or over groups."""
    rng = np.random.default_rng(0)
    excess = rng.normal(size=100)
    excess += 0.99 * excess.std(ddof=1) / 10 - excess.mean()
    losses = np.column_stack([excess, np.zeros(100)]) + rng.normal(size=(100, 1))
    weight = np.ones(100)
    assert first_within_one_error(losses, weight) == 0
    losses[:, 0] += 0.02 * excess.std() / 10
    assert first_within_one_error(losses, weight) == 1
    groups = np.repeat(np.arange(2), 50)
    losses[:50, 0] += 1
    losses[50:, 0] -= 1
    assert first_within_one_error(losses, weight, groups) == 0


def test_rows_of_no_weight_do_not_decide():
    """Weights count in mean and error."""
    losses = np.array([[0.0, 9.0]] * 10 + [[2.0, 1.0]] * 10)
    assert first_within_one_error(losses, np.repeat([0.0, 1.0], 10)) == 1


def test_folds_are_repeated_where_rows_are_few():
    """Each repeat tests each row once; many rows need one."""
    for n_samples, n_repeats in ((60, 4), (400, 2), (2000, 1)):
        repeats = _repeated_folds(classes(n_samples))
        assert len(repeats) == n_repeats
        for folds in repeats:
            tested = np.concatenate([test for _, test in folds])
            assert_array_equal(np.sort(tested), np.arange(n_samples))
            for train, test in folds:
                assert not set(train) & set(test)
    first, second = _repeated_folds(classes(60))[:2]
    assert set(first[0][1]) != set(second[0][1])


def test_folds_are_bounded_and_keep_groups():
    """No more rows than a bound on either side; groups are never on both."""
    assert {len(a) for a, _ in _repeated_folds(classes(5000))[0]} == {3000}
    groups = np.repeat(np.arange(12), 10)
    for train, test in _repeated_folds(classes(groups=groups))[0]:
        assert not set(groups[train]) & set(groups[test])


def test_rows_without_weight_are_left_out():
    """They are neither learnt from nor tested."""
    weight = (np.arange(120) % 2).astype(float)
    trials = Trials(Library(classes(sample_weight=weight)), EVERYONE)
    assert trials.data.n_samples == 60
    assert (trials.data.weight == 1).all()


def test_no_row_is_judged_by_what_it_taught(monkeypatch):
    """Labels of the tested rows reach no combiner that predicts them."""
    data = classes(60)
    seen = []

    def spy(library, allowed):
        seen.append(library.data.y)
        return _combiners.vote(library, allowed)

    codes = type(data)(**{**vars(data), "y": data.y})
    monkeypatch.setitem(COMBINERS, "core_stack", spy)
    trials = Trials(Library(codes), EVERYONE)
    folds = [fold for repeat in _repeated_folds(codes) for fold in repeat]
    assert len(seen) == len(folds) == len(trials.learners["core_stack"])
    for labels, (train, _) in zip(seen, folds, strict=True):
        assert_array_equal(labels, codes.y[train])


def test_losses_are_those_of_the_repeats():
    """Each row's log loss, the mean over repeats."""
    trials = Trials(Library(classes(60)), EVERYONE)
    own = np.arange(60), trials.data.y
    way = list(COMBINERS).index("vote")
    expected = np.mean([-np.log(out[:, way][own]) for out in trials.fused], axis=0)
    assert_allclose(trials.losses[:, way], expected)
    assert trials.means()[way] == pytest.approx(expected.mean())
    assert np.isinf(trials.means()[list(COMBINERS).index("class_stack")])


def test_nothing_to_try():
    """Where no folds can be made the first way is taken and nothing is promised."""
    data = classes(10).take([0])
    trials = Trials(Library(data), EVERYONE)
    assert trials.choice() == 0
    assert np.isinf(trials.means()).all()
    scores, sizes = trials.honest_scores(None, 5)
    assert len(scores) == len(sizes) == 0


@pytest.mark.parametrize("grouped", [False, True])
def test_scores_are_of_rows_left_out(grouped):
    """About a third of the rows, or of the groups, are left out of each sample."""
    groups = np.repeat(np.arange(60), 2) if grouped else None
    trials = Trials(Library(classes(groups=groups)), EVERYONE)
    scores, sizes = trials.honest_scores("roc_auc", 50)
    assert len(scores) == 50
    assert sizes.mean() == pytest.approx(120 * np.exp(-1), rel=0.1)
    assert 0.6 < scores.mean() < 1
    again, _ = trials.honest_scores("roc_auc", 50)
    assert_array_equal(scores, again)
