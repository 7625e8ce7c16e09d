"""Tables become the same numbers from every container."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble.analysis.matrix._prepare import plan_columns, prepare, to_matrix

pl = pytest.importorskip("polars")

DATES = [datetime(1970, 1, 2), None, datetime(2024, 5, 6, 7, 8)]


def mixed(container):
    if container == "polars":
        return pl.DataFrame(
            {
                "n": [1.5, None, 3.0],
                "i": [1, 2, None],
                "b": [True, None, False],
                "c": pl.Series(["u", None, "v"], dtype=pl.Categorical),
                "d": DATES,
            }
        )
    frame = pd.DataFrame(
        {
            "n": [1.5, None, 3.0],
            "i": pd.array([1, 2, None], dtype="Int64"),
            "b": pd.array([True, None, False], dtype="boolean"),
            "c": pd.Categorical(["u", None, "v"], categories=["v", "u", "unused"]),
            "d": pd.to_datetime(DATES),
        }
    )
    if container == "nullable":
        return frame.convert_dtypes()
    return frame


@pytest.mark.parametrize("container", ["pandas", "nullable", "polars"])
def test_mixed_columns(container):
    matrix, names, sources = prepare(mixed(container))
    assert names == ["n", "i", "b", "c_u", "c_v", "d"]
    np.testing.assert_array_equal(sources, [0, 1, 2, 3, 3, 4])
    nan = np.nan
    last = datetime(2024, 5, 6, 7, 8) - datetime(1970, 1, 1)
    expected = [
        [1.5, 1, 1, 1, 0, 86400],
        [nan, 2, nan, nan, nan, nan],
        [3, nan, 0, 0, 1, last.total_seconds()],
    ]
    np.testing.assert_array_equal(matrix, expected)


def test_arrays_are_not_copied():
    X = np.ones((3, 2), dtype=np.float32)
    matrix, names, sources = prepare(X)
    assert matrix is X
    assert names == ["x0", "x1"]
    np.testing.assert_array_equal(sources, [0, 1])


def test_integers_booleans_and_frames_of_numbers():
    assert prepare(np.array([[True, False]]))[0].dtype == np.float64
    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})
    np.testing.assert_array_equal(prepare(frame)[0], [[1, 0.5], [2, 1.5]])
    durations = pd.DataFrame({"t": pd.to_timedelta([1, 2], unit="min")})
    np.testing.assert_array_equal(prepare(durations)[0], [[60], [120]])


def test_text_and_objects_are_refused():
    frame = pd.DataFrame({"a": [1], "note": ["hello"]})
    with pytest.raises(TypeError, match=r"\['note'\] hold text.*astype\('category'\)"):
        prepare(frame)
    with pytest.raises(TypeError, match=r"\['o'\] hold objects"):
        prepare(pd.DataFrame({"o": [{1: 2}, [3]]}))
    with pytest.raises(TypeError, match=r"call X\.toarray\(\)"):
        prepare(sparse.eye_array(3))


def test_union_of_plans():
    one = pd.DataFrame({"c": pd.Categorical(["a"]), "x": [True]})
    two = pd.DataFrame({"c": pd.Categorical(["b"]), "x": [2.0]})
    plan = plan_columns(one).union(plan_columns(two))
    assert plan.features == ["c_a", "c_b", "x"]
    np.testing.assert_array_equal(to_matrix(two, plan), [[0, 1, 2]])
    with pytest.raises(
        ValueError, match=r"'c' has levels \['b'\] that are not planned"
    ):
        to_matrix(two, plan_columns(one))
    with pytest.raises(ValueError, match=r"same columns, got \['x'\]"):
        plan.union(plan_columns(one[["c"]]))
    with pytest.raises(ValueError, match="'x' holds boolean values in one chunk"):
        plan_columns(one).union(plan_columns(one.assign(x=pd.Categorical(["k"]))))


def test_part_of_a_plan():
    """Some columns of a plan keep their order, kinds and levels."""
    plan = plan_columns(mixed("pandas"))
    part = plan.part({"c", "n"})
    assert part.names == ("n", "c")
    assert part.kinds == ("number", "category")
    assert part.levels == ((), plan.levels[plan.names.index("c")])
