"""The API reference: a page for every public name, written from ``__all__``."""

import importlib
import inspect
from pathlib import Path

import mmensemble
from mmensemble import _ROOM_OF, _ROOMS


def public_rooms():
    """Return the public names of every room that has some."""
    rooms = {}
    for room in sorted(_ROOMS):
        names = getattr(importlib.import_module(f"mmensemble.{room}"), "__all__", [])
        if names:
            rooms[room] = sorted(names, key=lambda name: (name.islower(), name))
    return rooms


def short_name(room, name):
    """Return the shortest dotted name under which users import something."""
    at_top = _ROOM_OF.get(name) == room
    return f"mmensemble.{name}" if at_top else f"mmensemble.{room}.{name}"


def own_members(thing):
    """Return the public members that a class has from this package, and the others."""
    own, others = [], []
    for name, value in inspect.getmembers(thing):
        function = getattr(value, "fget", value)
        if name.startswith("_") or not (
            callable(function) or isinstance(value, property)
        ):
            continue
        module = getattr(function, "__module__", None) or ""
        (own if module.split(".")[0] == "mmensemble" else others).append(name)
    return own, others


def heading(text, mark="="):
    """Return a title and its rule."""
    return [text, mark * len(text), ""]


def page_of(room, name):
    """Return the page of a class or function as reStructuredText."""
    thing = getattr(importlib.import_module(f"mmensemble.{room}"), name)
    full = short_name(room, name)
    is_class = inspect.isclass(thing)
    lines = [*heading(name), f".. currentmodule:: {full.rpartition('.')[0]}", ""]
    lines += [f".. {'autoclass' if is_class else 'autofunction'}:: {full}"]
    if is_class:
        own, others = own_members(thing)
        lines += [f"   :members: {', '.join(own)}"] if own else []
        if others:
            listed = ", ".join(f"``{other}``" for other in others)
            lines += ["", f"From scikit-learn: {listed}."]
    lines += ["", f".. minigallery:: {full}", "   :add-heading: Examples that use it"]
    return "\n".join([*lines, ""])


def room_page(room, names):
    """Return the page of a room: what it is for, and a table of its names."""
    lines = [*heading(f"mmensemble.{room}"), f".. automodule:: mmensemble.{room}", ""]
    lines += [".. currentmodule:: mmensemble", "", ".. autosummary::"]
    lines += ["   :nosignatures:", ""]
    short = [short_name(room, name).removeprefix("mmensemble.") for name in names]
    lines += [f"   {name}" for name in short]
    lines += ["", ".. toctree::", "   :hidden:", ""]
    lines += [f"   {name} <{short_name(room, name)}>" for name in names]
    return "\n".join([*lines, ""])


def index_page(rooms):
    """Return the front page of the reference."""
    lines = [*heading("API reference")]
    lines += [
        "What users need most is imported from ``mmensemble`` itself, all else from "
        "its room: ``mmensemble.MultimodalClassifier``, "
        "``mmensemble.datasets.load_watch``. ``mmensemble.__version__`` is the "
        "version. Rooms are listed by name; each public name has a page.",
        "",
    ]
    for room, names in rooms.items():
        summary = inspect.getdoc(importlib.import_module(f"mmensemble.{room}"))
        links = ", ".join(f":doc:`{name} <{short_name(room, name)}>`" for name in names)
        lines += [f":doc:`mmensemble.{room} <{room}>`"]
        lines += [f"   {summary.splitlines()[0]}", "", f"   {links}", ""]
    lines += [".. toctree::", "   :hidden:", ""]
    lines += [f"   {room} <{room}>" for room in rooms]
    return "\n".join([*lines, ""])


def api_pages():
    """Return the text of every page of the reference by its file's name."""
    rooms = public_rooms()
    pages = {"index": index_page(rooms)}
    for room, names in rooms.items():
        pages[room] = room_page(room, names)
        pages |= {short_name(room, name): page_of(room, name) for name in names}
    return {f"{name}.rst": text for name, text in pages.items()}


def write_pages(folder):
    """Write the pages; files that say the same already keep their time."""
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    pages = api_pages()
    for path in folder.glob("*.rst"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def find_by_name(app, env, node, shown):
    """Return the link of a public name that a docstring calls by its last part."""
    rooms = public_rooms().items()
    full = {name: short_name(room, name) for room, names in rooms for name in names}
    target = full.get(node.get("reftarget"))
    if node.get("refdomain") != "py" or target is None:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(
        env, node["refdoc"], app.builder, "obj", target, node, shown
    )


def setup(app):
    """Write the reference before Sphinx looks for pages."""
    app.connect("builder-inited", lambda app: write_pages(Path(app.srcdir) / "api"))
    app.connect("missing-reference", find_by_name)
    return {"version": mmensemble.__version__, "parallel_read_safe": True}
