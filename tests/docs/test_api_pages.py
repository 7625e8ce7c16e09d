"""The reference has a page for every public name."""

import importlib
import pkgutil

import pytest
from api_pages import api_pages, own_members, write_pages

import mmensemble

ROOMS = [
    room.name
    for room in pkgutil.iter_modules(mmensemble.__path__, "mmensemble.")
    if not room.name.split(".")[1].startswith("_")
]


@pytest.fixture(scope="module")
def pages():
    """Return the text of every page."""
    return api_pages()


def documented(pages):
    """Return (dotted name, object) of all that pages explain."""
    found = {}
    for text in pages.values():
        for line in text.splitlines():
            if line.startswith((".. autoclass:: ", ".. autofunction:: ")):
                full = line.split(":: ")[1]
                module, _, name = full.rpartition(".")
                found[full] = getattr(importlib.import_module(module), name)
    return found


@pytest.mark.parametrize("front", ["mmensemble", *ROOMS])
def test_every_public_name_has_a_page(front, pages):
    """What a front promises is explained on a page of its own."""
    module = importlib.import_module(front)
    explained = [id(thing) for thing in documented(pages).values()]
    names = [name for name in getattr(module, "__all__", []) if name != "__version__"]
    assert [n for n in names if explained.count(id(getattr(module, n))) != 1] == []
    if front == "mmensemble":
        assert "mmensemble.__version__" in pages["index.rst"]


def test_pages_are_reached(pages):
    """Every page but the first stands in the table of contents of another."""
    listed = " ".join(pages.values())
    names = {name.removesuffix(".rst") for name in pages} - {"index"}
    assert [name for name in sorted(names) if f"<{name}>" not in listed] == []


def test_members_are_the_packages_own():
    """What comes from scikit-learn is told apart."""
    own, others = own_members(mmensemble.VotingFusion)
    assert {"fit", "predict"} <= set(own)
    assert "get_params" in others


def test_pages_that_say_the_same_are_not_written_again(tmp_path):
    """A second build finds the files as they were; what is no page goes."""
    write_pages(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.rst")}
    (tmp_path / "mmensemble.gone.rst").write_text("gone")
    write_pages(tmp_path)
    after = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.rst")}
    assert before == after
