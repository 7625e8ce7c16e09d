"""Time the correlation engine in multiples of one matrix product.

Every repetition runs all contestants one after the other, so that a busy machine slows
all of them; the table shows medians, as multiples of the median of ``X.T @ X``.

    python benchmarks/correlation/bench_engine.py [--quick] [--threads 1 2]
        [--repeats 7] [--rows 20000] [--columns 400]
"""

import argparse
import time
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from threadpoolctl import threadpool_limits

from mmensemble.analysis._correlate import correlate

#: What the engine is to reach, as multiples of one product.
TARGETS = {
    "Pearson": "≤ 2",
    "Spearman": "≤ 6",
    "Pearson, 10 % missing": "≤ 8",
    "Spearman, 10 % missing, pairwise": "≥ 10 × pandas",
}


def tables(rows, columns, seed=0):
    """Return a table of normal numbers, and one with a tenth of them missing."""
    rng = np.random.default_rng(seed)
    full = rng.normal(size=(rows, columns))
    holes = np.where(rng.random(full.shape) < 0.1, np.nan, full)
    return full, holes


def contestants(full, holes):
    """Return the functions that are timed in every repetition."""
    return {
        "X.T @ X": lambda: full.T @ full,
        "Pearson": partial(correlate, full),
        "Pearson, 10 % missing": partial(correlate, holes),
        "Pearson, 10 % missing, columnwise": partial(
            correlate, holes, nan_policy="columnwise"
        ),
        "Spearman": partial(correlate, full, method="spearman"),
        "Spearman, 10 % missing, columnwise": partial(
            correlate, holes, method="spearman", nan_policy="columnwise"
        ),
        "numpy.corrcoef": lambda: np.corrcoef(full, rowvar=False),
    }


def slow_contestants(full, holes):
    """Return the functions that take too long to be repeated often."""
    return {
        "X.T @ X": lambda: full.T @ full,
        "scipy.stats.spearmanr": lambda: spearmanr(full),
        "pandas, Pearson": lambda: pd.DataFrame(full).corr(),
        "pandas, Pearson, 10 % missing": lambda: pd.DataFrame(holes).corr(),
    }


def medians(functions, repeats):
    """Return the median seconds of each function, run in turn."""
    seconds = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - start)
    return {name: float(np.median(values)) for name, values in seconds.items()}


def print_table(seconds):
    """Print medians in milliseconds and products."""
    product = seconds["X.T @ X"]
    print("| what | ms | products | target |\n|---|---|---|---|")
    for name, value in seconds.items():
        target = TARGETS.get(name, "")
        print(f"| {name} | {value * 1e3:.1f} | {value / product:.2f} | {target} |")


def compare_pairwise_spearman(holes, columns, repeats):
    """Print how many times faster than pandas the exact pairwise Spearman is."""
    part = np.ascontiguousarray(holes[:, :columns])
    seconds = medians(
        {
            "ours": partial(correlate, part, method="spearman"),
            "pandas": lambda: pd.DataFrame(part).corr(method="spearman"),
        },
        repeats,
    )
    factor = seconds["pandas"] / seconds["ours"]
    print(
        f"\nSpearman, 10 % missing, pairwise exact, {columns} columns: ours "
        f"{seconds['ours']:.3f} s, pandas {seconds['pandas']:.3f} s: "
        f"{factor:.1f} times faster (target: 10)"
    )


def run(options, threads):
    """Print all tables for a number of BLAS threads."""
    full, holes = tables(options.rows, options.columns)
    print(f"\n### {options.rows:,} × {options.columns} float64, {threads} thread(s)\n")
    with threadpool_limits(threads, user_api="blas"):
        seconds = medians(contestants(full, holes), options.repeats)
        print_table(seconds)
        compare_pairwise_spearman(holes, options.pairwise_columns, 3)
        if not options.quick:
            print()
            print_table(medians(slow_contestants(full, holes), 3))


def main():
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small table, 3 repeats")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=400)
    parser.add_argument("--pairwise-columns", type=int, default=60)
    options = parser.parse_args()
    if options.quick:
        options.rows, options.columns, options.repeats = 5000, 100, 3
        options.pairwise_columns = 20
    for threads in options.threads:
        run(options, threads)


if __name__ == "__main__":
    main()
