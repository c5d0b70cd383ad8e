"""Every schema ever released comes up to date with all the rows in it, also through kills."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from assistant.queue.table import queue_in
from assistant.storage.schema import revisions
from assistant.storage.store import Store

pytestmark = pytest.mark.migrates

_SCHEMAS: Final = Path(__file__).parent / "schemas"

Rows = dict[str, list[dict[str, Any]]]


def made_of(revision: str, file: Path) -> Path:
    """A database as that version left it."""
    with closing(sqlite3.connect(file)) as database:
        database.executescript((_SCHEMAS / f"{revision}.sql").read_text(encoding="utf-8"))
        database.execute("PRAGMA journal_mode=WAL")
    return file


def rows_of(file: Path) -> Rows:
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in database.execute(f'SELECT * FROM "{name}" ORDER BY rowid')]  # noqa: S608 - a table's own name
            for name in names
            if name not in ("alembic_version", "sqlite_sequence")
        }


def assert_kept(before: Rows, after: Rows) -> None:
    """Every row is there with all that it held; a later version may have added columns and tables."""
    for table, rows in before.items():
        kept = [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)]
        assert kept == rows, table


def test_every_schema_has_rows_to_upgrade() -> None:
    """A new migration needs a database of its version: fill every table, then write out `iterdump()`."""
    assert sorted(path.stem for path in _SCHEMAS.glob("*.sql")) == sorted(revisions())


@pytest.mark.parametrize("revision", revisions())
def test_a_schema_in_the_collection_is_of_its_version_and_has_rows_everywhere(
    revision: str, tmp_path: Path
) -> None:
    file = made_of(revision, tmp_path / "a.db")
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision,)]
    assert all(rows_of(file).values())


@pytest.mark.parametrize("revision", revisions())
async def test_an_older_schema_comes_up_to_date_with_every_row(revision: str, tmp_path: Path) -> None:
    file = made_of(revision, tmp_path / "a.db")
    before = rows_of(file)
    store = await Store.open(f"sqlite+aiosqlite:///{file}")
    async with store.read() as unit:
        assert await unit.people.load(4503599627370495) is not None
        assert len(await unit.bookmarks.listing(4503599627370495)) == 1
        assert await queue_in(unit).depth() == 2
    await store.close()
    assert_kept(before, rows_of(file))
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(revisions()[-1],)]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


_KILLED_AT_EVERY_STATEMENT: Final = """
import asyncio, json, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from assistant.storage.store import Store

async def open_and_close():
    store = await Store.open("sqlite+aiosqlite:///" + sys.argv[1])
    await store.close()

def opened(kill_at):
    # A fork, so that one start of Python does for all of them; nothing has been opened in this process.
    child = os.fork()
    if child == 0:
        count = 0
        def counted(*_):
            nonlocal count
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        event.listen(Engine, "before_cursor_execute", counted)
        event.listen(Engine, "commit", counted)
        asyncio.run(open_and_close())
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

ended = []
while not ended or ended[-1] == -signal.SIGKILL:
    ended.append(opened(len(ended) + 1))
print(json.dumps(ended))
"""


@pytest.mark.parametrize("revision", ["nothing", *revisions()])
@pytest.mark.process
@pytest.mark.kill
def test_killed_at_any_statement_of_an_upgrade_the_next_start_finds_every_row(
    revision: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.db"
    before: Rows = {}
    if revision != "nothing":
        before = rows_of(made_of(revision, file))
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_AT_EVERY_STATEMENT, str(file)],
        capture_output=True,
        check=True,
        timeout=120,
        env=os.environ,
    )
    ended = json.loads(killed.stdout)
    # Each start is killed one statement later than the one before, until one comes through.
    assert len(ended) >= 4
    assert ended[-1] == 0
    assert set(ended[:-1]) == {-9}
    assert_kept(before, rows_of(file))
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(revisions()[-1],)]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
