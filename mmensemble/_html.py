"""Escaping: the one door through which text reaches a page or a plot."""

import html


def escape(text):
    """Return `text` as HTML text, safe inside elements and quoted attributes.

    Parameters
    ----------
    text : object
        Anything; its `str` is escaped.

    Returns
    -------
    escaped : str

    Examples
    --------
    >>> escape('<b a="1">')
    '&lt;b a=&quot;1&quot;&gt;'
    """
    return html.escape(str(text), quote=True)


def page_in_frame(title, page):
    """Return a whole page in a frame of its own, for notebooks.

    Parameters
    ----------
    title : str
    page : str
        HTML.

    Returns
    -------
    html : str
    """
    return (
        f'<iframe title="{escape(title)}" sandbox="allow-scripts" '
        'style="width:100%;height:40rem;border:1px solid #8a8f98" '
        f'srcdoc="{escape(page)}"></iframe>'
    )


def plot_text(text):
    """Return `text` for matplotlib: no mathtext, no hidden legend entry.

    matplotlib parses what stands between two dollar signs and drops legend
    entries that begin with an underscore.

    Parameters
    ----------
    text : object
        Anything; its `str` is escaped.

    Returns
    -------
    escaped : str

    Examples
    --------
    >>> print(plot_text("a$b$"))
    a\\$b\\$
    """
    escaped = str(text).replace("$", r"\$")
    return "\u200b" + escaped if escaped.startswith("_") else escaped
