"""One fit of the members that several fusions share."""

from dataclasses import dataclass, field, replace

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import clone, is_classifier
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import validate_own_params
from mmensemble._seeds import draw_root, seed_for, set_seeds
from mmensemble._splits import teaching_splits
from mmensemble._threads import inner_threads, threads_for
from mmensemble._validation import (
    check_classes,
    check_groups,
    check_target_of_task,
    check_weight,
    target_names,
    warn_of_alike_classes,
    warn_of_one_class,
    warn_of_order,
)
from mmensemble.ensemble._augmented import at_true_frequencies, with_copies_weighed
from mmensemble.ensemble._augmenter_search import choose_augmenter
from mmensemble.ensemble._engine import TrainingData, make_units, run_units
from mmensemble.ensemble._learners import RESERVED, check_clash, learners_for
from mmensemble.ensemble._members import (
    first_held_out,
    first_outputs,
    keep_members,
    training_outputs,
)
from mmensemble.ensemble._plan import Plan, make_plan, merge_plans
from mmensemble.ensemble._progress import Progress
from mmensemble.ensemble._routing import route
from mmensemble.ensemble._table import check_any, warn_empty_rows
from mmensemble.fusion._base import BaseFusion
from mmensemble.learners._decision import make_rule, settle, tune_rule
from mmensemble.learners._portfolio import Size
from mmensemble.learners._score_check import check_score
from mmensemble.learners._task import make_task
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


@dataclass(frozen=True)
class FusionRequest:
    """What one fusion asks of the members.

    Parameters
    ----------
    fusion : BaseFusion
        Unfitted.
    learners : tuple of (name, estimator)
        For fused matrices; none where the model only transforms.
    plan : Plan
    params : dict of str to dict
        Metadata for "final_estimator" and for each learner by name.
    error : Exception or None
        Why the fusion cannot serve, where that is no reason to stop.
    decision : object
        That of the model.
    """

    fusion: object
    learners: tuple = ()
    plan: Plan = field(default_factory=Plan)
    params: dict = field(default_factory=dict)
    error: Exception | None = None
    decision: object = "argmax"

    def training_view(self, outputs, data, n_jobs):
        """Return what the fusion learns from.

        Parameters
        ----------
        outputs : MemberOutputs
            Of the training rows.
        data : TrainingData
        n_jobs : int or None

        Returns
        -------
        view : FusionData
            Of a fusion that reads features only, with the rows' copies.
        """
        learners, params = self.learners, self.params
        if outputs.taught is not None and not self.plan.members:
            outputs, data = outputs.taught
            params = {
                name: with_copies_weighed(
                    data.learner_params.get(name, {}), name, learner, data
                )
                for name, learner in learners
            }
            learners = tuple(
                (name, at_true_frequencies(own, data)) for name, own in learners
            )
        return outputs.view(
            self.plan.members,
            self.plan.blocks,
            task=self._task(data.task),
            modalities=data.names,
            y=data.y,
            sample_weight=data.sample_weight,
            groups=data.groups,
            learners=learners,
            params=params,
            seed=seed_for(data.root, "fusion"),
            n_jobs=n_jobs,
            factors=_by_class(data),
        )

    def _task(self, task):
        """Return the task, decided as suits the fusion's own score."""
        if task is None or not task.is_classification:
            return task
        decision, score = settle(self.decision, getattr(self.fusion, "scoring", None))
        return replace(task, rule=make_rule(decision, task), tuned_for=score)

    def left(self, outputs, data, n_jobs):
        """Return the members that go on after the first fold.

        Parameters
        ----------
        outputs : MemberOutputs
            What all members predict of its rows.
        data : TrainingData
        n_jobs : int or None

        Returns
        -------
        members : set of (str, str)
        """
        view = self.training_view(outputs, data, n_jobs).take(outputs.first_held_out)
        with threads_for(view.n_samples, view.width, inner_threads(n_jobs)):
            kept = self.fusion.screen(view)
        return {list(self.plan.members)[position] for position in kept}

    def view(self, outputs, data):
        """Return what the fusion reads of other rows.

        Parameters
        ----------
        outputs : MemberOutputs
            Of these rows.
        data : TrainingData
        """
        plan = self.plan
        own = {"task": data.task, "modalities": data.names}
        return outputs.view(plan.members, plan.blocks, **own)


def _by_class(data):
    """Return the factors of the classes in their order, None where there are none."""
    if data.factors is None:
        return None
    return np.array([data.factors.get(c, 1.0) for c in data.task.classes.tolist()])


