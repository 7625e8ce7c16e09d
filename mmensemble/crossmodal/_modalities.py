"""What projection and retrieval ask of a table's modalities."""

import numpy as np

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


def read_fitted(estimator, X, without=None):
    """Return a table at predict, and which row has which modality.

    Parameters
    ----------
    estimator : fitted estimator
        With `modalities_` and `_active`, the modalities that training rows had.
    X : table
    without : int, default=None
        Modality whose columns a frame may lack.

    Returns
    -------
    X : table of shape (n_samples, n_columns)
    presence : ndarray of bool of shape (n_samples, n_modalities)
    """
    resolved = estimator.modalities_
    needed = [triple for m, triple in enumerate(resolved) if m != without]
    X = read_table(estimator, X, reset=False, resolved=needed)
    presence = np.zeros((X.shape[0], len(resolved)), dtype=bool)
    inside = [m for m in range(len(resolved)) if m != without]
    if needed:
        presence[:, inside] = presence_mask(X, needed)
    return X, presence & estimator._active
