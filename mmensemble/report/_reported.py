"""What results share that have a page: its file, JSON, and a view in notebooks."""

import json
from pathlib import Path

from mmensemble._html import page_in_frame


class Reported:
    """Mixin of results that are shown by a page and kept as JSON.

    Whoever mixes it in has ``to_dict()``, all that is known as plain numbers,
    strings, lists and dicts, and ``_page(**options)``, the page as HTML. In a
    notebook the page is shown, from the attribute ``title`` on, or the frame that
    ``_shown()`` returns in its place.
    """

    #: Spaces a level of the JSON; None writes one line.
    _indent = None

    def to_html(self, path=None, **options):
        """Return the page, one file that loads nothing; write it where asked to.

        Parameters
        ----------
        path : str or Path, default=None
            File to write as well.
        **options : dict
            Of the page, where it has some.

        Returns
        -------
        html : str

        Raises
        ------
        ImportError
            When jinja2 or matplotlib is not installed.
        """
        page = self._page(**options)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def to_json(self, path=None):
        """Return what :meth:`to_dict` returns as JSON; write it where asked to.

        Parameters
        ----------
        path : str or Path, default=None
            File to write as well.

        Returns
        -------
        text : str
            What is missing is null.
        """
        text = json.dumps(
            self.to_dict(), indent=self._indent, ensure_ascii=False, allow_nan=False
        )
        if path is not None:
            Path(path).write_text(text + "\n", encoding="utf-8")
        return text

    def _shown(self):
        """Return the frame that a notebook shows; None for the page."""
        return None

    def _repr_html_(self):
        frame = self._shown()
        if frame is None:
            return page_in_frame(self.title, self.to_html())
        return frame.to_html(escape=True, index=False)
