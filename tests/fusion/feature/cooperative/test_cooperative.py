"""Cooperative learning within the estimators, against scikit-learn."""

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, table
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Lasso, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    CooperativeFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)


def regressor(X, **params):
    """Return a regressor with cooperative learning on plain columns."""
    return MultimodalRegressor(
        by_modality(X, "passthrough"),
        fusion=CooperativeFusion(**params),
        random_state=0,
    )


def classifier(X, **params):
    """Return a classifier with cooperative learning on plain columns."""
    return MultimodalClassifier(
        by_modality(X, "passthrough"),
        fusion=CooperativeFusion(**params),
        random_state=0,
    )


def test_early_fusion():
    """At rho 0 it is scikit-learn's lasso on the standardised columns."""
    X, _ = table()
    y = numbers(X)
    Z = StandardScaler().fit_transform(X.to_numpy())
    lasso = Lasso(alpha=0.2 * y.std(), tol=1e-10, max_iter=10_000).fit(Z, y)
    model = regressor(X, rho=0.0, penalty=0.2).fit(X, y)
    assert_allclose(model.predict(X), lasso.predict(Z), atol=1e-5)
    coef = np.hstack([own[0] for own in model.fusion_.coef_])
    assert_allclose(coef * X.to_numpy().std(axis=0), lasso.coef_, atol=1e-5)
    assert_allclose(model.fusion_.intercept_, y.mean())


def test_late_fusion():
    """At rho 1 it is the mean of the views' own lassos, also where some are absent."""
    X, _ = table(missing=0.2)
    y = numbers(X)
    model = regressor(X, rho=1.0, penalty=0.1, standardize=False).fit(X, y)
    present = model.presence(X).to_numpy()
    parts = np.full((len(X), 3), np.nan)
    for m, (_, _, columns) in enumerate(by_modality(X, None)):
        rows = present[:, m]
        own = X.loc[rows, columns].to_numpy()
        alpha = 0.1 * y.std() / rows.mean()
        lasso = Lasso(alpha=alpha, tol=1e-12).fit(own, y[rows])
        parts[rows, m] = lasso.predict(own) - lasso.intercept_
    full = present.all(axis=1)
    got = model.predict(X)[full]
    assert_allclose(got - got.mean(), _centred(parts[full].mean(axis=1)), atol=1e-5)


def _centred(values):
    return values - values.mean()


def test_subsets_are_lassos_of_their_own():
    """A row with one view gets that view's model, the others their pattern's."""
    X, _ = table()
    y = numbers(X)
    model = regressor(X, rho=0.5, penalty=0.1).fit(X, y)
    for name in "abc":
        lacking = X.copy()
        lacking[[c for c in X if c[0] != name]] = np.nan
        own = X[[c for c in X if c[0] == name]]
        Z = StandardScaler().fit_transform(own.to_numpy())
        lasso = Lasso(alpha=0.1 * y.std(), tol=1e-10).fit(Z, y)
        assert_allclose(model.predict(lacking), lasso.predict(Z), atol=1e-5)
    assert len(model.fusion_.pattern_models_) == 7


def test_few_patterns():
    """Patterns beyond `max_patterns` use the nearest within, or the full model."""
    X, _ = table(missing=0.2)
    y = numbers(X)
    model = regressor(X, rho=1.0, penalty=0.05, max_patterns=1).fit(X, y)
    assert list(model.fusion_.pattern_models_) == [(0, 1, 2)]
    lacking = X.assign(b__0=np.nan, b__1=np.nan, b__2=np.nan)
    lacking = lacking[lacking.notna().any(axis=1)]
    got = model.predict(lacking)
    assert np.isfinite(got).all()
    assert np.corrcoef(got, y[lacking.index])[0, 1] > 0.3


@pytest.mark.parametrize("n_classes", [2, 3])
def test_logistic_early_fusion(n_classes):
    """At rho 0 its probabilities are those of a ridge-like logistic regression."""
    X, y = table(n_classes=n_classes)
    Z = StandardScaler().fit_transform(X.to_numpy())
    model = classifier(X, rho=0.0, penalty=0.05, l1_ratio=1e-6).fit(X, y)
    expected = LogisticRegression(C=1 / (0.05 * len(y)), tol=1e-10, max_iter=1000)
    got = model.predict_proba(X)
    assert_allclose(got, expected.fit(Z, y).predict_proba(Z), atol=2e-3)


def test_agreement_grows():
    """The larger rho, the nearer the views' linear predictors."""
    X, y = table(n_samples=150)
    spreads = []
    for rho in (0.0, 0.5, 2.0, 10.0):
        model = MultimodalTransformer(
            by_modality(X, "passthrough"),
            fusion=CooperativeFusion(rho=rho, penalty=0.01),
        )
        spreads.append(model.fit_transform(X, y).std(axis=1).mean())
    assert spreads == sorted(spreads, reverse=True)


