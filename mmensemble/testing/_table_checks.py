"""Checks on tables: names, containers, and what belongs to the caller."""

from importlib.util import find_spec

import joblib
import numpy as np
from scipy import sparse
from sklearn.preprocessing import MaxAbsScaler
from sklearn.utils import get_tags

from mmensemble.testing._data import (
    SIZES,
    answer,
    configure,
    ensure,
    ensure_same,
    fit,
    holes,
    kind_of,
    make_case,
)


def check_columns_by_name(estimator):
    """Reordered and extra columns at predict change nothing."""
    case = make_case(kind_of(estimator))
    model = fit(configure(estimator, case), case)
    expected = answer(model, case.X)
    turned = case.X[case.X.columns[::-1]].copy()
    turned.insert(2, "stranger", 1.0)
    ensure_same(
        answer(model, turned),
        expected,
        "columns must be addressed by name: reordered and extra columns at predict "
        "change the answer",
    )


def check_missing_columns(estimator):
    """A column that a modality reads must be there, and is named if it is not."""
    case = make_case(kind_of(estimator))
    model = fit(configure(estimator, case), case)
    try:
        answer(model, case.X.drop(columns="b__1"))
    except ValueError as error:
        ensure("b__1" in str(error), f"the missing column is not named in: {error}")
    else:
        raise AssertionError("a missing column that is used raises no ValueError")


def check_unused_columns(estimator):
    """A column that no modality reads may be missing at predict."""
    case = make_case(kind_of(estimator))
    X = case.X.assign(stranger=1.0)
    model = fit(configure(estimator, case), case, X)
    ensure_same(
        answer(model, case.X),
        answer(model, X),
        "leaving out an unused column changes the answer",
    )


def check_containers(estimator):
    """Arrays, pandas and polars frames with the same numbers give the same answer."""
    case = holes(make_case(kind_of(estimator)))
    expected = answer(fit(configure(estimator, case), case), case.X)
    for name, table, modalities in _containers(case):
        model = configure(estimator, case, modalities=modalities)
        got = answer(fit(model, case, table), table)
        ensure_same(got, expected, f"a table as {name} gives another answer", 1e-6)


def _containers(case):
    stops = np.cumsum(list(SIZES.values()))
    positions = [
        (name, extractor, slice(int(stop) - SIZES[name], int(stop)))
        for (name, extractor, _), stop in zip(case.modalities, stops, strict=True)
    ]
    yield "numpy array", case.X.to_numpy(), positions
    yield "pandas frame with nullable dtypes", case.X.astype("Float64"), case.modalities
    turned = case.X.set_axis(np.arange(len(case.X))[::-1] * 3, axis=0)
    yield "pandas frame with another index", turned, case.modalities
    if find_spec("pyarrow") is not None:
        arrow = case.X.astype("double[pyarrow]")
        yield "pandas frame with Arrow dtypes", arrow, case.modalities
    if find_spec("polars") is None:
        return
    import polars

    columns = {name: polars.Series(case.X[name].to_numpy()) for name in case.X}
    yield "polars frame", polars.DataFrame(columns).fill_nan(None), case.modalities


def check_sparse(estimator):
    """A sparse table gives the answer of the dense one, where the tags say so."""
    case = make_case(kind_of(estimator))
    modalities, start = [], 0
    for name, size in SIZES.items():
        modalities.append((name, MaxAbsScaler(), slice(start, start + size)))
        start += size
    model = configure(estimator, case, modalities=modalities)
    if not get_tags(model).input_tags.sparse:
        return
    dense = case.X.to_numpy() * (np.abs(case.X.to_numpy()) > 0.5)
    expected = answer(fit(model, case, dense), dense)
    for make in (sparse.csr_matrix, sparse.csc_array):
        table = make(dense)
        got = answer(fit(model, case, table), table)
        message = f"a sparse table ({make.__name__}) gives another answer"
        ensure_same(got, expected, message, 1e-3, 1e-3)


def check_input_unchanged(estimator):
    """Neither fit nor predict changes the table, target, weights or parameters."""
    case = holes(make_case(kind_of(estimator)))
    X, y, weight = case.X.copy(), case.y.copy(), np.linspace(1, 2, len(case.y))
    model = configure(estimator, case)
    before = repr(model.get_params())
    answer(fit(model, case, sample_weight=weight), case.X)
    ensure(case.X.equals(X), "fit or predict changes the caller's table X")
    ensure(np.array_equal(case.y, y), "fit changes the caller's target y")
    unchanged = np.array_equal(weight, np.linspace(1, 2, len(y)))
    ensure(unchanged, "fit changes the caller's sample_weight")
    ensure(repr(model.get_params()) == before, "fit changes a parameter")


def check_read_only_input(estimator):
    """Read-only arrays are welcome at fit and predict."""
    case = holes(make_case(kind_of(estimator)))
    stops = np.cumsum(list(SIZES.values()))
    modalities = [
        (name, extractor, list(range(int(stop) - len(columns), int(stop))))
        for (name, extractor, columns), stop in zip(case.modalities, stops, strict=True)
    ]
    X, weight = case.X.to_numpy(), np.ones(len(case.y))
    y = case.y.copy()
    for array in (X, y, weight):
        array.flags.writeable = False
    model = configure(estimator, case, modalities=modalities)
    try:
        model.fit(X, y, sample_weight=weight)
        answer(model, X)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise AssertionError(
            f"fit or predict writes into its input: {error}"
        ) from error


def check_memory_mapped_input(estimator):
    """Workers that get read-only memory maps give the same answer."""
    case = make_case(kind_of(estimator))
    expected = answer(fit(configure(estimator, case), case), case.X)
    with joblib.parallel_config(backend="loky", max_nbytes=1):
        got = answer(fit(configure(estimator, case, n_jobs=2), case), case.X)
    ensure_same(got, expected, "work in processes gives another answer")


TABLE_CHECKS = [
    check_columns_by_name,
    check_missing_columns,
    check_unused_columns,
    check_containers,
    check_sparse,
    check_input_unchanged,
    check_read_only_input,
]
