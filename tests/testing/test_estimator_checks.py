"""The estimator checks: all estimators pass, and bad ones are caught."""

import numpy as np
import pytest
from bad_estimators import BAD_ESTIMATORS
from sklearn.linear_model import LogisticRegression

from mmensemble import (
    MultimodalClassifier,
    StackingFusion,
)
from mmensemble.testing import check_multimodal_estimator, multimodal_checks

ESTIMATORS = {
    "bagged": MultimodalClassifier(fusion="voting", members="bagged"),
    "stacking": MultimodalClassifier(fusion=StackingFusion(LogisticRegression())),
}
CASES = [
    pytest.param(check, id=f"{label}-{name}")
    for label, estimator in ESTIMATORS.items()
    for name, check in multimodal_checks(estimator)
]


@pytest.mark.parametrize("check", CASES)
def test_estimators(check):
    """Every check passes, one by one."""
    check()


def test_number_of_checks():
    """No check is lost, and their names are unique."""
    names = [name for name, _ in multimodal_checks(MultimodalClassifier())]
    assert len(names) == len(set(names)) == 42
    assert all(name.startswith("check_") for name in names)


def test_all_at_once():
    """All checks in one call stop at the first failure."""
    cls, name, _ = BAD_ESTIMATORS["StoresChanged-check_constructor"]
    with pytest.raises(AssertionError, match=f"^{name} failed"):
        check_multimodal_estimator(cls())


def test_other_errors_are_named():
    """Errors that are no failed check say where they came from."""

    class Broken(MultimodalClassifier):
        """An estimator that cannot be fitted."""

        def fit(self, X, y, *, sample_weight=None, groups=None, **params):
            raise ZeroDivisionError("no")

    check = dict(multimodal_checks(Broken(fusion="voting")))["check_pickle"]
    with pytest.raises(ZeroDivisionError, match="no") as caught:
        check()
    assert "while check_pickle ran on Broken" in caught.value.__notes__[0]


def test_own_settings_are_kept():
    """Checks keep the user's own folds and learner."""
    given = MultimodalClassifier(
        fusion="voting", estimator=LogisticRegression(C=0.1), cv=4
    )
    before = repr(given)
    for name, check in multimodal_checks(given):
        if name in ("check_seeds", "check_patterns_at_predict"):
            check()
    assert repr(given) == before
    assert not hasattr(given, "fusion_")
    assert np.isclose(given.estimator.C, 0.1)
