"""Which row is of which domain."""

import numpy as np
from sklearn.utils.validation import check_consistent_length

from mmensemble import _frame
from mmensemble._validation import row_values


def read_domain(domain, X):
    """Return the domain of each row as str objects, None where it has none.

    Parameters
    ----------
    domain : array-like of shape (n_samples,) or None
    X : table of shape (n_samples, n_columns)

    Returns
    -------
    names : ndarray of objects of shape (n_samples,)

    Raises
    ------
    ValueError
        When it has more than one column, or another length than `X`.
    """
    if domain is None:
        return np.full(X.shape[0], None)
    if isinstance(domain, str):
        raise ValueError(
            f"The 'domain' parameter must have one entry a row, got the text "
            f"{domain!r}. Give the column itself, as in X[{domain!r}]."
        )
    if not _frame.is_pandas(domain) and not _frame.is_polars(domain):
        domain = row_values(domain)
    if len(domain.shape) != 1:
        raise ValueError(
            f"The 'domain' parameter must have one entry a row, got the shape "
            f"{domain.shape}."
        )
    check_consistent_length(X, domain)
    return _frame.to_objects(domain)


def domain_name(label):
    """Return the name of one domain as `read_domain` gives it.

    Raises
    ------
    ValueError
        For several, or a missing one.
    """
    if not np.isscalar(label) or label != label:
        raise ValueError(f"The 'target' parameter must name one domain, got {label!r}.")
    return _frame.to_objects(np.array([label], dtype=object))[0]