def prepare_fit(model, X, y, fusions, metadata, *, classifier, keep_errors=False):
    """Check the training rows and plan the fit of members that fusions share.

    Parameters
    ----------
    model : MultimodalClassifier, MultimodalRegressor or MultimodalTransformer
        Whose parameters count, but for `fusion`; it stays as it is.
    X : table of shape (n_samples, n_columns)
        As `mmensemble._frame.as_table` returns it.
    y : array-like or None
    fusions : list of BaseFusion
        Unfitted.
    metadata : dict
        What was given to ``fit``.
    classifier : bool or None
        Whether classes are predicted; None where nothing is.
    keep_errors : bool, default=False
        Whether a fusion that does not serve the task is left out, its error kept
        in its request, rather than raised.

    Returns
    -------
    data : TrainingData
    requests : list of FusionRequest
        One a fusion.
    """
    # those who call fit inside do not check what the user wrote
    validate_own_params(model)
    name = type(model).__name__
    targets = target_names(y)
    warn_of_order(X, y)
    y = check_target_of_task(name, y, classifier=classifier)
    if y is not None:
        check_consistent_length(X, y)
    metadata = _checked(metadata, X)
    weight = metadata.get("sample_weight")
    if is_classifier(model):
        check_classes(name, y)
        warn_of_one_class(y, weight)
        warn_of_alike_classes(y)
    reserved = (*RESERVED, *model.get_params(deep=False))
    modalities = resolve_modalities(model.modalities, X, reserved=reserved)
    root = draw_root(model.random_state)
    pruner = None
    if model.pruner is not None:
        pruner = _fit_pruner(model.pruner, modalities, X, y, metadata, root)
        modalities = pruner.prune_modalities()
    presence = presence_mask(X, modalities)
    task = None
    if classifier is not None:
        known = {"sample_weight": weight, "targets": targets}
        task = make_task(y, classifier=classifier, **known)
        if classifier:
            rule = make_rule(settle(_decision_of(model))[0], task)
            task = replace(task, rule=rule)
    augmenter = getattr(model, "augmenter", None)
    if isinstance(augmenter, str):
        own = {"classifier": classifier, "root": root}
        augmenter = choose_augmenter(model, X, y, metadata, **own)
    data = TrainingData(
        *(X, y, modalities, presence, task, root, weight),
        pruner=pruner,
        augmenter=augmenter,
    )
    requests, groups = [], None
    for fusion in fusions:
        try:
            request, extractor_params, own = _request(model, data, fusion, metadata)
        except (TypeError, ValueError) as error:
            if not keep_errors:
                raise
            requests.append(FusionRequest(fusion, error=error))
            continue
        requests.append(request)
        data.extractor_params.update(extractor_params)
        data.learner_params.update(request.params)
        groups = groups if own is None else own
    check_any(presence, data.names)
    warn_empty_rows(presence, data.names, "nothing is learnt from them")
    return replace(data, groups=groups), requests


def decides_out_of_fold(model, fusion):
    """Tell whether the model's decision is learnt from out-of-fold predictions."""
    return settle(_decision_of(model), getattr(fusion, "scoring", None))[1] is not None


def _decision_of(model):
    return getattr(model, "decision", "argmax")


def learnt_rule(fusion, view):
    """Return how labels are decided on, learnt out of fold where it must be.

    Parameters
    ----------
    fusion : BaseFusion
        Fitted.
    view : FusionData
        What it was fitted on.
    """
    score = view.task.tuned_for
    if score is None:
        return view.task.rule
    fused = fusion.predict(fusion.training_view(view))
    return tune_rule(score, fused, view.y, view.task, view.sample_weight)


def _fit_pruner(pruner, modalities, X, y, metadata, root):
    """Return a pruner fitted on the modalities of the model."""
    pruner = set_seeds(clone(pruner), seed_for(root, "pruner"))
    known = {name: metadata.get(name) for name in ("sample_weight", "groups")}
    return pruner.set_params(modalities=modalities).fit(X, y, **known)


def _request(model, data, fusion, metadata):
    """Return what a fusion asks for, metadata for extractors, and the groups."""
    for one in _with_those_inside(fusion):
        validate_own_params(one)
    learners, classifier = (), False
    if data.task is not None:
        classifier = data.task.is_classification
        own = {"classifier": classifier, "size": _size(data)}
        learners = learners_for(model.estimator, fusion, **own)
    check_clash(data.names, learners)
    own = {"classifier": classifier, "joint": fusion.joint}
    plan = make_plan(data.modalities, learners, fusion.needs, **own)
    extractor_params, params, groups = route(
        model, data.modalities, learners, fusion, metadata
    )
    if data.task is not None:
        fusion.check(data.task, tuple(plan.members.values()))
        _check_scores(model, fusion, data, plan)
    if fusion.level == "feature" and not hasattr(model, "predict"):
        learners = ()  # nobody will ask the heads
    own = {"decision": _decision_of(model)}
    request = FusionRequest(fusion, learners, plan, params, **own)
    return request, extractor_params, groups


