"""What tests on clusters share: their mark."""

from pathlib import Path

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Mark the tests that start a cluster."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("distributed")
