"""Simulated modalities with shared and private factors that are known."""

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.utils import Bunch

from mmensemble._seeds import draw_root, seed_for
from mmensemble.datasets._base import list_modalities
from mmensemble.datasets._oracle import best_prediction, relevance
from mmensemble.datasets._plan import class_counts, make_plan
from mmensemble.datasets._presence import draw_presence

#: Correlation of what is drawn for two rows of one group.
_GROUP_CORRELATION = 0.5

#: Standard deviation of the noise on the columns of the context.
_CONTEXT_NOISE = 0.1


def make_multimodal(
    n_samples=300,
    *,
    n_features=(10, 10, 10),
    task="classification",
    n_classes=2,
    n_shared=2,
    n_private=2,
    shared_signal=1.0,
    private_signal=1.0,
    noise=1.0,
    redundancy=None,
    class_sep=0.5,
    weights=None,
    target_noise=0.5,
    missing=None,
    missing_mechanism="random",
    n_groups=None,
    row_dependent=False,
    random_state=None,
):
    """Make modalities from shared and private factors that are known.

    A row has shared factors `s`, which all modalities show, and private factors
    `z_m`, which only modality `m` shows. Its columns in modality `m` are::

        x_m = A_m s + B_m z_m + noise_m e_m

    with standard normal `e_m`. Loadings are drawn once: those of `A_m` with
    variance ``shared_signal_m**2 / n_shared``, those of `B_m` with variance
    ``private_signal_m**2 / n_private``. A modality with both signals 0 is noise.

    Regression: all factors are standard normal and::

        y = g_0 sum(s) / sqrt(n_shared)
            + sum over m of g_m sum(z_m) / sqrt(n_private) + target_noise e

    with ``g_m = private_signal_m`` and ``g_0`` the largest shared signal.
    Classification: given the class, the factors are normal with unit variance
    and means ``class_sep * g * d``, where `d` is drawn once for each class and
    each set of factors, sums to zero over the classes and has a mean squared
    length of 1.

    Parameters
    ----------
    n_samples : int, default=300
        Number of rows.
    n_features : sequence of int or dict of str to int, default=(10, 10, 10)
        Columns of each modality. Without names they are called m1, m2, ...
    task : {"classification", "regression"}, default="classification"
        Kind of target.
    n_classes : int, default=2
        Number of classes, labelled 0, 1, ... Not used for a regression.
    n_shared : int, default=2
        Number of factors that all modalities show.
    n_private : int, default=2
        Number of factors that each modality alone shows.
    shared_signal : float, sequence or dict of float, default=1.0
        How strongly shared factors show, for all modalities or by modality.
    private_signal : float, sequence or dict of float, default=1.0
        How strongly private factors show and bear on the target.
    noise : float, sequence or dict of float, default=1.0
        Standard deviation of the noise of the columns.
    redundancy : dict or list of pairs of str, default=None
        ``{copy: original}``: the columns of the copy are those of the original,
        noise included, plus the copy's own noise. Signals of a copy are not used.
    class_sep : float, default=0.5
        Distance of the class means. Not used for a regression.
    weights : array-like of shape (n_classes,), default=None
        Shares of the classes; None for equal shares. Not used for a regression.
    target_noise : float, default=0.5
        Standard deviation of the noise of a regression target.
    missing : None, "blocks", float, sequence or dict of float, default=None
        Share of the rows that lack each modality; no row lacks all. With
        "blocks", rows come in equal cohorts: one complete, then one without each
        modality.
    missing_mechanism : {"random", "target"}, default="random"
        With "target", rows of a high target lack a modality more often, the
        highest with 8 times the weight of the lowest. Not used for blocks.
    n_groups : int, default=None
        Number of groups that rows come in. Factors and noise of two rows of one
        group correlate with 0.5 (given the class), so that folds which share
        groups flatter.
    row_dependent : bool, default=False
        In each row only one modality's private factors bear on the target. The
        extra modality "context" shows which one; it says nothing else.
    random_state : int, RandomState instance or None, default=None
        Seed. Each loading, factor and noise has its own stream: with the same
        int, another `n_samples`, `missing` or additional modality leaves the
        loadings as they are.

    Returns
    -------
    data : Bunch
        ``data`` (frame, columns named ``modality__x0``), ``target``,
        ``modalities``, ``groups``, ``time`` (None), ``task``, ``metric``,
        ``splitter``, ``feature_names``, ``target_names``, ``DESCR`` and ``truth``,
        a Bunch of

        - ``factors``: frame of shape (n_samples, n_factors);
        - ``loadings``: frame of shape (n_columns, n_factors), so that given the
          class ``loadings[m1] @ loadings[m2].T`` is the covariance between m1
          and m2 (for a copy and its original, add ``noise**2`` of the original
          to equal columns);
        - ``noise``: Series by modality; ``redundancy``: dict of the copies;
        - ``coef``: Series by factor (regression), ``class_means``: frame of
          shape (n_classes, n_factors) (classification); the other one is None;
        - ``relevance``: Series, what each modality tells by itself: R2 of the
          best prediction, or mean squared Mahalanobis distance of the class
          means from their centre; with `row_dependent`, the private factors of
          the others are left out of the target;
        - ``active``: Series, the modality that the context chooses, or None;
        - ``presence``: bool frame of shape (n_samples, n_modalities);
        - ``oracle``: Bayes-optimal prediction of each row from what it alone
          shows (Series of means, or frame of probabilities by class). It takes
          no notice of other rows of the group nor of why a modality is missing.

    Raises
    ------
    ValueError
        If a parameter is out of range or does not fit another.

    Examples
    --------
    >>> from mmensemble.datasets import make_multimodal
    >>> bunch = make_multimodal(n_features={"genes": 20, "scan": 5}, random_state=0)
    >>> bunch.data.shape
    (300, 25)
    >>> [name for name, _, _ in bunch.modalities]
    ['genes', 'scan']
    """
    plan = make_plan(
        n_samples=n_samples,
        n_features=n_features,
        task=task,
        n_classes=n_classes,
        n_shared=n_shared,
        n_private=n_private,
        shared_signal=shared_signal,
        private_signal=private_signal,
        noise=noise,
        redundancy=redundancy,
        class_sep=class_sep,
        weights=weights,
        target_noise=target_noise,
        n_groups=n_groups,
        row_dependent=row_dependent,
    )
    streams = _Streams(plan, draw_root(random_state))
    world = _draw_rows(plan, streams)
    world.presence = draw_presence(
        missing, missing_mechanism, plan.sizes, world.target, streams["missing"]
    )
    return _bunch(plan, world, streams)


