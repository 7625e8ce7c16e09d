"""The contract of multimodal estimators, as checks."""

from mmensemble.testing._contract_checks import CONTRACT_CHECKS
from mmensemble.testing._flow_checks import FLOW_CHECKS
from mmensemble.testing._fold_checks import FOLD_CHECKS
from mmensemble.testing._presence_checks import PRESENCE_CHECKS
from mmensemble.testing._running import bind
from mmensemble.testing._table_checks import TABLE_CHECKS, check_memory_mapped_input

ESTIMATOR_CHECKS = [
    *CONTRACT_CHECKS,
    *TABLE_CHECKS,
    *PRESENCE_CHECKS,
    *FLOW_CHECKS,
    *FOLD_CHECKS,
]


def multimodal_checks(estimator):
    """Yield the checks of a multimodal estimator, one by one.

    They are what scikit-learn's own checks cannot know: several modalities,
    some of them missing; columns by name; groups and weights on their way to
    the members; seeds by name; folds that differ in their classes and columns.
    Each works on clones of `estimator`, to which it gives modalities and data of
    its own.

    Parameters
    ----------
    estimator : estimator object
        A classifier, regressor or transformer with the parameters of
        :class:`mmensemble.MultimodalClassifier`.

    Yields
    ------
    name : str
        Of the check.
    check : callable
        Without arguments; raises AssertionError that names the check, the
        estimator and what it violated.

    See Also
    --------
    check_multimodal_estimator : All of them at once.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier
    >>> from mmensemble.testing import multimodal_checks
    >>> checks = dict(multimodal_checks(MultimodalClassifier(fusion="voting")))
    >>> checks["check_columns_by_name"]()
    """
    yield from bind([*ESTIMATOR_CHECKS, check_memory_mapped_input], estimator)


def check_multimodal_estimator(estimator):
    """Check that an estimator keeps the contract of multimodal estimators.

    Parameters
    ----------
    estimator : estimator object
        A classifier, regressor or transformer with the parameters of
        :class:`mmensemble.MultimodalClassifier`.

    Raises
    ------
    AssertionError
        With the name of the first check that fails, and what was violated.

    See Also
    --------
    multimodal_checks : The checks one by one, for ``pytest.mark.parametrize``.

    Examples
    --------
    >>> from mmensemble import MultimodalRegressor
    >>> from mmensemble.testing import check_multimodal_estimator
    >>> check_multimodal_estimator(MultimodalRegressor(fusion="voting"))
    """
    for _, check in multimodal_checks(estimator):
        check()
