"""What each step does to copies."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.augmentation import (
    CutMixModality,
    DropModality,
    Jitter,
    MixUp,
    MultimodalAugmenter,
    SwapModality,
)


def table(n=2000, seed=0):
    """Return a table of two modalities that tell which row a cell is from, and y."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "a__x": rng.normal(size=n),
            "a__row": np.arange(n) * 1.0,
            "b__row": np.arange(n),
        }
    )
    X["b__word"] = [f"w{row}" for row in range(n)]
    return X, rng.integers(0, 2, n)


def augment(step, X, y=None, **params):
    """Return the copies that one step makes, without the training rows."""
    made = MultimodalAugmenter([step], random_state=0, **params).augment(X, y)
    n = len(X)
    return made.X.iloc[n:], made.y if y is None else made.y[n:], made


def test_jitter_has_the_scale_it_says():
    """In standard deviations of the column; holes stay."""
    X, _ = table()
    X.loc[:99, "a__x"] = np.nan
    new, _, _ = augment(Jitter(0.3), X)
    noise = new["a__x"].to_numpy() - X["a__x"].to_numpy()
    assert np.nanstd(noise) == pytest.approx(0.3 * X["a__x"].std(), rel=0.1)
    assert np.isnan(noise[:100]).all()
    same, _, _ = augment(Jitter(0), X)
    pd.testing.assert_frame_equal(
        same.reset_index(drop=True), X, check_dtype=False, check_like=False
    )


def test_mixup_is_a_convex_combination():
    """Of the same two rows and share in every column, labels weighted alike."""
    X, y = table(300)
    new, labels, made = augment(MixUp(1.0), X, y)
    source = made.source[300:]
    a, b = new["a__row"].to_numpy(), new["b__row"].to_numpy()
    np.testing.assert_allclose(a, b)  # the same mixture in both modalities
    weight = made.sample_weight[300:]
    for row in range(300):
        mine = np.flatnonzero(source == row)
        assert weight[mine].sum() == pytest.approx(0.5)
        assert len(mine) <= 2
        assert np.unique(labels[mine]).size == len(mine)
        assert y[row] in labels[mine] or weight[mine].max() == pytest.approx(0.5)
    # the share of the own label is that of the own cells
    double = [np.flatnonzero(source == row) for row in range(300)]
    for row, mine in enumerate(double):
        if len(mine) < 2:
            continue
        kept = 2 * weight[mine][labels[mine] == y[row]][0]
        partner = (a[mine[0]] - kept * row) / (1 - kept)
        if kept < 0.99:
            assert partner == pytest.approx(round(partner), abs=1e-4)
            assert y[round(partner)] != y[row]
            word = f"w{row}" if kept >= 0.5 else f"w{round(partner)}"
            assert new["b__word"].iloc[mine[0]] == word


def test_mixup_of_one_class():
    """Labels stay, and copies stay one row each."""
    X, y = table(300)
    new, labels, _ = augment(MixUp(pairs="class"), X, y)
    assert len(new) == 300
    assert np.array_equal(labels, y)


def test_mixup_of_numbers():
    """Targets are averaged as the cells are; near pairs are nearer than any."""
    X, _ = table(300)
    y = np.arange(300) * 1.0
    gaps = {}
    for pairs in ("any", "near"):
        new, targets, made = augment(MixUp(pairs=pairs), X, y)
        np.testing.assert_allclose(targets, new["a__row"])
        gaps[pairs] = np.abs(targets - y[made.source[300:]]).mean()
    assert gaps["near"] < 0.7 * gaps["any"]


def test_mixup_of_several_targets():
    """Each is averaged."""
    X, _ = table(50)
    y = np.column_stack([np.arange(50.0), -np.arange(50.0)])
    new, targets, _ = augment(MixUp(), X, y)
    np.testing.assert_allclose(targets[:, 0], new["a__row"])
    np.testing.assert_allclose(targets[:, 1], -new["a__row"])


def test_near_pairs_of_classes_are_near():
    """By the numbers of all modalities."""
    X, y = table(300)
    X = X[["a__row", "b__row"]]
    new, _, made = augment(MixUp(pairs="near"), X, y)
    gap = np.abs(new["a__row"].to_numpy() - made.source[300:])
    assert gap.max() <= 6


@pytest.mark.parametrize("y", [None, np.arange(20.0)])
def test_pairs_of_a_class_need_classes(y):
    """With a hint."""
    X, _ = table(20)
    with pytest.raises(ValueError, match=r"MixUp\(pairs='class'\) needs classes"):
        augment(MixUp(pairs="class"), X, y)


def test_swap_recombines_rows_of_one_class():
    """Whole modalities, each from a row of its own, all of the copy's class."""
    X, y = table(500)
    new, labels, _ = augment(SwapModality(1.0), X, y)
    assert np.array_equal(labels, y)
    first = new["a__row"].to_numpy(int)
    second = new["b__row"].to_numpy(int)
    assert np.array_equal(y[first], y)
    assert np.array_equal(y[second], y)
    assert (first != second).mean() > 0.9
    assert np.array_equal(new["b__word"], [f"w{row}" for row in second])
    np.testing.assert_array_equal(new["a__x"], X["a__x"].to_numpy()[first])
    same, _, _ = augment(SwapModality(0.0), X, y)
    assert np.array_equal(same["a__row"], X["a__row"])


def test_cutmix_shares_labels_by_modalities():
    """With two modalities a half or nothing goes to the partner's label."""
    X, y = table(400)
    new, labels, made = augment(CutMixModality(), X, y)
    source = made.source[400:]
    weight = 2 * made.sample_weight[400:]
    taken = (new["a__row"].to_numpy(int) != source).astype(int)
    taken += new["b__row"].to_numpy(int) != source
    for row in range(400):
        mine = np.flatnonzero(source == row)
        assert weight[mine].sum() == pytest.approx(1)
        if len(mine) == 2:
            assert taken[mine[0]] == 1
            assert weight[mine].tolist() == [0.5, 0.5]
        elif labels[mine[0]] != y[row]:
            assert taken[mine[0]] == 2


def test_drop_hides_but_never_the_last():
    """About as often as it says; labels stay."""
    X, y = table(1000)
    new, labels, _ = augment(DropModality(0.3), X, y)
    assert np.array_equal(labels, y)
    gone = np.column_stack([new["a__x"].isna(), new["b__row"].isna()])
    assert gone.mean() == pytest.approx(0.3 - 0.045, abs=0.03)
    assert not gone.all(axis=1).any()
    bare, _, _ = augment(DropModality(1.0), X, y)
    gone = np.column_stack([bare["a__x"].isna(), bare["b__row"].isna()])
    assert (gone.sum(axis=1) == 1).all()


def test_only_some_modalities():
    """The others stay as they are."""
    X, y = table(100)
    new, _, _ = augment(Jitter(), X, y, modalities=["a"])
    assert np.array_equal(new["b__row"], X["b__row"])
    assert not np.array_equal(new["a__row"], X["a__row"])
