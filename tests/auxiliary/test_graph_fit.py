"""The loss, its slopes and the training of link predictors."""

import numpy as np
import pytest
from graph_cases import random_triples
from scipy.special import logsumexp

from mmensemble.auxiliary._graph_fit import (
    Schedule,
    first_vectors,
    loss_and_slopes,
    make_queries,
    train,
    with_reciprocals,
)
from mmensemble.auxiliary._graph_models import MODELS

N_ENTITIES, N_RELATIONS = 12, 3
TRIPLES = random_triples(40)


def vectors_of(name):
    """Return a model with random vectors in double precision."""
    model, rng = MODELS[name](), np.random.RandomState(0)
    first = first_vectors(model, N_ENTITIES, N_RELATIONS, 4, rng)
    return model, *(3 * part.astype(float) for part in first)


def loss_by_hand(name, entities, relations, penalty):
    """Return the loss of all triples, one after the other."""
    model = MODELS[name]()
    total = 0.0
    both = with_reciprocals(TRIPLES, N_RELATIONS)
    for head, relation, tail in both:
        h, r, t = entities[[head]], relations[[relation]], entities[[tail]]
        scores = model.scores(model.query(h, r), entities)[0]
        total += logsumexp(scores) - scores[tail]
        parts = [h, r, t]
        if name == "complex":
            halves = [np.split(part, 2, axis=1) for part in parts]
            parts = [np.hypot(real, imaginary) for real, imaginary in halves]
        power = 3 if name in ("complex", "distmult") else 2
        total += penalty / power * sum((np.abs(part) ** power).sum() for part in parts)
    return total / len(both)


@pytest.mark.parametrize("name", MODELS)
def test_loss_is_that_of_single_triples(name):
    """Triples that share a question cost what they cost one by one."""
    model, entities, relations = vectors_of(name)
    queries = make_queries(TRIPLES, N_ENTITIES, N_RELATIONS)
    assert len(queries.heads) < 2 * len(TRIPLES)
    loss, *_ = loss_and_slopes(model, entities, relations, queries, 0.2)
    assert loss == pytest.approx(loss_by_hand(name, entities, relations, 0.2))


@pytest.mark.parametrize("name", MODELS)
def test_slopes_are_those_of_finite_differences(name):
    """Every slope agrees with the loss at a small step to either side."""
    model, *vectors = vectors_of(name)
    queries = make_queries(TRIPLES, N_ENTITIES, N_RELATIONS)
    batch = queries.take(np.arange(0, len(queries.heads), 2))
    _, by_entities, used, by_used = loss_and_slopes(model, *vectors, batch, 0.3)
    by_relations = np.zeros(vectors[1].shape)
    by_relations[used] = by_used
    step, rng = 1e-6, np.random.default_rng(0)
    for part, slopes in enumerate((by_entities, by_relations)):
        for flat in rng.choice(slopes.size, 20, replace=False):
            place = np.unravel_index(flat, slopes.shape)
            ends = []
            for sign in (1, -1):
                moved = [vector.copy() for vector in vectors]
                moved[part][place] += sign * step
                ends.append(loss_and_slopes(model, *moved, batch, 0.3)[0])
            slope = (ends[0] - ends[1]) / (2 * step)
            assert slopes[place] == pytest.approx(slope, abs=1e-7)


def test_batches_add_up_to_the_whole():
    """The slope of all questions is the mean of the batches', by triples."""
    model, entities, relations = vectors_of("complex")
    queries = make_queries(TRIPLES, N_ENTITIES, N_RELATIONS)
    whole = loss_and_slopes(model, entities, relations, queries, 0.1)[1]
    order = np.arange(len(queries.heads))
    total, n = 0.0, 0
    for rows in np.array_split(order, 3):
        batch = queries.take(rows)
        total += (
            batch.tails.nnz * loss_and_slopes(model, entities, relations, batch, 0.1)[1]
        )
        n += batch.tails.nnz
    np.testing.assert_allclose(total / n, whole, atol=1e-12)


def test_training_lowers_the_loss():
    """The last pass costs much less than the first, and the same seed repeats it."""
    model = MODELS["complex"]()
    queries = make_queries(TRIPLES, N_ENTITIES, N_RELATIONS)
    schedule = Schedule(0.001, 0.1, 16, 60)
    found = []
    for _ in range(2):
        rng = np.random.RandomState(3)
        vectors = first_vectors(model, N_ENTITIES, N_RELATIONS, 8, rng)
        found.append((train(model, vectors, queries, schedule, rng), vectors[0]))
    losses = found[0][0]
    assert losses[-1] < 0.6 * losses[0]
    np.testing.assert_array_equal(found[0][1], found[1][1])
    assert found[0][1].dtype == np.float32
