"""Which rows count, and blocks that are not finite."""

import numpy as np
import pytest
from scipy import sparse

from mmensemble.fusion import FusionData
from mmensemble.fusion._rows import check_finite, has_all_classes, rows_that_count
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
