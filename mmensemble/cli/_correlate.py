"""``mmensemble correlate``: which modalities of a table say the same."""

import shlex
from time import perf_counter

from mmensemble.cli._chunks import ChunkPreparer
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, format_words, read_format
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._modalities import (
    add_modality,
    add_without,
    leave_out,
    parse_modalities,
)
from mmensemble.cli._outputs import check_outputs, write_result
from mmensemble.cli._progress import Bar
from mmensemble.cli._sources import TABLE_HELP, as_file, shown, title_of
from mmensemble.cli._tables import need_name, read_header, say_na_unseen
from mmensemble.cli._targets import as_target
from mmensemble.display._axes import require_pyplot
from mmensemble.report._correlation_file import SAMPLE_ROWS, file_report, words_of_pass
from mmensemble.report._correlation_words import in_short
from mmensemble.report._page import require_jinja

_METHODS = ("pearson", "spearman")


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "correlate",
        help="tell which modalities of a table say the same",
        description="Tell which modalities of a table say the same, "
        "add to each other, or are of no use. The table is read in chunks and "
        "may be larger than memory.",
    )
    parser.add_argument("table", help=TABLE_HELP)
    add_modality(parser)
    add_without(parser)
    parser.add_argument("--target", help="column that the modalities are to tell about")
    parser.add_argument(
        "--groups",
        help="column of groups that folds keep together, or a level of the index of a "
        "Parquet file",
    )
    parser.add_argument(
        "--method",
        action="append",
        choices=_METHODS,
        help="correlation of features; twice for both (default: both)",
    )
    parser.add_argument(
        "--sample",
        type=int,
        default=SAMPLE_ROWS,
        help=f"rows in which modalities are studied (default: {SAMPLE_ROWS:,}); "
        "features are correlated in all",
    )
    parser.add_argument(
        "--task",
        choices=["auto", "classification", "regression"],
        default="auto",
        help="default: regression for fractions and more than 20 distinct numbers",
    )
    parser.add_argument(
        "--drop-unlabelled", action="store_true", help="leave out rows without target"
    )
    parser.add_argument("--html", metavar="FILE", help="page to write")
    parser.add_argument("--json", metavar="FILE", help="tables to write as JSON")
    add_n_jobs(parser, "threads")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    add_format(parser)
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    start = perf_counter()
    _check(args)
    with as_file(args.table, read_format(args)) as (file, form):
        hints = []
        report = _studied(args, file, form, hints.append)
    for sentence in [*hints, in_short(report), "", *report.summary_]:
        print(sentence)
    write_result(report, args)
    print(f"({perf_counter() - start:.0f} s in all)")
    return 0


def _studied(args, file, form, tell):
    """Return the report of a file, with a bar on the terminal; `tell` takes hints."""
    given = [name for name in (args.target, args.groups) if name is not None]
    columns, csv = read_header(args.table, form, file=file, wanted=given)
    say_na_unseen(args.table, file, form)
    for name, option in ((args.target, "--target"), (args.groups, "--groups")):
        if name is not None:
            need_name(name, columns, option)
    if len(set(given)) < len(given):
        raise CommandError(f"--groups and --target are both {args.target!r}")
    free = leave_out(args.without, [n for n in columns if n not in given])
    if not free:
        raise CommandError(
            f"{shown(args.table)} has no column but "
            f"{' and '.join([*given, *(args.without or ())])}"
        )
    bar = Bar()
    try:
        return file_report(
            file,
            [name for name in columns if name in given or name in free],
            modalities=parse_modalities(args.modality, free),
            target=args.target,
            groups=args.groups,
            methods=tuple(dict.fromkeys(args.method or _METHODS)),
            sample=args.sample,
            drop_unlabelled=args.drop_unlabelled,
            task=args.task,
            random_state=args.seed,
            n_jobs=args.n_jobs,
            title=f"Modality correlation: {title_of(args.table)}",
            code=_recipe(args),
            on_rows=_Progress(bar),
            csv=csv,
            prepare=ChunkPreparer(form, csv),
            read_target=lambda y: as_target(y, args.target, args.task, tell),
        )
    finally:
        bar.close()


def _check(args):
    """Refuse before the work what cannot end well."""
    if args.sample < 20:
        raise CommandError(f"--sample {args.sample} is too few; give at least 20 rows")
    check_outputs(
        [("--html", args.html), ("--json", args.json)], [("the table", args.table)]
    )
    if args.html is not None:
        require_jinja()
        require_pyplot("A report")


class _Progress:
    """Tells a bar how far the passes are; those after the first know the rows."""

    def __init__(self, bar):
        self.bar = bar

    def __call__(self, number, n_passes, n_rows, total):
        what = words_of_pass(number)
        if total is None:
            self.bar.count(n_rows, f"rows, pass 1 of {n_passes}: {what}")
            return
        text = f"pass {number + 1} of {n_passes}: {what}"
        if number + 1 == n_passes and n_rows >= total:
            text = "studying modalities"
        self.bar(n_rows, total, text)


def _recipe(args):
    """Return the command that makes the page again."""
    parts = ["mmensemble", "correlate", args.table]
    for spec in args.modality or ():
        parts += ["--modality", spec]
    for name in args.without or ():
        parts += ["--without", name]
    for method in args.method or ():
        parts += ["--method", method]
    for option in ("target", "groups", "sample", "task", "seed", "html"):
        value = getattr(args, option)
        if value is not None:
            parts += [f"--{option}", str(value)]
    if args.drop_unlabelled:
        parts.append("--drop-unlabelled")
    parts += format_words(args)
    return shlex.join(parts)
