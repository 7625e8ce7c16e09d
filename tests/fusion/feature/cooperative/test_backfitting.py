"""The one-at-a-time form against closed forms and the direct one."""

import numpy as np
import pytest
from cooperative_cases import draw
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.tree import DecisionTreeRegressor

from mmensemble.fusion.feature.cooperative._backfitting import BackfitModel, backfit
from mmensemble.fusion.feature.cooperative._design import row_correction


def scores(sample, learners, intercept, rho):
    """Return the linear predictors of a sample's own rows."""
    model = BackfitModel((0, 1, 2), learners, intercept, rho)
    present = np.column_stack([block.present for block in sample.blocks])
    total = model.views(sample.blocks).sum(axis=0)
    return intercept + row_correction(present, rho)[:, None] * total


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("rho", [0.0, 0.4, 1.0])
def test_least_squares(rho, weighted):
    """With linear regressions it rests at least squares of the augmented system."""
    sample = draw("squared", (3, 2, 2), weighted=weighted)
    learners, intercept = backfit(sample, LinearRegression(), rho, tol=1e-12)
    root = np.sqrt(sample.weight)[:, None]
    design = [np.column_stack([b.values, np.ones(60)]) for b in sample.blocks]
    zero = [np.zeros_like(part) for part in design]
    rows = [np.hstack(design)]
    for m in range(3):
        for k in range(m):
            pair = list(zero)
            pair[k], pair[m] = design[k], -design[m]
            rows.append(np.sqrt(rho) * np.hstack(pair))
    system = np.vstack([root * part for part in rows])
    goal = np.zeros((len(system), 2))
    goal[:60] = root * (sample.targets - intercept)
    coef = np.linalg.lstsq(system, goal)[0]
    expected = intercept + np.hstack(design) @ coef
    assert_allclose(scores(sample, learners, intercept, rho), expected, atol=0.02)


def test_late_fusion():
    """At rho 1 the prediction is the mean of the learners' own, whatever is absent."""
    sample = draw("squared", missing=0.3)
    learners, intercept = backfit(sample, Ridge(), 1.0)
    got = scores(sample, learners, intercept, 1.0)
    alone = np.full((3, 60, 2), np.nan)
    for own, block in zip(alone, sample.blocks, strict=True):
        y = sample.targets[block.present]
        own[block.present] = Ridge().fit(block.values, y).predict(block.values)
    assert_allclose(got, np.nanmean(alone, axis=0), atol=1e-6)


@pytest.mark.parametrize("kind", ["binary", "multinomial"])
def test_classification_learns(kind):
    """Newton targets of trees lower the log loss, more than the prior's."""
    sample = draw(kind, missing=0.2, n_samples=200)
    tree = DecisionTreeRegressor(max_depth=2)
    learners, intercept = backfit(sample, tree, 0.3)
    fitted = scores(sample, learners, intercept, 0.3)
    prior = np.tile(intercept, (200, 1))
    loss = sample.loss.rows(sample.targets, fitted).mean()
    assert loss < 0.9 * sample.loss.rows(sample.targets, prior).mean()
    assert len(learners) == 3
    assert len(learners[0]) == sample.targets.shape[1]


def test_seeds_by_name():
    """Learners draw by their modality's name, the same at every fit."""
    sample = draw("squared")
    tree = DecisionTreeRegressor(max_features=1)
    first, second = (backfit(sample, tree, 0.0)[0] for _ in range(2))
    seeds = [own[0].random_state for own in first]
    assert len(set(seeds)) == 3
    assert seeds == [own[0].random_state for own in second]
