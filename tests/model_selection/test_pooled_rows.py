"""Pooled out-of-fold predictions and draws of them."""

import numpy as np
import pytest

from mmensemble.model_selection._pooled_rows import PooledRows

Y = np.array(["x", "y", "x", "y"])
PREDICTIONS = np.array([["x", "x"], ["y", "x"], ["x", "x"], ["x", "y"]])


def make_pool(predictions=PREDICTIONS, metric=np.equal, **options):
    """Make a pool of four rows."""
    given = {"groups": None, "sample_weight": None, "names": None} | options
    return PooledRows.of(Y, predictions, metric, **given)


def test_scores_are_weighted_means_under_counts():
    """Counts of rows and weights of rows multiply."""
    pool = make_pool(sample_weight=[1, 2, 3, 4])
    scores = pool.scores(np.array([[1.0, 1, 1, 1], [0, 3, 0, 1]]))
    assert scores == pytest.approx(np.array([[6 / 10, 8 / 10], [6 / 10, 4 / 10]]))


def test_draws_have_the_right_number_of_units(global_random_seed):
    """As many groups are drawn as there are, in batches that cover all draws."""
    pool = make_pool(groups=["a", "b", "a", "c"])
    rng = np.random.RandomState(global_random_seed)
    counts = np.concatenate(list(pool.draw(25, rng)))
    assert counts.shape == (25, 3)
    assert (counts.sum(axis=1) == 3).all()


def test_nothing_drawn_has_no_score():
    """Draws without a row are NaN, for both kinds of metric."""

    def number(y, prediction):
        return np.mean(y == prediction)

    for metric in (np.equal, number):
        assert np.isnan(make_pool(metric=metric).scores(np.zeros((1, 4)))).all()


def test_missing_objects_are_recognised():
    """None and NaN among labels are missing predictions."""
    holed = PREDICTIONS.astype(object)
    holed[0, 0], holed[1, 1] = None, np.nan
    assert len(make_pool(holed).y) == 2


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"predictions": PREDICTIONS[:3]}, "'predictions' parameter must have shape"),
        ({"predictions": Y}, "'predictions' parameter must have shape"),
        ({"predictions": np.full((4, 2), np.nan)}, "needs two rows with a weight"),
        ({"sample_weight": [0, 0, 0, 1]}, "needs two rows with a weight"),
        ({"names": ["a"]}, "'names' parameter has 1 names"),
        ({"groups": [1, 1, 1, 1]}, "'groups' parameter has one group only"),
        ({"metric": lambda y, p: np.ones(2)}, "a number or one score a row"),
    ],
)
def test_bad_input_is_refused(options, match):
    """Errors name the parameter and what came."""
    with pytest.raises(ValueError, match=match):
        make_pool(**options)
