"""What users may import, and what tests it."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import mmensemble

PACKAGE = Path(mmensemble.__file__).parent
TESTS = Path(__file__).parent
ROOMS = [
    module.name
    for module in pkgutil.iter_modules(mmensemble.__path__, "mmensemble.")
    if module.ispkg
]
MODULES = sorted(
    path.relative_to(PACKAGE)
    for path in PACKAGE.rglob("*.py")
    if path.stem not in {"__init__", "__main__", "_version"}
)
MOST_NAMES = 40


@pytest.mark.parametrize("front", ["mmensemble", *ROOMS])
def test_names_of_all_exist(front):
    """Every promised name is there, once, in order."""
    module = importlib.import_module(front)
    names = getattr(module, "__all__", [])  # a room of parts has no names of its own
    assert [name for name in names if not hasattr(module, name)] == []
    assert len(set(names)) == len(names)
    assert [n for n in names if n.startswith("_") and n != "__version__"] == []


def test_top_level_stays_small():
    """A newcomer can read all names at a glance."""
    assert len(mmensemble.__all__) <= MOST_NAMES


def test_nothing_public_is_unlisted():
    """Names at the top level are listed, or are rooms."""
    rooms = {room.split(".")[1] for room in ROOMS}
    names = {name for name in vars(mmensemble) if not name.startswith("_")}
    assert names - rooms <= set(mmensemble.__all__)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_a_test_file(module):
    """A reader finds the tests of a module at the same path."""
    name = f"test{module.name}"
    assert (TESTS / module.parent / name).exists()


def test_every_room_can_be_reached():
    """Rooms are attributes of the package, imported when they are asked for."""
    assert sorted(mmensemble._ROOMS) == sorted(room.split(".")[1] for room in ROOMS)
    assert all(hasattr(mmensemble, room) for room in mmensemble._ROOMS)
    assert {*mmensemble.__all__, *mmensemble._ROOMS} <= set(dir(mmensemble))
    listed = {*mmensemble._ROOM_OF, "__version__"}
    assert listed == set(mmensemble.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        mmensemble.nothing


def test_the_version_waits_for_nothing():
    """Neither pandas nor scikit-learn is imported to tell the version."""
    code = (
        "import sys; from mmensemble.cli import main; main(['--version']); "
        "sys.exit(bool({'pandas', 'sklearn', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{mmensemble.__version__}\n")
