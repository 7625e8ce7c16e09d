"""``mmensemble fill``: modalities that rows lack, predicted from those they have."""

from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, read_format
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._modalities import add_modality, parse_modalities
from mmensemble.cli._sources import TABLE_HELP, shown
from mmensemble.cli._tables import (
    check_tables_out,
    need_column,
    read_table,
    write_table,
)
from mmensemble.crossmodal._projector import CrossModalProjector

_ESTIMATORS = ("auto", "linear", "kernel", "forest", "mlp", "attention")


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "fill",
        help="fill in the modalities that rows lack",
        description="Predict the modalities that rows of a table lack from those that "
        "they have, and write the filled table. Cells that hold something stay; free "
        "text and dates are not predicted.",
    )
    parser.add_argument("table", help=TABLE_HELP)
    add_modality(parser)
    parser.add_argument("--estimator", choices=_ESTIMATORS, default="auto")
    parser.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column that is of no modality, such as a target; once for each",
    )
    parser.add_argument("--groups", help="column of groups that folds keep together")
    add_n_jobs(parser, "fits at the same time")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.add_argument(
        "--out", default="filled.csv", help="table to write (default: %(default)s)"
    )
    parser.add_argument(
        "--uncertainty", metavar="FILE", help="table of standard deviations to write"
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    outputs = [("--out", args.out), ("--uncertainty", args.uncertainty)]
    check_tables_out(outputs, [("the table", args.table)])
    aside = [*args.keep, *([] if args.groups is None else [args.groups])]
    table = read_table(args.table, read_format(args), wanted=aside)
    for name in aside:
        need_column(table, name, "--groups" if name == args.groups else "--keep")
    free = [name for name in table.columns if name not in aside]
    if not free:
        raise CommandError(
            f"{shown(args.table)} has no column but {' and '.join(aside)}"
        )
    X = table[free]
    model = CrossModalProjector(
        parse_modalities(args.modality, free),
        estimator=args.estimator,
        n_jobs=args.n_jobs,
        random_state=args.seed,
    )
    groups = None if args.groups is None else table[args.groups].to_numpy()
    filled = model.fit(X, groups=groups).transform(X)
    write_table(table.assign(**filled), args.out)
    if args.uncertainty is not None:
        write_table(model.uncertainty(X), args.uncertainty)
    _print_summary(model, X, filled, args)
    return 0


def _print_summary(model, X, filled, args):
    for row in model.r2_.itertuples():
        print(f"  {row.modality} from {row.sources}: R² {row.r2:.3f} out of fold")
    n_cells = int(X.isna().sum().sum() - filled.isna().sum().sum())
    print(f"{n_cells:,} cells filled in: {args.out}")
