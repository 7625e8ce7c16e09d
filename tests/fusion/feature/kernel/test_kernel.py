"""Kernel fusion against scikit-learn's kernel machines, whole and in patterns."""

import numpy as np
import pandas as pd
import pytest
from fusion_cases import by_modality, numbers, table
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import linear_kernel, rbf_kernel
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

from mmensemble import (
    KernelFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)


def regressor(X, y, extractor="passthrough", **params):
    """Fit a regressor with kernel fusion."""
    model = MultimodalRegressor(
        by_modality(X, extractor), fusion=KernelFusion(**params), random_state=0
    )
    return model.fit(X, y)


def classifier(X, y, extractor="passthrough", **params):
    """Fit a classifier with kernel fusion."""
    model = MultimodalClassifier(
        by_modality(X, extractor), fusion=KernelFusion(**params), random_state=0
    )
    return model.fit(X, y)


def centred_sum(X, gamma):
    """Return the mean of the modalities' centred, scaled kernels."""
    total = np.zeros((len(X), len(X)))
    h = np.eye(len(X)) - 1 / len(X)
    for _, _, columns in by_modality(X, None):
        part = h @ rbf_kernel(X[columns].to_numpy(), gamma=gamma) @ h
        total += part / np.trace(part) * len(X)
    return total / 3


@pytest.mark.parametrize("n_targets", [1, 2])
def test_kernel_ridge(n_targets):
    """Complete rows: KernelRidge on the mean kernel, around the mean of y."""
    X, _ = table()
    y = numbers(X, n_targets)
    model = regressor(X, y, gamma=0.2, weights="uniform", alpha=0.7)
    kernel = centred_sum(X, 0.2)
    ridge = KernelRidge(alpha=0.7, kernel="precomputed").fit(kernel, y - y.mean(axis=0))
    expected = ridge.predict(kernel) + y.mean(axis=0)
    assert_allclose(model.predict(X), expected, atol=1e-5)
    penalty = model.fusion_.pattern_models_[(0, 1, 2)].penalty
    assert penalty == 0.7


def test_kernel_logistic_regression():
    """Complete rows: multinomial logistic regression on the kernel's square root."""
    X, y = table(n_classes=3)
    model = classifier(X, y, gamma=0.2, weights="uniform", alpha=0.7)
    values, vectors = np.linalg.eigh(centred_sum(X, 0.2))
    root = vectors * np.sqrt(np.maximum(values, 0))
    other = LogisticRegression(C=1 / 0.7, tol=1e-9, max_iter=5000).fit(root, y)
    assert_allclose(model.predict_proba(X), other.predict_proba(root), atol=1e-4)


@pytest.mark.parametrize("weights", ["uniform", "align", "alignf", "easymkl"])
def test_weights(weights):
    """Weights are on the simplex, and find the modality that knows."""
    X, _ = table(n_samples=80)
    y = (X["b__0"] ** 2 > 0.8).to_numpy().astype(int)
    found = classifier(X, y, weights=weights).fusion_.weights_
    assert found.sum() == pytest.approx(1)
    if weights == "uniform":
        assert_allclose(found, 1 / 3)
    else:
        assert found.argmax() == 1


@pytest.mark.parametrize("pattern", ["ab", "c"])
def test_reduced(pattern):
    """Rows of a pattern get what a model of its modalities alone says.

    For classes with the penalty of the fullest pattern.
    """
    X, y = table(n_samples=80)
    columns = [c for c in X if c[0] in pattern]
    lacking = X.copy()
    lacking[[c for c in X if c not in columns]] = np.nan
    for make, target in ((classifier, y), (regressor, numbers(X))):
        whole = make(X, target, weights="uniform")
        machine = whole.fusion_.pattern_models_[tuple("abc".index(m) for m in pattern)]
        alpha = machine.penalty if make is classifier else None
        alone = make(X[columns], target, weights="uniform", alpha=alpha)
        method = "predict_proba" if make is classifier else "predict"
        got, expected = getattr(whole, method)(lacking), getattr(alone, method)(X)
        assert_allclose(got, expected, atol=1e-4)


