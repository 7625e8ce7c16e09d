"""Closed forms against plain Gaussian conditioning on the whole covariance."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.linear_model import LinearRegression
from sklearn.metrics import log_loss, r2_score

from mmensemble.datasets import make_multimodal

SIZES = {"a": 4, "b": 3, "c": 4, "d": 4}
COPIES = {"c": "a", "d": "a"}


def covariance(bunch):
    """Covariance of all columns given the class, from the formula."""
    truth = bunch.truth
    signal = truth.loadings.to_numpy() @ truth.loadings.to_numpy().T
    total = signal + np.diag(
        [truth.noise[column.split("__")[0]] ** 2 for column in truth.loadings.index]
    )
    position = {name: i for i, name in enumerate(truth.loadings.index)}
    family = {}
    for name in SIZES:
        family.setdefault(truth.redundancy.get(name, name), []).append(name)
    for original, members in family.items():
        for j in range(SIZES[original]):
            at = [position[f"{m}__x{j}"] for m in members]
            extra = np.full((len(at), len(at)), truth.noise[original] ** 2)
            extra[0, 0] = 0.0
            total[np.ix_(at, at)] += extra
    return total


def make(task, **options):
    return make_multimodal(
        60,
        n_features=SIZES,
        task=task,
        redundancy=COPIES,
        noise={"a": 0.7, "b": 1.2, "c": 0.5, "d": 0.9},
        missing=[0.5, 0.3, 0.4, 0.5],
        random_state=3,
        **options,
    )


@pytest.mark.parametrize("row_dependent", [False, True])
def test_regression_oracle_is_the_conditional_mean(row_dependent):
    bunch = make("regression", row_dependent=row_dependent)
    truth, sigma = bunch.truth, covariance(bunch)
    L = truth.loadings.to_numpy()
    X = bunch.data[truth.loadings.index].to_numpy()
    for i in range(len(X)):
        coef = masked(truth.coef, truth, i)
        seen = ~np.isnan(X[i])
        gain = np.linalg.solve(sigma[np.ix_(seen, seen)], X[i, seen])
        assert truth.oracle[i] == pytest.approx(coef @ L[seen].T @ gain, abs=1e-8)


@pytest.mark.parametrize("row_dependent", [False, True])
def test_classification_oracle_is_the_posterior(row_dependent):
    bunch = make(
        "classification",
        n_classes=3,
        weights=[0.5, 0.2, 0.3],
        row_dependent=row_dependent,
    )
    truth, sigma = bunch.truth, covariance(bunch)
    L = truth.loadings.to_numpy()
    X = bunch.data[truth.loadings.index].to_numpy()
    for i in range(len(X)):
        seen = ~np.isnan(X[i])
        density = [
            share
            * multivariate_normal(
                L[seen] @ masked(truth.class_means.loc[k], truth, i),
                sigma[np.ix_(seen, seen)],
            ).pdf(X[i, seen])
            for k, share in enumerate([0.5, 0.2, 0.3])
        ]
        expected = np.array(density) / np.sum(density)
        np.testing.assert_allclose(truth.oracle.loc[i], expected, atol=1e-8)


def masked(effect, truth, row):
    values = effect.to_numpy().copy()
    if truth.active is not None:
        sets = [name.split("__")[0] for name in effect.index]
        values *= [s in ("shared", truth.active[row]) for s in sets]
    return values


def test_nobody_beats_the_regression_oracle():
    options = {"task": "regression", "random_state": 1, "n_features": (5, 5)}
    bunch = make_multimodal(20_000, **options)
    linear = LinearRegression().fit(bunch.data, bunch.target).predict(bunch.data)
    best = r2_score(bunch.target, bunch.truth.oracle)
    assert best == pytest.approx(r2_score(bunch.target, linear), abs=2e-3)


def test_relevance_is_the_r2_of_one_modality():
    bunch = make_multimodal(
        20_000,
        n_features=(5, 5, 5),
        task="regression",
        shared_signal=[1, 1, 0],
        private_signal=[2, 0.5, 0],
        random_state=2,
    )
    for name, _, columns in bunch.modalities:
        X = bunch.data[columns]
        score = LinearRegression().fit(X, bunch.target).score(X, bunch.target)
        assert bunch.truth.relevance[name] == pytest.approx(score, abs=0.015)


def test_relevance_is_the_distance_of_class_means():
    bunch = make_multimodal(10, n_features=(4, 6), random_state=0, noise=[0.5, 2])
    truth = bunch.truth
    for name, _, columns in bunch.modalities:
        L = truth.loadings.loc[columns].to_numpy()
        sigma = L @ L.T + truth.noise[name] ** 2 * np.eye(len(L))
        gap = L @ (truth.class_means.loc[1] - truth.class_means.loc[0])
        expected = gap @ np.linalg.solve(sigma, gap) / 4
        assert truth.relevance[name] == pytest.approx(expected)


def test_relevance_with_a_context_leaves_the_others_out():
    options = {"task": "regression", "random_state": 0, "n_shared": 0}
    one = make_multimodal(n_features={"m1": 10}, **options).truth.relevance
    two = make_multimodal(n_features=(10, 10), row_dependent=True, **options)
    assert two.truth.relevance["m1"] == pytest.approx(one["m1"])


def test_no_noise_at_all():
    bunch = make_multimodal(
        50, task="regression", noise=0, target_noise=0, random_state=0
    )
    np.testing.assert_allclose(bunch.truth.oracle, bunch.target, atol=1e-4)
    assert bunch.truth.relevance.between(0, 1).all()


def test_no_target_at_all():
    bunch = make_multimodal(
        50,
        task="regression",
        shared_signal=0,
        private_signal=0,
        target_noise=0,
        random_state=0,
    )
    assert (bunch.target == 0).all()
    assert (bunch.truth.relevance == 0).all()


def test_classification_oracle_is_calibrated():
    bunch = make_multimodal(20_000, missing=0.4, class_sep=0.8, random_state=0)
    p = bunch.truth.oracle[1]
    for low in (0.1, 0.4, 0.7):
        rows = p.between(low, low + 0.2)
        assert bunch.target[rows].mean() == pytest.approx(p[rows].mean(), abs=0.03)
    assert log_loss(bunch.target, p) < 0.6
