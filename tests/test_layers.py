"""The house: which room may import which, and how long things may be."""

import ast
import importlib
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
    "deployment": 5,
    "analysis": 4,
    "ensemble": 4,
    "fusion": 3,
    "augmentation": 3,
    "features": 2,
    "representation": 2,
    "auxiliary": 2,
    "learners": 1,
    "modality": 1,
    "numerics": 0,
    "datasets": 0,
}
#: The private modules beside the rooms, open to everyone.
GROUND = -1
OPTIONAL = {"faiss", "jinja2", "matplotlib", "polars", "pyarrow", "rich", "skops"}
OPTIONAL |= {
    "PIL",
    "dask",
    "distributed",
    "onnxruntime",
    "ray",
    "skimage",
    "tokenizers",
}
OPTIONAL |= {"onnx", "openpyxl", "skl2onnx"}
MOST_LINES_OF_FUNCTION, MOST_LINES_OF_MODULE = 60, 500
LONGEST_CHAIN = 3
#: Fusions that are made of others: the only ones that import another strategy.
COMPOSED = {("both._hybrid", "decision._voting")}
#: Methods that change what they belong to.
CHANGING = {"add", "append", "clear", "extend", "insert", "pop", "remove", "setdefault"}
CHANGING |= {"discard", "popitem", "register", "update"}
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


def is_private(name):
    """Tell names with one underscore in front from public and special ones."""
    return name.startswith("_") and not name.startswith("__")


def names_given(tree):
    """Return the names that a file gives to anything: it may read them elsewhere."""
    given = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            given.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            given.add(node.attr)
    return given


@cache
def own_names():
    """Return the names that the package gives, its modules among them."""
    names = {path.stem for path in FILES}
    return names.union(*(names_given(tree_of(path)) for path in FILES))


def attributes_of(tree):
    """Yield (name of the object or None, attribute) wherever one is read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield getattr(node.value, "id", None), node.attr
        elif isinstance(node, ast.Call) and len(node.args) > 1:
            attribute = node.args[1]
            by_name = getattr(node.func, "id", "") in {"getattr", "hasattr"}
            if by_name and isinstance(attribute, ast.Constant):
                yield getattr(node.args[0], "id", None), str(attribute.value)


def private_attributes(path):
    """Return private attributes that are not the package's own.

    Those that it gives to nothing itself, and any that it reads of what it has
    imported from scikit-learn. An attribute of a scikit-learn object whose name the
    package uses as well is not found.
    """
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).split(".")[0] == "sklearn"
    }
    own = own_names() | names_given(tree_of(path))
    return sorted(
        {
            attribute
            for owner, attribute in attributes_of(tree_of(path))
            if is_private(attribute) and (owner in imported or attribute not in own)
        }
    )


def length_of(function):
    """Return the lines of a function without its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def names_fusion(path):
    """Tell whether a file defines a fusion that has a short name."""
    return any(
        isinstance(line, ast.Assign) and line.targets[0].id == "short_name"
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef)
        for line in node.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    )


def level_parts(module):
    """Return (level, file or folder) of a module that belongs to a strategy."""
    parts = module.split(".")
    return tuple(parts[2:4]) if parts[1:2] == ["fusion"] and len(parts) > 3 else None


def strategies():
    """Return the strategy of each module in a fusion level, as ``level.name``.

    A folder is a strategy, and so is a file that names a fusion. Any other file is
    a part, and belongs to the strategy that imports it; to several where several do.
    """
    files = {module_of(path): path for path in FILES if level_parts(module_of(path))}
    own, pending = {}, []
    for module, path in files.items():
        if (
            len(module.split(".")) > 4
            or path.name == "__init__.py"
            or names_fusion(path)
        ):
            own[module] = {".".join(level_parts(module))}
        else:
            pending.append(module)
    for part in pending:
        users = [m for m in own if part in own_imports(files[m])]
        own[part] = set().union(*(own[user] for user in users))
    return own


def borrowed(module, own):
    """Return the strategies that a module imports, but for its own."""
    path = next(path for path in FILES if module_of(path) == module)
    targets = set().union(*(own.get(target, set()) for target in own_imports(path)))
    return {(mine, other) for mine in own[module] for other in targets - {mine}}


