"""What all tests share."""

import os
import random

import pytest


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


def pytest_report_header():
    """Show the seed that was asked for."""
    return f"MMENSEMBLE_TEST_SEED={os.environ.get('MMENSEMBLE_TEST_SEED', '42')}"
