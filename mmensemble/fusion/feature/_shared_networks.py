"""Shared spaces of networks: their targets, and loss weights chosen by folds."""

from dataclasses import replace

import numpy as np

from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble.fusion._heads import tuning_folds
from mmensemble.fusion._warm_start import check_learnt, unlike
from mmensemble.fusion._weights import target_matrix
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._task import outputs
from mmensemble.numerics._penalty_search import choose_by_folds
from mmensemble.representation._code_net import LossWeights
from mmensemble.representation._network_space import NetworkOptions, NetworkSpace
from mmensemble.representation._reconstruction import coalition_errors

#: Weights that are compared, the least first. What is no help by more than the
#: error of the comparison is left out, but for the targets' loss.
_CANDIDATES = {
    "supervised": (0.0, 0.3, 1.0, 3.0),
    "align": (0.0, 0.03, 0.3),
    "pair_loss": (0.0, 0.1, 1.0),
    "adversary": (0.0, 0.1, 1.0),
}
#: Where networks may start: at codes of other rows, which stay or are trained on, or
#: at the linear model of these rows.
_STARTS = ("kept", "tuned", "cold")
#: Folds of the comparison, and rows beyond which it takes a part of them.
_FOLDS, _SEARCH_ROWS = 3, 2_000
_LEAST_CHANCE = 1e-12


def fit_network_space(fusion, data):
    """Return the fitted space of a fusion whose method is a network.

    Parameters
    ----------
    fusion : SharedSpaceFusion
    data : FusionData
        Rows that have a modality and a weight above zero.

    Returns
    -------
    space : NetworkSpace
    """
    weights = LossWeights(
        **{
            name: 0.0 if value == "cv" else float(value)
            for name, value in _given(fusion).items()
        },
        beta=float(fusion.beta),
    )
    for name, value in _given(fusion).items():
        if value == "cv":
            search = _Search(fusion, data, weights, name)
            weights = replace(weights, **{name: search.choose()})
    start = "cold"
    if fusion.warm_start_from is not None:
        check_origin(fusion, data)
        start = _Search(fusion, data, weights, "start").choose()
    return make_space(fusion, data, weights, start)


def _given(fusion):
    """Return the weights of the losses as given, by name."""
    return {name: getattr(fusion, name) for name in _CANDIDATES}


def check_origin(fusion, data):
    """Raise where networks cannot start from those of other rows.

    Parameters
    ----------
    fusion : SharedSpaceFusion
        Whose `warm_start_from` is given.
    data : FusionData

    Raises
    ------
    ValueError
        For what is no space of networks, or one of other columns or sizes.
    """
    origin, name = fusion.warm_start_from, type(fusion).__name__
    check_learnt(name, origin, NetworkSpace, "space_")
    own = _columns(data)
    for what, before, now in (
        ("modalities", list(origin.columns_), list(own)),
        ("method", origin.method, fusion.method),
        ("hidden", origin.net_.hidden, fusion.hidden),
        (
            "n_components",
            origin.n_components_,
            fusion.n_components or origin.n_components_,
        ),
        *((f"columns of {m!r}", origin.columns_.get(m), own[m]) for m in own),
    ):
        if before != now:
            raise unlike(name, "space", what, _short(before), _short(now))


def _columns(data):
    names = (block.names for block in data.blocks)
    return {m: tuple(own) for m, own in zip(data.modalities, names, strict=True)}


def _short(value):
    """Return columns as their number and the first of them, others as they are."""
    if not isinstance(value, tuple):
        return repr(value)
    return f"{len(value)} ({', '.join(value[:3])}{', ...' * (len(value) > 3)})"


