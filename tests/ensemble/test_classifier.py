"""The classifier against scikit-learn's own ensembles, and its interface."""

import numpy as np
import pytest
from ensemble_cases import FUSIONS, classifier, columns_of, make_table
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mmensemble import MultimodalClassifier, StackingFusion, VotingFusion


def pipelines(X):
    """Make one pipeline a modality, as users of scikit-learn write it."""
    return [
        (
            name,
            make_pipeline(
                make_column_transformer((StandardScaler(), columns_of(X, name))),
                LogisticRegression(),
            ),
        )
        for name in "abc"
    ]


def test_voting_is_scikit_learns():
    """A vote over modalities is VotingClassifier over pipelines."""
    X, y = make_table(n_classes=3)
    other = VotingClassifier(pipelines(X), voting="soft").fit(X, y)
    model = classifier(X).fit(X, y)
    assert_allclose(model.predict_proba(X), other.predict_proba(X), atol=1e-12)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_stacking_is_scikit_learns(n_classes):
    """A stack over modalities is StackingClassifier over pipelines."""
    X, y = make_table(n_classes=n_classes)
    cv = StratifiedKFold(4)
    other = StackingClassifier(pipelines(X), LogisticRegression(), cv=cv).fit(X, y)
    model = classifier(X, StackingFusion(LogisticRegression()), cv=cv).fit(X, y)
    assert_allclose(model.predict_proba(X), other.predict_proba(X), atol=1e-9)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_probabilities_and_labels(fusion):
    """Probabilities are in [0, 1], sum to one, and their largest is the label."""
    X, y = make_table(n_classes=3)
    model = classifier(X, fusion).fit(X, y)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (60, 3)
    assert (probabilities >= 0).all()
    assert_allclose(probabilities.sum(axis=1), 1)
    assert_array_equal(model.predict(X), probabilities.argmax(axis=1))
    assert model.score(X, y) == accuracy_score(y, model.predict(X)) > 0.7


def test_learners_without_probabilities():
    """A vote names the member that has none; other ways take it."""
    X, y = make_table()
    with pytest.raises(ValueError, match="member 'a' has no predict_proba"):
        classifier(X, estimator=LinearSVC()).fit(X, y)
    for fusion in (VotingFusion("hard"), "stacking", "concat"):
        model = classifier(X, fusion, estimator=LinearSVC()).fit(X, y)
        assert_allclose(model.predict_proba(X).sum(axis=1), 1)
        assert model.score(X, y) > 0.7


@pytest.mark.parametrize("fusion", FUSIONS)
def test_in_scikit_learns_tools(fusion):
    """It goes into cross-validation, pipelines and calibration."""
    X, y = load_iris(return_X_y=True)
    modalities = [
        ("sepal", StandardScaler(), [0, 1]),
        ("petal", StandardScaler(), slice(2, 4)),
    ]
    model = MultimodalClassifier(
        modalities, fusion=fusion, estimator=LogisticRegression(), cv=3
    )
    scores = cross_validate(model, X, y, cv=2, return_train_score=True)
    assert scores["test_score"].mean() > 0.9
    pipeline = make_pipeline(StandardScaler(), model).fit(X, y)
    assert pipeline.score(X, y) > 0.9
    calibrated = CalibratedClassifierCV(model, cv=2).fit(X, y)
    assert calibrated.score(X, y) > 0.9


@pytest.mark.parametrize("fusion", FUSIONS)
def test_row_without_modalities_gets_the_prior(fusion):
    """A row with nothing gets the training prior, and a warning."""
    X, y = make_table()
    y[:20] = 1
    model = classifier(X, fusion).fit(X, y)
    other = X.copy()
    other.loc[4] = np.nan
    with pytest.warns(UserWarning, match="1 of 60 rows have none of the modalities"):
        probabilities = model.predict_proba(other)
    assert_allclose(probabilities[4], np.bincount(y) / 60)
    rest = np.arange(60) != 4
    assert_allclose(probabilities[rest], model.predict_proba(X)[rest], atol=1e-12)


def test_prior_is_weighted():
    """The prior counts weights, not rows."""
    X, y = make_table()
    weight = np.where(y == 1, 3.0, 1.0)
    model = classifier(X).fit(X, y, sample_weight=weight)
    other = X[:1] * np.nan
    with pytest.warns(UserWarning, match="they get the training prior"):
        assert_allclose(model.predict_proba(other), [[0.25, 0.75]])


def test_attributes_after_fit():
    """Fitted attributes are the documented ones."""
    X, y = make_table()
    model = classifier(X, "stacking").fit(X, y)
    assert [name for name, _, _ in model.modalities_] == ["a", "b", "c"]
    assert list(model.extractors_) == list(model.estimators_) == ["a", "b", "c"]
    assert isinstance(model.fusion_, StackingFusion)
    assert_array_equal(model.classes_, [0, 1])
