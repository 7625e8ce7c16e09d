"""Models as ONNX graphs, for runtimes without Python."""

import json
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from mmensemble._optional import optional_module
from mmensemble.deployment._graph import Graph
from mmensemble.deployment._onnx_fusions import combine
from mmensemble.deployment._onnx_parts import extract, predict
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._regressor import MultimodalRegressor


def to_onnx(model, path=None):
    """Return a fitted model as an ONNX file, for tables of numbers.

    The graph reads one float64 tensor, ``"table"``, whose columns are those of the
    training table in their order, and returns ``"probabilities"``, in the order of
    `classes_`, or ``"values"``. Numbers may be missing, as NaN, where the model fills
    them, or where its learner is a forest, a tree or boosted trees that read them;
    trees read numbers in single precision. Of a row that lacks a whole modality all
    results are NaN, since another model serves it. The graph returns probabilities
    only: what `decision` makes of them is left to the caller.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
        Fitted, with the fusion "voting" or "stacking". Modalities hold numbers, read
        by "auto", "passthrough", or transformers that skl2onnx converts; so are
        learners, or are the linear models and trees of this package.
    path : str or Path, default=None
        File to write as well.

    Returns
    -------
    data : bytes
        The file. Its metadata hold the names of `columns` and the `classes`.

    Raises
    ------
    ImportError
        When skl2onnx is not installed, or a protobuf that boosted trees cannot be
        written with.
    ValueError
        For what cannot be expressed, by the name of the modality and the step.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.deployment import to_onnx
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion="voting", random_state=0)
    >>> model = model.fit(data.data, data.target)
    >>> len(to_onnx(model))  # doctest: +SKIP
    5261
    """
    optional_module("skl2onnx", "ONNX export")
    if not isinstance(model, MultimodalClassifier | MultimodalRegressor):
        raise ValueError(
            "to_onnx takes a MultimodalClassifier or MultimodalRegressor, got "
            f"{type(model).__name__}. Of a search, give best_estimator_; of a "
            "pipeline, its last step, and make its columns elsewhere."
        )
    check_is_fitted(model)
    graph, fitted = Graph(model.n_features_in_), model._fitted
    if not fitted.members or any(member.modality is None for member in fitted.members):
        raise ValueError(
            f"fusion={model.fusion!r} has members on several modalities, or none: it "
            "cannot be written as ONNX. Use 'voting', or 'stacking' without a "
            "concatenated member."
        )
    members = range(len(fitted.members))
    outputs = [_member(graph, model, position) for position in members]
    result = combine(graph, model, outputs)
    result = _unknown_where_absent(graph, model, result)
    named = getattr(model, "feature_names_in_", np.arange(model.n_features_in_))
    notes = {"columns": json.dumps([str(name) for name in named])}
    if hasattr(model, "classes_"):
        notes["classes"] = json.dumps(model.classes_.tolist(), default=str)
    kind = "probabilities" if fitted.task.is_classification else "values"
    data = graph.serialised(result, kind, fitted.task.n_outputs, notes)
    if path is not None:
        Path(path).write_bytes(data)
    return data


def _member(graph, model, position):
    """Return what a member predicts: the mean of its fits; None where it has none."""
    fitted = model._fitted
    member, key = fitted.members[position], fitted.inputs[position]
    found = []
    for fit in fitted.fits:
        learner = fit.models.get(key, {}).get(member.learner)
        if learner is None:
            continue
        reader = fit.readers[key]
        source = graph.columns("table", _positions(model, reader.columns))
        where = f"modality {reader.name!r}"
        steps = _steps(reader.extractor, "extractor")
        for name, step in steps:
            source = extract(graph, step, source, reader.width, f"{where}, {name}")
        steps = _steps(learner, f"learner of member {member.name!r}")
        width = len(reader.names)
        for name, step in steps[:-1]:
            source = extract(graph, step, source, width, f"{where}, {name}")
            width = len(step.get_feature_names_out())
        name, last = steps[-1]
        place = f"{where}, {name}"
        found.append(predict(graph, last, source, width, fitted.task, place))
    if not found:
        return None
    return graph.weighted_sum(found, np.full(len(found), 1 / len(found)))


def _steps(estimator, name):
    """Return (words, step) of an estimator, which may be a pipeline, or None."""
    if estimator is None:
        return []
    if isinstance(estimator, Pipeline):
        return [
            (f"{name}, step {own!r}", step)
            for own, step in estimator.steps
            if step is not None and step != "passthrough"
        ]
    return [(name, estimator)]


def _positions(model, columns):
    """Return the positions of a modality's columns in the training table."""
    columns = columns if isinstance(columns, list) else [columns]
    if hasattr(model, "feature_names_in_"):
        names = list(model.feature_names_in_)
        columns = [names.index(c) if isinstance(c, str) else c for c in columns]
    return np.asarray(columns, dtype=np.int64)


def _unknown_where_absent(graph, model, result):
    """Return NaN for rows that lack a modality: other models serve them."""
    lacks = None
    for _, _, columns in model.modalities_:
        own = graph.columns("table", _positions(model, columns))
        empty = graph.as_double(graph.add("IsNaN", own))
        width = len(_positions(model, columns))
        share = graph.add("MatMul", empty, np.full((width, 1), 1 / width))
        absent = graph.add("Greater", share, np.array([1 - 0.5 / width]))
        lacks = absent if lacks is None else graph.add("Or", lacks, absent)
    return graph.add("Where", lacks, np.array([np.nan]), result)
