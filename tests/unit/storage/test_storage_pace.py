"""Limits that several machines count together in their server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from assistant.queue.purging import purge
from assistant.storage.pace import ALL, SharedPace
from assistant.storage.store import Store
from handlers.rate_limits import SharedLimiter, Verdict
from tests.postgres import PROCESS, Server

pytestmark = list(PROCESS)

_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def machines(postgres: Server, clock: Any) -> AsyncIterator[list[Store]]:
    with postgres.database() as address:
        stores = [await Store.open(address, now=clock) for _ in range(2)]
        yield stores
        for store in stores:
            await store.close()


async def test_two_machines_serve_one_person_no_more_than_one_would(
    machines: list[Store], clock: Any
) -> None:
    limiters = [SharedLimiter(SharedPace(store), "m", 4) for store in machines]
    judged = await asyncio.gather(*(limiters[n % 2].judge(7) for n in range(12)))
    assert judged.count(Verdict.SERVE) == 4
    assert judged.count(Verdict.NOTICE) == 1
    assert judged.count(Verdict.SILENCE) == 7
    assert await limiters[1].judge(8) is Verdict.SERVE
    clock.forward(seconds=15)
    assert await limiters[0].judge(7) is Verdict.SERVE
    assert await limiters[1].judge(7) is Verdict.SILENCE
    clock.forward(minutes=2)
    assert [await limiters[0].judge(7) for _ in range(5)] == [Verdict.SERVE] * 4 + [Verdict.NOTICE]


async def test_a_pause_is_everybodys_and_only_ever_gets_longer(machines: list[Store], clock: Any) -> None:
    one, other = map(SharedPace, machines)
    assert await other.held_for("pause", ALL) == 0
    await one.hold("pause", ALL, timedelta(seconds=20))
    await one.hold("pause", ALL, timedelta(seconds=5))
    assert await other.held_for("pause", ALL) == 20
    clock.forward(seconds=21)
    assert await other.held_for("pause", ALL) == 0


async def test_a_limit_that_is_not_used_up_leaves_no_row_behind(machines: list[Store], clock: Any) -> None:
    pace = SharedPace(machines[0])
    assert await pace.take("m", 7, step=_MINUTE, burst=_MINUTE)
    clock.forward(minutes=2)
    await purge(machines[0], 1)
    async with machines[0].read() as unit:
        assert await unit.belongings.of(7) == ()


async def test_whoever_is_forgotten_leaves_no_trace_in_a_limit(machines: list[Store]) -> None:
    assert await SharedPace(machines[0]).take("m", 7, step=_MINUTE, burst=_MINUTE)
    async with machines[0].write() as unit:
        await unit.people.forget(7)
        assert await unit.belongings.of(7) == ()
