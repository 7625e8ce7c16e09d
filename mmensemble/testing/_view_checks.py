"""Checks of a fusion alone, on views made for it."""

import pickle
from itertools import product

import numpy as np
from scipy import sparse
from scipy.special import expit
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble.fusion import FusionData, Member
from mmensemble.learners._task import make_task
from mmensemble.modality._blocks import Block
from mmensemble.testing._data import ensure, ensure_proper, ensure_same

_NAMES = ("a", "b", "c")
_NEEDS = {"predictions", "out of fold", "blocks", "concat member", "targets"}
_N_SAMPLES = 83  # a prime: no fitted array has this length by chance


def make_view(fusion, task, n_samples=_N_SAMPLES, seed=0, *, fitting=True):
    """Draw a view of three modalities, with what the fusion needs of it.

    Parameters
    ----------
    fusion : BaseFusion
    task : {"classification", "regression"}
    n_samples : int
    seed : int
    fitting : bool
        Whether targets are given; rows then lack modalities at random, else
        they run through every presence pattern.

    Returns
    -------
    data : FusionData
    """
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n_samples) % 2)
    presence = _draw_presence(n_samples, rng, fitting)
    classes = task == "classification"
    y = codes if classes else codes + rng.normal(size=n_samples)
    learner = LogisticRegression() if classes else Ridge()
    decides = "predictions" in fusion.needs
    members = _members(fusion) if decides else ()
    predicted = "out of fold" in fusion.needs if fitting else decides
    return FusionData(
        task=make_task(y, classifier=classes),
        modalities=_NAMES,
        presence=presence,
        members=members,
        predictions=_predictions(y, presence, members, rng) if predicted else None,
        blocks=_blocks(codes, presence, rng) if "blocks" in fusion.needs else None,
        y=y if fitting else None,
        learners=(("estimator", learner),),
        params={"estimator": {}, "final_estimator": {}},
    )


def _members(fusion):
    members = tuple(Member(name, j, "estimator") for j, name in enumerate(_NAMES))
    if "concat member" in fusion.needs:
        members += (Member("concat", None, "estimator"),)
    return members + tuple(Member(name, None, "fusion") for name, _ in fusion.joint)


def _draw_presence(n_samples, rng, fitting):
    if not fitting:
        patterns = np.array(list(product([True, False], repeat=3)))[:-1]
        return np.resize(patterns, (n_samples, 3))
    presence = rng.random((n_samples, 3)) < 0.75
    presence[np.arange(n_samples), rng.integers(0, 3, n_samples)] = True
    presence[:20] = True
    return presence


def _predictions(y, presence, members, rng):
    """Read-only predictions of members, as if they were out of fold."""
    known = np.column_stack([presence, presence.any(axis=1)])[:, : len(members)]
    scores = (y[:, None] + rng.normal(size=(len(y), 4)))[:, : len(members)]
    out = scores[..., None]
    if y.dtype.kind == "i":
        chance = expit(scores)
        out = np.stack([1 - chance, chance], axis=2)
    out = np.where(known[..., None], out, np.nan)
    out.flags.writeable = False
    return out


def _blocks(codes, presence, rng):
    values = rng.normal(size=(len(codes), 3, 2)) + codes[:, None, None]
    return tuple(
        Block(values[present, m], present, ("u", "v"))
        for m, present in enumerate(presence.T)
    )


def check_card(fusion):
    """Level, tasks, needs, reference and use are filled in."""
    levels = ("decision", "feature", "both")
    ensure(fusion.level in levels, f"level must be one of {levels}: {fusion.level!r}")
    known = {"classification", "regression"}
    tasks = set(fusion.tasks)
    ensure(tasks and tasks <= known, f"tasks must be out of {known}: {fusion.tasks!r}")
    needs = set(fusion.needs)
    ensure(needs and needs <= _NEEDS, f"needs must be out of {_NEEDS}: {needs!r}")
    for name in ("reference", "when"):
        text = getattr(fusion, name)
        ensure(isinstance(text, str) and text.strip(), f"{name!r} is empty")
    for name, columns in fusion.row_outputs.items():
        method = getattr(fusion, name, None)
        ensure(callable(method), f"row_outputs names {name!r}, which it has not")
        ensure(columns in ("members", "modalities", None), f"columns of {name!r}")


def check_parameters(fusion):
    """The constructor stores its arguments; clones are equal; all have constraints."""
    params = fusion.get_params(deep=False)
    values = {name: object() for name in params}
    made = type(fusion)(**values)
    for name, value in values.items():
        ensure(
            getattr(made, name, None) is value,
            f"the constructor changes or does not store the parameter {name!r}",
        )
    extra = set(vars(made)) - set(values)
    ensure(not extra, f"the constructor sets more than its parameters: {sorted(extra)}")
    copy = clone(fusion)
    ensure(repr(copy) == repr(fusion), "a clone has other parameters")
    copy.set_params(**params)
    for name, value in params.items():
        ensure(getattr(copy, name) is value, f"set_params does not set {name!r}")
    declared = set(getattr(fusion, "_parameter_constraints", {}))
    lacking = set(params) - declared
    ensure(not lacking, f"_parameter_constraints lacks {sorted(lacking)}")


