"""Series in cells and along columns."""

import pickle

import numpy as np
import pandas as pd
import pytest
from cell_cases import CHECKS_LEFT_OUT, one_column, run_check, run_check_left_out
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble.features import SeriesExtractor
from mmensemble.features.cells._series import read_series, stretched
from mmensemble.features.cells._values import CellError

pl = pytest.importorskip("polars")


def waves(n_rows=40, seed=0, length=60):
    """Return series of any length whose frequency tells the class."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_rows) % 2
    cells = []
    for label in y:
        t = np.arange(rng.integers(length, 2 * length))
        cells.append(np.sin((0.3 + 0.3 * label) * t) + rng.normal(size=len(t)))
    return one_column(cells, "wave"), y


def expected_failures(estimator):
    """Return checks that fail, with the reason."""
    if estimator.kind == "summary":
        return {}
    why = "which series biases come from does not depend on weights"
    return {"check_sample_weight_equivalence_on_dense_data": why}


@parametrize_with_checks(
    [SeriesExtractor(), SeriesExtractor("minirocket", n_features=84)],
    expected_failed_checks=expected_failures,
)
def test_common_checks(estimator, check):
    """It passes scikit-learn's checks on numbers, which are series along columns."""
    run_check(estimator, check)


def test_number_of_common_checks():
    """None of the common checks disappears unnoticed."""
    checks = list(estimator_checks.estimator_checks_generator(SeriesExtractor()))
    assert len(checks) >= 45


@pytest.mark.filterwarnings("ignore:X .* feature names:UserWarning")
@pytest.mark.parametrize("name", CHECKS_LEFT_OUT)
@pytest.mark.parametrize("n_components", [None, 2])
def test_checks_left_out_of_the_generator(name, n_components):
    """It passes those that third parties call by hand."""
    run_check_left_out(name, SeriesExtractor(n_components=n_components))


@pytest.mark.parametrize("kind", ["summary", "minirocket"])
def test_tells_frequencies_apart(kind):
    """Both kinds see what differs, in series of different lengths."""
    X, y = waves()
    model = make_pipeline(
        SeriesExtractor(kind, n_features=500, random_state=0), LogisticRegression()
    )
    assert cross_val_score(model, X, y).mean() > 0.9


@pytest.mark.parametrize("kind", ["summary", "minirocket"])
def test_columns_are_steps_of_one_series(kind):
    """Columns of numbers are the same as one column of arrays."""
    values = np.random.default_rng(0).normal(size=(12, 30))
    along = SeriesExtractor(kind, n_features=84, random_state=0)
    inside = SeriesExtractor(kind, n_features=84, random_state=0)
    cells = one_column(list(values), "series")
    # seeds go by the name of the column
    assert_array_equal(along.fit_transform(values), inside.fit_transform(cells))
    assert along.together_
    assert not inside.together_
    assert_array_equal(along.get_feature_names_out(), inside.get_feature_names_out())


def test_containers_agree():
    """Lists in pandas, polars and object arrays are the same series."""
    X, _ = waves(6)
    lists = [list(cell) for cell in X["wave"]]
    lists[2] = None
    frame = one_column(lists, "wave")
    expected = SeriesExtractor().fit_transform(frame)
    polars = pl.DataFrame({"wave": lists})
    assert_allclose(SeriesExtractor().fit_transform(polars), expected)
    assert_allclose(SeriesExtractor().fit_transform(frame.to_numpy()), expected)
    fitted = SeriesExtractor().fit(frame)
    assert_allclose(fitted.transform(polars), expected)


def test_missing_series():
    """Null, empty and unknown series have mean features and are missing rows."""
    X, _ = waves(5)
    X = one_column([*X["wave"], None, [], [np.nan, None]], "wave")
    extractor = SeriesExtractor()
    out = extractor.fit_transform(X)
    assert_array_equal(out[5:], 0)
    assert_array_equal(extractor.missing_rows(X), [False] * 5 + [True] * 3)
    assert_array_equal(out[:5], SeriesExtractor().fit_transform(X[:5]))


def test_missing_rows_along_columns():
    """A row of nothing but NaN lacks the series."""
    values = np.random.default_rng(0).normal(size=(6, 5))
    values[2] = np.nan
    values[3, 1] = np.nan
    extractor = SeriesExtractor().fit(values)
    assert_array_equal(extractor.missing_rows(values), np.arange(6) == 2)
    assert_array_equal(extractor.transform(values)[2], 0)


