"""Checks on scikit-learn's contract where an estimator holds modalities."""

import pickle

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

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


def check_constructor(estimator):
    """The constructor stores what it is given, unchanged, and nothing else."""
    values = {name: object() for name in estimator.get_params(deep=False)}
    made = type(estimator)(**values)
    for name, value in values.items():
        ensure(
            getattr(made, name, None) is value,
            f"the constructor changes or does not store the parameter {name!r}",
        )
    extra = set(vars(made)) - set(values)
    ensure(not extra, f"the constructor sets more than its parameters: {sorted(extra)}")


def check_clone(estimator):
    """A clone of a fitted one keeps its parameters and nothing of the fit."""
    case = make_case(kind_of(estimator))
    model = fit(configure(estimator, case), case)
    copy = clone(model)
    ensure(
        repr(copy.get_params()) == repr(model.get_params()),
        "a clone has other parameters",
    )
    kept = set(vars(copy)) - set(vars(type(model)(**model.get_params(deep=False))))
    ensure(not kept, f"a clone keeps fitted attributes: {sorted(kept)}")
    try:
        check_is_fitted(copy)
    except NotFittedError:
        pass
    else:
        raise AssertionError("a clone counts as fitted")
    expected = answer(model, case.X)
    ensure_same(answer(fit(copy, case), case.X), expected, "a clone fits another model")


def check_nested_parameters(estimator):
    """Modalities are reached and replaced by name, and dropped by "drop"."""
    case = make_case(kind_of(estimator))
    model = configure(estimator, case)
    params = model.get_params()
    for name in ("a", "a__with_mean"):
        ensure(name in params, f"get_params lacks {name!r}")
    model.set_params(a__with_mean=False)
    ensure(
        model.get_params()["a"].with_mean is False,
        "set_params(a__with_mean=False) does not reach the extractor",
    )
    model.set_params(a__with_mean=True, c="drop")
    dropped = answer(fit(model, case), case.X)
    rest = configure(estimator, case, modalities=case.modalities[:2])
    expected = answer(fit(rest, case), case.X)
    message = 'set_params(c="drop") is not the model without modality c'
    ensure_same(dropped, expected, message)


def check_modality_names(estimator):
    """Names that are taken, repeated or hold "__" are refused."""
    case = make_case(kind_of(estimator))
    _, extractor, columns = case.modalities[0]
    for name in ("n_jobs", "a__b", "b"):
        modalities = [(name, extractor, columns), *case.modalities[1:]]
        try:
            fit(configure(estimator, case).set_params(modalities=modalities), case)
        except ValueError:
            continue
        raise AssertionError(f"the modality name {name!r} is not refused")


def check_pickle(estimator):
    """A pickled model answers as before."""
    case = make_case(kind_of(estimator))
    model = fit(configure(estimator, case), case)
    again = pickle.loads(pickle.dumps(model))
    message = "a pickled model gives another answer"
    ensure_same(answer(again, case.X), answer(model, case.X), message)


def check_labels(estimator):
    """Labels may be strings, booleans or unsorted numbers."""
    if kind_of(estimator) != "classifier":
        return
    case = make_case("classifier")
    model = configure(estimator, case)
    expected = answer(fit(model, case), case.X)
    kinds = {
        "strings": np.array(["no", "yes"]),
        "objects": np.array(["no", "yes"], dtype=object),
        "booleans": np.array([False, True]),
        "numbers": np.array([-3, 40]),
    }
    for name, labels in kinds.items():
        model.fit(case.X, labels[case.y])
        ensure(
            np.array_equal(model.classes_, labels), f"{name}: classes_ is not sorted"
        )
        ensure_same(answer(model, case.X), expected, f"labels as {name}")
        predicted = model.predict(case.X)
        ensure(
            np.array_equal(predicted, labels[expected.argmax(axis=1)]),
            f"labels as {name}: predict is not the likeliest of classes_",
        )


def check_many_classes(estimator):
    """Three classes, one of them too rare to be in every fold."""
    if kind_of(estimator) != "classifier":
        return
    case = make_case("classifier")
    y = case.y.copy()
    y[:2] = 2
    model = configure(estimator, case, cv=_rare_splits(len(y)))
    model.fit(case.X, y)
    out = answer(model, case.X)
    ensure(out.shape == (len(y), 3), "probabilities lack a column for a rare class")
    ensure_proper(out, "classifier", "with a class that a fold lacks")


def _rare_splits(n_samples):
    everyone, first = np.arange(n_samples), np.arange(n_samples // 2)
    rest = np.setdiff1d(everyone, first)
    return [(rest, first), (first, rest)]


def check_several_targets(estimator):
    """Several targets, where the tags say so, in one array."""
    if not get_tags(estimator).target_tags.multi_output:
        return
    if kind_of(estimator) != "regressor":
        return
    case = make_case("regressor")
    y = np.column_stack([case.y, -case.y, np.arange(len(case.y))])
    model = configure(estimator, case).fit(case.X, y)
    out = model.predict(case.X)
    ensure(out.shape == y.shape, f"3 targets give predictions of shape {out.shape}")
    ensure_proper(out, "regressor", "3 targets")
    single = model.fit(case.X, case.y).predict(case.X)
    ensure(single.ndim == 1, "a 1-D target gives predictions that are not 1-D")


def check_feature_names_out(estimator):
    """Names of the fused features are unique, one a column, and reach frames."""
    if kind_of(estimator) != "transformer":
        return
    case = make_case("transformer")
    model = fit(configure(estimator, case), case)
    names = list(model.get_feature_names_out())
    width = model.transform(case.X).shape[1]
    ensure(len(names) == width, f"{len(names)} names for {width} fused features")
    ensure(len(set(names)) == width, "names of fused features are not unique")
    frame = model.set_output(transform="pandas").transform(case.X)
    ensure(list(frame.columns) == names, "set_output gives other names")
    ensure(frame.index.equals(case.X.index), "set_output loses the index")


CONTRACT_CHECKS = [
    check_constructor,
    check_clone,
    check_nested_parameters,
    check_modality_names,
    check_pickle,
    check_labels,
    check_many_classes,
    check_several_targets,
    check_feature_names_out,
]
