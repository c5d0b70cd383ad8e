"""What one typed question costs the database, from its arrival until it is settled."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiosqlite
import pytest
from aiogram import Bot
from sqlalchemy import Engine, event

from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.operations.metrics import Metrics, Settled
from assistant.queue.worker import QueueWorker
from assistant.storage.store import Store
from handlers.bounds import Bounds
from handlers.dispatcher import build_dispatcher
from handlers.sources.polling import Poller
from handlers.update_handler import UpdateHandler
from tests.shipped_sentences import shipped_sentences
from tests.telegram_on_loopback import TelegramOnLoopback, message, until
from tests.unit.dialogue.small_world import dialogue

_FIRST: Final = "how will it go on"
_QUESTION: Final = "what signs does it show"
"""Another one, so that there is something new to remember."""

_STATEMENTS: Final = 9
"""To store it and claim, to load the person, to keep the reply and the person, to settle it and claim."""
_TRANSACTIONS: Final = 3
"""It is stored and claimed, what it changes is saved, it is settled. Loading is one statement without any."""
_HOPS: Final = _STATEMENTS + _TRANSACTIONS + 4
"""To the thread of a connection: each statement with all that belongs to it, and each commit; and for
emptying the file and its journal when this question, or the one before it, is settled."""


@dataclass
class Ledger:
    """Every statement, how many commits there were, and how often a connection's thread was woken."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0
    hops: int = 0

    @contextmanager
    def open(self, monkeypatch: pytest.MonkeyPatch) -> Iterator["Ledger"]:
        hop: Any = aiosqlite.Connection._execute

        async def counted(connection: aiosqlite.Connection, *args: Any, **kwargs: Any) -> Any:
            self.hops += 1
            return await hop(connection, *args, **kwargs)

        monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
        event.listen(Engine, "before_cursor_execute", self._note_statement)
        event.listen(Engine, "commit", self._note_commit)
        try:
            yield self
        finally:
            event.remove(Engine, "before_cursor_execute", self._note_statement)
            event.remove(Engine, "commit", self._note_commit)

    def _note_statement(self, _connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        self.statements.append(statement)

    def _note_commit(self, _connection: Any) -> None:
        self.commits += 1


class Counting(Metrics):
    """Remembers what was settled: that is the last thing that a turn does."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[Settled] = []

    def settled(self, became: Settled) -> None:
        self.ends.append(became)


@dataclass
class House:
    """What the handlers need for somebody who types; nobody speaks here."""

    dialogue: DialogueProcessor
    sentences: MessageCatalogue
    store: Store
    metrics: Metrics
    stt: Any = None
    tts: Any = None


async def test_a_typed_question_takes_few_statements_and_transactions(
    bot: Bot, telegram: TelegramOnLoopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/a.db")
    metrics = Counting()
    house = House(dialogue(store), shipped_sentences(), store, metrics)
    handler = UpdateHandler(bot, build_dispatcher(house, Bounds()))
    worker = QueueWorker(
        store,
        handler,
        lambda inflow: Poller(bot, inflow, allowed_updates=["message"]),
        workers=4,
        metrics=metrics,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    try:
        # Whoever has asked before is known, and the start is over.
        telegram.push(message(1, text=_FIRST))
        await until(lambda: len(metrics.ends) == 1)
        with Ledger().open(monkeypatch) as ledger:
            telegram.push(message(2, text=_QUESTION))
            await until(lambda: len(metrics.ends) == 2)
    finally:
        stop.set()
        await running
        await store.close()
    assert metrics.ends == [Settled.DONE] * 2
    assert len(telegram.of("sendMessage")) == 2
    assert len(ledger.statements) <= _STATEMENTS, "\n".join(ledger.statements)
    assert 0 < ledger.commits <= _TRANSACTIONS
    assert 0 < ledger.hops <= _HOPS
