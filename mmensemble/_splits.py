"""Splits for what is tuned inside a fit: grouped where groups are given."""

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    check_cv,
)


def make_splitter(cv, y, *, classifier, groups=None):
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

    Returns
    -------
    splitter : object with ``split(X, y, groups)``

    Raises
    ------
    ValueError
        When folds are to be made and all rows are of one group.
    """
    if cv is not None and not isinstance(cv, int | np.integer):
        return check_cv(cv, y, classifier=classifier)
    n_splits = 5 if cv is None else int(cv)
    if groups is None:
        if not classifier:
            return KFold(n_splits)
        return StratifiedKFold(_at_most(n_splits, y) if cv is None else n_splits)
    n_groups = len(np.unique(np.asarray(groups)))
    if n_groups < 2:
        raise ValueError(
            "The 'groups' parameter holds a single group; out-of-fold predictions need "
            "at least 2 groups."
        )
    n_splits = min(n_splits, n_groups) if cv is None else n_splits
    if not classifier:
        return GroupKFold(n_splits)
    return StratifiedGroupKFold(_at_most(n_splits, y) if cv is None else n_splits)


def _at_most(n_splits, y):
    """Fewer folds where no class has a row for each."""
    commonest = int(np.unique(y, return_counts=True)[1].max())
    return max(2, min(n_splits, commonest))


def inner_folds(y, *, classifier, groups=None, n_splits=5, random_state=0):
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
    random_state : int, default=0
        Of the shuffled order; grouped folds have none.

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
        return list(KFold(n_splits, shuffle=True, random_state=random_state).split(y))
    classes, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    n_splits = min(n_splits, *np.sort(counts)[-2:])
    if n_splits < 2:
        return []
    codes = _strata(codes, counts, n_splits)
    if groups is not None:
        splits = StratifiedGroupKFold(n_splits).split(codes, codes, groups)
    else:
        splitter = StratifiedKFold(n_splits, shuffle=True, random_state=random_state)
        splits = splitter.split(codes, codes)
    return [s for s in splits if len(np.unique(y[s[0]])) == len(classes)]


def _strata(codes, counts, n_splits):
    """Return class codes in which classes of too few rows join the commonest."""
    rare = counts < n_splits
    return np.where(rare[codes], counts.argmax(), codes)
