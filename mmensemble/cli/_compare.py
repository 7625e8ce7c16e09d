"""``mmensemble compare``: which fusion serves a table best, and how sure that is."""

import shlex
from time import perf_counter

import numpy as np
import pandas as pd

from mmensemble._did_you_mean import did_you_mean
from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import format_words
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._outputs import check_outputs, write_result
from mmensemble.cli._problem import MODELS, add_problem, read_problem, table_files
from mmensemble.cli._progress import Bar
from mmensemble.cli._sources import title_of
from mmensemble.display._axes import require_pyplot
from mmensemble.fusion._lookup import named_fusions
from mmensemble.model_selection import compare_fusions
from mmensemble.report._fusion_words import fusion_in_short
from mmensemble.report._page import require_jinja

_WORDS = ("all", "leave-one-out", "single")
#: Choices that the terminal shows.
_MOST_LINES = 30


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "compare",
        help="tell which fusion serves a table best",
        description="Cross-validate fusions, and sets of modalities, on a table, "
        "and say which to use and how sure that is.",
    )
    add_problem(parser)
    parser.add_argument(
        "--fusions",
        default="all",
        help="short names with commas between them, as in concat,voting (default: all "
        "that serve the task)",
    )
    parser.add_argument(
        "--subsets",
        action="append",
        metavar="MODALITIES",
        help="'all', 'leave-one-out' or 'single' sets of modalities, or names as in "
        "audio,image; once for each set (default: all modalities together)",
    )
    parser.add_argument("--cv", type=int, default=5, help="folds (default: 5)")
    parser.add_argument(
        "--scoring",
        help="scikit-learn's name of a metric, such as roc_auc or "
        "neg_mean_absolute_error (default: accuracy or R²)",
    )
    parser.add_argument(
        "--rope",
        type=float,
        default=0.01,
        help="differences up to this size do not matter (default: 0.01)",
    )
    parser.add_argument(
        "--control",
        action="store_true",
        help="also run with shuffled targets, to see whether something leaks",
    )
    parser.add_argument(
        "--cache",
        metavar="DIR",
        help="where finished work is kept, so that the same command goes on from "
        "there; files are pickles, which can run any code when they are read: let "
        "nobody else write into it",
    )
    parser.add_argument("--html", metavar="FILE", help="page to write")
    parser.add_argument("--json", metavar="FILE", help="tables to write as JSON")
    parser.add_argument(
        "--correlation", metavar="FILE", help="page of 'correlate' to link to"
    )
    add_n_jobs(parser, "folds at the same time")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    start = perf_counter()
    _check(args)
    problem = read_problem(args)
    model = MODELS[problem.task](problem.modalities, random_state=args.seed)
    bar = Bar()
    try:
        comparison = compare_fusions(
            model,
            problem.X,
            pd.Series(problem.y, name=args.target),
            fusions=_fusions(args.fusions),
            subsets=_subsets(args.subsets),
            scoring=args.scoring,
            cv=args.cv,
            groups=problem.groups,
            n_jobs=args.n_jobs,
            random_state=args.seed,
            verbose=bar,
            cache=args.cache,
            control=args.control,
            rope=args.rope,
        )
    except KeyboardInterrupt:
        bar.close()
        if args.cache is not None:
            print(f"finished fits are kept in {args.cache}: the same command goes on")
        raise
    finally:
        bar.close()
    print_comparison(comparison)
    write_result(
        comparison,
        args,
        title=f"Which fusion? {title_of(args.table)}",
        X=problem.X,
        modalities=problem.modalities,
        correlation=args.correlation,
        how=f"{args.cv} folds, seed {args.seed}.",
        code=_recipe(args),
    )
    print(f"({perf_counter() - start:.0f} s in all)")
    if comparison.missing == "interrupted":
        kept = f"{len(comparison.results)} of {args.cv} folds are finished and shown"
        more = "nothing else is kept; --cache would"
        if args.cache is not None:
            more = f"they are kept in {args.cache}, and the same command goes on"
        raise KeyboardInterrupt(f"{kept}; {more}")
    return 1 if len(comparison.errors()) else 0


