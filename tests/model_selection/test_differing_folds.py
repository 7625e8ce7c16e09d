"""Folds that differ: results of all of them count, and nothing breaks."""

import json

import numpy as np
import pandas as pd
import pytest
from comparison_cases import Fails
from fold_cases import EXPECTED_WARNINGS, FOLD_CASES, no_modality
from sklearn.base import clone
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    log_loss,
    roc_auc_score,
)
from sklearn.model_selection import cross_val_predict

from mmensemble import FusionSearchCV, compare_fusions, modality_contributions
from mmensemble.modality._columns import resolve_modalities

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")

pytestmark = [pytest.mark.filterwarnings(text) for text in EXPECTED_WARNINGS]
FUSIONS = ["voting", "concat"]


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture(scope="module", params=FOLD_CASES)
def compared(request):
    """Return a case and the comparison of fusions and sets of modalities on it."""
    case = FOLD_CASES[request.param]()
    with pytest.warns() if request.param == "single_rows" else _quiet():
        found = compare_fusions(
            case.model,
            case.X,
            case.y,
            fusions=FUSIONS,
            subsets="leave-one-out",
            **case.options,
        )
    return case, found


@pytest.fixture(scope="module", params=FOLD_CASES)
def contributed(request):
    """Return a case and the contributions of its modalities."""
    case = FOLD_CASES[request.param]()
    return case, modality_contributions(case.model, case.X, case.y, **case.options)


class _quiet:
    """A context that changes nothing."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


def alone(case, fusion, subset=None):
    """Return a choice as a model of its own."""
    model = clone(case.model).set_params(fusion=fusion)
    if subset is not None:
        resolved = resolve_modalities("auto", case.X)
        model.set_params(modalities=[m for m in resolved if m[0] in subset])
    return model


def test_scores_are_those_of_each_choice_alone(compared):
    """Whatever else is compared, and whichever fold comes first."""
    case, found = compared
    if found.is_pooled():
        return  # a test of its own, below
    scores = found.split_scores()
    for choice in found.choices:
        if choice.name != "voting" and choice.subset is not None:
            continue  # sets of modalities take the same way for every fusion
        expected = case.scores_alone(alone(case, choice.name, choice.subset))
        np.testing.assert_allclose(scores[choice.label], expected, atol=1e-12)


def test_pooled_rows_are_those_of_the_folds(compared):
    """The winner's naive score is that of pooled predictions, label by label."""
    case, found = compared
    if found.is_pooled():
        return
    hits = []
    for train, test in _splits(case):
        if len(np.unique(case.y[train])) > 1:
            choice = next(c for c in found.choices if c.label == found.winner().choice)
            model = alone(case, choice.name, choice.subset)
            model.fit(case.X.iloc[train], case.y[train])
            hits += list(model.predict(case.X.iloc[test]) == case.y[test])
    assert found.winner().naive == pytest.approx(np.mean(hits))


def test_everything_can_be_read(compared, tmp_path):
    """Frames, sentences, page, JSON and plots of a comparison."""
    case, found = compared
    frame = found.frame(singles=True)
    assert len(frame) > len(found.choices)
    assert found.errors()["choice"].isin(found.labels).all()
    verdicts = found.verdicts()
    assert verdicts["modality"].tolist() == found.modalities
    content = json.loads(found.to_json(tmp_path / "found.json"))
    assert content["pooled"] == found.is_pooled()
    assert "NaN" not in found.to_json()
    page = found.to_html(tmp_path / "found.html", X=case.X)
    assert found.conclusion().split(":")[0] in page
    for kind in ("scores", "modalities"):
        assert len(found.plot(kind).frame())
    if found.is_scored():
        assert set(found.labels) <= set(found.tests()["choice"])
        assert found.simplest() in found.labels
        assert found.best_single() in [*frame["choice"], None]
    else:
        with pytest.raises(ValueError, match="Every choice failed on some fold"):
            _ = found.best
        with pytest.raises(ValueError, match="No single modality has a score on every"):
            found.tests(reference="best single")


