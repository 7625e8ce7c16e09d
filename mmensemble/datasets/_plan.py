"""Parameters of the simulator, checked and brought into one shape."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

#: Names that the simulator needs for itself.
_RESERVED = ("shared", "context")


@dataclass(frozen=True)
class Plan:
    """What to simulate; every value by modality is a dict from its name."""

    n_samples: int
    task: str
    sizes: dict
    n_shared: int
    n_private: int
    shared_signal: dict
    private_signal: dict
    noise: dict
    copies: dict
    class_shares: np.ndarray | None
    class_sep: float
    target_noise: float
    n_groups: int | None
    row_dependent: bool

    @property
    def originals(self):
        """Names of the modalities that are no copies."""
        return [name for name in self.sizes if name not in self.copies]

    @property
    def eligible(self):
        """Names of the modalities whose private factors can tell the target."""
        signal = self.private_signal if self.n_private else {}
        return [name for name in self.originals if signal.get(name, 0) > 0]

    @property
    def factor_sets(self):
        """Number of factors of each set: the shared one, then each original's."""
        return {"shared": self.n_shared} | dict.fromkeys(self.originals, self.n_private)

    def bearing(self, name):
        """Return 1.0 for shared factors and those of `name`, 0.0 for the others."""
        own = ("shared", self.copies.get(name, name))
        flags = [np.full(k, float(s in own)) for s, k in self.factor_sets.items()]
        return np.concatenate(flags)


def make_plan(
    *,
    n_samples,
    n_features,
    task,
    n_classes,
    n_shared,
    n_private,
    shared_signal,
    private_signal,
    noise,
    redundancy,
    class_sep,
    weights,
    target_noise,
    n_groups,
    row_dependent,
):
    """Return the checked `Plan`; the parameters are those of the simulator."""
    check_choice("task", task, ("classification", "regression"))
    n_samples = check_count("n_samples", n_samples, 1)
    sizes = _sizes(n_features)
    shares = None
    if task == "classification":
        shares = _class_shares(check_count("n_classes", n_classes, 2), weights)
        _check_class_rows(n_samples, shares)
    plan = Plan(
        n_samples=n_samples,
        task=task,
        sizes=sizes,
        n_shared=check_count("n_shared", n_shared, 0),
        n_private=check_count("n_private", n_private, 0),
        shared_signal=by_modality("shared_signal", shared_signal, sizes),
        private_signal=by_modality("private_signal", private_signal, sizes),
        noise=by_modality("noise", noise, sizes),
        copies=_copies(redundancy, sizes),
        class_shares=shares,
        class_sep=_check_real("class_sep", class_sep),
        target_noise=_check_real("target_noise", target_noise),
        n_groups=_group_count(n_groups, n_samples),
        row_dependent=_check_switch("row_dependent", row_dependent),
    )
    _check_eligible(plan)
    return plan


def _group_count(n_groups, n_samples):
    if n_groups is not None and check_count("n_groups", n_groups, 2) > n_samples:
        raise ValueError(
            f"n_groups must not exceed n_samples={n_samples}, got {n_groups}."
        )
    return n_groups


def _check_eligible(plan):
    if plan.row_dependent and len(plan.eligible) < 2:
        raise ValueError(
            "row_dependent=True needs two or more modalities with private factors "
            f"and private_signal > 0 that are no copies, got {plan.eligible}. Raise "
            "n_private or private_signal, or shorten redundancy."
        )


def check_choice(name, value, choices):
    """Raise ValueError unless `value` is one of `choices`."""
    if value not in choices:
        options = " or ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be {options}, got {value!r}.")


def check_count(name, value, low):
    """Return `value`, a whole number of at least `low`; else raise ValueError."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < low:
        raise ValueError(f"{name} must be a whole number >= {low}, got {value!r}.")
    return int(value)


def _check_real(name, value):
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not 0 <= value < np.inf:
        raise ValueError(f"{name} must be a finite number >= 0, got {value!r}.")
    return float(value)


def by_modality(name, value, sizes):
    """Return a number, a sequence or a dict of numbers as a dict by modality."""
    if isinstance(value, dict):
        if set(value) != set(sizes):
            raise ValueError(
                f"{name} must name each modality, {list(sizes)}, got {list(value)}."
            )
        values = [value[modality] for modality in sizes]
    elif isinstance(value, list | tuple | np.ndarray):
        values = list(value)
        if len(values) != len(sizes):
            raise ValueError(
                f"{name} must hold one number for each of the {len(sizes)} "
                f"modalities, got {len(values)}. Give one number for all of them or "
                "a dict by name."
            )
    else:
        values = [value] * len(sizes)
    return {
        modality: _check_real(f"{name} of {modality!r}", one)
        for modality, one in zip(sizes, values, strict=True)
    }


def _sizes(n_features):
    if not isinstance(n_features, dict):
        if not isinstance(n_features, list | tuple | np.ndarray):
            raise ValueError(
                "n_features must be a sequence of counts or a dict of name to "
                f"count, got {n_features!r}."
            )
        n_features = {f"m{i}": size for i, size in enumerate(n_features, 1)}
    if not n_features:
        raise ValueError("n_features must name one modality or more, got none.")
    for name in n_features:
        _check_name(name)
    return {
        name: check_count(f"n_features of {name!r}", size, 1)
        for name, size in n_features.items()
    }


def _check_name(name):
    if not isinstance(name, str) or not name or "__" in name or name in _RESERVED:
        raise ValueError(
            "n_features must name modalities by non-empty strings without '__', "
            f"other than {' and '.join(map(repr, _RESERVED))}, got {name!r}."
        )


def _copies(redundancy, sizes):
    try:
        copies = dict(redundancy or {})
    except (TypeError, ValueError):
        raise ValueError(
            "redundancy must be a dict or a list of (copy, original) pairs, got "
            f"{redundancy!r}."
        ) from None
    for copy, original in copies.items():
        if copy not in sizes or original not in sizes:
            raise ValueError(
                f"redundancy must pair modalities of {list(sizes)}, got "
                f"{copy!r} of {original!r}."
            )
        if original in copies:
            raise ValueError(
                f"redundancy must not copy a copy, got {copy!r} of {original!r}. "
                "Name the original."
            )
        if sizes[copy] != sizes[original]:
            raise ValueError(
                f"redundancy needs equal n_features, got {sizes[copy]} for {copy!r} "
                f"and {sizes[original]} for {original!r}."
            )
    return copies


def _check_switch(name, value):
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False, got {value!r}.")
    return bool(value)


def _class_shares(n_classes, weights):
    if weights is None:
        return np.full(n_classes, 1 / n_classes)
    try:
        shares = np.asarray(weights, dtype=float)
    except (TypeError, ValueError):
        shares = np.empty(0)
    if shares.shape != (n_classes,):
        raise ValueError(
            f"weights must hold one number for each of the {n_classes} classes, got "
            f"{weights!r}."
        )
    if not np.all((shares > 0) & np.isfinite(shares)):
        raise ValueError(f"weights must be finite and positive, got {weights!r}.")
    return shares / shares.sum()


def class_counts(n_samples, shares):
    """Return how many rows each class gets: `shares` to the nearest row."""
    edges = np.round(np.cumsum(shares) * n_samples).astype(int)
    return np.diff(edges, prepend=0)


def _check_class_rows(n_samples, shares):
    counts = class_counts(n_samples, shares)
    if counts.min() < 1:
        raise ValueError(
            f"n_samples={n_samples} leaves class {counts.argmin()} without a row. "
            "Raise n_samples or the smallest of weights."
        )
