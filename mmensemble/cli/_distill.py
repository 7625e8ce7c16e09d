"""``mmensemble distill``: train with all modalities, predict from few."""

from mmensemble._did_you_mean import nearest
from mmensemble.cli._dates import remember
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, read_format
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._modalities import (
    add_modality,
    add_without,
    leave_out,
    parse_modalities,
)
from mmensemble.cli._outputs import add_model_out, check_model_out, write_model
from mmensemble.cli._problem import MODELS, guess_task
from mmensemble.cli._sources import TABLE_HELP
from mmensemble.cli._tables import need_column, read_table
from mmensemble.fusion import StackingFusion
from mmensemble.modality._columns import resolve_modalities
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
    add_without(parser)
    parser.add_argument(
        "--student",
        action="append",
        required=True,
        metavar="MODALITY",
        help="modality that predictions are made from; once for each",
    )
    parser.add_argument("--task", choices=["auto", *sorted(MODELS)], default="auto")
    parser.add_argument("--groups", help="column of groups that folds keep together")
    add_n_jobs(parser, "fits at the same time")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    add_model_out(parser)
    add_format(parser)
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    check_model_out(args, [("the table", args.table)])
    form = read_format(args)
    table = read_table(args.table, form)
    aside = []
    for name, option in ((args.target, "--target"), (args.groups, "--groups")):
        if name is not None:
            need_column(table, name, option)
            aside.append(name)
    free = leave_out(args.without, [n for n in table.columns if n not in aside])
    modalities = parse_modalities(args.modality, free)
    _check_student(args.student, resolve_modalities(modalities, table[free]))
    known = table[args.target].dropna().to_numpy()
    if not len(known):
        raise CommandError(f"--target {args.target!r} is empty in every row")
    task = guess_task(known) if args.task == "auto" else args.task
    teacher = MODELS[task](modalities, fusion=StackingFusion(concat_member=True))
    model = _STUDENTS[task](
        teacher,
        student_modalities=args.student,
        n_jobs=args.n_jobs,
        random_state=args.seed,
    )
    groups = None if args.groups is None else table[args.groups].to_numpy()
    model.fit(table[free], table[args.target], groups=groups)
    remember(model, form)
    write_model(model, args.out)
    n, n_all = len(known), len(table)
    print(f"{task} of {args.target!r} from {', '.join(args.student)}")
    print(f"  {n:,} of {n_all:,} rows have a target; chosen: {model.choice_}")
    if model.price_ is not None:
        print(model.price_.round(3).to_string())
    print(f"model: {args.out}")
    return 0


def _check_student(names, resolved):
    """Fail where the student is to read what is no modality of the table."""
    known = [name for name, _, _ in resolved]
    for name in names:
        if name not in known:
            raise CommandError(
                f"--student {name!r} is no modality{nearest(name, known)} Give the "
                "option once for each"
            )
