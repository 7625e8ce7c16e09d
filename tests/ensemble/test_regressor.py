"""The regressor against scikit-learn's own ensembles, and its interface."""

import numpy as np
import pytest
from ensemble_cases import FUSIONS, columns_of, make_numbers, make_table, regressor
from numpy.testing import assert_allclose
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    ConcatFusion,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
)


def pipelines(X):
    """Make one pipeline a modality, as users of scikit-learn write it."""
    return [
        (
            name,
            make_pipeline(
                make_column_transformer((StandardScaler(), columns_of(X, name))),
                Ridge(),
            ),
        )
        for name in "abc"
    ]


def test_voting_is_scikit_learns():
    """A vote over modalities is VotingRegressor over pipelines."""
    X, _ = make_table()
    y = make_numbers(X)
    other = VotingRegressor(pipelines(X)).fit(X, y)
    assert_allclose(regressor(X).fit(X, y).predict(X), other.predict(X), atol=1e-12)


def test_stacking_is_scikit_learns():
    """A stack over modalities is StackingRegressor over pipelines."""
    X, _ = make_table()
    y = make_numbers(X)
    cv = KFold(4)
    other = StackingRegressor(pipelines(X), LinearRegression(), cv=cv).fit(X, y)
    model = regressor(X, StackingFusion(LinearRegression()), cv=cv).fit(X, y)
    assert_allclose(model.predict(X), other.predict(X), atol=1e-9)


def test_concatenation_is_a_pipeline():
    """Concatenation is one learner on all features."""
    X, _ = make_table()
    y = make_numbers(X)
    other = make_pipeline(StandardScaler(), Ridge()).fit(X, y)
    assert_allclose(
        regressor(X, "concat").fit(X, y).predict(X), other.predict(X), atol=1e-9
    )


SEVERAL = [
    ConcatFusion(),
    ConcatFusion("frobenius", missing="impute"),
    VotingFusion(),
    VotingFusion("median"),
    VotingFusion(weights="score"),
    VotingFusion(weights="optimize"),
    StackingFusion(),
    StackingFusion(Ridge()),
    StackingFusion(passthrough=True, concat_member=True),
    StackingFusion(missing="indicator"),
]


@pytest.mark.parametrize("fusion", SEVERAL, ids=str)
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_several_targets(fusion, missing):
    """Every fusion predicts several targets, also of rows that lack modalities."""
    X, _ = make_table(missing=missing, seed=3)
    X.loc[X.isna().all(axis=1)] = 0.0
    y = make_numbers(X, 2)
    model = regressor(X, fusion).fit(X, y)
    predicted = model.predict(X)
    assert predicted.shape == (60, 2)
    assert np.isfinite(predicted).all()
    assert model.score(X, y) > 0.2


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("n_targets", [1, 2])
def test_row_without_modalities_gets_the_mean(fusion, n_targets):
    """A row with nothing gets the weighted training mean, and a warning."""
    X, _ = make_table()
    y = make_numbers(X, n_targets)
    weight = np.linspace(1, 3, 60)
    model = regressor(X, fusion).fit(X, y, sample_weight=weight)
    other = X[:2].copy()
    other.iloc[0] = np.nan
    with pytest.warns(UserWarning, match="1 of 2 rows have none of the modalities"):
        predicted = model.predict(other)
    assert_allclose(predicted[0], np.average(y, axis=0, weights=weight))
    assert_allclose(predicted[1], model.predict(X[1:2])[0])


@pytest.mark.parametrize("fusion", FUSIONS)
def test_integers_and_scores(fusion):
    """Whole numbers are targets like others; cross-validation scores them."""
    X, _ = make_table()
    y = np.round(make_numbers(X)).astype(int)
    assert cross_val_score(regressor(X, fusion), X, y, cv=3).mean() > 0.3
    assert regressor(X, fusion).fit(X, y).predict(X).dtype == np.float64


def test_rules_of_classes_are_refused():
    """A rule for classes has no meaning for numbers."""
    X, y = make_table()
    with pytest.raises(ValueError, match=r"'hard'\) combines classes"):
        regressor(X, VotingFusion("hard")).fit(X, y)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_constant_target(fusion):
    """A target that does not vary is predicted."""
    X, _ = make_table()
    predicted = regressor(X, fusion).fit(X, np.full(60, 2.5)).predict(X)
    assert_allclose(predicted, 2.5)


@pytest.mark.parametrize("fusion", [*FUSIONS, "auto"])
def test_all_weight_on_one_row(fusion):
    """There is one target to learn, and it is predicted everywhere."""
    X, _ = make_table(40)
    y, weight = make_numbers(X), np.zeros(40)
    weight[7] = 2.0
    model = regressor(X, fusion, estimator=None).fit(X, y, sample_weight=weight)
    assert_allclose(model.predict(X), y[7])


@pytest.mark.parametrize("n_rows", [2, 3, 4])
def test_fewer_rows_than_the_default_folds(n_rows):
    """Folds that nobody asked for are no error of the user's."""
    X, _ = make_table(n_rows)
    model = MultimodalRegressor().fit(X[["a__0", "b__0"]], np.arange(n_rows))
    assert np.isfinite(model.predict(X[["a__0", "b__0"]])).all()
