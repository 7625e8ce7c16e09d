"""Targets that some rows lack."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from mmensemble._unlabelled import (
    LabelledScoreMixin,
    missing_targets,
    split_target,
)


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


@pytest.mark.parametrize("kind", [np.int64, np.float64, np.bool_, np.str_])
def test_objects_of_numpy_get_their_own_type(kind):
    """As they come from a loop over an array."""
    labels = [None, *map(kind, [1, 0, 1])]
    known, _ = split_target("me", labels, classifier=True)
    assert known.dtype.kind == np.dtype(kind).kind
    assert known.tolist() == [kind(label) for label in [1, 0, 1]]


def test_another_label_can_stand_for_missing():
    """-1 on request, beside NaN; without, it is a class."""
    y = np.array([0.0, -1.0, np.nan, 1.0])
    labelled = split_target("me", y, classifier=True, missing_label=-1)[1]
    assert labelled.tolist() == [True, False, False, True]
    assert split_target("me", y, classifier=True)[0].tolist() == [0, -1, 1]
    words = missing_targets(np.array(["?", "a"]), "?")
    assert words.tolist() == [True, False]


def test_mixed_types_stay_objects():
    """Labels of several types are not turned into text, but refused."""
    with pytest.raises(ValueError, match="y holds objects of int and str, which are"):
        split_target("me", ["a", None, 1], classifier=True)


def test_rows_of_several_targets_lack_all_or_none():
    """A row that lacks one of two targets is refused."""
    y = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 4.0]])
    known, labelled = split_target("me", y, classifier=False)
    assert labelled.tolist() == [True, False, True]
    assert known.shape == (2, 2)
    y[0, 0] = np.nan
    message = "1 of 3 rows of y lack some of their targets, the first is row 0"
    with pytest.raises(ValueError, match=message):
        split_target("me", y, classifier=False)
    y[0, 0] = -9.0
    with pytest.raises(ValueError, match=message):
        missing_targets(y, -9)


def test_no_target_at_all_is_refused():
    """There is nothing to learn from."""
    with pytest.raises(ValueError, match="in every row; me needs rows with a target"):
        split_target("me", [None, None], classifier=True)
    with pytest.raises(ValueError, match="requires y to be passed"):
        split_target("me", None, classifier=True)


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, -1])
def test_lists_of_texts_and_what_is_missing(missing):
    """Nothing becomes a text on its way through NumPy."""
    label = missing if missing is not pd.NA and missing == -1 else None
    own = {"classifier": True, "missing_label": label}
    known, labelled = split_target("me", ["a", missing, "b"], **own)
    assert known.tolist() == ["a", "b"]
    assert known.dtype.kind == "U"
    assert labelled.tolist() == [True, False, True]


def test_a_missing_label_beside_pandas_own():
    """NA equals nothing, and is missing all the same."""
    y = pd.Series([0, -1, None], dtype="Int64")
    assert missing_targets(y, -1).tolist() == [False, True, True]
    assert missing_targets(y, np.nan).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("y", "label"),
    [(["-1", "a"], -1), ([-1, 0], "-1"), (np.array([-1, 0]), "-1")],
)
def test_a_missing_label_of_another_type_is_refused(y, label):
    """It would never be found, and be a class."""
    with pytest.raises(ValueError, match=r"of another type. Give missing_label="):
        missing_targets(y, label)


def test_several_missing_labels_are_refused():
    """None of them would be found."""
    with pytest.raises(ValueError, match=r"must be one value, such as -1, got \['\?'"):
        missing_targets(["a", "?"], ["?", ""])


@pytest.mark.parametrize(
    ("y", "mark"), [([-1, 0, 1], "-1"), (["", "a", "b"], "''"), ([" ", "a"], "' '")]
)
def test_marks_of_missing_labels_are_told(y, mark):
    """Where no row lacks a label; -1 and 1 are two classes."""
    with pytest.warns(UserWarning, match=f"me takes {mark} for a class. If it stands"):
        split_target("me", y, classifier=True)
    split_target("me", [-1, 1, 1], classifier=True)
    split_target("me", [-1.0, 0.5, 1], classifier=False)


def test_scores_are_of_rows_with_a_target():
    """Of objects that are whole numbers, too; rows and weights go together."""

    class Guess(LabelledScoreMixin, ClassifierMixin, BaseEstimator):
        classes_, missing_label = np.array([0, 1]), None

        def predict(self, X):
            return X[:, 0]

    X = np.array([[1], [0], [0], [1]])
    y = np.array([1, None, 1, 0], dtype=object)
    assert Guess().score(X, y) == pytest.approx(1 / 3)
    assert Guess().score(X, y, [3, 100, 1, 1]) == pytest.approx(3 / 5)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        Guess().score(X, y[:3])
