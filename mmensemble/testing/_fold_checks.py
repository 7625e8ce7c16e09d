"""Checks on folds that differ: in the classes, and in the columns, that they hold."""

from dataclasses import replace

import numpy as np
from sklearn.model_selection import TimeSeriesSplit

from mmensemble.analysis import CorrelationPruner
from mmensemble.testing._data import (
    answer,
    configure,
    ensure,
    ensure_proper,
    ensure_same,
    fit,
    kind_of,
    make_case,
)


def _thirds(n_samples):
    """Return splits that leave out each third of the rows, in their order."""
    everyone = np.arange(n_samples)
    tests = np.array_split(everyone, 3)
    return [(np.setdiff1d(everyone, test), test) for test in tests]


def _with_late_class(kind):
    """Return a case whose last rows alone are of a third class, far from the others.

    Also where these rows begin.
    """
    case = make_case(kind)
    start = len(case.y) - 12
    X, y = case.X.copy(), case.y.copy()
    X.iloc[start:] += 4.0
    y[start:] = 2
    return replace(case, X=X, y=y), start


def _ensure_knows_late_class(model, case, start, kind, message):
    """What is learnt from no out-of-fold predictions knows the class, too."""
    out = answer(model, case.X)
    ensure_proper(out, kind, message)
    if kind != "classifier":
        return
    ensure(out.shape[1] == 3, f"{message}: {out.shape[1]} classes, not 3")
    if model.members == "refit" and "out of fold" not in model.fusion_.needs:
        late = out[:, 2]
        ensure(
            late[start:].mean() > late[:start].mean(),
            f"{message}: a class that a fold lacks is not predicted where it is",
        )


def check_class_absent_from_fold(estimator):
    """A class may be absent from the training rows of a fold."""
    kind = kind_of(estimator)
    if kind == "regressor":
        return
    case, start = _with_late_class(kind)
    model = fit(configure(estimator, case, cv=_thirds(len(case.y))), case)
    message = "a class absent from a fold's training rows"
    _ensure_knows_late_class(model, case, start, kind, message)


def check_late_label(estimator):
    """The last test fold of an order in time may bring a label that is new."""
    kind = kind_of(estimator)
    if kind == "regressor":
        return
    case, start = _with_late_class(kind)
    model = fit(configure(estimator, case, cv=TimeSeriesSplit(4, test_size=12)), case)
    message = "a label that the last test fold alone holds"
    _ensure_knows_late_class(model, case, start, kind, message)


def check_fold_of_one_class(estimator):
    """A fold may train on rows of one class."""
    kind = kind_of(estimator)
    if kind == "regressor":
        return
    case = make_case(kind)
    half = np.array_split(np.argsort(case.y, kind="stable"), 2)
    # one of the second class stays among the rows of the first
    one, rest = half[0][1:], np.append(half[1], half[0][0])
    model = configure(estimator, case, cv=[(one, rest), (rest, one)])
    try:
        model = fit(model, case)
    except ValueError as error:
        raise AssertionError(f"a fold of one class stops the fit: {error}") from error
    ensure_proper(answer(model, case.X), kind, "a fold that trains on one class")


def check_one_class(estimator):
    """Rows of one class are refused in words."""
    kind = kind_of(estimator)
    if kind != "classifier":
        return
    case = make_case(kind)
    try:
        fit(configure(estimator, case), replace(case, y=np.zeros(len(case.y))))
    except ValueError as error:
        ensure("class" in str(error), f"one class is not named in: {error}")
    else:
        raise AssertionError("rows of one class raise no ValueError")


def check_folds_pruned_apart(estimator):
    """A pruner near its threshold may leave a column in one fold and not in another."""
    kind = kind_of(estimator)
    case = make_case(kind)
    rng = np.random.default_rng(2)
    twin = case.X["a__0"] + 0.4 * rng.normal(size=len(case.y))
    case = replace(case, X=case.X.assign(b__0=twin))
    folds = _thirds(len(case.y))
    strengths = [
        np.corrcoef(case.X.iloc[train][["a__0", "b__0"]].T)[0, 1] for train, _ in folds
    ]
    pruner = CorrelationPruner(
        level="feature", threshold=float(np.median(strengths)) - 1e-6, keep="first"
    )
    for (train, test), strength in zip(folds, strengths, strict=True):
        part = replace(case, X=case.X.iloc[train], y=case.y[train])
        model = fit(configure(estimator, part, pruner=pruner), part)
        message = "a fold whose pruner leaves other columns"
        expected = answer(model, case.X.iloc[test])
        ensure_proper(expected, kind, message)
        if strength >= pruner.threshold:
            other = case.X.iloc[test].assign(b__0=-1e3)
            message = "a column that the pruner has dropped changes the answer"
            ensure_same(answer(model, other), expected, message)


FOLD_CHECKS = [
    check_class_absent_from_fold,
    check_late_label,
    check_fold_of_one_class,
    check_one_class,
    check_folds_pruned_apart,
]
