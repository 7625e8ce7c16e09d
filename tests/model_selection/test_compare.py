"""Comparing fusions: the scores of each alone, at the price of one."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import joblib
import numpy as np
import pytest
import sklearn
from comparison_cases import Fails, classifier, make_data, modalities, regressor
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    GroupKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_validate,
)

from mmensemble import StackingFusion, VotingFusion, compare_fusions, list_fusions
from mmensemble._compat import sklearn_version

FUSIONS = {
    "concat": "concat",
    "voting": "voting",
    "stacking": "stacking",
    "joint": StackingFusion(concat_member=True),
    "optimized": VotingFusion(weights="optimize"),
}
SPLITTERS = [
    StratifiedKFold(3),
    RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0),
    ShuffleSplit(3, random_state=0),
    TimeSeriesSplit(3),
]


def alone(model, fusion, X, y, **params):
    """Cross-validate one choice on its own."""
    return cross_validate(clone(model).set_params(fusion=fusion), X, y, **params)


@pytest.mark.parametrize("cv", SPLITTERS, ids=lambda cv: type(cv).__name__)
def test_scores_are_those_of_each_choice_alone(cv):
    """All fusions, several splitters, rows that lack modalities."""
    X, y = make_data()
    found = compare_fusions(
        classifier(), X, y, fusions=FUSIONS, cv=cv, scoring="neg_log_loss"
    )
    for name, fusion in FUSIONS.items():
        expected = alone(classifier(), fusion, X, y, cv=cv, scoring="neg_log_loss")
        np.testing.assert_allclose(
            found.split_scores()[name], expected["test_score"], rtol=0, atol=1e-12
        )


@pytest.mark.parametrize(
    "cv",
    [
        pytest.param(GroupKFold(2), marks=pytest.mark.slow),
        ShuffleSplit(1, random_state=0),
    ],
    ids=str,
)
def test_every_registered_fusion_scores_as_alone(cv):
    """With weights, and groups where the splitter keeps them together."""
    X, y = make_data()
    params = {"sample_weight": np.random.default_rng(0).uniform(0.5, 2, 60)}
    if isinstance(cv, GroupKFold):
        params["groups"] = np.arange(60) // 3
    given = {"scoring": "neg_log_loss", "error_score": "raise"}
    model = classifier()
    found = compare_fusions(model, X, y, cv=cv, **params, **given).split_scores()
    given["params"] = params
    assert set(found) == set(list_fusions().index)
    splits = list(cv.split(X, y, params.get("groups")))
    for name in found:
        expected = alone(model, name, X, y, cv=splits, **given)["test_score"]
        np.testing.assert_allclose(found[name], expected, rtol=0, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_weights_and_groups(members):
    """Weights reach every fit, groups the splitter and the inner folds."""
    X, y = make_data()
    rng = np.random.default_rng(0)
    params = {"sample_weight": rng.uniform(0, 2, 60), "groups": np.arange(60) // 3}
    model = classifier(members=members)
    found = compare_fusions(model, X, y, fusions=FUSIONS, cv=GroupKFold(4), **params)
    np.testing.assert_array_equal(found.groups, params["groups"])
    splits = list(GroupKFold(4).split(X, y, params["groups"]))
    for name, fusion in FUSIONS.items():
        expected = alone(model, fusion, X, y, cv=splits, params=params)
        np.testing.assert_allclose(
            found.split_scores()[name], expected["test_score"], atol=1e-12
        )


def test_metadata_routing():
    """With routing enabled, weights go to whoever asks, the scorer too."""
    X, y = make_data()
    params = {"sample_weight": np.random.default_rng(0).uniform(0.1, 2, 60)}
    with sklearn.config_context(enable_metadata_routing=True):
        learner = LogisticRegression().set_fit_request(sample_weight=True)
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        model = classifier(estimator=learner)
        for name, extractor, _ in model.modalities:
            extractor.set_fit_request(sample_weight=True)
            assert name in "abc"
        given = {"cv": StratifiedKFold(3), "scoring": scorer, "params": params}
        found = compare_fusions(model, X, y, fusions=["voting", "concat"], **given)
        for name in ["voting", "concat"]:
            expected = alone(model, name, X, y, **given)["test_score"]
            np.testing.assert_allclose(found.split_scores()[name], expected, atol=1e-12)
        plain = classifier(estimator=LogisticRegression())
        with pytest.raises(ValueError, match=r"3 times: .*are not explicitly set"):
            compare_fusions(plain, X, y, fusions=["voting"], **given)
        if sklearn_version < (1, 7):
            return  # scorers without a request get no metadata, and no error
        given["scoring"] = make_scorer(accuracy_score)
        with pytest.raises(ValueError, match="which is used within compare_fusions"):
            compare_fusions(model, X, y, fusions=["voting"], **given)


def test_several_metrics():
    """The first of several metrics decides; all of them have columns."""
    X, y = make_data()
    scoring = ["roc_auc", "accuracy"]
    found = compare_fusions(
        classifier(), X, y, fusions=["voting", "concat"], cv=3, scoring=scoring
    )
    assert found.metrics == scoring
    expected = alone(classifier(), "voting", X, y, cv=3, scoring=scoring)
    frame = found.frame().set_index("fusion")
    for metric in scoring:
        mean = expected[f"test_{metric}"].mean()
        assert frame.loc["voting", f"mean_test_{metric}"] == pytest.approx(mean)
    with pytest.raises(ValueError, match="'metric' parameter must be one of"):
        found.split_scores("r2")


def test_regression():
    """Regressors, with their default score."""
    X, y = make_data(regression=True)
    found = compare_fusions(regressor(), X, y, fusions=["voting", "stacking"], cv=3)
    for name in ["voting", "stacking"]:
        expected = alone(regressor(), name, X, y, cv=3)["test_score"]
        np.testing.assert_allclose(found.split_scores()[name], expected, atol=1e-12)


@pytest.mark.parametrize("fusion", ["concat", "stacking", "joint"])
def test_subsets_are_models_of_their_modalities(fusion):
    """A set of modalities scores as a model that has no others."""
    X, y = make_data(missing=0)
    found = compare_fusions(
        classifier(), X, y, fusions={fusion: FUSIONS[fusion]}, subsets="all", cv=2
    )
    scores = found.split_scores()
    assert scores.shape == (2, 7)
    for subset in ["ab", "ac", "bc", "a", "b", "c"]:
        model = classifier()
        model.set_params(modalities=[m for m in modalities() if m[0] in subset])
        expected = alone(model, FUSIONS[fusion], X, y, cv=2)["test_score"]
        label = f"{fusion} [{subset}]"
        if len(subset) == 2:
            label = f"{fusion} without {set('abc').difference(subset).pop()}"
        np.testing.assert_allclose(scores[label], expected, atol=1e-12)


def test_members_are_fitted_once_a_fold():
    """Three modalities, three folds: nine sources, and one fit a fusion and fold."""
    X, y = make_data()
    fusions = ["voting", "stacking", VotingFusion(weights="score")]
    found = compare_fusions(classifier(), X, y, fusions=fusions, cv=3, subsets="all")
    assert found.n_fits == 3 * (3 + 3 * 7)


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_same_result_for_any_n_jobs(n_jobs):
    """Seeds do not depend on who works, also for learners that draw."""
    X, y = make_data()
    learner = RandomForestClassifier(3)
    model = classifier(estimator=learner)
    given = {"fusions": ["voting", "stacking"], "cv": 3, "scoring": "neg_log_loss"}
    found = compare_fusions(model, X, y, n_jobs=n_jobs, **given)
    again = compare_fusions(model, X, y, **given)
    assert found.split_scores().equals(again.split_scores())
    other = compare_fusions(model, X, y, random_state=1, **given)
    assert not found.split_scores().equals(other.split_scores())
    state = np.random.RandomState(0)
    compare_fusions(model, X, y, random_state=state, **given)


def test_failing_fusion_is_a_row():
    """One fusion's failure costs the others nothing."""
    X, y = make_data()
    fusions = {"bad": Fails(), "voting": "voting"}
    found = compare_fusions(classifier(), X, y, fusions=fusions, cv=3)
    frame = found.frame().set_index("choice")
    assert frame.loc["bad", "n_failed"] == 3
    assert frame.loc["bad", "error"] == "ValueError: no luck"
    assert frame.loc["voting", "n_failed"] == 0
    assert np.isnan(frame.loc["bad", "mean_test_score"])
    assert found.best == "voting"
    assert found.errors()["choice"].tolist() == ["bad"] * 3
    with pytest.raises(ValueError, match="no luck"):
        compare_fusions(classifier(), X, y, fusions=fusions, error_score="raise")


