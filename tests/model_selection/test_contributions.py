"""Contributions of modalities, from coalitions of fitted models."""

import numpy as np
import pandas as pd
import pytest
from comparison_cases import classifier, make_data, regressor
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold, cross_val_score

from mmensemble import ConcatFusion, MultimodalRegressor, modality_contributions


@pytest.fixture(scope="module")
def found():
    """Contributions on a small table that lacks some modalities."""
    X, y = make_data()
    return modality_contributions(classifier(), X, y, cv=3)


def test_efficiency(found):
    """Contributions add up to the score of all less that of none."""
    frame = found.frame()
    worth = found.scores_[:, -1].mean() - found.scores_[:, 0].mean()
    assert frame["shapley"].sum() == pytest.approx(worth)
    moved = found.predictions_[:, -1, -1] - found.predictions_[:, 0, -1]
    np.testing.assert_allclose(found.rows().sum(axis=1), moved, atol=1e-12)


def test_all_modalities_score_as_cross_validation(found):
    """The complete coalition is the model itself."""
    X, y = make_data()
    expected = cross_val_score(classifier(), X, y, cv=3)
    np.testing.assert_allclose(found.scores_[:, -1], expected)


def test_absent_modalities_contribute_nothing(found):
    """A modality that a row lacks does not move its prediction."""
    rows = found.rows()
    assert (~found.presence_).any()
    assert (np.abs(rows.to_numpy()[~found.presence_]) < 1e-12).all()


def test_additive_model_equals_refits():
    """In a linear model of independent modalities, a refit contributes the same."""
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.normal(size=(120, 4)) - 0.0)[0][:, :3]
    basis -= basis.mean(axis=0)
    basis = np.linalg.qr(basis)[0] * 10
    X = pd.DataFrame(basis, columns=["a__0", "b__0", "c__0"])
    y = basis @ [3.0, 2.0, 0.0]
    model = MultimodalRegressor(fusion=ConcatFusion(), estimator=LinearRegression())
    everything = [(np.arange(120), np.arange(120))]
    with pytest.warns(UserWarning, match="In 1 of 1 splits rows are trained on and te"):
        values = modality_contributions(model, X, y, cv=everything).frame()["shapley"]
    np.testing.assert_allclose(values, [9 / 13, 4 / 13, 0], atol=1e-9)


def test_outputs_are_chosen_by_label(found):
    """For two classes, what speaks for one speaks against the other."""
    np.testing.assert_allclose(found.rows("no"), -found.rows("yes"), atol=1e-12)
    with pytest.raises(ValueError, match="'output' parameter must be one of"):
        found.rows("maybe")


def test_targets_are_known_by_name():
    """Several targets of a frame by name or position, of an array by position."""
    X, _ = make_data()
    rng = np.random.default_rng(0)
    y = pd.DataFrame(rng.normal(size=(len(X), 2)), columns=["t1", "t2"])
    y["t1"] += X.fillna(0).sum(axis=1).to_numpy()
    model = MultimodalRegressor(fusion="voting", random_state=0)
    found = modality_contributions(model, X, y, cv=3)
    plain = modality_contributions(model, X, y.to_numpy(), cv=3)
    for place, name in enumerate(y):
        pd.testing.assert_frame_equal(found.rows(name), plain.rows(place))
        pd.testing.assert_frame_equal(found.rows(place), plain.rows(place))
        alone = modality_contributions(model, X, y[name], cv=3)
        np.testing.assert_allclose(found.rows(name), alone.rows(), atol=1e-6)
    with pytest.raises(ValueError, match=r"must be one of \['t1', 't2'\], got 't3'"):
        found.rows("t3")
    with pytest.raises(ValueError, match=r"must be one of \[0, 1\], got 't1'"):
        plain.rows("t1")


def test_degradation(found):
    """Scores by number of missing modalities are means over the sets."""
    frame = found.degradation()
    assert frame["missing"].tolist() == [0, 1, 2, 3]
    means = found.scores_.mean(axis=0)
    assert frame["score"][1] == pytest.approx(means[[3, 5, 6]].mean())
    assert frame["lowest"][2] == pytest.approx(means[[1, 2, 4]].min())


def test_interactions(found):
    """Pairs have one value, the diagonal none."""
    frame = found.interactions()
    assert list(frame.index) == ["a", "b", "c"]
    assert np.isnan(np.diag(frame)).all()
    np.testing.assert_allclose(frame, frame.T)


def test_acquisition(found):
    """The loss falls from that of the prior to that of all modalities."""
    curve = found.acquisition(costs=[1, 2, 3])
    greedy = curve[curve["policy"] == "greedy"]
    assert greedy["loss"].iloc[-1] < greedy["loss"].iloc[0]
    rows = [[True, False, False], [True, True, True]]
    following = found.next_modality(rows, costs=[1, 2, 3])
    assert following["modality"][0] in {"b", "c", None}
    assert following["modality"][1] is None


def test_regression_with_groups_and_weights():
    """Metadata reach fit and splitter; losses are squared errors."""
    X, y = make_data(regression=True)
    params = {"groups": np.arange(60) // 4, "sample_weight": np.ones(60)}
    found = modality_contributions(
        regressor(), X, y, params=params, scoring="r2", n_jobs=1
    )
    assert found.scores_.shape == (5, 8)
    assert set(found.acquisition()["policy"]) == {"greedy", "fixed", "random"}
    assert found.rows(0).equals(found.rows())


def test_no_leak():
    """Each fold's scores come from its own rows only."""
    X, y = make_data()
    cv = KFold(3, shuffle=True, random_state=0)
    found = modality_contributions(classifier(), X, y, cv=cv)
    train, test = next(cv.split(X))
    alone = clone(classifier()).fit(X.iloc[train], y[train])
    score = accuracy_score(y[test], alone.predict(X.iloc[test]))
    assert found.scores_[0, -1] == pytest.approx(score)
