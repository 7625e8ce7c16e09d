"""A graph of ONNX that is put together node by node."""

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

#: Versions of the two sets of operators; those of skl2onnx are inlined in the same.
OPSETS = {"": 18, "ai.onnx.ml": 3}
_BOOSTED = (HistGradientBoostingClassifier, HistGradientBoostingRegressor)
_FORESTS = (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)


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
        if _holds_trees(estimator):
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
        if isinstance(estimator, _FORESTS):
            _send_missing(part, estimator.estimators_)
        elif hasattr(estimator, "tree_"):
            _send_missing(part, [estimator])
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


def _holds_trees(estimator):
    """Tell whether an estimator is made of trees, in whole or in part.

    Trees compare numbers of single precision, and boosted ones are converted for
    these only.
    """
    if isinstance(estimator, _BOOSTED) or hasattr(estimator, "tree_"):
        return True
    return any(map(_holds_trees, np.ravel(getattr(estimator, "estimators_", []))))


def _send_missing(part, trees):
    """Tell the nodes of converted trees which way a missing number goes.

    The converter sends it to the right everywhere, where scikit-learn sends it to
    the side that training has chosen.

    Parameters
    ----------
    part : ModelProto
    trees : list of fitted trees
    """
    left = [tree.tree_.missing_go_to_left for tree in trees]
    for node in part.graph.node:
        own = {attribute.name: attribute.ints for attribute in node.attribute}
        if "nodes_missing_value_tracks_true" in own:
            places = zip(own["nodes_treeids"], own["nodes_nodeids"], strict=True)
            ways = [int(left[tree][place]) for tree, place in places]
            own["nodes_missing_value_tracks_true"][:] = ways
