"""What projection and retrieval ask of a table's modalities."""

from sklearn.utils.validation import validate_data

from mmensemble._frame import as_table
from mmensemble.ensemble._table import check_any, read_table
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask

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


def read_training(estimator, X):
    """Return a training table, its modalities, and which row has which.

    Sets ``n_features_in_`` and ``feature_names_in_``. Raises ValueError where no row
    has any modality.
    """
    X = as_table(X, type(estimator).__name__)
    validate_data(estimator, X=X, skip_check_array=True)
    resolved = resolve_modalities(estimator.modalities, X, RESERVED)
    presence = presence_mask(X, resolved)
    check_any(presence, [name for name, _, _ in resolved])
    return X, resolved, presence


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
    X = read_table(estimator, X, resolved, absent_columns="missing")
    return X, presence_mask(X, resolved) & estimator._active
