"""Graphs of ONNX, put together by hand."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from mmensemble.deployment._graph import Graph

pytest.importorskip("skl2onnx", reason="skl2onnx is missing (extra onnx)")
runtime = pytest.importorskip("onnxruntime")


def test_nodes_and_inlined_steps_compute():
    """Columns, weighted sums and a step of scikit-learn, all in float64."""
    X = np.random.default_rng(0).normal(size=(20, 3)) + 1e9
    scaler = StandardScaler().fit(X[:, [2, 0]])
    graph = Graph(3)
    own = graph.columns("table", [2, 0])
    scaled = graph.inline(scaler, own, 2)[0]
    total = graph.weighted_sum([scaled, own], [2.0, np.array([0.0, 1.0])])
    data = graph.serialised(total, "sum", 2, {"note": "x"})
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    found = session.run(None, {"table": X})[0]
    part = X[:, [2, 0]]
    expected = 2 * scaler.transform(part) + part * [0, 1]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6)
    assert session.get_modelmeta().custom_metadata_map == {"note": "x"}
