"""What the displays share."""

import sys

import pytest

from mmensemble.display._axes import drawing, label, require_pyplot

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_labels_are_text_and_not_too_long():
    """Dollar signs are escaped, long names end in an ellipsis."""
    assert label("a$b$") == r"a\$b\$"
    assert label("x" * 40) == "x" * 27 + "…"
    assert label(7) == "7"


def test_rcparams_are_restored_after_an_error():
    """The look ends with the drawing, however that ends."""
    before = dict(matplotlib.rcParams)
    with pytest.raises(ValueError, match="while drawing"), drawing("X", None, (2, 2)):
        raise ValueError("while drawing")
    assert dict(matplotlib.rcParams) == before
    require_pyplot("X").close("all")


def test_the_asker_is_named(monkeypatch):
    """The error says who needs matplotlib."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="A page needs matplotlib"):
        require_pyplot("A page")
