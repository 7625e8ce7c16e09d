"""Scores of the link predictors against their definitions, triple by triple."""

import numpy as np
import pytest

from mmensemble.auxiliary._graph_models import MODELS


def complex_of(vector):
    """Return a vector of real and imaginary parts as complex numbers."""
    half = len(vector) // 2
    return vector[:half] + 1j * vector[half:]


DEFINITIONS = {
    "complex": lambda h, r, t: (
        np.sum(complex_of(h) * complex_of(r) * complex_of(t).conj()).real
    ),
    "distmult": lambda h, r, t: np.sum(h * r * t),
    "rescal": lambda h, r, t: h @ r @ t,
    "transe": lambda h, r, t: -np.linalg.norm(h + r - t),
}


@pytest.mark.parametrize("name", MODELS)
def test_scores_follow_the_definition(name):
    """The score of every triple is that of the paper's formula."""
    model, rng = MODELS[name](), np.random.default_rng(0)
    entity, relation = model.shapes(3)
    entities, relations = rng.normal(size=(5, *entity)), rng.normal(size=(4, *relation))
    heads = rng.integers(5, size=4)
    scores = model.scores(model.query(entities[heads], relations), entities)
    for i, head in enumerate(heads):
        for tail in range(5):
            wanted = DEFINITIONS[name](entities[head], relations[i], entities[tail])
            assert scores[i, tail] == pytest.approx(wanted)


def test_sizes_of_complex_entries_are_moduli():
    """Both parts of a complex number have its modulus."""
    found = MODELS["complex"]().sizes(np.array([[3.0, 0.0, 4.0, -2.0]]))
    np.testing.assert_allclose(found, [[5.0, 2.0, 5.0, 2.0]])
