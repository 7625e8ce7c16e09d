"""Side-by-side timing: interleaved runs, medians, ratios."""

import platform
from statistics import median
from time import perf_counter

import joblib
import numpy
import pandas
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
    """Return rows as a frame, every cell as text, as it goes into a CSV file."""
    return pandas.DataFrame([list(map(str, row)) for row in rows], columns=columns)


def machine():
    """Return the machine and versions in one line."""
    return (
        f"{joblib.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}, scikit-learn {sklearn.__version__}, NumPy "
        f"{numpy.__version__}, joblib {joblib.__version__}"
    )


def show(found):
    """Print the frame, or the frames, of a benchmark whole."""
    for frame in found.values() if isinstance(found, dict) else [found]:
        print(frame.to_string(index=False), end="\n\n", flush=True)
