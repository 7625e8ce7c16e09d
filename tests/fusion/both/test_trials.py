"""Which way to combine is taken, and what is expected of it."""

from dataclasses import replace

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from sklearn.metrics import f1_score, r2_score

from mmensemble._splits import inner_folds
from mmensemble.fusion.both import _combiners, _trials
from mmensemble.fusion.both._combiners import COMBINERS, Library
from mmensemble.fusion.both._trials import (
    Trials,
    _repeated_folds,
    first_within_one_error,
)
from mmensemble.learners._decision import tune_rule

EVERYONE = frozenset(range(3))


def classes(
    n_samples=120, strengths=(0.5, 0.4, 0.4), n_classes=2, seed=0, y=None, **more
):
    """Draw a view whose members know the labels by the given strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples) if y is None else y
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
    found = trials.honest_scores(None, 5)
    assert len(found.scores) == len(found.sizes) == 0
    assert np.isnan(found.middle)


@pytest.mark.parametrize("grouped", [False, True])
def test_scores_are_of_rows_left_out(grouped):
    """About a third of the rows, or of the groups, are left out of each sample."""
    groups = np.repeat(np.arange(60), 2) if grouped else None
    trials = Trials(Library(classes(groups=groups)), EVERYONE)
    found = trials.honest_scores("roc_auc", 50)
    assert len(found.scores) == 50
    assert found.sizes.mean() == pytest.approx(120 * np.exp(-1), rel=0.1)
    assert 0.6 < found.middle < 1
    assert found.middle == pytest.approx(found.scores.mean())
    assert_array_equal(found.scores, trials.honest_scores("roc_auc", 50).scores)


@pytest.mark.parametrize("scoring", [None, "recall_weighted", "f1_micro"])
def test_draws_without_a_class_count(scoring):
    """Where the score is a mean over rows: 20 classes of three rows each."""
    data = classes(60, n_classes=20, y=np.repeat(np.arange(20), 3))
    trials = Trials(Library(data), EVERYONE)
    assert len(trials.honest_scores(scoring, 40).scores) == 40


@pytest.mark.parametrize("scoring", ["balanced_accuracy", "f1_macro", "neg_log_loss"])
def test_a_mean_over_classes_needs_all(scoring):
    """Without a hard class it would be another quantity, and too good."""
    data = classes(60, n_classes=20, y=np.repeat(np.arange(20), 3))
    trials = Trials(Library(data), EVERYONE)
    assert len(trials.honest_scores(scoring, 40).scores) < 10


def test_a_rare_class_does_not_flatter():
    """Three rows of 150 that no member knows: balanced accuracy stays near 2 / 3."""
    y = np.repeat([0, 1, 2], [73, 74, 3])
    predictions = classes(150, (0.9, 0.9, 0.9), 3, y=y).predictions
    predictions[y == 2] = np.array([0.6, 0.3, 0.1])
    data = view(predictions, y, classes=np.arange(3))
    found = Trials(Library(data), EVERYONE).honest_scores("balanced_accuracy", 60)
    assert 30 < len(found.scores) < 60
    assert found.middle == pytest.approx(2 / 3, abs=0.02)


def test_a_draw_of_one_class():
    """Its accuracy counts, no score that compares classes does."""
    data = classes(40, y=(np.arange(40) < 3).astype(int))
    trials = Trials(Library(data), EVERYONE)
    with_it = trials.honest_scores("f1", 60).scores
    assert len(with_it) < 55  # (1 - 1 / e)³, a quarter, have none of the three
    assert len(trials.honest_scores("accuracy", 60).scores) == 60


def test_an_error_of_the_score_itself_is_told():
    """With what was asked, and what to do about numbers below zero."""

    def wrong(estimator, X, y):
        raise ValueError("no score today")

    trials = Trials(Library(classes(60)), EVERYONE)
    with pytest.raises(ValueError, match="of held-out rows: no score today"):
        trials.honest_scores(wrong, 5)
    y = np.random.default_rng(0).normal(size=40)
    low = np.tile(y[:, None, None], (1, 3, 1))
    trials = Trials(Library(view(low, y)), EVERYONE)
    with pytest.raises(ValueError, match="into TransformedTargetRegressor"):
        trials.honest_scores("neg_mean_squared_log_error", 5)


def test_scores_of_numbers_are_pooled():
    """R² of all left-out rows together, as small parts have too little spread."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=40)
    predictions = y[:, None, None] + rng.normal(size=(40, 3, 1))
    trials = Trials(Library(view(predictions, y)), EVERYONE)
    found = trials.honest_scores("r2", 200)
    way = trials.choice()
    each = [r2_score(trials.data.y, fused[:, way, 0]) for fused in trials.fused]
    assert found.middle == pytest.approx(np.mean(each), abs=0.03)
    assert found.scores.mean() == pytest.approx(found.middle)
    # the worst error of all draws would be that of the whole table
    worst = trials.honest_scores("neg_max_error", 200)
    assert worst.middle > -np.abs(y - predictions[:, :, 0].T).max()


def rare(n_samples, seed):
    """Draw a view of a class of one row in ten."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n_samples) < 0.1).astype(int)
    evidence = 0.8 * (2 * y - 1)[:, None] + 1.5 * rng.normal(size=(n_samples, 3))
    positive = expit(evidence - 2.2)
    predictions = np.stack([1 - positive, positive], axis=2)
    return view(predictions, y, classes=np.arange(2))


def tuned(data, score):
    """Return the view with a decision to be tuned for a score."""
    return replace(data, task=replace(data.task, tuned_for=score))


def test_scores_are_of_the_decision_that_is_tuned():
    """Not of the most probable class; near what the tuned rule has on new rows."""
    data, new = rare(800, 0), rare(20_000, 1)
    plain = Trials(Library(data), EVERYONE)
    trials = Trials(Library(tuned(data, "f1")), EVERYONE)
    fused = trials.fused[0][:, trials.choice()]
    rule = tune_rule("f1", fused, data.y, data.task)
    combine = list(COMBINERS.values())[trials.choice()]
    combination = combine(Library(data), EVERYONE)((0, 1, 2))
    label = rule.decide(combination.predict(new.predictions, new.task))
    expected = f1_score(new.y, label)
    found = trials.honest_scores("f1", 30).middle
    assert found == pytest.approx(expected, abs=0.06)
    assert found > plain.honest_scores("f1", 30).middle + 0.02


def test_no_row_tunes_its_own_decision():
    """Other labels in a fold leave the weights of its rows as they were."""
    data = tuned(rare(200, 0), "f1")
    trials = Trials(Library(data), EVERYONE)
    trials._tune()
    before = trials._class_weights
    _, test = inner_folds(data.y, classifier=True)[0]
    same = inner_folds(data.y, classifier=True)
    trials.data = replace(trials.data, y=data.y.copy())
    trials.data.y[test] = 1 - data.y[test]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_trials, "inner_folds", lambda *_, **__: same)
        trials._tune()
    assert_array_equal(trials._class_weights[test], before[test])
    others = np.setdiff1d(np.arange(200), test)
    assert (trials._class_weights[others] != before[others]).any()
