"""Live tests run only when they are asked for: they need a network, and Google's good will."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "live" in str(config.getoption("-m")).split():
        return
    skip = pytest.mark.skip(reason="talks to the real Google services; run `pytest -m live`")
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(skip)
