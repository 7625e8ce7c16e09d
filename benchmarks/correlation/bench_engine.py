"""Time the correlation engine and its peers in multiples of one matrix product.

Every repetition runs all contestants one after the other, so that a busy machine slows
all of them; the tables show medians, as multiples of the median of ``X.T @ X`` of the
same table, dtype and number of threads. Peers that take pair after pair are timed on as
many columns as take a second, and their time is scaled by the number of pairs ("≈").
Peak memory is that of a process of its own, above what it has before it starts.

    python benchmarks/correlation/bench_engine.py [--quick] [--threads 1 2]
        [--shapes 20000x400 2000x2000] [--parts ours pairwise peers memory]
        [--clock cpu]

On a busy machine ``--threads 1 --clock cpu`` counts seconds of work instead of those on
the clock; with more threads only the clock tells, and the machine must be idle.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from threadpoolctl import threadpool_limits

from mmensemble.analysis import correlate

try:
    import polars
except ImportError:
    polars = None
try:
    from feature_engine import selection
except ImportError:
    selection = None

#: Rows and columns.
SHAPES = {
    "2000x2000": (2000, 2000),
    "20000x400": (20_000, 400),
    "500000x100": (500_000, 100),
    "1000x20000": (1000, 20_000),
}
QUICK_SHAPES = {"400x60": (400, 60), "200x1200": (200, 1200)}

#: Shapes of which only pairs of |r| >= 0.8 are kept.
WIDE = {SHAPES["1000x20000"], QUICK_SHAPES["200x1200"]}

#: What the engine is to reach on 20,000 x 400 float64, in products.
TARGETS = {"Pearson": 2, "Spearman": 6, "Pearson, missing": 8}

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}

#: Seconds that a peer may take on some of the columns before it is extrapolated.
BUDGET = 1.0


def tables(rows, columns, dtype, seed=0):
    """Return a table of normal numbers, and one with a tenth of them missing."""
    rng = np.random.default_rng(seed)
    full = rng.normal(size=(rows, columns)).astype(dtype)
    holes = full.copy()
    holes[rng.random(full.shape) < 0.1] = np.nan
    return full, holes


def ours(full, holes):
    """Return what is timed in every repetition, the product first."""
    options = {"threshold": 0.8 if full.shape in WIDE else None}
    spearman = {**options, "method": "spearman"}
    columnwise = {**spearman, "nan_policy": "columnwise"}
    return {
        "X.T @ X": lambda: full.T @ full,
        "Pearson": partial(correlate, full, **options),
        "Pearson, missing": partial(correlate, holes, **options),
        "Spearman": partial(correlate, full, **spearman),
        "Spearman, missing, columnwise": partial(correlate, holes, **columnwise),
        "numpy.corrcoef": lambda: np.corrcoef(full, rowvar=False),
    }


def peers():
    """Return functions of a table that correlate it in other libraries."""
    found = {
        "pandas, Pearson": lambda X: pd.DataFrame(X).corr(),
        "pandas, Spearman": lambda X: pd.DataFrame(X).corr(method="spearman"),
    }
    if polars is not None:
        found["polars, Pearson"] = partial(polars_pairs, method="pearson")
        found["polars, Spearman"] = partial(polars_pairs, method="spearman")
    if selection is not None:
        for name in ("DropCorrelatedFeatures", "SmartCorrelatedSelection"):
            found[f"feature-engine, {name}"] = partial(select_features, name)
    return found


def polars_pairs(X, method):
    """Correlate all pairs of columns in one query; rows that lack one are left out."""
    frame = polars.DataFrame(X, schema=[f"x{k}" for k in range(X.shape[1])])
    frame = frame.fill_nan(None)
    return frame.select(
        polars.corr(a, b, method=method).alias(f"{a} {b}")
        for a, b in combinations(frame.columns, 2)
    )


def select_features(name, X):
    """Fit a selector of feature-engine."""
    frame = pd.DataFrame(X, columns=[f"x{k}" for k in range(X.shape[1])])
    return getattr(selection, name)(threshold=0.8, missing_values="ignore").fit(frame)


def medians(functions, repeats, clock):
    """Return the median seconds of each function, run in turn."""
    seconds = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            seconds[name].append(timed(function, clock))
    return {name: float(np.median(values)) for name, values in seconds.items()}


def timed(function, clock):
    """Return the seconds of one call."""
    start = clock()
    function()
    return clock() - start


def scaled(function, X, clock):
    """Return the seconds of ``function(X)``, and whether they are extrapolated."""
    n_columns, width = X.shape[1], min(8, X.shape[1])
    while True:
        part = np.ascontiguousarray(X[:, :width])
        seconds = timed(partial(function, part), clock)
        if width == n_columns:
            return seconds, False
        if seconds >= BUDGET / 2:
            return seconds * (n_columns / width) ** 2, True
        width = min(2 * width, n_columns)


def print_head(*cells):
    """Print the head of a Markdown table."""
    print("\n| " + " | ".join(cells) + " |\n|" + "---|" * len(cells), flush=True)


def print_row(*cells):
    """Print a row of a Markdown table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def title(rows, columns):
    """Return the shape in words."""
    return (
        f"{rows:,} × {columns:,}{', strong pairs' if (rows, columns) in WIDE else ''}"
    )


