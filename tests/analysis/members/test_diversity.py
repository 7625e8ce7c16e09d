"""Diversity of classifiers."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from mmensemble.analysis import classifier_diversity
from mmensemble.analysis.members._diversity import MEASURES, pair_measures


def make_predictions(seed, n=80, n_members=4):
    """Make labels and predictions that are right more often than not."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=n)
    guess = rng.integers(3, size=(n, n_members))
    return y, np.where(rng.random((n, n_members)) < 0.5, y[:, None], guess)


def from_counts(n11, n10, n01, n00):
    """Make two members that are right and wrong together so often."""
    cells = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [n11, n10, n01, n00], axis=0)
    return cells.astype(float).T


def test_a_table_by_hand():
    """Kuncheva and Whitaker's formulas for 4, 3, 2 and 1 of ten rows."""
    found = pair_measures(*from_counts(4, 3, 2, 1), np.ones(10))
    assert found["q"] == pytest.approx((4 * 1 - 2 * 3) / (4 * 1 + 2 * 3))
    assert found["correlation"] == pytest.approx((4 - 6) / np.sqrt(7 * 3 * 6 * 4))
    assert found["disagreement"] == pytest.approx(0.5)
    assert found["double_fault"] == pytest.approx(0.1)
    assert found["either_right"] == pytest.approx(0.9)
    assert found["n_rows"] == 10


def test_measures_agree_with_other_libraries(global_random_seed):
    """Correlation is NumPy's, kappa scikit-learn's, of being right."""
    y, predictions = make_predictions(global_random_seed)
    right = (predictions == y[:, None]).astype(float)
    pairs = classifier_diversity(y, predictions).pairs
    for row in pairs.itertuples():
        a, b = right[:, row.member_a], right[:, row.member_b]
        assert row.correlation == pytest.approx(np.corrcoef(a, b)[0, 1])
        assert row.kappa == pytest.approx(cohen_kappa_score(a, b))


def test_identities_of_the_paper(global_random_seed):
    """Kohavi-Wolpert variance and kappa follow from the mean disagreement."""
    y, predictions = make_predictions(global_random_seed)
    found = classifier_diversity(y, predictions).summary
    n, p = predictions.shape[1], found["mean_accuracy"]
    expected = (n - 1) / (2 * n) * found["disagreement"]
    assert found["kw_variance"] == pytest.approx(expected)
    kappa = 1 - n / ((n - 1) * p * (1 - p)) * found["kw_variance"]
    assert found["interrater_kappa"] == pytest.approx(kappa)


@pytest.mark.parametrize("n_members", [3, 4])
def test_entropy_is_one_for_the_greatest_split(n_members):
    """Half right and half wrong in each row is the most, all alike the least."""
    half = np.arange(n_members) < n_members // 2
    split = classifier_diversity(np.ones(6), np.tile(half, (6, 1)))
    assert split.summary["entropy"] == pytest.approx(1)
    alike = classifier_diversity(np.ones(6), np.ones((6, n_members)))
    assert alike.summary["entropy"] == 0
    assert np.isnan(alike.summary["interrater_kappa"])


def test_extremes_of_q():
    """Identical errors give 1, errors that never meet -1; no variation gives NaN."""
    assert pair_measures(*from_counts(5, 0, 0, 3), np.ones(8))["q"] == 1
    assert pair_measures(*from_counts(5, 2, 1, 0), np.ones(8))["q"] == -1
    always = pair_measures(*from_counts(5, 2, 0, 0), np.ones(7))
    assert np.isnan([always["q"], always["correlation"]]).all()
    assert always["kappa"] == 0
    assert np.isnan(pair_measures(*from_counts(5, 0, 0, 0), np.ones(5))["kappa"])


def test_members_and_oracle_by_hand():
    """Who is alone in being right, and how often anyone is."""
    y = list("aabb")
    predictions = [["a", "b"], ["a", "a"], ["a", "b"], ["a", "a"]]
    found = classifier_diversity(y, predictions, names=["x", "z"])
    assert found.members["member"].tolist() == ["x", "z"]
    assert found.members["accuracy"].tolist() == [0.5, 0.5]
    assert found.members["only_right"].tolist() == [0.25, 0.25]
    assert found.summary["oracle_accuracy"] == 0.75
    assert found.summary["best_accuracy"] == 0.5
    assert found.members["disagreement"].tolist() == [0.5, 0.5]


