"""The winner's score, corrected for the choosing."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from mmensemble.model_selection import correct_winner, correct_winner_by_splits


def guesses(seed, n=60, n_choices=15):
    """Make labels and predictions that know nothing of them."""
    rng = np.random.default_rng(seed)
    return rng.integers(2, size=n), rng.integers(2, size=(n, n_choices))


def accuracy(y, prediction, sample_weight=None):
    """Score all rows with one number."""
    return np.average(y == prediction, weights=sample_weight)


def test_brute_force_gives_the_same(global_random_seed):
    """Ten lines with explicit rows and the same draws agree in every number."""
    y, predictions = guesses(global_random_seed)
    rng = np.random.RandomState(3)
    chosen, scores = [], []
    for counts in rng.multinomial(60, np.full(60, 1 / 60), size=50):
        drawn, left = np.repeat(np.arange(60), counts), np.flatnonzero(counts == 0)
        inside = [np.mean(y[drawn] == p[drawn]) for p in predictions.T]
        chosen.append(int(np.argmax(inside)))
        scores.append(np.mean(y[left] == predictions[left, chosen[-1]]))
    found = correct_winner(y, predictions, np.equal, n_bootstraps=50, random_state=3)
    assert found.corrected == pytest.approx(np.mean(scores))
    assert (found.lower, found.upper) == pytest.approx(
        np.quantile(scores, [0.025, 0.975])
    )
    assert found.picked * 50 == pytest.approx(np.bincount(chosen, minlength=15))
    assert found.naive == (y[:, None] == predictions).mean(axis=0).max()
    assert found.choice == (y[:, None] == predictions).mean(axis=0).argmax()
    assert found.bias == pytest.approx(found.naive - found.corrected)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("grouped", [False, True])
def test_row_scores_and_numbers_agree(weighted, grouped):
    """A metric of rows, and the same metric as a number, give the same."""
    y, predictions = guesses(0)
    options = {"n_bootstraps": 30, "random_state": 0}
    if weighted:
        options["sample_weight"] = np.arange(60.0)
    if grouped:
        options["groups"] = np.repeat(list("abcdefghijkl"), 5)
    one = correct_winner(y, predictions, np.equal, **options)
    other = correct_winner(y, predictions, accuracy, **options)
    assert (one.choice, one.naive) == (other.choice, pytest.approx(other.naive))
    assert one.corrected == pytest.approx(other.corrected)
    assert one.lower == pytest.approx(other.lower)


def test_pure_noise_comes_back_to_chance():
    """Over fresh noise the corrected score has no bias, the naive one has a large."""
    naive, corrected = [], []
    for seed in range(60):
        found = correct_winner(
            *guesses(seed, n=100), np.equal, n_bootstraps=200, random_state=seed
        )
        naive.append(found.naive)
        corrected.append(found.corrected)
    error = np.std(corrected, ddof=1) / np.sqrt(60)
    assert np.mean(naive) > 0.57
    assert abs(np.mean(corrected) - 0.5) < 4 * error


def test_a_clear_winner_keeps_its_score():
    """Where one choice is best in every draw there is next to nothing to correct."""
    y, predictions = guesses(1, n=400)
    predictions = predictions.astype(float)
    predictions[:, 4] = np.where(np.arange(400) % 10, y, 1 - y)
    names = [f"m{k}" for k in range(15)]
    found = correct_winner(y, predictions, np.equal, names=names, random_state=0)
    assert found.choice == "m4"
    assert found.naive == pytest.approx(0.9)
    assert found.bias == pytest.approx(0, abs=0.005)
    assert found.lower < 0.9 < found.upper
    assert found.picked[4] == 1


def test_draws_that_do_not_differ_have_no_interval():
    """A choice that is always right may be wrong on other rows."""
    y = np.arange(40) % 2
    found = correct_winner(y, y[:, None], np.equal, n_bootstraps=20, random_state=0)
    assert found.corrected == 1
    assert np.isnan([found.lower, found.upper]).all()


def test_groups_are_drawn_together():
    """With copies of rows as groups the result is that of the rows themselves."""
    y, predictions = guesses(2)
    alone = correct_winner(y, predictions, np.equal, random_state=0, n_bootstraps=20)
    copied = correct_winner(
        np.repeat(y, 3),
        np.repeat(predictions, 3, axis=0),
        np.equal,
        groups=np.repeat(np.arange(60), 3),
        random_state=0,
        n_bootstraps=20,
    )
    assert copied.corrected == pytest.approx(alone.corrected)
    assert copied.lower == pytest.approx(alone.lower)


def test_missing_predictions_are_left_out():
    """Choices without predictions are not chosen, incomplete rows not used."""
    y, predictions = guesses(3)
    kept = correct_winner(y[5:], predictions[5:], np.equal, random_state=0)
    holed = np.insert(predictions.astype(float), 0, np.nan, axis=1)
    holed[:5, 3] = np.nan
    found = correct_winner(y, holed, np.equal, random_state=0)
    assert found.corrected == kept.corrected
    assert found.choice == kept.choice + 1
    assert found.picked.tolist() == [0, *kept.picked]


def test_weight_zero_is_as_good_as_absent():
    """Rows without weight change nothing."""
    y, predictions = guesses(4)
    weight = np.r_[np.zeros(10), np.ones(50)]
    one = correct_winner(y, predictions, np.equal, sample_weight=weight, random_state=0)
    other = correct_winner(y[10:], predictions[10:], np.equal, random_state=0)
    assert one.corrected == pytest.approx(other.corrected)


def test_repeats_are_averaged():
    """A list of the same predictions is as good as one; of others, their mean."""
    y, predictions = guesses(5)
    options = {"random_state": 0, "n_bootstraps": 20}
    alone = correct_winner(y, predictions, np.equal, **options)
    twice = correct_winner(y, [predictions, predictions], np.equal, **options)
    assert twice.corrected == pytest.approx(alone.corrected)
    both = [predictions, guesses(6)[1]]
    fast = correct_winner(y, both, np.equal, **options)
    slow = correct_winner(y, both, accuracy, **options)
    assert fast.corrected == pytest.approx(slow.corrected)


def test_outputs_and_numbers_that_are_no_means():
    """Predictions may have several outputs, metrics need not be means of rows."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=(50, 2))
    predictions = y[:, None, :] + rng.normal(size=(50, 4, 2)) * [[2], [1], [0.1], [3]]
    found = correct_winner(y, predictions, r2_score, n_bootstraps=20, random_state=0)
    assert found.choice == 2
    assert found.naive == r2_score(y, predictions[:, 2])
    assert found.corrected == pytest.approx(0.99, abs=0.01)


