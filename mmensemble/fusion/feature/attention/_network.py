"""Scaled dot-product attention over modalities: forward, and its gradient."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

#: Parameters in the order in which they lie in the flat vector.
_PARTS = (
    "embed",
    "query",
    "query_bias",
    "key",
    "value",
    "out",
    "skip",
    "bias",
)
#: Score of what a query does not see; finite, for queries that see nothing.
_UNSEEN = np.finfo(np.float64).min
#: Those that the penalty on attention shrinks to their start, and how much: less
#: the queries, where the row speaks, than what would shape tokens to fit noise.
_SHRUNK = {
    "embed": 1.0,
    "query": 0.1,
    "query_bias": 0.1,
    "key": 1.0,
    "value": 1.0,
    "out": 1.0,
}


@dataclass(frozen=True)
class Tokens:
    """What attention reads of some rows; rows are last, where they are quick.

    Parameters
    ----------
    values : ndarray of shape (n_modalities, n_columns, n_samples)
        Zero where the modality is absent; the last column is one where present.
    present : ndarray of bool of shape (n_modalities, n_samples)
    skip : ndarray of shape (n_samples, n_skip)
        Columns of the additive linear model beside the attention.
    """

    values: np.ndarray
    present: np.ndarray
    skip: np.ndarray

    def take(self, rows):
        """Return the rows at integer positions `rows`."""
        values = np.ascontiguousarray(self.values[:, :, rows])
        return Tokens(values, self.present[:, rows], self.skip[rows])


@dataclass(frozen=True)
class AttentionNet:
    """Sizes of a net of one attention layer, and what its parameters compute.

    Each present modality is a token, embedded to `width` numbers. Queries, keys
    and values are linear in the tokens; in each head, a query's weights are the
    softmax over the present keys of the dot products over the root of their
    length (Vaswani et al. 2017). The outputs are averaged over the present
    queries. Scores are linear in that average and in the `skip` columns.

    Parameters
    ----------
    n_modalities, n_columns, n_skip, n_outputs : int
    width : int
        Length of an embedded token, a multiple of `n_heads`.
    n_heads : int
    queries : tuple of int
        Positions of the modalities that ask.
    asks_itself : bool
        Whether a query attends to its own modality; one that is alone does.
    """

    n_modalities: int
    n_columns: int
    n_skip: int
    n_outputs: int
    width: int
    n_heads: int
    queries: tuple
    asks_itself: bool

    @property
    def shapes(self):
        """Shapes of the parameters by name, in the order of the flat vector."""
        d, k = self.width, self.n_outputs
        square = (d, d)
        embed = (self.n_modalities, d, self.n_columns)
        sizes = (embed, square, (d,), square, square, (d, k), (self.n_skip, k), (k,))
        return dict(zip(_PARTS, sizes, strict=True))

    def unpack(self, theta):
        """Return views of the flat vector, by name."""
        parts, start = {}, 0
        for name, shape in self.shapes.items():
            stop = start + int(np.prod(shape))
            parts[name] = theta[start:stop].reshape(shape)
            start = stop
        return parts

    def pack(self, parts):
        """Return parameters by name as one flat vector."""
        return np.concatenate([np.ravel(parts[name]) for name in _PARTS])

    def visible(self, present):
        """Return which key each query may see, (n_queries, n_modalities, n_samples).

        A query that has no other modality to ask sees itself.
        """
        asks = list(self.queries)
        seen = np.repeat(present[None], len(asks), axis=0)
        if self.asks_itself:
            return seen
        own = np.eye(self.n_modalities, dtype=bool)[asks]
        others = seen & ~own[:, :, None]
        return np.where(others.any(axis=1, keepdims=True), others, seen)

    def pooling(self, present):
        """Return the weight of each query, equal over the present ones."""
        asking = present[list(self.queries)].astype(float)
        asking[:, ~asking.any(axis=0)] = 1.0
        return asking / asking.sum(axis=0)

    def _heads(self, matrix):
        return matrix.reshape(len(matrix), self.n_heads, -1, matrix.shape[2])

    def _attend(self, parts, tokens, visible):
        """Return attention, and the embedded tokens, queries and keys behind it."""
        embedded = parts["embed"] @ tokens.values
        asked = parts["query"] @ embedded[list(self.queries)]
        asked = self._heads(asked + parts["query_bias"][:, None])
        keys = self._heads(parts["key"] @ embedded)
        scores = np.einsum("qhkn,mhkn->qmhn", asked, keys) / np.sqrt(keys.shape[2])
        seen = visible[:, :, None]
        attention = softmax(np.where(seen, scores, _UNSEEN), axis=1) * seen
        return attention, embedded, asked, keys

    def weights(self, parts, tokens):
        """Return attention of shape (n_queries, n_modalities, n_heads, n_samples).

        Zero for absent modalities; sums to one where any is present.
        """
        return self._attend(parts, tokens, self.visible(tokens.present))[0]

    def pooled(self, parts, tokens):
        """Return the pooled output of the attention, (n_samples, width)."""
        visible, pooling = self.visible(tokens.present), self.pooling(tokens.present)
        attention, embedded, _, _ = self._attend(parts, tokens, visible)
        share = np.einsum("qmhn,qn->mhn", attention, pooling)
        values = self._heads(parts["value"] @ embedded)
        return np.einsum("mhn,mhkn->hkn", share, values).reshape(self.width, -1).T

    def features(self, parts, tokens):
        """Return what the head is linear in: skip columns, then pooled output."""
        return np.hstack([tokens.skip, self.pooled(parts, tokens)])

    def scores(self, parts, tokens):
        """Return linear scores of shape (n_samples, n_outputs)."""
        head = np.vstack([parts["skip"], parts["out"]])
        return self.features(parts, tokens) @ head + parts["bias"]

    def objective(self, tokens, targets, penalty, skip_penalty, start):
        """Return the function of the flat parameters that is to be minimised.

        Parameters
        ----------
        tokens : Tokens
        targets : HeadTargets
        penalty : float
            Weight of half the squared way of attention's parameters from where
            they start, beside the mean loss.
        skip_penalty : float
            Weight of half the squared way of the skip columns' coefficients.
        start : dict of str to ndarray
            Parameters that the penalties shrink to; without "skip" zero.

        Returns
        -------
        objective : callable
            Takes the flat vector, returns (value, gradient).
        """
        visible, pooling = self.visible(tokens.present), self.pooling(tokens.present)

        def objective(theta):
            parts = self.unpack(theta)
            attention, embedded, asked, keys = self._attend(parts, tokens, visible)
            share = np.einsum("qmhn,qn->mhn", attention, pooling)
            values = self._heads(parts["value"] @ embedded)
            heads = np.einsum("mhn,mhkn->hkn", share, values)
            pooled = heads.reshape(self.width, -1)
            scores = tokens.skip @ parts["skip"] + pooled.T @ parts["out"]
            loss, slope = targets.loss(scores + parts["bias"])
            back = (parts["out"] @ slope.T).reshape(heads.shape)
            pull = np.einsum("hkn,mhkn->mhn", back, values) * pooling[:, None, None]
            pull = attention * pull
            by_scores = pull - attention * pull.sum(axis=1, keepdims=True)
            by_scores /= np.sqrt(keys.shape[2])
            by_asked = np.einsum("qmhn,mhkn->qhkn", by_scores, keys)
            by_keys = np.einsum("qmhn,qhkn->mhkn", by_scores, asked)
            by_values = share[:, :, None] * back
            grad = self._linear_part(
                parts, tokens, embedded, (by_asked, by_keys, by_values)
            )
            grad["out"], grad["skip"] = pooled @ slope, tokens.skip.T @ slope
            grad["bias"] = slope.sum(axis=0)
            for name, rate in _SHRUNK.items():
                way = parts[name] - start[name]
                own = penalty * rate
                loss += own / 2 * np.vdot(way, way)
                grad[name] = grad[name] + own * way
            way = parts["skip"] - start.get("skip", 0.0)
            loss += skip_penalty / 2 * np.vdot(way, way)
            grad["skip"] += skip_penalty * way
            return loss, self.pack(grad)

        return objective

    def _linear_part(self, parts, tokens, embedded, slopes):
        """Return the gradient by what makes queries, keys and values."""
        asks = list(self.queries)
        by_asked, by_keys, by_values = (
            slope.reshape(len(slope), self.width, -1) for slope in slopes
        )
        by_token = parts["key"].T @ by_keys + parts["value"].T @ by_values
        by_token[asks] += parts["query"].T @ by_asked
        return {
            "embed": by_token @ tokens.values.transpose(0, 2, 1),
            "query": _outer(by_asked, embedded[asks]),
            "query_bias": by_asked.sum(axis=(0, 2)),
            "key": _outer(by_keys, embedded),
            "value": _outer(by_values, embedded),
        }


def _outer(slopes, inputs):
    """Sum of outer products over tokens and rows."""
    return (slopes @ inputs.transpose(0, 2, 1)).sum(axis=0)
