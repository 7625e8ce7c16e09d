"""The check of the built site finds what is wrong."""

import check_site
import pytest
from api_pages import public_rooms, short_name


@pytest.fixture
def site(tmp_path):
    """Return a folder with two good pages and a style sheet."""
    (tmp_path / "index.html").write_text(
        '<a href="sub/other.html#here">x</a> <a href="https://example.org">y</a>'
        '<link rel="stylesheet" href="s.css?v=1"><img src="data:image/png;base64,">'
    )
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "other.html").write_text(
        '<p id="here">z</p><a href="../index.html">up</a><a href="#here">self</a>'
    )
    (tmp_path / "s.css").write_text("a {background: url('p.png')}")
    return tmp_path


def test_a_good_site_has_no_fault(site):
    """Links to other sites are fine; they load nothing."""
    assert check_site.faults_of(site) == ([], {"here"})


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="gone.html">', "bad.html links to gone.html: no such file"),
        ('<a href="sub/other.html#no">', "other.html#no: no such place on that page"),
        ('<a href="#no">', "bad.html links to #no: no such place on that page"),
        ('<img src="gone.png">', "bad.html links to gone.png: no such file"),
        ('<script src="https://a.org/b.js">', "bad.html loads https://a.org/b.js"),
        ('<script src="//a.org/b.js">', "bad.html loads //a.org/b.js"),
        ('<link rel="preload" href="http://a.org/f.woff2">', "loads http://a.org/f"),
    ],
)
def test_faults_on_pages_are_found(site, html, fault):
    """A link that leads nowhere, and what is loaded from elsewhere, is a fault."""
    (site / "bad.html").write_text(html)
    faults, _ = check_site.faults_of(site)
    assert len(faults) == 1
    assert fault in faults[0]


@pytest.mark.parametrize("rule", ["@import 'https://a.org/x'", "a{b:url(//a.org/x)}"])
def test_faults_in_styles_are_found(site, rule):
    """Fonts and styles from elsewhere are a fault."""
    (site / "s.css").write_text(rule)
    faults, _ = check_site.faults_of(site)
    assert [fault.split("loads")[0] for fault in faults] == ["s.css "]


def test_names_without_a_page_are_found(site, capsys):
    """The command names what no page explains, and fails."""
    names = [
        short_name(room, name)
        for room, names in public_rooms().items()
        for name in names
    ]
    assert check_site.main(site) == 1
    assert f"no page explains {names[0]}\n" in capsys.readouterr().out
    anchors = "".join(f'<dt id="{name}">' for name in names)
    (site / "api.html").write_text(anchors)
    assert check_site.main(site) == 0
    assert f"0 faults, {len(names)} public names" in capsys.readouterr().out
