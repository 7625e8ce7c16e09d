"""What all tests share."""

import os
import random

import pytest
from chromium import Browser, find_chromium


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
