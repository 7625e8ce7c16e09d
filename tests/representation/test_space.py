"""The way of incomplete rows into a shared space, against regressions by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge

from mmensemble.representation import LinearSpace

METHODS = ("pca", "mcca", "gcca", "pls", "factor")


def draw(n_samples=60, widths=(3, 5, 2), seed=0):
    """Draw complete blocks with two common factors, and a target."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n_samples, 2))
    blocks = [
        common @ rng.normal(size=(2, width)) + rng.normal(size=(n_samples, width))
        for width in widths
    ]
    return blocks, common[:, :1] + rng.normal(size=(n_samples, 1))


@pytest.mark.parametrize("method", ["pca", "mcca", "gcca", "pls"])
def test_projection_is_a_ridge_regression(method):
    """Learnt on complete rows, a row's place is the regression on what it has."""
    blocks, target = draw()
    present = np.ones((60, 3), dtype=bool)
    space = LinearSpace(method, 2, regularization=0.1).fit(
        blocks, present, targets=target
    )
    scores = space.scores(blocks, present)
    lacking = present & [True, False, True]
    parts = [blocks[0], blocks[1][:0], blocks[2]]
    got = space.scores(parts, lacking)
    inside = np.r_[0:3, 8:10]
    own = space.reduce(blocks, present)[:, inside]
    ridge = space.covariance_.ridge[inside]
    assert (ridge > 0).all()
    penalised = own / np.sqrt(ridge)  # one penalty for all columns
    model = Ridge(alpha=len(own), fit_intercept=False).fit(penalised, scores)
    assert_allclose(got, model.predict(penalised), atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_every_pattern(method):
    """Trained on rows with holes, it places every row, alone as among others."""
    blocks, target = draw()
    presence = np.random.default_rng(1).random((60, 3)) < 0.7
    presence[0] = False
    parts = [b[presence[:, m]] for m, b in enumerate(blocks)]
    space = LinearSpace(method).fit(parts, presence, targets=target)
    got = space.scores(parts, presence)
    assert np.isfinite(got).all()
    assert_allclose(got[0], 0)
    reduced = space.reduce(parts, presence)
    assert_allclose(space.place(reduced[7:8], presence[7:8]), got[7:8])


@pytest.mark.parametrize("method", METHODS)
def test_absent_block(method):
    """A block that nobody has changes nothing."""
    blocks, target = draw()
    present = np.ones((60, 3), dtype=bool)
    expected = LinearSpace(method, 2).fit(blocks, present, targets=target)
    expected = expected.scores(blocks, present)
    more = np.column_stack([present, np.zeros(60, dtype=bool)])
    padded = [*blocks, np.empty((0, 4))]
    got = LinearSpace(method, 2).fit(padded, more, targets=target)
    assert_allclose(got.scores(padded, more), expected, atol=1e-6)


def test_components_of_pls_are_chosen():
    """With splits the number is cross-validated, without the most is taken."""
    blocks, target = draw()
    present = np.ones((60, 3), dtype=bool)
    order = np.arange(60)
    splits = [(order[order % 2 == k], order[order % 2 != k]) for k in (0, 1)]
    chosen = LinearSpace("pls").fit(blocks, present, targets=target, splits=splits)
    assert chosen.n_components_ < 5
    assert LinearSpace("pls").fit(blocks, present, targets=target).n_components_ > 5


@pytest.mark.parametrize("method", METHODS)
def test_decode_is_the_regression_on_scores(method):
    """Complete rows' columns are regressed on their scores; factors have loadings."""
    blocks, target = draw()
    present = np.ones((60, 3), dtype=bool)
    space = LinearSpace(method, 2).fit(blocks, present, targets=target)
    matrix, scores = space.reduce(blocks, present), space.scores(blocks, present)
    if method == "factor":
        expected = scores @ space.factor_.loadings_.T + space.factor_.mean_
    else:
        expected = scores @ np.linalg.lstsq(scores, matrix, rcond=None)[0]
    assert_allclose(space.decode(scores), expected, atol=1e-8)
    steps = len(space.history_)
    assert space.n_iter_ == max(1, steps)
    assert (steps > 0) == (method == "factor")
