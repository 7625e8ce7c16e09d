"""Splits of tables in which rows lack a label."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.model_selection import GroupKFold, KFold

from mmensemble.semi_supervised import LabelledFold

Y = np.array(["u", "v", None] * 20, dtype=object)
X = np.zeros((60, 1))


@pytest.mark.parametrize(
    "y", [Y, np.where(Y == "u", 1.0, np.where(Y == "v", 0, np.nan))]
)
def test_labelled_rows_are_held_out_once(y):
    """In strata; the others always train."""
    splits = list(LabelledFold(4).split(X, y))
    rest = np.arange(2, 60, 3)
    tests = np.concatenate([test for _, test in splits])
    np.testing.assert_array_equal(np.sort(tests), np.setdiff1d(np.arange(60), rest))
    for train, test in splits:
        assert set(rest) <= set(train)
        assert not set(train) & set(test)
        assert (Y[test] == "u").sum() == 5
    assert LabelledFold(4).get_n_splits() == 4


def test_other_splitters_and_groups():
    """Unlabelled rows of groups held out stay away."""
    groups = np.arange(60) // 6
    fold = LabelledFold(GroupKFold(5))
    for train, test in fold.split(X, Y, groups):
        assert not set(groups[train]) & set(groups[test])
    assert fold.get_n_splits(X, Y, groups) == 5
    with config_context(enable_metadata_routing=True):
        assert fold.get_metadata_routing().consumes("split", ["groups"]) == {"groups"}
    assert LabelledFold(3).get_metadata_routing()._route_mappings == {}


def test_another_label_and_numbers():
    """-1 on request; numbers are not stratified."""
    codes = np.where(np.arange(60) % 3 == 2, -1, np.arange(60) % 3)
    splits = list(LabelledFold(KFold(2), missing_label=-1).split(X, codes))
    assert all((codes[test] >= 0).all() for _, test in splits)
    numbers = np.where(np.arange(60) % 3 == 2, np.nan, np.arange(60) / 7)
    assert len(list(LabelledFold(3).split(X, numbers))) == 3


def test_whole_groups_without_a_splitter():
    """No group stands on both sides of a fold that a number makes."""
    groups = np.arange(60) // 4
    for y in (Y, np.where(Y == "u", np.arange(60) / 7, np.nan)):
        for train, test in LabelledFold(3).split(X, y, groups):
            assert not set(groups[train]) & set(groups[test])


def test_lists_of_labels_keep_what_is_missing():
    """As arrays do."""
    wanted = list(LabelledFold(3).split(X, Y))
    given = [float("nan") if label is None else label for label in Y]
    for (train, test), (same, other) in zip(
        LabelledFold(3).split(X, given), wanted, strict=True
    ):
        np.testing.assert_array_equal(train, same)
        np.testing.assert_array_equal(test, other)


def test_nothing_to_split_by():
    """No labels at all."""
    with pytest.raises(ValueError, match="splits rows by their label, got y=None"):
        next(LabelledFold(2).split(X, None))
    with pytest.raises(ValueError, match="rows that have a label; none has one"):
        next(LabelledFold(2).split(X, [None] * 60))
    with pytest.raises(ValueError, match="'groups' parameter holds 1 missing values"):
        next(LabelledFold(2).split(X, Y, [None, *range(59)]))
