"""Copies of the database in a folder, numbered in the order in which they were made. All of it blocks."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from filelock import FileLock, Timeout

from assistant.clock import WRONG_BY, steady_now
from assistant.errors import DamagedDatabaseError, SettingsError, StorageError
from assistant.storage.durability import database_files
from assistant.storage.durability.database_files import Fault, examine
from assistant.storage.questions import KEPT_DAYS
from assistant.storage.transaction import settled, translated

_log = structlog.get_logger(__name__)

SET_ASIDE_FOR: Final = timedelta(days=7)
"""How long a database that was replaced stays, for an operator to look at."""

_QUESTIONS: Final = frozenset({"questions"})
_PATIENCE_S: Final = 30.0
_STAMP: Final = "%Y%m%dT%H%M%S%fZ"
_STAMP_PATTERN: Final = r"\d{8}T\d{12}Z"
_NUMBER_PATTERN: Final = r"\d{6,}"
_PARTIAL: Final = ".partial"


def stamp(moment: datetime) -> str:
    """A moment as a part of a file's name."""
    return moment.astimezone(UTC).strftime(_STAMP)


def set_aside(database: Path) -> tuple[Path, ...]:
    """The databases that were replaced, oldest first."""
    found = _named(database.parent, f"{database.name}.set-aside-", _STAMP_PATTERN, "")
    return tuple(sorted(found, key=_moment))


class Backups:
    """The backups of one database. Several processes may use one folder: they take turns.

    Every method raises StorageError when the disk or a file fails.
    """

    def __init__(self, database: Path, folder: Path, *, now: Callable[[], datetime] = steady_now) -> None:
        self._database = database
        self._folder = folder
        self._now = now

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._folder

    def listing(self) -> tuple[Path, ...]:
        """All backups, in the order in which they were made. What is only half written is none of them.

        The order is that of their numbers: a clock that was wrong for a day changes nothing. Those of earlier
        versions have none. They come first, and first of all what is stamped in the future.
        """
        pattern = f"(?:{_NUMBER_PATTERN}-)?{_STAMP_PATTERN}"
        latest = self._now() + WRONG_BY
        found = _named(self._folder, f"{self._database.stem}-", pattern, ".db")
        return tuple(sorted(found, key=lambda path: (_number(path), _moment(path) <= latest, _moment(path))))

    def stamped_at(self) -> datetime | None:
        """When the newest one was made, by the clock of that time; None: there is none."""
        kept = self.listing()
        return _moment(kept[-1]) if kept else None

    def age(self) -> timedelta | None:
        """How old the newest one is; None: there is none. Less than nothing: some clock was wrong."""
        stamped_at = self.stamped_at()
        return None if stamped_at is None else self._now() - stamped_at

    def make(self) -> Path:
        """A new backup in the folder; the database may be in use meanwhile."""
        with self._turn():
            number = max(map(_number, self.listing()), default=0) + 1
            target = self._folder / f"{self._database.stem}-{number:06}-{stamp(self._now())}.db"
            self._copy_to(target)
            return target

    def make_at(self, target: Path) -> None:
        """A backup under a name of the caller's. Raises SettingsError when there is a file of that name."""
        with self._turn():
            self._copy_to(target)

    def _copy_to(self, target: Path) -> None:
        if target.exists():
            raise SettingsError(f"{target} exists already. Choose another name.")
        partial = target.with_name(f".{target.name}{_PARTIAL}")
        with translated("backed up"):
            # What a backup that was killed has left.
            database_files.remove(partial)
        self._write(partial)
        database_files.move(partial, target)

    def _write(self, partial: Path) -> None:
        if examine(self._database) in (Fault.MISSING, Fault.EMPTY):
            raise SettingsError(f"There is no database at {self._database} yet.")
        database_files.copy(self._database, partial)

    def newest_sound(self) -> Path | None:
        """The newest backup that is whole and not of a newer version; None: there is none."""
        return next((path for path in reversed(self.listing()) if examine(path) is None), None)

    def prune(self, kept: int) -> None:
        """Delete all backups but the newest `kept`, and what killed backups have left."""
        with self._turn(), translated("tidied"):
            for path in self.listing()[: -kept or None]:
                database_files.remove(path)
            for path in self._folder.glob(f".{self._database.stem}-*{_PARTIAL}"):
                database_files.remove(path)

    def sweep(self) -> None:
        """Delete the databases that were set aside more than a week ago, and what is too old in others.

        The week of one that is stamped in the future begins now.
        """
        with translated("tidied"):
            for path in set_aside(self._database):
                age = self._now() - _moment(path)
                if age > SET_ASIDE_FOR:
                    database_files.remove(path)
                elif age < -WRONG_BY:
                    _log.warning("stamped in the future", file=path.name, by_s=round(-age.total_seconds()))
                    database_files.rename(path, self._set_aside_now())
                else:
                    with suppress(DamagedDatabaseError):
                        database_files.expire_questions(path, self._now() - timedelta(days=KEPT_DAYS))

    def _set_aside_now(self) -> Path:
        return self._database.with_name(f"{self._database.name}.set-aside-{stamp(self._now())}")

    @asynccontextmanager
    async def erased(self, people: frozenset[int], questions_of: frozenset[int]) -> AsyncIterator[None]:
        """As `without`, for an event loop: it looks at files, and so not there."""
        clean = ExitStack()
        try:
            await settled(asyncio.to_thread(clean.enter_context, self.without(people, questions_of)))
            yield
        finally:
            await settled(asyncio.to_thread(clean.close))

    @contextmanager
    def without(self, people: frozenset[int], questions_of: frozenset[int] = frozenset()) -> Iterator[None]:
        """Erase these people from every backup and set-aside database; none is made before the block ends.

        Of those in `questions_of`, only the questions. A backup that begins meanwhile sees them erased from
        the database as well. A backup that cannot be read is of no use to anybody and is deleted; a damaged
        database set aside stays for its week.
        """
        with self._turn():
            for path in self.listing():
                try:
                    _erase(path, people, questions_of)
                except DamagedDatabaseError:
                    database_files.remove(path)
            for path in set_aside(self._database):
                with suppress(DamagedDatabaseError):
                    _erase(path, people, questions_of)
            yield

    @contextmanager
    def _turn(self) -> Iterator[None]:
        lock = FileLock(self._folder / ".lock", timeout=_PATIENCE_S, mode=0o600)
        with translated("backed up"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise StorageError("Another process is at work on the backups.") from None
        try:
            yield
        finally:
            lock.release()


def _erase(path: Path, people: frozenset[int], questions_of: frozenset[int]) -> None:
    if people:
        database_files.erase(path, people)
    if questions_of:
        database_files.erase(path, questions_of, _QUESTIONS)


def _named(folder: Path, before: str, pattern: str, after: str) -> list[Path]:
    wanted = re.compile(re.escape(before) + pattern + re.escape(after))
    with translated("looked for"):
        return [path for path in _files(folder) if wanted.fullmatch(path.name)]


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _number(path: Path) -> int:
    found = re.search(f"({_NUMBER_PATTERN})-{_STAMP_PATTERN}", path.name)
    return int(found[1]) if found else 0


def _moment(path: Path) -> datetime:
    found = re.search(_STAMP_PATTERN, path.name)
    assert found is not None  # noqa: S101 - only names that `_named` has matched come here
    return datetime.strptime(found[0], _STAMP).replace(tzinfo=UTC)
