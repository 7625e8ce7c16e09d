"""Copies of training rows, in every container."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble._frame import to_floats
from mmensemble.augmentation import (
    DropModality,
    Jitter,
    MixUp,
    MultimodalAugmenter,
    Oversample,
    SwapModality,
)
from mmensemble.augmentation._copies import Copies, neighbours


def frame():
    """Return a table with numbers, holes, categories and texts."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(20, 4)), columns=["a__x", "a__y", "b__x", "b__y"])
    X.loc[:3, ["a__x", "a__y"]] = np.nan
    X.loc[5, "b__x"] = np.nan
    X["c__kind"] = pd.Categorical(np.where(np.arange(20) % 3, "u", "v"))
    X["c__text"] = ["some words here"] * 19 + [None]
    X["c__count"] = np.arange(20)
    return X


def as_polars(X):
    """Return the table as a polars frame."""
    polars = pytest.importorskip("polars")
    return polars.from_pandas(X)


CONTAINERS = {
    "pandas": lambda X: X,
    "nullable": lambda X: X.convert_dtypes(),
    "polars": as_polars,
}
STEPS = {
    "none": [],
    "jitter": [Jitter()],
    "mix": [MixUp()],
    "swap": [SwapModality(1.0)],
    "drop": [DropModality(0.6)],
    "function": [lambda part: part],
    "all": [Jitter(), SwapModality(), DropModality(), MixUp()],
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("steps", STEPS)
def test_containers_keep_rows_and_values(container, steps):
    """Training rows come first, unchanged; every container gives the same numbers."""
    plain = frame()
    X = CONTAINERS[container](plain)
    y = np.arange(20) % 2
    made = MultimodalAugmenter(STEPS[steps], random_state=0).augment(X, y)
    assert type(made.X) is type(X)
    assert list(made.X.columns) == list(plain)
    assert len(made.X) == len(made.y) == len(made.source) == len(made.sample_weight)
    assert made.sample_weight.sum() == pytest.approx(20)
    numbers = ["a__x", "a__y", "b__x", "b__y", "c__count"]
    values = to_floats(made.X[numbers])
    np.testing.assert_array_equal(values[:20], plain[numbers].to_numpy(float))
    own = MultimodalAugmenter(STEPS[steps], random_state=0).augment(plain, y)
    np.testing.assert_allclose(values, own.X[numbers].to_numpy(float), equal_nan=True)
    assert np.array_equal(made.source[:20], np.arange(20))


def test_arrays():
    """Plain arrays of numbers, and of objects."""
    X = frame()[["a__x", "a__y", "b__x", "b__y"]].to_numpy()
    modalities = [("a", "passthrough", [0, 1]), ("b", "passthrough", slice(2, 4))]
    for steps in ([Jitter()], [SwapModality()], [DropModality(0.9)]):
        made = MultimodalAugmenter(steps, random_state=0).augment(
            X, np.arange(20) % 2, modalities=modalities
        )
        assert made.X.shape == (40, 4)
        assert made.X.dtype == float
        mixed = MultimodalAugmenter(steps, random_state=0).augment(
            X.astype(object), np.arange(20) % 2, modalities=modalities
        )
        np.testing.assert_allclose(mixed.X.astype(float), made.X)


def test_integers_that_go_missing_become_floats():
    """An integer array has no missing value."""
    X = np.arange(40).reshape(20, 2)
    modalities = [("a", "passthrough", [0]), ("b", "passthrough", [1])]
    made = MultimodalAugmenter([DropModality(0.9)], random_state=0).augment(
        X, modalities=modalities
    )
    assert np.isnan(made.X[20:]).any()
    assert np.array_equal(made.X[:20], X)


@pytest.mark.parametrize("step", [Jitter(), SwapModality(), lambda part: part])
def test_sparse_cells_are_not_changed(step):
    """Sparse tables can be repeated, not changed."""
    X = sparse.random(20, 6, density=0.5, format="csr", random_state=0)
    y = np.arange(20) % 4 // 3
    modalities = [("a", "passthrough", slice(0, 3)), ("b", "passthrough", slice(3, 6))]
    augmenter = MultimodalAugmenter([step], random_state=0)
    with pytest.raises(TypeError, match="would change cells of a sparse table"):
        augmenter.augment(X, y, modalities=modalities)
    made = MultimodalAugmenter([Oversample("repeat")], random_state=0).augment(
        X, y, modalities=modalities
    )
    assert np.bincount(made.y).tolist() == [15, 15]
    assert (made.X[20:] != X[made.source[20:]]).nnz == 0


def test_absent_stays_absent():
    """No step gives a row a modality that it lacks."""
    X = frame()
    y = np.arange(20) % 2
    for steps in (STEPS["jitter"], STEPS["mix"], STEPS["swap"], STEPS["all"]):
        made = MultimodalAugmenter(steps, random_state=0).augment(X, y)
        lacking = X[["a__x", "a__y"]].isna().all(axis=1).to_numpy()[made.source]
        assert made.X.loc[lacking, ["a__x", "a__y"]].isna().all(axis=None)


def test_functions_cannot_fill_what_is_absent():
    """Their cells count only where the row has the modality."""
    made = MultimodalAugmenter([lambda part: part.fillna(1.0)]).augment(
        frame()[["a__x", "a__y", "b__x", "b__y"]]
    )
    assert made.X.loc[20:23, ["a__x", "a__y"]].isna().all(axis=None)
    assert made.X.loc[25, "b__x"] == 1.0


def test_neighbours_by_brute_force():
    """Among standardised numbers, without the row itself."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 3)) * [1, 10, 100]
    copies = Copies(
        *(X, None, [("a", [0, 1, 2])], np.ones((30, 1), bool), np.arange(30)),
        classifier=False,
    )
    found = neighbours(copies, [0], np.arange(30), np.arange(30), 4)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    gaps = ((scaled[:, None] - scaled) ** 2).sum(axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert np.array_equal(found, np.argsort(gaps, axis=1)[:, :4])


def test_neighbours_without_numbers():
    """Where there is nothing to measure by, or nobody else, the first of the pool."""
    X = frame()[["c__kind"]]
    copies = Copies(
        *(X, None, [("c", [0])], np.ones((20, 1), bool), np.arange(20)),
        classifier=False,
    )
    assert neighbours(copies, [0], np.arange(3, 20), np.arange(2)).tolist() == [[3]] * 2
