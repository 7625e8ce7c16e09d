"""Run the benchmarks; their tables become CSV files in `results` beside this file.

A benchmark is a module ``bench_NAME`` whose ``main(quick)`` returns a frame, which
becomes ``NAME.csv``, or a dict of them, which become ``NAME_KEY.csv``.
``machine.csv`` says on what each was measured.
"""

import argparse
from importlib import import_module
from io import StringIO
from pathlib import Path

import pandas as pd
from _timing import machine, show

RESULTS = Path(__file__).with_name("results")
#: Needs another environment, or a folder of data: run by hand.
BY_HAND = {
    "autogluon",
    "cluster",
    "distillation",
    "full_sets",
    "graphs",
    "growth",
    "joins",
    "projection",
    "pseudo_labels",
    "retrieval",
    "revisions",
    "reviews",
    "screening",
    "sources",
    "stamps",
}
SECTIONS = tuple(
    name
    for path in sorted(Path(__file__).parent.glob("bench_*.py"))
    if (name := path.stem.removeprefix("bench_")) not in BY_HAND
)


def write(name, found, folder=RESULTS):
    """Write the frame, or the frames, of a benchmark, and what measured them."""
    frames = found if isinstance(found, dict) else {"": found}
    for key, frame in frames.items():
        frame.to_csv(folder / f"{name}_{key}.csv".replace("_.csv", ".csv"), index=False)
    path = folder / "machine.csv"
    known = pd.read_csv(path, index_col="benchmark") if path.exists() else None
    row = pd.DataFrame(
        {"machine": [machine()]}, index=pd.Index([name], name="benchmark")
    )
    if known is not None:
        row = pd.concat([known.drop(index=name, errors="ignore"), row])
    row.sort_index().to_csv(path)


def beside(name, frame, by, folder=RESULTS):
    """Return a frame below the rows of the same file that tell of other cases.

    Parameters
    ----------
    name : str
        Of the file, without its ending.
    frame : DataFrame
        Takes the place of rows that have the same cells in the columns `by`.
    by : list of str
    folder : Path
    """
    path = folder / f"{name}.csv"
    if not path.exists():
        return frame
    # the new rows are written and read too, so that cells of both compare as text
    new = pd.read_csv(StringIO(frame.to_csv(index=False)), **_AS_TEXT)
    known = pd.read_csv(path, **_AS_TEXT)
    measured = set(map(tuple, new[by].to_numpy()))
    others = [cells not in measured for cells in map(tuple, known[by].to_numpy())]
    return pd.concat([known[others], new], ignore_index=True)


_AS_TEXT = {"dtype": str, "keep_default_na": False}


def main():
    """Run the chosen benchmarks; each writes its results as it ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=SECTIONS)
    parser.add_argument("--quick", action="store_true", help="small; prints only")
    options = parser.parse_args()
    for name in options.names:
        print(f"== {name}", flush=True)
        found = import_module(f"bench_{name}").main(options.quick)
        show(found)
        if not options.quick:
            write(name, found)


if __name__ == "__main__":
    main()
