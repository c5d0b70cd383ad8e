"""The database of a running bot: locked against being replaced, mended at the start, and restored by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, assert_never

import structlog
from filelock import FileLock, Timeout

from assistant.errors import SettingsError
from assistant.storage.durability import database_files, server_backups
from assistant.storage.durability.backups import Backups, stamp
from assistant.storage.durability.database_files import JOURNALS, Fault, examine
from assistant.storage.erasures import ErasedByKeeper
from assistant.storage.store import Store, file_of, is_server
from assistant.storage.transaction import translated

_log = structlog.get_logger(__name__)

_PATIENCE_S: Final = 10.0
"""How long a start waits for a bot that is just ending, or for an operator who restores."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What has happened to a database."""

    by: Path | None
    """The backup that was put in its place; None: an empty database."""
    set_aside: Path | None
    """Where the database is that was there before; None: there was none."""


@asynccontextmanager
async def open_kept(
    url: str, folder: Path, *, mended: Callable[[], None] = lambda: None
) -> AsyncIterator[Store]:
    """The store of the database at `url`, for a bot, with its backups in `folder`.

    While it is open, nobody can restore over it, and no second bot can serve from it: each would take up what
    the other is at work on. Backups and reports go on beside it. A damaged database is set aside, and the
    newest sound backup, or else an empty database, takes its place, as it does where the database is missing
    and there are backups of it: an error in the log says so, and `mended` is called.
    Raises SettingsError and StorageError as `Store.open` does, and while somebody else has the database. A
    server serves many, and looks after itself; whoever is forgotten there is erased from backups by the
    machine that keeps them.
    """
    if is_server(url):
        copies = ErasedByKeeper()
        async with await Store.open(url, copies=copies) as copies.store:
            yield copies.store
        return
    async with AsyncExitStack() as stack:
        database = file_of(url)
        backups = None
        if database is not None:
            backups = Backups(database, folder)
            lock = await asyncio.to_thread(_lock_of, database)
            stack.callback(lock.release)
            replaced = await asyncio.to_thread(_take_and_mend, lock, database, backups)
            if replaced is not None:
                _tell(replaced)
                mended()
        store = await Store.open(url, copies=backups)
        stack.push_async_callback(store.close)
        yield store


def _tell(replaced: Replaced) -> None:
    by = str(replaced.by) if replaced.by else "an empty database: there was no sound backup"
    if replaced.set_aside is None:
        _log.error(
            "the database was missing and has been replaced",
            by=by,
            remedy="What changed after that backup is lost. Is DATABASE_URL right? Is its disk mounted? "
            "If the database is found: stop, put it in place, start. To begin anew, remove the backups too.",
        )
        return
    _log.error(
        "the database was damaged and has been replaced",
        by=by,
        set_aside=str(replaced.set_aside),
        remedy="What changed after that backup is lost. Check the disk. The damaged file stays for 7 days.",
    )


async def restore(url: str, backups: Backups, file: Path | None) -> Replaced:
    """Put a backup, `file` or the newest sound one, in the place of the database, which is set aside.

    The copy is brought up to date first, so that a backup that cannot be leaves everything as it was. Raises
    SettingsError while a bot runs on the database and for a file that cannot be used, and StorageError. What
    a server holds becomes the newest backup, before it is replaced.
    """
    if is_server(url):
        return await _restore_server(url, backups, file)
    database = database_of(url)
    lock = await asyncio.to_thread(_lock_of, database)
    if not _is_alone(lock):
        raise SettingsError(f"A bot is running on {database}. Stop it, then restore.")
    try:
        await asyncio.to_thread(_finish, database)
        source = await asyncio.to_thread(_usable, backups, file)
        with _partial(database) as partial:
            await asyncio.to_thread(database_files.copy, source, partial)
            store = await Store.open(f"sqlite+aiosqlite:///{partial.absolute()}")
            await store.close()
            return await asyncio.to_thread(_replace, database, partial, source)
    finally:
        lock.release()


async def _restore_server(url: str, backups: Backups, file: Path | None) -> Replaced:
    source = await asyncio.to_thread(_usable, backups, file)
    before = None
    if await server_backups.holds_anybody(url):
        # A server's database is not set aside: it becomes the newest backup.
        before = await asyncio.to_thread(backups.make)
    with _partial(backups.folder / "restored.db") as partial:
        await asyncio.to_thread(database_files.copy, source, partial)
        await server_backups.fill(url, partial)
    return Replaced(source, before)


