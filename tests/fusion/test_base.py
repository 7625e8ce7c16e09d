"""The interface: views, presence, and what the base checks for every fusion."""

import numpy as np
import pytest
from fusion_cases import by_modality, random_probabilities, table, view
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.fusion import BaseFusion, ConcatFusion, VotingFusion
from mmensemble.modality import Block
from mmensemble.testing import check_fusion


class TrimmedMeanFusion(BaseFusion):
    """A new rule in one file: the mean without the extremes of each output.

    Parameters
    ----------
    share : float, default=0.2
        Share of the members left out at either end.
    """

    reference = "Tukey 1962"
    when = "Members that are now and then far off."
    _parameter_constraints = {"share": [float]}

    def __init__(self, share=0.2):
        self.share = share

    def _fit(self, data):
        self.n_members_ = len(data.members)

    def _predict(self, data):
        fused = []
        for row in data.predictions:
            ranked = np.sort(row[~np.isnan(row[:, 0])], axis=0)
            cut = int(self.share * len(ranked))
            fused.append(ranked[cut : len(ranked) - cut].mean(axis=0))
        fused = np.array(fused)
        if data.task.is_classification:
            fused /= fused.sum(axis=1, keepdims=True)
        return fused

    def _transform(self, data):
        return self.predict(data)

    def get_feature_names_out(self, task):
        """Return one name an output."""
        return [f"trimmed_{j}" for j in range(task.n_outputs)]


class ClassesOnly(TrimmedMeanFusion):
    """The same for classification only."""

    tasks = ("classification",)


def test_new_rule_by_hand():
    """The new rule is what it says."""
    predictions = np.array([[[0.0], [1.0], [2.0], [3.0], [100.0]]])
    data = view(predictions, np.array([1.0]))
    assert_allclose(TrimmedMeanFusion().fit(data).predict(data), [[2.0]])


def test_new_rule_passes_our_checks():
    """A new rule in one file keeps the contract with all estimators."""
    check_fusion(TrimmedMeanFusion())


def test_new_rule_in_grid_search():
    """Fusions, new ones too, are searched like any parameter."""
    X, y = table()
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()), estimator=LogisticRegression(), cv=3
    )
    grid = [
        {"fusion": ["voting", ConcatFusion(), VotingFusion("max")]},
        {"fusion": [TrimmedMeanFusion()], "fusion__share": [0.0, 0.34]},
    ]
    search = GridSearchCV(model, grid, cv=2).fit(X, y)
    assert len(search.cv_results_["params"]) == 5
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_task_is_checked():
    """A fusion is refused for a task that it does not serve."""
    X, y = table()
    model = MultimodalRegressor(by_modality(X, "passthrough"), fusion=ClassesOnly())
    with pytest.raises(ValueError, match=r"ClassesOnly serves classification only"):
        model.fit(X, y.astype(float))


def test_not_fitted():
    """Predicting and transforming need a fit."""
    data = view(random_probabilities(np.random.default_rng(0), 3, 2, 2))
    for method in (VotingFusion().predict, VotingFusion().transform):
        with pytest.raises(NotFittedError, match="VotingFusion"):
            method(data)


def test_parameters_are_validated():
    """A new rule's constraints are checked at fit."""
    data = view(random_probabilities(np.random.default_rng(0), 3, 2, 2))
    with pytest.raises(ValueError, match="The 'share' parameter of TrimmedMeanFusion"):
        TrimmedMeanFusion(share="much").fit(data)


def test_needs():
    """Needs follow from the level."""
    assert TrimmedMeanFusion().needs == {"predictions", "out of fold"}
    assert VotingFusion().needs == {"predictions"}
    assert VotingFusion(weights="score").needs == {"predictions", "out of fold"}
    assert ConcatFusion().needs == {"blocks"}


def test_rows_with_nothing_get_the_prior():
    """Rows without any modality get the prior, whatever the fusion does."""
    predictions = random_probabilities(np.random.default_rng(0), 5, 2, 2)
    predictions[[1, 3]] = np.nan
    prior = np.array([0.3, 0.7])
    data = view(predictions, prior=prior, classes=np.arange(2))
    fusion = TrimmedMeanFusion().fit(data)
    got = fusion.predict(data)
    assert_allclose(got[[1, 3]], [prior, prior])
    assert_allclose(got[0], predictions[0].mean(axis=0))
    nothing = data.take(np.array([1, 3]))
    assert_allclose(fusion.predict(nothing), [prior, prior])


def test_available():
    """A modality counts as there when its members predicted the row."""
    predictions = random_probabilities(np.random.default_rng(0), 3, 2, 2)
    data = view(predictions, classes=np.arange(2))
    data.predictions[1, 0] = np.nan
    expected = [[True, True], [False, True], [True, True]]
    assert_array_equal(data.available(), expected)
    assert data.presence.all()


def test_take():
    """Rows of a view: every part of it, metadata included."""
    rng = np.random.default_rng(0)
    present = np.array([True, False, True, True, False])
    block = Block(rng.normal(size=(3, 2)), present, ("u", "v"))
    data = view(
        random_probabilities(rng, 5, 1, 2),
        rng.integers(0, 2, 5),
        classes=np.arange(2),
        blocks=(block,),
        sample_weight=np.arange(5.0),
        groups=np.array(list("aabbc")),
        params={"lr": {"sample_weight": np.arange(5.0), "strict": True}},
    )
    rows = np.array([3, 1, 0])
    part = data.take(rows)
    assert part.n_samples == 3
    assert_array_equal(part.predictions, data.predictions[rows])
    assert_array_equal(part.y, data.y[rows])
    assert_array_equal(part.sample_weight, [3, 1, 0])
    assert_array_equal(part.groups, ["b", "a", "a"])
    assert_array_equal(part.params["lr"]["sample_weight"], [3, 1, 0])
    assert part.params["lr"]["strict"] is True
    assert_array_equal(part.blocks[0].present, [True, False, True])
    assert_array_equal(part.blocks[0].values, block.values[[2, 0]])
    bare = view(data.predictions, classes=np.arange(2)).take(rows)
    assert bare.y is None
    assert bare.blocks is None
