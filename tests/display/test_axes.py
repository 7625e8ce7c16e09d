"""What the displays share."""

import sys

import pytest

from mmensemble.display._axes import drawing, label, labels, require_pyplot

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_labels_are_text_and_not_too_long():
    """Dollar signs are escaped, long names end in an ellipsis."""
    assert label("a$b$") == r"a\$b\$"
    assert label("x" * 40) == "x" * 27 + "…"
    assert label(7) == "7"


def test_labels_differ_where_names_do():
    """What is alike is cut; where that does not help, numbers stand."""
    long = "a_very_long_name_of_a_measurement_"
    assert labels(["b", "b", "c"]) == ["b", "b", "c"]
    found = labels([long + "left", long + "right", "b"])
    assert found[0] != found[1]
    assert found[1].startswith("a_very_l…")
    assert found[1].endswith("_measurement_right")
    assert len(found[1]) == 28
    assert found[2] == "b"
    twins = [long + "x" * 40 + "1", long + "y" + "x" * 40, long + "x" * 40 + "2"]
    assert len(set(labels(twins))) == 3
    assert labels(twins[:1] * 2)[0] == labels(twins[:1] * 2)[1]


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
    with pytest.raises(ImportError, match=r"^A page needs the library matplotlib: "):
        require_pyplot("A page")
