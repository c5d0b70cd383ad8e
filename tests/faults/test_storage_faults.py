"""The program itself, with a disk that is full."""

import contextlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from tests.journeys.house import PATIENCE_S
from tests.journeys.program import Program

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the disk of another process is made full by Linux"
)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the assistant works out once from the content, which may take longer than a start should."""
    folder = tmp_path_factory.mktemp("learnt")
    words = [sys.executable, "-m", "assistant", "ask", "is there a cure"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=600, env=os.environ)
    return folder / "data" / "artefacts"


@contextlib.asynccontextmanager
async def running(folder: Path, learnt: Path) -> AsyncIterator[tuple[LoopbackBotApi, Program]]:
    async with LoopbackBotApi() as api:
        program = Program(folder, api)
        shutil.copytree(learnt, program.data / learnt.name)
        try:
            await program.start()
            yield api, program
        finally:
            await program.kill_if_running()


async def asks(person: Person, text: str) -> str:
    await person.send_text(text)
    return (await person.receive(PATIENCE_S)).words


def leave_no_room(program: Program, bytes_left: int) -> None:
    """Every write of the program beyond that many bytes of a file fails, as on a full disk."""
    assert program._process is not None
    _, most = resource.prlimit(program._process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program._process.pid, resource.RLIMIT_FSIZE, (bytes_left, most))


async def test_with_a_full_disk_questions_are_answered_and_nothing_is_said_to_be_saved(
    tmp_path: Path, learnt: Path
) -> None:
    async with running(tmp_path, learnt) as (api, program):
        person, other = api.person("One"), api.person("Two")
        assert "treatment" in (await asks(person, "how is it treated")).lower()
        leave_no_room(program, 0)
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