def test_more_patterns_than_machines():
    """Others use the fullest pattern's machine, with weights shared out."""
    X, y = table(n_samples=80, missing=0.2)
    model = classifier(X, y, max_patterns=1)
    assert list(model.fusion_.pattern_models_) == [(0, 1, 2)]
    for keep in ("ab", "a", "c"):
        lacking = X.copy()
        lacking[[c for c in X if c[0] not in keep]] = np.nan
        lacking = lacking[lacking.notna().any(axis=1)]
        assert_allclose(model.predict_proba(lacking).sum(axis=1), 1)


def test_modality_weights():
    """Rows share out the weight of what they lack."""
    X, y = table(n_samples=60, missing=0.3)
    model = classifier(X, y, weights="uniform")
    presence = model.presence(X).to_numpy()
    got = model.fusion_.modality_weights(model._view(X))
    assert_allclose(got, presence / presence.sum(axis=1, keepdims=True))


def test_landmarks():
    """Fewer landmarks approximate; all of them are exact; the seed decides."""
    X, _ = table(n_samples=90)
    y = numbers(X)
    exact = regressor(X, y, alpha=1.0, weights="uniform").predict(X)
    every = regressor(X, y, alpha=1.0, weights="uniform", n_components=90)
    assert_allclose(every.predict(X), exact, atol=1e-7)
    some = regressor(X, y, alpha=1.0, weights="uniform", n_components=60)
    again = regressor(X, y, alpha=1.0, weights="uniform", n_components=60)
    assert_allclose(some.predict(X), again.predict(X))
    assert some.fusion_.pattern_models_[(0, 1, 2)].dual.shape == (60, 1)
    assert np.corrcoef(some.predict(X), exact)[0, 1] > 0.97


def test_many_rows_are_not_all_landmarks(monkeypatch):
    """Beyond the threshold landmarks are drawn."""
    monkeypatch.setattr("mmensemble.fusion.feature.kernel._kernel._ALL_ROWS", 50)
    monkeypatch.setattr("mmensemble.fusion.feature.kernel._kernel._LANDMARKS", 30)
    monkeypatch.setattr("mmensemble.fusion.feature.kernel._kernel._BATCH", 40)
    X, y = table(n_samples=90)
    model = classifier(X, y)
    assert model.fusion_.pattern_models_[(0, 1, 2)].dual.shape == (30, 2)
    assert model.predict_proba(X).shape == (90, 2)


def test_penalty_of_the_fullest_pattern_serves_all():
    """Classes: one choice, in proportion to the weight of each pattern's rows."""
    X, y = table(n_samples=80, missing=0.3, seed=2)
    machines = classifier(X, y).fusion_.pattern_models_
    weights = {
        pattern: (~X.filter(regex="|".join(f"^{'abc'[m]}__" for m in pattern)).isna())
        .any(axis=1)
        .sum()
        for pattern in machines
    }
    relative = [machine.penalty / weights[p] for p, machine in machines.items()]
    assert len(machines) == 7
    assert_allclose(relative, relative[0])


def test_groups_choose_the_penalty():
    """With groups, copies of a row on both sides don't make the penalty small."""
    X, _ = table(n_samples=40)
    y = np.random.default_rng(0).normal(size=40)
    X2, y2 = pd.concat([X, X], ignore_index=True), np.tile(y, 2)
    groups = np.tile(np.arange(40), 2)
    model = MultimodalRegressor(by_modality(X, "passthrough"), fusion="kernel")
    free = model.fit(X2, y2).fusion_.pattern_models_[(0, 1, 2)].penalty
    held = model.fit(X2, y2, groups=groups).fusion_.pattern_models_[(0, 1, 2)].penalty
    assert held[0] > free[0]


def test_sample_weight_is_copies():
    """Weights of two are two copies, of zero none."""
    X, y = table(n_samples=60)
    weight = np.random.default_rng(0).integers(0, 3, 60)
    rows = np.repeat(np.arange(60), weight)
    for weights in ("alignf", "easymkl"):
        model = MultimodalClassifier(
            by_modality(X, "passthrough"),
            fusion=KernelFusion(weights=weights, alpha=1.0, gamma=0.2),
        )
        got = model.fit(X, y, sample_weight=weight).predict_proba(X)
        copied = model.fit(X.iloc[rows], y[rows]).predict_proba(X)
        assert_allclose(got, copied, atol=2e-3)


