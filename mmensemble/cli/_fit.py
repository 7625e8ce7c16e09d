"""``mmensemble fit``: a model from a table."""

import joblib
import numpy as np
import pandas as pd

from mmensemble.cli._errors import CommandError
from mmensemble.cli._modalities import parse_modalities
from mmensemble.cli._tables import check_out, need_column, read_table
from mmensemble.ensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.fusion import FUSIONS

_MODELS = {
    "classification": MultimodalClassifier,
    "regression": MultimodalRegressor,
}
#: Whole numbers with more distinct values than this are amounts, not classes.
_MOST_CLASSES = 20


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "fit",
        help="fit a model on a CSV or Parquet table",
        description="Fit a model on a CSV or Parquet table and save it.",
    )
    parser.add_argument("table", help="CSV, TSV or Parquet file, one sample a row")
    parser.add_argument("--target", required=True, help="column to predict")
    parser.add_argument(
        "--modality",
        action="append",
        metavar="NAME=COLUMNS",
        help="a modality and its columns, as in audio=pitch,mfcc*; once for each "
        "(default: by what stands before '__' in the column names)",
    )
    parser.add_argument("--fusion", choices=sorted(FUSIONS), default="stacking")
    parser.add_argument(
        "--task",
        choices=["auto", *sorted(_MODELS)],
        default="auto",
        help="default: "
        f"regression for fractions and more than {_MOST_CLASSES} distinct numbers",
    )
    parser.add_argument("--groups", help="column of groups that folds keep together")
    parser.add_argument(
        "--drop-unlabelled", action="store_true", help="leave out rows without target"
    )
    parser.add_argument("--n-jobs", type=int, help="fits at the same time (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.add_argument("--out", required=True, help="model to write (a joblib pickle)")
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    check_out(args.out)
    table = _labelled(read_table(args.table), args)
    y = _plain(table[args.target])
    groups = _groups(table, args)
    used = [args.target] if args.groups is None else [args.target, args.groups]
    X = table.drop(columns=used)
    if not X.shape[1]:
        raise CommandError(f"{args.table!r} has no column but {' and '.join(used)}")
    modalities = parse_modalities(args.modality, list(X.columns))
    task = guess_task(y) if args.task == "auto" else args.task
    if task == "regression" and y.dtype.kind not in "iufb":
        raise CommandError(
            f"--task regression needs numbers, --target {args.target!r} holds text "
            f"such as {y[0]!r}"
        )
    model = _MODELS[task](
        modalities, fusion=args.fusion, n_jobs=args.n_jobs, random_state=args.seed
    )
    model.fit(X, y, groups=groups)
    joblib.dump(model, args.out)
    _print_summary(model, X, task, args)
    return 0


def _labelled(table, args):
    """Return the rows that have a target; refuse others unless told to drop them."""
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
    many = len(np.unique(y)) > _MOST_CLASSES
    return "regression" if fractions or many else "classification"


def _print_summary(model, X, task, args):
    presence = model.presence(X)
    about = f", {len(model.classes_)} classes" if hasattr(model, "classes_") else ""
    print(f"{task} of {args.target!r}{about}: {len(X):,} rows, fusion {args.fusion}")
    for name, _, columns in model.modalities_:
        shown = ", ".join(columns[:4]) + (", ..." if len(columns) > 4 else "")
        print(
            f"  {name}: {len(columns)} columns ({shown}), present in "
            f"{presence[name].mean():.1%} of the rows"
        )
    print(f"model: {args.out}")
