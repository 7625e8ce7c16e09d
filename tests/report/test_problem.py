"""What every page says first."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.report._problem import name_of_target, problem_of

COLUMNS = [("a", "auto", ["x", "y"]), ("b", "auto", "z")]


def test_classes():
    """Their shares, the largest first, and the folds."""
    y = np.array(["no"] * 3 + ["yes"])
    found = problem_of(
        y, COLUMNS, classifier=True, name="ill", groups=np.arange(4) // 2
    )
    assert found.sentences(5) == (
        "Predicted: ill, 2 classes: no 75.0% (3 rows), yes 25.0% (1 rows).",
        "Rows: 4 in 2 groups, which folds keep together; each is predicted by a model "
        "that was not fitted on it, in 5 folds.",
        "Features: 3 columns in 2 modalities (a 2, b 1).",
    )


def test_numbers():
    """Range and mean; a target without a name says so."""
    found = problem_of(np.array([1.0, 3.0]), COLUMNS[:1], classifier=False)
    first, rows, features = found.sentences()
    assert first == (
        "Predicted: the target (it came without a name), a number from 1.00 to 3.00 "
        "(mean 2.00, standard deviation 1.00)."
    )
    assert rows == "Rows: 2."
    assert features == "Features: 2 columns in 1 modality (a 2)."
    assert found.to_dict()["numbers"]["mean"] == 2


def test_alerts_of_columns():
    """They are looked for where the table is given, and are plain in the JSON."""
    y = np.arange(30.0)
    X = pd.DataFrame({"x": 2 * y, "y": y % 7, "z": y % 5})
    assert problem_of(y, COLUMNS, classifier=False).alerts == {}
    found = problem_of(y, COLUMNS, classifier=False, X=X)
    assert list(found.to_dict()["alerts"]) == ["x"]


def test_many_classes_and_modalities():
    """The rest is counted."""
    columns = [(f"m{k}", "auto", ["x"]) for k in range(20)]
    found = problem_of(np.arange(30), columns, classifier=True)
    first, _, features = found.sentences()
    assert first.endswith("24 rarer ones.")
    assert features.endswith("m5 1, 14 more).")


@pytest.mark.parametrize(
    ("y", "name"),
    [
        ([0, 1], ""),
        (np.zeros(2), ""),
        (pd.Series([0, 1], name="late"), "late"),
        (pd.DataFrame({"late": [0, 1]}), "late"),
        (pd.DataFrame({"late": [0, 1], "far": [1, 0]}), "late, far"),
    ],
)
def test_names(y, name):
    """Series and frames have names; arrays do not."""
    assert name_of_target(y) == name