def test_kernels_by_modality():
    """A dict chooses by name, a callable is called with blocks."""
    X, y = table(n_samples=60)
    named = classifier(X, y, kernel={"a": "linear", "b": linear_kernel}, alpha=1.0)
    assert [k.kernel for k in named.fusion_.kernels_] == [
        "linear",
        linear_kernel,
        "rbf",
    ]
    one, other = (
        classifier(X, y, kernel=kernel, alpha=1.0).predict_proba(X)
        for kernel in ("linear", linear_kernel)
    )
    assert_allclose(one, other, atol=1e-9)


def test_sparse_blocks():
    """Sparse blocks predict as dense ones do."""
    rng = np.random.default_rng(0)
    dense = rng.normal(size=(60, 6)) * (rng.random((60, 6)) < 0.6)
    y = (dense[:, 0] + dense[:, 3] > 0).astype(int)
    triples = [("a", MaxAbsScaler(), [0, 1, 2]), ("b", MaxAbsScaler(), [3, 4, 5])]
    model = MultimodalClassifier(triples, fusion=KernelFusion(alpha=1.0))
    matrix = sparse.csr_matrix(dense)
    held = model.fit(matrix, y).predict_proba(matrix)
    assert_allclose(held, model.fit(dense, y).predict_proba(dense), atol=1e-6)


def test_nothing_varies():
    """Constant blocks leave the prior."""
    X, y = table(n_samples=30)
    flat = X * 0 + 1.0
    assert_allclose(classifier(flat, y).predict_proba(flat), 0.5)
    assert_allclose(regressor(flat, y * 1.0).predict(flat), 0.5)


def test_curved_relation():
    """It sees what no linear model sees."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        rng.normal(size=(200, 4)), columns=["a__0", "a__1", "b__0", "b__1"]
    )
    y = (X["a__0"] ** 2 + X["b__0"] ** 2 > 1.4).to_numpy().astype(int)
    model = classifier(X[:150], y[:150], StandardScaler())
    assert model.score(X[150:], y[150:]) > 0.8


def test_unknown_modality():
    """A kernel for a modality that there is not is refused."""
    X, y = table()
    with pytest.raises(ValueError, match=r"'kernel' parameter names .*\['z'\]"):
        classifier(X, y, kernel={"z": "rbf"})


def test_unknown_kernel():
    """An unknown kernel in a dict is refused with the modality's name."""
    X, y = table()
    with pytest.raises(ValueError, match=r"'kernel' of modality 'b' .*got 'cosine'"):
        classifier(X, y, kernel={"b": "cosine"})


def test_easymkl_needs_classes():
    """A margin between classes has no meaning for numbers."""
    X, _ = table()
    with pytest.raises(ValueError, match=r"weights='easymkl'.*classification only"):
        regressor(X, numbers(X), weights="easymkl")


def test_makes_no_features():
    """The transformer refuses it."""
    X, y = table()
    with pytest.raises(ValueError, match="KernelFusion makes no features"):
        MultimodalTransformer(fusion="kernel").fit(X, y)


def test_nan_in_a_block():
    """NaN that an extractor lets through is named."""
    X, y = table()
    X.loc[3, "b__1"] = np.nan
    with pytest.raises(ValueError, match="modality 'b' holds NaN"):
        classifier(X, y)


ERRORS = {
    "kernel": {"kernel": "cosine"},
    "gamma": {"gamma": 0.0},
    "degree": {"degree": 0},
    "weights": {"weights": "mkl"},
    "trade_off": {"trade_off": 2.0},
    "alpha": {"alpha": 0.0},
    "n_components": {"n_components": 0},
    "max_patterns": {"max_patterns": 0},
}


@pytest.mark.parametrize("name", ERRORS)
def test_parameters(name):
    """Every parameter is checked."""
    X, y = table()
    with pytest.raises(ValueError, match=f"The '{name}' parameter of KernelFusion"):
        classifier(X, y, **ERRORS[name])
