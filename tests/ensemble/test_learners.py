"""Learners: the default, lists of them, and what is refused."""

import pickle

import numpy as np
import pytest
from ensemble_cases import classifier, fit_view, make_numbers, make_table, regressor
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.feature_selection import RFE
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.ensemble._learners import (
    Portfolio,
    check_clash,
    learners_for,
    shared_learners,
    takes_sparse,
)
from mmensemble.fusion import AutoFusion, VotingFusion
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


@pytest.mark.parametrize("make", [MultimodalClassifier, MultimodalRegressor])
def test_modality_with_the_name_of_a_learner_that_the_fusion_brings(make):
    """The words are of what was given; either way out that they name is one."""
    X, _ = make_table(40)
    X = X[["a__0", "b__0"]].set_axis(["trees__0", "b__0"], axis=1)
    y = np.arange(40) % 2
    match = r"\['trees'\] are .* that fusion 'auto' brings where 'estimator' is None;"
    match += r" .*\. Rename the modalities, or give .*estimator=\[\(name, learner\)\]"
    with pytest.raises(ValueError, match=match):
        make().fit(X, y)
    learner = GaussianNB() if make is MultimodalClassifier else Ridge()
    assert make(estimator=[("bayes", learner)]).fit(X, y).predict(X).shape == (40,)


def test_learners_that_a_fusion_brings_keep_its_name():
    """They are pairs as others are, also in other processes; given ones have none."""
    brought = learners_for(None, AutoFusion(effort="small"), classifier=True)
    assert [name for name, _ in brought] == ["linear", "trees"]
    copy = pickle.loads(pickle.dumps(brought))
    assert (type(copy), copy.fusion, len(copy)) == (Portfolio, "auto", 2)
    given = learners_for([("b", GaussianNB())], AutoFusion(), classifier=True)
    assert type(given) is tuple
    assert type(learners_for(None, VotingFusion(), classifier=True)) is tuple


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


STACKS = [
    StackingClassifier([("nb", GaussianNB())], cv=2),
    VotingClassifier(
        [("nb", GaussianNB()), ("lr", LogisticRegression())], voting="soft"
    ),
    GridSearchCV(StackingClassifier([("nb", GaussianNB())], cv=2), {"cv": [2]}),
]


@pytest.mark.parametrize("fusion", ["voting", "stacking", "concat"])
@pytest.mark.parametrize("learner", STACKS)
def test_ensembles_of_scikit_learn_as_learners(learner, fusion):
    """They need no fit before, and take weights where their members do."""
    X, y = make_table()
    weight = np.where(np.arange(60) < 30, 1.0, 2.0)
    model = classifier(X, fusion, estimator=learner).fit(X, y, sample_weight=weight)
    assert model.score(X, y) > 0.7
    if fusion == "voting":
        columns = X[["a__0", "a__1"]].to_numpy()
        values = StandardScaler().fit(columns, sample_weight=weight).transform(columns)
        alone = clone(learner).fit(values, y, sample_weight=weight)
        assert_array_equal(
            model.estimators_["a"].predict(values), alone.predict(values)
        )


@pytest.mark.parametrize("own", [*STACKS, VotingClassifier([("nb", GaussianNB())])])
def test_ensembles_of_scikit_learn_as_own_learners(own):
    """They are that modality's member, asked out of fold, not its extractor."""
    X, y = make_table()
    model = classifier(X, "stacking").set_params(b=own)
    view = fit_view(model, X, y)
    assert isinstance(model.estimators_["b"], type(own))
    columns = X[["b__0", "b__1", "b__2"]].to_numpy()
    for train, test in StratifiedKFold(3).split(columns, y):
        alone = clone(own).fit(columns[train], y[train])
        if hasattr(alone, "predict_proba"):
            expected = alone.predict_proba(columns[test])
        else:
            expected = np.eye(2)[alone.predict(columns[test])]
        np.testing.assert_allclose(view.predictions[test, 1], expected, atol=1e-12)
    assert [member.name for member in view.members] == ["a", "b", "c"]


def test_transform_of_an_own_ensemble_is_no_feature():
    """At the feature level its modality is read automatically, as any predictor's."""
    X, y = make_table()
    found = [
        classifier(X, "concat").set_params(b=own).fit(X, y).predict_proba(X)
        for own in (STACKS[1], GaussianNB())
    ]
    assert_array_equal(*found)


@pytest.mark.parametrize("fusion", ["voting", "concat"])
def test_clusterers_and_components_make_features(fusion):
    """Estimators that only transform on the way to a prediction are extractors."""
    X, y = make_table()
    model = classifier(X, fusion)
    model.set_params(a=make_pipeline(StandardScaler(), KMeans(2, random_state=0)))
    model.set_params(b=LinearDiscriminantAnalysis(), c=RFE(LogisticRegression()))
    extractors = model.fit(X, y).extractors_
    for name, width in (("a", 2), ("b", 1), ("c", 1)):
        columns = [column for column in X if column.startswith(name)]
        assert extractors[name].transform(X[columns]).shape == (60, width)
