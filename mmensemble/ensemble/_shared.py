"""One fit of the members that several fusions share."""

from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import check_sample_weight
from mmensemble._seeds import draw_root, seed_for, set_seeds
from mmensemble._splits import make_splitter
from mmensemble._task import make_task
from mmensemble.ensemble._engine import Work, run_units
from mmensemble.ensemble._learners import RESERVED, check_clash, learners_for
from mmensemble.ensemble._members import FittedMembers, Raw, keep_members, training_raw
from mmensemble.ensemble._plan import Plan, make_plan, make_units, merge_plans
from mmensemble.ensemble._progress import Progress
from mmensemble.ensemble._routing import Routed, route
from mmensemble.ensemble._table import check_any, read_table, warn_empty_rows
from mmensemble.fusion._portfolio import Size
from mmensemble.modality import presence_mask, resolve_modalities


@dataclass(frozen=True)
class Request:
    """What one fusion asks of the members.

    Parameters
    ----------
    fusion : BaseFusion
        Unfitted.
    learners : tuple of (name, estimator)
        For fused matrices; none where the owner only transforms.
    plan : Plan
    params : dict of str to dict
        Metadata for "final_estimator" and for each learner by name.
    positions : list of int
        Where the fusion's members stand among all.
    error : Exception or None
        Why the fusion cannot serve, where that is no reason to stop.
    """

    fusion: object
    learners: tuple = ()
    plan: Plan = field(default_factory=Plan)
    params: dict = field(default_factory=dict)
    positions: list = field(default_factory=list)
    error: Exception | None = None


@dataclass(frozen=True)
class SharedFit:
    """Members fitted once, and the training view of each fusion that shares them.

    Parameters
    ----------
    resolved : list of (name, extractor, columns)
    members : FittedMembers
    requests : list of Request
        One a fusion, in the order given.
    training : Raw
        Of the training rows.
    rows : dict
        `y`, `sample_weight`, `groups`, `seed` and `n_jobs` of the training rows.
    seconds : dict of str to float
        Time of the work by key of its source, whoever ran it.
    """

    resolved: list
    members: FittedMembers
    requests: list
    training: Raw
    rows: dict
    seconds: dict

    def training_view(self, position):
        """Return what the fusion at `position` learns from."""
        request = self.requests[position]
        return self.training.view(
            self.members,
            request.positions,
            request.plan,
            request.fusion.needs,
            learners=request.learners,
            params=request.params,
            **self.rows,
        )

    def read(self, owner, X):
        """Return what members and readers say of new rows, for `view`."""
        X = read_table(owner, X, reset=False, resolved=self.resolved)
        presence = presence_mask(X, self.resolved)
        needs = frozenset().union(*(r.fusion.needs for r in self.requests))
        return self.members.read(X, presence, needs)

    def view(self, position, raw):
        """Return what the fusion at `position` reads of new rows."""
        request = self.requests[position]
        return raw.view(
            self.members, request.positions, request.plan, request.fusion.needs
        )


@dataclass(frozen=True)
class Prepared:
    """All that is known of a fit before anything is fitted.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    y : ndarray or None
    resolved : list of (name, extractor, columns)
    requests : list of Request
        One a fusion.
    plan : Plan
        Of all of them together.
    task : Task or None
    presence : ndarray of bool of shape (n_samples, n_modalities)
    routed : dict
        Metadata for "extractors" and "learners", and the "groups".
    weight : ndarray of shape (n_samples,) or None
    root : int
        Root of all seeds.
    """

    X: object
    y: np.ndarray | None
    resolved: list
    requests: list
    plan: Plan
    task: object
    presence: np.ndarray
    routed: dict
    weight: np.ndarray | None
    root: int

    @property
    def names(self):
        """Names of the modalities."""
        return tuple(name for name, _, _ in self.resolved)

    def with_plan(self, plan):
        """Return the same with only a part of the work planned."""
        return replace(self, plan=plan)

    def fusion_rows(self, n_jobs):
        """Return what every fusion is told of the training rows."""
        return {
            "y": self.y,
            "sample_weight": self.weight,
            "groups": self.routed["groups"],
            "seed": seed_for(self.root, "fusion"),
            "n_jobs": n_jobs,
        }


def prepare_fit(owner, X, y, fusions, metadata, *, classifier, keep_errors=False):
    """Read the table and plan the fit of members that several fusions share.

    Parameters
    ----------
    owner : MultimodalClassifier, MultimodalRegressor or MultimodalTransformer
        Whose parameters count, but for `fusion`; its input attributes are set.
    X : table of shape (n_samples, n_columns)
    y : ndarray or None
        Checked targets; None where nothing is predicted.
    fusions : list of BaseFusion
        Unfitted.
    metadata : dict
        What was given to ``fit``.
    classifier : bool or None
        Whether classes are predicted; None where nothing is.
    keep_errors : bool, default=False
        Whether a fusion that does not suit the task is left out, its error kept
        in its request, rather than raised.

    Returns
    -------
    prepared : Prepared
    """
    X = read_table(owner, X, reset=True)
    if y is not None:
        check_consistent_length(X, y)
    metadata = _checked(metadata, X)
    weight = metadata.get("sample_weight")
    reserved = (*RESERVED, *owner.get_params(deep=False))
    resolved = resolve_modalities(owner.modalities, X, reserved=reserved)
    root = draw_root(owner.random_state)
    if owner.pruner is not None:
        resolved = _prune(owner, resolved, X, y, metadata, root)
    task = None
    if classifier is not None:
        task = make_task(y, classifier=classifier, sample_weight=weight)
    size = _size(X, resolved, task)
    requests, routed = [], {"extractors": {}, "learners": {}, "groups": None}
    for fusion in fusions:
        try:
            request, own = _request(owner, resolved, fusion, metadata, task, size)
        except (TypeError, ValueError) as error:
            if not keep_errors:
                raise
            request, own = Request(fusion, error=error), Routed()
        requests.append(request)
        routed["extractors"] |= own.extractors
        routed["learners"] |= own.learners
        routed["groups"] = routed["groups"] if own.groups is None else own.groups
    merged, positions = merge_plans([request.plan for request in requests])
    requests = [
        replace(request, positions=own)
        for request, own in zip(requests, positions, strict=True)
    ]
    presence = presence_mask(X, resolved)
    names = [name for name, _, _ in resolved]
    check_any(presence, names)
    warn_empty_rows(presence, names, "nothing is learnt from them")
    return Prepared(
        X, y, resolved, requests, merged, task, presence, routed, weight, root
    )


