"""Concatenation against learners trained by hand on the joined columns."""

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, table
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)

LEARNER = LogisticRegression(tol=1e-10, max_iter=1000)


def fit(X, y, extractor="passthrough", **params):
    """Fit a classifier with concatenation."""
    return MultimodalClassifier(
        by_modality(X, extractor),
        fusion=ConcatFusion(**params),
        estimator=LEARNER,
        random_state=0,
    ).fit(X, y)


def test_complete_rows():
    """On complete rows it is the learner on all columns."""
    X, y = table(n_classes=3)
    expected = LEARNER.fit(X.to_numpy(), y).predict_proba(X.to_numpy())
    for missing in ("reduced", "impute"):
        got = fit(X, y, missing=missing).predict_proba(X)
        assert_allclose(got, expected, atol=1e-8)


@pytest.mark.parametrize("kind", ["frobenius", "first_singular_value"])
def test_block_scaling(kind):
    """Blocks are divided by the root of their total or first variance."""
    X, _ = table()
    X["b__0"] *= 50
    fused = MultimodalTransformer(
        by_modality(X, "passthrough"), fusion=ConcatFusion(kind)
    ).fit_transform(X)
    start = 0
    for _, _, columns in by_modality(X, None):
        values = X[columns].to_numpy()
        centred = (values - values.mean(axis=0)) / np.sqrt(len(X))
        singular = np.linalg.svd(centred, compute_uv=False)
        scale = singular[0] if kind != "frobenius" else np.sqrt((singular**2).sum())
        got = fused[:, start : start + len(columns)]
        assert_allclose(got, values / scale, rtol=1e-6)
        start += len(columns)


def test_transform_fills_means_and_indicates():
    """Absent rows get the training mean, and a column tells which."""
    X, _ = table(missing=0.3)
    model = MultimodalTransformer(by_modality(X, "passthrough")).fit(X)
    got, present = model.transform(X), model.presence(X).to_numpy()
    expected = X.fillna(X.mean()).to_numpy()
    assert_allclose(got[:, : X.shape[1]], expected)
    varies = ~present.all(axis=0)
    assert_array_equal(got[:, X.shape[1] :], present[:, varies])
    names = list(model.get_feature_names_out())
    assert names[: X.shape[1]] == list(X.columns)
    assert all(name.endswith("__is_present") for name in names[X.shape[1] :])


@pytest.mark.parametrize("pattern", [("a", "b"), ("b", "c"), ("a",), ("c",)])
def test_reduced(pattern):
    """Rows of a pattern get the learner of its columns and of rows that have them."""
    X, y = table(n_samples=150, missing=0.05)
    model = fit(X, y)
    columns = [c for c in X if c[0] in pattern]
    lacking = X.copy()
    lacking[[c for c in X if c not in columns]] = np.nan
    rows = X[columns].notna().all(axis=1).to_numpy()
    alone = LEARNER.fit(X.loc[rows, columns].to_numpy(), y[rows])
    expected = alone.predict_proba(X.loc[rows, columns].to_numpy())
    assert_allclose(model.predict_proba(lacking[rows]), expected, atol=1e-7)


def test_impute():
    """One learner on means and indicators."""
    X, y = table(n_samples=120, missing=0.25)
    model = fit(X, y, missing="impute")
    present = model.presence(X).to_numpy()
    matrix = np.hstack([X.fillna(X.mean()).to_numpy(), present])
    expected = LEARNER.fit(matrix, y).predict_proba(matrix)
    assert_allclose(model.predict_proba(X), expected, atol=1e-7)


@pytest.mark.parametrize("missing", ["reduced", "impute", "dropout"])
def test_every_pattern(missing):
    """Each way gives probabilities for every pattern, and the same every time."""
    X, y = table(n_samples=120, missing=0.25)
    model, again = fit(X, y, missing=missing), fit(X, y, missing=missing)
    for keep in ("abc", "ab", "bc", "a", "b", "c"):
        lacking = X.copy()
        lacking[[c for c in X if c[0] not in keep]] = np.nan
        lacking = lacking[lacking.notna().any(axis=1)]
        got = model.predict_proba(lacking)
        assert_allclose(got.sum(axis=1), 1)
        assert_allclose(got, again.predict_proba(lacking), atol=1e-6)


def test_dropout_helps_partial_rows():
    """Having seen hidden modalities, the learner copes with their absence."""
    X, y = table(n_samples=150)
    lacking = X.assign(**dict.fromkeys([c for c in X if c[0] in "ab"], np.nan))
    alone = LEARNER.fit(X[["c__0", "c__1"]].to_numpy(), y)
    best = alone.score(X[["c__0", "c__1"]].to_numpy(), y)
    assert fit(X, y, missing="dropout").score(lacking, y) >= best - 0.15


@pytest.mark.parametrize("missing", ["reduced", "impute"])
def test_sparse_blocks(missing):
    """Sparse blocks stay sparse, and predict as dense ones do."""
    rng = np.random.default_rng(0)
    dense = rng.normal(size=(80, 6)) * (rng.random((80, 6)) < 0.6)
    y = (dense[:, 0] + dense[:, 3] > 0).astype(int)
    triples = [("a", MaxAbsScaler(), [0, 1, 2]), ("b", MaxAbsScaler(), [3, 4, 5])]
    matrix = sparse.csr_matrix(dense)
    fused = MultimodalTransformer(triples).fit_transform(matrix)
    assert sparse.issparse(fused)
    for kind in (None, "frobenius", "first_singular_value"):
        model = MultimodalClassifier(
            triples,
            fusion=ConcatFusion(kind, missing=missing),
            estimator=LEARNER,
            random_state=0,
        )
        held = model.fit(matrix, y).predict_proba(matrix)
        plain = model.fit(dense, y).predict_proba(dense)
        assert_allclose(held, plain, atol=1e-4)


def test_regression():
    """Numbers, one or several, with complete rows."""
    X, _ = table()
    for n_targets in (1, 2):
        y = numbers(X, n_targets=n_targets)
        model = MultimodalRegressor(
            by_modality(X, StandardScaler()), fusion="concat", estimator=Ridge()
        ).fit(X, y)
        scaled = StandardScaler().fit_transform(X)
        expected = Ridge().fit(scaled, y).predict(scaled)
        assert_allclose(model.predict(X), expected, atol=1e-8)


def test_sample_weight():
    """Weights reach means, scales and the learner."""
    X, y = table()
    weight = np.random.default_rng(0).integers(0, 3, len(y)).astype(float)
    rows = np.repeat(np.arange(len(y)), weight.astype(int))
    model = MultimodalClassifier(
        by_modality(X, "passthrough"),
        fusion=ConcatFusion("frobenius"),
        estimator=LEARNER,
    )
    weighted = model.fit(X, y, sample_weight=weight).predict_proba(X)
    copied = model.fit(X.iloc[rows], y[rows]).predict_proba(X)
    assert_allclose(weighted, copied, atol=1e-6)


ERRORS = {
    "block_scaling": {"block_scaling": "trace"},
    "missing": {"missing": "mean"},
    "max_patterns": {"max_patterns": 0},
}


@pytest.mark.parametrize("name", ERRORS)
def test_parameters(name):
    """Every parameter is checked."""
    X, y = table()
    with pytest.raises(ValueError, match=f"The '{name}' parameter of ConcatFusion"):
        fit(X, y, **ERRORS[name])