class _Streams:
    """Random streams by name, and normal draws that know the groups."""

    def __init__(self, plan, root):
        self.root = root
        self.n_samples = plan.n_samples
        self.n_groups = plan.n_groups
        self.groups = None
        if plan.n_groups is not None:
            self.groups = np.sort(np.arange(plan.n_samples) % plan.n_groups)

    def __getitem__(self, names):
        names = (names,) if isinstance(names, str) else names
        return np.random.RandomState(seed_for(self.root, *names))

    def normal(self, names, n_columns):
        """Draw standard normal columns, correlated within groups."""
        rng = self[names]
        own = rng.standard_normal((self.n_samples, n_columns))
        if self.groups is None:
            return own
        common = rng.standard_normal((self.n_groups, n_columns))[self.groups]
        rho = _GROUP_CORRELATION
        return np.sqrt(1 - rho) * own + np.sqrt(rho) * common


def _draw_rows(plan, streams):
    """Draw loadings, target, factors and complete blocks."""
    world = Bunch(active=None)
    world.loadings = {name: _loadings(name, plan, streams) for name in plan.sizes}
    world.effect = _effect(plan, streams)
    if plan.row_dependent:
        world.active = streams["context"].choice(plan.eligible, plan.n_samples)
    world.masks = _masks(plan, world.active)
    world.factors = np.hstack(
        [
            streams.normal(("factors", name), n_factors)
            for name, n_factors in plan.factor_sets.items()
        ]
    )
    if plan.task == "regression":
        world.target = (world.factors * world.masks) @ world.effect
        noise = streams.normal("target", 1)[:, 0]
        world.target = world.target + plan.target_noise * noise
    else:
        counts = class_counts(plan.n_samples, plan.class_shares)
        labels = np.repeat(np.arange(len(counts)), counts)
        world.target = streams["target"].permutation(labels)
        world.factors = world.factors + world.effect[world.target] * world.masks
    world.blocks = _blocks(plan, world, streams)
    return world


def _loadings(name, plan, streams):
    """Draw the loadings of one modality on all factors; a copy has its original's."""
    name = plan.copies.get(name, name)
    signals = {"shared": plan.shared_signal[name], name: plan.private_signal[name]}
    parts = []
    for factor_set, n_factors in plan.factor_sets.items():
        part = np.zeros((plan.sizes[name], n_factors))
        if n_factors and factor_set in signals:
            rng = streams["loadings", name, factor_set]
            scale = signals[factor_set] / np.sqrt(n_factors)
            part = scale * rng.standard_normal(part.shape)
        parts.append(part)
    return np.hstack(parts)


def _effect(plan, streams):
    """Return the coefficients of the target, or the factor means by class."""
    strongest = max(plan.shared_signal[name] for name in plan.originals)
    gains = {"shared": strongest} | plan.private_signal
    if plan.task == "regression":
        parts = [
            np.full(k, gains[name] / np.sqrt(max(k, 1)))
            for name, k in plan.factor_sets.items()
        ]
        return np.concatenate(parts)
    n_classes = len(plan.class_shares)
    parts = [
        plan.class_sep * gains[name] * _directions(n_classes, k, streams["means", name])
        for name, k in plan.factor_sets.items()
    ]
    return np.hstack(parts)


