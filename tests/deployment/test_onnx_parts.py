"""Single extractors and learners as ONNX; models are in `test_onnx_export`."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import load_iris

from mmensemble.deployment._graph import Graph
from mmensemble.deployment._onnx_parts import extract, linear, predict
from mmensemble.features import AutoExtractor
from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.learners._task import make_task
from mmensemble.learners._trees import AutoBoostingClassifier

pytest.importorskip("skl2onnx", reason="skl2onnx is missing (extra onnx)")
runtime = pytest.importorskip("onnxruntime")


def run(graph, result, X, n_outputs):
    """Return what the runtime makes of a table."""
    data = graph.serialised(result, "result", n_outputs, {})
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(None, {"table": np.asarray(X, dtype=float)})[0]


def test_automatic_numbers():
    """Medians, clipping and scaling; a column that does not vary is zero."""
    X = pd.DataFrame({"a": [1.0, 2, 3, np.nan], "b": 7.0, "c": [1e200, 0, 1, 2]})
    extractor = AutoExtractor().fit(X)
    new = pd.DataFrame({"a": [1e6, np.nan], "b": [1.0, 2], "c": [3.0, -1e250]})
    graph = Graph(3)
    result = extract(graph, extractor, "table", 3, "here")
    expected = extractor.transform(new)
    np.testing.assert_allclose(run(graph, result, new, 3), expected, atol=1e-12)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_linear_models(n_classes):
    """One line for two classes, one each for more."""
    X, y = load_iris(return_X_y=True)
    X, y = X[y < n_classes], y[y < n_classes]
    model = AutoLinearClassifier().fit(X, y)
    graph = Graph(4)
    found = run(graph, linear(graph, model, "table", True), X, n_classes)
    np.testing.assert_allclose(found, model.predict_proba(X), atol=1e-12)


def test_classes_that_a_learner_has_not_seen_get_zero():
    """Columns are those of the task."""
    X, y = load_iris(return_X_y=True)
    model = AutoLinearClassifier().fit(X[y > 0], y[y > 0])
    graph = Graph(4)
    task = make_task(y, classifier=True)
    found = run(graph, predict(graph, model, "table", 4, task, "here"), X, 3)
    np.testing.assert_allclose(found[:, 1:], model.predict_proba(X), atol=1e-12)
    assert not found[:, 0].any()


def test_trees_on_wide_sparse_tables_are_refused():
    """They read a few directions of the words."""
    rng = np.random.default_rng(0)
    X = sparse.random(40, 3000, 0.01, format="csr", random_state=0)
    y = rng.permutation(np.arange(40) % 2)
    model = AutoBoostingClassifier(effort=0.1).fit(X, y)
    task = make_task(y, classifier=True)
    with pytest.raises(ValueError, match="here: AutoBoostingClassifier reads a wide"):
        predict(Graph(3000), model, "table", 3000, task, "here")
