"""Short names of the fusions, and the table of them."""

import pandas as pd
from sklearn.base import clone

from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._concat import ConcatFusion
from mmensemble.fusion._selection import SelectionFusion
from mmensemble.fusion._stacking import StackingFusion
from mmensemble.fusion._voting import VotingFusion

FUSIONS = {
    "concat": ConcatFusion,
    "selection": SelectionFusion,
    "stacking": StackingFusion,
    "voting": VotingFusion,
}


def make_fusion(fusion):
    """Return an unfitted fusion for a short name, or a clone of an object.

    Parameters
    ----------
    fusion : str or BaseFusion
        Short name out of `list_fusions`, or a fusion object.

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
                f"The 'fusion' parameter must be one of {sorted(FUSIONS)} or a fusion "
                f"object, got {fusion!r}."
            )
        return FUSIONS[fusion]()
    if isinstance(fusion, type) or not isinstance(fusion, BaseFusion):
        raise TypeError(
            f"The 'fusion' parameter must be one of {sorted(FUSIONS)} or an instance "
            f"of a fusion such as StackingFusion(), got {fusion!r}."
        )
    return clone(fusion)


def list_fusions():
    """Return the table of fusions.

    Returns
    -------
    table : DataFrame
        One row a short name: `class`, `level`, `needs`, `tasks`, `reference`
        and `when` to use it.

    Examples
    --------
    >>> from mmensemble import list_fusions
    >>> list_fusions().loc["voting", "level"]
    'decision'
    """
    rows = {
        name: {
            "class": cls.__name__,
            "level": cls.level,
            "needs": ", ".join(sorted(cls().needs)),
            "tasks": ", ".join(cls.tasks),
            "reference": cls.reference,
            "when": cls.when,
        }
        for name, cls in FUSIONS.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")
