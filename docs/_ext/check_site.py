"""Check the built site: every link leads somewhere, and nothing comes from elsewhere.

``python docs/_ext/check_site.py build/docs/html`` prints what is wrong and returns 1.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from api_pages import public_rooms, short_name

#: Attributes by which a page loads something while it is shown.
LOADING = {"src", "srcset", "poster", "data"}
#: Relations of <link> that load something, too.
LOADING_RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}


class Page(HTMLParser):
    """What a page links to, what it loads, and which anchors it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loaded, self.anchors = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Sort the addresses and names of an element."""
        given = {key: value for key, value in attributes if value}
        self.anchors |= {given[key] for key in ("id", "name") if key in given}
        relations = set(given.get("rel", "").split())
        loads = tag == "link" and relations & LOADING_RELATIONS
        if "href" in given:
            (self.loaded if loads else self.links).add(given["href"])
        self.loaded |= {given[key] for key in LOADING if key in given}


def is_remote(address):
    """Tell whether an address leaves the site."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in {"", "data"}


def loaded_by_css(text):
    """Return what a style sheet loads."""
    return set(re.findall(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", text))


def broken_link(address, path, pages):
    """Return why an address on a page leads nowhere, or None."""
    parts = urlsplit(address)
    target = path if not parts.path else path.parent / unquote(parts.path)
    target = target.resolve()
    if not target.is_file():
        return "no such file"
    fragment = unquote(parts.fragment)
    if fragment and target in pages and fragment not in pages[target].anchors:
        return "no such place on that page"
    return None


def faults_of(folder):
    """Return what is wrong with a built site, a line each, and the names it explains.

    Parameters
    ----------
    folder : Path
        Where the site was built.

    Returns
    -------
    faults : list of str
        Links that lead nowhere, and what is loaded from elsewhere.
    anchors : set of str
        All places that can be linked to.
    """
    folder = Path(folder).resolve()
    pages = {
        path: Page(path.read_text(encoding="utf-8"))
        for path in folder.rglob("*.html")
        if "_static" not in path.parts  # templates of the theme
    }
    faults = []
    for path, page in sorted(pages.items()):
        name = path.relative_to(folder)
        for address in sorted(page.loaded | page.links):
            if is_remote(address):
                if address in page.loaded:
                    faults.append(f"{name} loads {address}")
            elif not address.startswith("data:"):
                reason = broken_link(address, path, pages)
                faults += [f"{name} links to {address}: {reason}"] if reason else []
    for path in sorted(folder.rglob("*.css")):
        for groups in sorted(loaded_by_css(path.read_text(encoding="utf-8"))):
            address = "".join(groups)
            if is_remote(address):
                faults.append(f"{path.relative_to(folder)} loads {address}")
    anchors = set().union(*(page.anchors for page in pages.values()))
    return faults, anchors


def main(folder):
    """Print the faults of a site and the public names that it lacks."""
    faults, anchors = faults_of(folder)
    names = {
        short_name(room, name)
        for room, names in public_rooms().items()
        for name in names
    }
    faults += [f"no page explains {name}" for name in sorted(names - anchors)]
    print(*faults, f"{len(faults)} faults, {len(names)} public names", sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
