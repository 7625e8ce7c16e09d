"""What all tests share."""

import os
import random
from functools import cache
from pathlib import Path

import pytest
from chromium import Browser, find_chromium

TESTS = Path(__file__).parent
#: What also runs on the oldest dependencies, and without any extra: minutes.
CORE = (
    "analysis/matrix/test_correlate.py",
    "analysis/modalities/test_modality_correlation.py",
    "analysis/pruning",
    "ensemble/test_classifier.py",
    "ensemble/test_missing_modalities.py",
    "ensemble/test_regressor.py",
    "ensemble/test_routing.py",
    "ensemble/test_table.py",
    "ensemble/test_transformer.py",
    "features",
    "fusion/decision/test_stacking.py",
    "fusion/decision/test_voting.py",
    "fusion/feature/test_concat.py",
    "learners",
    "modality",
    "model_selection/test_compare.py",
    "model_selection/test_search.py",
    "numerics",
    "representation",
    "test_compat.py",
    "test_frame.py",
    "test_parallel.py",
    "test_splits.py",
    "test_threads.py",
)


@cache
def is_core(path):
    """Tell whether a file of tests is of the core."""
    return any(path.is_relative_to(TESTS / name) for name in CORE)


def pytest_collection_modifyitems(items):
    """Mark the tests of the core."""
    for item in items:
        if is_core(item.path):
            item.add_marker("core")


def pytest_ignore_collect(collection_path, config):
    """Where only the core is run, import nothing else."""
    words = config.option.markexpr.split()
    core_only = words[:1] == ["core"] and "or" not in words
    other = collection_path.suffix == ".py" and not is_core(collection_path)
    return True if core_only and other else None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file():
    """Look for no examples among tests: there are none, and the search takes long."""
    found = yield
    return [own for own in found if type(own).__name__ != "DoctestModule"]


@pytest.fixture(scope="session")
def global_random_seed():
    """Return the seed of stochastic tests: 42, or what MMENSEMBLE_TEST_SEED says.

    The variable holds a number from 0 to 99, or "random" for any of them.
    """
    asked = os.environ.get("MMENSEMBLE_TEST_SEED", "42")
    seed = random.SystemRandom().randrange(100) if asked == "random" else int(asked)
    if not 0 <= seed <= 99:
        raise ValueError(f"MMENSEMBLE_TEST_SEED must be 0-99 or 'random', got {asked}.")
    return seed


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Return a `chromium.Browser`; the test is skipped where there is none."""
    reason = "selenium is not installed (pip install '.[test]')"
    exceptions = pytest.importorskip("selenium.common.exceptions", reason=reason)
    if None in find_chromium():
        pytest.skip("no Chromium and driver (apt install chromium chromium-driver)")
    try:
        browser = Browser(tmp_path_factory.mktemp("chromium"))
    except exceptions.WebDriverException as error:
        pytest.skip(f"Chromium does not start: {error.msg}")
    yield browser
    browser.close()


def pytest_report_header():
    """Show the seed that was asked for."""
    return f"MMENSEMBLE_TEST_SEED={os.environ.get('MMENSEMBLE_TEST_SEED', '42')}"
