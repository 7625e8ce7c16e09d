"""The search: scikit-learn's results, at the price of one fit of the members."""

import numpy as np
import pytest
import sklearn
from comparison_cases import Fails, classifier, make_data, regressor
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, get_scorer, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble import (
    AutoFusion,
    FusionSearchCV,
    MultimodalClassifier,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
)

GRID = [
    {"fusion": ["concat"]},
    {"fusion": [VotingFusion()], "fusion__rule": ["soft", "median"]},
    {
        "fusion": [StackingFusion(LogisticRegression(), concat_member=True)],
        "estimator": [LogisticRegression(C=0.1)],
    },
]
QUICK = {"fusion": ["concat", "voting"]}
SPLITTERS = [
    StratifiedKFold(2),
    RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0),
    ShuffleSplit(2, random_state=0),
    TimeSeriesSplit(2),
]


def assert_same_results(found, expected):
    """Compare all of `cv_results_` but the times."""
    assert set(found) == set(expected)
    assert found["params"] == expected["params"]
    for name, values in expected.items():
        if name.startswith("param_"):
            assert (np.ma.getmaskarray(found[name]) == values.mask).all()
            assert (found[name].compressed() == values.compressed()).all()
        elif "test" in name:
            np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cv", SPLITTERS, ids=lambda cv: type(cv).__name__)
def test_results_are_those_of_grid_search(cv):
    """Same results, best candidate and predictions, with rows that lack modalities."""
    X, y = make_data()
    given = {"cv": cv, "scoring": "neg_log_loss"}
    found = FusionSearchCV(classifier(cv=2), GRID, **given).fit(X, y)
    expected = GridSearchCV(classifier(cv=2), GRID, **given).fit(X, y)
    assert_same_results(found.cv_results_, expected.cv_results_)
    assert found.best_index_ == expected.best_index_
    assert found.best_score_ == pytest.approx(expected.best_score_, abs=1e-12)
    assert found.n_splits_ == expected.n_splits_
    np.testing.assert_allclose(
        found.predict_proba(X), expected.predict_proba(X), atol=1e-12
    )
    assert (found.predict(X) == expected.predict(X)).all()
    assert found.score(X, y) == pytest.approx(expected.score(X, y))
    assert found.classes_.tolist() == ["no", "yes"]
    assert found.n_features_in_ == 7
    assert found.feature_names_in_.tolist() == list(X.columns)
    assert found.refit_time_ > 0
    assert not found.multimetric_


def test_weights():
    """Weights reach every fit, and the scorer where scikit-learn sends them."""
    X, y = make_data()
    weight = np.random.default_rng(0).uniform(0, 2, 60)
    given = {"cv": StratifiedKFold(3), "scoring": "accuracy"}
    found = FusionSearchCV(classifier(cv=2), GRID, **given)
    found.fit(X, y, sample_weight=weight)
    expected = GridSearchCV(classifier(cv=2), GRID, **given)
    expected.fit(X, y, sample_weight=weight)
    assert_same_results(found.cv_results_, expected.cv_results_)


