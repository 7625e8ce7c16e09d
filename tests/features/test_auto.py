"""The extractor as a whole: contract, containers, leakage, weights."""

import pickle
from datetime import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, OneHotEncoder, StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble.features import AutoExtractor

pl = pytest.importorskip("polars")

WORDS = ["cough", "fever", "dry", "wet", "pain", "head", "leg", "none"]


def patients(n_rows=60, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": rng.normal(50, 9, n_rows),
            "sex": rng.choice(["f", "m"], n_rows),
            "ward": rng.choice(
                ["a", "b", "c", "rare"], n_rows, p=[0.5, 0.3, 0.17, 0.03]
            ),
            "smoker": rng.choice([True, False], n_rows),
            "note": [" ".join(rng.choice(WORDS, 5)) for _ in range(n_rows)],
            "visit": pd.Timestamp("2020-01-01 08:00")
            + pd.to_timedelta(rng.integers(0, 10_000, n_rows), unit="h"),
            "stay": pd.to_timedelta(rng.integers(1, 500, n_rows), unit="h"),
        }
    )
    X["ward"] = X["ward"].astype("category")
    X["smoker"] = X["smoker"].astype("boolean")
    for column in X.columns:
        X.loc[rng.random(n_rows) < 0.1, column] = None
    return X


def containers(X):
    """Return the same pandas frame in every container."""
    nullable = X.convert_dtypes()
    return {
        "pandas": X,
        "nullable": nullable.astype({"ward": "category"}) if "ward" in X else nullable,
        "arrow": X.convert_dtypes(dtype_backend="pyarrow"),
        "polars": pl.from_pandas(X),
        "objects": X.astype(object).to_numpy(),
    }


def dense(X):
    return X.toarray() if sparse.issparse(X) else X


def state(extractor):
    return pickle.dumps(extractor)


# the contract


@parametrize_with_checks(
    [AutoExtractor(), AutoExtractor(dense=False), AutoExtractor(text_components=2)]
)
def test_common_checks(estimator, check):
    """It passes scikit-learn's common checks, all of them."""
    if getattr(check, "func", check).__name__ == "check_array_api_input":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SCIPY_ARRAY_API", "1")
            check(estimator)
    else:
        check(estimator)


CHECKS_LEFT_OUT = [
    "check_param_validation",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
    "check_inplace_ensure_writeable",
]


# they give arrays to what was fitted on frames, on purpose
@pytest.mark.filterwarnings("ignore:X .* feature names:UserWarning")
@pytest.mark.parametrize("name", CHECKS_LEFT_OUT)
@pytest.mark.parametrize("is_dense", [True, False])
def test_checks_left_out_of_the_generator(name, is_dense):
    """It passes those that third parties call by hand.

    Left out: check_dataframe_column_names_consistency, which wants reordered
    frames refused; here they are addressed by name, as by ColumnTransformer.
    """
    getattr(estimator_checks, name)("AutoExtractor", AutoExtractor(dense=is_dense))


def test_number_of_common_checks():
    """None of the common checks disappears unnoticed."""
    checks = list(estimator_checks.estimator_checks_generator(AutoExtractor()))
    assert len(checks) >= 45


def test_tags():
    """Tags tell what may be given."""
    tags = AutoExtractor().__sklearn_tags__()
    assert tags.input_tags.allow_nan
    assert tags.input_tags.sparse
    assert tags.input_tags.string
    assert tags.input_tags.categorical


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"min_frequency": 0}, "'min_frequency' parameter of AutoExtractor must be an"),
        ({"max_categories": 0}, "'max_categories' parameter of AutoExtractor must be"),
        ({"text_components": 0.5}, "'text_components' parameter of AutoExtractor must"),
        ({"margin": -1}, "'margin' parameter of AutoExtractor must be a float in"),
        ({"dense": "yes"}, "'dense' parameter of AutoExtractor must be"),
    ],
)
def test_parameters_are_validated(params, match):
    """Wrong parameters are refused in scikit-learn's words."""
    with pytest.raises(ValueError, match=match):
        AutoExtractor(**params).fit(np.eye(3))


# dispatch and names


