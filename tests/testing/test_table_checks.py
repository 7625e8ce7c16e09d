"""Checks on tables catch what addresses or changes them wrongly."""

import pytest
from bad_estimators import BAD_ESTIMATORS, ensure_caught

from mmensemble.testing._table_checks import TABLE_CHECKS

NAMES = {check.__name__ for check in TABLE_CHECKS}
CASES = [case for case, (_, name, _) in BAD_ESTIMATORS.items() if name in NAMES]


@pytest.mark.parametrize("case", CASES)
def test_bad_estimators(case):
    """Each bad estimator is caught by the check that is meant for it."""
    ensure_caught(case)
