"""The distilled classifier."""

import numpy as np
import pytest
from distillation_cases import hide, make_table, small, synthetic
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble import MultimodalClassifier
from mmensemble.transfer import DistilledClassifier

X, Y = make_table(n_classes=3)
COPIES = "folds hold out rows, and copies of one are spread over them"


def checked():
    """Return an instance for scikit-learn's checks."""
    teacher = MultimodalClassifier(fusion="concat", estimator=LogisticRegression())
    return DistilledClassifier(teacher, student=LogisticRegression(), random_state=0)


@parametrize_with_checks(
    [checked()],
    expected_failed_checks=lambda _: {
        "check_sample_weight_equivalence_on_dense_data": COPIES,
        "check_sample_weight_equivalence_on_sparse_data": COPIES,
    },
)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


def test_labels_come_back():
    """Classes are sorted, probabilities sum to one, predictions are labels."""
    model = small().fit(X, hide(Y, np.arange(90, 160)))
    assert model.classes_.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    assert set(model.predict(X)) <= {"a", "b", "c"}


def test_minus_one_on_request():
    """Stands for a missing label where it is asked to."""
    codes = np.searchsorted(["a", "b", "c"], Y)
    codes[90:] = -1
    with pytest.warns(UserWarning, match="takes -1 for a class"):
        assert small().fit(X, codes).classes_.tolist() == [-1, 0, 1, 2]
    model = small(missing_label=-1).fit(X, codes)
    assert model.classes_.tolist() == [0, 1, 2]
    floats = np.where(codes < 0, np.nan, codes)
    again = small().fit(X, floats)
    np.testing.assert_array_equal(model.predict_proba(X), again.predict_proba(X))


@pytest.mark.parametrize("temperature", [0.5, 4.0])
def test_temperature_of_linear_and_other_students(temperature):
    """Both learn something at any temperature."""
    hidden = hide(Y, np.arange(60, 160))
    for student in (None, LogisticRegression()):
        model = small(temperature=temperature, student=student, guard=False, cv=3)
        assert model.fit(X, hidden).score(X, Y) > 0.4


def test_one_class_is_refused():
    """There is nothing to tell apart."""
    with pytest.raises(ValueError, match="needs at least 2 classes, got one class"):
        small().fit(X, np.full(160, "a"))


@pytest.mark.parametrize(
    ("setting", "hard", "distilled"),
    [(1, 0.92, 0.94), (2, 0.74, 0.66), (3, 0.93, 0.96)],
)
def test_settings_of_lopez_paz(setting, hard, distilled):
    """Clean labels, clean features and relevant features, at a tenth of the rows.

    Accuracies of Lopez-Paz et al. (2016) are 0.95, 0.70 and 0.97 for the distilled
    student, 0.88, 0.68 and 0.89 for the hard one, of 200 rows and 50 features.
    """
    found = []
    for seed in range(2):
        rng = np.random.default_rng([setting, seed])
        alpha, chosen = rng.normal(size=50), rng.choice(50, 3, replace=False)
        own = (rng, 200, alpha, chosen)
        features, privileged, y = synthetic(setting, *own)
        columns = list(range(50, 50 + privileged.shape[1]))
        teacher = MultimodalClassifier(
            [("star", "passthrough", columns)],
            fusion="concat",
            estimator=LogisticRegression(),
        )
        model = DistilledClassifier(
            teacher,
            student_modalities=[("x", "passthrough", list(range(50)))],
            imitation=1.0,
            features=False,
            guard=False,
        )
        X = np.hstack([features, privileged])
        test, _, goal = synthetic(setting, rng, 5000, alpha, chosen)
        taught = model.fit(X, y).score(test, goal)
        plain = model.set_params(imitation=0.0).fit(X, y).score(test, goal)
        found.append((plain, taught))
    means = np.mean(found, axis=0)
    assert means[0] < hard
    assert means[1] > distilled
