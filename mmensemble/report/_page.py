"""One HTML page that needs nothing but itself."""

from mmensemble._optional import optional_module
from mmensemble._version import __version__


def require_jinja():
    """Return jinja2.

    Raises
    ------
    ImportError
        When it is not installed; the message names the extra that brings it.
    """
    return optional_module("jinja2", "A report")


def render_page(title, sections, *, lead=""):
    """Return a page of sections as HTML.

    Every text is escaped; styles, figures and scripts stand in the page, and its
    content policy forbids to load anything.

    Parameters
    ----------
    title : str
        Heading of the page.
    sections : list of Text, Table, Figure, Figures or Diagram
    lead : str, default=""
        A sentence below the heading.

    Returns
    -------
    html : str

    Raises
    ------
    ImportError
        When jinja2, or matplotlib for a figure, is not installed.

    Examples
    --------
    >>> from mmensemble.report._sections import Text
    >>> from mmensemble.report._page import render_page
    >>> page = render_page("Mice & men", [Text("Result", ("1 < 2",))])
    >>> "<h1>Mice &amp; men</h1>" in page, "1 &lt; 2" in page
    (True, True)
    """
    jinja2 = require_jinja()
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mmensemble.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = [
        {
            "id": f"s{position}",
            "kind": section.kind,
            "title": section.title,
            "caption": getattr(section, "caption", ""),
            **section.parts(f"s{position}"),
        }
        for position, section in enumerate(sections, start=1)
    ]
    template = environment.get_template("page.html")
    return template.render(title=title, lead=lead, sections=shown, version=__version__)