def run_ours(options):
    """Print our times in products, for shapes, dtypes and threads."""
    names = list(ours(*tables(20, 3, float)))
    head = ["shape", "dtype", "threads", "X.T @ X (ms)", *names[1:]]
    print("\n### Products of the same shape, dtype and threads")
    print_head(*head)
    for rows, columns in options.shapes.values():
        repeats = options.repeats if rows * columns**2 < 5e10 else 1
        for dtype in ("float64", "float32"):
            functions = ours(*tables(rows, columns, dtype))
            for threads in options.threads:
                with threadpool_limits(threads, user_api="blas"):
                    seconds = medians(functions, repeats, options.clock)
                product = seconds.pop("X.T @ X")
                cells = [f"{value / product:.2f}" for value in seconds.values()]
                about = title(rows, columns), dtype, threads, f"{product * 1e3:.1f}"
                print_row(*about, *cells)
    print(f"\nTargets on 20,000 × 400 float64: {TARGETS}")


def run_peers(options):
    """Print peers' times in products, float64, one thread of BLAS."""
    print("\n### Peers, in products of one thread, float64")
    names = list(peers())
    print_head("shape", "missing", "X.T @ X (ms)", "SciPy spearmanr", *names)
    for rows, columns in options.shapes.values():
        full, holes = tables(rows, columns, "float64")
        with threadpool_limits(1, user_api="blas"):
            product = {"X.T @ X": lambda full=full: full.T @ full}
            product = medians(product, 3, options.clock)["X.T @ X"]
            for X, missing in ((full, "none"), (holes, "10 %")):
                cells = [spearmanr_cell(X, product, missing, options.clock)]
                for function in peers().values():
                    seconds, is_scaled = scaled(function, X, options.clock)
                    sign = "≈ " if is_scaled else ""
                    cells.append(f"{sign}{seconds / product:.3g}")
                print_row(title(rows, columns), missing, f"{product * 1e3:.1f}", *cells)


def spearmanr_cell(X, product, missing, clock):
    """Return the time of SciPy, which neither skips holes nor keeps strong pairs."""
    if missing != "none" or X.shape == SHAPES["1000x20000"]:
        return "-"
    return f"{timed(lambda: spearmanr(X), clock) / product:.3g}"


def run_pairwise(options):
    """Print how many times faster than pandas the exact pairwise Spearman is."""
    rows, columns = options.pairwise
    holes = tables(rows, columns, "float64")[1]
    functions = {
        "ours": partial(correlate, holes, method="spearman"),
        "pandas": lambda: pd.DataFrame(holes).corr(method="spearman"),
    }
    print("\n### Spearman, 10 % missing, exact by pair")
    print_head("shape", "threads", "ours (s)", "pandas (s)", "times faster", "target")
    for threads in options.threads:
        with threadpool_limits(threads, user_api="blas"):
            seconds = medians(functions, 3, options.clock)
        mine, theirs = seconds["ours"], seconds["pandas"]
        ratio = f"{theirs / mine:.1f}"
        print_row(
            title(rows, columns), threads, f"{mine:.3f}", f"{theirs:.3f}", ratio, "≥ 10"
        )


def run_memory(options):
    """Print the peak memory of every contestant, each in a process of its own."""
    print("\n### Peak memory in MB above the table, float64, one thread")
    names = [*ours(*tables(20, 3, float)), *peers()]
    shapes = list(options.shapes.values())
    print_head("what", *(title(*shape) for shape in shapes))
    sizes = (f"{rows * columns * 8 / 1e6:.0f}" for rows, columns in shapes)
    print_row("the table itself", *sizes)
    for name in names:
        cells = [measure(name, shape, options.patience) for shape in shapes]
        print_row(name, *cells)


def measure(name, shape, patience):
    """Return the peak memory of a contestant in another process, in words."""
    command = [sys.executable, __file__, "--measure", name, *map(str, shape)]
    limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
    # Freed arrays go back to the system, and not unseen into the next ones.
    limits["MALLOC_MMAP_THRESHOLD_"] = "131072"
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=patience,
            env={**os.environ, **limits},
            check=True,
        )
    except subprocess.TimeoutExpired:
        return f"> {patience} s"
    except subprocess.CalledProcessError as error:
        return "> 12 GB" if "MemoryError" in error.stderr else "failed"
    return done.stdout.strip()


def measured(name, rows, columns):
    """Run one contestant and print by how much it raised this process's memory."""
    full, holes = tables(rows, columns, "float64")
    if name in peers():
        function = partial(peers()[name], full)
        small = partial(peers()[name], full[:50, :3].copy())
    else:
        function = ours(full, holes)[name]
        small = ours(full[:50, :3].copy(), holes[:50, :3].copy())[name]
    small()
    resource.setrlimit(resource.RLIMIT_DATA, (12 * 2**30, 12 * 2**30))
    # Linux: forget the peak of what was done so far.
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = status("VmRSS")
    function()
    print(f"{(status('VmHWM') - before) / 1e3:.0f}")


def status(key):
    """Return a line of this process's status, in kB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key))


def main():
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = {
        "ours": run_ours,
        "pairwise": run_pairwise,
        "peers": run_peers,
        "memory": run_memory,
    }
    parser.add_argument("--quick", action="store_true", help="small tables")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--shapes", nargs="+", choices=list(SHAPES))
    parser.add_argument("--parts", nargs="+", default=list(parts), choices=list(parts))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--clock", choices=list(CLOCKS), default="wall")
    parser.add_argument("--patience", type=int, default=60, help="seconds")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        name, rows, columns = options.measure
        measured(name, int(rows), int(columns))
        return
    shapes = QUICK_SHAPES if options.quick else SHAPES
    options.shapes = {name: shapes[name] for name in options.shapes or shapes}
    options.pairwise = (1000, 20) if options.quick else (20_000, 60)
    options.clock = CLOCKS[options.clock]
    options.repeats = 3 if options.quick else options.repeats
    for part in options.parts:
        parts[part](options)


if __name__ == "__main__":
    main()
