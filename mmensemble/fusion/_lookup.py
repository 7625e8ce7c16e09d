"""Short names of the fusions: one dict that `_registry` fills, and who reads it."""

from sklearn.base import clone

from mmensemble.fusion._base import BaseFusion

#: Classes by short name.
FUSIONS = {}


def make_fusion(fusion, parameter="fusion"):
    """Return an unfitted fusion for a short name, or a clone of an object.

    Parameters
    ----------
    fusion : str or BaseFusion
        Short name out of `list_fusions`, or a fusion object.
    parameter : str, default="fusion"
        Whose value it is, for messages.

    Returns
    -------
    fusion : BaseFusion
        Unfitted, and nobody else's.

    Raises
    ------
    ValueError
        For a short name that no fusion has.
    TypeError
        For anything that is neither a short name nor a fusion.
    """
    if isinstance(fusion, str):
        if fusion not in FUSIONS:
            raise ValueError(
                f"The {parameter!r} parameter must be one of {sorted(FUSIONS)} or a "
                f"fusion object, got {fusion!r}."
            )
        return FUSIONS[fusion]()
    if isinstance(fusion, type) or not isinstance(fusion, BaseFusion):
        raise TypeError(
            f"The {parameter!r} parameter must be one of {sorted(FUSIONS)} or an "
            f"instance of a fusion such as StackingFusion(), got {fusion!r}."
        )
    return clone(fusion)
