"""The default learner."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble._splits import inner_folds
from mmensemble.learners import _linear
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor
from mmensemble.numerics import _logistic
from mmensemble.numerics._penalty_search import search_by_folds

BOTH = [AutoLinearClassifier(), AutoLinearRegressor()]
REASON = "the penalty is chosen by folds or left-out rows, which repeated rows change"
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data": REASON,
    "check_sample_weight_equivalence_on_sparse_data": REASON,
}


@parametrize_with_checks(BOTH, expected_failed_checks=lambda _: EXPECTED_FAILURES)
def test_scikit_learns_checks(estimator, check):
    """Both default learners pass scikit-learn's checks."""
    check(estimator)


def classes_for(n_classes, shape=(60, 8), seed=0):
    """Return data of some classes in several units and away from zero."""
    X, y = make_classification(
        shape[0],
        shape[1],
        n_informative=5,
        n_classes=n_classes,
        flip_y=0.2,
        random_state=seed,
    )
    rng = np.random.default_rng(seed)
    return 3 + X * rng.uniform(0.5, 5, shape[1]), y


def values_for(n_targets, shape=(60, 8), seed=0):
    """Return regression data of some targets."""
    X, y = make_regression(
        shape[0],
        shape[1],
        n_informative=5,
        n_targets=n_targets,
        noise=20,
        random_state=seed,
    )
    return 3 + X * np.random.default_rng(seed).uniform(0.5, 5, shape[1]), y


def weights_for(kind, n_samples, seed=0):
    """Return no weights, random ones, or ones of which a third is zero."""
    if kind is None:
        return None
    weight = np.random.default_rng(seed).uniform(0.5, 2, n_samples)
    if kind == "zeros":
        weight[::3] = 0
    return weight


def unit_of(X, weight):
    """Return the root mean variance of the columns."""
    mean = np.average(X, axis=0, weights=weight)
    variances = np.average((X - mean) ** 2, axis=0, weights=weight)
    return np.sqrt(variances.mean())


WEIGHTS = pytest.mark.parametrize("weights", [None, "random", "zeros"])
SHAPES = pytest.mark.parametrize("shape", [(60, 8), (40, 90)], ids=["tall", "wide"])


@SHAPES
@WEIGHTS
@pytest.mark.parametrize("n_classes", [2, 3])
def test_classifier_is_logistic_regression(shape, weights, n_classes, monkeypatch):
    """The model equals a plain logistic regression of the same penalty."""
    monkeypatch.setattr(_linear, "_CS", np.array([0.01, 0.1]))
    X, y = classes_for(n_classes, shape)
    weight = weights_for(weights, len(y))
    model = AutoLinearClassifier(max_iter=10_000).fit(X, y, sample_weight=weight)
    unit = unit_of(X, weight)
    plain = LogisticRegression(C=model.C_ / unit**2, tol=1e-10, max_iter=100_000)
    plain.fit(X, y, weight)
    np.testing.assert_allclose(
        model.predict_proba(X), plain.predict_proba(X), atol=1e-3
    )
    np.testing.assert_allclose(model.coef_, plain.coef_, atol=2e-3)


@SHAPES
@WEIGHTS
@pytest.mark.parametrize("n_targets", [1, 3])
def test_regressor_is_ridge(shape, weights, n_targets):
    """The model equals a plain ridge regression of the same penalty."""
    X, y = values_for(n_targets, shape)
    weight = weights_for(weights, len(y))
    model = AutoLinearRegressor().fit(X, y, sample_weight=weight)
    unit = unit_of(X, weight)
    plain = Ridge(alpha=model.alpha_ * unit**2).fit(X, y, weight)
    scale = np.abs(plain.coef_).max()
    np.testing.assert_allclose(model.coef_, plain.coef_, atol=1e-7 * scale)
    np.testing.assert_allclose(model.intercept_, plain.intercept_, rtol=1e-6)
    np.testing.assert_allclose(model.predict(X), plain.predict(X), rtol=1e-6)