def database_of(url: str) -> Path:
    """The file of the database at `url`. Raises SettingsError for one in memory."""
    file = file_of(url)
    if file is None:
        raise SettingsError(
            "DATABASE_URL names a database in memory: there is no file to back up or restore."
        )
    return file


def _lock_of(database: Path) -> FileLock:
    """What one process has alone; the system lets go of it when that dies."""
    # One file under two names is one database.
    database = database.resolve()
    with translated("locked"):
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Taken in one thread and let go of in another; and whoever opens the database twice is two.
    return FileLock(
        database.with_name(f"{database.name}.lock"), mode=0o600, thread_local=False, is_singleton=False
    )


def _is_alone(lock: FileLock, patience_s: float = 0.0) -> bool:
    """Whether nobody else has the database, or not for longer than that; then nobody else gets it."""
    with translated("locked"):
        try:
            lock.acquire(timeout=patience_s)
        except Timeout:
            return False
        return True


def _take_and_mend(lock: FileLock, database: Path, backups: Backups) -> Replaced | None:
    """Hold the database alone, and mend it if it needs it."""
    if not _is_alone(lock, _PATIENCE_S):
        raise SettingsError(
            f"Another bot is running on {database}, or it is being restored. One database serves one bot: "
            "stop the other one, or name another file in DATABASE_URL."
        )
    _finish(database)
    return _mend(database, backups)


def _mend(database: Path, backups: Backups) -> Replaced | None:
    match examine(database):
        case None | Fault.NEWER | Fault.FOREIGN:
            # Nothing that a backup would be better than; what cannot be opened, `Store.open` refuses.
            return None
        case Fault.MISSING | Fault.EMPTY if not backups.listing():
            # A first start, or one that was killed early.
            return None
        case Fault.MISSING | Fault.EMPTY | Fault.DAMAGED:
            source = backups.newest_sound()
        case never:
            assert_never(never)
    with _partial(database) as partial:
        if source is None:
            database_files.empty(partial)
        else:
            database_files.copy(source, partial)
        return _replace(database, partial, source)


def _replace(database: Path, partial: Path, source: Path | None) -> Replaced:
    """From here on it is decided: whatever happens, the next start or restore carries it through."""
    database_files.move(partial, _incoming(database))
    return Replaced(source, _finish(database))


def _finish(database: Path) -> Path | None:
    """Put the incoming database, if there is one, in place; where the one before it is now, if there was one.

    Can be killed at any point and called again: the old database goes first, and the journals that belong to
    it, because SQLite would read them into the new one.
    """
    incoming = _incoming(database)
    if not incoming.exists():
        return None
    with translated("moved"):
        # The same name each time this is called for one file.
        decided_at = datetime.fromtimestamp(incoming.stat().st_mtime, UTC)
        aside = database.with_name(f"{database.name}.set-aside-{stamp(decided_at)}")
        if not (database.exists() or aside.exists()):
            # Journals of a database that is gone.
            database_files.remove(database)
        for suffix in ("", *JOURNALS):
            old = database.with_name(database.name + suffix)
            if old.exists():
                old.replace(aside.with_name(aside.name + suffix))
    database_files.move(incoming, database)
    return aside if aside.exists() else None


def _usable(backups: Backups, file: Path | None) -> Path:
    if file is None:
        newest = backups.newest_sound()
        if newest is None:
            raise SettingsError(f"There is no sound backup in {backups.folder}.")
        return newest
    match examine(file):
        case None:
            return file
        case Fault.MISSING:
            raise SettingsError(f"There is no file {file}.")
        case Fault.EMPTY | Fault.DAMAGED:
            raise SettingsError(f"{file} is damaged, or no database. Choose another backup.")
        case Fault.FOREIGN:
            raise SettingsError(f"{file} is a database of another program.")
        case Fault.NEWER:
            raise SettingsError(f"{file} was made by a newer version. Update this program, then restore.")
        case never:
            assert_never(never)


@contextmanager
def _partial(database: Path) -> Iterator[Path]:
    """A name to prepare a database under; what is left under it counts for nothing."""
    partial = database.with_name(f"{database.name}.incoming.partial")
    database_files.remove(partial)
    try:
        yield partial
    finally:
        database_files.remove(partial)


def _incoming(database: Path) -> Path:
    return database.with_name(f"{database.name}.incoming")
