"""``mmensemble fit``: a model from a table."""

import joblib

from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._joins import with_joins
from mmensemble.cli._outputs import check_outputs
from mmensemble.cli._problem import MODELS, add_problem, read_problem, table_files
from mmensemble.ensemble._description import description_lines
from mmensemble.fusion._lookup import named_fusions


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "fit",
        help="fit a model on a CSV or Parquet table",
        description="Fit a model on a CSV or Parquet table and save it.",
    )
    add_problem(parser)
    parser.add_argument("--fusion", choices=list(named_fusions()), default="auto")
    add_n_jobs(parser, "fits at the same time")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.add_argument("--out", required=True, help="model to write (a joblib pickle)")
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    check_outputs([("--out", args.out)], table_files(args))
    problem = read_problem(args)
    X, task = problem.X, problem.task
    model = MODELS[task](
        problem.modalities,
        fusion=args.fusion,
        n_jobs=args.n_jobs,
        random_state=args.seed,
    )
    model.fit(X, problem.y, groups=problem.groups)
    joblib.dump(with_joins(problem.joins, model), args.out)
    _print_summary(model, X, task, args)
    return 0


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
    for line in description_lines(model.describe()):
        print(f"  {line}")
    _print_estimate(model.fusion_, task)
    print(f"model: {args.out}")


def _print_estimate(fusion, task):
    """Say what score to expect, where the fusion has an estimate of its own."""
    estimate = getattr(fusion, "score_estimate_", float("nan"))
    if estimate == estimate:
        score = "accuracy" if task == "classification" else "R²"
        low, high = fusion.score_interval_
        print(
            f"  chosen: {fusion.choice_.replace('_', ' ')}; {score} to expect on new "
            f"rows {estimate:.3f} ({low:.3f} to {high:.3f})"
        )
