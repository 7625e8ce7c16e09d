"""Means over neighbours against sums by hand."""

import pickle

import numpy as np
import pandas as pd
import pytest

from mmensemble.auxiliary import NeighbourFeatures

EDGES = [("a", "b"), ("b", "c"), ("c", "d"), ("b", "a"), ("e", "e")]
X = pd.DataFrame(
    {
        "who": ["a", "b", "b", "c", "d", "e", "zed", None],
        "age": [10.0, 20.0, 40.0, 50.0, np.nan, 60.0, 70.0, 80.0],
        "hair": ["red", "red", "dark", "dark", None, "red", "red", "red"],
    }
)


def features(**options):
    """Return the new columns for the rows of `X`."""
    step = NeighbourFeatures(EDGES, on="who", **options)
    return step, step.fit_transform(X).drop(columns=list(X))


def test_means_over_neighbours():
    """An entity's rows are averaged first, then its neighbours, each counting once."""
    step, Z = features(columns=["age"])
    assert list(Z) == ["neighbours__age_1"]
    # b's age is 30; d has none, so that c's neighbours come to b's
    np.testing.assert_array_equal(
        Z["neighbours__age_1"], [30, 30, 30, 30, 50, np.nan, np.nan, np.nan]
    )
    assert step.entities_.tolist() == ["a", "b", "c", "d", "e"]


def test_shares_of_categories_and_two_hops():
    """Categories come as shares, and each distance has columns of its own."""
    _, Z = features(columns=["age", "hair"], hops=2)
    assert list(Z)[:3] == [
        "neighbours__age_1",
        "neighbours__hair_red_1",
        "neighbours__hair_dark_1",
    ]
    # around b are a (red) and c (dark); two steps from a is c, from b is d
    assert Z.loc[1, "neighbours__hair_red_1"] == 0.5
    assert Z.loc[0, "neighbours__age_2"] == 50
    assert np.isnan(Z.loc[1, "neighbours__age_2"])


def test_new_rows_change_nothing():
    """A row's values come from the training rows, whatever it is transformed with."""
    step, Z = features(columns=["age"])
    one = X.iloc[[0]].assign(age=-1.0)
    found = step.transform(one)["neighbours__age_1"].tolist()
    assert found == Z["neighbours__age_1"].tolist()[:1]


def test_a_row_never_sees_its_own_value():
    """Changing an entity's rows leaves what they get as it was."""
    _, before = features(columns=["age"])
    changed = X.assign(age=X["age"].where(X["who"] != "b", 1000.0))
    after = NeighbourFeatures(EDGES, on="who", columns=["age"]).fit_transform(changed)
    own = X["who"] == "b"
    np.testing.assert_array_equal(
        after.loc[own, "neighbours__age_1"], before.loc[own, "neighbours__age_1"]
    )
    assert after.loc[0, "neighbours__age_1"] == 1000


def test_triples_serve_as_edges():
    """With three columns the middle one, the relation, is passed over."""
    triples = pd.DataFrame([(a, "knows", b) for a, b in EDGES])
    step = NeighbourFeatures(triples, on="who", columns=["age"])
    np.testing.assert_array_equal(
        step.fit_transform(X)["neighbours__age_1"],
        features(columns=["age"])[1]["neighbours__age_1"],
    )
    stored = pickle.loads(pickle.dumps(step))
    assert stored.edges.words == "DataFrame of 5 rows"
    pd.testing.assert_frame_equal(stored.transform(X), step.transform(X))


def test_bad_columns_are_refused():
    """No columns, unknown ones and dates each have a message."""
    with pytest.raises(ValueError, match="must name at least one column"):
        features(columns=[])
    with pytest.raises(ValueError, match="columns='size' is no column of X"):
        features(columns=["size"])
    dated = X.assign(day=pd.Timestamp("2024-01-01"))
    step = NeighbourFeatures(EDGES, on="who", columns=["day"])
    with pytest.raises(ValueError, match="names 'day', a date column"):
        step.fit(dated)