def test_pairs_use_the_rows_that_both_predict():
    """Absent predictions leave a row out of the pair, not of others."""
    y, predictions = make_predictions(0)
    holed = predictions.astype(float)
    holed[:30, 0], holed[20:40, 1] = np.nan, np.nan
    pairs = classifier_diversity(y, holed).pairs
    assert pairs["n_rows"].tolist() == [40, 50, 50, 60, 60, 80]
    own = classifier_diversity(y[40:], predictions[40:, :2]).pairs
    assert pairs.loc[0, MEASURES].tolist() == pytest.approx(
        own.loc[0, MEASURES].tolist()
    )
    nothing = np.where(np.arange(4) % 2, np.nan, holed)
    found = classifier_diversity(y, nothing)
    assert found.pairs.loc[0, "n_rows"] == 0
    assert np.isnan(found.pairs.loc[0, "q"])
    assert np.isnan(found.members.loc[1, "accuracy"])


def test_rows_with_nothing_do_not_count():
    """The oracle is asked where someone predicts."""
    found = classifier_diversity([0, 1], [[0, 0], [np.nan, np.nan]])
    assert found.summary["oracle_accuracy"] == 1
    empty = classifier_diversity([0, 1], np.full((2, 2), np.nan))
    assert empty.summary.isna().all()


def test_probabilities_decide_by_the_largest():
    """Probabilities with labels are as good as the labels."""
    y, predictions = make_predictions(1)
    labels = np.array(["p", "q", "r"])
    probabilities = np.eye(3)[predictions] * 0.6 + 0.1
    probabilities[3, 2] = np.nan
    holed = labels[predictions].astype(object)
    holed[3, 2] = None
    one = classifier_diversity(labels[y], probabilities, classes=labels)
    other = classifier_diversity(labels[y], holed)
    assert one.pairs.equals(other.pairs)
    assert one.summary.equals(other.summary)


def test_weights_are_repetitions():
    """A row of weight two counts as two rows, of weight zero as none."""
    y, predictions = make_predictions(2)
    weight = np.random.default_rng(0).integers(0, 3, size=80)
    one = classifier_diversity(y, predictions, sample_weight=weight)
    rows = np.repeat(np.arange(80), weight)
    other = classifier_diversity(y[rows], predictions[rows])
    assert one.summary.to_numpy() == pytest.approx(other.summary.to_numpy())
    assert one.pairs[MEASURES].to_numpy() == pytest.approx(
        other.pairs[MEASURES].to_numpy()
    )
    assert one.members["only_right"].tolist() == pytest.approx(
        other.members["only_right"].tolist()
    )


def test_one_member_has_no_pairs():
    """Alone there is accuracy, and nothing to differ from."""
    found = classifier_diversity([0, 1], [[0], [0]])
    assert found.pairs.empty
    assert found.summary["oracle_accuracy"] == found.summary["mean_accuracy"] == 0.5
    assert np.isnan(found.summary[["q", "interrater_kappa"]].astype(float)).all()


@pytest.mark.parametrize(
    ("predictions", "options", "match"),
    [
        (np.ones((2, 2)), {}, "'predictions' parameter must have shape"),
        (np.ones((3, 2, 2)), {}, "'classes' parameter must name the label"),
        (np.ones((3, 2)), {"names": ["a"]}, "'names' parameter must hold 2"),
        (np.ones((3, 2)), {"names": ["a", "a"]}, "'names' parameter must hold 2"),
        (np.ones((3, 2)), {"sample_weight": [1]}, "sample_weight.shape"),
    ],
)
def test_bad_input_is_refused(predictions, options, match):
    """Errors name the parameter and what came."""
    with pytest.raises(ValueError, match=match):
        classifier_diversity(np.ones(3), predictions, **options)


def test_probabilities_and_labels_are_checked():
    """Probabilities lie from 0 to 1, and classes hold every label of y."""
    predictions = np.full((4, 2, 2), 0.5)
    with pytest.raises(
        ValueError, match="must hold probabilities, from 0 to 1; some a"
    ):
        classifier_diversity([0, 1, 0, 1], predictions * 7, classes=[0, 1])
    with pytest.raises(
        ValueError, match="must hold probabilities, from 0 to 1; some a"
    ):
        classifier_diversity([0, 1, 0, 1], predictions - 1, classes=[0, 1])
    with pytest.raises(
        ValueError, match=r"'classes' parameter lacks labels of y, such"
    ):
        classifier_diversity([0, 1, 0, 1], predictions, classes=["a", "b"])
