"""Pages in a real browser: no error, no overflow, tables that sort and filter."""

import pandas as pd
import pytest
from report_cases import NASTY, nasty_table
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier, compare_fusions, correlation_report
from mmensemble.report._page import render_page
from mmensemble.report._sections import Table

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib").use("Agg")

COLUMN = """
const [place, column] = arguments;
const table = document.querySelectorAll("table.data")[place];
return [...table.tBodies[0].rows].filter((row) => !row.hidden)
  .map((row) => row.cells[column].textContent);
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of a report of hostile names."""
    X, modalities, y, groups = nasty_table()
    report = correlation_report(
        X, y, modalities=modalities, groups=groups, random_state=0
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    report.to_html(path)
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The page of one table: numbers with a gap, and names."""
    frame = pd.DataFrame(
        {
            "name": ["b", "A", "<i>x</i>", "c10", "c9", "_x"],
            "value": [2.0, -1e-9, None, 10.0, 1234567.0, 0.5],
        }
    )
    path = tmp_path_factory.mktemp("page") / "table.html"
    page = render_page("t", [Table("Numbers", frame, "Some.")])
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def fusions(tmp_path_factory):
    """The page of a comparison on modalities of hostile names."""
    X, modalities, y, groups = nasty_table()
    model = MultimodalClassifier(modalities, estimator=LogisticRegression(), cv=2)
    comparison = compare_fusions(
        model,
        X,
        y,
        fusions=["concat", "voting"],
        subsets="leave-one-out",
        cv=3,
        random_state=0,
        groups=groups,
        control=True,
    )
    path = tmp_path_factory.mktemp("page") / "fusions.html"
    comparison.to_html(path, X=X, modalities=modalities, model=model)
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_page_on_fusions_fits_and_complains_of_nothing(browser, fusions, width, dark):
    """No script error, no sideways scrolling; tables sort."""
    browser.open(fusions, width=width, dark=dark)
    assert browser.complaints() == []
    assert browser.overflow() <= 0
    before = browser.run(COLUMN, 0, 2)
    assert before == sorted(before, key=float, reverse=True)
    browser.run("document.querySelectorAll('th.number button')[0].click()")
    browser.run("document.querySelectorAll('th.number button')[0].click()")
    assert browser.run(COLUMN, 0, 2) == sorted(before, key=float)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_page_fits_and_complains_of_nothing(browser, page, width, dark):
    """No script error, no refused load, no sideways scrolling."""
    browser.open(page, width=width, dark=dark)
    assert browser.complaints() == []
    assert browser.overflow() <= 0
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(20, 24, 28)" if dark else "rgb(255, 255, 255)")


def test_names_are_text(browser, page):
    """Hostile names are shown as they are, and make no element."""
    browser.open(page)
    shown = browser.run("return document.body.textContent")
    for name in [*NASTY, "</style>", "=1+1"]:
        assert name in shown
    scripts = "return [...document.querySelectorAll('script')].map(s => s.textContent)"
    assert [s for s in browser.run(scripts) if "alert" in s] == []


def test_figures_have_words_and_fit(browser, page):
    """Every figure is an image with a text, no wider than its column."""
    browser.open(page, width=400)
    figures = browser.find("figure svg")
    assert len(figures) >= 7
    for figure in figures:
        assert figure.get_attribute("role") == "img"
        assert len(figure.get_attribute("aria-label")) > 20
        assert figure.size["width"] <= 400


def test_sorting_by_mouse(browser, table):
    """Numbers go by value, the largest first; then the other way; gaps stand last."""
    browser.open(table)
    (heading,) = browser.find("th.number")
    (button,) = browser.find("th.number button")
    button.click()
    assert heading.get_attribute("aria-sort") == "descending"
    shown = ["1,234,567", "10.0", "2.00", "0.500", "−1.0e−09", "–"]
    assert browser.run(COLUMN, 0, 1) == shown
    button.click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert browser.run(COLUMN, 0, 1) == [*shown[-2::-1], "–"]


def test_sorting_by_keyboard(browser, table):
    """Tab reaches the headings, Enter and space press them; names go as one reads."""
    from selenium.webdriver.common.keys import Keys

    browser.open(table)
    button = browser.find("th button")[0]
    browser.run("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)
    names = ["_x", "<i>x</i>", "A", "b", "c9", "c10"]
    assert browser.run(COLUMN, 0, 0) == names
    button.send_keys(Keys.SPACE)
    assert browser.run(COLUMN, 0, 0) == names[::-1]
    button.send_keys(Keys.TAB)
    focused = browser.run("return document.activeElement.textContent")
    assert focused == "value"
    assert browser.find("th")[1].get_attribute("aria-sort") == "none"


def test_filtering(browser, table):
    """All words must occur in a row; how many do is said."""
    browser.open(table)
    (field,) = browser.find("input[type=search]")
    assert field.accessible_name == "Filter the rows of “Numbers”"
    (status,) = browser.find("[role=status]")
    assert status.text == "6 of 6 rows"
    field.send_keys("C")
    assert browser.run(COLUMN, 0, 0) == ["c10", "c9"]
    field.send_keys(" 1,234")
    assert browser.run(COLUMN, 0, 0) == ["c9"]
    assert status.text == "1 of 6 rows"
    field.clear()
    field.send_keys("<i>")
    assert browser.run(COLUMN, 0, 0) == ["<i>x</i>"]


def test_tables_of_the_report_sort(browser, page):
    """The strongest pairs of the page can be put in order of Spearman."""
    browser.open(page)
    heads = browser.run(
        "return [...document.querySelectorAll('table.data')].map("
        "table => [...table.querySelectorAll('th')].map(th => th.textContent))"
    )
    place = next(k for k, names in enumerate(heads) if "column A" in names)
    column = heads[place].index("Spearman")
    browser.run(
        "document.querySelectorAll('table.data')[arguments[0]]"
        ".querySelectorAll('th button')[arguments[1]].click()",
        place,
        column,
    )
    shown = browser.run(COLUMN, place, column)
    values = [float(text.replace("−", "-")) for text in shown]
    assert values == sorted(values, reverse=True)
    assert browser.complaints() == []


def test_print_hides_the_tools(browser, page):
    """Paper shows whole tables on white, and nothing to press."""
    browser.open(page, width=700, dark=True, media="print")
    look = browser.run(
        "const style = (s) => getComputedStyle(document.querySelector(s));"
        "return [style('.tools').display, style('.tall').maxHeight,"
        " style('body').backgroundColor, style('th button').display]"
    )
    assert look == ["none", "none", "rgb(255, 255, 255)", "contents"]


def test_a_table_says_where_there_is_more(browser, tmp_path):
    """Below, until few rows are left by the filter."""
    frame = pd.DataFrame({"name": [f"row {k}" for k in range(60)]})
    path = tmp_path / "long.html"
    path.write_text(render_page("Long", [Table("Rows", frame)]), encoding="utf-8")
    browser.open(path)
    (cue,) = browser.find(".cue")
    assert cue.text == "There is more below: scroll down."
    (box,) = browser.find("input")
    box.send_keys("row 59")
    assert not cue.is_displayed()
