"""Short names of the fusions, and the table of them."""

import pandas as pd

from mmensemble.fusion._auto import AutoFusion
from mmensemble.fusion._concat import ConcatFusion
from mmensemble.fusion._hybrid import HybridFusion
from mmensemble.fusion._lookup import FUSIONS
from mmensemble.fusion._selection import SelectionFusion
from mmensemble.fusion._stacking import StackingFusion
from mmensemble.fusion._voting import VotingFusion

FUSIONS |= {
    "auto": AutoFusion,
    "concat": ConcatFusion,
    "hybrid": HybridFusion,
    "selection": SelectionFusion,
    "stacking": StackingFusion,
    "voting": VotingFusion,
}


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