def test_regressor_keeps_a_single_column_of_targets():
    """A target of shape (n, 1) is predicted in the shape that Ridge gives it."""
    X, y = values_for(1)
    expected = Ridge().fit(X, y[:, None]).predict(X).shape
    assert AutoLinearRegressor().fit(X, y[:, None]).predict(X).shape == expected


def test_each_target_has_its_own_penalty():
    """Noise is shrunk, signal is not."""
    X, y = values_for(1)
    noise = np.random.default_rng(1).normal(size=60)
    alphas = AutoLinearRegressor().fit(X, np.column_stack([y, noise])).alpha_
    assert alphas.shape == (2,)
    assert alphas[0] < alphas[1]


SPARSE = pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csr_array])


@SPARSE
@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_small_sparse_data_are_learnt_as_dense_ones(container, model):
    """A sparse table that fits in memory gives the model of the dense one."""
    X, y = classes_for(2)
    expected = model.fit(X, y).coef_.copy()
    np.testing.assert_array_equal(model.fit(container(X), y).coef_, expected)
    np.testing.assert_allclose(model.predict(container(X)), model.predict(X))


@SPARSE
def test_sparse_classifier_is_logistic_regression(container, monkeypatch):
    """Large sparse tables are scaled, not centred, and penalised in that scale."""
    monkeypatch.setattr(_linear, "_DENSE_CELLS", 0)
    monkeypatch.setattr(_linear, "_CS", np.array([0.01, 0.1]))
    X = sparse.random(80, 30, density=0.3, random_state=0).toarray()
    y = (X[:, 0] + X[:, 1] > X[:, 2]).astype(int)
    model = AutoLinearClassifier().fit(container(X), y)
    unit = np.sqrt((X**2).mean())
    plain = LogisticRegression(C=model.C_ / unit**2, tol=1e-8, max_iter=10_000)
    expected = plain.fit(X, y).predict_proba(X)
    np.testing.assert_allclose(model.predict_proba(container(X)), expected, atol=2e-3)
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=2e-3)


@SPARSE
def test_sparse_regressor_is_ridge(container, monkeypatch):
    """Ridge on large sparse tables is solved nearly as closely as on dense ones."""
    monkeypatch.setattr(_linear, "_DENSE_CELLS", 0)
    X = sparse.random(80, 30, density=0.3, random_state=0).toarray()
    y = X @ np.arange(30.0)
    model = AutoLinearRegressor().fit(container(X), y)
    plain = Ridge(alpha=model.alpha_ * (X**2).mean()).fit(X, y)
    np.testing.assert_allclose(model.predict(container(X)), plain.predict(X), rtol=1e-4)


def record_splits(monkeypatch):
    """Make the learners keep the splits that they choose the penalty with."""
    kept, make = [], _linear.inner_folds

    def recording(*args, **params):
        splits = make(*args, **params)
        kept.extend(splits)
        return splits

    monkeypatch.setattr(_linear, "inner_folds", recording)
    return kept


@pytest.mark.parametrize("model", BOTH, ids=repr)
@pytest.mark.parametrize("weighted", [False, True])
def test_no_group_is_on_both_sides(model, weighted, monkeypatch):
    """Penalties are chosen on groups that the fit has not seen."""
    splits = record_splits(monkeypatch)
    X, y = classes_for(2)
    groups = np.arange(60) % 12
    weight = np.where(groups == 3, 0.0, 1.0) if weighted else None
    model.fit(X, y, sample_weight=weight, groups=groups)
    counted = groups[weight > 0] if weighted else groups
    assert len(splits) == 5
    for train, test in splits:
        assert not set(counted[train]) & set(counted[test])


def test_groups_change_the_penalty():
    """Repeated measures look easy until their groups are held together."""
    rng = np.random.default_rng(0)
    X = np.repeat(rng.normal(size=(30, 60)), 4, axis=0)
    X = X + 0.01 * rng.normal(size=X.shape)
    y = np.repeat(rng.normal(size=30), 4)
    groups = np.repeat(np.arange(30), 4)
    naive = AutoLinearRegressor().fit(X, y).alpha_
    assert AutoLinearRegressor().fit(X, y, groups=groups).alpha_ > 100 * naive


