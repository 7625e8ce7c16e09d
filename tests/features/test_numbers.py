"""Numbers against scikit-learn's own pipeline and hand-worked guards."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble.features._numbers import NumberEncoder


def table(n_rows=40, n_columns=5, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(3, 2, size=(n_rows, n_columns))
    X[rng.random(X.shape) < 0.2] = np.nan
    return X


def encode(train, test=None, weight=None, margin=3.0):
    weight = np.ones(len(train)) if weight is None else weight
    encoder = NumberEncoder(margin).fit(train, weight)
    return encoder.transform(train if test is None else test)


def test_equals_scikit_learn():
    """Ordinary columns are imputed and scaled as scikit-learn does it."""
    X = table()
    pipeline = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    assert_allclose(encode(X), pipeline.fit_transform(X), atol=1e-12)


def test_weights_equal_repeats():
    """The whole encoder counts weights as rows."""
    X = table()
    X[:, 2] = 0
    X[3, 2] = 1
    weight = np.random.default_rng(1).integers(1, 4, len(X))
    weight[3] = 2
    repeated = encode(X.repeat(weight, axis=0), X)
    assert_allclose(encode(X, weight=weight.astype(float)), repeated, atol=1e-12)
    assert repeated[3, 2] != 0


@pytest.mark.parametrize(
    "column",
    [
        [np.nan] * 6,
        [7.0] * 6,
        [0.1 + 0.2, 0.3, 0.3, 0.3, 0.1 + 0.2, 0.3],
        [0.1 + 1e-17, np.mean([0.1] * 10), sum([0.1] * 200) / 200, 0.1, 0.1, 0.1],
        [1e12, 1e12 + 0.05, 1e12, 1e12 - 0.05, 1e12, 1e12],
        [0, 0, 0, 0, 0, 1.0],
        [5, 5, 5, 5, -1.0, np.nan],
        [np.nan] * 5 + [3.0],
        [1e-12, 2e-12, 3e-12, 4e-12, 5e-12, 1e6],
    ],
)
def test_near_constant_columns_are_zero(column):
    """What at most one row tells, beyond rounding, is not passed on."""
    train = np.column_stack([column, np.arange(6.0)])
    test = np.array([[1e6, 1.0], [np.nan, np.nan], [-5.0, 2.0]])
    got = encode(train, test)
    assert_array_equal(got[:, 0], 0)
    assert got[0, 1] != 0


@pytest.mark.parametrize("column", [[0, 0, 0, 0, 1, 1.0], [1, 2, 3, 3, 3, 3.0]])
def test_two_telling_rows_are_enough(column):
    """A column that varies in two rows is kept."""
    column = np.array(column).reshape(-1, 1)
    assert_allclose(encode(column), StandardScaler().fit_transform(column), atol=1e-12)


def test_two_rows():
    """The guard against single rows needs more than two of them."""
    assert_allclose(encode(np.array([[1.0], [3.0]])), [[-1], [1]])
    assert_array_equal(encode(np.array([[1.0], [1.0]])), [[0], [0]])
    assert_array_equal(encode(np.array([[4.0]])), [[0]])


def test_clipped_to_widened_range():
    """Values far outside of training are pulled to the widened range."""
    train = np.array([[0.0], [1.0], [2.0]])
    scale = train.std()
    test = np.array([[100.0], [-100.0], [3.0]])
    assert_allclose(encode(train, test, margin=3)[:, 0] * scale + 1, [8, -6, 3])
    assert_allclose(encode(train, test, margin=0)[:, 0] * scale, [1, -1, 1])


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_extreme_scales(scale):
    """Huge and tiny numbers neither overflow nor warn."""
    X = np.random.default_rng(0).normal(size=(20, 2))
    assert_allclose(encode(X * scale), StandardScaler().fit_transform(X), rtol=1e-9)
    far = encode(X * scale, np.array([[1e308, -1e308]]))
    assert np.isfinite(far).all()


def test_tiny_training_and_huge_new_values():
    """A new value beyond all proportion is clipped, not infinite."""
    X = np.array([[1e-300], [2e-300], [3e-300]])
    assert_allclose(encode(X, np.array([[1e300]])), encode(X, np.array([[1.0]])))


def test_input_is_not_written():
    """Read-only memory will do, and input stays as it is."""
    X = table()
    X.flags.writeable = False
    before = X.copy()
    encode(X)
    assert_array_equal(X, before)


def test_names():
    """Numbers keep their names."""
    assert NumberEncoder(1.0).names(["a", "b"]) == ["a", "b"]


def test_guard_prevents_catastrophe():
    """A near-constant column ruins a linear model, but not behind the guard."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 5))
    y = X @ np.ones(5)
    X = np.column_stack([X, np.zeros(100)])
    X[0, 5] = 1e-9
    X_test = rng.normal(size=(50, 6))
    y_test = X_test[:, :5] @ np.ones(5)
    scaler = StandardScaler().fit(X)
    naive = Ridge().fit(scaler.transform(X), y + rng.normal(size=100))
    guarded = Ridge().fit(encode(X), y)
    assert r2_score(y_test, naive.predict(scaler.transform(X_test))) < -1e8
    assert r2_score(y_test, guarded.predict(encode(X, X_test))) > 0.95


def test_weighted_constants_warn_of_nothing():
    """Their variance may come out just below zero, which is no news to anybody."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        X, weight = np.full((200, 1), 50 * rng.normal()), rng.random(200)
        assert_array_equal(encode(X, weight=weight), np.zeros((200, 1)))


@pytest.mark.parametrize("size", [0, 1e9, 1e10, 1e12])
@pytest.mark.parametrize("n_rows", [300, 100_000])
def test_small_spreads_beside_large_means_are_kept(size, n_rows):
    """They are scaled as those of the same numbers without the mean are."""
    noise = np.random.default_rng(0).normal(size=(n_rows, 2))
    shifted = noise + size
    expected = StandardScaler().fit_transform(shifted - size)
    assert_allclose(encode(shifted), expected, atol=2e-15 * size + 1e-12)
    weight = np.random.default_rng(1).random(n_rows) + 0.5
    expected = StandardScaler().fit(shifted - size, sample_weight=weight)
    expected = expected.transform(shifted - size)
    assert_allclose(encode(shifted, weight=weight), expected, atol=1e-13 * size + 1e-11)


@pytest.mark.parametrize("n_rows", [30, 10_000])
def test_means_of_one_number_are_constant(n_rows):
    """Rounded in different ways, since they are of different numbers of rows."""
    values = [np.full(1 + k % 97, 0.1).sum() / (1 + k % 97) for k in range(n_rows)]
    assert len(np.unique(values)) > 1
    assert_array_equal(encode(np.array(values)[:, None]), 0)


def test_what_is_told_from_rounding_is_scaled():
    """A tenth beside 1e12 is as small as rounding: dropped, not passed on unscaled."""
    values = 1e12 + 0.1 * np.random.default_rng(0).normal(size=(500, 1))
    encoder = NumberEncoder(margin=3.0).fit(values, np.ones(500))
    assert not encoder.informative_.any()
    assert (encoder.transform(values) == 0).all()
