"""Codes of both levels, and their blend."""

import numpy as np
import pytest
from crossmodal_cases import make_table, without
from sklearn.linear_model import LogisticRegression

from mmensemble.crossmodal._classes import posteriors
from mmensemble.crossmodal._matching import Asking, Matcher, fit_matcher
from mmensemble.crossmodal._projection import make_folds
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def fit(X, y=None, level="item", blend="cv"):
    """Return a fitted matcher, and which row has what."""
    resolved = resolve_modalities("auto", X)
    presence = presence_mask(X, resolved)
    matcher = fit_matcher(
        Matcher(resolved, level, blend, LogisticRegression()),
        X,
        presence,
        y,
        groups=None,
        folds=make_folds(3, len(X), None),
        n_jobs=None,
        root=0,
    )
    return matcher, presence


def products(matcher, X, presence, sources, target):
    """Return similarities of all rows."""
    asked = matcher.asked(X, presence, [target])[target]
    return matcher.asking(X, presence, Asking(sources, target)) @ asked.T


def test_class_level_is_the_product_of_posteriors():
    """The probability that two rows are of one class."""
    X, y = make_table()
    matcher, presence = fit(X, y, "class", 0.0)
    left = posteriors(matcher.classifier, X, np.array([True, False, True]))
    right = posteriors(matcher.classifier, X, np.array([False, True, False]))
    found = products(matcher, X, presence, (0, 2), 1)
    np.testing.assert_allclose(found, left @ right.T, atol=1e-6)
    assert matcher.pairs == {}


def test_evidence_of_several_modalities_is_added_up():
    """Each times its factor; a modality that a row lacks adds nothing."""
    X, _ = make_table()
    matcher, presence = fit(X)
    one = products(matcher, X, presence, (0,), 1)
    two = products(matcher, X, presence, (2,), 1)
    both = products(matcher, X, presence, (0, 2), 1)
    factors = matcher.strengths[Asking((0, 2), 1)]
    assert (factors >= 0).all()
    np.testing.assert_allclose(both, factors[0] * one + factors[1] * two, atol=1e-3)
    holes = without(X, "c", np.arange(10))
    mask = presence.copy()
    mask[:10, 2] = False
    less = matcher.asking(holes, mask, Asking((0, 2), 1))
    asked = matcher.asked(X, presence, [1])[1]
    np.testing.assert_allclose((less @ asked.T)[:10], one[:10], atol=1e-4)


def test_what_folds_held_out_is_forgotten():
    """Variates of training rows are not kept."""
    X, _ = make_table()
    matcher, _ = fit(X)
    assert all(pair.choice_.held_out == [] for pair in matcher.pairs.values())
    assert len(matcher.strengths) == 3


@pytest.mark.parametrize("level", ["item", "class"])
def test_a_blend_is_a_sum_of_both_levels(level):
    """Each by its spread over held-out pairs."""
    X, y = make_table()
    matcher, presence = fit(X, y, level, 0.25)
    other = {"item": "class", "class": "item"}[level]
    alone = {
        name: products(
            Matcher(**{**vars(matcher), "level": name, "blend": 0.0}),
            X,
            presence,
            (0,),
            1,
        )
        for name in ("item", "class")
    }
    expected = 0.75 * alone[level] / matcher.spreads[level]
    expected += 0.25 * alone[other] / matcher.spreads[other]
    found = products(matcher, X, presence, (0,), 1)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_blend_takes_what_helps():
    """Fine classes find an item's neighbourhood; labels of noise are left out."""
    X, y = make_table(200, noise=1.0)
    noise = np.random.default_rng(0).permutation(y)
    assert fit(X, noise)[0].blend <= 0.2
    fine = np.floor(6 * X["a__0"].rank(pct=True).clip(upper=0.99)).astype(int)
    assert fit(X, fine.to_numpy(), "class")[0].blend > 0


def test_without_labels_there_is_no_blend():
    """The share asked for cannot be."""
    X, _ = make_table()
    matcher, _ = fit(X, None, "item", 0.5)
    assert matcher.blend == 0.0
    assert matcher.classifier is None


def test_pairs_that_few_rows_have():
    """Modalities that are never there together know nothing of one another."""
    X, _ = make_table()
    X = without(without(X, "a", np.arange(60)), "b", np.arange(58, 120))
    matcher, presence = fit(X)
    assert sorted(matcher.pairs) == [(0, 2), (1, 2)]
    assert not products(matcher, X, presence, (0,), 1).any()
