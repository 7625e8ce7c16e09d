"""``mmensemble fit``: a model from a table."""

import warnings

from mmensemble.cli._dates import remember
from mmensemble.cli._formats import read_format
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._joins import unused_joins, with_joins
from mmensemble.cli._outputs import add_model_out, check_model_out, write_model
from mmensemble.cli._problem import (
    MODELS,
    add_fusion,
    add_problem,
    read_problem,
    table_files,
)
from mmensemble.cli._progress import Bar
from mmensemble.cli._unread import unread_lines
from mmensemble.ensemble._description import NAME_MISSING, description_lines
from mmensemble.model_selection import compare_fusions


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "fit",
        help="fit a model on a table",
        description="Fit a model on a CSV, TSV, Parquet or Excel table and save it.",
    )
    add_problem(parser)
    add_fusion(parser)
    add_n_jobs(parser, "fits at the same time")
    parser.add_argument(
        "--no-score",
        action="store_true",
        help="save the five fits that tell what score to expect on new rows",
    )
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    add_model_out(parser)
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    check_model_out(args, table_files(args))
    problem = read_problem(args)
    model = MODELS[problem.task](
        problem.modalities,
        fusion=args.fusion,
        n_jobs=args.n_jobs,
        random_state=args.seed,
    )
    _fit(model, problem)
    remember(model, read_format(args))
    write_model(with_joins(problem.joins, model), args.out)
    _print_summary(model, problem, args)
    _print_expected(model, problem, args)
    print(f"model: {args.out}")
    return 0


def _fit(model, problem):
    """Fit the model and show how far that is; the model itself keeps no trace."""
    bar = Bar()

    def show(n_done, n_fits, text):
        text = text if n_done < n_fits else "fusion"
        bar(n_done, n_fits + 1, f"fits: {text}")

    bar.begin("fitting")
    try:
        model.set_params(verbose=show)
        model.fit(problem.X, problem.y, groups=problem.groups)
    finally:
        bar.close()
        model.set_params(verbose=0)


def _print_summary(model, problem, args):
    X, task, joins = problem.X, problem.task, problem.joins
    presence = model.presence(X)
    about = f", {len(model.classes_)} classes" if hasattr(model, "classes_") else ""
    print(f"{task} of {args.target!r}{about}: {len(X):,} rows, fusion {args.fusion}")
    for name, _, columns in model.modalities_:
        shown = ", ".join(columns[:4]) + (", ..." if len(columns) > 4 else "")
        noun = "column" if len(columns) == 1 else "columns"
        print(
            f"  {name}: {len(columns)} {noun} ({shown}), present in "
            f"{presence[name].mean():.1%} of the rows"
        )
    for line in description_lines(model.describe()):
        option = "name what stands for missing with --na"
        print(f"  {line.replace(NAME_MISSING, option)}")
    for line in unread_lines(model, X, fitting=True):
        print(f"  ! {line}")
    for line in unused_joins(joins, model, X):
        print(f"  ! {line}")


def _print_expected(model, problem, args):
    """Say what score to expect, by the fusion's own estimate or by five folds."""
    fusion, task = model.fusion_, problem.task
    estimate = getattr(fusion, "score_estimate_", float("nan"))
    if estimate == estimate:
        score = "accuracy" if task == "classification" else "R²"
        low, high = fusion.score_interval_
        interval = f" ({low:.3f} to {high:.3f})" if low == low else ""
        print(
            f"  chosen: {fusion.choice_.replace('_', ' ')}; {score} to expect on new "
            f"rows {estimate:.3f}{interval}, by folds within the fit; 'report' fits "
            "anew on folds of its own, and two such estimates differ by chance"
        )
    elif not args.no_score:
        print(f"  {_out_of_fold(model, problem, args)}")


def _out_of_fold(model, problem, args):
    """Return the score of the whole model on rows that it was not fitted on."""
    bar = Bar()
    bar.begin("scoring out of fold")

    def show(n_done, n_folds, text):
        bar(n_done, n_folds, f"score: {text}")

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the description has the alerts
            found = compare_fusions(
                model,
                problem.X,
                problem.y,
                fusions=[args.fusion],
                groups=problem.groups,
                n_jobs=args.n_jobs,
                random_state=args.seed,
                verbose=show,
            )
    except ValueError as error:
        return f"no score out of fold: {' '.join(str(error).split())}"
    finally:
        bar.close()
    row = found.frame().iloc[0]
    metric = found.metrics[0]
    return (
        f"{found.metric_name()} out of fold {row[f'mean_test_{metric}']:.3f} ± "
        f"{row[f'std_test_{metric}']:.3f} (mean and deviation of "
        f"{len(found.results)} folds)"
    )
