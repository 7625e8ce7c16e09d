"""Learners: the default, lists of them, and what is refused."""

import numpy as np
import pytest
from ensemble_cases import classifier, make_numbers, make_table, regressor
from numpy.testing import assert_array_equal
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.ensemble._learners import check_clash, shared_learners, takes_sparse
from mmensemble.learners._linear import AutoLinearClassifier, AutoLinearRegressor


def test_default_learner():
    """None stands for a linear model with a penalty chosen by itself."""
    ((name, learner),) = shared_learners(None, classifier=True)
    assert name == "estimator"
    assert isinstance(learner, AutoLinearClassifier)
    ((_, learner),) = shared_learners(None, classifier=False)
    assert isinstance(learner, AutoLinearRegressor)


def test_list_of_pairs():
    """A list keeps its names and order."""
    pairs = [("b", Ridge()), ("a", Ridge(2))]
    assert shared_learners(pairs, classifier=False) == tuple(pairs)


@pytest.mark.parametrize(
    ("estimator", "error", "match"),
    [
        ([], ValueError, "'estimator' parameter is an empty list"),
        ([LogisticRegression()], TypeError, r"must be a \(name, estimator\) pair"),
        ([("a", 1, 2)], TypeError, r"must be a \(name, estimator\) pair"),
        ([("a__b", GaussianNB())], ValueError, "must not contain '__'"),
        ([("cv", GaussianNB())], ValueError, "'cv' is that of a constructor argument"),
        ([("a", GaussianNB())] * 2, ValueError, "Names must be unique"),
        ([(1, GaussianNB())], ValueError, "must be strings, got 1"),
        ([("x", StandardScaler())], TypeError, "'x' must be a classifier instance"),
        ([("x", GaussianNB)], TypeError, "'x' must be a classifier instance"),
        (Ridge(), TypeError, "'estimator' must be a classifier, got the regressor"),
        (GaussianNB, TypeError, "must be a classifier instance"),
    ],
)
def test_refused_learners(estimator, error, match):
    """What is no learner of the right kind is refused, with its name."""
    with pytest.raises(error, match=match):
        shared_learners(estimator, classifier=True)


def test_classifiers_are_no_regressors():
    """The other way round as well, at ``fit``."""
    X, _ = make_table()
    with pytest.raises(TypeError, match="must be a regressor, got the classifier"):
        regressor(X, estimator=GaussianNB()).fit(X, make_numbers(X))


@pytest.mark.parametrize("fusion", ["concat", "voting"])
def test_empty_list_at_fit(fusion):
    """An ensemble without learners says so."""
    X, y = make_table()
    with pytest.raises(ValueError, match="'estimator' parameter is an empty list"):
        classifier(X, fusion, estimator=[]).fit(X, y)


def test_learner_with_a_modalitys_name():
    """A name stands for one part only."""
    X, y = make_table()
    with pytest.raises(ValueError, match=r"names \['b'\] are those of modalities and"):
        classifier(X, estimator=[("b", GaussianNB())]).fit(X, y)
    check_clash(["a"], (("b", GaussianNB()),))


def test_takes_sparse():
    """Sparse data are kept where every learner takes them."""
    assert takes_sparse([("a", LogisticRegression())])
    assert not takes_sparse([("a", LogisticRegression()), ("b", GaussianNB())])


@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_default_learner_in_an_ensemble(fusion):
    """Without any parameter, a frame with prefixed columns is enough."""
    X, y = make_table(40)
    X = X[["a__0", "a__1", "b__0"]]
    model = MultimodalClassifier(fusion=fusion).fit(X, y)
    assert [name for name, _, _ in model.modalities_] == ["a", "b"]
    values = MultimodalRegressor(fusion=fusion).fit(X, make_numbers(X)).predict(X)
    assert np.isfinite(values).all()


def test_frozen_learner_is_not_fitted_again():
    """A learner that is fitted already comes frozen, and stays as it is."""
    X, y = make_table()
    prefit = LogisticRegression().fit(X[["b__0", "b__1", "b__2"]], y)
    model = classifier(X, "stacking").set_params(b=FrozenEstimator(prefit)).fit(X, y)
    assert_array_equal(model.estimators_["b"].coef_, prefit.coef_)
    columns = ["b__0", "b__1", "b__2"]
    seen = model.predict_modalities(X)["b"]
    assert_array_equal(seen, prefit.predict_proba(X[columns]))


def test_frozen_learner_that_knows_other_labels():
    """A fitted learner with a label that the target lacks is refused."""
    X, y = make_table(n_classes=3)
    columns = ["b__0", "b__1", "b__2"]
    prefit = FrozenEstimator(KNeighborsClassifier().fit(X[columns], y + 1))
    with pytest.raises(ValueError, match=r"knows the classes \['3'\]"):
        classifier(X, "stacking").set_params(b=prefit).fit(X, y)


def test_frozen_learner_that_knows_fewer_labels():
    """One that knows fewer is aligned by label."""
    X, y = make_table(n_classes=3)
    columns = ["b__0", "b__1", "b__2"]
    prefit = FrozenEstimator(LogisticRegression().fit(X[columns][y > 0], y[y > 0]))
    model = classifier(X).set_params(b=prefit).fit(X, y)
    seen = model.predict_modalities(X)["b"]
    assert_array_equal(seen[0], 0)
    assert_array_equal(seen[[1, 2]], prefit.predict_proba(X[columns]))
