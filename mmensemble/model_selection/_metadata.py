"""Groups, weights and further metadata, handed to whoever takes them."""

from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import routing_enabled
from mmensemble._validation import check_groups, warn_of_order


def join_metadata(X, groups, sample_weight, params):
    """Return all metadata by name, those that are None left out.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    groups, sample_weight : array-like of shape (n_samples,) or None
    params : dict or None
        Further metadata; may hold the two as well.

    Returns
    -------
    metadata : dict

    Raises
    ------
    ValueError
        When one is given twice, or has another length than the table.
    """
    named = {"groups": groups, "sample_weight": sample_weight}
    metadata = {
        name: value for name, value in (params or {}).items() if value is not None
    }
    for name, value in named.items():
        if value is None:
            continue
        if name in metadata:
            raise ValueError(
                f"{name!r} is given twice, as a keyword and in 'params'; give one."
            )
        metadata[name] = value
    if "sample_weight" in metadata:
        check_consistent_length(X, metadata["sample_weight"])
        warn_of_order(X, metadata["sample_weight"], "sample_weight")
    if "groups" in metadata:
        metadata["groups"] = check_groups(metadata["groups"], X)
    return metadata


def route_metadata(owner, model, scorer, splitter, metadata):
    """Return metadata by receiver: "fit", "split" and "score".

    Without metadata routing, all of them go to ``fit``, and groups also to the
    splitter.

    Parameters
    ----------
    owner : str
        Function that routes, for messages.
    model : MultimodalClassifier or MultimodalRegressor
    scorer : callable
    splitter : splitter
    metadata : dict

    Returns
    -------
    routed : dict of str to dict

    Raises
    ------
    UnsetMetadataPassedError
        With metadata routing, when nobody has said whether they want something.
    """
    if not routing_enabled():
        groups = {"groups": metadata["groups"]} if "groups" in metadata else {}
        return {"fit": metadata, "split": groups, "score": {}}
    router = (
        MetadataRouter(owner=owner)
        .add(splitter=splitter, method_mapping=_mapping("split"))
        .add(estimator=model, method_mapping=_mapping("fit"))
        .add(scorer=scorer, method_mapping=_mapping("score"))
    )
    try:
        routed = process_routing(router, "fit", **metadata)
    except UnsetMetadataPassedError as error:
        raise UnsetMetadataPassedError(
            message=str(error).replace(f"{owner}.fit", owner),
            unrequested_params=error.unrequested_params,
            routed_params=error.routed_params,
        ) from error
    return {
        "fit": routed.estimator.fit,
        "split": routed.splitter.split,
        "score": routed.scorer.score,
    }


def _mapping(callee):
    return MethodMapping().add(caller="fit", callee=callee)