def test_draws_without_a_score_are_left_out():
    """NaN scores, as of one class alone, neither win nor count."""

    def metric(y, prediction):
        return accuracy(y, prediction) if len(set(y)) > 1 else np.nan

    y, predictions = np.array([0, 0, 0, 0, 0, 1, 1]), guesses(0, n=7)[1]
    found = correct_winner(y, predictions, metric, n_bootstraps=40, random_state=0)
    assert 0 <= found.lower <= found.corrected <= found.upper <= 1
    assert found.picked.sum() == pytest.approx(1)


def test_the_same_seed_gives_the_same():
    """The draws come from random_state alone; read-only input is left as it is."""
    y, predictions = guesses(7)
    y.flags.writeable = predictions.flags.writeable = False
    one, other = (
        correct_winner(y, predictions, np.equal, random_state=1) for _ in range(2)
    )
    assert (one.corrected, one.lower) == (other.corrected, other.lower)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"n_bootstraps": 0}, "'n_bootstraps' parameter of correct_winner"),
        ({"level": 1}, "'level' parameter of correct_winner must"),
        ({"metric": "accuracy"}, "'metric' parameter of correct_winner must be"),
        ({"metric": lambda y, p: np.nan}, "No bootstrap sample has a score"),
    ],
)
def test_bad_options_are_refused(change, match):
    """Errors name the parameter."""
    y, predictions = guesses(0)
    options = {"metric": np.equal, "random_state": 0} | change
    with pytest.raises(ValueError, match=match):
        correct_winner(y, predictions, **options)


def test_tibshirani_by_hand():
    """The bias is the mean gap, by split, between its own best and the winner."""
    scores = pd.DataFrame(
        {"a": [0.9, 0.6, 0.9], "b": [0.5, 0.9, 0.7], "c": [1, np.nan, 1], "d": np.nan}
    )
    found = correct_winner_by_splits(scores)
    assert (found.choice, found.naive) == ("a", pytest.approx(0.8))
    assert found.bias == pytest.approx(0.3 / 3)
    assert found.corrected == pytest.approx(0.7)
    assert found.picked == pytest.approx([2 / 3, 1 / 3, 0, 0])
    assert np.isnan([found.lower, found.upper]).all()
