"""The house: which room may import which, and how long things may be."""

import ast
import subprocess
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import mmensemble

PACKAGE = Path(mmensemble.__file__).parent
ROOT = Path(__file__).parents[1]
FILES = sorted(PACKAGE.rglob("*.py"))
#: Floor of each room; imports go to lower floors, or stay in the room.
LAYERS = {
    "": 9,
    "__main__": 9,
    "cli": 8,
    "model_selection": 7,
    "testing": 7,
    "report": 6,
    "display": 5,
    "transfer": 5,
    "semi_supervised": 5,
    "crossmodal": 5,
    "analysis": 4,
    "ensemble": 4,
    "fusion": 3,
    "features": 2,
    "representation": 2,
    "augmentation": 2,
    "auxiliary": 2,
    "learners": 1,
    "modality": 1,
    "numerics": 0,
    "datasets": 0,
}
#: The private modules beside the rooms, open to everyone.
GROUND = -1
OPTIONAL = {"faiss", "jinja2", "matplotlib", "polars", "pyarrow", "rich", "skops"}
MOST_LINES_OF_FUNCTION, MOST_LINES_OF_MODULE = 60, 500
# in two parts each, so that this file does not hold them
NEEDLES = ["/" + "work/", "farm" + "-", "sub" + "agent", "steering " + "repo"]

each_file = pytest.mark.parametrize(
    "path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix()
)


@cache
def tree_of(path):
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_of(path):
    """Return the dotted name of a file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path) for path in FILES}


def imports_of(nodes):
    """Return (dotted module, name or None) of every import among `nodes`."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.module or "", alias.name) for alias in node.names]
    return found


def own_imports(path):
    """Return the modules of the package that a file imports, anywhere in it."""
    targets = set()
    for module, name in imports_of(ast.walk(tree_of(path))):
        submodule = f"{module}.{name}"
        target = submodule if submodule in MODULES else module
        if target.split(".")[0] == "mmensemble":
            targets.add(target)
    return targets


def room_of(module):
    """Return the room of a module: "" is the package front."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def layer_of(module):
    """Return the floor on which a module stands."""
    return LAYERS.get(room_of(module), GROUND)


def is_upward(module, target):
    """Tell whether `module` must not import `target`."""
    if layer_of(module) == layer_of(target) == GROUND:
        return False
    same_room = room_of(module) == room_of(target) != ""
    return not same_room and layer_of(target) >= layer_of(module)


def top_level(tree):
    """Yield the nodes that run when a module is imported."""
    pending = list(tree.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending += ast.iter_child_nodes(node)


def private_names(path):
    """Return the private scikit-learn names that a file imports."""
    private = []
    for module, name in imports_of(ast.walk(tree_of(path))):
        full = module if name is None else f"{module}.{name}"
        if full.split(".")[0] == "sklearn" and "._" in full:
            private.append(full)
    return private


def length_of(function):
    """Return the lines of a function without its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


@each_file
def test_rooms_are_known(path):
    """Every room has a floor; what stands beside the rooms is private."""
    room = room_of(module_of(path))
    assert room in LAYERS or (room.startswith("_") and path.parent == PACKAGE)


@each_file
def test_imports_go_down(path):
    """No room reaches up, or across to another room of its floor."""
    module = module_of(path)
    assert [t for t in sorted(own_imports(path)) if is_upward(module, t)] == []


def test_no_import_cycle():
    """Modules can be put in an order in which each needs earlier ones only."""
    graph = {module_of(path): own_imports(path) for path in FILES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


@each_file
def test_private_scikit_learn_names_stay_in_one_place(path):
    """Only _compat.py knows what scikit-learn keeps to itself."""
    if path.name != "_compat.py":
        assert private_names(path) == []


@each_file
def test_optional_dependencies_are_imported_late(path):
    """The package imports without anything optional."""
    needed = {m.split(".")[0] for m, _ in imports_of(top_level(tree_of(path)))}
    assert needed & OPTIONAL == set()


@each_file
def test_imports_are_absolute(path):
    """No import is relative."""
    nodes = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.ImportFrom)]
    assert [node.lineno for node in nodes if node.level] == []


@each_file
def test_functions_and_modules_are_short(path):
    """Docstrings aside, a function fits on a screen; so does the plan of a module."""
    functions = [
        node
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {node.name: length_of(node) for node in functions}
    too_long = {k: n for k, n in lengths.items() if n > MOST_LINES_OF_FUNCTION}
    assert too_long == {}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_MODULE


@cache
def tracked_files():
    """Return the files that belong to the repository, or None outside of one."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("needle", NEEDLES)
def test_no_file_speaks_of_the_workshop(needle):
    """Files hold no machine path and no word of how they were made."""
    if tracked_files() is None:
        pytest.skip("not a git repository")
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        text = b"\0" not in content[:8_000]
        if text and needle.encode() in content.lower():
            found.append(path.relative_to(ROOT).as_posix())
    assert found == []


@pytest.mark.parametrize(
    ("module", "target", "upward"),
    [
        ("mmensemble.fusion.decision._voting", "mmensemble.ensemble", True),
        ("mmensemble.analysis._a", "mmensemble.ensemble", True),
        ("mmensemble.ensemble._base", "mmensemble.ensemble._plan", False),
        ("mmensemble.ensemble._base", "mmensemble", True),
        ("mmensemble.learners._task", "mmensemble.modality", True),
        ("mmensemble._frame", "mmensemble.datasets", True),
        ("mmensemble.learners._task", "mmensemble._seeds", False),
        ("mmensemble.datasets._base", "mmensemble._seeds", False),
        ("mmensemble", "mmensemble.cli", False),
    ],
)
def test_upward_is_told_from_downward(module, target, upward):
    """The test of the layers can fail, and does where it should."""
    assert is_upward(module, target) == upward


def test_private_names_are_recognised(tmp_path):
    """The test of private names can fail, in each of its forms."""
    path = tmp_path / "case.py"
    path.write_text(
        "from sklearn.base import _fit_context, clone\n"
        "import sklearn.utils._tags\n"
        "def f():\n    from sklearn.utils._bunch import Bunch\n"
    )
    assert len(private_names(path)) == 3
