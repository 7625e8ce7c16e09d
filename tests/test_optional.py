"""Optional libraries: one function imports them, and one sentence misses them."""

import configparser
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mmensemble
from mmensemble._optional import EXTRAS, optional_module
from mmensemble.auxiliary._containers import to_container

ROOT = Path(__file__).parents[1]


def extras():
    """Return the packages of each extra in setup.cfg, in small letters."""
    setup = configparser.RawConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = setup["options.extras_require"].items()
    return {
        extra: {re.split(r"[<>=\[]", line)[0].lower() for line in lines.split("\n")}
        for extra, lines in listed
    }


@pytest.mark.parametrize("library", EXTRAS)
def test_what_is_missing_is_told(library, monkeypatch):
    """Who needs it, the package, and the extra that brings it."""
    package, extra = EXTRAS[library]
    monkeypatch.setitem(sys.modules, library, None)
    said = f"A page needs the library {package}: pip install 'mmensemble[{extra}]'"
    with pytest.raises(ImportError, match=f"^{re.escape(said)}\\.$"):
        optional_module(f"{library}.part", "A page")
    with pytest.raises(ImportError, match=re.escape(f"{said}, or draw it.")):
        optional_module(library, "A page", "or draw it")


@pytest.mark.parametrize("library", EXTRAS)
def test_the_extra_brings_the_package(library):
    """As setup.cfg says."""
    package, extra = EXTRAS[library]
    assert package.lower() in extras()[extra]


def test_modules_come_as_imported():
    """Packages and what is in them."""
    import json.decoder

    assert optional_module("json", "A page") is json
    assert optional_module("json.decoder", "A page") is json.decoder


def test_no_other_place_says_how_to_install():
    """Nor catches that one of these libraries is not there."""
    package = Path(mmensemble.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"f?\"[^\"\n]*'mmensemble\[", path.read_text(encoding="utf-8"))
    }
    assert found == {"_optional.py"}


def test_frames_of_a_library_that_is_missing(monkeypatch):
    """Asked for as an output."""
    monkeypatch.setitem(sys.modules, "polars", None)
    match = r"^set_output\(transform='polars'\) needs the library polars: pip "
    for X in (np.eye(2), pd.DataFrame({"a": [1]})):
        with pytest.raises(ImportError, match=match):
            to_container(X, "polars")
