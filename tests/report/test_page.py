"""The page: everything in it, nothing from outside, every name as text."""

import re
import sys
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from mmensemble import MultimodalClassifier
from mmensemble.display import FusionComparisonDisplay, PresenceDisplay
from mmensemble.report._page import render_page
from mmensemble.report._sections import Diagram, Figure, Figures, Table, Text

pytest.importorskip("jinja2")
matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

NASTY = [
    "<script>alert(1)</script>",
    '"onmouseover="x',
    "</style>",
    "$\\frac{$",
    "a$b$c",
    "_x",
    "=1+1",
]


class Reader(HTMLParser):
    """Collect text, tags and attributes as a browser would."""

    def __init__(self, page):
        super().__init__()
        self.text, self.tags, self.ids, self.loads, self.handlers = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Note what the tag is, its id and what it would load."""
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in {"src", "srcset", "data", "poster"} or (
                name == "href" and tag in {"link", "image"}
            ):
                self.loads.append(value)
            if name.startswith("onmouse"):
                self.handlers.append(value)

    def handle_data(self, data):
        """Note the text."""
        self.text.append(data)


def nasty_sections():
    """Every kind of section, with hostile names in every place."""
    n = len(NASTY)
    X = np.column_stack([np.arange(8.0)] * n)
    X[::2, 0] = np.nan
    modalities = [(name, "auto", [position]) for position, name in enumerate(NASTY)]
    scores = pd.DataFrame(
        {"choice": NASTY, "mean_test_score": 0.5, "std_test_score": 0.1}
    )
    table = pd.DataFrame({name: [name, 1.5] for name in NASTY})
    comparison = FusionComparisonDisplay.from_frame(scores, metric=NASTY[0])
    presence = PresenceDisplay.from_data(X, modalities)
    name = NASTY[0]
    return [
        Text(name, tuple(NASTY), code="\n".join(NASTY), points=tuple(NASTY)),
        Table(name, table, name, (0,)),
        Figure(name, comparison, name, alt=NASTY[1]),
        Figures(name, (Figure(name, presence, name, alt=name),)),
        Diagram(name, MultimodalClassifier(modalities), name),
    ]


@pytest.fixture(scope="module")
def page():
    """A page of hostile names."""
    return render_page(NASTY[0], nasty_sections(), lead=NASTY[2])


def test_hostile_names_are_text(page):
    """No name becomes an element or an attribute; each is shown."""
    assert "<script>alert" not in page
    read = Reader(page)
    text = "".join(read.text)
    for name in NASTY:
        assert name in text
    assert read.handlers == []
    # styles and scripts of the page and of the diagram
    assert read.tags.count("style") == 2
    assert read.tags.count("script") == 2
    assert page.count("</style>") == 2


def test_nothing_is_loaded(page):
    """No source outside the page, and a policy that forbids any."""
    read = Reader(page)
    assert read.loads == []
    assert "@import" not in page
    assert not re.search(r"url\((?!#|data:)", page)
    assert "default-src 'none'" in page


def test_ids_are_unique(page):
    """Figures and diagrams share no id, so clips and labels stay their own."""
    ids = Reader(page).ids
    assert len(ids) == len(set(ids))


def test_ids_that_are_used_exist(page):
    """References inside the figures point to ids of the page."""
    ids = set(Reader(page).ids)
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page))
    assert {a or b for a, b in used} <= ids


def test_figures_follow_the_page(page):
    """Figures take the page's ink and width, and say what they show."""
    assert "currentColor" in page
    assert "#010203" not in page
    assert 'role="img"' in page
    assert 'aria-label="&quot;onmouseover=&quot;x"' in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_figures_are_closed_and_rcparams_restored():
    """Rendering leaves matplotlib as it was."""
    import matplotlib.pyplot as plt

    before, n_open = dict(matplotlib.rcParams), len(plt.get_fignums())
    scores = pd.DataFrame(
        {"choice": ["a"], "mean_test_score": [1.0], "std_test_score": [0.0]}
    )
    display = FusionComparisonDisplay.from_frame(scores)
    render_page("t", [Figure("f", display, "c", alt="a")])
    assert dict(matplotlib.rcParams) == before
    assert len(plt.get_fignums()) == n_open


def test_tables_align_numbers_and_mark_rows():
    """Columns of numbers are set right; the marked row is marked."""
    frame = pd.DataFrame({"name": ["x", "y"], "value": [0.123456, np.nan]})
    page = render_page("t", [Table("scores", frame, "caption", (1,))])
    assert '<th scope="col" class="number">value</th>' in page
    assert '<td class="number" data-key="0.123456">0.123</td>' in page
    assert page.count('<tr class="marked">') == 1
    assert '<table class="data" aria-describedby="s1-caption">' in page
    assert '<p class="caption" id="s1-caption">caption</p>' in page


def test_cells_carry_sort_keys():
    """Numbers are sorted by their full value; what is missing has no key."""
    frame = pd.DataFrame({"value": [1234567.25, np.nan, -np.inf], "name": ["x"] * 3})
    page = render_page("t", [Table("scores", frame)])
    assert '<td class="number" data-key="1234567.25">1,234,567</td>' in page
    assert '<td class="number">–</td>' in page
    assert 'data-key="-Infinity"' in page
    assert "<td>x</td>" in page


def test_only_pages_with_tables_have_the_script():
    """A page without tables runs nothing."""
    assert "<script" not in render_page("t", [Text("a", ("b",))])
    table = Table("a", pd.DataFrame({"b": [1, 2]}))
    assert render_page("t", [table]).count("<script") == 1


def test_the_same_page_twice_is_the_same(page):
    """Nothing in the page depends on the time of day or on chance."""
    again = render_page(NASTY[0], nasty_sections(), lead=NASTY[2])
    # scikit-learn counts the diagrams of a process
    plain = [re.sub(r"sk-[\w-]*?id-\d+", "sk", text) for text in (page, again)]
    assert plain[0] == plain[1]


def test_without_jinja_the_extra_is_named(monkeypatch):
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(
        ImportError, match=r"A report needs the library jinja2: .*mmensemble\[report\]"
    ):
        render_page("t", [])


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    """The error says what to install for figures."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    display = PresenceDisplay(pd.DataFrame({"a": [True]}))
    with pytest.raises(
        ImportError, match=r"needs the library matplotlib: .*mmensemble\[plot\]"
    ):
        render_page("t", [Figure("f", display, "c", alt="a")])