@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_too_few_groups_for_a_choice(model):
    """With a single group the middle penalty is taken."""
    X, y = classes_for(2)
    model.fit(X, y, groups=np.zeros(60))
    assert getattr(model, "C_", getattr(model, "alpha_", None)) == 1.0


@pytest.mark.parametrize("model", BOTH, ids=repr)
@SHAPES
def test_zero_weight_is_absence(model, shape):
    """Rows of weight zero leave the choice and the fit as if they were not there."""
    X, y = classes_for(2, shape)
    weight = weights_for("zeros", len(y))
    rows = weight > 0
    with_zeros = model.fit(X, y, sample_weight=weight).predict(X)
    alone = model.fit(X[rows], y[rows], sample_weight=weight[rows]).predict(X)
    np.testing.assert_allclose(with_zeros, alone, atol=1e-5)


@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_all_weights_zero_is_an_error(model):
    """Nothing can be learnt from rows that do not count."""
    X, y = classes_for(2)
    with pytest.raises(ValueError, match="zero"):
        model.fit(X, y, sample_weight=np.zeros(60))


@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_groups_of_another_length_are_an_error(model):
    """One group a row."""
    X, y = classes_for(2)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(X, y, groups=[1, 2])


def record_walk(monkeypatch, losses):
    """Set the losses by step; return a list of the (penalty, fitted rows) to come."""
    walked = []

    def walk(penalties, splits, fit, _, weight, groups):
        def step(rows, penalty, before):
            walked.append((penalty, len(rows)))
            return list(penalties).index(penalty)

        def given(position, rows):
            return np.full(len(rows), float(losses[position]))

        return search_by_folds(penalties, splits, step, given, weight, groups=groups)

    monkeypatch.setattr(_logistic, "search_by_folds", walk)
    return walked


@pytest.mark.parametrize(
    ("losses", "chosen", "visited"),
    [
        ([5, 3, 4, 4.5, 1, 1, 1, 1], 1, 4),
        ([5, 3, 4, 2, 3, 4, 0, 0], 3, 6),
        ([8, 7, 6, 5, 4, 3, 2, 1], 7, 8),
        ([1, 2, 3, 0, 0, 0, 0, 0], 0, 3),
        ([1, 1, 1, 1, 1, 1, 1, 1], 0, 8),
    ],
)
def test_search_stops_after_two_rises(losses, chosen, visited, monkeypatch):
    """The walk ends once the loss rose twice in a row; the best step wins."""
    walked = record_walk(monkeypatch, losses)
    model = AutoLinearClassifier().fit(*classes_for(2))
    best = _linear._CS[chosen]
    assert best == model.C_
    assert len({penalty for penalty, _ in walked}) == visited


@pytest.mark.parametrize(("n_samples", "n_splits"), [(500, 5), (2_500, 3), (10_100, 1)])
def test_many_rows_need_fewer_folds(n_samples, n_splits, monkeypatch):
    """Fewer folds choose the penalty as rows get more."""
    walked = record_walk(monkeypatch, range(8))
    AutoLinearClassifier().fit(*classes_for(2, (n_samples, 8)))
    assert len(walked) == 3 * n_splits
    assert min(n_rows for _, n_rows in walked) >= n_samples // 2


def test_much_work_needs_one_part(monkeypatch):
    """Few rows of many columns and classes are held out once."""
    walked = record_walk(monkeypatch, range(8))
    AutoLinearClassifier().fit(*classes_for(4, (500, 300)))
    assert [n_rows for _, n_rows in walked] == [375] * 3


@pytest.mark.parametrize("model", BOTH, ids=repr)
@SHAPES
def test_fits_are_equal(model, shape):
    """Two fits of the same data agree to the last bit."""
    X, y = classes_for(2, shape)
    first = model.fit(X, y).coef_.copy()
    np.testing.assert_array_equal(model.fit(X, y).coef_, first)


@pytest.mark.parametrize("model", BOTH, ids=repr)
@pytest.mark.parametrize("unit", [1e-150, 1e-6, 1e6, 1e150])
def test_units_do_not_matter(model, unit):
    """Predictions are the same in any unit of the table."""
    X, y = classes_for(2)
    expected = model.fit(X, y).predict(X)
    np.testing.assert_allclose(model.fit(X * unit, y).predict(X * unit), expected)


