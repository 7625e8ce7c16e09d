"""Metadata: sample weights, groups and whatever else travels with the rows."""

from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)

from mmensemble._compat import routing_enabled
from mmensemble.ensemble._plan import OWN
from mmensemble.features import AutoExtractor
from mmensemble.features._reader import split_predictor
from mmensemble.learners._abilities import weight_parameter
from mmensemble.learners._task import accepts


class NoWeightsError(TypeError):
    """There are weights, and a learner takes none."""


def make_router(model, fusion, learners):
    """Return the router of an estimator: every member, final estimator, splitter."""
    router = MetadataRouter(owner=model)
    entries = [] if isinstance(model.modalities, str) else model.modalities
    for name, extractor, _ in entries:
        target = _receiver(extractor)
        if not isinstance(target, str):
            router.add(**{name: target}, method_mapping=_mapping(_callee(target)))
    for name, learner in learners:
        router.add(**{name: learner}, method_mapping=_mapping("fit"))
    final = getattr(fusion, "final_estimator", None)
    if final is not None:
        router.add(final_estimator=final, method_mapping=_mapping("fit"))
    splitter = model.cv if hasattr(model.cv, "split") else StratifiedGroupKFold()
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


def route(model, modalities, learners, fusion, metadata):
    """Return the metadata of one fit by receiver.

    Parameters
    ----------
    model : estimator object
    modalities : list of (name, extractor, columns)
        Resolved.
    learners : tuple of (name, estimator)
    fusion : BaseFusion
    metadata : dict
        What the user gave to ``fit``, None left out.

    Returns
    -------
    extractors : dict of str to dict
        For ``fit`` of each modality's extractor.
    learners : dict of str to dict
        For ``fit`` of each learner, by its name or ``"modality/own"``, and of the
        fusion's "final_estimator".
    groups : ndarray of shape (n_samples,) or None
        For the splitter.

    Raises
    ------
    TypeError
        Without metadata routing: for anything but `sample_weight` and `groups`,
        or a learner that takes no `sample_weight`.
    """
    if routing_enabled():
        return _by_request(model, modalities, learners, metadata)
    unknown = sorted(set(metadata) - {"sample_weight", "groups"})
    if unknown:
        raise TypeError(
            f"{type(model).__name__}.fit got unexpected argument(s) {unknown}. Only "
            "'sample_weight' and 'groups' are known without metadata routing; see "
            "sklearn.set_config(enable_metadata_routing=True)."
        )
    return _by_signature(modalities, learners, fusion, metadata)


def _by_request(model, modalities, learners, metadata):
    if not metadata:
        return {}, {"final_estimator": {}}, None
    routed = process_routing(model, "fit", **metadata)
    extractors, own = {}, {}
    for name, extractor, _ in modalities:
        if split_predictor(extractor)[1]:
            own[f"{name}/{OWN}"] = dict(routed[name].fit)
            continue
        target = _receiver(extractor)
        if name in routed and not isinstance(target, str):
            extractors[name] = dict(routed[name][_callee(target)])
        elif _is_word(extractor, "auto") and "sample_weight" in metadata:
            extractors[name] = {"sample_weight": metadata["sample_weight"]}
    own |= {name: dict(routed[name].fit) for name, _ in learners}
    final = dict(routed["final_estimator"].fit) if "final_estimator" in routed else {}
    groups = routed.splitter.split.get("groups")
    return extractors, {**own, "final_estimator": final}, groups


def _by_signature(modalities, learners, fusion, metadata):
    extractors, own = {}, {}
    for name, extractor, _ in modalities:
        if split_predictor(extractor)[1]:
            if "predictions" in fusion.needs:
                own[f"{name}/{OWN}"] = accepted_params(name, extractor, metadata)
        else:
            target = _receiver(extractor)
            extractors[name] = {
                key: value
                for key, value in metadata.items()
                if not isinstance(target, str) and accepts(target, key)
            }
    for name, learner in learners:
        own[name] = accepted_params(name, learner, metadata)
    final = getattr(fusion, "final_estimator", None)
    final = {} if final is None else accepted_params("final_estimator", final, metadata)
    return extractors, {**own, "final_estimator": final}, metadata.get("groups")


def wrapped_params(owner, receiver, metadata, own=()):
    """Return metadata for the estimator that another one wraps, but for weights.

    Parameters
    ----------
    owner : estimator object
        With ``get_metadata_routing``.
    receiver : str
        Name of the parameter that holds the wrapped estimator.
    metadata : dict
        What was given to ``fit``: `sample_weight`, `groups` and others.
    own : tuple of str, default=()
        What else the owner itself takes, for the message.

    Returns
    -------
    params : dict
        Groups and whatever is routed; the owner itself deals with weights.

    Raises
    ------
    TypeError
        Without metadata routing, for anything but weights and groups.
    """
    given = {key: value for key, value in metadata.items() if value is not None}
    groups = {"groups": given["groups"]} if "groups" in given else {}
    if routing_enabled():
        routed = process_routing(owner, "fit", **given) if given else {}
        if receiver not in routed:  # a default, which takes groups
            return groups
        found = dict(routed[receiver].fit)
        found.pop("sample_weight", None)
        return found
    unknown = sorted(set(metadata) - {"sample_weight", "groups"})
    if unknown:
        *first, last = (repr(name) for name in (*own, "sample_weight", "groups"))
        raise TypeError(
            f"{type(owner).__name__}.fit got unexpected argument(s) {unknown}. Only "
            f"{', '.join(first)} and {last} are known without metadata routing; see "
            "sklearn.set_config(enable_metadata_routing=True)."
        )
    return groups


def accepted_params(name, learner, metadata):
    """Return the part of `metadata` that a learner's ``fit`` names.

    A pipeline's weights go to its last step.

    Raises
    ------
    NoWeightsError
        When there are weights, and the learner takes none.
    """
    taken = {key: value for key, value in metadata.items() if accepts(learner, key)}
    if "sample_weight" not in metadata or "sample_weight" in taken:
        return taken
    parameter = weight_parameter(learner)
    if parameter is not None:
        return {**taken, parameter: metadata["sample_weight"]}
    raise NoWeightsError(
        f"Underlying estimator {name!r} ({type(learner).__name__}) does not support "
        "sample_weight. Leave sample_weight out, or choose a learner that takes it."
    )
