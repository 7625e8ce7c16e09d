"""Splits for what is tuned inside a fit."""

import re
import warnings

import numpy as np
import pytest
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
)

from mmensemble._splits import (
    inner_folds,
    list_splits,
    make_splitter,
    teaching_splits,
)

Y = np.arange(30) % 3
GROUPS = np.repeat(np.arange(10), 3)


@pytest.mark.parametrize("cv", [None, 4])
@pytest.mark.parametrize(
    ("classifier", "groups", "expected"),
    [
        (True, None, StratifiedKFold),
        (False, None, KFold),
        (True, GROUPS, StratifiedGroupKFold),
        (False, GROUPS, GroupKFold),
    ],
)
def test_numbers_become_the_fitting_folds(cv, classifier, groups, expected):
    """Folds are stratified for classes and keep groups where there are any."""
    splitter = make_splitter(cv, Y, classifier=classifier, groups=groups)
    assert type(splitter) is expected
    assert splitter.get_n_splits() == (5 if cv is None else cv)


@pytest.mark.parametrize("cv", [LeaveOneGroupOut(), ShuffleSplit(3)])
def test_splitters_are_taken_as_they_are(cv):
    """The user's own splitter is not second-guessed."""
    assert make_splitter(cv, Y, classifier=True, groups=GROUPS) is cv


def test_iterables_of_splits_become_a_splitter():
    """A list of splits can be split with, more than once."""
    splits = [(np.arange(10), np.arange(10, 20))]
    splitter = make_splitter(iter(splits), Y, classifier=True)
    for _ in range(2):
        assert [len(train) for train, _ in splitter.split(Y)] == [10]


@pytest.mark.parametrize("cv", ["five", 1.5])
def test_other_values_are_errors(cv):
    """scikit-learn's message says what would do."""
    with pytest.raises(ValueError, match=r"integer, (a )?cross-validation object"):
        make_splitter(cv, Y, classifier=True)


@pytest.mark.parametrize("cv", [None, 3])
def test_one_group_is_an_error(cv):
    """A single group cannot be left out and learnt from."""
    with pytest.raises(ValueError, match="'groups' parameter holds a single group"):
        make_splitter(cv, Y, classifier=True, groups=np.zeros(30))


