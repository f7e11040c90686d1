"""What holds for all tests."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, drills begin first: they are long, and what is short fills the time of whoever is done early."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("drill") is None)
