"""Database files as files: whether one is sound, copying one, erasing people from one. All of it blocks."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final

from assistant.errors import DamagedDatabaseError, StorageError
from assistant.files import move_durably, sync
from assistant.storage.schema import revisions
from assistant.storage.tables import as_number
from assistant.storage.transaction import translated

KEPT_IN_COPIES: Final = frozenset({"alembic_version", "people", "bookmarks", "recordings"})
"""The tables whose rows a backup holds. All others are emptied in it: messages on their way, which Telegram
would not take or repeat a day after, and questions, which go after 90 days or when their person says so."""

CONSENTS: Final = ("keep_questions", "cloud_speech")
"""Preferences that a backup does not hold: one that was taken back must not return with an older database."""

JOURNALS: Final = ("-wal", "-shm", "-journal")

_OURS: Final = frozenset({"alembic_version", "people", "bookmarks"})
_ABOUT_PEOPLE: Final = frozenset({"person", "chat"})
"""Columns that hold somebody's number, in any table; a private chat has its person's number."""

_BUSY_S: Final = 5.0


class Fault(Enum):
    """Why a file is not a database to go on with."""

    MISSING = auto()
    EMPTY = auto()
    DAMAGED = auto()
    FOREIGN = auto()
    """A database of another program."""
    NEWER = auto()
    """One that a newer version of this program has brought up to date."""


def examine(path: Path) -> Fault | None:
    """None: the file is a whole database of this program, of this version or an older one.

    Raises StorageError when it cannot be read.
    """
    if not path.exists():
        return Fault.MISSING
    if path.stat().st_size == 0:
        return Fault.EMPTY
    try:
        with translated("read"), opened(path) as database:
            if database.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                return Fault.DAMAGED
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            if not tables:
                return Fault.EMPTY
            if not tables >= _OURS:
                return Fault.FOREIGN
            at = [revision for (revision,) in database.execute("SELECT version_num FROM alembic_version")]
    except DamagedDatabaseError:
        return Fault.DAMAGED
    return None if len(at) == 1 and at[0] in revisions() else Fault.NEWER


def copy(source: Path, target: Path) -> None:
    """A copy for its owner alone, of one moment, with the rows of KEPT_IN_COPIES; safe on the disk.

    `source` may be in use meanwhile. `target` must not exist, and is no whole copy until this returns; after
    an error there is none. Raises StorageError.
    """
    with translated("copied"):
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with translated("copied"):
            with opened(source) as original, opened(target) as made:
                original.backup(made)
                _strip(made)
            sync(target)
        _require_sound(target)
    except BaseException:
        remove(target)
        raise


def finish(made: Path) -> None:
    """Make a copy of what was filled row by row: with the rows of KEPT_IN_COPIES alone; safe on the disk.

    After an error there is none. Raises StorageError.
    """
    try:
        with translated("copied"):
            with opened(made) as database:
                _strip(database)
            sync(made)
        _require_sound(made)
    except BaseException:
        remove(made)
        raise


def _require_sound(target: Path) -> None:
    if examine(target) is not None:
        raise StorageError("The copy of the database is not sound.")


def empty(target: Path) -> None:
    """A new, empty file for its owner alone."""
    with translated("made"):
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))


def remove(path: Path) -> None:
    """Delete a database with its journals. One that is not there is no error."""
    for suffix in ("", *JOURNALS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def move(source: Path, target: Path) -> None:
    """Give a file another name, in place of what had it, safe against a power cut."""
    with translated("moved"):
        move_durably(source, target)


def rename(source: Path, target: Path) -> None:
    """Give a database that nobody has open another name, and its journals with it."""
    for suffix in (*JOURNALS, ""):
        part = source.with_name(source.name + suffix)
        if part.exists():
            part.replace(target.with_name(target.name + suffix))


def erase(path: Path, people: frozenset[int], tables: frozenset[str] | None = None) -> None:
    """Erase every row about these people, or those in `tables`, overwriting it.

    All or nothing, also when killed meanwhile. Raises StorageError.
    """
    numbers = [(number,) for number in sorted(people)]
    with translated("cleaned"), opened(path) as database:
        database.execute("BEGIN IMMEDIATE")
        for table in _tables(database):
            if tables is not None and table not in tables:
                continue
            columns = {row[1] for row in database.execute(f'PRAGMA table_info("{table}")')}
            for column in columns & (_ABOUT_PEOPLE | ({"id"} if table == "people" else set())):
                # Names from this program's own tables, not from anybody's input.
                database.executemany(f'DELETE FROM "{table}" WHERE "{column}" = ?', numbers)  # noqa: S608
        database.execute("COMMIT")
        _rebuild(database)


def expire_questions(path: Path, asked_before: datetime) -> None:
    """Erase the questions that are older, overwriting them. Raises StorageError."""
    with translated("cleaned"), opened(path) as database:
        if "questions" in _tables(database):
            database.execute("DELETE FROM questions WHERE asked_at < ?", (as_number(asked_before),))
            _rebuild(database)


def _rebuild(database: sqlite3.Connection) -> None:
    """Write the file anew, without the copies of rows that SQLite left in it, and empty its journal.

    A reader in its way, or a full disk, is no error: what was deleted is overwritten where it was.
    """
    for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
        with suppress(sqlite3.OperationalError):
            database.execute(statement)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own to a file that exists; what is deleted through it is overwritten."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=ON")
        database.execute("PRAGMA temp_store=MEMORY")
        database.execute("PRAGMA synchronous=FULL")
        yield database


def _strip(made: sqlite3.Connection) -> None:
    # One file, without journals beside it; nothing of it counts before it has its name.
    made.execute("PRAGMA journal_mode=MEMORY")
    made.execute("BEGIN")
    for table in _tables(made):
        if table not in KEPT_IN_COPIES:
            made.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a table's own name
    paths = [f"$.preferences.{consent}" for consent in CONSENTS]
    made.execute(
        "UPDATE people SET state = json_remove(state, ?, ?)"
        " WHERE json_valid(state) AND (json_extract(state, ?) OR json_extract(state, ?))",
        (*paths, *paths),
    )
    made.execute("COMMIT")


def _tables(database: sqlite3.Connection) -> list[str]:
    named = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [name for (name,) in named]
