"""Filtered ranks of triples among all entities."""

import numpy as np
import pandas as pd

from mmensemble.auxiliary._graph_fit import make_queries, with_reciprocals

#: Scores that are held at once.
_MOST_SCORES = 4_000_000


def filtered_ranks(score, triples, known, n_entities, n_relations):
    """Return the rank of every true entity among those that may be wrong.

    Both ends are asked for. Entities that make another true triple of the same
    question do not count (Bordes et al. 2013: "filtered"). Ties count half, so
    that the rank is the mean of the best and the worst case ("realistic").

    Parameters
    ----------
    score : callable
        Takes heads and relations (positions; reciprocal relations follow the
        others) and returns an array of shape (n_questions, n_entities).
    triples : ndarray of int of shape (n_triples, 3)
    known : ndarray of int of shape (n_known, 3)
        Triples that are true besides.
    n_entities, n_relations : int

    Returns
    -------
    ranks : DataFrame of shape (n_triples, 4)
        ``rank_head``, ``rank_tail``, and the number of candidates for each,
        ``candidates_head`` and ``candidates_tail``.
    """
    asked = with_reciprocals(triples, n_relations)
    true = make_queries(np.concatenate([triples, known]), n_entities, n_relations)
    pairs, row = np.unique(asked[:, :2], axis=0, return_inverse=True)
    row = row.ravel()
    # both lists of pairs are sorted, and every pair asked for is among the true
    keys = _key(true.heads, true.relations, n_relations)
    tails = true.tails[np.searchsorted(keys, _key(*pairs.T, n_relations))]
    ranks, candidates = np.empty(len(asked)), np.empty(len(asked), dtype=int)
    size = max(1, _MOST_SCORES // n_entities)
    order = np.argsort(row, kind="stable")
    for start in range(0, len(pairs), size):
        stop = min(start + size, len(pairs))
        scores = np.asarray(score(*pairs[start:stop].T))
        mine = order[slice(*np.searchsorted(row[order], [start, stop]))]
        ranks[mine], candidates[mine] = _ranks(
            scores, tails[start:stop], row[mine] - start, asked[mine, 2]
        )
    n = len(triples)
    return pd.DataFrame(
        {
            "rank_head": ranks[n:],
            "rank_tail": ranks[:n],
            "candidates_head": candidates[n:],
            "candidates_tail": candidates[:n],
        }
    )


def _key(heads, relations, n_relations):
    """Return one number a pair, in the order of the pairs."""
    return heads.astype(np.int64) * 2 * n_relations + relations


def _ranks(scores, tails, rows, targets):
    """Return ranks and numbers of candidates of targets, one a row of `rows`."""
    own = scores[rows, targets]
    ahead, level = np.empty(len(rows)), np.empty(len(rows))
    for i, (row, mine) in enumerate(zip(rows, own, strict=True)):
        others = scores[row, tails.indices[tails.indptr[row] : tails.indptr[row + 1]]]
        ahead[i] = (scores[row] > mine).sum() - (others > mine).sum()
        level[i] = (scores[row] == mine).sum() - (others == mine).sum()
    n_true = np.diff(tails.indptr)[rows]
    return 1 + ahead + level / 2, scores.shape[1] - n_true + 1


def summary(ranks):
    """Return the usual scores of ranks, by side and for both.

    Parameters
    ----------
    ranks : DataFrame
        As `filtered_ranks` returns it.

    Returns
    -------
    scores : DataFrame of shape (3, 7)
        Rows "head", "tail" and "both". ``mrr`` is the mean of the ranks'
        reciprocals, ``hits_k`` the share of ranks of at most k, ``random_rank``
        the mean rank that guessing would get.
    """
    sides = {side: _side(ranks, side) for side in ("head", "tail")}
    sides["both"] = np.concatenate([sides["head"], sides["tail"]])
    return pd.DataFrame({side: _scores(*rows.T) for side, rows in sides.items()}).T


def _side(ranks, side):
    return ranks[[f"rank_{side}", f"candidates_{side}"]].to_numpy(dtype=float)


def _scores(rank, candidates):
    hits = {f"hits_{k}": (rank <= k).mean() for k in (1, 3, 10)}
    return {
        "mrr": (1 / rank).mean(),
        **hits,
        "mean_rank": rank.mean(),
        "random_rank": (candidates + 1).mean() / 2,
        "n_triples": len(rank),
    }