def test_transform():
    """Features are the linear predictors, whose sum is the prediction."""
    X, _ = table(missing=0.2)
    y = numbers(X)
    params = {"rho": 0.5, "penalty": 0.05}
    transformer = MultimodalTransformer(
        by_modality(X, "passthrough"), fusion=CooperativeFusion(**params)
    ).fit(X, y)
    got = transformer.transform(X)
    names = [f"{name}_prediction" for name in "abc"]
    assert_array_equal(transformer.get_feature_names_out(), names)
    model = regressor(X, **params).fit(X, y)
    present = model.presence(X).to_numpy()
    assert (got[~present] == 0).all()
    full = present.all(axis=1)
    expected = model.predict(X)[full] - model.fusion_.intercept_
    assert_allclose(got[full].sum(axis=1), expected, atol=1e-6)


def test_choice():
    """The choice is the least loss, over the whole grid, and follows the groups."""
    X, _ = table()
    y = numbers(X)
    fusion = regressor(X, rhos=(0.0, 2.0), n_penalties=9).fit(X, y).fusion_
    assert fusion.losses_.shape == (2, 9)
    which, step = np.unravel_index(fusion.losses_.argmin(), (2, 9))
    assert fusion.rho_ == (0.0, 2.0)[which]
    assert fusion.penalty_ == fusion.penalties_[step]
    groups = np.arange(len(y)) // 30
    apart = regressor(X, rhos=(0.0, 2.0), n_penalties=9).fit(X, y, groups=groups)
    assert not np.allclose(apart.fusion_.losses_[:, 3], fusion.losses_[:, 3])


def test_nothing_to_choose_from():
    """With a single group there are no folds: the middle of the path is taken."""
    X, _ = table()
    y = numbers(X)
    model = regressor(X).fit(X, y, groups=np.zeros(len(y)))
    assert model.fusion_.losses_ is None
    assert model.fusion_.rho_ == 0.0
    assert model.fusion_.penalty_ > 0


def test_shared_factor_is_found():
    """Where views share a signal among noise, agreement beats early fusion."""
    rng = np.random.default_rng(0)
    factor = rng.normal(size=(560, 8))
    views = rng.normal(size=(2, 560, 60))
    views[:, :, :8] += 2 * factor
    target = factor.sum(axis=1)
    noisy = target + 2 * rng.normal(size=560)
    X = np.hstack(views)
    modalities = [
        ("a", "passthrough", slice(0, 60)),
        ("b", "passthrough", slice(60, None)),
    ]
    errors = {}
    for rho in (0.0, 1.0, "cv"):
        model = MultimodalRegressor(modalities, fusion=CooperativeFusion(rho))
        fitted = model.fit(X[:80], noisy[:80]).predict(X[80:])
        errors[rho] = ((fitted - target[80:]) ** 2).mean()
    assert errors[1.0] < errors[0.0]
    assert errors["cv"] < errors[0.0]


