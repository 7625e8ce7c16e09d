"""The table, the modalities and the rows' metadata, checked for an analysis."""

from scipy import sparse
from sklearn.utils.validation import validate_data

from mmensemble._frame import as_table
from mmensemble._seeds import draw_root
from mmensemble._validation import check_groups, check_weight
from mmensemble.analysis.modalities._study import Study
from mmensemble.analysis.modalities._target import make_target
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask


def read_table(estimator, X):
    """Return `X` as a dense table; sets the names and width of `estimator`.

    Raises
    ------
    TypeError
        For a sparse matrix.
    """
    name = type(estimator).__name__
    if sparse.issparse(X):
        raise TypeError(
            f"{name} needs a dense table, got a sparse matrix; call X.toarray()."
        )
    X = as_table(X, name)
    validate_data(estimator, X=X, skip_check_array=True)
    return X


def make_study(estimator, X, y, sample_weight, groups, *, modalities="auto"):
    """Return the `Study` of a checked table with the parameters of `estimator`.

    Parameters
    ----------
    estimator : estimator object
        With ``task``, ``cv``, ``estimator``, ``random_state`` and ``n_jobs``.
    X : table of shape (n_rows, n_columns)
    y, sample_weight, groups : array-like of shape (n_rows,) or None
    modalities : "auto" or list of (name, extractor, columns)
    """
    resolved = resolve_modalities(modalities, X)
    weight = check_weight(sample_weight, X.shape[0])
    groups = check_groups(groups, X)
    owner = type(estimator).__name__
    target = make_target(y, X, estimator.task, weight, owner=owner)
    return Study(
        X=X,
        resolved=resolved,
        presence=presence_mask(X, resolved),
        target=target,
        weight=weight,
        groups=groups,
        cv=estimator.cv,
        root=draw_root(estimator.random_state),
        n_jobs=estimator.n_jobs,
        estimator=estimator.estimator,
    )
