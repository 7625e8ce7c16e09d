"""What setup.cfg, README and the folders promise."""

import configparser
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import mmensemble

ROOT = Path(__file__).parents[1]
PACKAGE = Path(mmensemble.__file__).parent
ROOMS = {
    "analysis",
    "augmentation",
    "auxiliary",
    "cli",
    "crossmodal",
    "datasets",
    "deployment",
    "display",
    "ensemble",
    "features",
    "fusion",
    "learners",
    "modality",
    "model_selection",
    "numerics",
    "report",
    "representation",
    "semi_supervised",
    "testing",
    "transfer",
}


def read_setup():
    """Return setup.cfg, percent signs as they are."""
    setup = configparser.RawConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return setup


def requirements():
    """Return every requirement of setup.cfg with where it stands."""
    setup = read_setup()
    sections = {"install_requires": setup["options"]["install_requires"]}
    sections.update(setup["options.extras_require"])
    return [
        pytest.param(line, id=f"{section}: {line}")
        for section, lines in sections.items()
        for line in lines.split("\n")
        if line and not line.startswith("%(")
    ]


@pytest.mark.parametrize("line", requirements())
def test_minimums_are_given_and_met(line):
    """Each dependency states its oldest version, few a newest; that installed fits."""
    requirement = Requirement(line)
    operators = {part.operator for part in requirement.specifier}
    assert operators in ({">="}, {">=", "<"})
    try:
        installed = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{requirement.name} is not installed")
    assert requirement.specifier.contains(installed, prereleases=True)


def test_extras_refer_to_extras():
    """An extra made of others names those that exist."""
    extras = read_setup()["options.extras_require"]
    lines = [line for lines in extras.values() for line in lines.split("\n")]
    references = {line[2:-2] for line in lines if line.startswith("%(")}
    assert references
    assert references <= set(extras)


def test_python_is_as_new_as_promised():
    """The oldest Python is the same for pip and for ruff."""
    oldest = read_setup()["options"]["python_requires"]
    assert oldest == ">=3.11"
    ruff = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'target-version = "py311"' in ruff


def test_version_is_one():
    """The version of the package can be read and is a version."""
    assert str(Version(mmensemble.__version__)) == mmensemble.__version__
    assert "mmensemble._version.__version__" in read_setup()["metadata"]["version"]


def test_rooms_are_those_of_the_plan():
    """Every folder of the package is a room, with a front of its own."""
    folders = {p.parent for p in PACKAGE.glob("*/*.py")}
    assert {folder.name for folder in folders} <= ROOMS
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_modules_beside_the_rooms_are_private():
    """Only package fronts are public."""
    outside = {path.stem for path in PACKAGE.rglob("*.py")}
    assert {stem for stem in outside if not stem.startswith("_")} == set()


def test_tests_mirror_the_rooms():
    """Every folder of tests is that of a room, or of what no room is for."""
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= ROOMS | {"cases", "distributed", "docs", "properties"}


def test_readme_shows_the_two_commands():
    """A newcomer finds what to type, once the README is more than a title."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# mmensemble")
    if len(text.splitlines()) > 20:
        assert "make test" in text
        assert "make demo" in text
