"""What every page says first: what is predicted, from what, and on which rows."""

from dataclasses import asdict, dataclass, field

import numpy as np

from mmensemble._digits import digits, percent
from mmensemble._validation import target_names
from mmensemble.ensemble._description import column_alerts

#: Classes and modalities that are named; the others are counted.
_MOST_NAMES = 6


@dataclass(frozen=True)
class Problem:
    """What is predicted, from which columns, on which rows.

    Parameters
    ----------
    target : str
        Name of the target, or of several with commas between; "" where it has none.
    n_rows : int
    columns : dict of str to int
        Columns by modality.
    classes : dict of str to int, default=None
        Rows by class; None for numbers.
    numbers : dict of str to float, default=None
        Mean, standard deviation, lowest and highest of the target; None for classes.
    n_groups : int, default=None
        Groups that folds keep together; None without.
    alerts : dict of str to str
        By column, what may spoil a score.
    """

    target: str
    n_rows: int
    columns: dict
    classes: dict | None = None
    numbers: dict | None = None
    n_groups: int | None = None
    alerts: dict = field(default_factory=dict)

    def sentences(self, n_folds=None):
        """Return the problem as sentences.

        Parameters
        ----------
        n_folds : int, default=None
            Folds of the cross-validation, where there was one.

        Returns
        -------
        sentences : tuple of str
        """
        return (
            f"Predicted: {self.target or 'the target (it came without a name)'}, "
            f"{self._kind()}.",
            f"Rows: {self._rows(n_folds)}.",
            f"Features: {self._features()}.",
        )

    def to_dict(self):
        """Return the problem as plain numbers and strings."""
        return asdict(self)

    def _kind(self):
        if self.classes is None:
            low, high = digits(self.numbers["lowest"]), digits(self.numbers["highest"])
            return (
                f"a number from {low} to {high} (mean {digits(self.numbers['mean'])}, "
                f"standard deviation {digits(self.numbers['std'])})"
            )
        ranked = sorted(self.classes.items(), key=lambda pair: -pair[1])
        shares = [
            f"{name} {percent(count / self.n_rows)} ({count:,} rows)"
            for name, count in ranked[:_MOST_NAMES]
        ]
        if len(ranked) > _MOST_NAMES:
            shares.append(f"{len(ranked) - _MOST_NAMES} rarer ones")
        kind = "class" if len(ranked) == 1 else "classes"
        return f"{len(ranked)} {kind}: {', '.join(shares)}"

    def _rows(self, n_folds):
        text = f"{self.n_rows:,}"
        if self.n_groups is not None:
            text += f" in {self.n_groups:,} groups, which folds keep together"
        if n_folds is not None:
            text += (
                f"; each is predicted by a model that was not fitted on it, in "
                f"{n_folds} folds"
            )
        return text

    def _features(self):
        sizes = list(self.columns.items())
        shown = [f"{name} {size:,}" for name, size in sizes[:_MOST_NAMES]]
        if len(sizes) > _MOST_NAMES:
            shown.append(f"{len(sizes) - _MOST_NAMES} more")
        kind = "modality" if len(sizes) == 1 else "modalities"
        return (
            f"{sum(self.columns.values()):,} columns in {len(sizes)} {kind} "
            f"({', '.join(shown)})"
        )


def problem_of(y, resolved, *, classifier, name="", groups=None, X=None):
    """Return the problem that a table and its target pose.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_targets)
    resolved : list of (name, extractor, columns)
    classifier : bool
        Whether `y` holds classes.
    name : str, default=""
        Of the target.
    groups : ndarray of shape (n_rows,), default=None
    X : table of shape (n_rows, n_columns), default=None
        Its columns are looked at for alerts.

    Returns
    -------
    problem : Problem
    """
    columns = {
        modality: len(own) if isinstance(own, list) else 1
        for modality, _, own in resolved
    }
    classes = numbers = None
    if classifier:
        labels, counts = np.unique(y, return_counts=True)
        classes = dict(zip(map(str, labels), counts.tolist(), strict=True))
    else:
        known = np.asarray(y, dtype=float)
        found = known.mean(), known.std(), known.min(), known.max()
        names = ("mean", "std", "lowest", "highest")
        numbers = dict(zip(names, map(float, found), strict=True))
    n_groups = None if groups is None else len(np.unique(groups))
    alerts = {}
    if X is not None:
        alerts = column_alerts(X, y, resolved, classifier=classifier)
    return Problem(name, len(y), columns, classes, numbers, n_groups, alerts)


def name_of_target(y):
    """Return the name of a target, or of several; "" where there is none.

    Parameters
    ----------
    y : array-like of shape (n_rows,) or (n_rows, n_targets)

    Examples
    --------
    >>> import pandas as pd
    >>> name_of_target(pd.Series([0, 1], name="late")), name_of_target([0, 1])
    ('late', '')
    """
    several = target_names(y)
    if several is not None:
        return ", ".join(map(str, several))
    columns = getattr(y, "columns", None)
    name = getattr(y, "name", None) if columns is None else next(iter(columns), None)
    return "" if name is None else str(name)
