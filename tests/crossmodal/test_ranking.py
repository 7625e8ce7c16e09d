"""Measures of rankings against brute force."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from mmensemble.crossmodal._ranking import (
    average_precisions,
    ranks_of,
    reciprocal_ranks,
)


def brute(similarity, relevant):
    """Mean over relevant rows of the precision down to the end of their tie."""
    found = []
    for k in np.flatnonzero(relevant):
        above = similarity >= similarity[k]
        found.append(relevant[above].mean())
    return np.mean(found)


@pytest.mark.parametrize("levels", [3, 1000])
def test_average_precision(levels):
    """With and without ties as counting has it; without, as scikit-learn has it."""
    rng = np.random.default_rng(0)
    similarity = rng.integers(0, levels, size=(20, 15)).astype(float)
    relevant = rng.random((20, 15)) < 0.4
    relevant[:, 0] = True
    found = average_precisions(similarity, relevant)
    expected = [brute(s, r) for s, r in zip(similarity, relevant, strict=True)]
    np.testing.assert_allclose(found, expected)
    theirs = [
        average_precision_score(r, s) for s, r in zip(similarity, relevant, strict=True)
    ]
    np.testing.assert_allclose(found, theirs)


def test_random_ranking_has_the_share_of_the_class():
    """Average precision by chance is about the share of relevant rows."""
    rng = np.random.default_rng(0)
    relevant = np.zeros((200, 1000), dtype=bool)
    relevant[:, :300] = True
    found = average_precisions(rng.normal(size=(200, 1000)), relevant)
    assert abs(found.mean() - 0.3) < 0.01


def test_a_query_without_relevant_rows_has_no_precision():
    """It is not counted, rather than zero."""
    found = average_precisions(np.ones((1, 3)), np.zeros((1, 3), dtype=bool))
    assert np.isnan(found).all()


def test_ranks_count_ties_against_the_query():
    """Rows as similar as the own one rank before it."""
    similarity = np.array([[3.0, 2.0, 2.0], [1.0, 1.0, 1.0]])
    assert ranks_of(similarity, np.array([1, 0])).tolist() == [3, 3]
    assert reciprocal_ranks(similarity, np.array([0, 2])).tolist() == [1.0, 1 / 3]
