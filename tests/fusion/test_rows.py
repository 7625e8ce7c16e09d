"""Which rows count, and blocks that are not finite."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from mmensemble.fusion import FusionData
from mmensemble.fusion._rows import (
    check_finite,
    has_all_classes,
    is_enough,
    rows_of_weight,
    rows_predicted,
    rows_that_count,
)
from mmensemble.learners._task import make_task
from mmensemble.modality import Block


def view(values, presence=None, weight=None):
    """Make a view of one block."""
    n_samples = len(presence) if presence is not None else values.shape[0]
    presence = np.ones(n_samples, bool) if presence is None else np.array(presence)
    y = np.arange(n_samples) % 2
    return FusionData(
        task=make_task(y, classifier=True),
        modalities=("a",),
        presence=presence[:, None],
        blocks=(Block(values, presence, ("u",)),),
        y=y,
        sample_weight=weight,
    )


def test_rows_that_count():
    """Rows without a modality or of weight zero are left out."""
    data = view(np.ones((3, 1)), [True, False, True, True], np.array([1.0, 1, 0, 1]))
    assert rows_that_count(data).y.tolist() == [0, 1]
    whole = view(np.ones((3, 1)))
    assert rows_that_count(whole) is whole


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_check_finite(make, wrong):
    """NaN and infinity are refused with the modality's name."""
    check_finite(view(make([[1.0], [0.0]])))
    with pytest.raises(ValueError, match="modality 'a' holds NaN or infinity"):
        check_finite(view(make([[1.0], [wrong]])))


def test_has_all_classes():
    """All classes among the rows, or a regression."""
    data = view(np.ones((4, 1)))
    assert has_all_classes(data, [0, 1])
    assert not has_all_classes(data, [0, 2])


def test_rows_of_weight_and_rows_predicted():
    """Positions of those rows that have a weight, or all the predictions."""
    data = view(np.ones((4, 1)))
    rows = np.array([1, 2, 3])
    assert rows_of_weight(data, rows) is rows
    weighted = view(np.ones((4, 1)), weight=np.array([1.0, 1, 0, 1]))
    assert rows_of_weight(weighted, rows).tolist() == [1, 3]
    predictions = np.zeros((4, 2, 1))
    predictions[1, 0] = predictions[2, 1] = np.nan
    data = replace(data, predictions=predictions)
    assert rows_predicted(data, rows, [0, 1]).tolist() == [3]
    assert rows_predicted(data, rows, [1]).tolist() == [1, 3]


def test_is_enough():
    """Ten rows with a weight and all classes."""
    data = view(np.ones((24, 1)))
    assert is_enough(data, np.arange(10))
    assert not is_enough(data, np.arange(9))
    assert not is_enough(data, np.arange(0, 24, 2))
    weightless = view(np.ones((24, 1)), weight=np.zeros(24))
    assert not is_enough(weightless, np.arange(10))
