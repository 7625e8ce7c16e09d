"""Stacks that have no model of complete rows; others are in `test_onnx_export`."""

import pytest
from ensemble_cases import hide, make_table
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier, StackingFusion
from mmensemble.deployment import to_onnx

pytest.importorskip("skl2onnx", reason="skl2onnx is missing (extra onnx)")


def test_a_stack_without_complete_rows():
    """The error says that training rows were too few."""
    X, y = make_table(sizes={"a": 2, "b": 2})
    X = hide(hide(X, "a", range(0, 60, 2)), "b", range(1, 60, 2))
    fusion = StackingFusion(LogisticRegression())
    model = MultimodalClassifier(fusion=fusion, estimator=LogisticRegression())
    model.fit(X, y)
    with pytest.raises(ValueError, match="no model for rows that have all modalities"):
        to_onnx(model)
