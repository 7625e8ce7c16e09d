"""Columns of fit found again: by name where both tables have them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from mmensemble._known_columns import columns_of_fit, take_named

pl = pytest.importorskip("polars")
FRAME = pd.DataFrame({"a": [1, 2], "b": [3, 4], "c": [5, 6]}, index=[7, 8])


def fitted(X):
    """Return an estimator that has seen a table."""
    model = BaseEstimator()
    validate_data(model, X=X, skip_check_array=True)
    return model


@pytest.mark.parametrize("container", [pd.DataFrame, pl.from_pandas])
def test_frames_go_by_name(container):
    """Order and further columns do not matter, and the index stays."""
    given = container(FRAME[["c", "b", "a"]])
    found = columns_of_fit(fitted(FRAME[["a", "c"]]), given)
    assert type(found) is type(given)
    assert list(found.columns) == ["a", "c"]
    np.testing.assert_array_equal(np.asarray(found), FRAME[["a", "c"]])
    if container is pd.DataFrame:
        assert found.index.tolist() == [7, 8]


def test_the_same_columns_are_not_copied():
    """A table as fit saw it comes back itself."""
    assert columns_of_fit(fitted(FRAME), FRAME) is FRAME


def test_missing_columns_are_listed():
    """In their order, with the advice of who asks."""
    with pytest.raises(ValueError, match=r"^columns are missing: \['b', 'c'\]$"):
        columns_of_fit(fitted(FRAME), FRAME[["a"]])
    match = r"^columns are missing: \['b'\], in the second table\.$"
    with pytest.raises(ValueError, match=match):
        take_named(FRAME[["a"]], ["b"], ", in the second table.")


def test_arrays_go_by_position():
    """With scikit-learn's warning where fit saw names, and its check of the width."""
    model = fitted(FRAME)
    values = FRAME.to_numpy()
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        assert columns_of_fit(model, values) is values
    with pytest.raises(ValueError, match="X has 2 features, but BaseEstimator is"):
        columns_of_fit(fitted(values), values[:, :2])
    with pytest.warns(UserWarning, match="X has feature names, but BaseEstimator was"):
        assert columns_of_fit(fitted(values), FRAME) is FRAME
