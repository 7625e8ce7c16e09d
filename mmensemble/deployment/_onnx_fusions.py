"""Voting and stacking as nodes of an ONNX graph, for rows that lack nothing."""

import numpy as np

from mmensemble.deployment._onnx_parts import predict
from mmensemble.fusion import StackingFusion, VotingFusion
from mmensemble.fusion._second_level import LEAST_INPUT
from mmensemble.learners._nonnegative import NonNegativeLinear, NonNegativeLogistic
from mmensemble.numerics._losses import LEAST_PROBABILITY


def combine(graph, model, outputs):
    """Return the name of what the fitted fusion makes of its members.

    Parameters
    ----------
    graph : Graph
    model : MultimodalClassifier or MultimodalRegressor
    outputs : list of str or None
        Of each member; None of one without weight.

    Raises
    ------
    ValueError
        For fusions other than voting and stacking, and for some of their options.
    """
    fusion = model.fusion_
    if getattr(fusion, "calibrate", None) is not None:
        _refuse(fusion, f"calibrate={fusion.calibrate!r}", "calibrate=None")
    if type(fusion) is VotingFusion:
        return _vote(graph, fusion, model._fitted.task, outputs)
    if type(fusion) is StackingFusion:
        return _stack(graph, fusion, model._fitted.task, outputs)
    raise ValueError(
        f"{type(fusion).__name__} cannot be written as ONNX. Use 'voting' or "
        "'stacking'."
    )


def _refuse(fusion, what, instead):
    raise ValueError(
        f"{type(fusion).__name__}({what}) cannot be written as ONNX. Use {instead}."
    )


def _vote(graph, fusion, task, outputs):
    if fusion.rule not in ("soft", "log"):
        _refuse(fusion, f"rule={fusion.rule!r}", "rule='soft' or 'log'")
    weights = fusion.weights_ / fusion.weights_.sum()
    there = [k for k, name in enumerate(outputs) if name is not None]
    sources, weights = [outputs[k] for k in there], weights[there]
    if fusion.rule == "soft":
        return graph.weighted_sum(sources, weights)
    logs = [_log(graph, source, LEAST_PROBABILITY) for source in sources]
    return graph.add("Softmax", graph.weighted_sum(logs, weights), axis=1)


def _log(graph, source, tiny):
    return graph.add("Log", graph.add("Max", source, np.array([tiny])))


def _stack(graph, fusion, task, outputs):
    if fusion.passthrough:
        _refuse(fusion, "passthrough=True", "passthrough=False")
    if fusion.missing != "pattern" or None in outputs:
        _refuse(fusion, f"missing={fusion.missing!r}", "missing='pattern'")
    everything = tuple(range(len(fusion.modalities_)))
    key = fusion.pattern_models_.key_for(everything)
    if key != everything:
        raise ValueError(
            "StackingFusion has no model for rows that have all modalities, since the "
            "training rows had too few of them; such a stack cannot be written as ONNX."
        )
    final = fusion.pattern_models_[key]
    if isinstance(final, NonNegativeLinear):
        total = graph.weighted_sum(outputs, final.weights_)
        return graph.add("Add", total, final.intercept_)
    centred = outputs
    if task.is_classification and fusion._logits():
        n = task.n_outputs
        centring = np.eye(n) - 1 / n
        logs = [_log(graph, source, LEAST_INPUT) for source in outputs]
        centred = [graph.add("MatMul", log, centring) for log in logs]
    if isinstance(final, NonNegativeLogistic):
        scores = graph.weighted_sum(centred, final.weights_)
        scores = graph.add("Add", scores, final.intercept_)
        return graph.add("Softmax", scores, axis=1)
    inputs = _inputs(graph, centred, task, logits=fusion._logits())
    width = len(outputs) * (1 if task.n_outputs == 2 else task.n_outputs)
    return predict(graph, final, inputs, width, task, "final_estimator")


def _inputs(graph, sources, task, *, logits):
    """Return the columns that a final estimator sees."""
    if task.is_classification and task.n_outputs == 2:
        line = np.array([[-1.0], [1.0]]) if logits else np.array([[0.0], [1.0]])
        sources = [graph.add("MatMul", source, line) for source in sources]
    return graph.add("Concat", *sources, axis=1)