def test_searches_give_the_same_scores(compared):
    """The scores of the comparison, candidate by candidate."""
    case, found = compared
    if found.is_pooled():
        return
    options = {k: v for k, v in case.options.items() if k != "groups"}
    grid = {"fusion": FUSIONS, "subset": [None, [found.modalities[0]]]}
    search = FusionSearchCV(case.model, grid, **options)
    search.fit(case.X, case.y, groups=case.options.get("groups"))
    means = search.cv_results_["mean_test_score"]
    names = search.cv_results_["params"]
    # what the comparison scores is tested above
    known = found.mean_scores()
    for mean, params in zip(means, names, strict=True):
        label = params["fusion"]
        if params["subset"] is not None:
            label += f" [{params['subset'][0]}]"
        if label in known:
            assert mean == pytest.approx(known[label], nan_ok=True)


def test_contributions_are_means_over_folds(contributed):
    """Each fold's own contributions, zero for what its pruner has left out."""
    case, found = contributed
    if found.is_pooled:
        return
    values = []
    for place, split in enumerate(_splits(case)):
        if place in found.errors()["split"].tolist():
            continue
        one = modality_contributions(case.model, case.X, case.y, cv=[split])
        values.append(one.frame().set_index("modality")["shapley"])
    names = found.modalities
    expected = pd.concat(values, axis=1).fillna(0.0).mean(axis=1)[names]
    np.testing.assert_allclose(found.frame()["shapley"], expected, atol=1e-12)
    counts = pd.concat(values, axis=1).notna().sum(axis=1)[names]
    assert found.frame()["n_folds"].tolist() == counts.tolist()


def _splits(case):
    """Return the splits of a case, also of one whose `cv` is a number."""
    if not isinstance(case.options["cv"], int):
        return case.splits
    model = case.model
    found = compare_fusions(model, case.X, case.y, fusions="voting", **case.options)
    return [(result.train, result.test) for result in found.results]


def test_contributions_can_be_read(contributed, tmp_path):
    """Frames, JSON and plots of contributions; losses of every row."""
    _, found = contributed
    rows = found.rows()
    assert rows.shape == (len(found.rows_), len(found.modalities))
    names = found.modalities
    assert found.interactions().columns.tolist() == names
    assert found.degradation()["missing"].tolist() == list(range(len(names) + 1))
    assert set(found.acquisition()["policy"]) == {"greedy", "fixed", "random"}
    costs = dict.fromkeys(names, 2.0)
    following = found.next_modality(np.zeros((1, len(names)), bool), costs=costs)
    assert following["modality"][0] in [*names, None]
    assert json.loads(found.to_json(tmp_path / "found.json"))["pooled"] in (True, False)
    for kind in ("bars", "beeswarm", "degradation"):
        assert len(found.plot(kind).frame(kind))
    assert repr(found).startswith("<ModalityContributions: ")


def test_contributions_to_a_label_that_folds_have_not_seen():
    """Rows of such folds are unknown, those of the others add up."""
    case = FOLD_CASES["own_class"]()
    found = modality_contributions(case.model, case.X, case.y, **case.options)
    rows = found.rows("D")
    site = case.options["groups"][rows.index]
    # site 3 alone has D: it is learnt where site 3 is not the test fold
    assert rows[site == 3].isna().all(axis=None)
    assert rows[site < 3].notna().all(axis=None)
    moved = found.predictions_[:, -1, 3] - found.predictions_[:, 0, 3]
    np.testing.assert_allclose(rows[site < 3].sum(axis=1), moved[site < 3], atol=1e-12)
    assert len(found.plot("beeswarm", output="D").frame("beeswarm")) == 2 * 60
    late = FOLD_CASES["late_label"]()
    found = modality_contributions(late.model, late.X, late.y, **late.options)
    assert found.classes_.tolist() == ["cold", "hot", "warm"]
    assert found.rows("hot").isna().all(axis=None)
    assert found.rows().equals(found.rows("warm"))


