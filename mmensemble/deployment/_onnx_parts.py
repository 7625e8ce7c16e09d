"""Extractors and learners as nodes of an ONNX graph."""

import numpy as np
from sklearn.impute import SimpleImputer

from mmensemble.features._auto import AutoExtractor
from mmensemble.features._numbers import NumberEncoder
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.learners._trees import (
    AutoBoostingClassifier,
    AutoBoostingRegressor,
    AutoTreesClassifier,
    AutoTreesRegressor,
)

_LINEAR = (AutoLinearClassifier, AutoLinearRegressor)
_TREE_CLASSIFIERS = (AutoBoostingClassifier, AutoTreesClassifier)
_TREE_REGRESSORS = (AutoBoostingRegressor, AutoTreesRegressor)


def extract(graph, transformer, source, width, place):
    """Return the name of what a fitted transformer makes of a table.

    Parameters
    ----------
    graph : Graph
    transformer : fitted transformer
    source : str
    width : int
        Columns of the table.
    place : str
        Modality and step, for messages.
    """
    if isinstance(transformer, AutoExtractor):
        return _automatic(graph, transformer, source, place)
    if _fills_by_numbers(transformer):
        missing = graph.add("IsNaN", source)
        return graph.add("Where", missing, transformer.statistics_, source)
    outputs = _inline(graph, transformer, source, width, place)
    return graph.as_double(outputs[0])


def _fills_by_numbers(transformer):
    """Tell whether an imputer writes one number a column; runtimes have no other."""
    return (
        type(transformer) is SimpleImputer
        and transformer.missing_values is not None
        and np.isnan(transformer.missing_values)
        and not transformer.add_indicator
        and np.isfinite(np.asarray(transformer.statistics_, dtype=float)).all()
    )


def predict(graph, learner, source, width, task, place):
    """Return the name of a fitted learner's outputs, one a class or target.

    Parameters
    ----------
    graph : Graph
    learner : fitted predictor
    source : str
    width : int
    task : Task
    place : str
    """
    if isinstance(learner, _LINEAR):
        found = linear(graph, learner, source, task.is_classification)
    elif isinstance(learner, (*_TREE_CLASSIFIERS, *_TREE_REGRESSORS)):
        found = _trees(graph, learner, source, width, place)
    elif task.is_classification and not hasattr(learner, "predict_proba"):
        raise ValueError(
            f"{place}: {type(learner).__name__} has no predict_proba, which the ONNX "
            "graph needs. Use a learner that has."
        )
    else:
        found = graph.as_double(_inline(graph, learner, source, width, place)[-1])
    if not task.is_classification:
        shape = graph.constant([-1, task.n_outputs], np.int64)
        return graph.add("Reshape", found, shape)
    known = np.asarray(learner.classes_)
    if len(known) < task.n_outputs:
        return graph.add("MatMul", found, (known[:, None] == task.classes) * 1.0)
    return found


def linear(graph, model, source, is_classification):
    """Return the name of a linear model's outputs: ours, or one shaped as ours."""
    coef = np.atleast_2d(model.coef_)
    scores = graph.add("MatMul", source, coef.T)
    scores = graph.add("Add", scores, np.atleast_1d(model.intercept_))
    if not is_classification:
        return scores
    if len(coef) == 1:
        # the softmax of (0, s) is the logistic function of s
        scores = graph.add("MatMul", scores, np.array([[0.0, 1.0]]))
    return graph.add("Softmax", scores, axis=1)


def _trees(graph, learner, source, width, place):
    if learner.narrow_ is not None:
        raise ValueError(
            f"{place}: {type(learner).__name__} reads a wide sparse matrix, which "
            "cannot be written as ONNX."
        )
    if isinstance(learner, _TREE_REGRESSORS):
        parts = [
            graph.as_double(_inline(graph, model, source, width, place)[0])
            for model in learner.models_
        ]
        shape = graph.constant([-1, 1], np.int64)
        parts = [graph.add("Reshape", part, shape) for part in parts]
        return graph.add("Concat", *parts, axis=1)
    shares = graph.as_double(_inline(graph, learner.model_, source, width, place)[-1])
    if isinstance(learner, AutoBoostingClassifier):
        return shares
    n_trees = learner.model_.n_estimators
    total = graph.add(
        "Add", graph.add("Mul", shares, np.array([n_trees])), learner.prior_
    )
    return graph.add("Div", total, np.array([n_trees + 1.0]))


def _automatic(graph, extractor, source, place):
    kinds = sorted({kind for kind, _, _ in extractor.encoders_} - {"number"})
    encoders = [encoder for _, _, encoder in extractor.encoders_]
    if kinds or not all(type(encoder) is NumberEncoder for encoder in encoders):
        raise ValueError(
            f"{place}: 'auto' reads {kinds or ['sparse numbers']}, and only dense "
            "numbers can be written as ONNX. Encode them in front of the model, or "
            "leave the modality out."
        )
    parts = []
    for _, positions, encoder in extractor.encoders_:
        own = graph.columns(source, positions)
        missing = graph.add("IsNaN", own)
        own = graph.add("Where", missing, encoder.median_, own)
        own = graph.add("Mul", own, encoder.shrink_)
        own = graph.add("Max", graph.add("Min", own, encoder.high_), encoder.low_)
        own = graph.add("Sub", own, encoder.scaler_.mean_)
        used = encoder.informative_ / encoder.scaler_.scale_
        parts.append(graph.add("Mul", own, used))
    return parts[0] if len(parts) == 1 else graph.add("Concat", *parts, axis=1)


def _inline(graph, estimator, source, width, place):
    try:
        return graph.inline(estimator, source, width)
    except Exception as error:  # of many kinds, by the converter
        reason = str(error).split("\n")[0]
        if "boolean" in str(error.__cause__):
            raise ImportError(
                f"{place}: {type(estimator).__name__} cannot be written as ONNX with "
                "the installed protobuf, which refuses the booleans that skl2onnx "
                "writes: pip install 'protobuf<7'."
            ) from error
        raise ValueError(
            f"{place}: {type(estimator).__name__} cannot be written as ONNX "
            f"({reason}). Use a step that skl2onnx converts from numbers."
        ) from error
