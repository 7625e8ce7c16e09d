"""``--modality name=col1,col2,prefix*``: from words to modalities."""

from fnmatch import fnmatchcase

from mmensemble._did_you_mean import nearest
from mmensemble.cli._errors import CommandError


def add_modality(parser):
    """Add the option ``--modality``."""
    parser.add_argument(
        "--modality",
        action="append",
        metavar="NAME=COLUMNS",
        help="a modality and its columns, as in audio=pitch,mfcc*; once for each "
        "(default: by what stands before '__' in the column names)",
    )


def parse_modalities(specs, columns, aside=None):
    """Return modalities with the columns that their specifications name.

    Parameters
    ----------
    specs : list of str or None
        Each ``name=part,part,...``; a part is a column, or a pattern with ``*``.
        None or an empty list is "auto".
    columns : list of str
        Columns that may be used: all but target and groups.
    aside : dict of str to str, default=None
        Columns that may not, and the option that takes each.

    Returns
    -------
    modalities : "auto" or list of (name, "auto", columns)

    Raises
    ------
    CommandError
        For a specification that cannot be read, or names nothing in the table.

    Examples
    --------
    >>> parse_modalities(["genes=g*", "age=age"], ["age", "g1", "g2"])
    [('genes', 'auto', ['g1', 'g2']), ('age', 'auto', ['age'])]
    """
    if not specs:
        return "auto"
    return [_parse(spec, columns, aside or {}) for spec in specs]


def _parse(spec, columns, aside):
    name, separator, parts = spec.partition("=")
    name, parts = name.strip(), [part.strip() for part in parts.split(",")]
    if not separator or not name or not all(parts):
        raise CommandError(
            f"--modality {spec!r} cannot be read; write name=column,column,prefix*"
        )
    chosen = {column for part in parts for column in _match(spec, part, columns, aside)}
    return name, "auto", [column for column in columns if column in chosen]


def add_without(parser):
    """Add the option that names columns to leave out."""
    parser.add_argument(
        "--without",
        action="append",
        metavar="COLUMN",
        help="a column to leave out, such as an id, or what is known only afterwards; "
        "once for each",
    )


def leave_out(names, columns):
    """Return the columns without some of them.

    Parameters
    ----------
    names : list of str or None
        Of ``--without``.
    columns : list of str

    Returns
    -------
    columns : list of str

    Raises
    ------
    CommandError
        For a name that is none of the columns.
    """
    for name in names or ():
        if name not in columns:
            raise CommandError(
                f"--without {name!r} is no column that is used{nearest(name, columns)}"
            )
    return [column for column in columns if column not in (names or ())]


def _match(spec, part, columns, aside):
    if part in columns:
        return [part]
    if part in aside:
        raise CommandError(
            f"--modality {spec!r}: {part!r} is the column of {aside[part]}, and cannot "
            "be of a modality, too"
        )
    found = []
    if "*" in part:
        # brackets are common in column names and stand for themselves
        pattern = part.replace("[", "[[]")
        found = [column for column in columns if fnmatchcase(column, pattern)]
    if not found:
        kind = "pattern" if "*" in part else "column"
        raise CommandError(
            f"--modality {spec!r}: the {kind} {part!r} matches no column of the table"
            f"{nearest(part.rstrip('*'), columns)}"
        )
    return found