def check_every_pattern(fusion):
    """Every row that has a modality gets finite predictions."""
    for task in fusion.tasks:
        kind = "classifier" if task == "classification" else "regressor"
        fitted = clone(fusion).fit(make_view(fusion, task))
        new = make_view(fusion, task, n_samples=21, seed=1, fitting=False)
        out = fitted.predict(new)
        ensure(
            out.shape == (21, new.task.n_outputs),
            f"predictions have shape {out.shape}, not {(21, new.task.n_outputs)}",
        )
        ensure_proper(out, kind, f"{task}, every presence pattern")


def check_rows_of_view(fusion):
    """A row's prediction does not depend on the rows beside it."""
    for task in fusion.tasks:
        fitted = clone(fusion).fit(make_view(fusion, task))
        new = make_view(fusion, task, n_samples=21, seed=1, fitting=False)
        together = fitted.predict(new)
        rows = np.array([13, 2, 2, 20])
        message = "the prediction of a row depends on the rows beside it"
        ensure_same(fitted.predict(new.take(rows)), together[rows], message)


def check_weights(fusion):
    """Weights of rows, where there are any, are non-negative, sum to one, and are
    zero for what is absent."""
    for name in {"row_weights", "modality_weights"} & set(fusion.row_outputs):
        for task in fusion.tasks:
            fitted = clone(fusion).fit(make_view(fusion, task))
            new = make_view(fusion, task, n_samples=21, seed=1, fitting=False)
            weights = getattr(fitted, name)(new)
            words = name.replace("_", " ")
            ensure((weights >= 0).all(), f"{words} below zero")
            ensure(np.allclose(weights.sum(axis=1), 1), f"{words} don't sum to one")
            owners = [member.modality for member in new.members]
            owners = owners if name == "row_weights" else range(new.presence.shape[1])
            for position, owner in enumerate(owners):
                absent = ~new.presence[:, owner] if owner is not None else []
                ensure(
                    (weights[absent, position] == 0).all(),
                    "an absent modality has a weight",
                )


def check_keeps_no_rows(fusion):
    """Nothing fitted has one entry a training row, unless the fusion says so."""
    if fusion.keeps_rows:
        return
    for task in fusion.tasks:
        fitted = clone(fusion).fit(make_view(fusion, task))
        for path, length in _lengths(vars(fitted), "", set()):
            ensure(length != _N_SAMPLES, f"the fitted attribute {path} keeps rows")


def _lengths(value, path, seen):
    """Yield (path, length) of every array within a fitted object."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, np.ndarray) or sparse.issparse(value):
        for length in value.shape:
            yield path, length
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _lengths(part, f"{path}.{key}", seen)
    elif isinstance(value, list | tuple | set):
        if len(value) == _N_SAMPLES:
            yield path, len(value)
        for part in value:
            yield from _lengths(part, f"{path}[]", seen)
    elif isinstance(value, BaseEstimator) or hasattr(value, "__dataclass_fields__"):
        yield from _lengths(vars(value), path, seen)


def check_repeated_fit(fusion):
    """A second fit on the same view gives the same; parameters stay; views too."""
    for task in fusion.tasks:
        data, other = make_view(fusion, task), clone(fusion)
        new = make_view(fusion, task, n_samples=21, seed=1, fitting=False)
        before = repr(other)
        try:
            first = other.fit(data).predict(new)
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            raise AssertionError(f"it writes into the view: {error}") from error
        ensure(repr(other) == before, "fit changes a parameter")
        again = other.fit(data).predict(new)
        ensure_same(again, first, "a second fit on the same view differs")
        smaller = make_view(fusion, task, n_samples=41, seed=3)
        fresh = clone(fusion).fit(smaller).predict(new)
        message = "a second fit depends on the first"
        ensure_same(other.fit(smaller).predict(new), fresh, message)


def check_pickled_fusion(fusion):
    """A pickled fusion predicts as before."""
    for task in fusion.tasks:
        fitted = clone(fusion).fit(make_view(fusion, task))
        new = make_view(fusion, task, n_samples=21, seed=1, fitting=False)
        again = pickle.loads(pickle.dumps(fitted))
        ensure_same(again.predict(new), fitted.predict(new), "pickled, it differs")


VIEW_CHECKS = [
    check_card,
    check_parameters,
    check_every_pattern,
    check_rows_of_view,
    check_weights,
    check_keeps_no_rows,
    check_repeated_fit,
    check_pickled_fusion,
]
