"""(t) What threads cost small work on a busy machine: with the limit, and without."""

import argparse
import os
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from statistics import median
from time import process_time
from unittest.mock import patch

from _timing import show, table

from mmensemble import MultimodalClassifier, correlation_report
from mmensemble.datasets import load_alzheimer, make_multimodal


@contextmanager
def busy(is_busy):
    """Keep every processor at work meanwhile."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() if is_busy else 0)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def processor_ms(call, repeats):
    """Return the median time that all threads together spend on a call."""
    call()
    spent = []
    for _ in range(repeats):
        start = process_time()
        call()
        spent.append(process_time() - start)
    return 1e3 * median(spent)


def main(quick=False):
    """Return the table; quick leaves the machine as busy as it is."""
    data, brains = make_multimodal(random_state=0), load_alzheimer()
    model = MultimodalClassifier(random_state=0).fit(data.data, data.target)
    X = brains.data.iloc[:, 1:]
    calls = {
        ("predict_proba", 1): lambda: model.predict_proba(data.data.iloc[:1]),
        ("predict_proba", 300): lambda: model.predict_proba(data.data),
        ("correlation_report", 333): lambda: correlation_report(
            X, brains.target, random_state=0
        ),
    }
    rows = []
    with busy(not quick):
        for (name, n_rows), call in calls.items():
            repeats = 5 if name == "predict_proba" else 1
            limited = processor_ms(call, repeats)
            with patch("mmensemble._threads.limit_threads", lambda _: nullcontext()):
                free = processor_ms(call, repeats)
            ratio = f"{free / limited:.1f}"
            rows.append((name, n_rows, f"{limited:.1f}", f"{free:.1f}", ratio))
    head = ("call", "rows", "one thread (ms)", "all threads (ms)", "ratio")
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
