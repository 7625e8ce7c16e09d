"""The benchmarks, which no test runs, at least name what there is."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
IMPORT_ALL = """
import sys
from importlib import import_module
from pathlib import Path
for folder in ("correlation", "."):
    sys.path.insert(0, folder)
    for path in sorted(Path(folder).glob("[be]*.py")):
        import_module(path.stem)
"""


def test_every_benchmark_can_be_imported():
    """A name that was moved in the library is missed here, not in hours."""
    found = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
