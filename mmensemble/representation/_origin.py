"""How well a fresh learner tells from which block a code came."""

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

#: Most rows that the learner sees, and most that it is asked of.
_ROWS = 1_000
_TREES = 100


def origin_score(space, matrix, presence, seed):
    """Return the held-out accuracy of guessing the block behind a code.

    Codes of single blocks are shown to a forest that knows nothing of the training;
    it is asked of rows that it has not seen. A discriminator trained together
    with the codes flatters: they have learnt to mislead that one alone.

    Parameters
    ----------
    space : LinearSpace or NetworkSpace
        Fitted.
    matrix : ndarray of shape (n_samples, n_columns)
        Reduced blocks.
    presence : ndarray of bool of shape (n_samples, n_blocks)
    seed : int
        Of the split and of the forest.

    Returns
    -------
    score : float
        Balanced accuracy: 1 over the number of blocks where codes do not tell
        their origin, 1 where they always do. NaN where fewer than two blocks are
        present in both halves of the rows.
    """
    order = np.random.default_rng(seed).permutation(len(presence))
    half = min(len(order) // 2, _ROWS)
    parts = [
        _single_codes(space, matrix, presence, rows)
        for rows in (order[:half], order[half : 2 * half])
    ]
    (codes, owners), (new_codes, new_owners) = parts
    common = np.intersect1d(owners, new_owners)
    if len(common) < 2:
        return float("nan")
    asked = np.isin(new_owners, common)
    forest = ExtraTreesClassifier(
        _TREES, min_samples_leaf=2, class_weight="balanced", random_state=seed
    )
    guessed = forest.fit(codes, owners).predict(new_codes[asked])
    hits = [(guessed[new_owners[asked] == m] == m).mean() for m in common]
    return float(np.mean(hits))


def _single_codes(space, matrix, presence, rows):
    """Return the codes of single blocks of some rows, and whose they are."""
    codes, owners = [], []
    for m in range(presence.shape[1]):
        own = space.slices_[m]
        has = rows[presence[rows, m]]
        if own.stop == own.start or not len(has):
            continue
        alone = np.zeros((len(has), presence.shape[1]), dtype=bool)
        alone[:, m] = True
        codes.append(space.place(matrix[has], alone))
        owners.append(np.full(len(has), m))
    if not codes:
        return np.zeros((0, space.n_components_)), np.zeros(0, dtype=int)
    return np.concatenate(codes), np.concatenate(owners)
