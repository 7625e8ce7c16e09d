"""Metadata: sample weights, groups and whatever else travels with the rows."""

from dataclasses import dataclass, field

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)

from mmensemble._compat import routing_enabled
from mmensemble.ensemble._plan import OWN
from mmensemble.ensemble._readers import split_predictor
from mmensemble.features import AutoExtractor
from mmensemble.learners._task import accepts


@dataclass(frozen=True)
class Routed:
    """Metadata by receiver.

    Parameters
    ----------
    extractors : dict of str to dict
        For ``fit`` of each modality's extractor.
    learners : dict of str to dict
        For ``fit`` of each learner, by its name, or ``"modality/own"``.
    final : dict
        For the fusion's final estimator.
    groups : ndarray of shape (n_samples,) or None
        For the splitter.
    """

    extractors: dict = field(default_factory=dict)
    learners: dict = field(default_factory=dict)
    final: dict = field(default_factory=dict)
    groups: np.ndarray | None = None


def make_router(owner, fusion, learners):
    """Return the router of an estimator: every member, final estimator, splitter."""
    router = MetadataRouter(owner=owner)
    entries = [] if isinstance(owner.modalities, str) else owner.modalities
    for name, extractor, _ in entries:
        target = _receiver(extractor)
        if not isinstance(target, str):
            router.add(**{name: target}, method_mapping=_mapping(_callee(target)))
    for name, learner in learners:
        router.add(**{name: learner}, method_mapping=_mapping("fit"))
    final = getattr(fusion, "final_estimator", None)
    if final is not None:
        router.add(final_estimator=final, method_mapping=_mapping("fit"))
    splitter = owner.cv if hasattr(owner.cv, "split") else StratifiedGroupKFold()
    router.add(splitter=splitter, method_mapping=_mapping("split"))
    return router


def _is_word(extractor, word):
    return isinstance(extractor, str) and extractor == word


def _receiver(extractor):
    """Return the object that is asked for its metadata; a word stays a word."""
    return AutoExtractor() if _is_word(extractor, "auto") else extractor


def _callee(target):
    predicts = split_predictor(target)[1]
    return (
        "fit" if predicts or not hasattr(target, "fit_transform") else "fit_transform"
    )


def _mapping(callee):
    return MethodMapping().add(caller="fit", callee=callee)


def route(owner, resolved, learners, fusion, metadata):
    """Return the metadata of one fit by receiver.

    Parameters
    ----------
    owner : estimator object
    resolved : list of (name, extractor, columns)
    learners : tuple of (name, estimator)
    fusion : BaseFusion
    metadata : dict
        What the user gave to ``fit``, None left out.

    Raises
    ------
    TypeError
        Without metadata routing: for anything but `sample_weight` and `groups`,
        or a learner that takes no `sample_weight`.
    """
    if routing_enabled():
        return _routed(owner, resolved, learners, metadata)
    unknown = sorted(set(metadata) - {"sample_weight", "groups"})
    if unknown:
        raise TypeError(
            f"{type(owner).__name__}.fit got unexpected argument(s) {unknown}. Only "
            "'sample_weight' and 'groups' are known without metadata routing; see "
            "sklearn.set_config(enable_metadata_routing=True)."
        )
    return _by_signature(resolved, learners, fusion, metadata)


def _routed(owner, resolved, learners, metadata):
    if not metadata:
        return Routed()
    routed = process_routing(owner, "fit", **metadata)
    extractors, own = {}, {}
    for name, extractor, _ in resolved:
        if split_predictor(extractor)[1]:
            own[f"{name}/{OWN}"] = dict(routed[name].fit)
            continue
        target = _receiver(extractor)
        if name in routed and not isinstance(target, str):
            extractors[name] = dict(routed[name][_callee(target)])
        elif _is_word(extractor, "auto") and "sample_weight" in metadata:
            extractors[name] = {"sample_weight": metadata["sample_weight"]}
    named = {name: dict(routed[name].fit) for name, _ in learners}
    final = dict(routed["final_estimator"].fit) if "final_estimator" in routed else {}
    return Routed(
        extractors, {**named, **own}, final, routed.splitter.split.get("groups")
    )


def _by_signature(resolved, learners, fusion, metadata):
    extractors, named = {}, {}
    for name, extractor, _ in resolved:
        if split_predictor(extractor)[1]:
            if "predictions" in fusion.needs:
                named[f"{name}/{OWN}"] = accepted_params(name, extractor, metadata)
        else:
            target = _receiver(extractor)
            extractors[name] = {
                key: value
                for key, value in metadata.items()
                if not isinstance(target, str) and accepts(target, key)
            }
    for name, learner in learners:
        named[name] = accepted_params(name, learner, metadata)
    final = getattr(fusion, "final_estimator", None)
    final = {} if final is None else accepted_params("final_estimator", final, metadata)
    return Routed(extractors, named, final, metadata.get("groups"))


def accepted_params(name, learner, metadata):
    """Return the part of `metadata` that a learner's ``fit`` names.

    A pipeline's weights go to its last step.

    Raises
    ------
    TypeError
        When there are weights, and the learner takes none.
    """
    taken = {key: value for key, value in metadata.items() if accepts(learner, key)}
    if "sample_weight" not in metadata or "sample_weight" in taken:
        return taken
    steps = getattr(learner, "steps", None)
    if steps and accepts(steps[-1][1], "sample_weight"):
        taken[f"{steps[-1][0]}__sample_weight"] = metadata["sample_weight"]
        return taken
    raise TypeError(
        f"Underlying estimator {name!r} ({type(learner).__name__}) does not support "
        "sample_weight. Leave sample_weight out, or choose a learner that takes it."
    )
