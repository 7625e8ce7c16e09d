"""Scores with one row a split and one column a choice."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from mmensemble.model_selection import compare_scores, split_scores
from mmensemble.model_selection._split_scores import split_ratio, split_sizes


def test_a_score_table_becomes_scores_by_split():
    """Splits are put in order of their number, metrics by their name."""
    table = pd.DataFrame({f"split{k}_test_auc": [k, -k] for k in (10, 2, 1)})
    table["split0_test_f1"] = 9.0
    scores = split_scores(table.assign(choice=["x", "y"]), metric="auc")
    assert scores["x"].tolist() == [1, 2, 10]
    assert scores["y"].tolist() == [-1, -2, -10]
    assert scores.index.tolist() == [1, 2, 10]
    assert split_scores(table, metric="f1").columns.tolist() == [0, 1]


def test_real_scores_are_compared():
    """What a search of scikit-learn has found can be compared without more ado."""
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(LogisticRegression(), {"C": [1e-4, 0.1]}, cv=3).fit(X, y)
    table = pd.DataFrame(search.cv_results_).assign(choice=["x", "y"])
    frame = compare_scores(split_scores(table), n_train=100, n_test=50)
    assert frame["choice"].tolist() == ["x", "y"]


def test_a_table_without_the_metric_is_refused():
    """The error names the columns that there are."""
    with pytest.raises(ValueError, match="no column 'split0_test_f1'"):
        split_scores(pd.DataFrame({"split0_test_auc": [1.0]}), metric="f1")


def test_sizes_of_splits():
    """Rows are counted, and groups where there are groups."""
    splits = [(np.arange(4), np.arange(4, 6)), (np.arange(2, 6), np.arange(2))]
    assert split_sizes(splits) == ([4, 4], [2, 2])
    assert split_sizes(splits, np.arange(6) // 2) == ([2, 2], [1, 1])
    assert split_ratio(splits).tolist() == [0.5, 0.5]
