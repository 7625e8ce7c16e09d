"""The columns that `fit` saw, found again in a later table."""

from sklearn.utils.validation import validate_data

from mmensemble._frame import column_names, take_columns


def columns_of_fit(estimator, X):
    """Return the columns of `X` that `fit` saw, in their order.

    Frames go by name: their order, and further columns, do not matter. What has no
    names, or had none in `fit`, goes by position, with scikit-learn's checks.

    Parameters
    ----------
    estimator : estimator object
        Fitted, or with the names and width of its training table at least.
    X : table of shape (n_samples, n_columns)
        As `as_table` returns it.

    Returns
    -------
    X : table of shape (n_samples, `n_features_in_`)

    Raises
    ------
    ValueError
        Where columns are missing, or a table without names has another width.
    """
    known = getattr(estimator, "feature_names_in_", None)
    if known is None or column_names(X) is None:
        validate_data(estimator, X=X, skip_check_array=True, reset=False)
        return X
    return take_named(X, known)


def take_named(X, names, advice=""):
    """Return the columns of a frame that have some names, in the order of these.

    Parameters
    ----------
    X : dataframe of shape (n_samples, n_columns)
    names : sequence of str
    advice : str, default=""
        What follows in the error.

    Raises
    ------
    ValueError
        Where columns are missing; they are listed.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": [1], "b": [2], "more": [3]})
    >>> list(take_named(X, ["b", "a"]))
    ['b', 'a']
    """
    names, there = list(names), column_names(X)
    if names == there:
        return X
    missing = sorted(set(names) - set(there))
    if missing:
        raise ValueError(f"columns are missing: {missing}{advice}")
    at = {name: position for position, name in enumerate(there)}
    return take_columns(X, [at[name] for name in names])
