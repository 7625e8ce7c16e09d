"""``mmensemble predict``: predictions from a saved model."""

import sys
import warnings
from dataclasses import replace
from pathlib import Path

import joblib
import pandas as pd

from mmensemble._persistence import SKOPS, load
from mmensemble.cli._dates import remembered
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, read_format
from mmensemble.cli._joins import last_step
from mmensemble.cli._sources import TABLE_HELP, read_once
from mmensemble.cli._tables import (
    check_tables_out,
    need_column,
    read_table,
    write_table,
)
from mmensemble.cli._unread import unread_lines
from mmensemble.cli._unseen import unseen_lines
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._otherwise import OTHERWISE
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.transfer import DistilledClassifier, DistilledRegressor

#: What 'mmensemble fit' and 'mmensemble distill' write.
_FITTED = MultimodalClassifier | MultimodalRegressor
_DISTILLED = DistilledClassifier | DistilledRegressor
#: How pickles begin, as they are, and packed by joblib with zlib, gzip, bz2, xz,
#: lzma and lz4.
_STARTS = (b"\x80", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"\x1f\x8b", b"BZh")
_STARTS += (b"\xfd7zXZ", b"]\x00", b"\x04\x22M\x18")


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "predict",
        help="predict the rows of a table with a saved model",
        description="Predict the rows of a table with a model that fit or distill has "
        "saved. Text that a spreadsheet would take for a formula gets a ' in front.",
    )
    parser.add_argument(
        "model", help="file that 'mmensemble fit' or 'distill' has written"
    )
    parser.add_argument("table", help=TABLE_HELP)
    parser.add_argument(
        "--out", default="predictions.csv", help="table to write (default: %(default)s)"
    )
    parser.add_argument(
        "--proba", action="store_true", help="add a column of probability a class"
    )
    parser.add_argument(
        "--id", metavar="COLUMN", help="a column that names rows, to stand in front"
    )
    parser.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a further column of the table to keep; once for each",
    )
    parser.add_argument(
        "--absent-columns",
        choices=["raise", "missing"],
        help="what a modality is of which the table has no column: an error, or "
        "missing in all rows (default: as the model says)",
    )
    parser.add_argument(
        "--trust",
        action="store_true",
        help="load the model, a pickle, which can run any code; say so only if you "
        "know who made it. A model.skops holds no code and needs no trust",
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    read_once([args.model, args.table])
    inputs = [("the model", args.model), ("the table", args.table)]
    check_tables_out([("--out", args.out)], inputs)
    model = _load(args)
    if args.proba and not hasattr(model, "predict_proba"):
        raise CommandError("--proba needs a classifier; this model predicts numbers")
    if args.absent_columns is not None:
        if isinstance(model, _DISTILLED):
            raise CommandError(
                "--absent-columns is for models of 'mmensemble fit'; a student needs "
                "all the columns that it reads"
            )
        last_step(model).set_params(absent_columns=args.absent_columns)
    dates, na = remembered(last_step(model))
    form = read_format(args)
    own = form.na is not None
    form = form if own else replace(form, na=na)
    X = read_table(args.table, form, remembered=not own, dates=dates)
    with warnings.catch_warnings():  # the lines below tell more
        warnings.filterwarnings("ignore", message=OTHERWISE)
        predictions = _predicted(model, X, args.proba)
    predictions = pd.concat([_kept(X, args, list(predictions)), predictions], axis=1)
    write_table(predictions, args.out)
    step = last_step(model)
    for line in [*unread_lines(step, X), *unseen_lines(step, X)]:
        print(line, file=sys.stderr)
    print(f"{len(predictions):,} predictions: {args.out}")
    return 0


def _predicted(model, X, proba):
    """Return predictions as a frame, and probabilities where they are wanted."""
    predictions = pd.DataFrame({"prediction": model.predict(X)})
    if not proba:
        return predictions
    names = [f"probability_{label}" for label in model.classes_]
    probabilities = pd.DataFrame(model.predict_proba(X), columns=names)
    return pd.concat([predictions, probabilities], axis=1)


def _kept(table, args, taken):
    """Return the columns of the table that are wanted beside the predictions."""
    wanted = [("--id", args.id), *(("--keep", name) for name in args.keep)]
    wanted = [(option, name) for option, name in wanted if name is not None]
    for option, name in wanted:
        need_column(table, name, option)
        if name in taken:
            raise CommandError(f"{option} {name!r} is a column of the predictions")
        if [other for _, other in wanted].count(name) > 1:
            raise CommandError(f"{option} {name!r} is wanted twice")
    twice = args.id is not None and int(table[args.id].duplicated().sum())
    if twice:
        raise CommandError(
            f"--id {args.id!r} does not tell the rows apart: in {twice} of them it is "
            f"as in an earlier one. Give --keep {args.id} to copy the column as it is"
        )
    return table[[name for _, name in wanted]]


def _load(args):
    """Return the model; a pickle is loaded only on the user's word."""
    if not Path(args.model).is_file():
        raise CommandError(f"cannot read {args.model!r}: there is no such file")
    if Path(args.model).suffix == SKOPS:
        try:
            return _checked(load(args.model), args)
        except ValueError as error:
            raise CommandError(str(error)) from error
    with open(args.model, "rb") as file:
        start = file.read(8)
    if not start.startswith(_STARTS):
        raise CommandError(f"{args.model!r} is no file of a model (.joblib or .skops)")
    if not args.trust:
        raise CommandError(
            f"{args.model!r} is a pickle, and a pickle can run any code when it is "
            "loaded: pass --trust if you know who made it, or fit with --out "
            "model.skops, a file that holds no code"
        )
    try:
        model = joblib.load(args.model)
    except Exception as error:
        # a broken pickle raises whatever its bytes happen to mean
        raise CommandError(
            f"{args.model!r} is no model that can be loaded: {error}"
        ) from error
    return _checked(model, args)


def _checked(model, args):
    """Return what was loaded, if 'fit' or 'distill' can have made it."""
    if not isinstance(last_step(model), _FITTED | _DISTILLED):
        raise CommandError(
            f"{args.model!r} holds a {type(model).__name__}, not a model of "
            "'mmensemble fit' or 'mmensemble distill'"
        )
    return model
