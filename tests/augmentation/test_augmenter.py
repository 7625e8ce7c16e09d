"""The augmenter itself: steps, weights, errors."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from mmensemble.augmentation import Jitter, MixUp, MultimodalAugmenter, SwapModality
from mmensemble.datasets import make_multimodal


def data(n=60):
    """Return a simulated table and its labels."""
    made = make_multimodal(n, random_state=0)
    return made.data, made.target


def test_copies_share_the_weight_of_their_row():
    """Weights of each row and its copies sum to that of the row."""
    X, y = data()
    weight = np.linspace(0, 2, 60)
    augmenter = MultimodalAugmenter([MixUp(1.0)], n_copies=3, random_state=0)
    made = augmenter.augment(X, y, sample_weight=weight)
    total = np.bincount(made.source, weights=made.sample_weight)
    np.testing.assert_allclose(total, weight)


def test_steps_in_their_order():
    """A function sees what stands before it has done, and cannot touch the rest."""
    X, _ = data()
    seen = []

    def note(part):
        seen.append(part.copy())
        return part * 0

    MultimodalAugmenter([note, Jitter()], random_state=0).augment(X)
    made = MultimodalAugmenter([Jitter(), note], random_state=0).augment(X)
    assert np.allclose(seen[0], X)
    assert not np.allclose(seen[1], X)
    assert (made.X.iloc[60:] == 0).all(axis=None)
    assert np.allclose(made.X.iloc[:60], X)


def test_same_seed_same_copies():
    """And another seed, others."""
    X, y = data()
    steps = [Jitter(), SwapModality(), MixUp()]
    one, two, other = (
        MultimodalAugmenter(steps, random_state=seed).augment(X, y).X
        for seed in (0, 0, 1)
    )
    pd.testing.assert_frame_equal(one, two)
    assert not one.iloc[:100].equals(other.iloc[:100])


def test_nested_steps_are_cloned():
    """A search can copy an augmenter; its steps are not shared."""
    augmenter = MultimodalAugmenter([Jitter(0.3)], n_copies=2)
    twin = clone(augmenter)
    assert twin.steps[0] is not augmenter.steps[0]
    assert twin.steps[0].scale == 0.3


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        ([Jitter], TypeError, "give an object such as Jitter"),
        (["jitter"], TypeError, "Step 0 of MultimodalAugmenter is 'jitter'"),
        ([Jitter(-1)], ValueError, "'scale' parameter of Jitter"),
        ([MixUp(0)], ValueError, "'alpha' parameter of MixUp"),
        ([lambda part: part.iloc[:3]], ValueError, "must return a frame with the rows"),
        ([lambda part: None], ValueError, "got NoneType of shape None"),
        (
            [lambda part: part.iloc[::-1]],
            ValueError,
            r"its? .* got index \[59, 58, 57\]",
        ),
        (
            [lambda part: part.astype(str) + "x"],
            ValueError,
            "must keep numbers in the co",
        ),
    ],
)
def test_bad_steps(steps, error, message):
    """Named, with what came."""
    X, y = data()
    with pytest.raises(error, match=message):
        MultimodalAugmenter(steps).augment(X, y)


def test_bad_parameters():
    """Of the augmenter."""
    X, y = data()
    with pytest.raises(ValueError, match=r"names \['genes'\], and the table's"):
        MultimodalAugmenter([Jitter()], modalities=["genes"]).augment(X, y)
    with pytest.raises(ValueError, match="'n_copies' parameter"):
        MultimodalAugmenter([Jitter()], n_copies=0).augment(X, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        MultimodalAugmenter([Jitter()]).augment(X, y[:5])


@pytest.mark.parametrize("container", ["pandas", "nullable", "polars"])
def test_a_function_sees_booleans_as_booleans(container):
    """They are not words, on which not even "False" would be false."""
    flags = [True, False, None] if container == "nullable" else [True, False, True]
    X = pd.DataFrame({"a__x": [1.0, 2.0, 3.0], "a__b": flags})
    X = X.astype({"a__b": "boolean" if container == "nullable" else bool})
    if container == "polars":
        X = pytest.importorskip("polars").from_pandas(X)

    def turn(frame):
        return frame.assign(a__b=~frame["a__b"])

    rows = MultimodalAugmenter([turn], random_state=0).augment(X)
    found = rows.X["a__b"].to_list() if container == "polars" else rows.X["a__b"]
    found = [None if value is pd.NA else value for value in found]
    assert set(map(type, found)) <= {bool, np.bool_, type(None)}
    opposite = [None if value is None else not value for value in flags]
    assert found == [*flags, *opposite]


#: By column, what a function makes of it, and the first copy's cell then.
CHANGES = {
    "a__day": (lambda own: own + pd.Timedelta("1D"), pd.Timestamp("2020-01-02")),
    "a__time": (lambda own: own * 2, pd.Timedelta("2h")),
    "a__word": (lambda own: own.str.upper(), "DRY"),
    "a__code": (lambda own: own[::-1].set_axis(own.index), 7),
    "a__class": (lambda own: "new", "new"),
    "b__site": (lambda own: 3, "3"),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_a_function_sees_columns_as_they_are(name, container):
    """Dates as dates, categories as such; training rows keep theirs."""
    days = pd.to_datetime(["2020-01-01", "2020-01-03", None])
    X = pd.DataFrame(
        {
            "a__day": days,
            "a__time": pd.to_timedelta([1, 2, 3], "h"),
            "a__word": ["dry", "wet", "dry"],
            "a__code": pd.Categorical([5, 6, 7]),
            "a__class": pd.Categorical(["u", "v", "u"]),
            "b__site": ["x", "y", None],
        }
    )
    change, wanted = CHANGES[name]
    given = X
    if container == "polars":
        given = pytest.importorskip("polars").from_pandas(X)
    seen = []

    def step(part):
        seen.append(part)
        return part[part.columns[::-1]].assign(**{name: change(part[name])})

    made = MultimodalAugmenter([step], random_state=0).augment(given).X
    if container == "polars":
        assert made.schema[name] == given.schema[name] or name == "a__code"
        made = made.to_pandas()
    assert seen[0]["a__day"].dtype.kind == "M"
    assert made[name].iloc[3] == wanted
    for column in X:
        first, own = made[column].iloc[:3].astype(object), X[column].astype(object)
        assert first.fillna("-").tolist() == own.fillna("-").tolist()
        if column != name:
            assert made[column].iloc[3:].isna().tolist() == X[column].isna().tolist()
    assert pd.isna(made["b__site"].iloc[5])
