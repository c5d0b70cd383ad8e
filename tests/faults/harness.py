"""The program under test, its database as seen from outside, and rows for docs/reliability-runs.md."""

import asyncio
import contextlib
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from assistant.preview.bot_api import LoopbackBotApi
from assistant.preview.people import Person
from tests.faults.canaries import Canaries
from tests.journeys.program import Program
from tests.journeys.recordings import Mouth

TOKEN: Final = "987654321:FAULTS-token-of-no-real-bot-0123456789"
SPOKEN_WORD: Final = "porcupine"
SPOKEN: Final = f"Does my yellow {SPOKEN_WORD} bring on the symptoms?"
WRITTEN: Final = "my cat wobblethorpe asks for the symptoms of calcinosis"
CANARIES: Final = Canaries(
    TOKEN, "Quillfeather", ("wobblethorpe", SPOKEN_WORD), kept=("snorkelwump", "kangaroo")
)
"""Everybody's name begins with theirs, and what anybody asks holds one of the words."""
_UNHEARD: Final = "what was spoken was not heard right"
PATIENCE_S: Final = 600.0
"""How long the program may take to deal with everything. Nothing is lost before that."""

Ask = Callable[[str], list[tuple[Any, ...]]]
"""What a database answers to a question in SQL."""

_CLEARED_S: Final = 60.0
_OPERATIONS_PORT: Final = re.compile(r"operations port open.*port=(\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what is promised, what came out, and of how many."""

    promise: str
    figure: str
    n: str
    kept: bool | None
    """Whether the promise was kept; None: it could not be looked at here."""

    def __str__(self) -> str:
        kept = {True: "kept", False: "BROKEN", None: "NOT RUN"}[self.kept]
        return f"| {self.promise} | {self.figure} | {self.n} | {kept} |"


@contextlib.asynccontextmanager
async def program_and_telegram(
    **environment: str,
) -> AsyncIterator[tuple[LoopbackBotApi, Program]]:
    """The program, not started yet, and the Telegram that it will talk to. It leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        async with LoopbackBotApi(token=TOKEN) as api:
            usual = {"ASSISTANT_LOG_LEVEL": "info", "ASSISTANT_OPS_PORT": "0"}
            program = Program(Path(folder), api, **usual | environment)
            try:
                yield api, program
            finally:
                await program.kill_if_running()


def database(program: Program) -> Path:
    """The program's database, which may be read while it runs and when it is dead."""
    return program.data / "assistant.db"


def asked(program: Program, question: str) -> list[tuple[object, ...]]:
    """What the program's database answers."""
    with contextlib.closing(sqlite3.connect(database(program), timeout=30)) as connection:
        return connection.execute(question).fetchall()


async def voice_note(words: str) -> bytes:
    """Those words, spoken."""
    mouth = Mouth()
    try:
        return await mouth.voice_note(words)
    finally:
        await mouth.close()


async def messages_of(person: Person) -> Counter[tuple[str, str]]:
    """Kind and words of all that this person got since the last time."""
    got = [await person.receive() for _ in range(person.unread)]
    return Counter((message.kind, message.words) for message in got)


async def metrics_page(program: Program, at: str = "127.0.0.1") -> str:
    """What the running program tells Prometheus; `at`: the address of its host."""
    told = [port for line in program.output if (port := _OPERATIONS_PORT.search(line))]
    address = f"http://{at}:{told[-1][1]}/metrics"
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        return await answer.text()


def total(page: str, name: str, **labels: str) -> float:
    """The sum of the samples with that name and at least these labels, read as Prometheus does."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


async def told_and_left(program: Program) -> tuple[list[str], list[str]]:
    """The canaries in the running program's log and metrics, and the files that hold one.

    Everybody must be answered. What was asked is off the disk shortly after, and so looked for until then.
    """
    told = CANARIES.told_in([*program.output, await metrics_page(program)])
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLEARED_S):
            # Only the disk knows.
            while await asyncio.to_thread(CANARIES.left_in, program.data):  # noqa: ASYNC110
                await asyncio.sleep(0.5)
    return told, await asyncio.to_thread(CANARIES.left_in, program.data)


async def secrecy(program: Program, scene: str, n: str, *, heard: bool = True) -> Row:
    """Whether nothing private was told or left. `heard`: whether the spoken canary was in a reply."""
    told, left = await told_and_left(program)
    return secrecy_row(scene, n, told, left, heard=heard)


def secrecy_row(
    scene: str, n: str, told: list[str], left: list[str], *unproven: str, heard: bool = True
) -> Row:
    """That promise's row. `unproven`: why finding nothing would prove nothing; `heard` as in `secrecy`."""
    if not heard:
        unproven = (_UNHEARD, *unproven)
    where = f" {left[:3]}" if left else ""
    return Row(
        f"{scene}: no token, name, question or transcript in the log, the metrics or any file after",
        "; ".join((f"{len(told)} told, {len(left)} files{where}", *unproven)),
        n,
        not (told or left or unproven),
    )


async def dealt_with(api: LoopbackBotApi, program: Program) -> None:
    """Wait until Telegram has nothing more for the program, and the program nothing more to do."""
    await settled(api, partial(asked, program))


async def settled(api: LoopbackBotApi, ask: Ask) -> None:
    """Wait until Telegram has nothing more for anybody, and nothing is left to do in the database."""
    async with asyncio.timeout(PATIENCE_S):
        # Only the database knows, and it tells nobody.
        while api.world.updates.pending or await asyncio.to_thread(ask, UNSETTLED):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


UNSETTLED: Final = "SELECT id FROM inbox WHERE state IN ('waiting', 'running')"
