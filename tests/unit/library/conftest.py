"""A tiny library for every test of this room."""

from pathlib import Path

import pytest
from tiny_content import TinyContent


@pytest.fixture
def content(tmp_path: Path) -> TinyContent:
    return TinyContent(tmp_path)
