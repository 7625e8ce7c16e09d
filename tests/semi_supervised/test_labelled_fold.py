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
