"""Trained attention on a view: its tokens, masks and weights."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from mmensemble import AttentionFusion
from mmensemble.fusion import FusionData
from mmensemble.fusion._rows import rows_that_count
from mmensemble.fusion.feature.attention._model import train_attention
from mmensemble.modality import Block
from mmensemble.testing._view_checks import make_view


def view(task="classification"):
    """Draw a view of three modalities of two columns, some of them absent."""
    return make_view(AttentionFusion(), task)


def train(data, **params):
    """Train self-attention on a view."""
    sizes = {"n_heads": 2, "token_width": 8, "width": 1, "penalty": 0.1}
    return train_attention(
        data, queries=(0, 1, 2), asks_itself=True, **{**sizes, **params}
    )


def test_tokens():
    """Tokens hold the leading columns, and ones where present; skip columns all."""
    data = view()
    model = train(data)
    tokens = model.tokens(data)
    parts = model.projector.transform(data.blocks)
    assert tokens.values.shape == (3, 2, 83)
    assert_array_equal(tokens.values[:, -1], data.presence.T)
    assert_array_equal(tokens.values[1, 0], parts[1][:, 0])
    assert_array_equal(tokens.skip, np.hstack([*parts, data.presence]))


def test_a_pattern_hides_the_rest():
    """What is outside a pattern is as good as absent."""
    data = view()
    model = train(data)
    blocks = list(data.blocks)
    blocks[1] = Block(np.empty((0, 2)), np.zeros(83, dtype=bool), ("u", "v"))
    presence = data.presence & [True, False, True]
    lacking = replace(data, blocks=tuple(blocks), presence=presence)
    assert_allclose(model.features(data, (0, 2)), model.features(lacking))
    weights = model.modality_weights(data, (0, 2))
    assert_allclose(weights, model.modality_weights(lacking))
    assert_array_equal(weights[:, 1], 0)


def test_sizes_and_seed():
    """Output has the width of a token; one view and seed give one model."""
    data = view("regression")
    model = train(data)
    assert model.n_made == model.pooled(data).shape[1] == 8
    assert_array_equal(train(data).theta, model.theta)
    assert model.weights(data).shape == (83, 2, 3, 3)


def test_modalities_without_columns():
    """A modality that nobody has is no token, and does no harm."""
    data = view()
    blocks = (*data.blocks[:2], Block(np.empty((0, 0)), np.zeros(83, bool), ()))
    presence = data.presence & [True, True, False]
    data = rows_that_count(replace(data, blocks=blocks, presence=presence))
    weights = train(data).modality_weights(data)
    assert_array_equal(weights[:, 2], 0)
    assert_allclose(weights.sum(axis=1), 1)


def test_no_columns_at_all():
    """Modalities of no columns leave the prior."""
    data = view()
    nothing = tuple(Block(np.empty((83, 0)), np.ones(83, bool), ()) for _ in range(3))
    data = FusionData(
        task=data.task,
        modalities=data.modalities,
        presence=np.ones((83, 3), dtype=bool),
        blocks=nothing,
        y=data.y,
    )
    fitted = AttentionFusion().fit(data)
    assert_allclose(fitted.predict(data), np.tile(data.task.prior, (83, 1)), atol=1e-3)
