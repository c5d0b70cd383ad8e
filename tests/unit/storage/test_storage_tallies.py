"""Counts by week: of everybody together, added up, and written down now and then."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from assistant.errors import StorageError
from assistant.storage.counting import Uncounted, write_down, write_down_every_minute
from assistant.storage.store import Store
from assistant.storage.tallies import HELPED, Tallies, Tally, week_of
from tests.unit.storage.conftest import Clock

_HELPED = Tally(HELPED, "amber-hands/symptoms", "0123456789ab")
_MISSED = Tally("not_covered")


async def _counted(store: Store) -> list[tuple[date, Tally, int]]:
    async with store.read() as unit:
        return [(each.week, each.tally, each.times) for each in await unit.tallies.all()]


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 11, 29, 23, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 30, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), date(2026, 12, 28)),
    ],
)
def test_a_week_begins_on_monday(moment: datetime, monday: date) -> None:
    assert week_of(moment) == monday


async def test_what_happens_again_is_added_up_within_its_week(store: Store, clock: Clock) -> None:
    for _ in range(2):
        async with store.write() as unit:
            await unit.tallies.add(_HELPED)
            await unit.tallies.add(_MISSED, 3)
    first = week_of(clock())
    clock.forward(days=7)
    async with store.write() as unit:
        await unit.tallies.add(_HELPED)
    assert await _counted(store) == [(first, _HELPED, 2), (first, _MISSED, 6), (week_of(clock()), _HELPED, 1)]


async def test_what_is_taken_back_never_goes_below_nothing_nor_into_an_older_week(
    store: Store, clock: Clock
) -> None:
    async with store.write() as unit:
        await unit.tallies.add(_HELPED)
        await unit.tallies.take_back(_HELPED)
        await unit.tallies.take_back(_HELPED)
        await unit.tallies.add(_MISSED)
    clock.forward(days=7)
    async with store.write() as unit:
        await unit.tallies.take_back(_MISSED)
    ((_, tally, times),) = await _counted(store)
    assert (tally, times) == (_MISSED, 1)


class _Remembering:
    """A transaction that remembers its statements and carries none out."""

    def __init__(self) -> None:
        self.statements: list[Any] = []

    async def execute(self, statement: Any) -> None:
        self.statements.append(statement)


async def test_counting_is_one_statement_in_each_database() -> None:
    transaction: Any = _Remembering()
    await Tallies(transaction, lambda: datetime(2026, 12, 1, tzinfo=UTC)).add(_HELPED)
    (statement,) = transaction.statements
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        assert "ON CONFLICT (week, kind, answer, version) DO UPDATE" in str(
            statement.compile(dialect=dialect)
        )


async def test_counts_gather_and_are_written_down_at_once(store: Store) -> None:
    uncounted = Uncounted()
    for tally in (_MISSED, _HELPED, _MISSED):
        uncounted.note(tally)
    assert await _counted(store) == []
    for _ in range(2):
        await write_down(store, uncounted)
    assert [each[1:] for each in await _counted(store)] == [(_HELPED, 1), (_MISSED, 2)]


async def test_what_could_not_be_written_is_written_with_the_next(store: Store) -> None:
    class Full:
        @asynccontextmanager
        async def write(self) -> AsyncIterator[None]:
            raise StorageError("The database could not be written (SQLITE_FULL).")
            yield

    uncounted, full = Uncounted(), Full()
    uncounted.note(_MISSED)
    await write_down(full, uncounted)  # type: ignore[arg-type]  # a store that fails is no Store
    uncounted.note(_MISSED)
    await write_down(store, uncounted)
    assert [each[1:] for each in await _counted(store)] == [(_MISSED, 2)]


async def test_what_is_left_at_the_end_is_written_down(store: Store) -> None:
    uncounted = Uncounted()

    async def ended(_seconds: float) -> None:
        uncounted.note(_MISSED)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await write_down_every_minute(store, uncounted, sleep=ended)
    assert [each[1:] for each in await _counted(store)] == [(_MISSED, 1)]
