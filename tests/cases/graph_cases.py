"""Small graphs for the tests."""

import numpy as np

FAMILY = [
    ("dog", "isa", "mammal"),
    ("cat", "isa", "mammal"),
    ("mammal", "isa", "animal"),
    ("carp", "isa", "fish"),
    ("fish", "isa", "animal"),
    ("dog", "chases", "cat"),
]


def random_triples(n_triples=120, n_entities=12, n_relations=3, seed=0):
    """Return distinct random triples by position, of all entities and relations."""
    rng = np.random.default_rng(seed)
    sizes = (n_entities, n_relations, n_entities)
    drawn = np.column_stack([rng.integers(n, size=n_triples) for n in sizes])
    ring = [[i, i % n_relations, (i + 1) % n_entities] for i in range(n_entities)]
    return np.unique(np.concatenate([drawn, ring]), axis=0)


def named(triples):
    """Return triples by position as names that sort like the positions."""
    return [(f"e{h:03d}", f"r{r}", f"e{t:03d}") for h, r, t in triples]
