"""The program itself, with a disk that is full and a database that is damaged."""

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from assistant.preview.people import Person
from assistant.storage.durability.backups import Backups, set_aside
from tests.faults.harness import CANARIES, WRITTEN, program_and_telegram
from tests.journeys.house import PATIENCE_S
from tests.journeys.program import Program

pytestmark = [
    pytest.mark.process,
    pytest.mark.kill,
    pytest.mark.skipif(sys.platform != "linux", reason="the disk of another process is made full by Linux"),
]


async def asks(person: Person, text: str) -> str:
    await person.send_text(text)
    return (await person.receive(PATIENCE_S)).words


def leave_no_room(program: Program, bytes_left: int) -> None:
    """Every write of the program beyond that many bytes of a file fails, as on a full disk."""
    assert program._process is not None
    _, most = resource.prlimit(program._process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program._process.pid, resource.RLIMIT_FSIZE, (bytes_left, most))


async def test_with_a_full_disk_questions_are_answered_and_nothing_is_said_to_be_saved() -> None:
    async with program_and_telegram() as (api, program):
        await program.start()
        person, other = api.person(CANARIES.name), api.person(f"{CANARIES.name} Two")
        assert "treatment" in (await asks(person, "how is it treated")).lower()
        leave_no_room(program, 0)
        assert "symptoms" in (await asks(person, WRITTEN)).lower()
        assert "choose one" in (await asks(person, "/sections")).lower()
        assert "cure" in (await asks(person, "is there a cure")).lower()
        assert "could not save" in await asks(person, "save")
        # Somebody whom the bot has never met, of whom it can remember nothing now.
        assert "cure" in (await asks(other, "is there a cure")).lower()
        leave_no_room(program, resource.RLIM_INFINITY)
        assert "cure" in (await asks(person, "is there a cure")).lower()
        assert "could not save" not in await asks(person, "save")
        assert "choose one to open it" in (await asks(person, "/bookmarks")).lower()
        assert await program.end() == 0
    said = "".join(program.output)
    assert "updates not stored, answered from memory" in said
    assert "Traceback" not in said
    assert CANARIES.told_in([said]) == []


async def test_a_database_damaged_while_off_or_on_costs_no_more_than_since_the_last_backup() -> None:
    async with program_and_telegram() as (api, program):
        await program.start()
        person = api.person(CANARIES.name)
        await asks(person, WRITTEN)
        await asks(person, "is there a cure")
        await asks(person, "save")
        database = program.data / "assistant.db"
        backups = Backups(database, program.data / "backups")
        made = await asyncio.to_thread(backups.make)
        assert await program.end(signal.SIGKILL) == -signal.SIGKILL
        scribble(database)
        await program.start()
        (aside,) = set_aside(database)
        (told,) = [line for line in program.output if "the database was damaged" in line]
        assert str(made.relative_to(program.folder)) in told
        assert str(aside.relative_to(program.folder)) in told
        assert "choose one to open it" in (await asks(person, "/bookmarks")).lower()
        # And once more, under the running bot: it ends, so that its supervisor starts it again.
        scribble(database)
        await person.send_text("/sections")
        assert await program.ended() == 1
        assert "The database is damaged. Start again" in program.output[-1]
        await program.start()
        assert "choose one" in (await person.receive(PATIENCE_S)).words.lower()
        assert "choose one to open it" in (await asks(person, "/bookmarks")).lower()
        assert await program.end() == 0
    assert "Traceback" not in "".join(program.output)
    assert CANARIES.told_in(program.output) == []


def scribble(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(os.urandom(40_000))
    # What is in the journal alone would hide the damage until it is moved over.
    database.with_name(f"{database.name}-wal").unlink(missing_ok=True)
