"""Checks on missing modalities, at fit and at predict."""

import warnings
from dataclasses import replace
from itertools import combinations

import numpy as np

from mmensemble.testing._data import (
    SIZES,
    answer,
    configure,
    ensure,
    ensure_proper,
    ensure_same,
    fit,
    holes,
    kind_of,
    make_case,
)


def _patterns():
    """Every non-empty part of the modalities, but all of them."""
    for size in range(1, len(SIZES)):
        yield from combinations(SIZES, size)


def _ensure_all_patterns(model, case, kind, when):
    for kept in [tuple(SIZES), *_patterns()]:
        X = case.hide([name for name in SIZES if name not in kept])
        X = X[X.notna().any(axis=1)]
        if len(X):
            message = f"{when}, rows with only {'+'.join(kept)}"
            ensure_proper(answer(model, X), kind, message)


def check_patterns_at_predict(estimator):
    """A model of complete rows serves rows with any part of the modalities."""
    kind = kind_of(estimator)
    case = make_case(kind)
    model = fit(configure(estimator, case), case)
    _ensure_all_patterns(model, case, kind, "fitted on complete rows")


def check_patterns_at_fit(estimator):
    """A model of rows with holes serves any row."""
    kind = kind_of(estimator)
    case = holes(make_case(kind))
    model = fit(configure(estimator, case), case)
    ensure_proper(answer(model, case.X), kind, "fitted on rows with holes")
    _ensure_all_patterns(model, case, kind, "fitted on rows with holes")


def check_disjoint_modalities(estimator):
    """No row need be complete: half has one modality, half the others; or each two."""
    kind = kind_of(estimator)
    case = make_case(kind)
    X = case.hide(["a"], slice(0, 33))
    X.iloc[33:, [X.columns.get_loc(c) for c in X if c[0] in "bc"]] = np.nan
    model = fit(configure(estimator, case), case, X)
    ensure_proper(answer(model, X), kind, "fitted without any complete row")
    ensure_proper(answer(model, case.X), kind, "complete rows, new at predict")
    overlapping = case
    for position, name in enumerate(SIZES):
        rows = np.arange(position, len(case.y), len(SIZES))
        overlapping = replace(overlapping, X=overlapping.hide([name], rows))
    model = fit(configure(estimator, case), overlapping)
    _ensure_all_patterns(model, case, kind, "fitted on rows of two modalities each")


def check_rows_with_nothing(estimator):
    """A row without any modality gets the training prior, and a warning."""
    kind = kind_of(estimator)
    case = make_case(kind)
    weight = np.linspace(1, 5, len(case.y))
    model = fit(configure(estimator, case), case, sample_weight=weight)
    X = case.hide(SIZES, slice(0, 3))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for method in ("predict_proba", "predict", "transform"):
            if hasattr(model, method):
                out = np.asarray(getattr(model, method)(X), dtype=float)
                break
    ensure(
        any("modalit" in str(w.message) for w in caught),
        "rows without any modality raise no warning",
    )
    out = out.reshape(len(X), -1)
    ensure_proper(out, kind, "rows without any modality")
    rest = answer(model, case.X)[3:]
    ensure_same(out[3:], rest, "rows with nothing change the others' answers")
    if kind == "transformer":
        return
    prior = np.average(case.y, weights=weight)
    expected = [1 - prior, prior] if kind == "classifier" else [prior]
    message = "rows without any modality don't get the (weighted) training prior"
    ensure_same(out[:3], np.tile(expected, (3, 1)), message)


def check_training_rows_with_nothing(estimator):
    """Training rows without any modality are left out, with a warning."""
    kind = kind_of(estimator)
    case = make_case(kind)
    X = case.hide(SIZES, slice(0, 4))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = configure(estimator, case).fit(X, case.y)
    ensure(
        any("modalit" in str(w.message) for w in caught),
        "training rows without any modality raise no warning",
    )
    ensure_proper(answer(model, case.X), kind, "with empty training rows")


def check_absent_from_class(estimator):
    """A modality may be absent from every row of one class."""
    kind = kind_of(estimator)
    case = make_case(kind)
    X = case.hide(["b"], np.flatnonzero(case.y > np.median(case.y)))
    model = fit(configure(estimator, case), case, X)
    _ensure_all_patterns(model, case, kind, "b absent from one class in training")


def check_absent_from_fold(estimator):
    """A modality may be absent from all training rows of a fold."""
    kind = kind_of(estimator)
    case = make_case(kind)
    n_samples = len(case.y)
    X = case.hide(["c"], slice(n_samples // 3, None))
    folds = np.array_split(np.arange(n_samples), 3)
    everyone = np.arange(n_samples)
    splits = [(np.setdiff1d(everyone, test), test) for test in folds]
    model = fit(configure(estimator, case, cv=splits), case, X)
    _ensure_all_patterns(model, case, kind, "c absent from a fold's training rows")


def check_absent_everywhere(estimator):
    """A modality may be absent from all training rows, and appear at predict."""
    kind = kind_of(estimator)
    case = make_case(kind)
    model = fit(configure(estimator, case), case, case.hide(["b"]))
    ensure_proper(answer(model, case.X), kind, "b absent from all training rows")
    ensure_same(
        answer(model, case.X),
        answer(model, case.hide(["b"])),
        "a modality that no training row has changes the answer",
    )


def check_rows_apart(estimator):
    """A row's answer does not depend on the rows beside it."""
    case = holes(make_case(kind_of(estimator)))
    model = fit(configure(estimator, case), case)
    together = answer(model, case.X)
    order = np.random.default_rng(0).permutation(len(case.X))
    message = "the answer for a row depends on the rows predicted with it"
    ensure_same(answer(model, case.X.iloc[order]), together[order], message)
    for row in range(3):
        alone = answer(model, case.X.iloc[[row]])
        ensure_same(alone, together[[row]], message)


PRESENCE_CHECKS = [
    check_patterns_at_predict,
    check_patterns_at_fit,
    check_disjoint_modalities,
    check_rows_with_nothing,
    check_training_rows_with_nothing,
    check_absent_from_class,
    check_absent_from_fold,
    check_absent_everywhere,
    check_rows_apart,
]
