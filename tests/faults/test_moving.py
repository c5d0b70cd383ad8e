"""From one machine to many and back: what everybody keeps goes with them, and is the same at the end."""

import asyncio
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from assistant.library.entries import EntryRef
from assistant.storage.store import Store
from tests.faults.nodes import databases

pytestmark = [pytest.mark.process, pytest.mark.needs("postgresql")]

_PEOPLE: Final = range(7_000_000_001, 7_000_000_021)
_REFS: Final = (EntryRef("t", "symptoms"), EntryRef("t", "treatment"))
_ROOT: Final = Path(__file__).parents[2]


async def kept_in(url: str) -> list[Any]:
    """What everybody keeps, and the recordings that Telegram has."""
    store = await Store.open(url)
    async with store.read() as unit:
        found: list[Any] = [
            (await unit.people.load(person), [mark.ref for mark in await unit.bookmarks.listing(person)])
            for person in _PEOPLE
        ]
        found.append(await unit.recordings.file_id("key"))
    await store.close()
    return found


async def assistant(*words: str, url: str, folder: Path) -> None:
    """Runs a command with that database; it must succeed."""
    environment = {"PYTHONPATH": str(_ROOT), "DATABASE_URL": url, "ASSISTANT_DATA_DIR": str(folder / "data")}
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "assistant", *words),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await done.communicate()
    assert done.returncode == 0, said.decode()


async def test_everybody_moves_to_many_machines_and_back(tmp_path: Path) -> None:
    first, last = (f"sqlite+aiosqlite:///{tmp_path}/{name}/assistant.db" for name in ("first", "last"))
    store = await Store.open(first)
    for person in _PEOPLE:
        async with store.write() as unit:
            await unit.people.save(person, {"n": person, "words": "größer ☃"})
            for ref in _REFS:
                await unit.bookmarks.add(person, ref, "A title")
    async with store.write() as unit:
        await unit.recordings.remember("key", "file")
    await store.close()
    kept = await kept_in(first)
    with databases() as servers:
        many = servers[-1].url()
        await assistant("backup", "there.db", url=first, folder=tmp_path)
        await assistant("restore", "there.db", url=many, folder=tmp_path)
        assert await kept_in(many) == kept
        await assistant("backup", "back.db", url=many, folder=tmp_path)
    await assistant("restore", "back.db", url=last, folder=tmp_path)
    assert await kept_in(last) == kept
