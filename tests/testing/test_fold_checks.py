"""Checks on folds that differ catch what trusts the first of them."""

import pytest
from bad_estimators import BAD_ESTIMATORS, ensure_caught

from mmensemble import MultimodalClassifier
from mmensemble.testing import multimodal_checks
from mmensemble.testing._fold_checks import FOLD_CHECKS

NAMES = {check.__name__ for check in FOLD_CHECKS}
CASES = [case for case, (_, name, _) in BAD_ESTIMATORS.items() if name in NAMES]


@pytest.mark.parametrize("case", CASES)
def test_bad_estimators(case):
    """Each bad estimator is caught by the check that is meant for it."""
    ensure_caught(case)


class NeverTheLast(MultimodalClassifier):
    """Gives the last of three classes no probability."""

    def predict_proba(self, X):
        out = super().predict_proba(X)
        if out.shape[1] == 3:
            out[:, 2] = 0
        return out / out.sum(axis=1, keepdims=True)


def test_a_class_of_one_fold_is_to_be_predicted():
    """Of fusions that learn nothing from out-of-fold predictions."""
    for name in ("check_class_absent_from_fold", "check_late_label"):
        check = dict(multimodal_checks(NeverTheLast(fusion="voting")))[name]
        with pytest.raises(AssertionError, match="lacks is not predicted where it is"):
            check()
        dict(multimodal_checks(NeverTheLast(fusion="stacking")))[name]()