@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_sorted_rows_do_no_harm(model):
    """Rows in the order of their class are spread over the folds."""
    X, y = classes_for(2, (100, 8))
    order = np.argsort(y, kind="stable")
    assert model.fit(X[order], y[order]).score(X, y) > 0.2


def hard_tables():
    """Return tables that numerical code stumbles over, by name."""
    X, _ = classes_for(2)
    rng = np.random.default_rng(0)
    return {
        "badly scaled": X * 10.0 ** np.arange(-4, 4),
        "far from zero": X + 1e8,
        "constant": np.full((60, 2), 0.1),
        "zero": np.zeros((60, 2)),
        "one constant column": np.column_stack([X, np.full(60, 1e9)]),
        "collinear": np.column_stack([X, X, X @ np.ones(8)]),
        "more columns than rows": rng.normal(size=(60, 90)),
        "Fortran, read-only": np.asfortranarray(X),
        "sparse zero": sparse.csr_matrix((60, 5)),
        "sparse, badly scaled": sparse.csr_matrix(X * 10.0 ** np.arange(-4, 4)),
    }


@pytest.mark.parametrize("model", BOTH, ids=repr)
@pytest.mark.parametrize("name", hard_tables())
def test_hard_tables_give_finite_predictions_without_warnings(model, name):
    """Warnings are errors here; predictions stay finite."""
    X, (_, y) = hard_tables()[name], classes_for(2)
    if isinstance(X, np.ndarray):
        X.setflags(write=False)
    assert np.isfinite(model.fit(X, y).predict(X)).all()


def test_too_few_iterations_are_told():
    """A fit that was cut short says so."""
    with pytest.warns(ConvergenceWarning, match="max_iter=1 iterations"):
        AutoLinearClassifier(max_iter=1).fit(*classes_for(2))


def test_one_class_is_an_error():
    """A single class is nothing to tell apart."""
    with pytest.raises(ValueError, match="at least 2 classes, got one class: 'a'"):
        AutoLinearClassifier().fit(np.eye(4), ["a"] * 4)


def test_constant_table_does_not_explode_elsewhere():
    """The rounding of a mean is not taken for a unit."""
    X, y = np.full((7, 1), 0.1), np.arange(7.0)
    model = AutoLinearRegressor().fit(X, y)
    np.testing.assert_allclose(model.predict([[0.1], [0.3]]), y.mean(), atol=1e-6)


def test_separable_classes_give_finite_probabilities():
    """Perfectly separated classes end in a large penalty parameter, no more."""
    X = np.linspace(-1, 1, 40).reshape(-1, 1)
    y = (X[:, 0] > 0).astype(int)
    model = AutoLinearClassifier().fit(X, y)
    assert model.score(X, y) == 1.0
    assert np.isfinite(model.predict_proba(X)).all()


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[0.0], [1.0], [2.0]], ["a", "b", "b"]),
        ([[0.0], [1.0]], ["a", "b"]),
        ([[0.0], [1.0], [2.0]], ["a", "b", "c"]),
    ],
)
def test_classifier_learns_from_a_handful_of_rows(X, y):
    """Where no folds can be made the middle penalty is taken."""
    model = AutoLinearClassifier().fit(X, y)
    assert model.C_ == 1.0
    assert model.predict(X).tolist() == y


@pytest.mark.parametrize("n_samples", [2, 3])
def test_regressor_learns_from_a_handful_of_rows(n_samples):
    """Two rows have no left-out row to choose by."""
    X = np.arange(float(n_samples)).reshape(-1, 1)
    model = AutoLinearRegressor().fit(X, X[:, 0])
    assert np.isfinite(model.predict(X)).all()
    assert n_samples == 3 or model.alpha_ == 1.0


def test_class_of_no_weight_keeps_its_column():
    """A class whose rows all weigh nothing is known, and never predicted."""
    X, y = classes_for(3)
    model = AutoLinearClassifier().fit(X, y, sample_weight=(y != 1).astype(float))
    assert model.classes_.tolist() == [0, 1, 2]
    assert 1 not in model.predict(X)