@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_routed_weights_and_groups(members):
    """With routing, groups reach the splitter and the inner folds as well."""
    X, y = make_data()
    rng = np.random.default_rng(0)
    params = {"sample_weight": rng.uniform(0, 2, 60), "groups": np.arange(60) // 3}
    with sklearn.config_context(enable_metadata_routing=True):
        learner = LogisticRegression().set_fit_request(sample_weight=True)
        scaler = StandardScaler().set_fit_request(sample_weight=True)
        model = classifier(cv=2, estimator=learner, members=members)
        model.set_params(a=scaler, b=scaler, c=scaler)
        grid = {"fusion": ["concat", VotingFusion(weights="score")]}
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        given = {"cv": GroupKFold(4), "scoring": scorer}
        found = FusionSearchCV(model, grid, **given).fit(X, y, **params)
        expected = GridSearchCV(model, grid, **given).fit(X, y, **params)
        assert_same_results(found.cv_results_, expected.cv_results_)
        # folds made from a number keep groups together too
        found = FusionSearchCV(model, grid, scoring=scorer, cv=4).fit(X, y, **params)
        assert found.n_splits_ == 4
        plain = classifier(cv=2, estimator=LogisticRegression())
        search = FusionSearchCV(plain, grid, scoring=scorer)
        with pytest.raises(ValueError, match="not explicitly set as requested or not"):
            search.fit(X, y, **params)


def test_groups_without_routing():
    """Groups go to the splitter and to every fit, also that of the best."""
    X, y = make_data()
    groups = np.arange(60) // 3
    grid = {"fusion": ["voting", "stacking"]}
    found = FusionSearchCV(classifier(cv=2), grid, cv=3).fit(X, y, groups=groups)
    best = classifier(cv=2, fusion=found.best_params_["fusion"]).fit(
        X, y, groups=groups
    )
    np.testing.assert_allclose(found.predict_proba(X), best.predict_proba(X))


def test_several_metrics():
    """All metrics have columns; `refit` names the one that decides."""
    X, y = make_data()
    for scoring in [
        ["roc_auc", "accuracy"],
        {"roc_auc": "roc_auc", "accuracy": get_scorer("accuracy")},
        several,
    ]:
        given = {"cv": 3, "scoring": scoring, "refit": "roc_auc"}
        found = FusionSearchCV(classifier(cv=2), QUICK, **given).fit(X, y)
        expected = GridSearchCV(classifier(cv=2), QUICK, **given).fit(X, y)
        assert_same_results(found.cv_results_, expected.cv_results_)
        assert found.multimetric_
        assert found.best_params_ == expected.best_params_
        assert found.score(X, y) == pytest.approx(expected.score(X, y))
    search = FusionSearchCV(classifier(cv=2), QUICK, scoring=["roc_auc", "accuracy"])
    with pytest.raises(ValueError, match="refit must be set to a scorer key"):
        search.fit(X, y)
    search = FusionSearchCV(classifier(cv=2), QUICK, scoring=several)
    with pytest.raises(ValueError, match="refit must be set to a scorer key"):
        search.fit(X, y)


def several(estimator, X, y):
    """Two scores of one estimator."""
    return {
        "roc_auc": get_scorer("roc_auc")(estimator, X, y),
        "accuracy": estimator.score(X, y),
    }


def test_refit():
    """False fits nothing more; a callable chooses the index."""
    X, y = make_data()
    found = FusionSearchCV(classifier(cv=2), QUICK, cv=3, refit=False).fit(X, y)
    assert not hasattr(found, "best_estimator_")
    assert found.best_params_ in found.cv_results_["params"]
    assert not hasattr(found, "predict")
    found = FusionSearchCV(classifier(cv=2), QUICK, cv=3, refit=lambda results: 1)
    assert found.fit(X, y).best_index_ == 1
    assert isinstance(found.best_estimator_.fusion_, VotingFusion)
    assert not hasattr(found, "best_score_")


@pytest.mark.filterwarnings("ignore:.*rows have none of the modalities")
@pytest.mark.parametrize("missing", [0, 0.2])
def test_subsets_are_modalities_left_out(missing):
    """A "subset" is the model that has these modalities only; so is a shorter list."""
    X, y = make_data(missing=missing)
    model = classifier(cv=2)
    lists = [
        [triple for triple in model.modalities if triple[0] in names]
        for names in ("abc", "bc", "c")
    ]
    joint = StackingFusion(LogisticRegression(), concat_member=True)
    fusions = ["voting", "concat", joint]
    given = {"cv": 2, "scoring": "neg_log_loss"}
    expected = GridSearchCV(
        model, {"fusion": fusions, "modalities": lists}, **given
    ).fit(X, y)
    grid = {"fusion": fusions, "modalities": lists}
    listed = FusionSearchCV(model, grid, **given).fit(X, y)
    subset = [None, ("c", "b"), "c"]
    named = FusionSearchCV(model, {"fusion": fusions, "subset": subset}, **given)
    named.fit(X, y)
    for found in (listed, named):
        for split in range(2):
            name = f"split{split}_test_score"
            np.testing.assert_allclose(
                found.cv_results_[name], expected.cv_results_[name], atol=1e-12
            )
        np.testing.assert_allclose(
            found.predict_proba(X), expected.predict_proba(X), atol=1e-12
        )
    # three sources of each modality once, the fusions, and what "concat" reads
    assert listed.n_fits_ == named.n_fits_


def test_subset_of_automatic_modalities():
    """Names of modalities found by prefix serve as well; unknown ones are told."""
    X, y = make_data(missing=0)
    model = MultimodalClassifier(estimator=LogisticRegression(), random_state=0)
    grid, cv = {"subset": [["b"], ["a", "b", "c"]]}, ShuffleSplit(1, random_state=0)
    found = FusionSearchCV(model, grid, cv=cv, refit=lambda results: 0).fit(X, y)
    assert [name for name, _, _ in found.best_estimator_.modalities_] == ["b"]
    assert isinstance(found.best_estimator_.fusion_, AutoFusion)
    whole = FusionSearchCV(model, grid, cv=cv, refit=lambda results: 1).fit(X, y)
    assert [name for name, _, _ in whole.best_estimator_.modalities_] == list("abc")
    with pytest.raises(ValueError, match="must name some of"):
        FusionSearchCV(model, {"subset": [["d"]]}, cv=3).fit(X, y)


def test_members_are_fitted_once_a_fold():
    """Two learners, three modalities, three folds: and one fit a fusion."""
    X, y = make_data()
    grid = {
        "estimator": [LogisticRegression(C=0.1), LogisticRegression()],
        "fusion": [VotingFusion()],
        "fusion__rule": ["soft", "median", "product"],
        "subset": [None, ["a"], ["b", "c"]],
    }
    found = FusionSearchCV(classifier(cv=2), grid, cv=3).fit(X, y)
    assert found.n_fits_ == 3 * 2 * (3 + 3 * 3)


def test_nested_parameters_of_a_short_name():
    """`fusion__rule` goes into the estimator's own fusion, given by name or object."""
    X, y = make_data()
    for fusion in ("voting", VotingFusion()):
        search = FusionSearchCV(
            classifier(cv=2, fusion=fusion), {"fusion__rule": ["median"]}, cv=3
        )
        search.fit(X, y)
        assert search.best_estimator_.fusion_.rule == "median"
    search = FusionSearchCV(classifier(cv=2), {"fusion__nothing": [1]}, cv=3)
    with pytest.raises(ValueError, match="Invalid parameter 'nothing'"):
        search.fit(X, y)


def test_modalities_beside_other_parameters():
    """Other modalities, or a set of given ones, are fitted for themselves."""
    X, y = make_data(missing=0)
    model = classifier(cv=2)
    other = [("ab", "passthrough", ["a__0", "b__0"]), model.modalities[2]]
    grid = [
        {"modalities": [other], "fusion": ["voting"]},
        {"modalities": [model.modalities], "subset": [["a"]], "fusion": ["voting"]},
    ]
    found = FusionSearchCV(model, grid, cv=3).fit(X, y)
    expected = GridSearchCV(model, grid[:1], cv=3).fit(X, y)
    assert found.cv_results_["mean_test_score"][0] == pytest.approx(
        expected.cv_results_["mean_test_score"][0], abs=1e-12
    )


def test_failures():
    """A candidate that fails has `error_score` and is told; all failing is an error."""
    X, y = make_data()
    grid = {"fusion": [Fails(), VotingFusion()]}
    with (
        pytest.warns(FitFailedWarning, match="3 of 6 fits failed; their score is nan"),
        pytest.warns(UserWarning, match="test scores are non-finite"),
    ):
        found = FusionSearchCV(classifier(cv=2), grid, cv=3).fit(X, y)
    assert found.best_index_ == 1
    with pytest.warns(FitFailedWarning, match="3 times: ValueError: no luck"):
        found = FusionSearchCV(classifier(cv=2), grid, cv=3, error_score=0).fit(X, y)
    assert found.cv_results_["mean_test_score"][0] == 0
    search = FusionSearchCV(classifier(cv=2), {"fusion": [Fails()]}, cv=3)
    with pytest.raises(ValueError, match="All 3 fits failed"):
        search.fit(X, y)
    search = FusionSearchCV(classifier(cv=2), grid, cv=3, error_score="raise")
    with pytest.raises(ValueError, match="no luck"):
        search.fit(X, y)


def test_no_split():
    """An empty iterable of splits is told by name."""
    X, y = make_data()
    with pytest.raises(ValueError, match="'cv' parameter gives no split"):
        FusionSearchCV(classifier(cv=2), {"fusion": ["voting"]}, cv=[]).fit(X, y)


def test_cache(tmp_path):
    """A second search reads everything; one more fusion costs only itself."""
    X, y = make_data()
    given = {"cv": 3, "cache": tmp_path}
    first = FusionSearchCV(classifier(cv=2), {"fusion": ["voting"]}, **given).fit(X, y)
    assert first.n_fits_ == 3 * (3 + 1)
    grid = {"fusion": ["voting", "stacking"]}
    second = FusionSearchCV(classifier(cv=2), grid, **given).fit(X, y)
    assert second.n_fits_ == 3
    plain = FusionSearchCV(classifier(cv=2), grid, cv=3).fit(X, y)
    assert_same_results(second.cv_results_, plain.cv_results_)


def test_workers_and_progress(capsys):
    """Two workers find the same; `verbose` prints one line a fold."""
    X, y = make_data()
    found = FusionSearchCV(classifier(cv=2), QUICK, cv=3, n_jobs=2, verbose=1).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert sum("[FusionSearchCV]" in line for line in lines) == 3
    again = FusionSearchCV(classifier(cv=2), QUICK, cv=3).fit(X, y)
    assert_same_results(found.cv_results_, again.cv_results_)


def test_regression():
    """Regressors, nested in a cross-validation and inside a pipeline."""
    X, y = make_data(regression=True)
    search = FusionSearchCV(regressor(cv=2), {"fusion": ["voting", "concat"]}, cv=3)
    expected = GridSearchCV(regressor(cv=2), {"fusion": ["voting", "concat"]}, cv=3)
    piped = make_pipeline(FunctionTransformer(), search)
    np.testing.assert_allclose(
        cross_val_score(piped, X, y, cv=2), cross_val_score(expected, X, y, cv=2)
    )
    outer = GridSearchCV(piped, {"fusionsearchcv__estimator__cv": [2, 3]}, cv=2)
    assert outer.fit(X, y).best_params_["fusionsearchcv__estimator__cv"] in (2, 3)
    assert not hasattr(search, "transform")


def small(cls, learner):
    """A small instance for scikit-learn's checks: columns as slices."""
    modalities = [
        ("first", StandardScaler(), slice(0, 1)),
        ("second", "auto", slice(0, None)),
    ]
    model = cls(modalities, estimator=learner, cv=2)
    grid = {"fusion": ["voting"], "subset": [None, ["first"]]}
    return FusionSearchCV(model, grid, cv=2)


INSTANCES = [
    small(MultimodalClassifier, LogisticRegression()),
    small(MultimodalRegressor, sklearn.linear_model.Ridge()),
]


@pytest.mark.filterwarnings("ignore:The least populated class in y")
@parametrize_with_checks(INSTANCES)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.parametrize("name", ["check_param_validation"])
def test_checks_that_the_generator_leaves_out(name):
    """What scikit-learn runs on itself only."""
    for instance in INSTANCES:
        getattr(estimator_checks, name)("FusionSearchCV", clone(instance))


def test_no_candidates():
    """An empty grid is refused before work."""
    X, y = make_data(40)
    with pytest.raises(ValueError, match="'param_grid' parameter gives no candidate"):
        FusionSearchCV(MultimodalClassifier(), [], cv=2).fit(X, y)