def _prune(owner, resolved, X, y, metadata, root):
    """Return what the owner's pruner leaves of the modalities; fit it for that."""
    pruner = set_seeds(clone(owner.pruner), seed_for(root, "pruner"))
    known = {name: metadata.get(name) for name in ("sample_weight", "groups")}
    owner.pruner_ = pruner.set_params(modalities=resolved).fit(X, y, **known)
    return owner.pruner_.prune_modalities()


def _size(X, resolved, task):
    """Return how large the task is, None where nothing is predicted."""
    if task is None:
        return None
    widths = (columns for _, _, columns in resolved)
    widths = tuple(len(own) if isinstance(own, list) else 1 for own in widths)
    return Size(X.shape[0], widths, task.n_outputs)


def _request(owner, resolved, fusion, metadata, task, size):
    """Return what one fusion asks for, and the metadata that its parts get."""
    learners, classifier = (), False
    if task is not None:
        classifier = task.is_classification
        own = {"classifier": classifier, "size": size}
        learners = learners_for(owner.estimator, fusion, **own)
    check_clash([name for name, _, _ in resolved], learners)
    needs, joint = fusion.needs, fusion.joint
    plan = make_plan(resolved, learners, needs, classifier=classifier, joint=joint)
    routed = route(owner, resolved, learners, fusion, metadata)
    if task is not None:
        fusion.check(task, plan.members)
    params = {**routed.learners, "final_estimator": routed.final}
    if fusion.level == "feature" and not hasattr(owner, "predict"):
        learners = ()  # nobody will ask the heads
    return Request(fusion, learners, plan, params), routed


def fit_members(owner, prepared, *, held_out=False):
    """Fit extractors and learners once, for all fusions of a prepared fit.

    Parameters
    ----------
    owner : estimator object
        Whose `cv`, `members`, `n_jobs` and `verbose` count.
    prepared : Prepared
    held_out : bool, default=False
        Whether out-of-fold predictions are wanted even if no fusion needs them.

    Returns
    -------
    shared : SharedFit
    """
    plan, y = prepared.plan, prepared.y
    needs = frozenset().union(*(r.fusion.needs for r in prepared.requests))
    held_out = held_out or "out of fold" in needs or owner.members == "bagged"
    splits = []
    if plan.members and held_out:
        classifier, groups = prepared.task.is_classification, prepared.routed["groups"]
        splits = _splits(owner.cv, y, classifier, groups)
    n_samples = len(prepared.presence)
    units = make_units(plan, splits, n_samples, refit=owner.members == "refit")
    work = Work(
        prepared.X,
        y,
        prepared.presence,
        prepared.task,
        {name: prepared.routed[name] for name in ("extractors", "learners")},
        prepared.root,
        prepared.weight,
        prepared.routed["groups"],
    )
    with Progress(owner, units, X=prepared.X, y=y) as progress:
        results = run_units(units, work, owner.n_jobs, progress.report)
    members = keep_members(plan, prepared.names, prepared.task, units, results)
    training = training_raw(
        members, units, results, prepared.presence, held_out=bool(splits)
    )
    seconds = {}
    for unit, done in zip(units, results, strict=True):
        seconds[unit.source.key] = seconds.get(unit.source.key, 0.0) + done.seconds
    rows = prepared.fusion_rows(owner.n_jobs)
    return SharedFit(
        prepared.resolved, members, prepared.requests, training, rows, seconds
    )


def _splits(cv, y, classifier, groups):
    splitter = make_splitter(cv, y, classifier=classifier, groups=groups)
    return [
        (np.asarray(train), np.asarray(test))
        for train, test in splitter.split(np.empty((len(y), 0)), y, groups)
    ]


def _checked(metadata, X):
    """Drop what is None and check the weights."""
    metadata = {name: value for name, value in metadata.items() if value is not None}
    if "sample_weight" in metadata:
        metadata["sample_weight"] = check_weights(metadata["sample_weight"], X)
    if "groups" in metadata:
        check_consistent_length(X, metadata["groups"])
        metadata["groups"] = np.asarray(metadata["groups"])
    return metadata


def check_weights(sample_weight, X):
    """Return sample weights as floats, one a row of `X`, not all zero."""
    zeros = np.empty((X.shape[0], 1))
    weight = check_sample_weight(
        sample_weight, zeros, dtype=np.float64, ensure_non_negative=True
    )
    if not weight.any():
        raise ValueError(
            "Sample weights must contain at least one non-zero number; the "
            "'sample_weight' given is all zero."
        )
    return weight
