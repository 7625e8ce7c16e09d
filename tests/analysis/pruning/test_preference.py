"""Which of several is wanted more."""

import numpy as np
import pytest
from study_cases import study_of, table

from mmensemble.analysis.pruning._comparable import comparable_columns
from mmensemble.analysis.pruning._preference import chooser, column_order, modality_cost


def order_of(study, keep, costs=None):
    """Order the first three columns."""
    columns = comparable_columns(study.X, [0, 1, 2], categories=False)
    return list(column_order(study, columns, keep, costs, "pearson"))


def test_columns():
    X, y = table(60)
    y = X["a__1"] + 0.1 * y
    study = study_of(X, y)
    assert order_of(study, "first") == [0, 1, 2]
    assert order_of(study, "relevance")[0] == 1
    assert order_of(study_of(X), "relevance") == [0, 1, 2]
    costs = {"a__0": 9, "a__1": 1, "a": 8}
    assert order_of(study, "cost", costs) == [1, 2, 0]
    assert order_of(study, lambda part, y: part.columns[0] == "a__2")[0] == 2
    with pytest.raises(ValueError, match="keep='cost' needs the cost of column 'a__0'"):
        order_of(study, "cost")


def test_columns_of_arrays():
    study = study_of(table(20)[0].to_numpy())
    columns = comparable_columns(study.X, [0, 1], categories=False)
    order = column_order(study, columns, "cost", {0: 2, 1: 1}, "pearson")
    assert list(order) == [1, 0]


def test_modalities():
    study = study_of(*table(60))
    assert chooser(study, "first", None)([0, 1]) == 1
    assert chooser(study, "cost", {"a": 3, "b": 2, "c": 1})([0, 1]) == 0
    assert chooser(study, "cost", dict.fromkeys("abc", 1))([0, 1]) == 1
    assert chooser(study, lambda part, y: -part.shape[1], None)([0, 1, 2]) == 1
    assert chooser(study, lambda part, y: np.std(y), None)([0, 1, 2]) == 2


def test_costs_of_modalities():
    study = study_of(table(20)[0])
    costs = {"c__0": 1, "c__1": 2, "c__2": 3, "a": 7}
    assert modality_cost(study, 0, costs) == 7
    assert modality_cost(study, 2, costs) == 6
    with pytest.raises(ValueError, match="keep='cost' needs the cost of modality 'b'"):
        modality_cost(study, 1, costs)