def root_name(node):
    """Return the name that an attribute or item belongs to, or None."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def changes_from_outside(tree):
    """Return the lines of a module that change what it has imported from ours."""
    ours = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).split(".")[0] == "mmensemble"
    }
    changed = [
        (node.lineno, target)
        for node in ast.walk(tree)
        for target in changed_by(node)
        if root_name(target) in ours
    ]
    return [line for line, _ in changed]


def changed_by(node):
    """Return what a statement or call changes, apart from names that it binds."""
    if isinstance(node, ast.Assign | ast.Delete):
        return [t for t in node.targets if not isinstance(t, ast.Name)]
    if isinstance(node, ast.AnnAssign):
        return [] if isinstance(node.target, ast.Name) else [node.target]
    if isinstance(node, ast.AugAssign):
        return [node.target]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return [node.func.value] if node.func.attr in CHANGING else []
    is_setattr = isinstance(node, ast.Call) and root_name(node.func) == "setattr"
    return node.args[:1] if is_setattr else []


def chain_of(cls):
    """Return how many classes of the package stand one above the other."""
    own = cls.__module__.split(".")[0] == "mmensemble"
    return own + max((chain_of(base) for base in cls.__bases__), default=0)


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


def test_fusions_do_not_import_each_other():
    """A strategy's file or folder knows the fusions' top, and no other strategy."""
    own = strategies()
    assert {name for name, owners in own.items() if len(owners) != 1} == set()
    found = set().union(*(borrowed(module, own) for module in own))
    assert found == COMPOSED


@each_file
def test_nothing_is_changed_from_outside(path):
    """What a module holds is not filled or replaced by those who import it."""
    assert changes_from_outside(tree_of(path)) == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_inheritance_is_shallow(module):
    """No class stands on more than two others of the package."""
    if module.endswith("__main__"):
        pytest.skip("runs the command line")
    defined = vars(importlib.import_module(module)).values()
    chains = {
        cls.__name__: chain_of(cls)
        for cls in defined
        if isinstance(cls, type) and cls.__module__ == module
    }
    assert {name: n for name, n in chains.items() if n > LONGEST_CHAIN} == {}


@each_file
def test_private_scikit_learn_names_stay_in_one_place(path):
    """Only _compat.py knows what scikit-learn keeps to itself."""
    if path.name != "_compat.py":
        assert private_names(path) == []


@each_file
def test_private_attributes_of_scikit_learn_stay_in_one_place(path):
    """Nor does another module read them of an object that scikit-learn has made."""
    if path.name != "_compat.py":
        assert private_attributes(path) == []


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


def test_parts_of_strategies_are_found():
    """The test of siblings can fail: a part belongs to the one that uses it."""
    own = strategies()
    level = "mmensemble.fusion."
    assert own[level + "decision._mixture"] == {"decision._gating"}
    assert own[level + "decision.dynamic._neighbours"] == {"decision.dynamic"}
    assert own[level + "both._combiners"] == {"both._auto"}
    other = {**own, level + "decision._mixture": {"decision._voting"}}
    stranger = borrowed(level + "decision._gating", other)
    assert stranger == {("decision._gating", "decision._voting")}


@pytest.mark.parametrize(
    "line",
    [
        "a.views['x'] = 1",
        "a['x'] = 1",
        "a |= {}",
        "a.b.update(c=1)",
        "a.append(1)",
        "del a.b",
        "setattr(a, 'b', 1)",
        "a.b: int = 1",
        "mod.b = 1",
    ],
)
def test_changes_from_outside_are_recognised(line):
    """The test of what is filled from outside can fail, in each of its forms."""
    head = "from mmensemble.x import a\nimport mmensemble.y as mod\nown = {}\n"
    assert changes_from_outside(ast.parse(head + line)) == [4]
    assert changes_from_outside(ast.parse(head + "own['x'] = 1\nown.update(a)")) == []
    assert (
        changes_from_outside(ast.parse("import numpy as a, os as mod\n" + line)) == []
    )


def test_private_names_are_recognised(tmp_path):
    """The test of private names can fail, in each of its forms."""
    path = tmp_path / "case.py"
    path.write_text(
        "from sklearn.base import _fit_context, clone\n"
        "import sklearn.utils._tags\n"
        "def f():\n    from sklearn.utils._bunch import Bunch\n"
    )
    assert len(private_names(path)) == 3


def test_private_attributes_are_recognised(tmp_path):
    """Methods of a parent, attributes by name, and those of what was imported."""
    path = tmp_path / "case.py"
    path.write_text(
        "from sklearn.model_selection import GridSearchCV as Search\n"
        "import sklearn\n"
        "class Mine(Search):\n"
        "    _parameter_constraints = Search._parameter_constraints\n"
        "    def fit(self, X):\n"
        "        self._own, self.__dict__['a'] = 1, sklearn._config\n"
        "        return self._format_results, self._own, getattr(X, '_get_tags', 0)\n"
    )
    expected = ["_config", "_format_results", "_get_tags", "_parameter_constraints"]
    assert private_attributes(path) == expected
