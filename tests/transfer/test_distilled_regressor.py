"""The distilled regressor."""

import numpy as np
import pytest
from distillation_cases import make_table
from sklearn.linear_model import Ridge
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble import MultimodalRegressor
from mmensemble.transfer import DistilledRegressor

X, _ = make_table(300, noise=0.5)
Y = X["clean__0"].to_numpy()
TEACHER = MultimodalRegressor(fusion="concat", estimator=Ridge())
COPIES = "folds hold out rows, and copies of one are spread over them"


def small(**options):
    """Return a quick distilled regressor."""
    given = {"student_modalities": "blurred", "features": False, "random_state": 0}
    return DistilledRegressor(TEACHER, **given | options)


@parametrize_with_checks(
    [DistilledRegressor(TEACHER, student=Ridge(), random_state=0)],
    expected_failed_checks=lambda _: {
        "check_sample_weight_equivalence_on_dense_data": COPIES,
        "check_sample_weight_equivalence_on_sparse_data": COPIES,
    },
)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


def test_rows_without_a_number_help():
    """Those that only the teacher can predict."""
    hidden = np.where(np.arange(300) < 12, Y, np.nan)
    hidden[150:] = np.nan
    model = small(student=Ridge(), guard=False, imitation=1.0).fit(X, hidden)
    hard = small(student=Ridge(), guard=False, imitation=0.0).fit(X, hidden)
    test = X.iloc[150:], Y[150:]
    assert model.score(*test) > hard.score(*test)
    np.testing.assert_array_equal(
        hard.predict(X),
        small(student=Ridge(), imitation=0.0, guard=False)
        .fit(X.iloc[:12], Y[:12])
        .predict(X),
    )


@pytest.mark.parametrize("features", ["auto", True, False])
def test_price_and_guard(features):
    """As for classes, judged by the coefficient of determination."""
    model = small(features=features, cv=3).fit(X, Y)
    assert model.price_.index.tolist() == [
        "teacher",
        "hard",
        "hard trees",
        "distilled",
    ]
    assert model.choice_ in ("hard", "hard trees", "distilled")
    assert model.price_.loc["teacher", "score"] > 0.95


def test_several_targets():
    """Predictions keep their shape."""
    y = np.column_stack([Y, 2 * Y])
    y[200:] = np.nan
    model = small(cv=3, guard=False).fit(X, y)
    assert model.predict(X).shape == (300, 2)
