"""What ``fit`` and ``compare`` read alike: a table, its target and its groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, read_format
from mmensemble.cli._joins import add_joins, columns_of, join, parse_joins
from mmensemble.cli._modalities import (
    add_modality,
    add_without,
    leave_out,
    parse_modalities,
)
from mmensemble.cli._sources import TABLE_HELP, read_once, shown
from mmensemble.cli._tables import need_column, read_table
from mmensemble.cli._targets import as_target
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.fusion._lookup import named_fusions

MODELS = {
    "classification": MultimodalClassifier,
    "regression": MultimodalRegressor,
}
#: Whole numbers with more distinct values than this are amounts, not classes.
MOST_CLASSES = 20


@dataclass
class Problem:
    """A table that is read, and what is to be predicted.

    Parameters
    ----------
    X : DataFrame
        Without target and groups, with joined columns.
    y : ndarray of shape (n_samples,)
    groups : ndarray of shape (n_samples,) or None
    modalities : "auto" or list of (name, "auto", columns)
    task : {"classification", "regression"}
    joins : list of AuxiliaryJoiner
        Fitted; what has joined the columns.
    """

    X: pd.DataFrame
    y: np.ndarray
    groups: np.ndarray | None
    modalities: object
    task: str
    joins: list


def add_problem(parser):
    """Add the options that name table, target, modalities, task and groups."""
    parser.add_argument("table", help=TABLE_HELP)
    parser.add_argument("--target", required=True, help="column to predict")
    add_modality(parser)
    add_without(parser)
    parser.add_argument(
        "--task",
        choices=["auto", *sorted(MODELS)],
        default="auto",
        help="default: "
        f"regression for fractions and more than {MOST_CLASSES} distinct numbers",
    )
    add_joins(parser)
    parser.add_argument(
        "--groups",
        help="column of groups that folds keep together, or a level of the index of a "
        "Parquet file",
    )
    parser.add_argument(
        "--drop-unlabelled", action="store_true", help="leave out rows without target"
    )
    add_format(parser)


def add_fusion(parser):
    """Add the option that names the fusion of one model."""
    parser.add_argument(
        "--fusion",
        choices=list(named_fusions()),
        default="auto",
        help="how modalities are fused (default: auto, which tries many learners on "
        "each modality and on all together, and keeps the best member, selection or "
        "stack of them; compare tells which fusion serves a table best)",
    )


def table_files(args):
    """Return (word, path) of the files that `read_problem` reads.

    Raises
    ------
    CommandError
        Where standard input is more than one of them.
    """
    joins = [("a table of --join", joiner.table) for joiner in parse_joins(args.join)]
    read_once([args.table, *(path for _, path in joins)])
    return [("the table", args.table), *joins]


def read_problem(args):
    """Return the problem that the options of `add_problem` name.

    Raises
    ------
    CommandError
        For a mistake in a file, a column or the target.
    """
    given = [name for name in (args.target, args.groups) if name is not None]
    table = read_table(args.table, read_format(args), wanted=given)
    table = _labelled(table, args)
    y = _plain(table[args.target])
    groups = _groups(table, args)
    joins = parse_joins(args.join)
    keys = [name for name in given[1:] if name in columns_of(joins)]
    X = table.drop(columns=[name for name in given if name not in keys])
    if joins and X.shape[1]:
        X = join(joins, X)
    X = X[leave_out(args.without, list(X.columns.drop(keys)))]
    if not X.shape[1]:
        raise CommandError(
            f"{shown(args.table)} has no column but "
            f"{' and '.join([*given, *(args.without or ())])}"
        )
    aside = dict.fromkeys(args.without or (), "--without") | _roles(args)
    modalities = parse_modalities(args.modality, list(X.columns), aside)
    y = as_target(y, args.target, args.task)
    task = guess_task(y) if args.task == "auto" else args.task
    return Problem(X, y, groups, modalities, task, joins)


def _roles(args):
    """Return which option takes which column that is no feature."""
    return {args.target: "--target", args.groups: "--groups"}


def _labelled(table, args):
    """Return the rows that have a target; refuse others, or drop them on request."""
    need_column(table, args.target, "--target")
    missing = table[args.target].isna()
    if not missing.any():
        return table
    if missing.all():
        raise CommandError(f"--target {args.target!r} is empty in every row")
    if not args.drop_unlabelled:
        raise CommandError(
            f"{missing.sum()} of {len(table)} rows have no {args.target!r}; mend the "
            "table, or pass --drop-unlabelled to leave them out"
        )
    print(f"left out {missing.sum()} of {len(table)} rows without {args.target!r}")
    return table[~missing].reset_index(drop=True)


def _groups(table, args):
    if args.groups is None:
        return None
    need_column(table, args.groups, "--groups")
    if args.groups == args.target:
        raise CommandError(f"--groups and --target are both {args.target!r}")
    missing = table[args.groups].isna().sum()
    if missing:
        raise CommandError(f"{missing} of {len(table)} rows have no {args.groups!r}")
    return _plain(table[args.groups])


def _plain(column):
    """Return a column as an array of numbers, booleans or strings."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy()
    return column.astype(str).to_numpy(dtype=object)


def guess_task(y):
    """Return "regression" for fractions and many distinct numbers.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)

    Returns
    -------
    task : {"classification", "regression"}

    Examples
    --------
    >>> guess_task(np.array([0, 1, 1])), guess_task(np.array([0.5, 1.0]))
    ('classification', 'regression')
    """
    if y.dtype.kind not in "iuf":
        return "classification"
    fractions = y.dtype.kind == "f" and not np.equal(np.mod(y, 1), 0).all()
    many = len(np.unique(y)) > MOST_CLASSES
    return "regression" if fractions or many else "classification"
