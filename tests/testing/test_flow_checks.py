"""Checks on folds, groups, weights and seeds catch leaks."""

import pytest
from bad_estimators import BAD_ESTIMATORS, ensure_caught

from mmensemble.testing._flow_checks import FLOW_CHECKS

NAMES = {check.__name__ for check in FLOW_CHECKS}
CASES = [case for case, (_, name, _) in BAD_ESTIMATORS.items() if name in NAMES]


@pytest.mark.parametrize("case", CASES)
def test_bad_estimators(case):
    """Each bad estimator is caught by the check that is meant for it."""
    ensure_caught(case)
