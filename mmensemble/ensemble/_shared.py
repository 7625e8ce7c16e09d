"""One fit of the members that several fusions share."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import check_sample_weight
from mmensemble._seeds import draw_root, seed_for
from mmensemble._splits import make_splitter
from mmensemble._task import make_task
from mmensemble.ensemble._engine import Work, run_units
from mmensemble.ensemble._learners import RESERVED, check_clash, learners_for
from mmensemble.ensemble._members import FittedMembers, Raw, keep_members, training_raw
from mmensemble.ensemble._plan import Plan, make_plan, make_units, merge_plans
from mmensemble.ensemble._progress import Progress
from mmensemble.ensemble._routing import route
from mmensemble.ensemble._table import check_any, read_table, warn_empty_rows
from mmensemble.modality import presence_mask, resolve_modalities


@dataclass(frozen=True)
class Request:
    """What one fusion asks of the members.

    Parameters
    ----------
    fusion : BaseFusion
        Unfitted.
    learners : tuple of (name, estimator)
    plan : Plan
    params : dict of str to dict
        Metadata for "final_estimator" and for each learner by name.
    positions : list of int
        Where the fusion's members stand among all.
    """

    fusion: object
    learners: tuple
    plan: Plan
    params: dict
    positions: list


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
    seconds : float
        Time of all units of work together, whoever ran them.
    """

    resolved: list
    members: FittedMembers
    requests: list
    training: Raw
    rows: dict
    seconds: float = 0.0

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


def fit_shared(owner, X, y, fusions, metadata, *, classifier, held_out=False):
    """Fit extractors and learners once, for all of several fusions.

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
    held_out : bool, default=False
        Whether out-of-fold predictions are wanted even if no fusion needs them.

    Returns
    -------
    shared : SharedFit
    """
    X = read_table(owner, X, reset=True)
    if y is not None:
        check_consistent_length(X, y)
    metadata = _checked(metadata, X)
    resolved = resolve_modalities(owner.modalities, X, reserved=RESERVED)
    names = tuple(name for name, _, _ in resolved)
    requests, routed = _requests(owner, resolved, fusions, metadata, classifier)
    merged, positions = merge_plans([request.plan for request in requests])
    requests = [
        Request(r.fusion, r.learners, r.plan, r.params, own)
        for r, own in zip(requests, positions, strict=True)
    ]
    weight = metadata.get("sample_weight")
    task = None
    if classifier is not None:
        task = make_task(y, classifier=classifier, sample_weight=weight)
        for request in requests:
            request.fusion.check(task, request.plan.members)
    presence = presence_mask(X, resolved)
    check_any(presence, names)
    warn_empty_rows(presence, names, "nothing is learnt from them")
    needs = frozenset().union(*(fusion.needs for fusion in fusions))
    held_out = held_out or "out of fold" in needs or owner.members == "bagged"
    splits = []
    if merged.members and held_out:
        splits = _splits(owner.cv, y, classifier, routed["groups"])
    units = make_units(merged, splits, len(presence), refit=owner.members == "refit")
    root = draw_root(owner.random_state)
    params = {"extractors": routed["extractors"], "learners": routed["learners"]}
    work = Work(X, y, presence, task, params, root, weight, routed["groups"])
    with Progress(owner, units, X=X, y=y) as progress:
        results = run_units(units, work, owner.n_jobs, progress.report)
    members = keep_members(merged, names, task, units, results)
    training = training_raw(members, units, results, presence, held_out=bool(splits))
    rows = {
        "y": y,
        "sample_weight": weight,
        "groups": routed["groups"],
        "seed": seed_for(root, "fusion"),
        "n_jobs": owner.n_jobs,
    }
    seconds = sum(done.seconds for done in results)
    return SharedFit(resolved, members, requests, training, rows, seconds)


def _requests(owner, resolved, fusions, metadata, classifier):
    """Return one request a fusion, and the metadata of all of them together."""
    requests, everything = [], {"extractors": {}, "learners": {}, "groups": None}
    for fusion in fusions:
        learners = ()
        if classifier is not None:
            learners = learners_for(owner.estimator, fusion, classifier=classifier)
        check_clash([name for name, _, _ in resolved], learners)
        plan = make_plan(
            resolved,
            learners,
            fusion.needs,
            classifier=bool(classifier),
            joint=fusion.joint,
        )
        routed = route(owner, resolved, learners, fusion, metadata)
        everything["extractors"] |= routed.extractors
        everything["learners"] |= routed.learners
        if routed.groups is not None:
            everything["groups"] = routed.groups
        params = {**routed.learners, "final_estimator": routed.final}
        requests.append(Request(fusion, learners, plan, params, []))
    return requests, everything


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
