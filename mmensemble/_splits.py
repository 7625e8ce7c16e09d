"""Splits for what is tuned inside a fit: grouped where groups are given."""

import warnings

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    check_cv,
)

#: Splitters that warn where a class has fewer rows than there are folds, and what
#: scikit-learn's warning, as ours, begins with.
_STRATIFIED = StratifiedKFold, StratifiedGroupKFold
_FEW = "The least populated class"


def make_splitter(cv, y, *, classifier, groups=None, shuffled=False):
    """Return the splitter that `cv` stands for.

    Parameters
    ----------
    cv : None, int, splitter or iterable of splits
        None stands for 5 folds. Folds made from None or an int are stratified
        for classification and keep groups together when `groups` is given.
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
    classifier : bool
        Whether `y` holds classes.
    groups : array-like of shape (n_samples,), default=None
    shuffled : bool, default=False
        Whether folds made from None or an int take rows in a fixed, shuffled order.
        Groups are spread whatever their order.

    Returns
    -------
    splitter : object with ``split(X, y, groups)``

    Raises
    ------
    ValueError
        When fewer than two folds are wanted, no split is given, or more folds are to
        be made than there are rows, groups, or rows of the commonest class.
    TypeError
        For a class in the place of a splitter.
    """
    if isinstance(cv, type):
        raise TypeError(
            f"The 'cv' parameter is the class {cv.__name__}; pass an instance of it, "
            f"as {cv.__name__}()."
        )
    if isinstance(cv, list | tuple):
        _check_pairs(cv)
    if cv is not None and not isinstance(cv, int | np.integer):
        return check_cv(cv, y, classifier=classifier)
    n_splits = 5 if cv is None else int(cv)
    if n_splits < 2 or isinstance(cv, bool):
        raise ValueError(f"The 'cv' parameter must be at least 2 folds, got {cv!r}.")
    n_splits = _possible(n_splits, cv, y, classifier=classifier, groups=groups)
    if groups is not None:
        return (StratifiedGroupKFold if classifier else GroupKFold)(n_splits)
    order = {"shuffle": True, "random_state": 0} if shuffled else {}
    return (StratifiedKFold if classifier else KFold)(n_splits, **order)


def _possible(n_splits, cv, y, *, classifier, groups):
    """Return so many folds, fewer where `cv` is None; raise where they cannot be."""
    limits = {"rows": len(y)}
    if groups is not None:
        limits["groups"] = len(np.unique(np.asarray(groups)))
        if limits["groups"] < 2:
            raise ValueError(
                "The 'groups' parameter holds a single group; out-of-fold predictions "
                "need at least 2 groups."
            )
    if len(y) < 2:
        raise ValueError(
            f"Folds need at least 2 rows, got n_samples={len(y)}. Give more rows."
        )
    if classifier:
        classes, counts = np.unique(y, return_counts=True)
        limits["rows of its commonest class"] = int(counts.max())
        if counts.max() < 2:
            raise ValueError(
                f"Folds need a class with at least 2 rows, got {len(y)} rows of "
                f"{len(classes)} classes. Give more rows of each class; a model whose "
                "fusion learns nothing out of fold, such as 'concat', needs no folds."
            )
    what = min(limits, key=limits.get)
    if cv is None or n_splits <= limits[what]:
        return min(n_splits, limits[what])
    raise ValueError(
        f"The 'cv' parameter asks for {n_splits} folds, and the table has only "
        f"{limits[what]} {what} ({len(y)} rows in all). Give cv={limits[what]} or "
        "less, or None, which makes as many folds as there can be."
    )


def _check_pairs(cv):
    if not len(cv):
        raise ValueError(f"The 'cv' parameter gives no split: {cv!r}.")
    for number, split in enumerate(cv):
        if not hasattr(split, "__len__") or len(split) != 2:
            raise TypeError(
                f"The split {number} of the 'cv' parameter must be a pair of arrays of "
                f"row numbers, train and test, got {split!r}."
            )


