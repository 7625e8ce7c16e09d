"""Held-out losses against refits by hand."""

import numpy as np
import pytest
from cooperative_cases import augmented, draw, walk
from numpy.testing import assert_allclose
from sklearn.linear_model import ElasticNet, Ridge
from sklearn.model_selection import KFold

from mmensemble.fusion.feature.cooperative._backfitting import BackfitModel, backfit
from mmensemble.fusion.feature.cooperative._cross_validation import (
    backfit_losses,
    held_out_losses,
    largest_penalty,
)

SPLITS = list(KFold(4, shuffle=True, random_state=0).split(np.zeros(60)))


@pytest.mark.parametrize("sizes", [(5, 4), (70, 60)])
def test_squared_error(sizes):
    """Each loss is that of scikit-learn's elastic net on the training rows."""
    sample = draw("squared", sizes)
    options, penalties = [{}, {}], np.geomspace(0.5, 0.1, 4)
    got = held_out_losses(
        sample, SPLITS, options, rhos=(0.0, 2.0), penalties=penalties, l1_ratio=1.0
    )
    for i, rho in enumerate((0.0, 2.0)):
        expected = 0.0
        for train, test in SPLITS:
            seen = sample.take(train)
            path, _ = walk(seen, rho, 1.0, steps=1)
            system = augmented(path, rho)
            goal = np.zeros((len(system), 2))
            goal[: len(train)] = seen.targets - path.intercept
            net = ElasticNet(
                alpha=0.1 * len(train) / len(system),
                l1_ratio=1.0,
                fit_intercept=False,
                tol=1e-9,
                max_iter=100_000,
            ).fit(system, goal)
            X = np.hstack(
                [
                    (block.values[test] - scaling.mean) / scaling.scale
                    for block, scaling in zip(
                        sample.blocks, seen.scalings(options), strict=True
                    )
                ]
            )
            error = sample.targets[test] - path.intercept - X @ net.coef_.T
            expected += (error**2).sum() / 2 / 60
        assert_allclose(got[i, -1], expected, rtol=2e-3)


def test_stops_when_nothing_is_gained():
    """A path ends some steps after its least loss; more jobs change nothing."""
    sample = draw("binary", (40, 40))
    options = [{}, {}]
    top = largest_penalty(sample, options, 1.0)
    settings = {
        "rhos": (0.0, 1.0),
        "penalties": top * np.geomspace(1, 1e-3, 40),
        "l1_ratio": 1.0,
    }
    losses = held_out_losses(sample, SPLITS, options, **settings)
    for row in losses:
        done = np.isfinite(row).sum()
        assert done < 40
        assert done == row.argmin() + 1 + 6
    again = held_out_losses(sample, SPLITS, options, **settings, n_jobs=2)
    assert_allclose(losses, again)


def test_learners():
    """Losses with a learner come from fits on the training rows."""
    sample = draw("squared")
    got = backfit_losses(sample, SPLITS, Ridge(), (0.0, 1.0))
    expected = 0.0
    for train, test in SPLITS:
        model = BackfitModel((), *backfit(sample.take(train), Ridge(), 0.0), 0.0)
        views = model.views(sample.take(test).blocks)
        error = sample.targets[test] - model.intercept - views.sum(axis=0)
        expected += (error**2).sum() / 2 / 60
    assert got.shape == (2, 1)
    assert_allclose(got[0, 0], expected)
