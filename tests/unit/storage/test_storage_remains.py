"""SQLite moves rows from page to page, and leaves copies of them behind that no deletion reaches."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.storage.store import Store

CANARY = b"Quillfeather"
PERSON = 7
_TRIES = 60


@pytest.fixture
def dialect() -> str:
    """All of this is about files."""
    return "sqlite"


def _served_out_of_order(file: Path, seed: int) -> None:
    """Updates come, run, get their answers and are done, many at a time, as under load; then none is left."""
    dice = random.Random(seed)  # noqa: S311 - an order of events, not secrets
    body = "x" * dice.randint(150, 600) + CANARY.decode()
    answer = "z" * dice.randint(300, 2_500) + CANARY.decode()
    come, waiting, running = 0, list[int](), list[int]()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=ON")
        database.execute("PRAGMA synchronous=OFF")
        last = database.execute("SELECT coalesce(max(update_id), 0) FROM inbox").fetchone()[0]

        def done(number: int) -> None:
            database.execute(
                "UPDATE inbox SET state = 'done', body = NULL, answer = NULL, chat = NULL, person = NULL,"
                " settled_at = 2 WHERE update_id = ?",
                (number,),
            )

        for _ in range(400):
            database.execute("BEGIN")
            step = dice.random()
            if step < 0.4 and come < 400:
                for _ in range(dice.randint(1, 6)):
                    come += 1
                    waiting.append(last + come)
                    database.execute(
                        "INSERT INTO inbox (update_id, chat, person, state, body, starts, failures,"
                        " received_at, due_at) VALUES (?, ?, ?, 'waiting', ?, 0, 0, 1, 1)",
                        (last + come, come, come, body),
                    )
            elif step < 0.6 and waiting:
                running.append(waiting.pop(dice.randrange(min(len(waiting), 60))))
                database.execute("UPDATE inbox SET state = 'running' WHERE update_id = ?", running[-1:])
            elif step < 0.8 and running:
                given = (answer, dice.choice(running))
                database.execute("UPDATE inbox SET answer = ? WHERE update_id = ?", given)
            elif running:
                done(running.pop(dice.randrange(len(running))))
            database.execute("COMMIT")
        for number in (*running, *waiting):
            done(number)
        assert database.execute("SELECT count(*) FROM inbox WHERE body IS NOT NULL").fetchone() == (0,)


async def _with_remains(store: Store, folder: Path) -> Path:
    """The database's file, with such a copy in it."""
    file = folder / "assistant.db"
    for seed in range(_TRIES):
        _served_out_of_order(file, seed)
        assert await store.clear_journal()
        if CANARY in file.read_bytes():
            return file
    pytest.skip("this version of SQLite leaves no copies behind")


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_rebuilding_leaves_nothing_of_what_was_erased(store: Store, tmp_path: Path) -> None:
    file = await _with_remains(store, tmp_path / "kept")
    numbers = "SELECT id, update_id, state FROM inbox ORDER BY id"
    with closing(sqlite3.connect(file)) as database:
        before = database.execute(numbers).fetchall()
    assert await store.rebuild()
    assert await store.clear_journal()
    assert CANARY not in _bytes_of(tmp_path / "kept")
    with closing(sqlite3.connect(file)) as database:
        assert database.execute(numbers).fetchall() == before


async def test_whoever_is_forgotten_is_not_in_what_sqlite_left_behind(store: Store, tmp_path: Path) -> None:
    async with store.write() as unit:
        await unit.people.save(PERSON, {})
    await _with_remains(store, tmp_path / "kept")
    async with store.write() as unit:
        await unit.people.forget(PERSON)
    assert CANARY not in _bytes_of(tmp_path / "kept")


async def test_a_damaged_file_is_noticed_when_it_is_rebuilt(url: str, tmp_path: Path) -> None:
    store = await Store.open(url)
    async with store.write() as unit:
        for number in range(200):
            await unit.people.save(number + 1, {"n": "x" * 100})
    await store.close()
    file = tmp_path / "kept" / "assistant.db"
    whole = file.read_bytes()
    page = whole.rindex(b"x" * 100) // 4096 * 4096
    file.write_bytes(whole[:page] + b"\xff" * 64 + whole[page + 64 :])
    store = await Store.open(url)
    try:
        assert not await store.rebuild()
        assert store.damaged.is_set()
    finally:
        await store.close()
