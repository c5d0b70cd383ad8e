"""For editors: the kept questions, grouped and without anybody's number, and the counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, assert_never

from sqlalchemy import create_engine, inspect, select
from sqlalchemy.pool import StaticPool

from assistant.errors import SettingsError
from assistant.reply_kind import ReplyKind
from assistant.storage.durability.database_files import Fault, examine, opened
from assistant.storage.questions import KEPT_DAYS
from assistant.storage.store import Store
from assistant.storage.tables import as_moment, as_number, questions, tallies
from assistant.storage.tallies import WeeklyTally, all_tallies, tally_in
from assistant.storage.transaction import translated
from assistant.text import words_in

_MISSING_FIRST: Final = (ReplyKind.NOT_COVERED, ReplyKind.CHOICE, ReplyKind.ANSWER)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """The same words with the same outcome, however often they were asked."""

    words: str
    """As they were asked last."""
    outcome: ReplyKind
    answer: str | None
    times: int
    people: int
    """How many different people asked it."""
    heard: int
    """How many times a recogniser wrote it down, perhaps not as it was said; the others were typed."""
    last: date


def asked_questions(database: Path, now: datetime) -> tuple[AskedQuestion, ...]:
    """What was asked in the last 90 days: what has no answer first, then what was asked most, or last.

    It blocks. The database may be in use meanwhile, and is not changed. Raises SettingsError where there is
    none to read, and StorageError.
    """
    _require(database)
    since = as_number(now - timedelta(days=KEPT_DAYS))
    with translated("read"), opened(database) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'questions'").fetchall():
            raise SettingsError(f"{database} is of an older version. Start the bot once, then ask again.")
        rows = connection.execute(
            "SELECT words, outcome, answer, person, spoken, asked_at FROM questions"
            " WHERE asked_at >= ? ORDER BY asked_at, id",
            (since,),
        ).fetchall()
    return _grouped(rows)


async def questions_of_server(url: str, now: datetime) -> tuple[AskedQuestion, ...]:
    """The same of a server's database. Raises StorageError."""
    async with await Store.open(url) as store, store.look() as unit:
        found = await unit.transaction.execute(
            select(
                *(questions.c.words, questions.c.outcome, questions.c.answer),
                *(questions.c.person, questions.c.spoken, questions.c.asked_at),
            )
            .where(questions.c.asked_at >= now - timedelta(days=KEPT_DAYS))
            .order_by(questions.c.asked_at, questions.c.id)
        )
        return _grouped((*row[:-1], as_number(row[-1])) for row in found)


async def tallies_of_server(url: str) -> tuple[WeeklyTally, ...]:
    """All that was counted in a server's database. Raises StorageError."""
    async with await Store.open(url) as store, store.look() as unit:
        return tuple(tally_in(row) for row in await unit.transaction.execute(all_tallies()))


def weekly_tallies(database: Path) -> tuple[WeeklyTally, ...]:
    """All that was counted, the oldest week first; of that, nothing is about anybody.

    The database may be in use meanwhile, and is not changed. Raises SettingsError where there is none to
    read, and StorageError.
    """
    _require(database)
    with translated("read"), opened(database) as connection:
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        if not inspect(engine).has_table(tallies.name):
            raise SettingsError(f"{database} is of an older version. Start the bot once, then ask again.")
        with engine.connect() as reading:
            return tuple(tally_in(row) for row in reading.execute(all_tallies()))


def _require(database: Path) -> None:
    match examine(database):
        case None:
            return
        case Fault.MISSING | Fault.EMPTY:
            raise SettingsError(f"There is no database at {database} yet.")
        case Fault.DAMAGED:
            raise SettingsError(f"{database} is damaged. Start the bot: it puts the newest backup in place.")
        case Fault.FOREIGN:
            raise SettingsError(f"{database} is a database of another program.")
        case Fault.NEWER:
            raise SettingsError(f"{database} is of a newer version. Update this program.")
        case never:
            assert_never(never)


def _grouped(rows: Iterable[tuple[Any, ...]]) -> tuple[AskedQuestion, ...]:
    """`rows` are the oldest first."""
    groups: dict[tuple[str, str, str | None], list[tuple[Any, ...]]] = {}
    for row in rows:
        words, outcome, answer, *_ = row
        groups.setdefault((_alike(words), outcome, answer), []).append(row)
    asked = [
        AskedQuestion(
            words=group[-1][0],
            outcome=ReplyKind(outcome),
            answer=answer,
            times=len(group),
            people=len({person for _, _, _, person, _, _ in group}),
            heard=sum(bool(spoken) for *_, spoken, _ in group),
            last=as_moment(group[-1][-1]).date(),
        )
        for (_, outcome, answer), group in groups.items()
    ]
    asked.sort(key=lambda each: (_MISSING_FIRST.index(each.outcome), -each.times, -each.last.toordinal()))
    return tuple(asked)


def _alike(words: str) -> str:
    """The words without what two people write differently."""
    return " ".join(words_in(words)) or words
