"""The contract of fusions, as checks."""

from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.ensemble._transformer import MultimodalTransformer
from mmensemble.testing._estimator_checks import ESTIMATOR_CHECKS
from mmensemble.testing._running import bind
from mmensemble.testing._view_checks import VIEW_CHECKS


def fusion_checks(fusion):
    """Yield the checks of a fusion, one by one.

    First those of the fusion alone, on views made for it; then those of
    :func:`multimodal_checks` within every estimator that it serves.

    Parameters
    ----------
    fusion : BaseFusion
        An unfitted fusion.

    Yields
    ------
    name : str
        Of the check; with the estimator before it, where it runs in one.
    check : callable
        Without arguments; raises AssertionError that names the check, the
        object and what it violated.

    See Also
    --------
    check_fusion : All of them at once.

    Examples
    --------
    >>> from mmensemble import VotingFusion
    >>> from mmensemble.testing import fusion_checks
    >>> checks = dict(fusion_checks(VotingFusion("median")))
    >>> checks["check_weights"]()
    >>> checks["MultimodalClassifier-check_groups_apart"]()
    """
    yield from bind(VIEW_CHECKS, fusion)
    for estimator in _served(fusion):
        for name, check in bind(ESTIMATOR_CHECKS, estimator):
            yield f"{type(estimator).__name__}-{name}", check


def _served(fusion):
    if "classification" in fusion.tasks:
        yield MultimodalClassifier(fusion=fusion)
    if "regression" in fusion.tasks:
        yield MultimodalRegressor(fusion=fusion)
    if hasattr(fusion, "_transform"):
        yield MultimodalTransformer(fusion=fusion)


def check_fusion(fusion):
    """Check that a fusion keeps the contract, alone and in every estimator.

    Parameters
    ----------
    fusion : BaseFusion
        An unfitted fusion.

    Raises
    ------
    AssertionError
        With the name of the first check that fails, and what was violated.

    See Also
    --------
    fusion_checks : The checks one by one, for ``pytest.mark.parametrize``.

    Examples
    --------
    >>> from mmensemble import VotingFusion
    >>> from mmensemble.testing import check_fusion
    >>> check_fusion(VotingFusion())
    """
    for _, check in fusion_checks(fusion):
        check()
