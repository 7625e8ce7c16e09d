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


def parse_modalities(specs, columns):
    """Return modalities with the columns that their specifications name.

    Parameters
    ----------
    specs : list of str or None
        Each ``name=part,part,...``; a part is a column, or a pattern with ``*``.
        None or an empty list is "auto".
    columns : list of str
        Columns that may be used: all but target and groups.

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
    return [_parse(spec, columns) for spec in specs]


def _parse(spec, columns):
    name, separator, parts = spec.partition("=")
    name, parts = name.strip(), [part.strip() for part in parts.split(",")]
    if not separator or not name or not all(parts):
        raise CommandError(
            f"--modality {spec!r} cannot be read; write name=column,column,prefix*"
        )
    chosen = {column for part in parts for column in _match(spec, part, columns)}
    return name, "auto", [column for column in columns if column in chosen]


def _match(spec, part, columns):
    if part in columns:
        return [part]
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
