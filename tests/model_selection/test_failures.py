"""Failures, counted and raised."""

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    get_scorer_names,
    jaccard_score,
    make_scorer,
    precision_score,
    recall_score,
)

from mmensemble import (
    MultimodalClassifier,
    compare_fusions,
    modality_contributions,
    model_report,
)
from mmensemble.datasets import make_multimodal
from mmensemble.learners._score_check import OF_ONE_CLASS, WITH_MACRO
from mmensemble.model_selection import FusionSearchCV
from mmensemble.model_selection._failures import (
    describe_error,
    describe_failures,
    raise_failures,
)


def test_reasons_are_counted_in_the_order_in_which_they_came():
    """Equal ones share a line."""
    text = describe_failures(["ValueError: b", "ValueError: a", "ValueError: b"])
    assert text == "2 times: ValueError: b\n1 times: ValueError: a"


@pytest.mark.parametrize(
    ("errors", "kind"),
    [(["TypeError: a"] * 2, TypeError), (["TypeError: a", "KeyError: b"], ValueError)],
)
def test_the_type_is_that_of_all(errors, kind):
    """A TypeError, where all are; else a ValueError."""
    with pytest.raises(kind, match=r"(?s)All 2 fits failed. Set error_score=.*TypeErr"):
        raise_failures(errors, "All 2 fits")


def test_notes_are_kept():
    """Where an error came from stands behind it."""
    error = ValueError("no")
    assert describe_error(error) == "ValueError: no"
    error.add_note("while here")
    error.add_note("while there")
    assert describe_error(error) == "ValueError: no (while here; while there)"


@pytest.fixture(scope="module")
def yes_and_no():
    """Return a table and a target of the texts 'ja', the rarer, and 'nein'."""
    data = make_multimodal(n_samples=80, random_state=0)
    y = np.where(data.target == 1, "ja", "nein")
    y[np.flatnonzero(y == "ja")[:5]] = "nein"
    return data.data, y


def search(model, X, y, **options):
    """Search, as the functions compare."""
    return FusionSearchCV(model, {"fusion": ["concat"]}, **options).fit(X, y)


DOORS = [model_report, compare_fusions, modality_contributions, search]


@pytest.mark.parametrize("door", DOORS)
def test_a_metric_of_a_class_that_the_target_lacks(door, yes_and_no):
    """The error names the parameter, the classes and what to do."""
    expected = (
        r"scoring='f1' takes the class 1 as positive and the target has the classes "
        r"'ja', 'nein': use 'f1_macro', code the target as 0 and 1, or in Python give "
        r"make_scorer\(f1_score, pos_label='ja'\)\."
    )
    model = MultimodalClassifier(fusion="concat", random_state=0)
    with pytest.raises(ValueError, match=expected):
        door(model, *yes_and_no, scoring="f1", cv=2)


@pytest.mark.parametrize("name", sorted(OF_ONE_CLASS))
def test_the_scorers_that_are_advised_score(name, yes_and_no):
    """What the error says to give is taken, and gives a number."""
    X, y = yes_and_no
    if name not in get_scorer_names():
        pytest.skip("a metric of a later scikit-learn")
    known = {
        "average_precision_score": average_precision_score,
        "brier_score_loss": brier_score_loss,
        "f1_score": f1_score,
        "jaccard_score": jaccard_score,
        "precision_score": precision_score,
        "recall_score": recall_score,
    }
    recipe = f"make_scorer({OF_ONE_CLASS[name]}, pos_label='ja')"
    scorer = eval(recipe, {"make_scorer": make_scorer} | known)
    model = MultimodalClassifier(fusion="concat", random_state=0)
    ways = [scorer] + [f"{name}_macro"] * (name in WITH_MACRO)
    for scoring in ways:
        report = model_report(model, X, y, scoring=scoring, cv=2, max_columns=0)
        assert np.isfinite(report.score_["mean"])


@pytest.mark.parametrize(
    ("scoring", "labels", "expected"),
    [
        (["accuracy", "recall"], "aabb", r"scoring='recall' .* pos_label='a'\)\.\n"),
        ({"own": "f1"}, "aab", r"scoring='f1' .* pos_label='b'\)\.\n"),
        ("f1", "abc", r"'b', 'c': use 'f1_macro', or make the target two classes"),
        ("average_precision", "abcdefg", r"'f', \.\.\.: use 'roc_auc_ovr', or make"),
        (f1_score, "ab", "Set error_score='raise'"),
        (None, "ab", "Set error_score='raise'"),
    ],
)
def test_advice_for_metrics_of_one_class(scoring, labels, expected):
    """Of several metrics the one that failed; nothing where it is not known."""
    errors = ["ValueError: pos_label=1 is not a valid label"]
    with pytest.raises(ValueError, match=expected):
        raise_failures(errors, "All 1 folds", scoring, np.array(list(labels)))


def test_no_advice_on_the_metric_where_something_else_failed():
    """One error of another kind is enough."""
    errors = ["ValueError: pos_label=1 is not a valid label", "ValueError: no"]
    with pytest.raises(ValueError, match="Set error_score='raise' to see where"):
        raise_failures(errors, "All 2 folds", "f1", np.array(["a", "b"]))
