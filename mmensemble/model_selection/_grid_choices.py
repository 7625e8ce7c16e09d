"""Candidates of a search, sorted by what they can share."""

from dataclasses import dataclass
from numbers import Number

import joblib
from sklearn.base import clone

from mmensemble.fusion import make_fusion
from mmensemble.modality._columns import resolve_modalities
from mmensemble.model_selection._choices import Choice, list_subsets

#: The key of a set of modalities in a grid.
SUBSET = "subset"


@dataclass
class SharedChoices:
    """Candidates that differ in fusion and set of modalities only.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
        Unfitted, with all other parameters set.
    positions : list of int
        Where the candidates stand among all.
    choices : list of Choice
        One a candidate.
    """

    model: object
    positions: list
    choices: list


def share_candidates(estimator, candidates, X):
    """Sort candidates into groups whose members are fitted once.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
    candidates : list of dict
        Parameters of the estimator, and "subset".
    X : table of shape (n_samples, n_columns)

    Returns
    -------
    groups : list of SharedChoices

    Raises
    ------
    ValueError
        For a parameter or a modality that the estimator does not have.
    """
    groups = {}
    for position, params in enumerate(candidates):
        params = _subset_of_modalities(estimator, dict(params))
        own = {name: params.pop(name) for name in list(params) if _is_own(name)}
        key = tuple((name, _identity(params[name])) for name in sorted(params))
        if key not in groups:
            model = clone(estimator).set_params(**clone(params, safe=False))
            groups[key] = SharedChoices(model, [], [])
        group = groups[key]
        group.positions.append(position)
        group.choices.append(_choice(group.model, own, X))
    return list(groups.values())


def _is_own(name):
    return name in ("fusion", SUBSET) or name.startswith("fusion__")


def _identity(value):
    """Tell equal simple values, and the same object, from others."""
    if value is None or isinstance(value, str | Number):
        return type(value).__name__, value
    return "object", id(value)


def _choice(model, own, X):
    fusion = clone(make_fusion(own.get("fusion", model.fusion)))
    nested = {name[8:]: own[name] for name in own if name.startswith("fusion__")}
    fusion.set_params(**clone(nested, safe=False))
    subset = own.get(SUBSET)
    if subset is not None:
        names = [name for name, _, _ in resolve_modalities(model.modalities, X)]
        found = list_subsets([subset], names)
        subset = found[0] if found else None
    return Choice(type(fusion).__name__, fusion, subset)


def _subset_of_modalities(estimator, params):
    """Say "subset" where `modalities` only leaves out some of the estimator's."""
    given, known = params.get("modalities"), estimator.modalities
    if not isinstance(given, list) or not isinstance(known, list):
        return params
    if SUBSET in params or not given or not all(map(_is_triple, given + known)):
        return params
    ours = [joblib.hash(triple) for triple in known]
    theirs = [joblib.hash(triple) for triple in given]
    kept = [code for code in ours if code in theirs]
    if kept != theirs:
        return params
    del params["modalities"]
    return params | {SUBSET: [name for name, _, _ in given]}


def _is_triple(entry):
    return isinstance(entry, tuple) and len(entry) == 3 and isinstance(entry[0], str)


def configure(estimator, params, X):
    """Return a clone with a candidate's parameters, and only its modalities.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
    params : dict
        One candidate of a grid.
    X : table of shape (n_samples, n_columns)

    Returns
    -------
    model : MultimodalClassifier or MultimodalRegressor
        Unfitted.
    """
    params = clone(dict(params), safe=False)
    subset = params.pop(SUBSET, None)
    if "fusion" not in params and any(name.startswith("fusion__") for name in params):
        params["fusion"] = estimator.fusion
    if "fusion" in params:
        params["fusion"] = make_fusion(params["fusion"])
    model = clone(estimator).set_params(**params)
    if subset is None:
        return model
    resolved = resolve_modalities(model.modalities, X)
    kept = list_subsets([subset], [name for name, _, _ in resolved])
    if not kept:
        return model
    given = model.modalities if isinstance(model.modalities, list) else resolved
    return model.set_params(modalities=[m for m in given if m[0] in kept[0]])
