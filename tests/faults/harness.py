"""The program under test, its database as seen from outside, and rows for docs/reliability.md."""

import asyncio
import contextlib
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.preview.bot_api import LoopbackBotApi
from tests.journeys.program import Program

TOKEN: Final = "987654321:FAULTS-token-of-no-real-bot-0123456789"
PATIENCE_S: Final = 600.0
"""How long the program may take to deal with everything. Nothing is lost before that."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what is promised, what came out, and of how many."""

    promise: str
    figure: str
    n: str
    kept: bool
    """Whether the promise was kept."""

    def __str__(self) -> str:
        return f"| {self.promise} | {self.figure} | {self.n} | {'kept' if self.kept else 'BROKEN'} |"


@contextlib.asynccontextmanager
async def program_and_telegram(**environment: str) -> AsyncIterator[tuple[LoopbackBotApi, Program]]:
    """The program, not started yet, and the Telegram that it will talk to. It leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        async with LoopbackBotApi(token=TOKEN) as api:
            program = Program(Path(folder), api, **{"ASSISTANT_LOG_LEVEL": "info"} | environment)
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


async def dealt_with(api: LoopbackBotApi, program: Program) -> None:
    """Wait until Telegram has nothing more for the program, and the program nothing more to do."""
    async with asyncio.timeout(PATIENCE_S):
        # Only the database knows, and it tells nobody.
        while api.world.updates.pending or await asyncio.to_thread(_busy, program):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def _busy(program: Program) -> bool:
    return bool(asked(program, "SELECT 1 FROM inbox WHERE state IN ('waiting', 'running') LIMIT 1"))
