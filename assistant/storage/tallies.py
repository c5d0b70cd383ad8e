"""How often things happened, week by week, of everybody together: nothing about anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.storage.tables import tallies
from assistant.storage.transaction import Transaction, translated

HELPED: Final = "helped"
NOT_HELPED: Final = "not_helped"
"""What people say of an answer. The other kinds of tallies are the kinds of replies."""


@dataclass(frozen=True, order=True, slots=True)
class Tally:
    """What is counted: a kind of thing, and the answer and its version where it is about one."""

    kind: str
    answer: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class WeeklyTally:
    """How often that happened in the week that begins with that Monday."""

    week: date
    tally: Tally
    times: int


def week_of(moment: datetime) -> date:
    """The Monday of that moment's week, in the moment's own time zone."""
    day = moment.date()
    return day - timedelta(days=day.weekday())


def all_tallies() -> Select[tuple[date, str, str, str, int]]:
    """Everything that was counted, the oldest week first."""
    return select(tallies).where(tallies.c.times > 0).order_by(*tallies.primary_key.columns)


def tally_in(row: Row[tuple[date, str, str, str, int]]) -> WeeklyTally:
    """A row of `all_tallies`."""
    return WeeklyTally(row.week, Tally(row.kind, row.answer, row.version), row.times)


class Tallies:
    """The counts, in one transaction. Every method raises StorageError."""

    def __init__(self, transaction: Transaction, now: Callable[[], datetime]) -> None:
        self._transaction = transaction
        self._now = now

    async def add(self, tally: Tally, times: int = 1) -> None:
        """Count it, in this week."""
        # Both databases understand what this dialect makes of it.
        row = insert(tallies).values(
            week=week_of(self._now()),
            kind=tally.kind,
            answer=tally.answer,
            version=tally.version,
            times=times,
        )
        await self._transaction.execute(
            row.on_conflict_do_update(
                index_elements=tallies.primary_key.columns.values(),
                set_={"times": tallies.c.times + row.excluded.times},
            )
        )

    async def take_back(self, tally: Tally) -> None:
        """Count it once less, if it was counted this week; an older week stays as it was."""
        await self._transaction.execute(
            update(tallies)
            .where(
                tallies.c.week == week_of(self._now()),
                tallies.c.kind == tally.kind,
                tallies.c.answer == tally.answer,
                tallies.c.version == tally.version,
                tallies.c.times > 0,
            )
            .values(times=tallies.c.times - 1)
        )

    async def all(self) -> tuple[WeeklyTally, ...]:
        """Everything that was counted, the oldest week first."""
        found = await self._transaction.execute(all_tallies())
        with translated("read"):
            return tuple(tally_in(row) for row in found)
