"""``mmensemble distill``: train with all modalities, predict from few."""

import joblib

from mmensemble.cli._dates import remember
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, read_format
from mmensemble.cli._modalities import add_modality, parse_modalities
from mmensemble.cli._outputs import check_outputs
from mmensemble.cli._problem import MODELS, guess_task
from mmensemble.cli._sources import TABLE_HELP
from mmensemble.cli._tables import need_column, read_table
from mmensemble.fusion import StackingFusion
from mmensemble.transfer import DistilledClassifier, DistilledRegressor

_STUDENTS = {"classification": DistilledClassifier, "regression": DistilledRegressor}


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "distill",
        help="train with all modalities for predictions from few",
        description="Train a student that reads few modalities with the help of a "
        "teacher that reads all; rows without target are labelled by the teacher. "
        "What that gains, and what the modalities saved cost, is printed.",
    )
    parser.add_argument("table", help=TABLE_HELP)
    parser.add_argument("--target", required=True, help="column to predict")
    add_modality(parser)
    parser.add_argument(
        "--student",
        action="append",
        required=True,
        metavar="MODALITY",
        help="modality that predictions are made from; once for each",
    )
    parser.add_argument("--task", choices=["auto", *sorted(MODELS)], default="auto")
    parser.add_argument("--groups", help="column of groups that folds keep together")
    parser.add_argument("--n-jobs", type=int, help="fits at the same time (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.add_argument("--out", required=True, help="model to write (a joblib pickle)")
    add_format(parser)
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    check_outputs([("--out", args.out)], [("the table", args.table)])
    form = read_format(args)
    table = read_table(args.table, form)
    aside = []
    for name, option in ((args.target, "--target"), (args.groups, "--groups")):
        if name is not None:
            need_column(table, name, option)
            aside.append(name)
    free = [name for name in table.columns if name not in aside]
    known = table[args.target].dropna().to_numpy()
    if not len(known):
        raise CommandError(f"--target {args.target!r} is empty in every row")
    task = guess_task(known) if args.task == "auto" else args.task
    teacher = MODELS[task](
        parse_modalities(args.modality, free), fusion=StackingFusion(concat_member=True)
    )
    model = _STUDENTS[task](
        teacher,
        student_modalities=args.student,
        n_jobs=args.n_jobs,
        random_state=args.seed,
    )
    groups = None if args.groups is None else table[args.groups].to_numpy()
    model.fit(table[free], table[args.target], groups=groups)
    remember(model, form)
    joblib.dump(model, args.out)
    n, n_all = len(known), len(table)
    print(f"{task} of {args.target!r} from {', '.join(args.student)}")
    print(f"  {n:,} of {n_all:,} rows have a target; chosen: {model.choice_}")
    if model.price_ is not None:
        print(model.price_.round(3).to_string())
    print(f"model: {args.out}")
    return 0