def test_a_modality_that_no_training_row_has():
    """One answer, whichever fusion and whatever else is compared."""
    case = no_modality()
    model, train = alone(case, "voting", ["scan"]), case.splits[0][0]
    with pytest.raises(ValueError, match="No row has any of the mod") as error:
        model.fit(case.X.iloc[train], case.y[train])
    expected = f"ValueError: {error.value}"
    for fusions in (["voting", "concat", "attention"], ["voting", "stacking"]):
        # three inner folds cannot be made of two sites: stacking fails
        model = clone(case.model).set_params(cv=3)
        found = compare_fusions(
            model, case.X, case.y, fusions=fusions, subsets=[["scan"]], **case.options
        )
        errors = found.errors().query("split == 0").set_index("choice")["error"]
        for name in fusions:
            assert errors[f"{name} [scan]"] == expected
        assert "voting" not in errors.index


def test_one_failing_fusion_leaves_the_others_alone():
    """Sets of modalities, too, are scored as without it."""
    case = no_modality()
    given = {"subsets": [["clin"]], **case.options}
    good = compare_fusions(case.model, case.X, case.y, fusions=["voting"], **given)
    fusions = {"voting": "voting", "bad": Fails()}
    found = compare_fusions(case.model, case.X, case.y, fusions=fusions, **given)
    labels = ["voting", "voting [clin]"]
    assert found.split_scores()[labels].equals(good.split_scores()[labels])


def test_single_rows_are_pooled():
    """The area under the curve of rows that were left out one by one."""
    case = FOLD_CASES["single_rows"]()
    with pytest.warns(UserWarning, match="ROC AUC is not defined on every test fold"):
        found = compare_fusions(
            case.model, case.X, case.y, fusions=FUSIONS, **case.options
        )
    assert found.is_pooled()
    frame = found.frame(singles=True).set_index("choice")
    for name in FUSIONS:
        model = alone(case, name)
        cv = case.options["cv"]
        guess = cross_val_predict(model, case.X, case.y, cv=cv, method="predict_proba")
        expected = roc_auc_score(case.y, guess[:, 1])
        assert frame.loc[name, "mean_test_score"] == pytest.approx(expected)
        assert found.mean_scores()[name] == pytest.approx(expected)
    assert frame["std_test_score"].isna().all()
    assert frame["n_failed"].sum() == 0
    assert found.winner().naive == pytest.approx(found.mean_scores().max())
    assert "on the pooled rows of all folds" in found.conclusion()
    assert "Scores of the pooled rows of all 12 folds" in found.to_html()
    parts = modality_contributions(case.model, case.X, case.y, **case.options)
    assert parts.is_pooled
    whole = parts.frame()["shapley"].sum()
    voting = found.mean_scores()["voting"]
    # nothing is known from no modality: 0.5
    assert whole == pytest.approx(voting - 0.5)


@pytest.mark.parametrize("scoring", ["neg_log_loss", "accuracy", "balanced_accuracy"])
def test_single_rows_of_other_metrics(scoring):
    """What a single row can have is a mean over folds; the log loss is pooled."""
    case = FOLD_CASES["single_rows"]()
    options = case.options | {"scoring": scoring}
    found = compare_fusions(case.model, case.X, case.y, fusions="voting", **options)
    assert found.is_scored()
    guess = cross_val_predict(
        case.model, case.X, case.y, cv=options["cv"], method="predict_proba"
    )
    expected = {
        "neg_log_loss": -log_loss(case.y, guess),
        "accuracy": accuracy_score(case.y, guess[:, 1] > 0.5),
        "balanced_accuracy": balanced_accuracy_score(case.y, guess[:, 1] > 0.5),
    }
    assert found.mean_scores()["voting"] == pytest.approx(expected[scoring])
    assert found.is_pooled() == (scoring != "accuracy")


def test_scores_by_a_column():
    """A scorer that reads the table scores folds; the winner is corrected by them."""
    case = FOLD_CASES["late_label"]()

    def saved(model, X, y):
        return float(((model.predict(X) == y) * X["b__1"] ** 2).mean())

    given = {"fusions": FUSIONS, "cv": 3, "scoring": saved}
    found = compare_fusions(case.model, case.X, case.y, **given)
    assert found.winner().method == "splits"
    assert "TypeError" in found.winner().note
    assert np.isnan(found.chance()).all()
    assert found.conclusion() in found.to_html().replace("&#39;", "'")
    assert json.loads(found.to_json())["winner"]["method"] == "splits"
