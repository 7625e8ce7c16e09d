"""How the default's fit grows with the rows: processor time and peak memory.

Rows are drawn from the whole of nycflights, each size in a process of its own, with one
job; ``exponent`` is that of the rows between a size and the one before: 1 is in line
with them. "before" is what Python, the libraries and the table take.

    OMP_NUM_THREADS=1 python benchmarks/bench_growth.py FOLDER [--rows 3000 10000]
"""

import argparse
import resource
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import joblib
import numpy as np
from _full_sets import load_full
from _timing import table

from mmensemble import MultimodalClassifier

NAME = "nycflights"
ROWS = (3_000, 10_000, 30_000, 60_000)
#: What ``ru_maxrss`` counts in, in bytes.
_UNIT = 1 if sys.platform == "darwin" else 1024


def store(folder, size, path):
    """Write so many rows, so that no process that is measured reads them all."""
    joblib.dump(load_full(NAME, folder, most=size), path)


def measured(path):
    """Return seconds of a fit, and memory in MB before it and at its peak."""
    data = joblib.load(path)
    model = MultimodalClassifier(data.modalities, random_state=0, n_jobs=1)
    y, groups = np.asarray(data.target), np.asarray(data.groups)
    before, start = _peak(), process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(data.data, y, groups=groups)
    return process_time() - start, before, _peak()


def alone(function, *given):
    """Return what a function returns in a new process, which starts small."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, *given).result()


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 1e6


def main(folder, sizes=ROWS):
    """Return the table."""
    found, lines, last = {}, [], None
    for size in sizes:
        with TemporaryDirectory() as place:
            path = Path(place) / "rows"
            alone(store, folder, size, path)
            found[size] = own = alone(measured, path)
        seconds, before, peak = own
        exponent = ""
        if last is not None:
            slope = np.log(seconds / found[last][0]) / np.log(size / last)
            exponent = f"{slope:.2f}"
        cells = f"{seconds:.1f}", f"{1e6 * seconds / size:.0f}", exponent
        lines.append((size, *cells, f"{before:.0f}", f"{peak - before:.0f}"))
        print(*lines[-1], flush=True)
        last = size
    columns = ["rows", "seconds", "microseconds a row", "exponent", "MB before"]
    return table(lines, [*columns, "MB more at the peak"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--rows", nargs="+", type=int, default=ROWS)
    options = parser.parse_args()
    from run import write

    write("growth", main(options.folder, options.rows))
