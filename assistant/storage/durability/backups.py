"""Copies of the database in a folder, named by their moment. All of it blocks."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from assistant.errors import DamagedDatabaseError, SettingsError, StorageError
from assistant.storage.durability import database_files
from assistant.storage.durability.database_files import Fault, examine
from assistant.storage.questions import KEPT_DAYS
from assistant.storage.transaction import translated

SET_ASIDE_FOR: Final = timedelta(days=7)
"""How long a database that was replaced stays, for an operator to look at."""

_QUESTIONS: Final = frozenset({"questions"})
_PATIENCE_S: Final = 30.0
_STAMP: Final = "%Y%m%dT%H%M%S%fZ"
_STAMP_PATTERN: Final = r"\d{8}T\d{12}Z"
_PARTIAL: Final = ".partial"


def stamp(moment: datetime) -> str:
    """A moment as a part of a file's name; names sort by it."""
    return moment.astimezone(UTC).strftime(_STAMP)


def set_aside(database: Path) -> tuple[Path, ...]:
    """The databases that were replaced, oldest first."""
    return _stamped(database.parent, f"{database.name}.set-aside-", "")


class Backups:
    """The backups of one database. Several processes may use one folder: they take turns.

    Every method raises StorageError when the disk or a file fails.
    """

    def __init__(
        self, database: Path, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._folder = folder
        self._now = now

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._folder

    def listing(self) -> tuple[Path, ...]:
        """All backups, oldest first. What is only half written has another name, and is none of them."""
        return _stamped(self._folder, f"{self._database.stem}-", ".db")

    def age(self) -> timedelta | None:
        """How old the newest one is; None: there is none."""
        kept = self.listing()
        return self._now() - _moment(kept[-1]) if kept else None

    def make(self) -> Path:
        """A new backup in the folder; the database may be in use meanwhile."""
        with self._turn():
            target = self._folder / f"{self._database.stem}-{stamp(self._now())}.db"
            self._copy_to(target)
            return target

    def make_at(self, target: Path) -> None:
        """A backup under a name of the caller's. Raises SettingsError when there is a file of that name."""
        with self._turn():
            self._copy_to(target)

    def _copy_to(self, target: Path) -> None:
        if target.exists():
            raise SettingsError(f"{target} exists already. Choose another name.")
        if examine(self._database) in (Fault.MISSING, Fault.EMPTY):
            raise SettingsError(f"There is no database at {self._database} yet.")
        partial = target.with_name(f".{target.name}{_PARTIAL}")
        with translated("backed up"):
            # What a backup that was killed has left.
            database_files.remove(partial)
        database_files.copy(self._database, partial)
        database_files.move(partial, target)

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
        """Delete the databases that were set aside more than a week ago, and what is too old in others."""
        with translated("tidied"):
            for path in set_aside(self._database):
                if self._now() - _moment(path) > SET_ASIDE_FOR:
                    database_files.remove(path)
                else:
                    with suppress(DamagedDatabaseError):
                        database_files.expire_questions(path, self._now() - timedelta(days=KEPT_DAYS))

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


def _stamped(folder: Path, before: str, after: str) -> tuple[Path, ...]:
    wanted = re.compile(re.escape(before) + _STAMP_PATTERN + re.escape(after))
    with translated("looked for"):
        return tuple(sorted(path for path in _files(folder) if wanted.fullmatch(path.name)))


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _moment(path: Path) -> datetime:
    found = re.search(_STAMP_PATTERN, path.name)
    assert found is not None  # noqa: S101 - only names that `_stamped` has matched come here
    return datetime.strptime(found[0], _STAMP).replace(tzinfo=UTC)
