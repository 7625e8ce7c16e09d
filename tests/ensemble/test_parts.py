"""Nested parameters: into every part, and through clone and grid search."""

import pytest
from ensemble_cases import classifier, make_table
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    MultimodalTransformer,
    StackingFusion,
    VotingFusion,
)


def nested(X):
    """Make a model whose modality b is a pipeline."""
    pipeline = Pipeline([("scale", StandardScaler()), ("pca", PCA(2))])
    return classifier(X, StackingFusion(LogisticRegression())).set_params(b=pipeline)


def test_parameters_of_every_part_are_listed():
    """Deep parameters name parts and their own; shallow ones do not."""
    X, _ = make_table()
    params = nested(X).get_params()
    for name in ("a", "b__pca__n_components", "estimator__C", "c__with_mean"):
        assert name in params
    assert params["fusion__final_estimator__C"] == 1.0
    assert set(nested(X).get_params(deep=False)) == {
        *("modalities", "fusion", "estimator", "members", "pruner", "cv"),
        *("augmenter", "decision", "absent_columns"),
        *("n_jobs", "random_state", "verbose"),
    }


def test_set_params_into_every_part():
    """Extractors, learners and fusion are reached by name, and take effect."""
    X, y = make_table()
    model = nested(X).set_params(
        b__pca__n_components=1,
        estimator__C=0.1,
        fusion__final_estimator__C=0.2,
        a="drop",
    )
    model.fit(X, y)
    assert model.extractors_["b"]["pca"].n_components_ == 1
    assert model.estimators_["c"].C == 0.1
    assert model.fusion_.final_estimator_.C == 0.2
    assert list(model.estimators_) == ["b", "c"]


def test_whole_lists_are_set_before_parts():
    """New modalities and their parameters can be set at once."""
    X, _ = make_table()
    model = nested(X).set_params(
        new__with_std=False,
        modalities=[("new", StandardScaler(), ["a__0"])],
        lr__C=3.0,
        estimator=[("lr", LogisticRegression())],
    )
    assert model.modalities[0][1].with_std is False
    assert model.estimator[0][1].C == 3.0


def test_parts_keep_columns_and_order():
    """Replacing a part leaves names, columns and the other parts."""
    X, _ = make_table()
    model = nested(X)
    before = model.modalities
    model.set_params(b="passthrough")
    assert [(n, c) for n, _, c in model.modalities] == [(n, c) for n, _, c in before]
    assert model.modalities[0][1] is before[0][1]
    assert before[1][1] != "passthrough"


def test_unknown_part_is_refused():
    """A name that no part has is an invalid parameter."""
    X, _ = make_table()
    with pytest.raises(ValueError, match="Invalid parameter 'nothing'"):
        nested(X).set_params(nothing__C=1)


@pytest.mark.parametrize("bad", ["auto", [], [("a", "auto")], [1], None])
def test_malformed_modalities_wait_for_fit(bad):
    """Parameters can be read and set whatever the modalities are."""
    model = MultimodalClassifier(bad)
    assert model.get_params()["modalities"] is bad
    assert model.set_params(cv=3).cv == 3
    assert clone(model).modalities == bad


@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
@pytest.mark.parametrize("cls", [MultimodalClassifier, MultimodalTransformer])
def test_clone_of_a_fitted_ensemble_is_unfitted(cls, fusion):
    """Nothing fitted survives a clone, and the clone's parts are its own."""
    X, y = make_table()
    model = cls(
        classifier(X).modalities, fusion=fusion, estimator=LogisticRegression(), cv=3
    ).fit(X, y)
    copy = clone(model)
    assert set(vars(copy)) == set(copy.get_params(deep=False))
    assert copy.modalities[0][1] is not model.modalities[0][1]
    assert not hasattr(copy.modalities[0][1], "mean_")
    assert not hasattr(model.modalities[0][1], "mean_")


def test_grid_search_over_fusions():
    """Short names and objects are both candidates."""
    X, y = make_table()
    fusions = ["concat", "voting", VotingFusion(weights="score"), ConcatFusion()]
    search = GridSearchCV(classifier(X), {"fusion": fusions}, cv=2).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    assert search.best_score_ > 0.7
    assert search.predict(X).shape == (60,)


def test_grid_search_over_parts():
    """So are parameters of extractors, learners and fusions, and "drop"."""
    X, y = make_table()
    grid = {
        "b__pca__n_components": [1, 2],
        "a": ["drop", StandardScaler()],
        "fusion__final_estimator__C": [0.1],
    }
    search = GridSearchCV(nested(X), grid, cv=2).fit(X, y)
    assert len(search.cv_results_["params"]) == 4
    lacking = [{"b": "drop", "c": "drop", "a": "auto"}]
    search.set_params(param_grid=[{k: [v] for k, v in lacking[0].items()}])
    assert list(search.fit(X, y).best_estimator_.estimators_) == ["a"]


def test_grid_search_over_names_of_learners():
    """A learner of a list can be replaced by a candidate."""
    X, y = make_table()
    model = classifier(X, estimator=[("lr", LogisticRegression())])
    candidates = [LogisticRegression(C=0.1), make_pipeline(LogisticRegression())]
    search = GridSearchCV(model, {"lr": candidates}, cv=2).fit(X, y)
    assert len(search.cv_results_["params"]) == 2


def test_parameters_of_a_short_name():
    """With a parameter the short name of a fusion becomes its object."""
    X, y = make_table()
    model = classifier(X, "voting").set_params(fusion__rule="median")
    assert model.fusion.rule == "median"
    model.set_params(fusion="stacking", fusion__missing="indicator")
    assert type(model.fusion).__name__ == "StackingFusion"
    assert model.fusion.missing == "indicator"
    search = GridSearchCV(
        classifier(X, "voting"), {"fusion__rule": ["soft", "median"]}, cv=2
    )
    assert search.fit(X, y).best_params_["fusion__rule"] in ("soft", "median")
    with pytest.raises(ValueError, match="Invalid parameter 'nothing'"):
        classifier(X, "voting").set_params(fusion__nothing=1)
    with pytest.raises(ValueError, match="'fusion' parameter must be one of"):
        classifier(X, "votign").set_params(fusion__rule="soft")
