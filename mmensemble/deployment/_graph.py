"""A graph of ONNX that is put together node by node."""

import numpy as np
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)

#: Versions of the two sets of operators; those of skl2onnx are inlined in the same.
OPSETS = {"": 18, "ai.onnx.ml": 3}
#: What skl2onnx converts for numbers of single precision only.
_OF_FLOAT32 = (HistGradientBoostingClassifier, HistGradientBoostingRegressor)


class Graph:
    """Nodes and constants on the way from one table of float64 to one result.

    Parameters
    ----------
    width : int
        Columns of the table.
    """

    def __init__(self, width):
        self.width = width
        self.nodes, self.constants, self.count = [], [], 0

    def name(self, stem):
        """Return a name that nothing else has."""
        self.count += 1
        return f"{stem}_{self.count}"

    def constant(self, values, dtype=np.float64):
        """Return the name of an array."""
        from onnx import numpy_helper

        name = self.name("constant")
        array = np.ascontiguousarray(values, dtype=dtype)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, kind, *inputs, **attributes):
        """Return the name of what an operator makes; arrays become constants."""
        from onnx import helper

        names = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        out = self.name(kind)
        self.nodes.append(helper.make_node(kind, names, [out], **attributes))
        return out

    def columns(self, source, positions):
        """Return the name of some columns of a table."""
        return self.add("Gather", source, self.constant(positions, np.int64), axis=1)

    def as_double(self, source):
        """Return the name of the same as float64."""
        from onnx import TensorProto

        return self.add("Cast", source, to=TensorProto.DOUBLE)

    def weighted_sum(self, sources, weights):
        """Return the name of the sum of tables, each times a number or a row."""
        total = None
        for source, weight in zip(sources, weights, strict=True):
            part = self.add("Mul", source, np.atleast_1d(weight))
            total = part if total is None else self.add("Add", total, part)
        return total

    def inline(self, estimator, source, width):
        """Return the names of what an estimator of scikit-learn makes of a table.

        Parameters
        ----------
        estimator : fitted estimator
        source : str
        width : int
            Columns of the table.

        Returns
        -------
        outputs : list of str
            For a classifier the labels, and the probabilities.
        """
        from onnx import TensorProto, compose, helper
        from skl2onnx import convert_sklearn
        from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

        kind = DoubleTensorType
        if isinstance(estimator, _OF_FLOAT32):
            source, kind = (
                self.add("Cast", source, to=TensorProto.FLOAT),
                FloatTensorType,
            )
        options = {}
        if hasattr(estimator, "predict_proba"):
            options = {id(estimator): {"zipmap": False}}
        part = convert_sklearn(
            estimator,
            initial_types=[("table", kind([None, width]))],
            target_opset=OPSETS,
            options=options,
        )
        part = compose.add_prefix(part, self.name("part") + "_").graph
        start = helper.make_node("Identity", [source], [part.input[0].name])
        self.nodes += [start, *part.node]
        self.constants += list(part.initializer)
        return [output.name for output in part.output]

    def serialised(self, result, name, n_outputs, notes):
        """Return the model as bytes, checked.

        Parameters
        ----------
        result : str
            What the model returns.
        name : str
            How the result is called.
        n_outputs : int
        notes : dict of str to str
        """
        import onnx
        from onnx import TensorProto, helper

        self.nodes.append(helper.make_node("Identity", [result], [name]))
        double = TensorProto.DOUBLE
        graph = helper.make_graph(
            self.nodes,
            "mmensemble",
            [helper.make_tensor_value_info("table", double, [None, self.width])],
            [helper.make_tensor_value_info(name, double, [None, n_outputs])],
            self.constants,
        )
        opsets = [helper.make_opsetid(*pair) for pair in OPSETS.items()]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        helper.set_model_props(model, notes)
        onnx.checker.check_model(model)
        return model.SerializeToString()