def test_fusion_that_does_not_suit_the_task_is_a_row():
    """What refuses the task is told, not raised."""
    X, y = make_data(regression=True)
    fusions = {"hard": VotingFusion("hard"), "soft": "voting"}
    found = compare_fusions(regressor(), X, y, fusions=fusions, cv=3)
    assert "combines classes" in found.frame()["error"][0]
    assert found.frame()["n_failed"].tolist() == [3, 0]


def test_reasons_are_raised_where_every_choice_fails():
    """Nothing is left to compare; the reasons are counted."""
    X, y = make_data(regression=True)
    with pytest.raises(ValueError, match=r"Every choice failed on every.*\n3 times: V"):
        compare_fusions(regressor(), X, y, fusions=VotingFusion("hard"), cv=3)


def test_error_score_takes_the_place_of_what_fails():
    """A number counts in means and ranks; the error stays."""
    X, y = make_data()
    given = {"fusions": {"bad": Fails(), "voting": "voting"}, "cv": 3}
    found = compare_fusions(classifier(), X, y, error_score=0.25, **given)
    assert found.split_scores()["bad"].tolist() == [0.25] * 3
    frame = found.frame().set_index("choice")
    assert frame.loc["bad", "mean_test_score"] == 0.25
    assert frame.loc["bad", "n_failed"] == 3