def list_splits(splitter, X, y, params=None, *, may_overlap=False):
    """Return the splits as index arrays that can be used.

    Parameters
    ----------
    splitter : splitter
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets), or None
    params : dict, default=None
        Metadata for ``split``.
    may_overlap : bool, default=False
        Whether rows may be trained on and tested in one split.

    Returns
    -------
    splits : list of (train, test) index arrays

    Raises
    ------
    ValueError
        When there is no split, or one has an empty side, indices that the table
        lacks, test rows twice, or rows on both sides.
    TypeError
        For what is no pair of arrays of whole numbers.

    Warns
    -----
    UserWarning
        Where a class has fewer rows than there are stratified folds.
    """
    splits = _listed(splitter, X, y, params, may_overlap=may_overlap)
    _warn_of_few(splitter, y)
    return splits


def _listed(splitter, X, y, params=None, *, may_overlap=False):
    """Return what `list_splits` does, without a warning of few rows of a class."""
    with warnings.catch_warnings():
        if isinstance(splitter, _STRATIFIED):
            warnings.filterwarnings("ignore", message=_FEW)
        splits = [
            _checked_split(split, number, X.shape[0], may_overlap)
            for number, split in enumerate(splitter.split(X, y, **(params or {})))
        ]
    if not splits:
        raise ValueError(f"The 'cv' parameter gives no split: {splitter!r}.")
    return splits


def _warn_of_few(splitter, y):
    """Warn where a class has fewer rows than there are stratified folds."""
    if not isinstance(splitter, _STRATIFIED):
        return
    n_splits = splitter.get_n_splits()
    fewest = int(np.unique(y, return_counts=True)[1].min())
    if fewest < n_splits:
        warnings.warn(
            f"{_FEW} in y has {fewest} row{'s' * (fewest > 1)}, fewer than the "
            f"{n_splits} folds: some folds test none of it, or train on none of it. "
            "Give more rows of it, or join it with another class.",
            UserWarning,
        )


def _checked_split(split, number, n_rows, may_overlap):
    where = f"split {number} of the 'cv' parameter"
    try:
        train, test = [_positions(side, n_rows) for side in split]
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"The {where} must be a pair of arrays of row numbers, train and test: "
            f"{error}."
        ) from error
    for name, side in (("training", train), ("test", test)):
        if not len(side):
            raise ValueError(f"The {where} has no {name} rows.")
        if side.min() < 0 or side.max() >= n_rows:
            wrong = side.min() if side.min() < 0 else side.max()
            raise ValueError(
                f"The {where} names row {wrong} as a {name} row; the table has rows 0 "
                f"to {n_rows - 1}."
            )
    if len(np.unique(test)) < len(test):
        raise ValueError(f"The {where} tests some rows twice.")
    shared = np.intersect1d(train, test)
    if len(shared) and not may_overlap:
        raise ValueError(
            f"The {where} has {len(shared)} rows on both sides, the first is row "
            f"{shared[0]}: what is learnt from them would look better than it is. "
            "Give splits whose sides share no row."
        )
    return train, test


def _positions(side, n_rows):
    side = np.asarray(side)
    if side.dtype == bool and side.shape == (n_rows,):
        return np.flatnonzero(side)
    if side.ndim != 1 or (len(side) and side.dtype.kind not in "iu"):
        raise ValueError(f"got an array of {side.dtype} of shape {side.shape}")
    return side.astype(np.intp)


