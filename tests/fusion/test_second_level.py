"""Columns that a second-level learner sees."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose
from scipy.special import logit

from mmensemble.fusion._second_level import centred_logs, second_level

PAIRS = random_probabilities(np.random.default_rng(0), 5, 3, 2)
TRIPLES = random_probabilities(np.random.default_rng(1), 5, 2, 3)


def test_one_column_a_member_for_two_classes():
    """The second class's probability, or its logit."""
    task = view(PAIRS, classes=np.arange(2)).task
    assert_allclose(second_level(PAIRS, task, False), PAIRS[:, :, 1])
    assert_allclose(second_level(PAIRS, task, True), logit(PAIRS[:, :, 1]))


@pytest.mark.parametrize("logits", [False, True])
def test_one_column_an_output_for_more(logits):
    """Probabilities as they are, or their logs around the mean."""
    task = view(TRIPLES, classes=np.arange(3)).task
    expected = np.log(TRIPLES) if logits else TRIPLES
    if logits:
        expected = expected - expected.mean(axis=2, keepdims=True)
    assert_allclose(second_level(TRIPLES, task, logits), expected.reshape(5, 6))


def test_values_stay():
    """Numbers are neither logged nor centred."""
    values = np.random.default_rng(2).normal(size=(4, 2, 2))
    task = view(values).task
    assert_allclose(second_level(values, task, True), values.reshape(4, 4))


def test_certain_members_have_finite_logits():
    """Probabilities of 0 and 1 give finite inputs."""
    p = np.array([[[0.0, 1.0]], [[1.0, 0.0]]])
    task = view(p, classes=np.arange(2)).task
    assert np.isfinite(second_level(p, task, True)).all()


def test_centred_logs():
    """Logs whose mean over the classes is zero; nothing is infinite."""
    found = centred_logs(np.array([[0.0, 1.0], [0.5, 0.5]]))
    assert_allclose(found.sum(axis=1), 0, atol=1e-12)
    assert np.isfinite(found).all()
    assert_allclose(found[1], 0)
