"""Diversity of regressors."""

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error

from mmensemble.analysis import regressor_diversity


def make_predictions(seed, n=50, n_members=3):
    """Make targets and noisy predictions of them."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=n)
    return y, y[:, None] + rng.normal(size=(n, n_members)) + rng.normal(size=(n, 1))


def test_the_decomposition_is_exact(global_random_seed):
    """Error of the mean = mean error - ambiguity, with holes and weights."""
    y, predictions = make_predictions(global_random_seed)
    rng = np.random.default_rng(global_random_seed)
    predictions[rng.random(predictions.shape) < 0.3] = np.nan
    predictions[0] = np.nan
    found = regressor_diversity(
        y, predictions, member_weights=[1, 2, 3], sample_weight=rng.random(50)
    ).summary
    assert found["ensemble_error"] == pytest.approx(
        found["member_error"] - found["ambiguity"]
    )
    assert found["oracle_error"] <= found["member_error"]


def test_errors_are_scikit_learns(global_random_seed):
    """The mean's, the members' and the best's errors are recomputed."""
    y, predictions = make_predictions(global_random_seed)
    weight = np.arange(50.0)
    found = regressor_diversity(y, predictions, sample_weight=weight)
    expected = mean_squared_error(y, predictions.mean(axis=1), sample_weight=weight)
    assert found.summary["ensemble_error"] == pytest.approx(expected)
    own = [mean_squared_error(y, p, sample_weight=weight) for p in predictions.T]
    assert found.members["mean_squared_error"].tolist() == pytest.approx(own)
    assert found.summary["best_error"] == pytest.approx(min(own))
    assert found.members["best_of_row"].to_numpy() @ np.ones(3) == pytest.approx(1)
    nearest = np.abs(predictions - y[:, None]).min(axis=1) ** 2
    assert found.summary["oracle_error"] == pytest.approx(
        np.average(nearest, weights=weight)
    )


def test_pairs_are_numpys_on_shared_rows():
    """Correlation and covariance of errors, and the gap between predictions."""
    y, predictions = make_predictions(0)
    predictions[:10, 0] = np.nan
    row = regressor_diversity(y, predictions, names=list("abc")).pairs.loc[0]
    errors = (predictions - y[:, None])[10:]
    assert (row["member_a"], row["member_b"], row["n_rows"]) == ("a", "b", 40)
    assert row["error_correlation"] == pytest.approx(np.corrcoef(errors.T)[0, 1])
    assert row["error_covariance"] == pytest.approx(np.cov(errors.T, ddof=0)[0, 1])
    gap = ((errors[:, 0] - errors[:, 1]) ** 2).mean()
    assert row["mean_squared_gap"] == pytest.approx(gap)


def test_several_targets_are_averaged():
    """Measures of two targets are the means of each target's."""
    one, other = make_predictions(1), make_predictions(2)
    y, predictions = (np.stack(pair, axis=-1) for pair in zip(one, other, strict=True))
    found = regressor_diversity(y, predictions)
    alone = [regressor_diversity(*pair) for pair in (one, other)]
    for name in ("ensemble_error", "ambiguity", "error_correlation"):
        expected = np.mean([single.summary[name] for single in alone])
        assert found.summary[name] == pytest.approx(expected)


def test_constant_errors_and_no_rows():
    """Errors that do not vary have no correlation; pairs that never meet nothing."""
    found = regressor_diversity([0.0, 1.0], [[1.0, 0.5], [2.0, 0.7]])
    assert np.isnan(found.pairs.loc[0, "error_correlation"])
    assert found.members["bias"].tolist() == pytest.approx([1, 0.1])
    apart = regressor_diversity([0.0, 1.0], [[1.0, np.nan], [np.nan, 0.7]])
    assert apart.pairs.loc[0, "n_rows"] == 0
    assert apart.summary["ambiguity"] == 0


@pytest.mark.parametrize(
    ("predictions", "options", "match"),
    [
        (np.ones((3, 2, 2)), {}, "'predictions' parameter must have shape"),
        (np.ones((3, 2)), {"member_weights": [0, 0]}, "'member_weights' parameter"),
        (np.ones((3, 2)), {"member_weights": [1]}, "'member_weights' parameter"),
    ],
)
def test_bad_input_is_refused(predictions, options, match):
    """Errors name the parameter and what came."""
    with pytest.raises(ValueError, match=match):
        regressor_diversity(np.ones(3), predictions, **options)


def test_targets_must_be_complete():
    """A missing target gives no error of a member."""
    with pytest.raises(
        ValueError, match="Input y contains NaN or infinity; leave such"
    ):
        regressor_diversity([0.5, np.nan], np.ones((2, 2)))
