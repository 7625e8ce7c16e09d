"""The table at fit and at predict: names, containers, what is missing."""

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import (
    FUSIONS,
    classifier,
    make_numbers,
    make_table,
    regressor,
    transformer,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

from mmensemble import MultimodalClassifier

pl = pytest.importorskip("polars")

EVERY_FUSION = pytest.mark.parametrize("fusion", FUSIONS)


def test_names_in_capitals_are_told():
    """Where only capitals or blanks differ, the message says which column it may be."""
    X, y = make_table()
    model = classifier(X, "voting").fit(X, y)
    first = X.columns[0]
    said = rf"Here '{first}' may be ' {first.upper()}'\."
    with pytest.raises(ValueError, match=said):
        model.predict(X.rename(columns={first: f" {first.upper()}"}))


@EVERY_FUSION
def test_reordered_and_extra_columns(fusion):
    """Frames are addressed by name."""
    X, y = make_table()
    model = classifier(X, fusion).fit(X, y)
    other = X[X.columns[::-1]].assign(extra="text", a__9=np.nan)
    assert_array_equal(model.predict_proba(other), model.predict_proba(X))
    values = regressor(X, fusion).fit(X, make_numbers(X))
    assert_array_equal(values.predict(other), values.predict(X))


@EVERY_FUSION
def test_reordered_columns_with_automatic_modalities(fusion):
    """Modalities found by prefix are addressed by name as well."""
    X, y = make_table()
    model = MultimodalClassifier(
        fusion=fusion, estimator=LogisticRegression(), cv=3
    ).fit(X, y)
    other = X[X.columns[::-1]]
    assert_array_equal(model.predict_proba(other), model.predict_proba(X))


@EVERY_FUSION
@pytest.mark.parametrize("container", [pd.DataFrame, pl.DataFrame])
def test_missing_columns_name_the_modality(fusion, container):
    """A column that is read must be there; the message says who reads it."""
    X, y = make_table()
    model = classifier(X, fusion).fit(X, y)
    other = container({c: X[c].to_numpy() for c in X if c != "b__1"})
    match = r"columns are missing: \['b__1'\], read by \['b'\]"
    for method in (model.predict, model.predict_proba, model.presence):
        with pytest.raises(ValueError, match=match):
            method(other)


@EVERY_FUSION
@pytest.mark.parametrize("container", [pd.DataFrame, pl.DataFrame])
def test_absent_columns_are_a_missing_modality(fusion, container):
    """On request a frame without a modality's columns is one that lacks it."""
    X, y = make_table()
    model = classifier(X, fusion).set_params(absent_columns="missing").fit(X, y)
    hidden, names = X.copy(), [c for c in X if c.startswith("b__")]
    hidden[names] = np.nan
    other = container({c: X[c].to_numpy() for c in X if c not in names})
    wanted = model.predict_proba(hidden)
    assert_array_equal(model.predict_proba(other), wanted)
    assert not model.presence(other)["b"].any()
    assert model.presence(other)[["a", "c"]].all(axis=None)
    half = container({c: X[c].to_numpy() for c in X if c != "b__1"})
    for part, owners in ((half, "b"), (container({"x": [1.0]}), "a', 'b', 'c")):
        match = rf"read by \['{owners}'\].*A modality must be there whole, or not"
        with pytest.raises(ValueError, match=match):
            model.predict(part)
    hint = (
        r"With absent_columns='missing' \(on the command line --absent-columns missing"
    )
    with pytest.raises(ValueError, match=hint):
        model.set_params(absent_columns="raise").predict(other)
    nothing = container({c.upper(): X[c].to_numpy() for c in X})
    with pytest.raises(ValueError, match=r"read by .*'a', 'b', 'c'") as told:
        model.predict(nothing)
    assert "absent_columns" not in str(told.value)


def test_absent_columns_of_modalities_that_share_some():
    """A modality that shares a column with an absent one is not there whole."""
    X, y = make_table()
    modalities = [
        ("a", "auto", ["a__0", "a__1"]),
        ("ab", "auto", ["a__1", "b__0"]),
        ("c", "auto", ["c__0"]),
    ]
    model = MultimodalClassifier(
        modalities, fusion="voting", absent_columns="missing", random_state=0
    ).fit(X, y)
    with pytest.raises(ValueError, match=r"\['a__0', 'a__1'\], read by \['a', 'ab'\]"):
        model.predict(X.drop(columns=["a__0", "a__1"]))
    assert not model.presence(X[["c__0"]])[["a", "ab"]].any(axis=None)


def test_absent_columns_of_numbers_and_features():
    """Regressor and transformer have the parameter too."""
    X, _ = make_table()
    y, names = make_numbers(X), [c for c in X if c.startswith("b__")]
    without, hidden = X.drop(columns=names), X.assign(**dict.fromkeys(names, np.nan))
    for make in (regressor, transformer):
        model = make(X, "concat").set_params(absent_columns="missing").fit(X, y)
        method = model.predict if hasattr(model, "predict") else model.transform
        assert_array_equal(method(without), method(hidden))


def test_missing_columns_that_nobody_reads():
    """A column of a dropped modality may be missing."""
    X, y = make_table()
    model = classifier(X).set_params(b="drop").fit(X, y)
    assert model.predict(X.drop(columns="b__0")).shape == (60,)


@EVERY_FUSION
def test_array_after_frame_warns(fusion):
    """An array is taken by position, with scikit-learn's warning."""
    X, y = make_table()
    model = classifier(X, fusion).fit(X, y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        seen = model.predict_proba(X.to_numpy())
    assert_array_equal(seen, model.predict_proba(X))
    with (
        pytest.warns(UserWarning, match="X does not have valid feature names"),
        pytest.raises(ValueError, match="X has 6 features, but"),
    ):
        model.predict(X.to_numpy()[:, 1:])


def test_sparse_after_frame_warns():
    """So is a sparse matrix."""
    X, y = make_table()
    model = classifier(X, extractor=MaxAbsScaler()).fit(X, y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        seen = model.predict_proba(sparse.csr_matrix(X.to_numpy()))
    assert_allclose(seen, model.predict_proba(X), atol=1e-12)


def test_frame_after_array_warns():
    """A frame after an array is taken by position as well."""
    X, y = make_table()
    modalities = [("a", StandardScaler(), [0, 1]), ("b", StandardScaler(), [2, 3, 4])]
    model = MultimodalClassifier(modalities, estimator=LogisticRegression(), cv=3)
    model.fit(X.to_numpy(), y)
    with pytest.warns(UserWarning, match="X has feature names, but"):
        seen = model.predict_proba(X)
    assert_array_equal(seen, model.predict_proba(X.to_numpy()))


def as_nullable(X):
    """Return the frame with pandas' nullable dtypes."""
    return X.convert_dtypes()


def as_arrow(X):
    """Return the frame with Arrow dtypes."""
    return X.convert_dtypes(dtype_backend="pyarrow")


def as_polars(X):
    """Return the frame as polars'."""
    return pl.DataFrame({c: [None if v != v else v for v in X[c]] for c in X})


def mixed_table():
    """Make a frame of numbers, words, booleans, dates with missing modalities."""
    X, y = make_table(missing=0.2, sizes={"a": 2, "b": 3})
    rng = np.random.default_rng(1)
    X["a__0"] = X["a__0"].fillna(0.5)
    X["a__1"] = X["a__1"].fillna(0.5)
    X["w__word"] = rng.choice(["red", "blue"], 60)
    X["d__day"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(60), "D")
    return X, y


@EVERY_FUSION
@pytest.mark.parametrize("convert", [as_nullable, as_arrow, as_polars])
def test_containers_agree(fusion, convert):
    """Numpy, nullable, Arrow and polars columns give the same predictions."""
    X, y = mixed_table()
    params = {"fusion": fusion, "estimator": LogisticRegression(), "cv": 3}
    wanted = MultimodalClassifier(**params).fit(X, y).predict_proba(X)
    other = convert(X)
    model = MultimodalClassifier(**params).fit(other, y)
    assert_allclose(model.predict_proba(other), wanted, rtol=0, atol=1e-9)
    assert_allclose(model.predict_proba(X), wanted, rtol=0, atol=1e-9)


@EVERY_FUSION
def test_arrays_agree_with_frames(fusion):
    """An array with positions gives what a frame with names gives."""
    X, y = make_table(missing=0.2)
    X.loc[X.isna().all(axis=1)] = 0.0
    positions = [
        ("a", StandardScaler(), slice(0, 2)),
        ("b", StandardScaler(), [2, 3, 4]),
        ("c", StandardScaler(), np.arange(7) >= 5),
    ]
    wanted = classifier(X, fusion).fit(X, y).predict_proba(X)
    model = classifier(X, fusion).set_params(modalities=positions)
    model.fit(X.to_numpy(), y)
    assert_allclose(model.predict_proba(X.to_numpy()), wanted, rtol=0, atol=1e-9)


@EVERY_FUSION
@pytest.mark.parametrize("form", ["csr_matrix", "csc_array", "coo_matrix"])
@pytest.mark.parametrize("extractor", [MaxAbsScaler(), "passthrough", "auto"])
def test_sparse_tables(fusion, form, extractor):
    """Sparse tables predict what dense ones do."""
    X, y = make_table()
    X = X.where(X.abs() > 0.5, 0.0).to_numpy()
    modalities = [("a", extractor, [0, 1, 2]), ("b", extractor, [3, 4, 5, 6])]
    model = MultimodalClassifier(
        modalities, fusion=fusion, estimator=LogisticRegression(), cv=3
    )
    wanted = model.fit(X, y).predict_proba(X)
    table = getattr(sparse, form)(X)
    seen = model.fit(table, y).predict_proba(table)
    if extractor != "auto":  # sparse numbers are scaled without centring
        assert_allclose(seen, wanted, atol=1e-9)
    assert_allclose(seen.sum(axis=1), 1)


@pytest.mark.parametrize("make", [classifier, regressor, transformer])
def test_names_and_width_describe_the_table(make):
    """``n_features_in_`` and ``feature_names_in_`` are the table's, not a member's."""
    X, y = make_table()
    model = make(X).fit(X, y)
    assert model.n_features_in_ == 7
    assert_array_equal(model.feature_names_in_, X.columns)
    model.set_params(modalities=[("a", StandardScaler(), [0, 1])])
    model.fit(X.to_numpy()[:, :3], y)
    assert model.n_features_in_ == 3
    assert not hasattr(model, "feature_names_in_")


def test_duplicate_column_names_are_refused():
    """Two columns of one name cannot be told apart."""
    X, y = make_table()
    X.columns = ["a__0", "a__0", *X.columns[2:]]
    with pytest.raises(ValueError, match=r"[Dd]uplicate|unique"):
        MultimodalClassifier().fit(X, y)


def test_names_that_are_no_strings():
    """Frames with integer names are addressed by position."""
    X, y = make_table()
    X.columns = range(7)
    model = MultimodalClassifier(
        [("a", StandardScaler(), [0, 1]), ("b", StandardScaler(), [2, 3])],
        estimator=LogisticRegression(),
    ).fit(X, y)
    assert not hasattr(model, "feature_names_in_")
    assert_array_equal(model.predict(X), model.predict(X.to_numpy()))


@pytest.mark.parametrize(
    "X", [{"a": np.ones((4, 2))}, [np.ones((4, 2)), np.ones((4, 1))]]
)
def test_views_are_refused(X):
    """A dict or list of views is no table; the message says what makes one."""
    with pytest.raises((TypeError, ValueError), match="stack_views"):
        MultimodalClassifier().fit(X, [0, 1, 0, 1])


def test_rows_and_targets_must_match():
    """Tables and targets of different length are refused."""
    X, y = make_table()
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        classifier(X).fit(X, y[:-1])


def test_columns_of_every_kind_of_specification():
    """Slices, masks, callables and negative positions select as ColumnTransformer's."""
    X, y = make_table()
    modalities = [
        ("a", StandardScaler(), slice("a__0", "a__1")),
        ("b", StandardScaler(), lambda X: [c for c in X if c.startswith("b")]),
        ("c", StandardScaler(), [-2, -1]),
    ]
    model = classifier(X).set_params(modalities=modalities).fit(X, y)
    assert_array_equal(model.predict_proba(X), classifier(X).fit(X, y).predict_proba(X))


def test_overlapping_modalities():
    """A column may belong to several modalities."""
    X, y = make_table()
    modalities = [
        ("a", StandardScaler(), ["a__0", "b__0"]),
        ("b", StandardScaler(), ["b__0", "b__1"]),
    ]
    model = classifier(X).set_params(modalities=modalities).fit(X, y)
    assert model.score(X, y) > 0.5


@pytest.mark.parametrize(
    ("modalities", "error", "match"),
    [
        ([("a", "auto")], TypeError, "must be a .name, extractor, columns. triple"),
        ([("cv", "auto", [0])], ValueError, "'cv' is that of a constructor argument"),
        ([("concat", "auto", [0])], ValueError, "'concat' is that of a constructor"),
        ([("a__b", "auto", [0])], ValueError, "must not contain '__'"),
        ([("a", "auto", [0])] * 2, ValueError, "Names must be unique"),
        ([("a", "drop", [0])], ValueError, "leaves no modality to learn from"),
        ([], ValueError, "leaves no modality to learn from"),
        ([("a", "nothing", [0])], TypeError, "extractor of modality 'a' must be"),
        ([("a", StandardScaler, [0])], TypeError, "is the class StandardScaler"),
        ("by name", ValueError, "'modalities' parameter of MultimodalClassifier"),
    ],
)
def test_refused_modalities(modalities, error, match):
    """Malformed modalities are refused with the name of the parameter."""
    X, y = make_table()
    with pytest.raises(error, match=match):
        MultimodalClassifier(modalities).fit(X, y)
