"""Link predictors: how head and relation ask for a tail, and the slopes of that."""

import numpy as np

#: Keeps the slope of a distance finite at zero.
_TINY = 1e-12


class DistMult:
    """A diagonal bilinear form (Yang et al. 2015, ICLR).

    The score of a triple is ``sum_k head_k relation_k tail_k``, the same in both
    directions. All models turn head and relation into a query, which is compared
    with every entity at once.
    """

    #: The penalty is on cubes of vectors' entries, else on squares.
    cubes = True

    def shapes(self, n_components):
        """Return the shapes of one entity's and of one relation's parameters."""
        return (n_components,), (n_components,)

    def query(self, heads, relations):
        """Return the queries of pairs, an array of shape (n_pairs, width)."""
        return heads * relations

    def query_slopes(self, heads, relations, slope):
        """Return slopes by heads and relations from that by the queries."""
        return slope * relations, slope * heads

    def scores(self, queries, entities):
        """Return the scores, an array of shape (n_pairs, n_entities)."""
        return queries @ entities.T

    def score_slopes(self, queries, entities, scores, slope):
        """Return slopes by queries and entities from that by the scores."""
        return slope @ entities, slope.T @ queries

    def sizes(self, vectors):
        """Return the magnitude of every entry, of the shape of `vectors`."""
        return np.abs(vectors)


class ComplEx(DistMult):
    """A diagonal form of complex numbers (Trouillon et al. 2016, ICML).

    The score is ``Re(sum_k head_k relation_k conj(tail_k))``, so that relations
    may be symmetric, antisymmetric or neither. Real parts stand before
    imaginary ones.
    """

    def shapes(self, n_components):
        """Return the shapes of one entity's and of one relation's parameters."""
        return (2 * n_components,), (2 * n_components,)

    def query(self, heads, relations):
        """Return the products of heads and relations."""
        a, b = np.split(heads, 2, axis=1)
        c, d = np.split(relations, 2, axis=1)
        return np.concatenate([a * c - b * d, a * d + b * c], axis=1)

    def query_slopes(self, heads, relations, slope):
        """Return slopes by heads and relations from that by the queries."""
        return _times_conjugate(slope, relations), _times_conjugate(slope, heads)

    def sizes(self, vectors):
        """Return the modulus of every complex entry, for both of its parts."""
        real, imaginary = np.split(vectors, 2, axis=1)
        return np.tile(np.sqrt(real**2 + imaginary**2), 2)


def _times_conjugate(slope, other):
    """Return the product of complex vectors with the conjugate of others."""
    a, b = np.split(slope, 2, axis=1)
    c, d = np.split(other, 2, axis=1)
    return np.concatenate([a * c + b * d, b * c - a * d], axis=1)


class Rescal(DistMult):
    """A full bilinear form (Nickel, Tresp & Kriegel 2011, ICML).

    The score is ``head' R tail``, with one matrix a relation.
    """

    cubes = False

    def shapes(self, n_components):
        """Return the shapes of one entity's and of one relation's parameters."""
        return (n_components,), (n_components, n_components)

    def query(self, heads, relations):
        """Return the products of heads and their relations' matrices."""
        return np.matmul(heads[:, None, :], relations)[:, 0]

    def query_slopes(self, heads, relations, slope):
        """Return slopes by heads and relations from that by the queries."""
        by_heads = np.matmul(relations, slope[:, :, None])[:, :, 0]
        return by_heads, heads[:, :, None] * slope[:, None, :]


class TransE(DistMult):
    """Relations as translations (Bordes et al. 2013, NeurIPS).

    The score is ``-||head + relation - tail||``.
    """

    cubes = False

    def query(self, heads, relations):
        """Return the sums of heads and relations."""
        return heads + relations

    def query_slopes(self, heads, relations, slope):
        """Return slopes by heads and relations from that by the queries."""
        return slope, slope

    def scores(self, queries, entities):
        """Return the negative distances."""
        squares = (queries**2).sum(axis=1)[:, None] + (entities**2).sum(axis=1)
        squares -= 2 * queries @ entities.T
        return -np.sqrt(np.maximum(squares, _TINY))

    def score_slopes(self, queries, entities, scores, slope):
        """Return slopes by queries and entities from that by the scores."""
        pull = slope / scores  # the sign of the distance is in the scores
        by_queries = pull.sum(axis=1)[:, None] * queries - pull @ entities
        by_entities = pull.sum(axis=0)[:, None] * entities - pull.T @ queries
        return by_queries, by_entities


#: By short name.
MODELS = {
    "complex": ComplEx,
    "distmult": DistMult,
    "rescal": Rescal,
    "transe": TransE,
}
