"""What all transformers that put columns beside a table do alike."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from mmensemble.auxiliary._appender import ColumnAppender
from mmensemble.auxiliary._containers import Values

pl = pytest.importorskip("polars")


class Doubled(ColumnAppender):
    """Puts twice the first column beside the table, in place of the last."""

    def __init__(self, prefix="twice"):
        self.prefix = prefix

    def fit(self, X, y=None):
        X = self._open(X)
        self._read = [0]
        self._learn_names(self._named({"v": None}), [X.shape[1] - 1])
        return self

    def transform(self, X):
        given, X = X, self._aligned(X)
        values = Values("number", 2 * np.asarray(X)[:, 0].astype(float))
        return self._close(X, self._named({"v": values}), given)


FRAME = pd.DataFrame({"a": [1, 2], "b": [3, 4], "c": [5, 6]}, index=[7, 8])


def test_columns_come_and_go():
    """Names, order and index are those of fit; what is not read may be missing."""
    model = Doubled().fit(FRAME)
    expected = pd.DataFrame({"a": [1, 2], "b": [3, 4], "twice__v": [2.0, 4.0]}, [7, 8])
    pd.testing.assert_frame_equal(model.transform(FRAME), expected)
    pd.testing.assert_frame_equal(model.transform(FRAME[["b", "a"]]), expected)
    assert list(model.get_feature_names_out()) == list(expected)
    fewer = model.transform(FRAME[["a"]])
    pd.testing.assert_frame_equal(fewer, expected.drop(columns="b"))
    with pytest.raises(ValueError, match=r"columns are missing: \['a'\]"):
        model.transform(FRAME[["c"]])
    model.set_output(transform="pandas")
    match = r"columns are missing: \['b', 'c'\]; with set_output\(transform='pandas'\)"
    with pytest.raises(ValueError, match=match):
        model.transform(FRAME[["a"]])


def test_names_that_are_no_strings():
    """Columns without names have positions, and come out with names."""
    model = Doubled().fit(FRAME.set_axis([2, 1, 0], axis=1))
    got = model.transform(FRAME.set_axis([2, 1, 0], axis=1))
    assert list(got) == ["x0", "x1", "twice__v"]
    assert got["twice__v"].tolist() == [2.0, 4.0]


@pytest.mark.parametrize("table", [FRAME, pl.from_pandas(FRAME)])
def test_frames_after_arrays(table):
    """Names that fit has not seen are told, and not used."""
    model = Doubled().fit(FRAME.to_numpy())
    with pytest.warns(UserWarning, match="X has feature names"):
        got = model.transform(table)
    assert list(got.columns) == ["x0", "x1", "twice__v"]


def test_output_containers():
    """set_output goes from any container to any other."""
    model = Doubled().fit(FRAME)
    for container, kind in (("pandas", pd.DataFrame), ("polars", pl.DataFrame)):
        model.set_output(transform=container)
        for table in (FRAME, pl.from_pandas(FRAME)):
            got = model.transform(table)
            assert isinstance(got, kind)
            assert list(got.columns) == ["a", "b", "twice__v"]


def test_refusals():
    """Sparse tables, prefixes that are none, names that are taken, no fit."""
    with pytest.raises(TypeError, match="sparse matrix was passed to Doubled"):
        Doubled().fit(sparse.eye(2))
    with pytest.raises(ValueError, match="Names must not contain '__'"):
        Doubled("a__b").fit(FRAME)
    with pytest.raises(
        ValueError, match=r"columns \['twice__v'\] already: give another"
    ):
        Doubled().fit(FRAME.rename(columns={"b": "twice__v"}))
    with pytest.raises(NotFittedError):
        Doubled().get_feature_names_out()


def test_tags():
    """Missing values, text and categories may be given."""
    tags = Doubled().__sklearn_tags__().input_tags
    assert tags.allow_nan
    assert tags.string
    assert tags.categorical
    assert not tags.sparse
