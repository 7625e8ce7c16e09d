"""Side-by-side timing: interleaved runs, medians, ratios."""

import platform
from statistics import median
from time import perf_counter

import joblib
import numpy
import sklearn


def interleaved(actions, repeats):
    """Return the median seconds of each action, run in turn `repeats` times.

    Parameters
    ----------
    actions : dict of str to callable
    repeats : int

    Returns
    -------
    medians : dict of str to float
    """
    seconds = {name: [] for name in actions}
    for _ in range(repeats):
        for name, action in actions.items():
            start = perf_counter()
            action()
            seconds[name].append(perf_counter() - start)
    return {name: median(values) for name, values in seconds.items()}


def table(rows, columns):
    """Return rows as a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def machine():
    """Return the machine and versions in one line."""
    return (
        f"{joblib.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}, scikit-learn {sklearn.__version__}, NumPy "
        f"{numpy.__version__}, joblib {joblib.__version__}"
    )