def test_kinds_and_names():
    """Each column goes to the encoder of its kind, and is named after it."""
    extractor = AutoExtractor(text_components=2).fit(patients())
    assert extractor.kinds_ == [
        "number",
        "category",
        "category",
        "boolean",
        "text",
        "date",
        "duration",
    ]
    names = extractor.get_feature_names_out().tolist()
    assert names[:8] == [
        "age",
        "stay",
        "smoker",
        "sex_f",
        "sex_m",
        "ward_a",
        "ward_b",
        "ward_c",
    ]
    assert names[8:11] == ["ward_infrequent", "visit_linear", "visit_year_sin"]
    assert names[-2:] == ["note_svd0", "note_svd1"]


def test_names_without_names():
    """Columns without names are called by position."""
    X = np.array([[1, "a"], [2, "b"], [3, "a"]], dtype=object)
    extractor = AutoExtractor().fit(X)
    assert extractor.get_feature_names_out().tolist() == ["x0", "x1_a", "x1_b"]
    renamed = extractor.get_feature_names_out(["age", "sex"]).tolist()
    assert renamed == ["age", "sex_a", "sex_b"]


def test_names_are_unique():
    """Names that come up again are numbered."""
    X = pd.DataFrame(
        {
            "sex_f": [1, 2, 3],
            "sex_f_2": [1, 2, 3],
            "sex": ["f", "m", "f"],
        }
    )
    names = AutoExtractor().fit(X).get_feature_names_out().tolist()
    assert names == ["sex_f", "sex_f_2", "sex_f_3", "sex_m"]


def test_equals_column_transformer():
    """Numbers and categories come out as of scikit-learn's own pieces."""
    X = patients().dropna()[["age", "sex", "ward"]]
    oracle = make_column_transformer(
        (StandardScaler(), ["age"]),
        (OneHotEncoder(min_frequency=5, sparse_output=False), ["sex", "ward"]),
    )
    assert_allclose(AutoExtractor().fit_transform(X), oracle.fit_transform(X))


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ([[1], [2], [3]], "object"),
        ([1, "a", 2], "object"),
        (pd.period_range("2020", periods=3, freq="D"), r"period\[D\]"),
    ],
)
def test_other_kinds_are_refused(column, dtype):
    """A column of something else is named, and so is the way out."""
    X = pd.DataFrame({"a": [1, 2, 3], "odd": column})
    match = rf"Column 'odd' \(dtype {dtype}\) holds neither .* an extractor for it or"
    with pytest.raises(TypeError, match=match):
        AutoExtractor().fit(X)


def test_views_are_refused():
    """One table, no dict of views."""
    with pytest.raises(TypeError, match="AutoExtractor takes one table"):
        AutoExtractor().fit({"a": np.eye(3)})


# containers


@pytest.mark.parametrize("is_dense", [True, False])
@pytest.mark.parametrize("name", ["nullable", "arrow", "polars", "objects"])
def test_containers_agree(name, is_dense):
    """The same table gives the same numbers from every container."""
    X, new = patients(), patients(seed=1)
    reference = AutoExtractor(dense=is_dense, random_state=0).fit(X)
    other = AutoExtractor(dense=is_dense, random_state=0).fit(containers(X)[name])
    assert other.kinds_ == reference.kinds_
    got = other.transform(containers(new)[name])
    assert_allclose(dense(got), dense(reference.transform(new)), rtol=1e-9, atol=1e-12)
    if name != "objects":
        names = reference.get_feature_names_out()
        assert_array_equal(other.get_feature_names_out(), names)


cells = {
    "number": st.none() | st.floats(-1e6, 1e6),
    "flag": st.none() | st.booleans(),
    "level": st.none() | st.sampled_from(["a", "b", "c", "two words"]),
}
rows = st.lists(st.tuples(*cells.values()), min_size=2, max_size=12)


@settings(max_examples=25, deadline=None)
@given(rows)
def test_containers_agree_on_anything(rows):
    """Whatever is missing, containers agree to rounding."""
    dtypes = {"number": "Float64", "flag": "boolean", "level": "string"}
    number, flag, level = map(list, zip(*rows, strict=True))
    columns = {"number": number, "flag": flag, "level": level}
    frame = pd.DataFrame(
        {name: pd.array(columns[name], dtype=dtype) for name, dtype in dtypes.items()}
    )
    schema = {"number": pl.Float64, "flag": pl.Boolean, "level": pl.String}
    plain = frame.astype({"number": float})
    reference = AutoExtractor().fit_transform(frame)
    assert np.isfinite(reference).all()
    for X in (pl.DataFrame(columns, schema=schema), plain):
        got = AutoExtractor().fit_transform(X)
        assert_allclose(got, reference, rtol=1e-12, atol=1e-12)