def _directions(n_classes, n_factors, rng):
    """Draw class means that sum to zero and have a mean squared length of 1."""
    means = rng.standard_normal((n_classes, n_factors))
    means -= means.mean(axis=0)
    length = np.sqrt((means**2).sum(axis=1).mean())
    return means / length if n_factors else means


def _masks(plan, active):
    """Return which factors bear on the target of each row, as 0 and 1."""
    if active is None:
        return np.ones((plan.n_samples, sum(plan.factor_sets.values())))
    bearing = {name: plan.bearing(name) for name in plan.eligible}
    return np.array([bearing[name] for name in active])


def _blocks(plan, world, streams):
    """Return the complete columns of each modality; originals before copies."""
    blocks = {}
    for name in sorted(plan.sizes, key=plan.copies.__contains__):
        noise = plan.noise[name] * streams.normal(("noise", name), plan.sizes[name])
        if name in plan.copies:
            blocks[name] = blocks[plan.copies[name]] + noise
        else:
            blocks[name] = world.factors @ world.loadings[name].T + noise
    return {name: blocks[name] for name in plan.sizes}


def _bunch(plan, world, streams):
    """Return what the user gets."""
    X = _table(plan, world, streams)
    target = pd.Series(world.target, name="target")
    classes = None
    if plan.task == "classification":
        classes = list(range(len(plan.class_shares)))
    return Bunch(
        data=X,
        target=target,
        modalities=list_modalities(X.columns),
        groups=streams.groups,
        time=None,
        task=plan.task,
        metric="accuracy" if plan.task == "classification" else "r2",
        splitter=_splitter(plan),
        feature_names=list(X.columns),
        target_names=classes,
        truth=_truth(plan, world),
        DESCR=_describe(plan),
    )


def _table(plan, world, streams):
    """Join the blocks, null where absent, and the context if there is one."""
    frames = [
        _frame(name, np.where(world.presence[:, [position]], block, np.nan))
        for position, (name, block) in enumerate(world.blocks.items())
    ]
    if world.active is not None:
        chosen = world.active[:, None] == np.array(plan.eligible)
        noise = streams["context", "noise"].standard_normal(chosen.shape)
        frames.append(_frame("context", chosen + _CONTEXT_NOISE * noise))
    return pd.concat(frames, axis=1)


def _frame(name, block):
    return pd.DataFrame(block, columns=_names(name, "x", block.shape[1]))


def _names(prefix, letter, count):
    return [f"{prefix}__{letter}{i}" for i in range(count)]


def _all_names(letter, counts):
    return [name for key, k in counts.items() for name in _names(key, letter, k)]


def _splitter(plan):
    if plan.n_groups is not None:
        return GroupKFold(n_splits=min(5, plan.n_groups))
    folds = StratifiedKFold if plan.task == "classification" else KFold
    return folds(n_splits=5, shuffle=True, random_state=0)


def _truth(plan, world):
    """Return the tables by which results can be checked."""
    names = _all_names("f", plan.factor_sets)
    columns = _all_names("x", plan.sizes)
    loadings = np.vstack(list(world.loadings.values()))
    oracle = best_prediction(
        world.blocks, world.presence, world.masks, plan, world.loadings, world.effect
    )
    regression = plan.task == "regression"
    active = world.active
    return Bunch(
        factors=pd.DataFrame(world.factors, columns=names),
        loadings=pd.DataFrame(loadings, index=columns, columns=names),
        noise=pd.Series(plan.noise, name="noise"),
        redundancy=dict(plan.copies),
        coef=pd.Series(world.effect, index=names) if regression else None,
        class_means=None if regression else pd.DataFrame(world.effect, columns=names),
        relevance=relevance(plan, world.loadings, world.effect),
        active=None if active is None else pd.Series(active, name="active"),
        presence=pd.DataFrame(world.presence, columns=list(plan.sizes)),
        oracle=pd.Series(oracle) if regression else pd.DataFrame(oracle),
    )


def _describe(plan):
    sizes = ", ".join(f"{name} ({size})" for name, size in plan.sizes.items())
    extra = " and a context that chooses one of them" if plan.row_dependent else ""
    return (
        f"Simulated {plan.task} of {plan.n_samples:,} rows\n\n"
        f"Modalities (columns): {sizes}{extra}. Linear-Gaussian, {plan.n_shared} "
        f"shared factors and {plan.n_private} private ones for each modality; "
        "see `mmensemble.datasets.make_multimodal` and the tables in `truth`.\n"
    )
