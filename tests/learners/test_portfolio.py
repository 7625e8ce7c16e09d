"""The automatic fusion's learners, and what they are thought to cost."""

import numpy as np
import pytest

from mmensemble.learners._portfolio import (
    EFFORTS,
    Size,
    affordable,
    estimated_seconds,
    make_portfolio,
)

SIZE = Size(1000, (20, 5), 2)


@pytest.mark.parametrize("classifier", [True, False])
def test_learners(classifier):
    """Each effort has one learner more, of the right kind."""
    for number, effort in enumerate(EFFORTS, start=1):
        pairs = make_portfolio(effort, classifier=classifier)
        assert len(dict(pairs)) == number
        assert all(hasattr(p, "predict_proba") == classifier for _, p in pairs)


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize(
    "larger", [Size(4000, (20, 5), 2), Size(1000, (90, 5), 2), Size(1000, (20, 5), 9)]
)
def test_more_takes_longer(effort, larger):
    """More rows, columns or classes cost more, and so does more effort."""
    assert estimated_seconds(effort, larger) > estimated_seconds(effort, SIZE)
    steps = [estimated_seconds(e, SIZE) for e in EFFORTS]
    assert (np.diff(steps) > 0).all()


def test_affordable():
    """The greatest effort within the budget, never more than allowed."""
    steps = {effort: estimated_seconds(effort, SIZE) for effort in EFFORTS}
    for effort, spent in steps.items():
        assert affordable("full", SIZE, spent) == effort
        assert affordable(effort, SIZE, 1e9) == effort
    assert affordable("full", SIZE, 1e-9) == "linear"
