"""Two machines of the real program share one server: one is killed, and nobody waits for it."""

import asyncio
import signal
from pathlib import Path
from typing import Final

import pytest

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from tests.journeys.program import Program
from tests.postgres import PROCESS, Server, name_in

pytestmark = [*PROCESS, pytest.mark.model, pytest.mark.kill]

_ASKED: Final = ("symptoms", "causes", "diagnosis", "treatment", "prognosis", "research")


async def _received(person: Person, most: int) -> list[str]:
    """What a person gets, each without what came twice in a row."""
    got: list[str] = []
    async with asyncio.timeout(120):
        while len(got) < most:
            words = (await person.receive(90)).words
            if words not in got[-1:]:
                got.append(words)
    return got


async def test_when_a_machine_is_killed_the_other_answers_everybody_in_order(
    postgres: Server, tmp_path: Path
) -> None:
    with postgres.database() as address:
        async with LoopbackBotApi() as api:
            shared = {"DATABASE_URL": address, "ASSISTANT_LEASE_S": "5"}
            machines = [Program(tmp_path / name, api, **shared) for name in ("one", "two")]
            for each in machines:
                each.folder.mkdir()
            try:
                await asyncio.gather(*(each.start() for each in machines))
                people = [api.person(f"Guest {number}") for number in range(4)]
                for section in _ASKED:
                    for person in people:
                        await person.send_text(f"/start {section}")
                    if section == "diagnosis":
                        await machines[0].end(signal.SIGKILL)
                got = await asyncio.gather(*(_received(person, len(_ASKED)) for person in people))
                assert all(each == got[0] for each in got)
                assert len(set(got[0])) == len(_ASKED)
                assert not any("could not" in words for words in got[0])
                await machines[0].start()
                await people[0].send_text("/start history")
                await people[0].receive(90)
            finally:
                for each in machines:
                    await each.kill_if_running()
        left = postgres.admin(
            "SELECT count(*) FROM inbox WHERE state <> 'done' OR body IS NOT NULL OR answer IS NOT NULL",
            name_in(address),
        )
        assert left == [(0,)]
