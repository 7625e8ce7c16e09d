"""What unfitted estimators can do: the answers are those that fitting gives."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import RFE, RFECV, SelectKBest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mmensemble import MultimodalClassifier
from mmensemble.learners._abilities import (
    gives_probabilities,
    is_predictor,
    weight_parameter,
)

LR, KNN, SVC = LogisticRegression(), KNeighborsClassifier(), LinearSVC()
SCALER = StandardScaler()
X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] + np.random.default_rng(1).normal(size=60) > 0).astype(int)


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (LR, True),
        (VotingClassifier([("lr", LR)]), True),
        (VotingRegressor([("r", Ridge())]), True),
        (StackingClassifier([("lr", LR)]), True),
        (StackingRegressor([("r", Ridge())]), True),
        (GridSearchCV(StackingClassifier([("lr", LR)]), {}), True),
        (GridSearchCV(make_pipeline(SCALER, LR), {}), True),
        (IsotonicRegression(), True),
        (make_pipeline(SCALER, VotingClassifier([("lr", LR)])), True),
        (make_pipeline(SCALER, StackingClassifier([("lr", LR)])), True),
        (make_pipeline(SCALER, LinearDiscriminantAnalysis()), True),
        (MultimodalClassifier(), True),
        (PCA(), False),
        (KMeans(), False),
        (make_pipeline(SCALER, KMeans()), False),
        (make_pipeline(SCALER, PCA()), False),
        (make_pipeline(PLSRegression(), "passthrough"), False),
        (LinearDiscriminantAnalysis(), False),
        (PLSRegression(), False),
        (RFE(LR), False),
        (SelectKBest(), False),
    ],
)
def test_predictors(estimator, expected):
    """Ensembles that can also transform predict; what makes features does not."""
    assert is_predictor(estimator) is expected


@pytest.mark.parametrize(
    "learner",
    [
        LR,
        SVC,
        StackingClassifier([("lr", LR)]),
        StackingClassifier([("lr", LR)], final_estimator=SVC),
        VotingClassifier([("lr", LR)], voting="soft"),
        VotingClassifier([("lr", LR)]),
        make_pipeline(SCALER, StackingClassifier([("lr", LR)])),
        make_pipeline(SCALER, SVC),
        GridSearchCV(StackingClassifier([("lr", LR)]), {}),
        GridSearchCV(make_pipeline(SCALER, SVC), {}),
    ],
)
def test_probabilities(learner):
    """The answer before fitting is that after it."""
    assert gives_probabilities(learner) is hasattr(learner.fit(X, Y), "predict_proba")


@pytest.mark.parametrize(
    ("learner", "expected"),
    [
        (LR, "sample_weight"),
        (KNN, None),
        (make_pipeline(SCALER, LR), "logisticregression__sample_weight"),
        (make_pipeline(SCALER, KNN), None),
        (make_pipeline(SCALER, "passthrough"), None),
        (GridSearchCV(LR, {}), "sample_weight"),
        (RandomizedSearchCV(LR, {"C": [1.0, 2.0]}, n_iter=1), "sample_weight"),
        (
            GridSearchCV(make_pipeline(SCALER, LR), {}),
            "logisticregression__sample_weight",
        ),
        (GridSearchCV(KNN, {}), None),
        (VotingClassifier([("a", LR), ("b", "drop")]), "sample_weight"),
        (VotingClassifier([("a", LR), ("b", KNN)]), None),
        (VotingClassifier([("a", make_pipeline(SCALER, LR))]), None),
        (VotingRegressor([("a", Ridge())]), "sample_weight"),
        (StackingClassifier([("a", LR)]), "sample_weight"),
        (StackingClassifier([("a", LR)], final_estimator=KNN), None),
        (StackingRegressor([("a", Ridge())], LinearRegression()), "sample_weight"),
        (VotingClassifier([("g", GridSearchCV(LR, {}))]), "sample_weight"),
        (TransformedTargetRegressor(), "sample_weight"),
        (TransformedTargetRegressor(Ridge()), "sample_weight"),
        (FixedThresholdClassifier(LR), None),
        (TunedThresholdClassifierCV(LR), None),
        (RFE(LR), "sample_weight"),
        (RFECV(LR), None),
        (OneVsRestClassifier(LR), None),
    ],
)
def test_weights(learner, expected):
    """The name is right: under it the weights change the fit, else they are refused."""
    assert weight_parameter(learner) == expected
    weight = np.where(Y == 1, 5.0, 0.1)
    if expected is None:
        with pytest.raises((TypeError, ValueError)):
            learner.fit(X, Y, sample_weight=weight)
    else:
        plain = learner.fit(X, Y).predict(X)
        weighted = learner.fit(X, Y, **{expected: weight}).predict(X)
        assert weighted.sum() > plain.sum()
