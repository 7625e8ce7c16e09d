"""Weights of modalities from those of members."""

from dataclasses import replace

import numpy as np
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose

from mmensemble.fusion import Member
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._patterns import PatternModels


class Fixed(MemberWeightsMixin):
    """Has weights that are given."""

    def __init__(self, weights, models=None):
        self.weights_ = np.array(weights)
        self.pattern_models_ = PatternModels() if models is None else models


def data():
    """Make a view of two modalities, of which one has two members, and a joint one."""
    predictions = random_probabilities(np.random.default_rng(0), 3, 4, 2)
    predictions[1, :2] = predictions[2] = np.nan
    found = view(predictions, classes=np.arange(2))
    members = tuple(
        Member(name, modality, "learner")
        for name, modality in [("a/x", 0), ("a/y", 0), ("b/x", 1), ("all", None)]
    )
    presence = np.array([[True, True], [False, True], [False, False]])
    return replace(found, modalities=("a", "b"), members=members, presence=presence)


def test_rows():
    """Weights of what the row has, scaled to one; nothing where it has nothing."""
    weights = Fixed([0.1, 0.2, 0.3, 0.4]).row_weights(data())
    assert_allclose(weights, [[0.1, 0.2, 0.3, 0.4], [0, 0, 3 / 7, 4 / 7], [0] * 4])


def test_rows_by_pattern():
    """A pattern's own weights come before the default."""
    models = PatternModels(((1,),), (np.array([0.0, 0, 1, 0]),), (0.0,))
    weights = Fixed([0.1, 0.2, 0.3, 0.4], models).row_weights(data())
    assert_allclose(weights[0], [0, 0, 1, 0])
    assert_allclose(weights[1], [0, 0, 1, 0])


def test_modalities():
    """Sums over a modality's members; a joint member's weight is shared out evenly."""
    weights = Fixed([0.1, 0.2, 0.3, 0.4]).modality_weights(data())
    assert_allclose(weights, [[0.5, 0.5], [0, 1], [0, 0]])
