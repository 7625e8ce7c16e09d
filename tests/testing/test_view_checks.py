"""Checks of a fusion alone catch fusions that break a promise."""

import pytest
from bad_fusions import BAD_FUSIONS

from mmensemble import StackingFusion, VotingFusion
from mmensemble.testing import fusion_checks
from mmensemble.testing._view_checks import make_view


@pytest.mark.parametrize("case", BAD_FUSIONS)
def test_bad_fusions(case):
    """Each bad fusion is caught by the check that is meant for it."""
    cls, name, message = BAD_FUSIONS[case]
    check = dict(fusion_checks(cls()))[name]
    with pytest.raises(
        AssertionError, match=f"(?s){name} failed for {cls.__name__}.*{message}"
    ):
        check()


def test_views_hold_what_is_needed():
    """A view has out-of-fold predictions and blocks only where they are needed."""
    plain = make_view(VotingFusion(), "classification")
    assert plain.predictions is None
    assert plain.blocks is None
    full = StackingFusion(passthrough=True, concat_member=True)
    data = make_view(full, "regression")
    assert data.predictions.shape == (data.n_samples, 4, 1)
    assert len(data.blocks) == 3
