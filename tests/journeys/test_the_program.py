"""A real process: it ends when asked, loses nothing when killed, and keeps nobody's words."""

import asyncio
import contextlib
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from tests.faults.canaries import Canaries
from tests.journeys.house import PATIENCE_S, say, title_of
from tests.journeys.program import Program
from tests.journeys.recordings import Mouth

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.process]

_TOKEN = "987654321:AAH-canary-of-the-token-0123456789abcde"
_NAME = "Quillfeather"
_TYPED = "does wobblethorpe bring on the symptoms"
_SPOKEN = "Does my yellow porcupine bring on the symptoms?"


@contextlib.asynccontextmanager
async def running(folder: Path, learnt: Path) -> AsyncIterator[tuple[LoopbackBotApi, Program]]:
    async with LoopbackBotApi(token=_TOKEN) as api:
        program = Program(folder, api)
        shutil.copytree(learnt, program.data / learnt.name)
        try:
            await program.start()
            yield api, program
        finally:
            await program.kill_if_running()


async def test_sigterm_ends_the_program_well_and_words_and_names_are_nowhere(
    tmp_path: Path, mouth: Mouth, learnt: Path
) -> None:
    async with running(tmp_path, learnt) as (api, program):
        person = api.person(_NAME)
        await _ask(person, mouth)
        code = await program.end(signal.SIGTERM)
        assert code == 0, "".join(program.output)
    said = "".join(program.output)
    assert "ready" in said
    assert _CANARIES.told_in(program.output) == [], "a log line tells"
    assert "Traceback" not in said
    assert _CANARIES.left_in(program.data) == []


async def test_answered_questions_are_gone_from_the_disk_while_the_program_runs_on(
    tmp_path: Path, mouth: Mouth, learnt: Path
) -> None:
    async with running(tmp_path, learnt) as (api, program):
        await _ask(api.person(_NAME), mouth)
        # Shortly after the answer is soon enough; a crash from then on leaves nothing either.
        for _ in range(100):
            if not _CANARIES.left_in(program.data):
                break
            await asyncio.sleep(0.1)
        assert _CANARIES.left_in(program.data) == []


async def test_a_killed_program_answers_everything_after_its_restart(tmp_path: Path, learnt: Path) -> None:
    async with running(tmp_path, learnt) as (api, program):
        people = [api.person(f"Passer-by {number}") for number in range(30)]
        for person in people:
            await person.send_text("/start faq-cure")
        await people[0].receive(PATIENCE_S)
        assert await program.end(signal.SIGKILL) == -signal.SIGKILL
        await program.start()
        unanswered = people[1:]
        replies = await asyncio.gather(*(person.receive(PATIENCE_S) for person in unanswered))
        assert {title_of(reply) for reply in replies} == {"Is there a cure?"}
        assert await program.end() == 0


async def test_a_token_that_telegram_does_not_know_ends_the_program_with_a_sentence(
    tmp_path: Path, learnt: Path
) -> None:
    async with LoopbackBotApi() as api:
        program = Program(tmp_path, api, BOT_TOKEN=_TOKEN)
        shutil.copytree(learnt, program.data / learnt.name)
        try:
            with contextlib.suppress(RuntimeError):
                await program.start()
            assert await program.ended() == 2
        finally:
            await program.kill_if_running()
    said = "".join(program.output)
    assert "BOT_TOKEN" in said
    assert "Traceback" not in said
    assert _TOKEN not in said


_CANARIES = Canaries(_TOKEN, _NAME, ("wobblethorpe", "porcupine"))


async def _ask(person: Person, mouth: Mouth) -> None:
    """Asks by typing and by voice; the reply to a command says that the questions before it are settled."""
    await person.send_text(_TYPED)
    await person.receive(PATIENCE_S)
    await person.send_voice(await mouth.voice_note(_SPOKEN))
    heard = await person.receive(PATIENCE_S)
    assert "porcupine" in heard.words, "the canary was not heard, so its absence proves nothing"
    await person.receive(PATIENCE_S)
    await person.send_text("/help")
    while title_of(await person.receive(PATIENCE_S)) != say("help-title"):
        pass
