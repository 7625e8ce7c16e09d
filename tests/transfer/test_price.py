"""What a student costs and gains."""

import numpy as np
import pytest
from distillation_cases import hide, make_table, small
from sklearn.metrics import get_scorer

from mmensemble.transfer._price import (
    best_hard,
    kept_hard,
    price_table,
)

X, Y = make_table()
SCORES = np.array([[0.9, 0.6, 0.7, 0.8], [0.8, 0.7, 0.6, 0.85], [0.95, 0.5, 0.7, 0.7]])


def test_errors_know_that_folds_share_rows():
    """Nadeau & Bengio's variance of three folds, of whose rows a third is held out."""
    scores = np.column_stack([np.zeros(3), np.zeros(3), [1.0, 2.0, 4.0]])
    found = price_table(scores, ["teacher", "hard", "distilled"], 0.5, (1.0, 1.0))
    error = np.sqrt((1 / 3 + 0.5) * scores[:, 2].var(ddof=1))
    for kind, std in (("score", "std_score"), ("difference", "std_difference")):
        assert found.loc["distilled", kind] == pytest.approx(7 / 3)
        assert found.loc["distilled", std] == pytest.approx(error)
    scores[1:, 2] = np.nan
    found = price_table(scores, ["teacher", "hard", "distilled"], 0.5, (1.0, 1.0))
    assert found.loc["distilled", "score"] == 1
    assert np.isnan(found.loc["distilled", "std_score"])


def test_gains_are_on_the_best_hard_student():
    """Fold by fold; the costs are of what each model reads."""
    names = ["teacher", "hard", "hard trees", "distilled"]
    table = price_table(SCORES, names, 0.25, (5.0, 2.0))
    assert best_hard(SCORES) == 2
    assert table.index.tolist() == names
    gain = SCORES[:, 3] - SCORES[:, 2]
    assert table.loc["distilled", "difference"] == pytest.approx(gain.mean())
    assert table.loc["hard trees", "std_difference"] == 0
    assert table["cost"].tolist() == [5, 2, 2, 2]
    assert table["saved"].tolist() == [0, 3, 3, 3]


def test_the_given_student_is_kept_in_doubt():
    """Trees that are better by less than the error, or in one fold only, are not."""
    assert best_hard(SCORES) == 2  # by 0.067, with an error of 0.117
    assert kept_hard(SCORES, 0.25) == 1
    assert kept_hard(SCORES[:1], 0.25) == 1
    sure = SCORES + [[0, 0, 0.1, 0]]
    assert kept_hard(sure, 0.25) == 2
    worse = SCORES - [[0, 0, 0.5, 0]]
    assert kept_hard(worse, 0.25) == 1


def test_the_judged_are_those_that_cross_validation_would_judge():
    """The hard student's score in the table is its own in the same folds."""
    splits = [(np.arange(80), np.arange(80, 160)), (np.arange(80, 160), np.arange(80))]
    model = small(cv=splits).fit(X, Y)
    plain = small(imitation=0.0, guard=False)
    scores = [plain.fit(X.iloc[a], Y[a]).score(X.iloc[b], Y[b]) for a, b in splits]
    assert model.price_.loc["hard", "score"] == pytest.approx(np.mean(scores))
    teacher = model.teacher
    scores = [teacher.fit(X.iloc[a], Y[a]).score(X.iloc[b], Y[b]) for a, b in splits]
    assert model.price_.loc["teacher", "score"] == pytest.approx(np.mean(scores))


def test_no_teacher_saw_the_labels_that_judge_its_student():
    """Labels held out by the only split change scores, and nothing that is fitted."""
    split = [(np.arange(100), np.arange(100, 160))]
    other = np.array(Y)
    other[100:] = np.where(Y[100:] == "a", "b", "a")
    first, second = (small(cv=split).fit(X, y).search_["score"] for y in (Y, other))
    np.testing.assert_allclose(first, 1 - second)  # of two classes, all flipped


def test_unlabelled_rows_of_held_out_groups_stay_away():
    """A student is judged on groups of which it has seen nothing."""
    groups, calls = np.repeat(np.arange(40), 4), []

    class Watching(type(small().teacher)):
        def fit(self, X, y, *, sample_weight=None, groups=None):
            return super().fit(X, y, sample_weight=sample_weight, groups=groups)

        def predict_proba(self, X):
            calls.append(frozenset(groups[X.index]))
            return super().predict_proba(X)

    teacher = Watching(**small().teacher.get_params(deep=False))
    y = hide(Y, np.arange(160) % 4 > 0)
    cv = [(np.arange(20), np.arange(20, 40))]
    small(teacher=teacher, cv=cv, scoring="accuracy").fit(X, y, groups=groups)
    held_out = frozenset(range(20, 40))
    judged = [seen for seen in calls if seen & held_out and not seen <= held_out]
    # both sides together are asked once only, by the last teacher of all rows
    assert len(judged) <= 3


def test_scorers_of_every_kind():
    """A name, a scorer or none; one that needs probabilities too."""
    for scoring in (None, "roc_auc", get_scorer("neg_log_loss")):
        model = small(scoring=scoring, cv=3).fit(X, Y)
        assert np.isfinite(model.price_["score"]).all()