def test_float32_and_order():
    """Memory layout and precision of the input do not matter."""
    X = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    reference = AutoExtractor().fit_transform(X.astype(np.float64))
    read_only = X.copy()
    read_only.flags.writeable = False
    for other in (X, np.asfortranarray(X), read_only, X.tolist()):
        got = AutoExtractor().fit_transform(other)
        assert got.dtype == np.float64
        assert_allclose(got, reference, atol=1e-12)


# addressing by name


def test_frames_are_addressed_by_name():
    """Order and further columns do not matter."""
    X = patients()
    extractor = AutoExtractor(random_state=0).fit(X)
    expected = extractor.transform(X)
    shuffled = X[X.columns[::-1]].assign(extra=1)
    assert_array_equal(extractor.transform(shuffled), expected)
    assert_array_equal(extractor.transform(pl.from_pandas(shuffled)), expected)


def test_missing_columns():
    """Missing columns are listed."""
    extractor = AutoExtractor().fit(patients())
    with pytest.raises(ValueError, match=r"columns are missing: \['age', 'visit'\]"):
        extractor.transform(patients().drop(columns=["visit", "age"]))


def test_array_after_frame():
    """An array is taken by position, with scikit-learn's warning."""
    X = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0]})
    extractor = AutoExtractor().fit(X)
    with pytest.warns(UserWarning, match="X does not have valid feature names, but Au"):
        got = extractor.transform(X.to_numpy())
    assert_array_equal(got, extractor.transform(X))
    with (
        pytest.warns(UserWarning, match="X does not have valid feature names"),
        pytest.raises(ValueError, match="X has 3 features, but AutoExtractor is expec"),
    ):
        extractor.transform(np.eye(3))


def test_frame_after_array():
    """A frame after an array is taken by position, with a warning."""
    X = np.random.default_rng(0).normal(size=(9, 2))
    extractor = AutoExtractor().fit(X)
    with pytest.warns(UserWarning, match="X has feature names, but AutoExtractor was"):
        got = extractor.transform(pd.DataFrame(X, columns=["a", "b"]))
    assert_array_equal(got, extractor.transform(X))


def test_changed_kind():
    """A number that became text is named."""
    X = patients()
    extractor = AutoExtractor().fit(X)
    with pytest.raises(ValueError, match="Column 'age' was a number column in fit and"):
        extractor.transform(X.assign(age="old"))
    with pytest.raises(ValueError, match="Column 'visit' was a date column in fit and"):
        extractor.transform(X.assign(visit=1.0))


def test_all_missing_at_transform():
    """A table without any value is encoded without warning."""
    X = patients()
    extractor = AutoExtractor().fit(X)
    nothing = pd.DataFrame({name: [None] for name in X.columns})
    got = extractor.transform(nothing)
    names = extractor.get_feature_names_out()
    assert np.isfinite(got).all()
    assert_array_equal(
        got[:, [n.startswith(("sex", "ward", "note")) for n in names]], 0
    )


@pytest.mark.parametrize("at_fit", [True, False])
def test_infinity(at_fit):
    """Infinite numbers are refused, by name."""
    X = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 0.0, np.inf]})
    fitted = AutoExtractor().fit(X.replace(np.inf, 2.0))
    with pytest.raises(ValueError, match="Column 'b' contains infinity"):
        AutoExtractor().fit(X) if at_fit else fitted.transform(X)


# sparse output


def test_sparse_stays_sparse():
    """Sparse numbers are scaled without centring, and addressed from arrays too."""
    X = sparse.random_array((50, 8), density=0.3, rng=0, format="coo")
    extractor = AutoExtractor(dense=False).fit(X)
    got = extractor.transform(X)
    assert got.format == "csr"
    assert got.dtype == np.float64
    assert_allclose(got.toarray(), MaxAbsScaler().fit_transform(X.tocsr()).toarray())
    assert_allclose(extractor.transform(X.toarray()).toarray(), got.toarray())


