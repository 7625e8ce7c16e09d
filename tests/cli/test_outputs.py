"""Outputs are looked at before any work."""

import errno
import os
from pathlib import Path

import pytest

from mmensemble.cli import _compare
from mmensemble.cli._errors import CommandError
from mmensemble.cli._outputs import check_outputs


@pytest.mark.parametrize(
    "args",
    [
        ("fit", "table.csv", "--target", "label", "--out", "table.csv"),
        ("fit", "table.csv", "--target", "label", "--out", "../{here}/table.csv"),
        ("compare", "table.csv", "--target", "label", "--html", "table.csv"),
        ("correlate", "table.csv", "--json", "table.csv"),
        ("fill", "table.csv", "--out", "table.csv"),
        ("retrieve", "table.csv", "--query", "a", "--find", "b", "--out", "table.csv"),
        ("predict", "model", "table.csv", "--trust", "--out", "table.csv"),
    ],
    ids=lambda args: args[0],
)
def test_no_input_is_written_over(fail, csv, tmp_path, args):
    """An output that is the table is refused, whatever it is called."""
    before = (tmp_path / "table.csv").read_bytes()
    args = [arg.format(here=tmp_path.name) for arg in args]
    assert "is also the table, which is read; give another name" in fail(*args)
    assert (tmp_path / "table.csv").read_bytes() == before


def test_joined_tables_and_links_are_inputs(fail, csv, tmp_path, frame):
    """So are tables that are joined, and other names of one file."""
    frame[["person"]].drop_duplicates().to_csv(tmp_path / "more.csv", index=False)
    args = ("fit", "table.csv", "--target", "label", "--join", "more.csv:on=person")
    assert "is also a table of --join" in fail(*args, "--out", "more.csv")
    os.symlink("table.csv", tmp_path / "link.csv")
    said = fail("fit", "table.csv", "--target", "label", "--out", "link.csv")
    assert "--out 'link.csv' is also the table" in said


def test_two_outputs_of_one_name(fail, csv):
    """Only one of them could stay."""
    args = ("compare", "table.csv", "--target", "label")
    said = fail(*args, "--html", "same.html", "--json", "./same.html")
    assert "--json './same.html' is also --html, and only one could stay" in said


@pytest.mark.parametrize(
    ("option", "path", "match"),
    [
        ("--html", "no/such.html", "folder of --html 'no/such.html' does not exist"),
        ("--html", ".", "--html '.' is a folder; name a file in it"),
        ("--cache", "table.csv", "--cache 'table.csv' is a file; name a folder"),
        ("--cache", "table.csv/deep", "--cache 'table.csv/deep' cannot be made"),
    ],
)
def test_places_that_cannot_be(fail, csv, option, path, match):
    """Folders, files and what lies within files are told by option."""
    assert match in fail("compare", "table.csv", "--target", "label", option, path)


def test_places_without_permission(fail, csv, tmp_path, monkeypatch):
    """What may not be written is told at once, not after the work."""
    args = ("compare", "table.csv", "--target", "label")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "--html 'page.html' cannot be written: no perm" in fail(
        *args, "--html", "page.html"
    )
    assert "--cache 'kept' cannot be made: no permission" in fail(
        *args, "--cache", "kept"
    )


def test_places_that_permissions_do_not_tell(fail, csv, tmp_path, monkeypatch):
    """A file is opened to see; nothing is left, nor changed."""

    def refuse(path, mode):
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    (tmp_path / "old.html").write_text("kept")
    (tmp_path / "link.html").symlink_to("new.html")
    for name in ("old.html", "new.html", "link.html"):
        check_outputs([("--html", name)])
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "old.html").read_text() == "kept"
    assert not (tmp_path / "new.html").exists()
    monkeypatch.setattr(Path, "open", refuse)
    for name in ("old.html", "new.html"):
        said = fail("compare", "table.csv", "--target", "label", "--html", name)
        assert f"'{name}' cannot be written: Read-only" in said


def test_what_is_not_wanted_is_not_looked_at():
    """Outputs without a name pass."""
    check_outputs([("--html", None)], [("the table", None)], [("--cache", None)])


@pytest.mark.parametrize("cache", [(), ("--cache", "kept")])
def test_ctrl_c_says_what_is_kept(run, csv, monkeypatch, cache):
    """Ctrl-C ends with 130, and what there is by then is shown."""
    whole = _compare.compare_fusions

    def stopped(*args, **options):
        found = whole(*args, **options)
        found.missing = "interrupted"
        return found

    monkeypatch.setattr(_compare, "compare_fusions", stopped)
    args = ("compare", "table.csv", "--target", "label", "--fusions", "concat")
    code, out, err = run(*args, "--groups", "person", "--cv", "2", *cache)
    assert code == 130
    assert "concat" in out
    assert "interrupted: 2 of 2 folds are finished and shown" in err
    assert ("kept in kept" if cache else "nothing else is kept") in err


@pytest.mark.parametrize("cache", [(), ("--cache", "kept")])
def test_ctrl_c_before_the_first_fold(run, csv, monkeypatch, cache):
    """Where no fold is finished the cache may still hold fits."""

    def stopped(*args, **options):
        raise KeyboardInterrupt("no fold was finished")

    monkeypatch.setattr(_compare, "compare_fusions", stopped)
    code, out, err = run("compare", "table.csv", "--target", "label", *cache)
    assert (code, err) == (130, "mmensemble: interrupted: no fold was finished\n")
    assert ("finished fits are kept in kept" in out) == bool(cache)


def test_pages_are_called_like_pages(tmp_path):
    """A page in a file.pdf would not open."""
    for name in ("page", "page.html", "page.HTM"):
        check_outputs([("--html", str(tmp_path / name))])
    with pytest.raises(
        CommandError, match=r"which can print it .* call it 'page\.html'"
    ):
        check_outputs([("--html", str(tmp_path / "page.pdf"))])
    assert list(tmp_path.iterdir()) == []
