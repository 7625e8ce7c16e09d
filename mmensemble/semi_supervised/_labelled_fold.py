"""Splits of tables in which rows lack a label."""

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    check_cv,
)
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
)

from mmensemble._unlabelled import missing_targets
from mmensemble._validation import check_groups, row_values


class LabelledFold:
    """Split the labelled rows; rows without a label always train.

    What scores a model are labelled rows, so that
    :class:`sklearn.model_selection.GridSearchCV` and
    :func:`sklearn.model_selection.cross_val_score` work on tables with unlabelled
    rows. Of unlabelled rows, those of a group that is held out stay away.

    Parameters
    ----------
    cv : int or splitter, default=5
        Splits of the labelled rows; an int makes shuffled folds, stratified where
        `y` holds labels, and of whole groups where groups are given.
    missing_label : object, default=None
        What else in `y` stands for a missing label, such as -1.
    random_state : int, default=0
        Of the shuffled folds.

    Notes
    -----
    scikit-learn's own scorers, chosen by name, refuse labels such as 0 and True in an
    array of objects, where they stand beside None: the score is NaN, with a warning.
    Give such a `y` as a pandas Series of a nullable dtype, ``pd.Series(y,
    dtype="Int64")`` or ``"boolean"``. Texts, and floats with NaN, serve as they are.

    Examples
    --------
    >>> from mmensemble.semi_supervised import LabelledFold
    >>> y = ["a", "b", None, "a", "b", None]
    >>> for train, test in LabelledFold(2).split([[0]] * 6, y):
    ...     print(train, test)
    [0 1 2 5] [3 4]
    [2 3 4 5] [0 1]
    """

    def __init__(self, cv=5, *, missing_label=None, random_state=0):
        self.cv = cv
        self.missing_label = missing_label
        self.random_state = random_state

    def split(self, X, y, groups=None):
        """Yield training and test rows.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
            Not looked at.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Labels or numbers, missing in some rows.
        groups : array-like of shape (n_samples,), default=None
            Given to the splitter.

        Yields
        ------
        train, test : ndarray of int

        Raises
        ------
        ValueError
            When `y` is None, no row has a label, or groups are missing.
        """
        if y is None:
            raise ValueError("LabelledFold splits rows by their label, got y=None.")
        missing = missing_targets(y, self.missing_label)
        labelled, rest = np.flatnonzero(~missing), np.flatnonzero(missing)
        if not len(labelled):
            raise ValueError(
                "LabelledFold splits rows that have a label; none has one."
            )
        known = row_values(y)[labelled]
        groups = check_groups(groups, missing)
        own = None if groups is None else groups[labelled]
        codes = known
        if known.ndim == 1 and known.dtype.kind != "f":
            codes = np.unique(known.astype(str), return_inverse=True)[1]
        splitter = self._splitter(codes, grouped=own is not None)
        for train, test in splitter.split(known, codes, own):
            more = rest
            if own is not None:
                held_out = np.isin(groups[rest], own[test])
                more = rest[~held_out]
            yield np.sort(np.concatenate([labelled[train], more])), labelled[test]

    def _splitter(self, known, *, grouped):
        if not isinstance(self.cv, int | np.integer):
            return check_cv(self.cv)
        whole = known.dtype.kind != "f" or (known == np.round(known)).all()
        few = known.ndim == 1 and whole and len(np.unique(known)) < len(known) / 2
        if grouped:
            kind = StratifiedGroupKFold if few else GroupKFold
        else:
            kind = StratifiedKFold if few else KFold
        return kind(self.cv, shuffle=True, random_state=self.random_state)

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : object, default=None
            Only a splitter that counts groups looks at them.

        Returns
        -------
        n_splits : int
        """
        if isinstance(self.cv, int | np.integer):
            return int(self.cv)
        return check_cv(self.cv).get_n_splits(X, y, groups)

    def get_metadata_routing(self):
        """Return the routing of `groups` to the splitter.

        Returns
        -------
        router : MetadataRouter
        """
        router = MetadataRouter(owner=self)
        if hasattr(self.cv, "get_metadata_routing"):
            mapping = MethodMapping().add(caller="split", callee="split")
            router.add(cv=self.cv, method_mapping=mapping)
        return router
