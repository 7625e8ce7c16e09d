"""Frames whose rows are elsewhere are recognised, and refused with what to do."""

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble._lazy import is_lazy, refuse_lazy


def stand_in(package):
    """Return an object that looks like a frame of a package."""
    kind = type("DataFrame", (), {"columns": ["a"], "to_delayed": None})
    kind.__module__ = f"{package}.dataframe.core"
    return kind()


def test_frames_of_dask_are_recognised():
    """By their package, and what they can do."""
    assert is_lazy(stand_in("dask"))
    assert not is_lazy(stand_in("pyspark"))
    assert not is_lazy(pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize(
    ("package", "method"), [("dask", "compute"), ("pyspark", "toPandas")]
)
def test_fit_and_predict_say_what_to_do(package, method):
    """One error names the way into memory, and the way around it."""
    X = pd.DataFrame({"a__x": [0.0, 1, 2, 3] * 5, "b__x": [1.0, 0, 1, 0] * 5})
    model = MultimodalClassifier(fusion="voting", cv=2).fit(X, [0, 1] * 10)
    message = rf"got a {package} frame.*Bring it with X\.{method}\(\)"
    with pytest.raises(TypeError, match=message):
        model.fit(stand_in(package), np.zeros(3))
    with pytest.raises(TypeError, match=message):
        model.predict(stand_in(package))
    refuse_lazy(X, "anything")


def test_lazy_frames_of_polars():
    """They say which method to call."""
    polars = pytest.importorskip("polars")
    with pytest.raises(TypeError, match=r"call X\.collect\(\) first"):
        refuse_lazy(polars.DataFrame({"a": [1]}).lazy(), "fit")