def test_sparse_input_with_dense_output():
    """With dense=True sparse numbers are handled as any others."""
    X = sparse.random_array((50, 8), density=0.3, rng=0, format="csc")
    got = AutoExtractor().fit_transform(X)
    assert_allclose(got, StandardScaler().fit_transform(X.toarray()), atol=1e-12)


@pytest.mark.parametrize(
    ("columns", "is_sparse"),
    [
        (["age"], False),
        (["age", "sex"], False),
        (["ward"], True),
        (["age", "note"], True),
    ],
)
def test_sparse_output_where_it_pays(columns, is_sparse):
    """The output is CSR for text and where most of it is zero."""
    X = patients()[columns]
    extractor = AutoExtractor(dense=False).fit(X)
    assert extractor.sparse_output_ is is_sparse
    assert sparse.issparse(extractor.transform(X)) is is_sparse
    assert not sparse.issparse(AutoExtractor().fit_transform(X))


def test_sparse_matrix_for_a_category():
    """A sparse matrix may bring the numbers that were a category in training."""
    X = np.array([["1", 2.0], ["0", 1.0], ["1", 3.0]], dtype=object)
    extractor = AutoExtractor().fit(X)
    new = sparse.csr_array(np.array([[1.0, 2.0], [0.0, 1.0], [1.0, 3.0]]))
    assert_array_equal(extractor.transform(new), extractor.transform(X))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_set_output(library):
    """Frames come out on request, with names and index."""
    X = patients().set_index(np.arange(60) + 7)
    extractor = AutoExtractor().set_output(transform=library).fit(X)
    got = extractor.transform(X)
    assert list(got.columns) == extractor.get_feature_names_out().tolist()
    if library == "pandas":
        assert_array_equal(got.index, X.index)
    assert_array_equal(
        got.to_numpy(), extractor.set_output(transform="default").transform(X)
    )


@pytest.mark.parametrize("is_dense", [True, False])
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_global_configuration(library, is_dense):
    """The configuration of the user reaches the output and not the inside."""
    X = patients()
    expected = AutoExtractor(dense=is_dense, random_state=0).fit_transform(X)
    extractor = AutoExtractor(dense=is_dense, random_state=0)
    extractor.set_output(transform="default")
    with config_context(transform_output=library):
        got = extractor.fit(X).transform(X)
    assert_array_equal(dense(got), dense(expected))


def test_sparse_numbers_under_global_configuration():
    """A sparse matrix is scaled under any configuration."""
    X = sparse.random_array((50, 8), density=0.3, rng=0, format="csr")
    extractor = AutoExtractor(dense=False).set_output(transform="default")
    with config_context(transform_output="pandas"):
        assert extractor.fit_transform(X).format == "csr"


# weights