def teaching_splits(cv, y, *, classifier, groups=None):
    """Return splits for predictions out of fold that can teach.

    A split cannot where its training rows are of one class, or lack the classes of
    most of its test rows: learners would then say the opposite of what is true.
    Folds made by default are of rows in a fixed, shuffled order, so that those of
    sorted tables are alike. Of these there are then fewer, so that all can teach; where
    that does not help, and of the user's own, those that cannot are left out. Where
    none can, there are those of `inner_folds`, stratified and by group.

    Parameters
    ----------
    cv, y, classifier, groups
        As `make_splitter` takes them.

    Returns
    -------
    splits : list of (train, test) index arrays

    Raises
    ------
    ValueError
        Where no split can teach, and as `list_splits` does.

    Warns
    -----
    UserWarning
        Once: where splits are left out or replaced, else where a class has fewer rows
        than there are folds.
    """
    own = {"classifier": classifier, "groups": groups, "shuffled": cv is None}
    splitter = make_splitter(cv, y, **own)
    X, params = np.empty((len(y), 0)), {"groups": groups}
    splits = _listed(splitter, X, y, params)
    if not classifier or y.ndim != 1:
        return splits
    teaching = [split for split in splits if _teaches(y, *split)]
    n_splits = len(splits)
    while cv is None and len(teaching) < len(splits) and n_splits > 2:
        n_splits -= 1
        smaller = make_splitter(n_splits, y, **own)
        fewer = _listed(smaller, X, y, params)
        if all(_teaches(y, *split) for split in fewer):
            _warn_of_few(smaller, y)
            return fewer
    lost = len(splits) - len(teaching)
    if not lost:
        _warn_of_few(splitter, y)
        return splits
    what = "in their training rows most classes of the test rows are missing"
    if not teaching:
        teaching = inner_folds(y, classifier=True, groups=groups)
        if not teaching:
            raise ValueError(
                f"None of the {lost} splits of the 'cv' parameter can teach: {what}, "
                "and stratified ones cannot be made. Give more rows or groups of each "
                "class, or a fusion that learns nothing out of fold, such as 'concat'."
            )
        warnings.warn(
            f"None of the {lost} inner splits can teach: {what}. Stratified ones stand "
            "in their place.",
            UserWarning,
        )
        return teaching
    warnings.warn(
        f"{lost} of the {len(splits)} inner splits are left out: {what}, so that they "
        "cannot teach. Rows that only they test count for nothing in the fusion.",
        UserWarning,
    )
    return teaching


def _teaches(y, train, test):
    known = np.unique(y[train])
    return len(known) > 1 and np.isin(y[test], known).mean() >= 0.5


def inner_folds(y, *, classifier, groups=None, n_splits=5):
    """Return splits for tuning inside a fit; empty where none can be made.

    Rows are spread over the folds in a fixed, shuffled order, so that sorted
    data do no harm; groups stay together. Classes with fewer rows than folds are
    spread as one; splits whose training rows lack a class are left out.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
    classifier : bool
        Whether `y` holds classes.
    groups : array-like of shape (n_samples,), default=None
    n_splits : int, default=5
        Most folds. There are fewer where rows, groups or those of the second
        most common class are fewer.

    Returns
    -------
    splits : list of (train, test) index arrays
    """
    y = np.asarray(y)
    most = len(y) if groups is None else len(np.unique(np.asarray(groups)))
    n_splits = min(n_splits, most)
    if not classifier:
        if n_splits < 2:
            return []
        if groups is not None:
            return list(GroupKFold(n_splits).split(y, y, groups))
        return list(KFold(n_splits, shuffle=True, random_state=0).split(y))
    classes, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    n_splits = min(n_splits, *np.sort(counts)[-2:])
    if n_splits < 2:
        return []
    codes = _strata(codes, counts, n_splits)
    if groups is not None:
        splits = StratifiedGroupKFold(n_splits).split(codes, codes, groups)
    else:
        splitter = StratifiedKFold(n_splits, shuffle=True, random_state=0)
        splits = splitter.split(codes, codes)
    return [s for s in splits if len(np.unique(y[s[0]])) == len(classes)]


def _strata(codes, counts, n_splits):
    """Return class codes in which classes of too few rows join the commonest."""
    rare = counts < n_splits
    return np.where(rare[codes], counts.argmax(), codes)
