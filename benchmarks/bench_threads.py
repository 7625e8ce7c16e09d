"""What threads cost small work on a busy machine: with the limit, and without it.

Usage: python benchmarks/bench_threads.py [--repeats 20] [--idle]

A busy loop runs on each processor, unless --idle is given. The time is that of the
processors, of all threads together, and the median of the repeats.
"""

import argparse
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from os import cpu_count
from statistics import median
from time import perf_counter, process_time
from unittest.mock import patch

from mmensemble import MultimodalClassifier, correlation_report
from mmensemble.datasets import load_alzheimer, make_multimodal


@contextmanager
def busy(is_busy):
    """Keep every processor at work meanwhile."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(cpu_count() if is_busy else 0)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def measure(call, repeats):
    """Return the medians of processor time and time, in milliseconds."""
    call()
    spent, taken = [], []
    for _ in range(repeats):
        start, begin = process_time(), perf_counter()
        call()
        spent.append(process_time() - start)
        taken.append(perf_counter() - begin)
    return 1e3 * median(spent), 1e3 * median(taken)


def main():
    """Measure each call both ways and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--idle", action="store_true")
    args = parser.parse_args()
    data, brains = make_multimodal(random_state=0), load_alzheimer()
    model = MultimodalClassifier(random_state=0).fit(data.data, data.target)
    row, X = data.data.iloc[:1], brains.data.iloc[:, 1:]
    calls = {
        "predict_proba, 1 row": (lambda: model.predict_proba(row), args.repeats),
        "predict_proba, 300 rows": (
            lambda: model.predict_proba(data.data),
            args.repeats,
        ),
        "correlation_report, 333 rows": (
            lambda: correlation_report(X, brains.target, random_state=0),
            1,
        ),
    }
    print("processor ms (ms)               limited        not limited   ratio")
    with busy(not args.idle):
        for name, (call, repeats) in calls.items():
            with_limit = measure(call, repeats)
            with patch("mmensemble._threads.limit_threads", lambda _: nullcontext()):
                without = measure(call, repeats)
            ratio = without[0] / with_limit[0]
            cells = [f"{cpu:8.1f} ({wall:.0f})" for cpu, wall in (with_limit, without)]
            print(f"{name:30} {' '.join(cells)}  {ratio:5.1f}")


if __name__ == "__main__":
    main()