@pytest.mark.parametrize("classifier", [True, False])
def test_default_folds_shrink_to_the_number_of_groups(classifier):
    """Three groups make three folds."""
    groups = np.arange(30) % 3
    splitter = make_splitter(None, Y // 2, classifier=classifier, groups=groups)
    assert splitter.get_n_splits() == 3
    assert len(list(splitter.split(Y, Y // 2, groups))) == 3


@pytest.mark.parametrize("groups", [None, np.arange(7)])
def test_default_folds_shrink_to_the_commonest_class(groups):
    """A default of five folds must not be the user's error on tiny data."""
    y = np.array([0, 0, 0, 1, 1, 1, 0])
    splitter = make_splitter(None, y, classifier=True, groups=groups)
    assert splitter.get_n_splits() == 4
    with pytest.warns(UserWarning, match="least populated class"):
        assert len(list(splitter.split(y, y, groups))) == 4


@pytest.mark.parametrize("n_rows", [2, 3, 4, 6])
def test_default_folds_shrink_to_the_rows(n_rows):
    """Each row of a tiny table is held out, also where nothing is stratified."""
    y = np.arange(float(n_rows))
    splitter = make_splitter(None, y, classifier=False)
    check_partition(list(splitter.split(y)), n_rows)
    assert splitter.get_n_splits() == min(n_rows, 5)


@pytest.mark.parametrize(
    ("cv", "y", "groups", "classifier", "what"),
    [
        (5, np.arange(4.0), None, False, r"only 4 rows \(4 rows in all\). Give cv=4"),
        (4, Y, np.arange(30) % 3, False, "only 3 groups"),
        (4, Y, np.arange(30) % 3, True, "only 3 groups"),
        (5, Y[:8], None, True, r"only 3 rows of its commonest class \(8 rows in all\)"),
        (5, Y[:8], np.arange(8), True, "only 3 rows of its commonest class"),
    ],
)
def test_asked_folds_do_not_shrink(cv, y, groups, classifier, what):
    """More folds than can be, when asked for, are the user's error; one less do."""
    own = {"classifier": classifier, "groups": groups}
    match = f"The 'cv' parameter asks for {cv} folds, and the table has {what}"
    with pytest.raises(ValueError, match=match):
        make_splitter(cv, y, **own)
    most = 4 if not classifier and groups is None else 3
    splits = make_splitter(most, y, **own)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        assert len(list(splits.split(y, y, groups))) == most


@pytest.mark.parametrize("cv", [None, 2])
@pytest.mark.parametrize("groups", [None, np.arange(6)], ids=["rows", "groups"])
def test_no_class_of_two_rows(cv, groups):
    """What cannot be told from others has no folds, in words that say what to do."""
    match = "Folds need a class with at least 2 rows, got 6 rows of 6 classes. Give"
    with pytest.raises(ValueError, match=match):
        make_splitter(cv, np.arange(6), classifier=True, groups=groups)


@pytest.mark.parametrize("classifier", [True, False])
def test_a_single_row(classifier):
    """Nothing is left to learn from where it is held out."""
    with pytest.raises(ValueError, match="Folds need at least 2 rows, got n_samples=1"):
        make_splitter(None, np.zeros(1), classifier=classifier)


def check_partition(splits, n_samples):
    """Check that every row is tested once and never trained on then."""
    tested = np.concatenate([test for _, test in splits])
    assert sorted(tested) == list(range(n_samples))
    for train, test in splits:
        assert not set(train) & set(test)
        assert len(train) + len(test) == n_samples


@pytest.mark.parametrize("classifier", [True, False])
@pytest.mark.parametrize("groups", [None, GROUPS], ids=["rows", "groups"])
@pytest.mark.parametrize("n_splits", [2, 3, 5])
def test_inner_folds_part_rows_and_keep_groups(classifier, groups, n_splits):
    """Folds are a partition that no group crosses, the same every time."""
    splits = inner_folds(Y, classifier=classifier, groups=groups, n_splits=n_splits)
    assert len(splits) == n_splits
    check_partition(splits, 30)
    if groups is not None:
        for train, test in splits:
            assert not set(groups[train]) & set(groups[test])
    again = inner_folds(Y, classifier=classifier, groups=groups, n_splits=n_splits)
    for one, other in zip(splits, again, strict=True):
        np.testing.assert_array_equal(one[1], other[1])


def test_inner_folds_of_classes_are_stratified():
    """Every fold holds every class in its share, also of sorted data."""
    y = np.sort(Y)
    for _, test in inner_folds(y, classifier=True):
        assert np.bincount(y[test]).tolist() == [2, 2, 2]


def test_inner_folds_of_sorted_targets_are_shuffled():
    """Folds of a regression do not hold out one end of sorted targets."""
    for train, test in inner_folds(np.arange(30.0), classifier=False):
        assert train.min() < test.max()
        assert test.min() < train.max()


@pytest.mark.parametrize("groups", [None, np.arange(44)], ids=["rows", "groups"])
def test_a_rare_class_costs_a_fold_but_no_warning(groups):
    """A class of one row leaves the splits that can train on it."""
    y = np.r_[np.zeros(23), np.ones(20), [2]].astype(int)
    splits = inner_folds(y, classifier=True, groups=groups)
    assert len(splits) == 4
    for train, _ in splits:
        assert set(y[train]) == {0, 1, 2}


@pytest.mark.parametrize("rare", [2, 3])
@pytest.mark.parametrize("groups", [None, np.arange(40)], ids=["rows", "groups"])
def test_two_classes_make_no_more_folds_than_the_rarer_has_rows(rare, groups):
    """Every fold has a row of each of two classes to test on."""
    y = (np.arange(40) < rare).astype(int)
    splits = inner_folds(y, classifier=True, groups=groups)
    assert len(splits) == rare
    assert all(set(y[test]) == {0, 1} for _, test in splits)


def test_a_class_of_one_group_is_never_missing_from_training():
    """Splits that hold out all of a class are left out."""
    y = (GROUPS == 0).astype(int)
    for train, _ in inner_folds(y, classifier=True, groups=GROUPS):
        assert set(y[train]) == {0, 1}


@pytest.mark.parametrize("groups", [None, GROUPS], ids=["rows", "groups"])
def test_inner_folds_take_targets_of_several_columns(groups):
    """A regression of several targets is split by rows."""
    splits = inner_folds(np.ones((30, 2)), classifier=False, groups=groups)
    check_partition(splits, 30)


@pytest.mark.parametrize(
    ("y", "classifier", "groups"),
    [
        ([1.0], False, None),
        ([0, 1], True, None),
        ([0, 1, 1, 1, 1], True, None),
        ([0, 1, 0, 1], True, [1, 1, 1, 1]),
        ([0.0, 1.0], False, [1, 1]),
    ],
)
def test_no_folds_where_none_can_be_made(y, classifier, groups):
    """An empty list tells the caller to do without."""
    assert inner_folds(y, classifier=classifier, groups=groups) == []


@pytest.mark.parametrize(
    ("cv", "error", "match"),
    [
        (KFold, TypeError, r"'cv' parameter is the class KFold; pass .* as KFold\(\)"),
        ([], ValueError, "'cv' parameter gives no split"),
        (1, ValueError, "'cv' parameter must be at least 2 folds, got 1"),
        (True, ValueError, "'cv' parameter must be at least 2 folds, got True"),
        (-3, ValueError, "'cv' parameter must be at least 2 folds, got -3"),
    ],
)
def test_what_makes_no_folds(cv, error, match):
    """Classes, nothing, and numbers too small are refused by name."""
    with pytest.raises(error, match=match):
        make_splitter(cv, Y, classifier=True)


@pytest.mark.parametrize(
    ("splits", "error", "match"),
    [
        (iter([]), ValueError, "'cv' parameter gives no split"),
        ([([0, 1], [])], ValueError, "split 0 of the 'cv' parameter has no test rows"),
        ([([], [0, 1])], ValueError, "split 0 of the 'cv' parameter has no training r"),
        ([([0], [30])], ValueError, "names row 30 as a test row; the table has rows 0"),
        ([([-1], [3])], ValueError, "names row -1 as a training row; the table has ro"),
        (
            [([0], [1]), ([0, 1], [1])],
            ValueError,
            "split 1 .* has 1 rows on both sides",
        ),
        (
            [([0], [1, 1])],
            ValueError,
            "split 0 of the 'cv' parameter tests some rows t",
        ),
        (
            [([0.5], [1])],
            TypeError,
            "must be a pair of arrays of row numbers, train an",
        ),
        ([3], TypeError, "split 0 .* must be a pair of arrays of row numbers"),
        (
            [([0], [1], [2])],
            TypeError,
            "split 0 .* must be a pair of arrays of row numb",
        ),
        (
            [(["a"], [1])],
            TypeError,
            "split 0 .* must be a pair of arrays of row numbers",
        ),
    ],
)
def test_splits_that_cannot_be_used(splits, error, match):
    """Each fault has one error that names the split."""
    with pytest.raises(error, match=match):
        list_splits(make_splitter(splits, Y, classifier=True), Y.reshape(-1, 1), Y)


def test_masks_and_overlaps():
    """Masks are rows; sides that share rows pass only where that is wanted."""
    train = np.arange(30) < 20
    splitter = make_splitter([(train, ~train)], Y, classifier=True)
    ((first, second),) = list_splits(splitter, Y.reshape(-1, 1), Y)
    assert (len(first), second.tolist()) == (20, list(range(20, 30)))
    splitter = make_splitter([(range(30), range(30))], Y, classifier=True)
    assert len(list_splits(splitter, Y.reshape(-1, 1), Y, may_overlap=True)) == 1


def test_splits_that_cannot_teach_are_left_out():
    """A training side of one class teaches the opposite; the rest is used, and told."""
    y = np.repeat([0, 1], [10, 20])
    splits = [(range(10, 30), range(10)), (range(25), range(25, 30))]
    with pytest.warns(UserWarning, match="1 of the 2 inner splits are left out: in th"):
        ((train, _),) = teaching_splits(splits, y, classifier=True)
    assert train.tolist() == list(range(25))
    with pytest.warns(UserWarning, match="None of the 1 inner splits can teach"):
        found = teaching_splits(splits[:1], y, classifier=True)
    assert len(found) == 5
    assert all(len(np.unique(y[train])) == 2 for train, _ in found)
    assert len(teaching_splits(splits, y.astype(float), classifier=False)) == 2


@pytest.mark.parametrize("classifier", [True, False])
def test_default_folds_of_sorted_rows_are_shuffled(classifier):
    """None takes rows from everywhere, the same each time; an int is scikit-learn's."""
    y = np.arange(60) // 30 if classifier else np.arange(60.0)
    found = teaching_splits(None, y, classifier=classifier)
    assert len(found) == 5
    assert np.array_equal(np.sort(np.concatenate([t for _, t in found])), np.arange(60))
    for _, test in found:
        assert np.diff(test).max() > 1
        assert np.bincount(test // 30).min() >= 3
    again = teaching_splits(None, y, classifier=classifier)
    in_order = teaching_splits(5, y, classifier=classifier)
    plain = (StratifiedKFold if classifier else KFold)(5).split(y, y)
    for pair, same, ordered, theirs in zip(found, again, in_order, plain, strict=True):
        assert np.array_equal(pair[1], same[1])
        assert np.array_equal(ordered[1], theirs[1])


def test_default_folds_shrink_until_they_teach():
    """Groups of one class each: folds are made so that training has both."""
    groups = np.repeat(np.arange(6), 10)
    y = np.repeat([0, 0, 0, 0, 1, 1], 10)
    for train, test in teaching_splits(None, y, classifier=True, groups=groups):
        assert len(np.unique(y[train])) == 2
        assert not set(groups[train]) & set(groups[test])
    groups, y = np.repeat([0, 1], 15), np.repeat([0, 1], 15)
    with pytest.raises(ValueError, match=r"None of the 2 splits .* cannot be made"):
        teaching_splits(None, y, classifier=True, groups=groups)


def test_rare_classes_keep_their_folds():
    """A fold whose training lacks a single rare class teaches the others."""
    y = np.r_[np.arange(29) % 2, 2]
    with pytest.warns(UserWarning, match="least populated class"):
        assert len(teaching_splits(None, y, classifier=True)) == 5


@pytest.mark.parametrize("rare", [1, 2, 3])
@pytest.mark.parametrize("cv", [None, 5])
@pytest.mark.parametrize("n_rows", [7, 40])
@pytest.mark.parametrize("grouped", [False, True], ids=["rows", "groups"])
def test_a_rare_class_is_told_of_once(rare, cv, n_rows, grouped):
    """In one warning of ours, however many folds are tried."""
    y = (np.arange(n_rows) < rare).astype(int)
    groups = np.arange(n_rows) // (4 if n_rows == 40 else 1) if grouped else None
    cv = min(cv, (y == 0).sum()) if cv else cv
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        splits = teaching_splits(cv, y, classifier=True, groups=groups)
    (told,) = [str(warning.message) for warning in heard]
    few = rf"The least populated class in y has {rare} rows?, fewer than the [45] folds"
    lost = r"\d of the \d inner splits are left out"
    assert all(len(np.unique(y[train])) == 2 for train, _ in splits)
    assert re.match(f"{few}|{lost}", told)


def test_user_folds_tell_of_a_rare_class_once():
    """The words are ours for stratified folds; what others warn of is left to them."""
    y = np.r_[np.zeros(20), 1, 1].astype(int)
    match = "class in y has 2 rows, fewer than the 4 folds: some folds test none of it"
    with pytest.warns(UserWarning, match=match) as heard:
        assert len(list_splits(StratifiedKFold(4), y[:, None], y)) == 4
    assert len(heard) == 1
    with pytest.warns(UserWarning, match="has only 2 members") as heard:
        list_splits(RepeatedStratifiedKFold(n_splits=4, n_repeats=1), y[:, None], y)
    assert len(heard) == 1