def make_space(fusion, data, weights, start="cold"):
    """Return a space fitted on some rows with some weights of the losses.

    Parameters
    ----------
    fusion : SharedSpaceFusion
    data : FusionData
    weights : LossWeights
    start : {"cold", "tuned", "kept"}, default="cold"
        Whether the networks start from those of `warm_start_from`, and whether they
        are trained on from there.
    """
    options = NetworkOptions(
        fusion.hidden,
        fusion.noise,
        weights,
        fusion.max_iter,
        fusion.batch_size,
        fusion.tol,
    )
    targets, classes = None, True
    if weights.supervised:
        targets, classes = unit_targets(data), data.task.is_classification
    space = NetworkSpace(
        fusion.method,
        fusion.n_components,
        options=options,
        seed=seed_for(data.seed, "space"),
    ).fit(
        [block.values for block in data.blocks],
        data.presence,
        data.sample_weight,
        targets,
        classes=classes,
        origin=None if start == "cold" else fusion.warm_start_from,
        tuned=start != "kept",
    )
    space.columns_, space.start_ = _columns(data), start
    return space


def unit_targets(data):
    """Return indicators of the classes, or values in units of their deviation.

    Parameters
    ----------
    data : FusionData

    Returns
    -------
    targets : ndarray of shape (n_samples, n_outputs)
    """
    targets = target_matrix(data.y, data.task)
    if data.task.is_classification:
        return targets
    weight = data.sample_weight
    middle = np.average(targets, axis=0, weights=weight)
    spread = np.sqrt(np.average((targets - middle) ** 2, axis=0, weights=weight))
    return (targets - middle) / np.where(spread > 0, spread, 1.0)


class _Search:
    """Compare weights of one loss, or starts, by what codes of held-out rows are for.

    That is the loss of a linear learner of the targets on the codes, where there
    are targets, and else the error of rebuilding all modalities from all and from
    each.

    Parameters
    ----------
    fusion : SharedSpaceFusion
    data : FusionData
    weights : LossWeights
        Of the other losses.
    name : str
        Of the loss, or "start".
    """

    def __init__(self, fusion, data, weights, name):
        self.fusion, self.data, self.weights, self.name = fusion, data, weights, name

    def choose(self):
        """Return the weight."""
        data = self.data
        candidates = _STARTS if self.name == "start" else _CANDIDATES[self.name]
        weight = data.sample_weight
        return choose_by_folds(
            candidates,
            self._splits(),
            self._fit,
            self._losses,
            np.ones(data.n_samples) if weight is None else weight,
            groups=data.groups,
            one_error=self.name != "supervised",
            patience=len(candidates),
        )

    def _splits(self):
        data = self.data
        if data.task is not None:
            splits = tuning_folds(data, n_splits=_FOLDS)
        else:
            rows = np.zeros(data.n_samples)
            splits = inner_folds(
                rows, classifier=False, groups=data.groups, n_splits=_FOLDS
            )
        if data.n_samples <= _SEARCH_ROWS:
            return splits
        rng = np.random.default_rng(seed_for(data.seed, "search"))
        kept = rng.permutation(data.n_samples) < _SEARCH_ROWS
        return [(train[kept[train]], test[kept[test]]) for train, test in splits]

    def _fit(self, rows, candidate, before):
        """Return a space fitted on some rows, and a learner on its codes."""
        data = self.data.take(rows)
        if self.name == "start":
            space = make_space(self.fusion, data, self.weights, candidate)
        else:
            weights = replace(self.weights, **{self.name: candidate})
            space = make_space(self.fusion, data, weights)
        if data.task is None or not space.n_components_:
            return space, None
        classes = data.task.is_classification
        learner = AutoLinearClassifier() if classes else AutoLinearRegressor()
        codes = space.place(_reduced(space, data), data.presence)
        return space, learner.fit(codes, data.y, sample_weight=data.sample_weight)

    def _losses(self, fitted, rows):
        space, learner = fitted
        data = self.data.take(rows)
        matrix = _reduced(space, data)
        if learner is None:
            return np.nan_to_num(coalition_errors(space, matrix, data.presence))
        said = outputs(learner, space.place(matrix, data.presence), data.task)
        wanted = target_matrix(data.y, data.task)
        if not data.task.is_classification:
            return ((said - wanted) ** 2).sum(axis=1)
        return -np.log(np.maximum((said * wanted).sum(axis=1), _LEAST_CHANCE))


def _reduced(space, data):
    return space.reduce([block.values for block in data.blocks], data.presence)
