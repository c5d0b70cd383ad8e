"""A store in a file or a database of its own, and a clock that only moves when told."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.storage.store import Store
from tests.postgres import PROCESS


class Clock:
    """Stands still until `forward` is called."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **duration: float) -> None:
        self.time += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=PROCESS)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Everything that the store promises, it promises on both; `SQLITE_ONLY` marks what is about a file."""
    return str(request.param)


@pytest.fixture
def url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if dialect == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/kept/assistant.db"
        return
    with request.getfixturevalue("postgres").database() as address:
        yield address


@pytest.fixture
async def store(url: str, clock: Clock) -> AsyncIterator[Store]:
    opened = await Store.open(url, now=clock)
    yield opened
    await opened.close()
