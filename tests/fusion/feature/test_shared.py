"""Shared space fusion: learners on scores, against pipelines written by hand."""

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, table
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

from mmensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    SharedSpaceFusion,
)

METHODS = ("pca", "mcca", "gcca", "pls", "factor")
LEARNER = LogisticRegression(tol=1e-10, max_iter=1000)


def fit(X, y, learner=LEARNER, **params):
    """Fit a classifier on a shared space."""
    model = MultimodalClassifier(
        by_modality(X, "passthrough"),
        fusion=SharedSpaceFusion(**params),
        estimator=learner,
        random_state=0,
    )
    return model.fit(X, y)


def scaled(X):
    """Standardise, and divide each block by the root of its first variance."""
    parts = []
    for _, _, columns in by_modality(X, None):
        z = StandardScaler().fit_transform(X[columns])
        parts.append(z / (np.linalg.svd(z, compute_uv=False)[0] / np.sqrt(len(z))))
    return np.hstack(parts)


def test_pca():
    """On complete rows it is the learner on PCA of the scaled blocks."""
    X, y = table(n_classes=3)
    model = fit(X, y, n_components=3)
    scores = PCA(3).fit_transform(scaled(X))
    expected = LEARNER.fit(scores, y).predict_proba(scores)
    assert_allclose(model.predict_proba(X), expected, atol=1e-6)


@pytest.mark.parametrize("n_targets", [1, 2])
def test_pls(n_targets):
    """With least squares on its scores it is PLS regression on the scaled blocks."""
    X, _ = table()
    y = numbers(X, n_targets)
    model = MultimodalRegressor(
        by_modality(X, "passthrough"),
        fusion=SharedSpaceFusion("pls", n_components=2),
        estimator=LinearRegression(),
    ).fit(X, y)
    other = PLSRegression(2, scale=False, tol=1e-12, max_iter=10_000)
    expected = other.fit(scaled(X), y / y.std(axis=0)).predict(scaled(X))
    got = model.predict(X) / y.std(axis=0)
    assert_allclose(got.ravel(), expected.ravel(), atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_every_pattern(method):
    """Each method serves every pattern, learnt with holes, the same every time."""
    X, y = table(n_samples=90, missing=0.25)
    model, again = (fit(X, y, method=method) for _ in range(2))
    assert len(model.fusion_.pattern_models_) == 7
    for keep in ("abc", "ab", "bc", "a", "c"):
        lacking = X.copy()
        lacking[[c for c in X if c[0] not in keep]] = np.nan
        lacking = lacking[lacking.notna().any(axis=1)]
        got = model.predict_proba(lacking)
        assert_allclose(got.sum(axis=1), 1)
        assert_allclose(got, again.predict_proba(lacking))


@pytest.mark.parametrize("method", ["pca", "mcca", "gcca", "factor"])
def test_transform_without_targets(method):
    """Unsupervised spaces need no y; names are the method's."""
    X, _ = table(missing=0.2)
    fusion = SharedSpaceFusion(method, n_components=2)
    model = MultimodalTransformer(by_modality(X, "passthrough"), fusion=fusion)
    assert model.fit_transform(X).shape == (len(X), 2)
    assert list(model.get_feature_names_out()) == [f"{method}0", f"{method}1"]


def test_transform_with_targets():
    """PLS says that it needs y, and looks at it."""
    X, y = table()
    fusion = SharedSpaceFusion("pls", n_components=1)
    assert "targets" in fusion.needs
    model = MultimodalTransformer(
        by_modality(X, "passthrough"), fusion=fusion, estimator=LEARNER
    )
    scores = model.fit_transform(X, y)[:, 0]
    assert abs(np.corrcoef(scores, y)[0, 1]) > 0.7


@pytest.mark.parametrize("keep", ["ab", "c"])
@pytest.mark.parametrize("method", METHODS)
def test_near_a_model_of_the_subset(method, keep):
    """Rows that lack modalities fare about as well as with a model of theirs."""
    X, y = table(n_samples=300)
    columns = [c for c in X if c[0] in keep]
    lacking = X.copy()
    lacking[[c for c in X if c not in columns]] = np.nan
    whole = fit(X[:200], y[:200], method=method)
    alone = LEARNER.fit(X.loc[:199, columns].to_numpy(), y[:200])
    best = alone.score(X.loc[200:, columns].to_numpy(), y[200:])
    assert whole.score(lacking[200:], y[200:]) >= best - 0.08


def test_fallback_to_the_fullest():
    """Patterns beyond the limit use the fullest pattern's learners."""
    X, y = table(n_samples=120, missing=0.2)
    model = fit(X, y, max_patterns=1)
    assert list(model.fusion_.pattern_models_) == [(0, 1, 2)]
    assert np.isfinite(model.predict_proba(X)).all()


def test_several_learners():
    """Their predictions are averaged."""
    X, y = table()
    pair = [("one", LEARNER), ("two", LogisticRegression(C=0.01))]
    both = fit(X, y, pair).predict_proba(X)
    alone = [fit(X, y, learner).predict_proba(X) for _, learner in pair]
    assert_allclose(both, np.mean(alone, axis=0), atol=1e-9)


def test_sample_weight_is_copies():
    """Weights reach scales, space and learners as copies would."""
    X, _ = table(missing=0.2)
    y = numbers(X)
    weight = np.random.default_rng(0).integers(0, 3, len(y)).astype(float)
    rows = np.repeat(np.arange(len(y)), weight.astype(int))
    for method in METHODS:
        model = MultimodalRegressor(
            by_modality(X, "passthrough"),
            fusion=SharedSpaceFusion(method, n_components=2, regularization=0.1),
            estimator=Ridge(),
        )
        got = model.fit(X, y, sample_weight=weight).predict(X)
        copied = model.fit(X.iloc[rows], y[rows]).predict(X)
        assert_allclose(got, copied, atol=1e-3)


def test_nothing_varies():
    """Constant blocks leave the prior."""
    X, y = table(n_samples=30)
    flat = X * 0 + 1.0
    assert_allclose(fit(flat, y).predict_proba(flat), 0.5)


def test_sparse_blocks():
    """Sparse blocks predict as dense ones do."""
    rng = np.random.default_rng(0)
    dense = rng.normal(size=(60, 6)) * (rng.random((60, 6)) < 0.6)
    y = (dense[:, 0] + dense[:, 3] > 0).astype(int)
    triples = [("a", MaxAbsScaler(), [0, 1, 2]), ("b", MaxAbsScaler(), [3, 4, 5])]
    model = MultimodalClassifier(triples, fusion="shared", estimator=LEARNER)
    matrix = sparse.csr_matrix(dense)
    held = model.fit(matrix, y).predict_proba(matrix)
    assert_allclose(held, model.fit(dense, y).predict_proba(dense), atol=1e-6)


def test_nan_in_a_block():
    """NaN that an extractor lets through is named, at fit and at predict."""
    X, y = table()
    model = fit(X, y)
    X.loc[3, "b__1"] = np.nan
    with pytest.raises(ValueError, match="modality 'b' holds NaN"):
        fit(X, y)
    with pytest.raises(ValueError, match="modality 'b' holds NaN"):
        model.predict(X)


ERRORS = {
    "method": {"method": "tsne"},
    "n_components": {"n_components": 0},
    "regularization": {"regularization": -1.0},
    "max_patterns": {"max_patterns": 0},
}


@pytest.mark.parametrize("name", ERRORS)
def test_parameters(name):
    """Every parameter is checked."""
    X, y = table()
    with pytest.raises(ValueError, match=f"The '{name}' parameter of SharedSpace"):
        fit(X, y, **ERRORS[name])
