"""``mmensemble demo``: two comparisons on real data, and a report of each."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import sklearn
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from mmensemble import _version
from mmensemble.cli._compare import print_comparison
from mmensemble.cli._errors import CommandError
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._outputs import check_outputs
from mmensemble.cli._progress import Bar
from mmensemble.datasets import load_nycflights, load_womens_clothing
from mmensemble.display._axes import require_pyplot
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.fusion import AutoFusion
from mmensemble.model_selection import compare_fusions
from mmensemble.report._page import require_jinja

_N_SPLITS = 5


@dataclass(frozen=True)
class _Part:
    """One table of the demo.

    Parameters
    ----------
    title : str
    question : str
    rows, groups : str
        What a row and a group are, in the plural.
    load : callable
    n_rows : int or None
        Rows that are used by default; None for all.
    ending : str
        Of the name of the page.
    """

    title: str
    question: str
    rows: str
    groups: str
    load: Callable
    n_rows: int | None
    ending: str


_PARTS = (
    _Part(
        "Recommended clothes",
        "Would the buyer recommend it? The text of a review, its title and facts, "
        "fused.",
        "reviews",
        "products",
        lambda: load_womens_clothing(),
        1200,
        "",
    ),
    _Part(
        "Late flights",
        "Which flights from New York arrive late? Schedule, weather and plane, fused: "
        "a table on which fusing does not help.",
        "flights",
        "days",
        lambda: load_nycflights(),
        None,
        "_flights",
    ),
)


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "demo",
        help="compare single modalities and fusions on real reviews and flights",
        description="Compare single modalities and their fusions on two bundled "
        "tables, one on which fusing helps (reviews of clothes) and one on which it "
        "does not (late flights), and write a report of each.",
    )
    parser.add_argument(
        "--out",
        default="demo_report.html",
        help="report to write; that of the flights stands beside it, as "
        "demo_report_flights.html (default: demo_report.html)",
    )
    add_n_jobs(parser, "fits at the same time", default=2)
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.add_argument(
        "--rows",
        type=int,
        help="use about so many rows of each table, whole products and whole days "
        "(default: 1,200 reviews, all flights)",
    )
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    start = perf_counter()
    require_jinja()
    require_pyplot("The demo's report")
    out = Path(args.out)
    pages = [str(out.with_stem(out.stem + part.ending)) for part in _PARTS]
    check_outputs([("--out", args.out), ("the page of flights", pages[1])])
    loaded = [_load(part, args.rows) for part in _PARTS]
    n_errors = 0
    for part, page, data in zip(_PARTS, pages, loaded, strict=True):
        n_errors += _show(part, page, data, args)
    print(f"({perf_counter() - start:.0f} s in all)")
    return 1 if n_errors else 0


def _load(part, n_rows):
    """Return the data set, its table, target and groups, whole groups of it."""
    data = part.load()
    n_rows = part.n_rows if n_rows is None else n_rows
    rows = _whole_groups(data.groups, n_rows, part.groups)
    return data, data.data.iloc[rows], data.target.iloc[rows], data.groups[rows]


def _show(part, page, loaded, args):
    """Compare, print and write the page of one table; return how much failed."""
    data, X, y, groups = loaded
    n_groups = len(np.unique(groups))
    print(f"{part.title}: {len(X):,} {part.rows} of {n_groups} {part.groups}")
    print(part.question)
    for name, _, columns in data.modalities:
        absent = X[columns].isna().all(axis=1).mean()
        count = f"{len(columns)} column{'s' if len(columns) > 1 else ''}"
        print(f"  {name}: {count}, absent from {absent:.1%} of the rows")
    model = MultimodalClassifier(data.modalities, random_state=args.seed)
    comparison = _compare(model, X, y, groups, args)
    print_comparison(comparison)
    comparison.to_html(
        page,
        title=f"mmensemble: {part.title.lower()}",
        lead=part.question,
        X=X,
        modalities=data.modalities,
        model=_best_model(model, comparison),
        how=(
            f"{_N_SPLITS} folds that keep {part.groups} whole (GroupKFold), "
            f"{len(X):,} {part.rows} of {n_groups} {part.groups}, the default linear "
            f"learner, of which auto chooses members too, seed {args.seed}."
        ),
        code=_recipe(args),
    )
    print(f"\nReport: {page}\n")
    return len(comparison.errors())


def _compare(model, X, y, groups, args):
    """Cross-validate with a bar on the terminal."""
    fusions = {name: name for name in ("concat", "voting", "stacking")}
    bar = Bar()
    try:
        return compare_fusions(
            model,
            X,
            y,
            # with trees and boosting it takes minutes
            fusions=fusions | {"auto": AutoFusion("linear")},
            scoring="roc_auc",
            cv=GroupKFold(_N_SPLITS),
            groups=groups,
            n_jobs=2 if args.n_jobs is None else args.n_jobs,
            verbose=bar,
        )
    finally:
        bar.close()


def _best_model(model, comparison):
    """Return the model to draw: with the best fusion of all modalities."""
    whole = {c.label: c.fusion for c in comparison.choices if c.subset is None}
    means = comparison.mean_scores()[list(whole)].fillna(-np.inf)
    return clone(model).set_params(fusion=whole[means.idxmax()])


def _whole_groups(groups, n_rows, word):
    """Return positions of the first groups that together hold `n_rows` rows."""
    if n_rows is None:
        return np.arange(len(groups))
    names, counts = np.unique(groups, return_counts=True)
    n_groups = int(np.searchsorted(np.cumsum(counts), n_rows)) + 1
    if n_rows < 1 or n_groups < _N_SPLITS:
        raise CommandError(
            f"--rows {n_rows} is too few: {_N_SPLITS} folds need {_N_SPLITS} {word}, "
            f"{counts[:_N_SPLITS].sum():,} rows"
        )
    return np.flatnonzero(np.isin(groups, names[:n_groups]))


def _recipe(args):
    """Return the lines that make the report again, and what they ran on."""
    rows = "" if args.rows is None else f" --rows {args.rows}"
    return (
        "pip install '.[report]'  # in a clone\n"
        f"mmensemble demo --seed {args.seed}{rows}\n\n"
        f"# made with mmensemble {_version.__version__}, "
        f"scikit-learn {sklearn.__version__}, NumPy {np.__version__},\n"
        f"# Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores"
    )
