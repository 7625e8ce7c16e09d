"""Targets that some rows lack."""

import numpy as np
import pandas as pd
import pytest

from mmensemble._unlabelled import missing_targets, split_target


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        (["a", None, "b"], "U"),
        (np.array([0.0, np.nan, 1.0]), "f"),
        (pd.Series([0, None, 1], dtype="Int64"), "i"),
        (pd.array([0, None, 1], dtype="Int64"), "i"),
        (pd.Series([True, None, False], dtype="boolean"), "b"),
        (pd.Series(["a", None, "b"], dtype="category"), "U"),
    ],
)
def test_every_missing_value_is_known(y, kind):
    """What is left has the labels' own type."""
    known, labelled = split_target("me", y, classifier=True)
    assert labelled.tolist() == [True, False, True]
    assert known.dtype.kind == kind


def test_a_complete_target_stays_as_it_is():
    """Nothing is missing, nothing changes."""
    known, labelled = split_target("me", np.array([2, 1, 2]), classifier=True)
    assert known.tolist() == [2, 1, 2]
    assert labelled.all()


def test_objects_without_a_gap_get_their_own_type():
    """Whole numbers that once stood beside None are classes."""
    known, labelled = split_target("me", np.array([2, 1], object), classifier=True)
    assert known.dtype.kind == "i"
    assert labelled.all()


def test_another_label_can_stand_for_missing():
    """-1 on request, beside NaN; without, it is a class."""
    y = np.array([0.0, -1.0, np.nan, 1.0])
    labelled = split_target("me", y, classifier=True, missing_label=-1)[1]
    assert labelled.tolist() == [True, False, False, True]
    assert split_target("me", y, classifier=True)[0].tolist() == [0, -1, 1]
    words = missing_targets(np.array(["?", "a"]), "?")
    assert words.tolist() == [True, False]


def test_mixed_types_stay_objects():
    """Labels of several types are not turned into text; scikit-learn refuses them."""
    with pytest.raises(TypeError, match="not supported between"):
        split_target("me", ["a", None, 1], classifier=True)


def test_rows_of_several_targets_lack_all_or_none():
    """A row that lacks one of two targets is refused."""
    y = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 4.0]])
    known, labelled = split_target("me", y, classifier=False)
    assert labelled.tolist() == [True, False, True]
    assert known.shape == (2, 2)
    y[0, 0] = np.nan
    with pytest.raises(ValueError, match="contains NaN"):
        split_target("me", y, classifier=False)


def test_no_target_at_all_is_refused():
    """There is nothing to learn from."""
    with pytest.raises(ValueError, match="in every row; me needs rows with a target"):
        split_target("me", [None, None], classifier=True)
    with pytest.raises(ValueError, match="requires y to be passed"):
        split_target("me", None, classifier=True)