def test_adaptive():
    """Views are penalised in proportion to what each chooses on its own."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 40))
    y = X[:, :4].sum(axis=1) + rng.normal(size=80)
    modalities = [
        ("good", "passthrough", slice(0, 20)),
        ("noise", "passthrough", slice(20, None)),
    ]
    fusion = CooperativeFusion(rho=0.0, adaptive=True)
    model = MultimodalRegressor(modalities, fusion=fusion).fit(X, y)
    good, noise = model.fusion_.factors_
    alone = [
        MultimodalRegressor([modality], fusion=CooperativeFusion()).fit(X, y)
        for modality in modalities
    ]
    needed = [one.fusion_.penalty_ for one in alone]
    assert noise / good == pytest.approx(needed[1] / needed[0])
    assert noise > good
    assert (good + noise) / 2 == pytest.approx(1)


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_learner(task):
    """Any regressor serves, one modality at a time; rho is chosen for it too."""
    X, y = table(n_samples=60, n_classes=3, missing=0.1)
    fusion = {"learner": Ridge(), "rhos": (0.0, 1.0), "n_folds": 3}
    if task == "regression":
        y = numbers(X)
        model = regressor(X, **fusion).fit(X, y)
        assert model.score(X, y) > 0.3
    else:
        model = classifier(X, **fusion).fit(X, y)
        assert model.score(X, y) > 0.6
    assert model.fusion_.losses_.shape == (2, 1)
    assert model.fusion_.coef_ is None


def test_random_learner():
    """Learners that draw give the same at every fit."""
    X, _ = table(n_samples=60)
    y = numbers(X)
    forest = RandomForestRegressor(3, max_depth=2)
    first, second = (
        regressor(X, rho=0.5, learner=forest).fit(X, y).predict(X) for _ in range(2)
    )
    assert_array_equal(first, second)


def test_classifier_as_learner():
    """A classifier is refused as a learner."""
    X, y = table()
    with pytest.raises(ValueError, match=r"'learner' .* must be a regressor, also for"):
        classifier(X, learner=LogisticRegression()).fit(X, y)


@pytest.mark.parametrize("rhos", [(), (-1.0,), [[0.0]]])
def test_wrong_rhos(rhos):
    """A grid that is empty, negative or nested is refused."""
    X, y = table()
    with pytest.raises(ValueError, match=r"'rhos' .* must hold numbers >= 0, got"):
        classifier(X, rhos=rhos).fit(X, y)


def test_nan_features():
    """NaN that an extractor lets through is named with its modality."""
    X, y = table()
    X.loc[3, "b__1"] = np.nan
    with pytest.raises(ValueError, match=r"modality 'b' holds NaN or infinity"):
        classifier(X).fit(X, y)


def test_sparse_text():
    """Sparse blocks stay sparse, and give what dense ones give."""
    rng = np.random.default_rng(0)
    words = np.array(["red", "green", "blue", "cold", "warm", "old", "new"])
    y = np.arange(60) % 2
    texts = [" ".join(rng.choice(words[k : k + 5], 6)) for k in 2 * y]
    X = np.empty((60, 3), dtype=object)
    X[:, 0], X[:, 1:] = texts, rng.normal(size=(60, 2)) + y[:, None]
    got = []
    for steps in (TfidfVectorizer(), _Densely()):
        model = MultimodalClassifier(
            [("text", steps, 0), ("numbers", "passthrough", [1, 2])],
            fusion=CooperativeFusion(0.5, penalty=0.05),
        )
        got.append(model.fit(X, y).predict_proba(X))
    assert_allclose(got[0], got[1], atol=1e-6)


class _Densely(TfidfVectorizer):
    """The same features, dense."""

    def transform(self, raw_documents):
        """Return an array."""
        return super().transform(raw_documents).toarray()

    def fit_transform(self, raw_documents, y=None):
        """Return an array."""
        return super().fit_transform(raw_documents, y).toarray()


def test_zero_weights():
    """Rows of weight zero are as good as absent."""
    X, _ = table()
    y = numbers(X)
    weight = np.r_[np.zeros(20), np.ones(70)]
    all_rows = regressor(X).fit(X, y, sample_weight=weight).predict(X)
    some = regressor(X).fit(X[20:], y[20:]).predict(X)
    assert_allclose(all_rows, some, atol=1e-8)


@pytest.mark.parametrize("learner", [None, Ridge()])
def test_skops(learner):
    """It goes through skops with types of this package only."""
    skops = pytest.importorskip("skops.io")
    X, y = table(missing=0.2)
    model = classifier(X, rho=0.5, penalty=0.05, learner=learner).fit(X, y)
    stored = skops.dumps(model)
    types = skops.get_untrusted_types(data=stored)
    assert all(name.startswith("mmensemble.") for name in types)
    again = skops.loads(stored, trusted=types)
    assert_allclose(again.predict_proba(X), model.predict_proba(X))


def test_jobs():
    """Two jobs give what one gives."""
    X, y = table(n_samples=60, missing=0.2)
    one = classifier(X, n_folds=2, n_penalties=4).fit(X, y)
    two = classifier(X, n_folds=2, n_penalties=4).set_params(n_jobs=2)
    with parallel_config(backend="threading"):
        two.fit(X, y)
    assert_allclose(two.predict_proba(X), one.predict_proba(X), atol=1e-12)


def test_class_without_weight():
    """Where the rows that count are of one class, the prior is all there is."""
    X, y = table(n_samples=30)
    model = classifier(X).fit(X, y, sample_weight=(y == 0).astype(float))
    assert not model.fusion_.pattern_models_
    assert_allclose(model.predict_proba(X), [[1, 0]] * 30)
    features = MultimodalTransformer(
        by_modality(X, "passthrough"), fusion=CooperativeFusion()
    )
    fitted = features.fit(X, y, sample_weight=(y == 0).astype(float))
    assert not fitted.transform(X).any()


@pytest.mark.parametrize("n_classes", [2, 3])
def test_weights_are_repetitions(n_classes):
    """With nothing to choose, a weight of two is as good as two rows."""
    X, y = table(n_samples=40, n_classes=n_classes)
    times = np.arange(40) % 3
    rows = np.repeat(np.arange(40), times)
    params = {"rho": 0.5, "penalty": 0.05}
    weighted = classifier(X, **params).fit(X, y, sample_weight=times.astype(float))
    repeated = classifier(X, **params).fit(X.iloc[rows], y[rows])
    got, expected = weighted.predict_proba(X), repeated.predict_proba(X)
    assert_allclose(got, expected, atol=1e-5)
