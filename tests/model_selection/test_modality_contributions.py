"""What `modality_contributions` takes, and what becomes of folds that fail."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from comparison_cases import Fails, FailsOnce, classifier, make_data, regressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GroupKFold, KFold, cross_validate

from mmensemble import MultimodalClassifier, modality_contributions

X, Y = make_data()
BAD = [
    ("estimator", LogisticRegression()),
    ("groups", 3),
    ("sample_weight", "heavy"),
    ("scoring", ["accuracy", "roc_auc"]),
    ("scoring", "acuracy"),
    ("cv", "five"),
    ("params", []),
    ("n_jobs", "all"),
    ("random_state", "seed"),
    ("verbose", "loud"),
    ("error_score", "rasie"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_parameters_are_checked_before_work(name, value):
    """The message names the parameter and what came; nothing is fitted."""
    given = {"estimator": classifier(fusion=Fails()), name: value}
    with pytest.raises(ValueError, match=f"'{name}' parameter of modality_contrib"):
        modality_contributions(X=[[0]], y=[0], **given)


def test_targets_are_checked():
    """Missing targets are refused."""
    with pytest.raises(ValueError, match="Input y contains NaN"):
        modality_contributions(classifier(), X, np.where(Y == "no", np.nan, 1.0))


def test_groups_and_weights():
    """Groups reach the splitter, both the fits: the complete set is the model."""
    params = {"groups": np.arange(60) // 3, "sample_weight": np.linspace(0.1, 2, 60)}
    model = classifier(fusion="stacking")
    found = modality_contributions(model, X, Y, cv=GroupKFold(3), **params)
    splits = list(GroupKFold(3).split(X, Y, params["groups"]))
    expected = cross_validate(model, X, Y, cv=splits, params=params)
    np.testing.assert_allclose(found.scores_[:, -1], expected["test_score"])
    other = modality_contributions(model, X, Y, cv=GroupKFold(3), params=params)
    np.testing.assert_array_equal(found.scores_, other.scores_)
    with pytest.raises(ValueError, match="'groups' is given twice"):
        modality_contributions(model, X, Y, groups=Y, params=params)


def test_metadata_routing():
    """With routing enabled, the scorer gets the weights that it has asked for."""
    weight = np.random.default_rng(0).uniform(0.1, 2, 60)
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        learner = LogisticRegression().set_fit_request(sample_weight=True)
        model = classifier(estimator=learner)
        for _, extractor, _ in model.modalities:
            extractor.set_fit_request(sample_weight=True)
        given = {"cv": KFold(3), "scoring": scorer}
        found = modality_contributions(model, X, Y, sample_weight=weight, **given)
        params = {"sample_weight": weight}
        expected = cross_validate(model, X, Y, params=params, **given)["test_score"]
    np.testing.assert_allclose(found.scores_[:, -1], expected)


def test_seed():
    """`random_state` takes the place of the estimator's; None leaves it."""
    model = classifier(random_state=None)
    one, other = (
        modality_contributions(model, X, Y, cv=2, random_state=seed).scores_
        for seed in (0, 0)
    )
    np.testing.assert_array_equal(one, other)
    assert model.random_state is None


def test_too_many_sets_are_refused_before_work():
    """Twenty modalities of some rows do not fit into memory; twenty-one never do."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    for n_modalities, said in (
        (20, "1,048,576 sets.* take 3.1 GiB"),
        (21, "2,097,152"),
    ):
        X = pd.DataFrame(
            {f"m{k}__x": rng.normal(size=200) for k in range(n_modalities)}
        )
        match = f"{n_modalities} modalities make {said}"
        with pytest.raises(ValueError, match=match):
            modality_contributions(MultimodalClassifier(), X, y)


def test_progress(capsys):
    """A line a fold, or a call."""
    modality_contributions(classifier(), X, Y, cv=2, verbose=1)
    assert "[modality_contributions] 2/2 folds" in capsys.readouterr().out
    calls = []
    modality_contributions(classifier(), X, Y, cv=2, verbose=lambda *a: calls.append(a))
    assert calls == [(1, 2, "folds"), (2, 2, "folds")]


def test_a_fold_that_fails_is_left_out():
    """Its rows are not there, its error is, its score is what was asked for."""
    cv = [(np.arange(41), np.arange(41, 60)), (np.arange(20, 60), np.arange(20))]
    found = modality_contributions(classifier(fusion=FailsOnce()), X, Y, cv=cv)
    assert found.errors()["split"].tolist() == [0]
    assert "odd number of rows" in found.errors()["error"][0]
    assert np.isnan(found.scores_[0]).all()
    assert sorted(found.rows_) == list(range(20))
    alone = modality_contributions(classifier(fusion=FailsOnce()), X, Y, cv=cv[1:])
    np.testing.assert_array_equal(found.frame()["shapley"], alone.frame()["shapley"])
    model = classifier(fusion=FailsOnce())
    zero = modality_contributions(model, X, Y, cv=cv, error_score=0)
    assert (zero.scores_[0] == 0).all()
    half = alone.frame()["shapley"] / 2
    np.testing.assert_allclose(zero.frame()["shapley"], half)
    with pytest.raises(RuntimeError, match="odd number of rows"):
        modality_contributions(model, X, Y, cv=cv, error_score="raise")


def test_reasons_are_raised_where_every_fold_fails():
    """In the fit, or in the scorer."""
    with pytest.raises(ValueError, match=r"All 2 folds failed.*\n2 times: .*no luck"):
        modality_contributions(classifier(fusion=Fails()), X, Y, cv=2)

    def several(model, X, y):
        return {"one": 1.0, "two": 2.0}

    given = {"scoring": several, "cv": 2}
    with pytest.raises(ValueError, match="must give one score, got several"):
        modality_contributions(classifier(), X, Y, **given)
    with pytest.raises(ValueError, match="must give one score, got several"):
        modality_contributions(classifier(), X, Y, error_score="raise", **given)


def test_regression_weights_reach_the_fits():
    """Weights of zero are as good as no rows."""
    X, y = make_data(regression=True)
    weight = np.ones(60)
    weight[::7] = 0
    splits = [(np.arange(40), np.arange(40, 60))]
    rest = [(np.flatnonzero(weight[:40]), np.arange(40, 60))]
    model = regressor(fusion="voting")
    one = modality_contributions(model, X, y, sample_weight=weight, cv=splits)
    other = modality_contributions(model, X, y, cv=rest)
    assert one.scores_.shape == other.scores_.shape
