"""Workers on several machines: what one loses another answers, and nobody is told anything wrong."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from assistant.errors import DatabaseAwayError, StorageError
from assistant.operations.metrics import Metrics
from assistant.queue.retry_policy import STARTS
from assistant.queue.table import queue_in
from assistant.queue.updates import Arrival, Claimed, Handled, Inflow
from assistant.queue.worker import QueueWorker
from assistant.storage.membership import Role
from assistant.storage.store import Store
from tests.postgres import PROCESS, Server, name_in
from tests.telegram_on_loopback import until

if TYPE_CHECKING:
    from assistant.storage.dialects.postgres_session import OneOfSeveral

pytestmark = list(PROCESS)

_BOT = 7


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    with postgres.database() as address:
        yield address


class Silent:
    """A source that brings nothing by itself."""

    number = _BOT
    away = False
    reached_at = 0.0

    async def run(self) -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError


@dataclass
class Answering:
    """Answers as the dialogue does: what it changes and the answer in one write, then it is sent."""

    store: Store
    sent: Counter[int]
    takes_s: float = 0.0
    saved: list[int] = field(default_factory=list)

    async def handle(self, update: Claimed) -> Handled:
        if update.answer is None:
            await asyncio.sleep(self.takes_s)
            async with self.store.write() as unit:
                await queue_in(unit).answered(update.id, {"text": "an answer"})
            self.saved.append(update.arrival.number)
        self.sent[update.arrival.number] += 1
        return Handled.DONE

    async def give_up(self, update: Claimed) -> Handled:
        raise AssertionError("nothing is given up")


@dataclass
class Node:
    """One machine."""

    worker: QueueWorker
    handler: Answering
    metrics: Metrics
    membership: "OneOfSeveral"

    def count(self, name: str) -> float:
        return self.metrics.registry.get_sample_value(f"assistant_{name}") or 0.0


@asynccontextmanager
async def node(url: str, sent: Counter[int], *, lease_s: float = 60.0, **more: Any) -> AsyncIterator[Node]:
    store = await Store.open(url)
    # psycopg is there where a server is.
    from assistant.storage.dialects.postgres_session import OneOfSeveral

    membership = OneOfSeveral(store, url, roles=tuple(Role), lease_s=lease_s)
    handler, metrics, stop = Answering(store, sent), Metrics(), asyncio.Event()
    sources: list[Inflow] = []

    def source(inflow: Inflow) -> Silent:
        sources.append(inflow)
        return Silent()

    worker = QueueWorker(
        store, handler, source, workers=4, membership=membership, metrics=metrics, stopping_s=1.0, **more
    )
    running = asyncio.create_task(worker.run(stop))
    try:
        await until(lambda: store.worker is not None)
        yield Node(worker, handler, metrics, membership)
    finally:
        stop.set()
        await running
        await membership.leave()
        await store.close()


def typed(numbers: Sequence[int]) -> list[Arrival]:
    return [Arrival(_BOT, number, 100 + number, 100 + number, False, {"n": number}) for number in numbers]


async def test_whatever_one_machine_takes_in_all_answer_and_each_update_once(url: str) -> None:
    sent: Counter[int] = Counter()
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(node(url, sent)) for _ in range(2)]
        for each in nodes:
            each.handler.takes_s = 0.05
        assert await nodes[0].worker.accept(typed(range(40))) == 40
        assert await nodes[1].worker.accept(typed(range(40))) == 0
        await until(lambda: len(sent) == 40)
        assert set(sent.values()) == {1}
        assert all(each.handler.saved for each in nodes), "both took part"
        assert not any(each.count("fenced_total") for each in nodes)


async def test_when_the_server_ends_every_session_all_is_answered_all_the_same(
    url: str, postgres: Server
) -> None:
    sent: Counter[int] = Counter()
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(node(url, sent)) for _ in range(2)]
        for each in nodes:
            each.handler.takes_s = 0.5
        await nodes[0].worker.accept(typed(range(12)))
        await asyncio.sleep(0.3)
        before = [each.membership for each in nodes]
        postgres.end_sessions(name_in(url))
        await until(lambda: len(sent) == 12)
        saved = Counter(number for each in nodes for number in each.handler.saved)
        assert set(saved.values()) == {1}, "what an update changes is never done twice"
        assert max(sent.values()) <= 2
        assert not any(each.is_lost for each in before)


async def test_a_machine_that_stood_still_says_nothing_and_another_answers(url: str) -> None:
    sent: Counter[int] = Counter()
    async with node(url, sent, lease_s=1.0) as slow:
        slow.handler.takes_s = 1.0
        await slow.worker.accept(typed([1]))
        await until(lambda: bool(slow.worker._running))
        async with node(url, sent) as other:
            # The event loop of both stands still, but it is the lease of one that is over.
            time.sleep(2.0)  # noqa: ASYNC251 - that is what is tested
            await until(lambda: sent[1] >= 1)
            await asyncio.sleep(1.5)
            assert [*slow.handler.saved, *other.handler.saved] == [1], "what it changes is done once"
            # If it saved before anybody noticed, it may have sent as well.
            assert sent[1] <= 1 + len(slow.handler.saved)
            assert slow.count("taken_over_total") + other.count("taken_over_total") >= 1


async def test_being_taken_for_gone_again_and_again_is_no_crash(
    url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that was only too slow for its lease says so, also when it cannot join at once: nothing is
    given up, and nothing rests."""
    sent: Counter[int] = Counter()
    async with node(url, sent) as slow:
        join, tries = slow.membership.join, count()

        async def joined_at_the_second_try() -> None:
            if next(tries) % 2 == 0:
                raise DatabaseAwayError("The database's server cannot be reached.")
            await join()

        monkeypatch.setattr(slow.membership, "join", joined_at_the_second_try)
        slow.handler.takes_s = 60.0
        await slow.worker.accept(typed([1]))
        for _ in range(STARTS):
            await until(lambda: bool(slow.worker._running))
            number = slow.handler.store.worker
            postgres.end_sessions(name_in(url))
            await until(lambda number=number: slow.handler.store.worker not in {None, number})
        await until(lambda: bool(slow.worker._running))
        slow.handler.takes_s = 0.0
        postgres.end_sessions(name_in(url))
        await until(lambda: sent[1] == 1)


async def test_what_cannot_be_stored_is_not_answered_from_memory(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: Counter[int] = Counter()

    @asynccontextmanager
    async def full() -> AsyncIterator[Any]:
        raise StorageError("The database could not be written (53100).")
        yield

    async with node(url, sent) as one:
        monkeypatch.setattr(one.membership, "write", full)
        with pytest.raises(StorageError):
            await one.worker.accept(typed([1]))
        monkeypatch.undo()
        assert not sent
        await one.worker.accept(typed([1]))
        await until(lambda: sent[1] == 1)


async def test_a_machine_that_only_receives_claims_nothing_and_one_that_hears_nothing_typed(url: str) -> None:
    sent: Counter[int] = Counter()
    spoken = Arrival(_BOT, 9, 109, 109, True, {})
    async with (
        node(url, sent, types=False, hears=False) as receiving,
        node(url, sent, types=False) as hearing,
    ):
        await receiving.worker.accept([*typed([1]), spoken])
        await until(lambda: sent[9] == 1)
        await asyncio.sleep(1.5)
        assert (sent, hearing.handler.saved) == (Counter({9: 1}), [9])
        async with node(url, sent, hears=False) as answering:
            await until(lambda: sent[1] == 1)
            assert answering.handler.saved == [1]
