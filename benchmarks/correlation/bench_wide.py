"""Find the strong pairs of a table that is larger than memory may be.

A float32 table of planted pairs in noise is written to a memory-mapped file, block by
block. A process that may allocate 4 GB at most correlates all its columns and keeps
the pairs of |r| > 0.8; its memory is watched from outside. Pages of the mapped file
count apart: they belong to the system's cache, which takes them back when it needs to.

    python benchmarks/correlation/bench_wide.py [--quick] [--rows 100000]
        [--columns 20000] [--folder /tmp] [--limit 4]
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from mmensemble.analysis import correlate

THRESHOLD = 0.8

#: Columns of which each third starts a planted pair with the column half a table on.
STRIDE = 50


def planted_pairs(n_columns):
    """Return the columns i, j of the planted pairs and their correlations."""
    i = np.arange(0, n_columns // 2, STRIDE)
    r = np.linspace(0.82, 0.98, len(i)) * np.where(np.arange(len(i)) % 2, -1, 1)
    return i, i + n_columns // 2 + 1, r


def write_table(path, n_rows, n_columns, seed=0):
    """Write normal numbers with planted pairs, in blocks of rows."""
    X = np.lib.format.open_memmap(path, "w+", np.float32, (n_rows, n_columns))
    i, j, r = planted_pairs(n_columns)
    rng = np.random.default_rng(seed)
    for start in range(0, n_rows, 2000):
        block = rng.standard_normal((min(2000, n_rows - start), n_columns), np.float32)
        block[:, j] = r * block[:, i] + np.sqrt(1 - r**2) * block[:, j]
        # Offsets that would spoil products of numbers that are not centred.
        block += np.arange(n_columns) % 7
        X[start : start + len(block)] = block
    X.flush()


def correlate_file(path, limit, tile):
    """Correlate a file within `limit` GB, and print the pairs and seconds."""
    # Linux counts what a process allocates, but no mapped files, as its data.
    size = int(limit * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    X = np.load(path, mmap_mode="r")
    start = time.perf_counter()
    found = correlate(X, threshold=THRESHOLD, tile=tile)
    seconds = time.perf_counter() - start
    pairs = found.pairs
    fields = {name: getattr(pairs, name).tolist() for name in ("i", "j", "r")}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    about = {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime}
    print(json.dumps({**fields, **about, "n_tested": pairs.n_tested}))


def watch(command):
    """Run a command; return its output, and its peaks of own and mapped memory (GB)."""
    peak = {"RssAnon": 0, "RssFile": 0}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            for line in status.read_text().splitlines():
                key, _, value = line.partition(":")
                if key in peak:
                    peak[key] = max(peak[key], int(value.split()[0]))
            time.sleep(0.2)
        output = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"The process failed with {process.returncode}.")
    whole = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (
        json.loads(output),
        *(value / 2**20 for value in peak.values()),
        whole / 2**20,
    )


def fitting_rows(n_rows, n_columns, folder):
    """Return how many rows fit on the disk, with room to spare."""
    free = shutil.disk_usage(folder).free * 0.8
    return int(min(n_rows, free // (4 * n_columns)))


def product_seconds(n_columns, tile, rows=4096):
    """Return seconds of one float32 product of two strips of columns, per row."""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, rows, min(tile, n_columns)), np.float32)
    a.T @ b
    start = time.perf_counter()
    for _ in range(3):
        a.T @ b
    return (time.perf_counter() - start) / 3 / rows


def check(found, n_columns):
    """Return planted, found, and the largest error of r against the planted ones."""
    i, j, r = planted_pairs(n_columns)
    planted = dict(zip(zip(i.tolist(), j.tolist(), strict=True), r, strict=True))
    kept = dict(zip(zip(found["i"], found["j"], strict=True), found["r"], strict=True))
    hits = planted.keys() & kept.keys()
    error = max((abs(kept[pair] - planted[pair]) for pair in hits), default=np.nan)
    return len(planted), len(hits), len(kept) - len(hits), error


def main():
    """Read the options, write the table, correlate it and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a table of 40 MB")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20_000)
    parser.add_argument("--tile", type=int, default=2048)
    parser.add_argument("--limit", type=float, default=4.0, help="GB")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--file", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.file:
        correlate_file(options.file, options.limit, options.tile)
        return
    if options.quick:
        options.rows, options.columns = 5000, 2000
    rows = fitting_rows(options.rows, options.columns, options.folder)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "wide.npy"
        write_table(path, rows, options.columns)
        command = [sys.executable, __file__, "--file", str(path)]
        command += ["--limit", str(options.limit), "--tile", str(options.tile)]
        found, own, mapped, whole = watch(command)
    report(options, rows, found, own, mapped, whole)


def report(options, rows, found, own, mapped, whole):
    """Print what was found, and what it took."""
    planted, hits, others, error = check(found, options.columns)
    width = min(options.tile, options.columns)
    tiles = options.columns**2 / 2 / width**2
    product = product_seconds(options.columns, options.tile) * rows * tiles
    size = rows * options.columns * 4 / 2**30
    lines = {
        "table": f"{rows:,} × {options.columns:,} float32, {size:.2f} GB",
        "planted pairs found": f"{hits} of {planted}",
        "other pairs kept": others,
        "largest distance from the planted r": f"{error:.4f}",
        "pairs tested": f"{found['n_tested']:,}",
        "seconds": f"{found['seconds']:.0f}",
        "seconds of both cores": f"{found['cpu']:.0f}",
        "in float32 products of half the pairs": f"{found['seconds'] / product:.2f}",
        "own memory at its peak (GB)": f"{own:.2f}",
        "mapped pages of the file at their peak (GB)": f"{mapped:.2f}",
        "ru_maxrss, both together (GB)": f"{whole:.2f}",
        "allocation allowed (GB)": options.limit,
    }
    print("\n| what | value |\n|---|---|")
    for name, value in lines.items():
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