def test_all_fusions_by_default():
    """Every short name that serves the task has a row."""
    X, y = make_data(40)
    found = compare_fusions(classifier(), X, y, cv=2)
    table = list_fusions()
    serving = table.index[table["tasks"].str.contains("classification")]
    assert found.frame()["fusion"].tolist() == list(serving)
    assert found.errors().empty


def test_progress(capsys):
    """`verbose` prints one line a fold."""
    X, y = make_data()
    compare_fusions(classifier(), X, y, fusions="voting", cv=3, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "3/3 folds" in line]


def test_cache_pays_only_for_what_is_new(tmp_path):
    """A second run reads everything; one more fusion costs only itself."""
    X, y = make_data()
    given = {"cv": 3, "cache": tmp_path, "scoring": "neg_log_loss"}
    first = compare_fusions(classifier(), X, y, fusions=["voting"], **given)
    assert first.n_fits == 3 * (3 + 1)
    second = compare_fusions(classifier(), X, y, fusions=["voting"], **given)
    assert second.n_fits == 0
    third = compare_fusions(classifier(), X, y, fusions=["voting", "stacking"], **given)
    assert third.n_fits == 3
    memory = joblib.Memory(tmp_path, verbose=0)
    given["cache"] = memory
    again = compare_fusions(classifier(), X, y, fusions=["voting", "stacking"], **given)
    assert again.n_fits == 0
    plain = compare_fusions(
        classifier(), X, y, fusions=["voting", "stacking"], cv=3, scoring="neg_log_loss"
    )
    assert again.split_scores().equals(plain.split_scores())
    other = compare_fusions(classifier(), X, y[::-1], fusions=["voting"], **given)
    assert other.n_fits == 12
    unseeded = classifier(random_state=None)
    assert compare_fusions(unseeded, X, y, fusions=["voting"], **given).n_fits == 0
    with pytest.raises(
        ValueError, match="'cache' parameter of compare_fusions must be None"
    ):
        compare_fusions(classifier(), X, y, cache=1)


