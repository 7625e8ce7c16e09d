"""Targets: labels and numbers of every kind, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import FUSIONS, classifier, make_numbers, make_table, regressor
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import DataConversionWarning

from mmensemble._validation import check_table_and_target, numeric_target

pl = pytest.importorskip("polars")

LABELS = {
    "strings": np.array(["yes", "no"]),
    "objects": np.array(["yes", "no"], dtype=object),
    "bools": np.array([True, False]),
    "unsorted": np.array([7, -3]),
    "floats": np.array([1.0, 0.0]),
}


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("kind", LABELS)
def test_labels_of_every_kind(fusion, kind):
    """Predictions are labels; columns of probabilities follow ``classes_``."""
    X, y = make_table()
    labels = LABELS[kind][y]
    model = classifier(X, fusion).fit(X, labels)
    assert_array_equal(model.classes_, np.unique(labels))
    probabilities = model.predict_proba(X)
    wanted = classifier(X, fusion).fit(X, y).predict_proba(X)
    assert_allclose(probabilities, wanted[:, ::-1], atol=1e-6)
    assert_array_equal(model.predict(X), model.classes_[probabilities.argmax(axis=1)])
    assert model.score(X, labels) > 0.7


CONTAINERS = {
    "list": list,
    "series": pd.Series,
    "nullable": lambda y: pd.Series(y, dtype="Int64"),
    "arrow": lambda y: pd.Series(y, dtype="int64[pyarrow]"),
    "category": lambda y: pd.Series(y).astype("category"),
    "polars": pl.Series,
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_labels_in_every_container(kind):
    """Labels may come in any container."""
    X, y = make_table()
    wanted = classifier(X).fit(X, y).predict_proba(X)
    model = classifier(X).fit(X, CONTAINERS[kind](y))
    assert_array_equal(model.predict_proba(X), wanted)


@pytest.mark.parametrize("kind", ["string", "string[pyarrow]", "category"])
def test_words_in_every_container(kind):
    """So may labels that are words."""
    X, y = make_table()
    labels = pd.Series(np.array(["no", "yes"])[y], dtype=kind)
    model = classifier(X).fit(X, labels)
    assert set(model.predict(X)) == {"no", "yes"}
    assert_array_equal(model.classes_, ["no", "yes"])


@pytest.mark.parametrize("kind", ["nullable", "arrow", "polars", "list"])
def test_numbers_in_every_container(kind):
    """So may the targets of a regression, whole numbers included."""
    X, y = make_table()
    wanted = regressor(X).fit(X, y.astype(float)).predict(X)
    model = regressor(X).fit(X, CONTAINERS[kind](y))
    assert_allclose(model.predict(X), wanted)


@pytest.mark.parametrize("container", [np.asarray, pd.DataFrame])
@pytest.mark.parametrize("fusion", FUSIONS)
def test_several_targets(fusion, container):
    """Several targets come back in as many columns."""
    X, _ = make_table()
    y = make_numbers(X, 3)
    model = regressor(X, fusion).fit(X, container(y))
    assert model.predict(X).shape == (60, 3)
    assert model.score(X, y) > 0.3


def test_target_frame_of_other_kinds():
    """Nullable and polars frames of targets are numbers as well."""
    X, _ = make_table()
    y = make_numbers(X, 2)
    wanted = regressor(X).fit(X, y).predict(X)
    frames = [
        pd.DataFrame(y).convert_dtypes(),
        pl.DataFrame({"u": y[:, 0], "v": y[:, 1]}),
    ]
    for frame in frames:
        assert_allclose(regressor(X).fit(X, frame).predict(X), wanted)


def test_one_column_of_targets_warns():
    """A single column is taken as a vector, with scikit-learn's warning."""
    X, y = make_table()
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        assert classifier(X).fit(X, y[:, None]).predict(X).shape == (60,)
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        assert regressor(X).fit(X, y[:, None]).predict(X).shape == (60,)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_target_is_required(make):
    """Without a target there is nothing to predict."""
    X, _ = make_table()
    with pytest.raises(ValueError, match="requires y to be passed, but the target y"):
        make(X).fit(X, None)


@pytest.mark.parametrize("make", [classifier, regressor])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_target_with_missing_or_infinite_values(make, value):
    """Targets are finite."""
    X, y = make_table()
    y = y.astype(float)
    y[3] = value
    with pytest.raises(ValueError, match="Input y contains"):
        make(X).fit(X, y)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_target_with_nullable_missing_values(make):
    """A missing value of a nullable target is refused as such."""
    X, y = make_table()
    y = pd.Series(y, dtype="Int64")
    y[3] = pd.NA
    with pytest.raises(ValueError, match="Input y contains NaN"):
        make(X).fit(X, y)


def test_words_with_missing_values():
    """So is one among words."""
    X, y = make_table()
    for missing in (None, np.nan):
        labels = np.array(["no", "yes"], dtype=object)[y]
        labels[3] = missing
        with pytest.raises(ValueError, match="Input y contains NaN"):
            classifier(X).fit(X, labels)


def test_numbers_are_no_labels():
    """A classifier refuses continuous targets."""
    X, _ = make_table()
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        classifier(X).fit(X, make_numbers(X))


def test_one_class_is_refused():
    """A classifier needs two classes."""
    X, _ = make_table()
    with pytest.raises(ValueError, match="at least 2 classes, got one class: 'no'"):
        classifier(X).fit(X, np.repeat("no", 60))


def test_check_target_and_numeric_target():
    """The checked table and target are arrays of equal length."""
    X, y = check_table_and_target(classifier(make_table()[0]), [[1.0], [2.0]], [0, 1])
    assert X.shape == (2, 1)
    assert isinstance(y, np.ndarray)
    assert numeric_target(np.array([1, 2])).dtype == np.float64
    with pytest.raises(ValueError, match="dim 3"):
        numeric_target(np.ones((2, 2, 2)))
