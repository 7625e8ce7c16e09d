"""Simulated modalities against the formula that they promise."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsRegressor

from mmensemble.datasets import make_multimodal

SMALL = {"n_features": (3, 4), "random_state": 0}


def test_what_comes_back():
    bunch = make_multimodal(random_state=0)
    assert bunch.data.shape == (300, 30)
    assert [m for m, _, _ in bunch.modalities] == ["m1", "m2", "m3"]
    assert bunch.modalities[1] == ("m2", "auto", [f"m2__x{i}" for i in range(10)])
    assert bunch.feature_names == list(bunch.data.columns)
    assert bunch.target.value_counts().to_dict() == {0: 150, 1: 150}
    assert bunch.target_names == [0, 1]
    assert (bunch.groups, bunch.time) == (None, None)
    assert (bunch.task, bunch.metric) == ("classification", "accuracy")
    assert isinstance(bunch.splitter, StratifiedKFold)
    assert "300 rows" in bunch.DESCR


def test_regression():
    bunch = make_multimodal(task="regression", **SMALL)
    assert bunch.target.dtype == np.float64
    assert (bunch.task, bunch.metric) == ("regression", "r2")
    assert isinstance(bunch.splitter, KFold)
    assert bunch.target_names is None
    assert bunch.truth.class_means is None


def test_names_and_sizes_from_a_dict():
    bunch = make_multimodal(n_features={"genes": 5, "scan": 2}, random_state=0)
    assert bunch.data.filter(like="genes__").shape == (300, 5)
    assert list(bunch.truth.loadings.columns) == [
        "shared__f0",
        "shared__f1",
        "genes__f0",
        "genes__f1",
        "scan__f0",
        "scan__f1",
    ]


def assert_same(first, second):
    pd.testing.assert_frame_equal(first.data, second.data)
    pd.testing.assert_series_equal(first.target, second.target)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"task": "regression"},
        {"missing": 0.3, "missing_mechanism": "target"},
        {"n_groups": 20},
        {"row_dependent": True},
        {"redundancy": {"m2": "m1"}, "n_features": (4, 4, 4)},
    ],
)
def test_same_seed_same_data(options):
    options = SMALL | options
    assert_same(make_multimodal(**options), make_multimodal(**options))
    other = make_multimodal(**options | {"random_state": 1})
    assert not make_multimodal(**options).data.equals(other.data)


def test_random_state_instance_and_none():
    instances = (np.random.RandomState(5) for _ in range(2))
    options = [SMALL | {"random_state": rng} for rng in instances]
    assert_same(make_multimodal(**options[0]), make_multimodal(**options[1]))
    unseeded = SMALL | {"random_state": None}
    first, second = (make_multimodal(**unseeded).data for _ in range(2))
    assert not first.equals(second)


def test_global_seed_is_left_alone():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    make_multimodal(**SMALL)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_more_rows_or_modalities_keep_the_loadings():
    small = make_multimodal(**SMALL).truth.loadings
    longer = make_multimodal(50, **SMALL).truth.loadings
    wider = make_multimodal(**SMALL | {"n_features": (3, 4, 5)}).truth.loadings
    pd.testing.assert_frame_equal(small, longer)
    pd.testing.assert_frame_equal(
        small, wider.loc[small.index, small.columns], check_exact=True
    )


def test_covariance_is_the_product_of_loadings():
    bunch = make_multimodal(
        100_000,
        n_features=(3, 4),
        task="regression",
        shared_signal=[1.0, 2.0],
        noise=[0.5, 1.5],
        random_state=0,
    )
    L, noise = bunch.truth.loadings, bunch.truth.noise
    expected = (L @ L.T).to_numpy().copy()
    expected += np.diag([noise["m1"] ** 2] * 3 + [noise["m2"] ** 2] * 4)
    np.testing.assert_allclose(bunch.data.cov(), expected, atol=0.12)
    between = L.loc["m1__x0":"m1__x2", "shared__f0":"shared__f1"].to_numpy()
    between = between @ L.loc["m2__x0":, "shared__f0":"shared__f1"].to_numpy().T
    np.testing.assert_allclose(expected[:3, 3:], between)


def test_regression_target_follows_its_formula():
    bunch = make_multimodal(
        50_000,
        n_features=(2, 2),
        task="regression",
        n_shared=4,
        private_signal=[2.0, 0.5],
        target_noise=0.3,
        random_state=0,
    )
    coef = bunch.truth.coef
    assert coef.tolist() == pytest.approx(
        [0.5] * 4 + [2 / np.sqrt(2)] * 2 + [0.5 / np.sqrt(2)] * 2
    )
    rest = bunch.target - bunch.truth.factors @ coef
    assert rest.std() == pytest.approx(0.3, rel=0.02)
    assert abs(np.corrcoef(rest, bunch.truth.factors.iloc[:, 0])[0, 1]) < 0.02


def test_class_means_follow_their_formula():
    bunch = make_multimodal(
        60_000, n_features=(2, 2), n_classes=3, class_sep=1.5, random_state=0
    )
    means = bunch.truth.class_means
    np.testing.assert_allclose(means.sum(), 0, atol=1e-12)
    squared = (means.filter(like="shared__") ** 2).sum(axis=1)
    assert squared.mean() == pytest.approx(1.5**2)
    observed = bunch.truth.factors.groupby(bunch.target).mean()
    np.testing.assert_allclose(observed, means, atol=0.04)
    within = bunch.truth.factors - means.loc[bunch.target].to_numpy()
    np.testing.assert_allclose(within.cov(), np.eye(6), atol=0.03)


def test_weights_are_the_class_shares():
    bunch = make_multimodal(200, weights=[6, 3, 1], n_classes=3, random_state=0)
    assert bunch.target.value_counts().to_dict() == {0: 120, 1: 60, 2: 20}


def test_a_modality_without_signal_is_noise():
    bunch = make_multimodal(
        20_000, shared_signal=[1, 1, 0], private_signal=[1, 1, 0], random_state=0
    )
    X = bunch.data.filter(like="m3__")
    assert bunch.truth.relevance["m3"] == 0
    assert (bunch.truth.relevance[["m1", "m2"]] > 0.1).all()
    assert (bunch.truth.loadings.loc[X.columns] == 0).all(axis=None)
    np.testing.assert_allclose(X.cov(), np.eye(10), atol=0.05)
    assert abs(X.corrwith(bunch.target)).max() < 0.03


def test_more_signal_is_more_relevant():
    bunch = make_multimodal(private_signal=[0.2, 1, 3], random_state=0)
    assert bunch.truth.relevance.is_monotonic_increasing


def test_a_planted_copy_correlates():
    bunch = make_multimodal(
        20_000, redundancy={"m3": "m1"}, noise=[1, 1, 0.5], random_state=0
    )
    copy, original = bunch.data.filter(like="m3__"), bunch.data.filter(like="m1__")
    rest = copy.to_numpy() - original.to_numpy()
    assert rest.std() == pytest.approx(0.5, rel=0.02)
    correlation = original.corrwith(copy.set_axis(original.columns, axis=1))
    assert correlation.min() > 0.85
    assert "m3__f0" not in bunch.truth.factors
    assert bunch.truth.relevance["m3"] < bunch.truth.relevance["m1"]


def test_a_copy_without_noise_is_exact():
    bunch = make_multimodal(redundancy={"m1": "m2"}, noise=[0, 1, 1], random_state=0)
    assert (bunch.data.filter(like="m1__").to_numpy()).tolist() == (
        bunch.data.filter(like="m2__").to_numpy().tolist()
    )


def test_groups_share_an_effect():
    bunch = make_multimodal(3000, task="regression", n_groups=100, random_state=0)
    assert isinstance(bunch.splitter, GroupKFold)
    assert np.bincount(bunch.groups).tolist() == [30] * 100
    factors = bunch.truth.factors
    between = factors.groupby(bunch.groups).mean().var()
    assert between.mean() == pytest.approx(0.5 + 0.5 / 30, abs=0.1)
    assert factors.to_numpy().var() == pytest.approx(1, abs=0.1)


def test_few_groups_get_few_folds():
    assert make_multimodal(n_groups=3, random_state=0).splitter.get_n_splits() == 3


def test_folds_that_share_groups_flatter():
    bunch = make_multimodal(600, task="regression", n_groups=30, random_state=0)
    model, X, y = KNeighborsRegressor(5), bunch.data, bunch.target
    honest = cross_val_score(model, X, y, groups=bunch.groups, cv=bunch.splitter)
    mixed = cross_val_score(model, X, y, cv=KFold(5, shuffle=True, random_state=0))
    assert mixed.mean() > honest.mean() + 0.1


def context_data(**options):
    return make_multimodal(
        6000, row_dependent=True, n_shared=0, class_sep=1.0, random_state=0, **options
    )


def test_context_tells_the_active_modality_and_nothing_else():
    bunch = context_data()
    context = bunch.data.filter(like="context__")
    assert bunch.modalities[-1] == ("context", "auto", list(context.columns))
    chosen = np.array(["m1", "m2", "m3"])[context.to_numpy().argmax(axis=1)]
    assert (chosen == bunch.truth.active).all()
    assert abs(context.corrwith(bunch.target)).max() < 0.05
    assert list(bunch.truth.presence.columns) == ["m1", "m2", "m3"]


def test_only_the_active_modality_tells_the_class():
    bunch = context_data()
    X, y, active = bunch.data.filter(like="m1__"), bunch.target, bunch.truth.active
    model = LogisticRegression()
    on, off = active == "m1", active != "m1"
    assert cross_val_score(model, X[on], y[on], cv=3).mean() > 0.75
    assert abs(cross_val_score(model, X[off], y[off], cv=3).mean() - 0.5) < 0.03


def test_only_the_active_modality_tells_the_number():
    bunch = make_multimodal(
        5000, task="regression", row_dependent=True, target_noise=0, random_state=0
    )
    truth = bunch.truth
    sets = truth.coef.index.str.split("__").str[0]
    for i in range(20):
        used = (sets == "shared") | (sets == truth.active[i])
        expected = truth.factors.loc[i, used] @ truth.coef[used]
        assert bunch.target[i] == pytest.approx(expected)


def test_context_skips_copies_and_noise():
    bunch = context_data(
        n_features=(3, 3, 3, 3),
        redundancy={"m2": "m1"},
        private_signal=[1, 1, 0, 1],
    )
    assert set(bunch.truth.active) == {"m1", "m4"}
    assert bunch.data.filter(like="context__").shape[1] == 2


@pytest.mark.parametrize("empty", [{"n_shared": 0}, {"n_private": 0}])
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_no_factors_of_one_kind(empty, task):
    bunch = make_multimodal(task=task, **SMALL, **empty)
    assert np.isfinite(bunch.data.to_numpy()).all()
    assert (bunch.truth.relevance > 0).all()


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_no_factors_at_all(task):
    bunch = make_multimodal(task=task, n_shared=0, n_private=0, **SMALL)
    assert (bunch.truth.relevance == 0).all()
    assert np.allclose(bunch.truth.oracle, 0.5 if task == "classification" else 0)