_KILLED = """
import sys, time
sys.path.insert(0, {folder!r})
from comparison_cases import classifier, make_data
from mmensemble import VotingFusion, compare_fusions
import mmensemble.model_selection._fold_runs as module
run, done = module.run_fold, []
def slow(*args):
    result = run(*args)
    done.append(result)
    print("fold", flush=True)
    if len(done) == 3:
        time.sleep(60)
    return result
module.run_fold = slow
X, y = make_data()
compare_fusions(classifier(), X, y, fusions=["voting", "stacking"], cv=6,
                cache={cache!r})
"""


@pytest.mark.slow
def test_killed_run_is_resumed(tmp_path):
    """After SIGKILL half-way, only what is missing is fitted, with equal results."""
    folder = str(Path(__file__).parents[1] / "cases")
    script = _KILLED.format(folder=folder, cache=str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    )
    for _ in range(3):
        assert process.stdout.readline() == "fold\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    X, y = make_data()
    given = {"fusions": ["voting", "stacking"], "cv": 6}
    resumed = compare_fusions(classifier(), X, y, cache=tmp_path, **given)
    assert resumed.n_fits == 3 * (3 + 2)
    whole = compare_fusions(classifier(), X, y, **given)
    assert whole.n_fits == 6 * (3 + 2)
    assert whole.split_scores().equals(resumed.split_scores())


class Stops(VotingFusion):
    """A vote that the user interrupts in the second fold."""

    seen = []

    def _fit(self, data):
        self.seen.append(1)
        if len(self.seen) == 2:
            raise KeyboardInterrupt
        super()._fit(data)


def test_interrupted_run_keeps_what_is_finished():
    """Ctrl-C gives the finished folds, and says how many."""
    X, y = make_data()
    Stops.seen.clear()
    with pytest.warns(UserWarning, match="Only 1 of 3 folds are finished: interrupted"):
        found = compare_fusions(classifier(), X, y, fusions=Stops(), cv=3)
    assert len(found.split_scores()) == 1
    assert "1 of 3 folds" in repr(found)
    Stops.seen[:] = [1]
    with pytest.raises(KeyboardInterrupt, match="no fold was finished"):
        compare_fusions(classifier(), X, y, fusions=Stops(), cv=3)


BAD = [
    ("estimator", LogisticRegression()),
    ("fusions", 3),
    ("subsets", "some"),
    ("groups", 1),
    ("sample_weight", "heavy"),
    ("scoring", "acuracy"),
    ("cv", "five"),
    ("params", ["groups"]),
    ("n_jobs", 1.5),
    ("random_state", "seed"),
    ("verbose", "loud"),
    ("error_score", "rasie"),
    ("control", "no"),
    ("rope", "x"),
    ("rope", -0.1),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_parameters_are_checked_before_work(name, value):
    """The message names the parameter and what came; nothing is fitted."""
    given = {"estimator": classifier(), "fusions": Fails(), name: value}
    with pytest.raises(ValueError, match=f"'{name}' parameter of compare_fusions must"):
        compare_fusions(X=[[0], [1]], y=[0, 1], **given)


def test_groups_and_weights_are_given_once():
    """As keywords, or among `params`; of the length of the table."""
    X, y = make_data()
    given = {"fusions": "voting", "groups": np.arange(60) // 3}
    with pytest.raises(ValueError, match="'groups' is given twice, as a keyword and"):
        compare_fusions(classifier(), X, y, params={"groups": y}, **given)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        compare_fusions(classifier(), X, y, sample_weight=np.ones(3), **given)
    one = compare_fusions(classifier(), X, y, **given)
    given["params"] = {"groups": given.pop("groups"), "sample_weight": None}
    other = compare_fusions(classifier(), X, y, **given)
    assert one.split_scores().equals(other.split_scores())


def test_targets_are_checked():
    """Missing targets are refused, not scored as NaN."""
    X, y = make_data(regression=True)
    y[3] = np.nan
    with pytest.raises(ValueError, match="Input y contains NaN"):
        compare_fusions(regressor(), X, y, fusions="voting")