def test_several_columns():
    """Each column of cells has its own features; one of them may be empty."""
    X, _ = waves(8)
    X["other"] = waves(8, seed=1)[0]["wave"]
    X["nothing"] = None
    extractor = SeriesExtractor(n_components=3).fit(X)
    names = extractor.get_feature_names_out()
    assert names.tolist() == [
        *(f"wave_pc{i}" for i in range(3)),
        *(f"other_pc{i}" for i in range(3)),
        "nothing_empty",
    ]
    assert extractor.transform(X).shape == (8, 7)
    assert_array_equal(extractor.missing_rows(X), [False] * 8)


@pytest.mark.parametrize(
    ("cell", "match"),
    [
        ("abc", r"row 'b' of column 'wave': 'abc' is no series of numbers"),
        ("[1, 2]", r"is no series of numbers\. Make a list of it first"),
        ([1, "x"], r"row 'b' of column 'wave': \[1, 'x'\] is no series of numbers"),
        (np.ones((2, 3)), r"has 2 dimensions\. Give each channel a column"),
        ([1, np.inf], r"row 'b' of column 'wave': the series contains infinity"),
    ],
)
def test_cells_that_cannot_be_read(cell, match):
    """The error names row and column, in fit and in transform."""
    X = one_column([[1, 2], cell, [3, 4, 5]], "wave").set_axis(["a", "b", "c"])
    with pytest.raises(ValueError, match=f"SeriesExtractor cannot read .*{match}"):
        SeriesExtractor().fit(X)
    fitted = SeriesExtractor().fit(X.drop(index="b"))
    with pytest.raises(ValueError, match=f"SeriesExtractor cannot read .*{match}"):
        fitted.transform(X)


def test_text_among_steps():
    """A column that was a number in fit must be one later."""
    X = pd.DataFrame({"t0": [1.0, 2, 4], "t1": [2.0, 1, 5]})
    fitted = SeriesExtractor().fit(X)
    with pytest.raises(ValueError, match="Column 't1' was a time step, a number, in"):
        fitted.transform(X.assign(t1=["a", "b", "c"]))


def test_sparse_is_refused():
    """A sparse matrix holds no cells."""
    with pytest.raises(TypeError, match="takes a table of cells, got a sparse matrix"):
        SeriesExtractor().fit(sparse.eye(3))


def test_missing_columns():
    """A frame is addressed by names: what lacks is told, more is no harm."""
    X, _ = waves(5)
    fitted = SeriesExtractor().fit(X)
    more = X.assign(more=1)[["more", "wave"]]
    assert_array_equal(fitted.transform(more), fitted.transform(X))
    with pytest.raises(ValueError, match=r"columns are missing: \['wave'\]"):
        fitted.transform(more[["more"]])


def test_nothing_leaks():
    """What is learnt does not depend on other rows."""
    X, _ = waves(20)
    one = SeriesExtractor("minirocket", n_features=84, random_state=0).fit(X[:10])
    other = X.copy()
    other["wave"] = [*X["wave"][:10], *([[1e9, 0, 3]] * 10)]
    two = SeriesExtractor("minirocket", n_features=84, random_state=0).fit(other[:10])
    assert pickle.dumps(one) == pickle.dumps(two)
    together = one.transform(X)
    assert_array_equal(together[12:13], one.transform(X[12:13]))


def test_persistence():
    """A stored extractor gives the same features."""
    X, _ = waves(10)
    for kind in ("summary", "minirocket"):
        fitted = SeriesExtractor(kind, n_features=84).fit(X)
        again = pickle.loads(pickle.dumps(fitted))
        assert_array_equal(again.transform(X), fitted.transform(X))


def test_unknown_steps_are_interpolated():
    """Ends take the nearest step that is known."""
    assert_array_equal(read_series([None, 1, np.nan, 3, None]), [1, 1, 2, 3, 3])
    assert_array_equal(read_series(7), [7])
    with pytest.raises(CellError, match="no series of numbers"):
        read_series({"a": 1})


def test_stretching():
    """Ends stay, steps between are interpolated."""
    assert_allclose(stretched(np.array([0.0, 1, 2]), 5), [0, 0.5, 1, 1.5, 2])
    assert_allclose(stretched(np.array([4.0]), 3), [4, 4, 4])


def test_nothing_in_pandas_lists():
    """NA is a step that is missing, as None is."""
    np.testing.assert_array_equal(read_series([1, pd.NA, 3]), [1, 2, 3])
    np.testing.assert_array_equal(
        read_series(pd.Series([1, None, 3], dtype="Int64")), [1, 2, 3]
    )
