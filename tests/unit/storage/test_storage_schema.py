"""Tables and migrations agree, from an empty file and again."""

import asyncio
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from assistant.errors import StorageError
from assistant.storage.store import Store
from assistant.storage.tables import metadata
from tests.postgres import SQLITE_ONLY, of_this_dialect

pytestmark = pytest.mark.migrates


def opened_once(tmp_path: Path) -> Path:
    async def open_and_close() -> None:
        store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/a.db")
        await store.close()

    asyncio.run(open_and_close())
    return tmp_path / "a.db"


def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{opened_once(tmp_path)}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": of_this_dialect("sqlite")}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_migrations_make_the_indices_and_constraints_of_the_tables(tmp_path: Path) -> None:
    migrated = sqlite3.connect(opened_once(tmp_path))
    declared_engine = create_engine(f"sqlite:///{tmp_path}/declared.db")
    metadata.create_all(declared_engine)
    declared_engine.dispose()
    declared = sqlite3.connect(tmp_path / "declared.db")

    def shape(database: sqlite3.Connection) -> dict[str, object]:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: (
                sorted(row[1:] for row in database.execute(f"PRAGMA table_info({table})")),
                sorted(row[2:] for row in database.execute(f"PRAGMA foreign_key_list({table})")),
                {
                    row[1]: [column[2] for column in database.execute(f"PRAGMA index_info({row[1]})")]
                    for row in database.execute(f"PRAGMA index_list({table})")
                },
            )
            for table in tables
            if table != "alembic_version"
        }

    assert shape(migrated) == shape(declared)
    migrated.close()
    declared.close()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    file = opened_once(tmp_path)
    before = list(sqlite3.connect(file).iterdump())
    opened_once(tmp_path)
    assert list(sqlite3.connect(file).iterdump()) == before


@SQLITE_ONLY
async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, url: str) -> None:
    store = await Store.open(url)
    await store.close()
    with sqlite3.connect(tmp_path / "kept" / "assistant.db") as newer:
        newer.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    newer.close()
    with pytest.raises(StorageError, match="brought up to date"):
        await Store.open(url)


async def test_opening_leaves_the_logging_alone(url: str) -> None:
    before = (logging.getLogger().handlers[:], logging.getLogger().level, logging.getLogger("alembic").level)
    store = await Store.open(url)
    await store.close()
    after = (logging.getLogger().handlers[:], logging.getLogger().level, logging.getLogger("alembic").level)
    assert after == before


@pytest.mark.process
@pytest.mark.kill
def test_killed_during_the_migration_it_starts_over(tmp_path: Path) -> None:
    program = (
        "import asyncio, os, signal\n"
        "import alembic.op\n"
        "create = alembic.op.create_index\n"
        "def create_index(name, *rest, **more):\n"
        "    create(name, *rest, **more)\n"
        "    if name == 'inbox_by_turn':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "alembic.op.create_index = create_index\n"
        "from assistant.storage.store import Store\n"
        f"asyncio.run(Store.open('sqlite+aiosqlite:///{tmp_path}/a.db'))\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, timeout=60, env=os.environ)
    assert killed.returncode == -signal.SIGKILL
    file = opened_once(tmp_path)
    tables = {name for (name,) in sqlite3.connect(file).execute("SELECT name FROM sqlite_master")}
    assert {"people", "bookmarks", "recordings", "inbox", "inbox_by_settled_at"} <= tables
