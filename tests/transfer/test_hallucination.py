"""Components of absent modalities, predicted from present ones."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.decomposition import PCA

from mmensemble.transfer._hallucination import Hallucination

RNG = np.random.default_rng(0)
PRESENT = RNG.normal(size=(120, 4))
ABSENT = PRESENT @ RNG.normal(size=(4, 3)) + 0.1 * RNG.normal(size=(120, 3))
EVERY = np.arange(120)


def test_components_are_those_of_principal_components():
    """Scaled by the first, and predicted where the present modality knows them."""
    model = Hallucination(0)
    found = model.fit_predict(PRESENT, ABSENT, EVERY)
    wanted = PCA(3).fit_transform(ABSENT)
    wanted /= wanted[:, 0].std()
    for mine, own in zip(found.T, wanted.T, strict=True):
        assert abs(np.corrcoef(mine, own)[0, 1]) > 0.8
    assert model.predict(PRESENT).shape == (120, 3)


def test_noise_is_not_predicted():
    """Out of fold, what is independent of the present modality stays unknown."""
    noise = RNG.normal(size=(120, 3))
    found = Hallucination(0).fit_predict(PRESENT, noise, EVERY)
    goal = PCA(3).fit_transform(noise)
    corr = [np.corrcoef(a, b)[0, 1] for a, b in zip(found.T, goal.T, strict=True)]
    assert np.abs(corr).max() < 0.35


def test_rows_without_the_other_modality_are_predicted_too():
    """And single columns, sparse matrices and groups are taken."""
    rows = EVERY[:100]
    found = Hallucination(0).fit_predict(PRESENT, ABSENT[rows], rows)
    assert np.isfinite(found).all()
    one = Hallucination(0).fit_predict(PRESENT, ABSENT[:, :1], EVERY)
    assert one.shape == (120, 1)
    thin = sparse.csr_array(ABSENT)
    assert Hallucination(0).fit_predict(PRESENT, thin, EVERY).shape == (120, 2)


@pytest.mark.parametrize("n_groups", [1, 2, 12])
def test_groups_stay_together(n_groups):
    """A group's own rows take no part in what is predicted of it."""
    groups = EVERY % n_groups
    first = Hallucination(0).fit_predict(PRESENT, ABSENT, EVERY, groups)
    assert np.isfinite(first).all()
