"""Fusions by short name: finding one, making one, and the table of them."""

import textwrap

import pandas as pd
from sklearn.base import clone

from mmensemble._did_you_mean import did_you_mean
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._names import named_subclasses


def named_fusions():
    """Return the classes of fusions by short name, users' own among them.

    Returns
    -------
    fusions : dict of str to type
        Sorted by name.

    Examples
    --------
    >>> from mmensemble.fusion._lookup import named_fusions
    >>> named_fusions()["voting"].__name__
    'VotingFusion'
    """
    return named_subclasses(BaseFusion)


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
        named = named_fusions()
        if fusion not in named:
            raise ValueError(
                f"{did_you_mean(fusion, named)}The {parameter!r} parameter must be one "
                f"of {list(named)} or a fusion object, got {fusion!r}."
            )
        return named[fusion]()
    if isinstance(fusion, type) or not isinstance(fusion, BaseFusion):
        raise TypeError(
            f"The {parameter!r} parameter must be one of {list(named_fusions())} or "
            f"an instance of a fusion such as StackingFusion(), got {fusion!r}."
        )
    return clone(fusion)


class FusionTable(pd.DataFrame):
    """A frame of fusions that prints whole: a paragraph a fusion."""

    @property
    def _constructor(self):
        return pd.DataFrame

    def __repr__(self):
        parts = []
        for name, row in self.iterrows():
            about = f"{row['level']} level; {row['tasks']}"
            parts.append(f"{name}: {row['class']} ({about})")
            parts += textwrap.wrap(row["when"], _WIDTH, **_INDENT)
            parts += textwrap.wrap(row["reference"], _WIDTH, **_INDENT)
        return "\n".join(parts)

    def _repr_html_(self):
        with pd.option_context("display.max_colwidth", None, "display.max_rows", None):
            return pd.DataFrame(self).to_html()


#: How a paragraph is laid out.
_WIDTH = 88
_INDENT = {"initial_indent": "    ", "subsequent_indent": "    "}


def list_fusions():
    """Return the table of fusions.

    Returns
    -------
    table : DataFrame
        Printed as a paragraph a fusion.
        One row a short name: `class`, `level`, `needs`, `tasks`, `row_outputs`
        that a model with its defaults offers, `reference` and `when` to use it.

    Examples
    --------
    >>> from mmensemble import list_fusions
    >>> list_fusions().loc["voting", "level"]
    'decision'
    """
    rows = {}
    for name, cls in named_fusions().items():
        fusion = cls()
        rows[name] = {
            "class": cls.__name__,
            "level": cls.level,
            "needs": ", ".join(sorted(fusion.needs)),
            "tasks": ", ".join(cls.tasks),
            "row_outputs": ", ".join(fusion.row_outputs),
            "reference": cls.reference,
            "when": cls.when,
        }
    return FusionTable(pd.DataFrame.from_dict(rows, orient="index"))
