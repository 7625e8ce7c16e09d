"""Run the benchmarks and put their tables into README.md beside this file.

The prose of README.md is written by hand; what stands between two marks such
as ``<!-- begin engine -->`` and ``<!-- end engine -->`` is replaced.
"""

import argparse
import re
from importlib import import_module
from pathlib import Path

from _timing import machine

README = Path(__file__).with_name("README.md")
SECTIONS = (
    "engine",
    "sklearn",
    "predict",
    "memory",
    "scores",
    "missing",
    "cooperative",
    "spl",
)


def replace(text, name, content):
    """Return `text` with new content between the marks of a section."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"README.md has no marks for the section {name!r}.")
    block = f"{begin}\n{content}\n{end}"
    return pattern.sub(lambda _: block, text)


def main():
    """Run the chosen sections, each table into the README as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", default=SECTIONS)
    parser.add_argument("--quick", action="store_true", help="small; prints only")
    options = parser.parse_args()
    for name in options.sections:
        content = import_module(f"bench_{name}").main(options.quick)
        print(f"\n== {name}\n{content}", flush=True)
        if not options.quick:
            text = replace(README.read_text(), name, content)
            README.write_text(replace(text, "machine", machine()))


if __name__ == "__main__":
    main()
