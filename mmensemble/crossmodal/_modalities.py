"""What projection and retrieval ask of a table's modalities."""

import numpy as np
from sklearn.utils import get_tags

from mmensemble._cells import with_null_columns
from mmensemble._frame import as_table, column_names
from mmensemble.ensemble._table import check_any, read_table
from mmensemble.modality import presence_mask, resolve_modalities

#: Names of constructor arguments, which no modality may have.
RESERVED = (
    "modalities",
    "target",
    "estimator",
    "max_patterns",
    "level",
    "blend",
    "cv",
    "n_jobs",
    "random_state",
)


def resolve(estimator, X):
    """Return the modalities of a training table; raise where no row has any."""
    resolved = resolve_modalities(estimator.modalities, X, RESERVED)
    check_any(presence_mask(X, resolved), [name for name, _, _ in resolved])
    return resolved


def labels_of(columns):
    """Return resolved columns as a list."""
    return columns if isinstance(columns, list) else [columns]


def check_apart(resolved, owner):
    """Raise ValueError where two modalities have a column in common."""
    for i, (name, _, columns) in enumerate(resolved):
        for other, _, others in resolved[i + 1 :]:
            common = sorted(set(labels_of(columns)) & set(labels_of(others)))
            if common:
                raise ValueError(
                    f"The modalities {name!r} and {other!r} share the columns "
                    f"{common[:10]}; {owner} needs modalities without common columns, "
                    "as a row that lacks one would lose part of the other."
                )


def check_groups(groups, n_rows):
    """Return groups as an array of one entry a row, or None."""
    if groups is None:
        return None
    groups = np.asarray(groups)
    if len(groups) != n_rows:
        raise ValueError(
            f"The 'groups' parameter must have one entry a row: {n_rows}, got "
            f"{len(groups)}."
        )
    return groups


def read_fitted(estimator, X):
    """Return a table at predict, and which row has which modality.

    A frame that lacks all columns of a modality is as good as one whose rows lack
    it.

    Parameters
    ----------
    estimator : fitted estimator
        With `modalities_` and `_active`, the modalities that training rows had.
    X : table

    Returns
    -------
    X : table of shape (n_samples, n_columns)
    presence : ndarray of bool of shape (n_samples, n_modalities)
    """
    resolved = estimator.modalities_
    X = _with_all(as_table(X, type(estimator).__name__), resolved, estimator)
    X = read_table(estimator, X, reset=False, resolved=resolved)
    return X, presence_mask(X, resolved) & estimator._active


def _with_all(X, resolved, estimator):
    """Return a frame with nulls for modalities of which it has no column."""
    names = column_names(X)
    if names is None or not hasattr(estimator, "feature_names_in_"):
        return X
    wanted = [labels_of(columns) for _, _, columns in resolved]
    lacking = [labels for labels in wanted if not set(labels) & set(names)]
    if not lacking or len(lacking) == len(wanted):
        return X
    return with_null_columns(X, [label for labels in lacking for label in labels])


def takes_sparse(parts):
    """Tell whether all of (name, extractor) pairs take sparse matrices.

    Words that stand for an extractor do.
    """
    return all(
        isinstance(part, str) or get_tags(part).input_tags.sparse for _, part in parts
    )
