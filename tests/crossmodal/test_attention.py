"""The attention network as a regression."""

import numpy as np

from mmensemble.crossmodal._attention import AttentionLearner
from mmensemble.crossmodal._regressors import RidgeLearner


def test_attention_follows_what_depends_on_the_row():
    """A row's first column tells which modality bears on the target."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(600, 2)) for _ in range(2)]
    which = rng.random(600) < 0.5
    for part, chosen in zip(parts, (which, ~which), strict=True):
        part[:, 0] = np.where(chosen, 3.0, -3.0) + 0.1 * part[:, 0]
    target = np.where(which, parts[0][:, 1], parts[1][:, 1])[:, None]
    train, rest = [p[:400] for p in parts], [p[400:] for p in parts]
    errors = [
        (
            (m.fit(train, target[:400], np.ones(400)).predict(rest) - target[400:]) ** 2
        ).mean()
        for m in (AttentionLearner(), RidgeLearner())
    ]
    assert errors[0] < 0.7 * errors[1]


def test_the_query_is_always_there():
    """The modality that asks is no source: one source alone is a linear model."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(200, 3))]
    target = parts[0] @ rng.normal(size=(3, 2)) + 5.0
    model = AttentionLearner(seed=1).fit(parts, target, np.ones(200))
    np.testing.assert_allclose(model.predict(parts), target, atol=0.2)
    again = AttentionLearner(seed=1).fit(parts, target, np.ones(200))
    np.testing.assert_array_equal(model.predict(parts), again.predict(parts))