def _check(args):
    """Refuse before the work what cannot end well."""
    need_folds(args)
    if not args.rope >= 0:
        raise CommandError(f"--rope {args.rope:g} is below 0")
    check_outputs(
        [("--html", args.html), ("--json", args.json)],
        [("--correlation", args.correlation), *table_files(args)],
        [("--cache", args.cache)],
    )
    need_pages(args)


def need_folds(args):
    """Refuse too few folds."""
    if args.cv < 2:
        raise CommandError(f"--cv {args.cv} is too few; give at least 2 folds")


def need_pages(args):
    """Fail before the work where a page could not be made."""
    if args.html is not None:
        require_jinja()
        require_pyplot("A report")


def _fusions(text):
    """Return the fusions that are named: "all", or a list of short names."""
    if text == "all":
        return text
    names = [name.strip() for name in text.split(",")]
    known = named_fusions()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CommandError(
            f"{did_you_mean(unknown[0], known)}--fusions {unknown[0]!r} is unknown; "
            f"there are {', '.join(known)}"
        )
    return names


def _subsets(given):
    """Return the sets of modalities that are named: None, a word, or lists."""
    if not given:
        return None
    words = [text for text in given if text in _WORDS]
    if len(given) == 1 and words:
        return given[0]
    if words:
        raise CommandError(f"--subsets {words[0]!r} stands alone, got {len(given)}")
    return [[name.strip() for name in text.split(",")] for text in given]


def print_comparison(comparison):
    """Print scores, verdicts on modalities, failures and the conclusion.

    Parameters
    ----------
    comparison : FusionComparison
    """
    rows = _score_lines(comparison)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print()
    for cells in rows[: _MOST_LINES + 1]:
        line = "  ".join(f"{c:<{w}}" for c, w in zip(cells, widths, strict=True))
        print(line.rstrip())
    hidden = len(rows) - 1 - _MOST_LINES
    if hidden > 0:
        print(f"... and {hidden} more; --html and --json show all")
    print()
    for text in comparison.verdicts()["text"]:
        print(text)
    errors = comparison.errors().drop_duplicates("choice")
    for name, error in zip(errors["choice"], errors["error"], strict=True):
        print(f"\n{name} failed: {error}")
    control = comparison.control_frame()
    if control is not None:
        n_leaks = int(control["leaks"].sum())
        leaks = "none" if not n_leaks else f"{n_leaks}: something leaks"
        print(f"\nchoices above chance with shuffled targets: {leaks}")
    print(f"\n{comparison.conclusion()}")
    in_short = fusion_in_short(comparison)
    if in_short:
        print(f"\nIn short: {in_short}")


def _score_lines(comparison):
    """Return the heading and one row a choice, the best first."""
    metric = comparison.metrics[0]
    frame = comparison.frame(singles=True)
    frame = frame.sort_values(
        f"mean_test_{metric}", ascending=False, kind="stable", ignore_index=True
    )
    how = "pooled rows" if comparison.is_pooled() else "mean ± std"
    heading = f"{comparison.metric_name()} ({how})"
    rows = [["choice", heading, "fit time", "note"]]
    values = (
        frame[name] for name in ("choice", f"mean_test_{metric}", f"std_test_{metric}")
    )
    for place, (name, mean, std) in enumerate(zip(*values, strict=True)):
        shown = "failed" if np.isnan(mean) else f"{mean:.3f}"
        if np.isfinite(std):
            shown += f" ± {std:.3f}"
        note = "best" if place == 0 and not np.isnan(mean) else ""
        rows.append([name, shown, f"{frame['mean_fit_time'][place]:.2f} s", note])
    return rows


def _recipe(args):
    """Return the command that makes the page again."""
    parts = ["mmensemble", "compare", args.table, "--target", args.target]
    for option in ("modality", "without", "join", "subsets"):
        for value in getattr(args, option) or ():
            parts += [f"--{option}", value]
    for option in (
        "task",
        "groups",
        "fusions",
        "cv",
        "scoring",
        "rope",
        "seed",
        "html",
    ):
        value = getattr(args, option)
        if value is not None:
            parts += [f"--{option}", str(value)]
    for option in ("drop_unlabelled", "control"):
        if getattr(args, option):
            parts.append(f"--{option.replace('_', '-')}")
    parts += format_words(args)
    return shlex.join(parts)