@pytest.mark.parametrize("is_dense", [True, False])
def test_weights_equal_repeats(is_dense):
    """Weight 0 removes a row, weight 2 repeats it."""
    X = patients()
    weight = np.random.default_rng(3).integers(0, 4, len(X))
    repeated = AutoExtractor(dense=is_dense).fit(X.loc[X.index.repeat(weight)])
    weighted = AutoExtractor(dense=is_dense).fit(X, sample_weight=weight)
    assert weighted.kinds_ == repeated.kinds_
    names = repeated.get_feature_names_out()
    assert_array_equal(weighted.get_feature_names_out(), names)
    got, expected = weighted.transform(X), repeated.transform(X)
    assert_allclose(dense(got), dense(expected), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("factor", [0.01, 2.5])
def test_fractional_weights_are_relative(factor):
    """Weights that are no counts are scaled to a mean of one."""
    X = patients()
    reference = AutoExtractor(random_state=0).fit(X)
    got = AutoExtractor(random_state=0).fit(X, sample_weight=np.full(len(X), factor))
    assert_array_equal(got.get_feature_names_out(), reference.get_feature_names_out())
    assert_allclose(got.transform(X), reference.transform(X), atol=1e-8)


@pytest.mark.parametrize(
    ("weight", "match"),
    [
        ([0, 0, 0], "'sample_weight' given is all zero"),
        ([1, -1, 1], "Negative values in data passed to `sample_weight`"),
        ([1, 1], r"sample_weight.shape == \(2,\), expected \(3,\)"),
        ([1, np.nan, 1], "NaN"),
    ],
)
def test_weights_are_validated(weight, match):
    """Weights that do not fit are refused."""
    with pytest.raises(ValueError, match=match):
        AutoExtractor().fit(np.eye(3), sample_weight=weight)


def test_weights_are_requested_by_default():
    """Under metadata routing a pipeline hands weights over unasked."""
    X = patients()[["age", "stay"]]
    weight = np.arange(1.0, 61)
    expected = AutoExtractor().fit(X, sample_weight=weight)
    with config_context(enable_metadata_routing=True):
        pipeline = make_pipeline(
            AutoExtractor(), Ridge().set_fit_request(sample_weight=True)
        )
        pipeline.fit(X, np.arange(60.0), sample_weight=weight)
    assert_allclose(pipeline[0].transform(X), expected.transform(X))


# leakage, persistence, use


def test_nothing_leaks():
    """Test rows swapped for nonsense leave the fitted state as it is."""
    X = patients()
    weight = np.r_[np.ones(40), np.zeros(20)]
    nonsense = X.copy()
    nonsense.loc[40:, "age"] = 1e9
    nonsense.loc[40:, "sex"] = "unheard of"
    nonsense.loc[40:, "note"] = "entirely new words"
    nonsense.loc[40:, "visit"] = pd.Timestamp("1900-01-01")
    nonsense.loc[40:, "stay"] = pd.Timedelta(0)
    fitted = [
        AutoExtractor(random_state=0).fit(table, sample_weight=weight)
        for table in (X, nonsense)
    ]
    assert state(fitted[0]) == state(fitted[1])


@pytest.mark.parametrize("is_dense", [True, False])
def test_transform_changes_nothing(is_dense):
    """Seeing new rows leaves the extractor as it was; so does a second fit."""
    X = patients()
    extractor = AutoExtractor(dense=is_dense, random_state=0).fit(X)
    before = state(extractor)
    extractor.transform(patients(seed=1))
    assert state(extractor) == before
    assert state(extractor.fit(X)) == before


def test_no_training_rows_are_kept():
    """The state does not hold the texts and rare levels of training."""
    X = patients()
    X.loc[3, "note"] = "secretname cough fever"
    X.loc[4, "sex"] = "secretlevel"
    assert b"secret" not in state(AutoExtractor().fit(X))
    assert b"secret" not in state(AutoExtractor(dense=False).fit(X))


@pytest.mark.parametrize("is_dense", [True, False])
def test_persistence(is_dense):
    """It survives pickle and skops, before and after fit."""
    X = patients()
    extractor = AutoExtractor(dense=is_dense)
    skops_io = pytest.importorskip("skops.io")
    unfitted = skops_io.dumps(extractor)
    trusted = skops_io.get_untrusted_types(data=unfitted)
    assert skops_io.loads(unfitted, trusted=trusted).get_params()["dense"] is is_dense
    extractor.fit(X)
    dumped = skops_io.dumps(extractor)
    trusted = skops_io.get_untrusted_types(data=dumped)
    assert all(name.startswith("mmensemble.features.") for name in trusted)
    for loaded in (
        pickle.loads(pickle.dumps(extractor)),
        skops_io.loads(dumped, trusted=trusted),
    ):
        assert_array_equal(dense(loaded.transform(X)), dense(extractor.transform(X)))


def test_state_of_another_version():
    """A state that another version wrote is read with a warning."""
    extractor = AutoExtractor().fit(np.eye(3))
    written = {**extractor.__getstate__(), "_mmensemble_version": "0.0"}
    with pytest.warns(UserWarning, match="AutoExtractor was saved by mmensemble 0.0"):
        AutoExtractor().__setstate__(written)


def test_clone_is_unfitted():
    """Nothing fitted survives a clone."""
    extractor = AutoExtractor(margin=1).fit(np.eye(3))
    assert vars(clone(extractor)) == vars(AutoExtractor(margin=1))


def test_seeds_do_not_depend_on_neighbours():
    """A text column is encoded alike, whatever stands beside it."""
    X = patients()
    together = AutoExtractor(random_state=0).fit_transform(X)
    alone = AutoExtractor(random_state=0).fit_transform(X[["note"]])
    assert_array_equal(together[:, -alone.shape[1] :], alone)


def test_in_cross_validation():
    """It works where scikit-learn clones, slices and scores."""
    X = patients(120)
    y = (X["age"].fillna(50) > 50).to_numpy()
    model = make_pipeline(AutoExtractor(), LogisticRegression(max_iter=1000))
    for table in (X, pl.from_pandas(X)):
        assert cross_val_score(model, table, y, cv=3).mean() > 0.8


def test_near_constant_column_does_no_harm():
    """What ruins a scaled ridge regression is stopped by the guard."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=(150, 5)), np.zeros(150)])
    y = X[:, 0] + 0.1 * rng.normal(size=150)
    X[0, 5] = 1e-9
    X[100:, 5] = rng.normal(size=50)
    scores = {}
    for extractor in (StandardScaler(), AutoExtractor()):
        model = make_pipeline(extractor, Ridge()).fit(X[:100], y[:100])
        scores[extractor] = r2_score(y[100:], model.predict(X[100:]))
    naive, guarded = scores.values()
    assert naive < -1e6
    assert guarded > 0.9


@pytest.mark.parametrize("container", ["pandas", "objects", "arrow", "polars"])
def test_dates_are_read_by_the_zone_of_fit(container):
    """The same instants on another zone's clocks give the same numbers."""
    moments = pd.date_range("2024-03-29", periods=60, freq="5h", tz="Europe/Berlin")
    here, tokyo = (
        pd.DataFrame({"when": moments.tz_convert(zone)})
        for zone in ("Europe/Berlin", "Asia/Tokyo")
    )
    fitted = AutoExtractor().fit(in_container(here, container))
    expected = fitted.transform(in_container(here, container))
    assert_array_equal(fitted.transform(in_container(tokyo, container)), expected)
    local = here.assign(when=here["when"].dt.tz_localize(None))
    assert_allclose(AutoExtractor().fit_transform(local), expected, atol=1e-12)


def in_container(X, container):
    """Return a frame of aware moments in another container."""
    if container == "objects":
        return X.astype(object)
    if container == "arrow":
        pa = pytest.importorskip("pyarrow")
        kind = pa.timestamp("us", str(X["when"].dt.tz))
        return X.astype({"when": pd.ArrowDtype(kind)})
    if container == "polars":
        polars = pytest.importorskip("polars")
        naive = polars.Series("when", X["when"].dt.tz_convert(None).to_numpy())
        zone = str(X["when"].dt.tz)
        aware = naive.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        return polars.DataFrame({"when": aware})
    return X


@pytest.mark.parametrize(("fitted", "given"), [("UTC", None), (None, "UTC")])
def test_dates_with_and_without_a_zone_do_not_meet(fitted, given):
    """Which instant a clock shows cannot be told without its zone."""
    moments = pd.Series(pd.date_range("2024-01-01", periods=9))
    extractor = AutoExtractor().fit(moments.dt.tz_localize(fitted).to_frame("when"))
    with pytest.raises(ValueError, match=r"'when' held times .* in fit and holds tim"):
        extractor.transform(moments.dt.tz_localize(given).to_frame("when"))
    missing = moments.dt.tz_localize(given).where(moments.isna()).to_frame("when")
    assert np.isfinite(extractor.transform(missing)).all()


def test_a_column_of_dates_with_and_without_zones_is_refused():
    """Some know their zone and some do not: fit says in which column."""
    mixed = [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02", tz="UTC")]
    X = pd.DataFrame({"when": pd.Series(mixed, dtype=object)})
    with pytest.raises(ValueError, match="'when' mixes times with and without"):
        AutoExtractor().fit(X)


@pytest.mark.parametrize(
    ("values", "match"),
    [
        (["n/a", 3.5, None], r"mixes text and other values, such as .*pd\.to_numeric"),
        (pd.period_range("2024-01", periods=3, freq="M"), r"\.dt\.to_timestamp\(\)"),
        ([time(1), time(2), None], "Make durations of its times of day"),
    ],
)
def test_columns_of_no_kind_tell_what_to_do(values, match):
    """Mixed, period and time columns are refused with the way out."""
    X = pd.DataFrame({"odd": values})
    with pytest.raises(TypeError, match=f"Column 'odd' .*{match}"):
        AutoExtractor().fit(X)