def test_only_one_class_of_weight():
    """Weights that leave a single class leave nothing to choose."""
    X, y = classes_for(2)
    model = AutoLinearClassifier().fit(X, y, sample_weight=(y == 1).astype(float))
    assert model.C_ == 1.0
    assert (model.predict(X) == 1).all()


@pytest.mark.parametrize("continuous", [[0.5, 1.5, 2.5, 0.1]])
def test_classifier_refuses_continuous_targets(continuous):
    """Values are no classes."""
    with pytest.raises(ValueError, match="Unknown label type"):
        AutoLinearClassifier().fit(np.eye(4), continuous)


def test_labels_of_any_type():
    """Classes are the user's labels, sorted."""
    X, y = classes_for(3)
    labels = np.array(["wolf", "ape", "cat"])[y]
    model = AutoLinearClassifier().fit(X, labels)
    assert model.classes_.tolist() == ["ape", "cat", "wolf"]
    assert set(model.predict(X)) <= set(labels)
    by_scores = model.classes_[model.decision_function(X).argmax(axis=1)]
    assert (model.predict(X) == by_scores).all()


def test_signal_is_found_and_noise_is_not(global_random_seed):
    """Chosen penalties are weak where there is signal, strong in pure noise."""
    rng = np.random.default_rng(global_random_seed)
    X = rng.normal(size=(300, 20))
    noise = AutoLinearClassifier().fit(X, rng.integers(0, 2, 300))
    signal = AutoLinearClassifier().fit(X, (X[:, 0] > 0).astype(int))
    assert noise.C_ < signal.C_


@pytest.mark.parametrize("weights", [None, "some"])
def test_held_out_losses_of_numbers(weights):
    """Squared errors of rows left out one by one, by refitting; in folds by group."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(24, 5))
    y = X[:, 0] + rng.normal(size=24)
    weight = None if weights is None else rng.integers(0, 3, 24).astype(float)
    found = AutoLinearRegressor().held_out(X, y, weight)
    rows = np.arange(24) if weight is None else np.flatnonzero(weight)
    unit = unit_of(X, weight)
    mean = np.average(X, axis=0, weights=weight)
    Z, own = ((X - mean) / unit)[rows], np.ones(24) if weight is None else weight
    expected = []
    for left in range(len(rows)):
        rest = np.arange(len(rows)) != left
        plain = Ridge(alpha=found.chosen).fit(Z[rest], y[rows][rest], own[rows][rest])
        error = y[rows][left] - plain.predict(Z[[left]])[0]
        expected.append(own[rows][left] * error**2)
    np.testing.assert_allclose(found.losses, expected)
    model = AutoLinearRegressor().fit(X, y, weight)
    assert found.chosen == model.alpha_
    groups = np.arange(24) // 3
    found = AutoLinearRegressor().held_out(X, y, weight, groups)
    assert found.chosen == AutoLinearRegressor().fit(X, y, weight, groups).alpha_
    assert set(found.clusters) == set(groups[rows])


@pytest.mark.parametrize("n_classes", [2, 3])
def test_held_out_losses_of_classes(n_classes):
    """Log losses of logistic regressions on the same folds, at the chosen penalty."""
    X, y = classes_for(n_classes)
    found = AutoLinearClassifier().held_out(X, y)
    assert found.chosen == AutoLinearClassifier().fit(X, y).C_
    unit, expected = unit_of(X, None), []
    for train, test in inner_folds(y, classifier=True, n_splits=5):
        plain = LogisticRegression(C=found.chosen / unit**2, tol=1e-10, max_iter=10_000)
        chances = plain.fit(X[train], y[train]).predict_proba(X[test])
        expected.append(-np.log(chances[np.arange(len(test)), y[test]]))
    np.testing.assert_allclose(found.losses, np.concatenate(expected), atol=2e-3)


def test_too_few_rows_to_hold_any_out():
    """Nothing is held out, and no loss is known."""
    X = np.array([[0.0], [1.0]])
    assert len(AutoLinearRegressor().held_out(X, X[:, 0]).losses) == 0
    assert len(AutoLinearClassifier().held_out(X, [0, 1]).losses) == 0