def _with_those_inside(fusion):
    """Return a fusion and those that it is made of."""
    inside = fusion.get_params().values()
    return [fusion, *(one for one in inside if isinstance(one, BaseFusion))]


def _check_scores(model, fusion, data, plan):
    """Raise where what predictions are to be good at does not suit target or fusion."""
    own = {"weighted": data.sample_weight is not None}
    for one in _with_those_inside(fusion):
        scoring = getattr(one, "scoring", None)
        if scoring is not None:
            own |= {"parameter": "scoring", "owner": type(one).__name__}
            check_score(scoring, data.task, data.y, **own)
    decision = _decision_of(model)
    if not (data.task.is_classification and decides_out_of_fold(model, fusion)):
        return
    if not plan.members:
        raise ValueError(
            f"decision={decision!r} is learnt from out-of-fold predictions, and "
            f"{type(fusion).__name__} reads features. Choose decision='prior' or a "
            "matrix of costs, a decision-level 'fusion', or put the model into "
            "scikit-learn's TunedThresholdClassifierCV."
        )
    if decision != "auto":
        own |= {"parameter": "decision", "owner": type(model).__name__}
        check_score(decision, data.task, data.y, **own)


def _size(data):
    """Return how large the task is."""
    columns = (columns for _, _, columns in data.modalities)
    widths = tuple(len(own) if isinstance(own, list) else 1 for own in columns)
    return Size(data.n_samples, widths, data.task.n_outputs)


def plan_of(requests):
    """Return the plan of all the fusions together."""
    return merge_plans([request.plan for request in requests])


def reads_out_of_fold(model, requests):
    """Tell whether any fusion learns from out-of-fold predictions."""
    bagged = model.members == "bagged"
    return bagged or any("out of fold" in r.fusion.needs for r in requests)


def fit_members(model, data, plan, *, held_out, screened_by=None):
    """Fit extractors and learners once, for all fusions that share them.

    Parameters
    ----------
    model : estimator object
        Whose `cv`, `members`, `n_jobs` and `verbose` count.
    data : TrainingData
    plan : Plan
    held_out : bool
        Whether out-of-fold predictions are wanted.
    screened_by : FusionRequest, default=None
        What may give members up after the first fold; the others are fitted for
        the other folds and on all rows.

    Returns
    -------
    members : FittedMembers
    outputs : MemberOutputs
        Of the training rows: predictions are out of fold, and only if wanted.
    """
    splits = []
    if plan.members and held_out:
        splits = _splits(model.cv, data)
    own = {"refit": model.members == "refit"}
    own["n_workers"] = effective_n_jobs(model.n_jobs)
    own["together"] = data.augmenter is not None
    units = make_units(plan, splits, data.n_samples, **own)
    with Progress(model, units, X=data.X, y=data.y) as progress:
        own = data, model.n_jobs, progress.report
        units, results = _run(units, plan, screened_by, *own)
    members = keep_members(plan, data, units, results)
    parts = members, data, units, results
    return members, training_outputs(*parts, held_out=bool(splits))


def _run(units, plan, request, data, n_jobs, report):
    """Return the units and results; others wait for the first fold where it says whom
    to do without."""
    rows = first_held_out(units, data)
    may = request is not None and rows is not None
    if not (may and request.fusion.races(data.task, len(rows))):
        return units, run_units(units, data, n_jobs, report)
    first = [unit for unit in units if unit.fold == 0]
    results = run_units(first, data, n_jobs, report)
    kept = request.left(first_outputs(plan, data, first, results), data, n_jobs)
    others = [
        replace(unit, plan=unit.plan.restricted(kept, unit.plan.blocks))
        for unit in units
        if unit.fold != 0
    ]
    return first + others, results + run_units(others, data, n_jobs, report)


def _splits(cv, data):
    own = {"classifier": data.task.is_classification, "groups": data.groups}
    return teaching_splits(cv, data.y, **own)


def _checked(metadata, X):
    """Drop what is None and check the weights."""
    metadata = {name: value for name, value in metadata.items() if value is not None}
    if "sample_weight" in metadata:
        warn_of_order(X, metadata["sample_weight"], "sample_weight")
        metadata["sample_weight"] = check_weight(metadata["sample_weight"], X.shape[0])
    if "groups" in metadata:
        metadata["groups"] = check_groups(metadata["groups"], X)
    return metadata
