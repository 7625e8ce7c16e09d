"""One fold's fall of the score when a column of the table is shuffled."""

import numpy as np
from scipy import sparse
from sklearn.feature_selection import f_classif, f_regression

from mmensemble import _frame
from mmensemble._compat import safe_indexing
from mmensemble._frame import column_names
from mmensemble._frame_write import move_cells
from mmensemble._seeds import seed_for
from mmensemble.modality._columns import used_columns

#: Rows that are predicted at once, about.
_BATCH = 20_000


def shuffled_falls(model, X, y, train, test, score, *, most, n_repeats, seed):
    """Return how far the score falls when the cells of one column are shuffled.

    Cells are shuffled among the test rows that have the modality, so that no row
    gains or loses one. Of more columns than `most`, those of each modality are
    tried that go best with the target in the training rows.

    Parameters
    ----------
    model : fitted MultimodalClassifier or MultimodalRegressor
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    train, test : ndarray of int
    score : callable
        ``score(predictions)`` of the test rows.
    most : int
        Columns that are tried, shared among the modalities.
    n_repeats : int
        Shuffles of each; their mean counts.
    seed : int

    Returns
    -------
    falls : dict of int to float
        By position of the column in the table.

    References
    ----------
    Breiman (2001), "Random forests", Machine Learning 45.
    """
    owners = column_owners(model, X)
    tried = _chosen(owners, X, y, train, most, model._task.is_classification)
    part = safe_indexing(X, test)
    presence = model.presence(part).to_numpy()
    moves = []
    for position in tried:
        rows = np.flatnonzero(presence[:, owners[position]].any(axis=1))
        rng = np.random.default_rng(seed_for(seed, f"shuffle {position}"))
        moves += [(position, rows, rng.permutation(rows)) for _ in range(n_repeats)]
    size, scores = max(1, _BATCH // len(test)), []
    for start in range(0, len(moves), size):
        shuffled = _predict_moved(model, part, moves[start : start + size])
        scores += [score(known) for known in shuffled]
    means = np.reshape(scores, (len(tried), n_repeats)).mean(axis=1)
    whole = score(_predict(model, part))
    return dict(zip(tried, (whole - means).tolist(), strict=True))


def _predict_moved(model, X, moves):
    """Return predictions of one copy of a table a move, all copies at once.

    A prediction of many rows takes little longer than one of a few.
    """
    n_rows = X.shape[0]
    table = _frame.take_rows(X, np.tile(np.arange(n_rows), len(moves)))
    for position in dict.fromkeys(position for position, _, _ in moves):
        own = [
            (place * n_rows + rows, place * n_rows + moved)
            for place, (column, rows, moved) in enumerate(moves)
            if column == position
        ]
        rows, sources = (np.concatenate(part) for part in zip(*own, strict=True))
        table = move_cells(table, position, rows, sources)
    return _predict(model, table).reshape(len(moves), n_rows, -1)


def _predict(model, X):
    everything = np.ones((1, len(model.modalities_)), dtype=bool)
    return model.predict_coalitions(X, everything)[0]


def column_owners(model, X):
    """Return by column the modalities that read it, both as positions.

    Parameters
    ----------
    model : fitted MultimodalClassifier or MultimodalRegressor
    X : table of shape (n_samples, n_columns)

    Returns
    -------
    owners : dict of int to list of int
    """
    names = column_names(X)
    labels = range(X.shape[1]) if names is None else names
    positions = {label: position for position, label in enumerate(labels)}
    owners = {}
    for place, triple in enumerate(model.modalities_):
        for label in used_columns([triple]):
            owners.setdefault(positions[label], []).append(place)
    return owners


def _chosen(owners, X, y, train, most, classifier):
    """Return the columns that are tried, in the table's order."""
    if len(owners) <= most:
        return sorted(owners)
    by_modality = {}
    for position, places in owners.items():
        by_modality.setdefault(places[0], []).append(position)
    ranked = [
        _ranked(X, y, train, positions, classifier)
        for positions in by_modality.values()
    ]
    # one of each modality in turn, until there are enough
    turns = [
        own[turn]
        for turn in range(max(map(len, ranked)))
        for own in ranked
        if turn < len(own)
    ]
    return sorted(turns[:most])


def _ranked(X, y, train, positions, classifier):
    """Return columns in the order of how they go with the target in training.

    Columns that are no numbers come first: there are few, and each tells much.
    """
    part = safe_indexing(X, train)
    values = np.column_stack([_numbers(part, position) for position in positions])
    there = np.isfinite(values)
    known = np.flatnonzero(there.any(axis=0))
    strength = np.full(len(positions), np.inf)
    strength[known] = -1.0
    means = np.mean(values[:, known], axis=0, where=there[:, known])
    filled = np.where(there[:, known], values[:, known], means)
    varied = filled.max(axis=0, initial=-np.inf) > filled.min(axis=0, initial=np.inf)
    if varied.any():
        own = _strength(filled[:, varied], y[train], classifier)
        strength[known[varied]] = own
    return [positions[k] for k in np.argsort(-strength, kind="stable")]


def _strength(values, y, classifier):
    """Return an F statistic a column, the largest of several targets."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if classifier:
            found = f_classif(values, y)[0]
        else:
            targets = np.reshape(y, (len(y), -1)).T
            found = np.max([f_regression(values, own)[0] for own in targets], axis=0)
    return np.nan_to_num(found, nan=-1.0, posinf=np.finfo(float).max)


def _numbers(X, position):
    """Return a column as floats; NaN throughout where it holds no numbers."""
    if sparse.issparse(X):
        return X[:, [position]].toarray().ravel().astype(float)
    column = _frame.column(X, position)
    if _frame.kind(column) in ("number", "boolean", "duration"):
        return _frame.to_float(column)
    if _frame.kind(column) == "date":
        return _frame.to_seconds(column)
    return np.full(X.shape[0], np.nan)
