"""Folds that differ, for every fusion: a result, or one clear error."""

import json

import numpy as np
import pytest
from fold_cases import EXPECTED_WARNINGS, FOLD_CASES
from sklearn.base import clone

from mmensemble import (
    FusionSearchCV,
    compare_fusions,
    correlation_report,
    modality_contributions,
)
from mmensemble.fusion._lookup import named_fusions

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")

pytestmark = [
    *(pytest.mark.filterwarnings(text) for text in EXPECTED_WARNINGS),
    # of a few rows; others ask for what these check
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]
FUSIONS = [
    name for name, cls in named_fusions().items() if "classification" in cls.tasks
]
#: Tried on every case; the others on the first, since folds are made before fusions.
FEW = ["concat", "voting", "stacking"]
#: Cases that are settled before any fusion: pruning, members, pooling.
SAME_FOR_ALL = ("pruned_apart", "single_member", "single_rows")
#: Cases in which a fold cannot be fitted, and what is then said.
ONE_CLASS = "ValueError: MultimodalClassifier needs at least 2 classes, got one class"
EVERY_CASE = pytest.mark.parametrize("name", FOLD_CASES)


def fails(name):
    """Tell whether a fold of the case trains on one class."""
    return name.startswith("one_class")


@EVERY_CASE
def test_compared(name, tmp_path):
    """Each fusion scores on each fold as alone, or all have the same error."""
    case = FOLD_CASES[name]()
    fusions, asked = (FEW, FEW) if name in SAME_FOR_ALL else (FUSIONS, "all")
    found = compare_fusions(case.model, case.X, case.y, fusions=asked, **case.options)
    assert found.labels == fusions
    scores = found.split_scores()[fusions].to_numpy()
    errors = found.errors()
    if not found.is_pooled():
        for fusion, own in zip(fusions, scores.T, strict=True):
            model = clone(case.model).set_params(fusion=fusion)
            np.testing.assert_allclose(own, case.scores_alone(model), atol=1e-12)
    if fails(name):
        assert np.isnan(scores).any(axis=0).all()
        assert set(errors["choice"]) == set(fusions)
        assert errors["error"].str.startswith(ONE_CLASS).all()
    else:
        assert not len(errors)
        assert found.is_pooled() or np.isfinite(scores).all()
        assert found.best in fusions
    assert found.conclusion() in found.to_html(tmp_path / "page.html").replace(
        "&#39;", "'"
    )
    assert len(json.loads(found.to_json())["scores"]) >= len(fusions)


# twelve folds of single rows are for one fusion, in test_differing_folds.py
MANY_ROWS = [name for name in FOLD_CASES if name != "single_rows"]


@pytest.mark.parametrize(
    ("name", "fusion"),
    [(name, fusion) for name in MANY_ROWS for fusion in FEW]
    + [(MANY_ROWS[0], fusion) for fusion in FUSIONS if fusion not in FEW],
)
def test_contributed(name, fusion):
    """Contributions add up, out of the folds that can be fitted."""
    case = FOLD_CASES[name]()
    model = clone(case.model).set_params(fusion=fusion)
    found = modality_contributions(model, case.X, case.y, **case.options)
    frame = found.frame()
    scores = found.scores_[np.isfinite(found.scores_).all(axis=1)]
    worth = (scores[:, -1] - scores[:, 0]).mean()
    assert frame["shapley"].sum() == pytest.approx(worth)
    assert len(found.errors()) == fails(name)
    assert found.errors()["error"].str.startswith(ONE_CLASS).all()


@EVERY_CASE
def test_searched(name):
    """Fusions as candidates; what cannot be fitted is NaN in all of them."""
    case = FOLD_CASES[name]()
    options = {key: value for key, value in case.options.items() if key != "groups"}
    if name == "single_rows":
        options["scoring"] = "accuracy"
    fusions = FUSIONS if name == MANY_ROWS[0] else FEW
    search = FusionSearchCV(case.model, {"fusion": fusions}, **options)
    search.fit(case.X, case.y, groups=case.options.get("groups"))
    means = search.cv_results_["mean_test_score"]
    assert np.isnan(means).all() if fails(name) else np.isfinite(means).all()
    assert search.predict(case.X).shape == case.y.shape


@EVERY_CASE
def test_reported(name):
    """Modalities are studied on these folds, too."""
    case = FOLD_CASES[name]()
    cv = case.options["cv"] if isinstance(case.options["cv"], int) else case.splits
    report = correlation_report(case.X, case.y, cv=cv, random_state=0)
    assert report.modalities_["verdict"].notna().all()
    assert json.loads(report.to_json())["summary"]
    groups = case.options.get("groups")
    if groups is not None:
        grouped = correlation_report(case.X, case.y, groups=groups, random_state=0)
        assert grouped.modalities_["verdict"].notna().all()
