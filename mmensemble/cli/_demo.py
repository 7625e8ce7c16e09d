"""``mmensemble demo``: a comparison on real data, and a report of it."""

import os
import platform
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
from mmensemble.datasets import load_nycflights
from mmensemble.display._axes import require_pyplot
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.model_selection import compare_fusions
from mmensemble.report._page import require_jinja

_FUSIONS = ["concat", "voting", "stacking"]
_N_SPLITS = 5


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "demo",
        help="compare single modalities and fusions on real flights",
        description="Compare single modalities and their fusions on a bundled table "
        "of flights (is it late?), and write a report.",
    )
    parser.add_argument("--out", default="demo_report.html", help="report to write")
    add_n_jobs(parser, "fits at the same time", default=2)
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.add_argument(
        "--rows", type=int, help="use about so many rows, whole days (default: all)"
    )
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    start = perf_counter()
    require_jinja()
    require_pyplot("The demo's report")
    check_outputs([("--out", args.out)])
    data = load_nycflights()
    rows = _whole_days(data.groups, args.rows)
    X, y, days = data.data.iloc[rows], data.target.iloc[rows], data.groups[rows]
    n_days = len(np.unique(days))
    print(f"Late flights: {len(X):,} rows, {n_days} days, modalities")
    for name, _, columns in data.modalities:
        absent = X[columns].isna().all(axis=1).mean()
        print(f"  {name}: {len(columns)} columns, absent from {absent:.1%} of the rows")
    model = MultimodalClassifier(data.modalities, random_state=args.seed)
    comparison = _compare(model, X, y, days, args)
    print_comparison(comparison)
    comparison.to_html(
        args.out,
        title="mmensemble: late flights",
        lead="Which flights from New York arrive late? Schedule, weather and plane, "
        "fused.",
        X=X,
        modalities=data.modalities,
        model=_best_model(model, comparison),
        how=(
            f"{_N_SPLITS} folds that keep days whole (GroupKFold), {len(X):,} flights "
            f"of {n_days} days, the default linear learner, seed {args.seed}."
        ),
        code=_recipe(args),
    )
    print(f"\nReport: {args.out} ({perf_counter() - start:.0f} s in all)")
    return 1 if len(comparison.errors()) else 0


def _compare(model, X, y, days, args):
    """Cross-validate with a bar on the terminal."""
    bar = Bar()
    try:
        return compare_fusions(
            model,
            X,
            y,
            fusions=_FUSIONS,
            scoring="roc_auc",
            cv=GroupKFold(_N_SPLITS),
            groups=days,
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


def _whole_days(days, n_rows):
    """Return positions of the first days that together hold `n_rows` rows."""
    if n_rows is None:
        return np.arange(len(days))
    names, counts = np.unique(days, return_counts=True)
    n_days = int(np.searchsorted(np.cumsum(counts), n_rows)) + 1
    if n_rows < 1 or n_days < _N_SPLITS:
        raise CommandError(
            f"--rows {n_rows} is too few: {_N_SPLITS} folds need {_N_SPLITS} days, "
            f"{counts[:_N_SPLITS].sum():,} rows"
        )
    return np.flatnonzero(np.isin(days, names[:n_days]))


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
