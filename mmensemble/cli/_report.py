"""``mmensemble report``: what one model predicts, how well, and from what."""

from time import perf_counter

import pandas as pd

from mmensemble.cli._compare import need_folds, need_pages
from mmensemble.cli._errors import CommandError
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._outputs import check_outputs, write_result
from mmensemble.cli._problem import (
    MODELS,
    add_fusion,
    add_problem,
    read_problem,
    table_files,
)
from mmensemble.cli._progress import Bar
from mmensemble.cli._sources import title_of
from mmensemble.cli._targets import class_named
from mmensemble.model_selection import model_report


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "report",
        help="tell what one model predicts, how well, and from what",
        description="Cross-validate one model on a table: its "
        "score, curves, what modalities and columns contribute, and what may be wrong "
        "with the table.",
    )
    add_problem(parser)
    add_fusion(parser)
    parser.add_argument("--cv", type=int, default=5, help="folds (default: 5)")
    parser.add_argument(
        "--scoring",
        help="scikit-learn's name of a metric, such as roc_auc or "
        "neg_mean_absolute_error (default: accuracy or R²)",
    )
    parser.add_argument(
        "--columns",
        type=int,
        default=50,
        help="columns that are shuffled, to see how far the score falls (default: 50)",
    )
    parser.add_argument(
        "--positive",
        metavar="CLASS",
        help="class that the curves, and metrics of one class such as f1, are of "
        "(default: of two classes the last)",
    )
    parser.add_argument("--html", metavar="FILE", help="page to write")
    parser.add_argument("--json", metavar="FILE", help="tables to write as JSON")
    add_n_jobs(parser, "folds at the same time")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    start = perf_counter()
    need_folds(args)
    outputs = [("--html", args.html), ("--json", args.json)]
    check_outputs(outputs, table_files(args))
    need_pages(args)
    problem = read_problem(args)
    positive = _positive(problem, args)
    bar = Bar()
    try:
        report = model_report(
            MODELS[problem.task](
                problem.modalities, fusion=args.fusion, random_state=args.seed
            ),
            problem.X,
            pd.Series(problem.y, name=args.target),
            groups=problem.groups,
            scoring=args.scoring,
            cv=args.cv,
            max_columns=args.columns,
            positive=positive,
            title=f"Model report: {args.target} in {title_of(args.table)}, "
            f"{len(problem.y):,} rows",
            n_jobs=args.n_jobs,
            random_state=args.seed,
            verbose=bar,
        )
    finally:
        bar.close()
    plain, *numbers = report.summary_
    problem = report.problem.sentences(report.n_folds)
    for sentence in (plain, "", *problem, "", *numbers):
        print(sentence)
    write_result(report, args)
    print(f"({perf_counter() - start:.0f} s in all)")
    return 1 if len(report.errors_) else 0


def _positive(problem, args):
    if args.positive is not None and problem.task == "regression":
        raise CommandError(
            f"--positive names a class, and {args.target!r} is predicted as a number; "
            "leave it out, or pass --task classification"
        )
    return class_named(args.positive, problem.y, args.target)
