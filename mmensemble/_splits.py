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
    return StratifiedGroupKFold(n_splits) if classifier else GroupKFold(n_splits)


def _at_most(n_splits, y):
    """Fewer folds where no class has a row for each."""
    commonest = int(np.unique(y, return_counts=True)[1].max())
    return max(2, min(n_splits, commonest))


def inner_folds(y, *, classifier, groups=None, n_splits=5):
    """Return splits for tuning inside a fit; empty where none can be made.

    Rows are spread over the folds in a fixed, shuffled order, so that sorted
    data do no harm; groups stay together.

    Returns
    -------
    splits : list of (train, test) index arrays
    """
    y = np.asarray(y)
    if groups is not None:
        n_splits = min(n_splits, len(np.unique(groups)))
        if n_splits < 2:
            return []
        maker = StratifiedGroupKFold if classifier else GroupKFold
        splits = maker(n_splits).split(y, y, groups)
    elif classifier:
        n_splits = min(n_splits, np.unique(y, return_counts=True)[1].min())
        if n_splits < 2:
            return []
        splits = StratifiedKFold(n_splits, shuffle=True, random_state=0).split(y, y)
    else:
        n_splits = min(n_splits, len(y))
        if n_splits < 2:
            return []
        splits = KFold(n_splits, shuffle=True, random_state=0).split(y)
    if not classifier:
        return list(splits)
    n_classes = len(np.unique(y))
    return [s for s in splits if len(np.unique(y[s[0]])) == n_classes]
