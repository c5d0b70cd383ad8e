"""Several machines on one server: nobody is served by two, nothing is lost, whoever dies."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from assistant.errors import DatabaseAwayError, SettingsError, StorageError, TakenOverError
from assistant.queue import table
from assistant.queue.table import queue_in
from assistant.queue.updates import Arrival, Claimed
from assistant.storage.membership import Duty, Role
from assistant.storage.store import Store
from assistant.storage.tables import inbox
from tests.postgres import PROCESS, Server, name_in

if TYPE_CHECKING:
    from assistant.storage.dialects.postgres_session import OneOfSeveral

pytestmark = list(PROCESS)

_BOT = 7
_ANSWER = {"text": "an answer"}


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    with postgres.database() as address:
        yield address


@dataclass
class Machine:
    """A store of its own, and its session."""

    store: Store
    membership: "OneOfSeveral"

    async def claim(self, most: int = 9, **more: Any) -> tuple[Claimed, ...]:
        async with self.membership.write() as unit:
            return await queue_in(unit).claim_several(most, **more)

    async def take_over(self) -> int:
        async with self.membership.write() as unit:
            return len(await queue_in(unit).take_over(self.membership.gone))

    async def pid(self) -> int:
        async with self.membership.write() as unit:
            return int((await unit.transaction.execute(text("SELECT pg_backend_pid()"))).scalar_one())


@asynccontextmanager
async def machine(url: str, *roles: Role, lease_s: float = 60.0) -> AsyncIterator[Machine]:
    store = await Store.open(url)
    # psycopg is there where a server is.
    from assistant.storage.dialects.postgres_session import OneOfSeveral

    membership = OneOfSeveral(store, url, roles=roles or tuple(Role), lease_s=lease_s)
    try:
        await membership.join()
        yield Machine(store, membership)
    finally:
        await membership.leave()
        await store.close()


async def put(store: Store, *arrivals: Arrival) -> None:
    async with store.write() as unit:
        await queue_in(unit).put(arrivals)


def typed(number: int, chat: int, person: int | None = None) -> Arrival:
    return Arrival(_BOT, number, chat, person or chat, False, {"text": "words"})


def kill(postgres: Server, pid: int) -> None:
    postgres.admin(f"SELECT pg_terminate_backend({pid}, 10000)")


async def test_what_one_machine_has_no_other_claims_until_it_is_gone_and_then_at_once(
    url: str, postgres: Server
) -> None:
    async with machine(url) as first, machine(url) as second:
        await put(first.store, typed(1, 5), typed(2, 5), typed(3, 6))
        assert [each.arrival.number for each in await first.claim(1)] == [1]
        assert [each.arrival.number for each in await second.claim()] == [3]
        assert await second.take_over() == 0
        kill(postgres, await first.pid())
        assert await second.take_over() == 1
        assert [each.arrival.number for each in await second.claim()] == [1]


async def test_a_machine_that_is_gone_keeps_nothing_and_joins_under_another_number(
    url: str, postgres: Server
) -> None:
    async with machine(url) as first, machine(url) as second:
        await put(first.store, typed(1, 5))
        [had] = await first.claim()
        number = first.store.worker
        kill(postgres, await first.pid())
        await second.take_over()
        assert [each.id for each in await second.claim()] == [had.id]

        async def too_late() -> None:
            async with first.store.write() as unit:
                await unit.people.save(5, {"n": 1})
                await queue_in(unit).answered(had.id, _ANSWER)

        with pytest.raises(TakenOverError):
            await too_late()
        with pytest.raises(DatabaseAwayError):
            await first.claim()
        assert first.membership.is_lost
        with pytest.raises(DatabaseAwayError):
            await first.claim()
        await first.membership.join()
        assert number is not None
        assert first.store.worker is not None
        assert first.store.worker > number
        async with first.membership.write() as unit:
            await queue_in(unit).done(had.id)
        async with second.store.read() as unit:
            assert await unit.people.load(5) is None
            assert (await queue_in(unit).survey()).running == 1


async def test_a_machine_that_hangs_is_gone_when_its_lease_is_over(url: str) -> None:
    async with machine(url, lease_s=0.5) as silent, machine(url) as other:
        await put(silent.store, typed(1, 5))
        await silent.claim()
        assert await other.take_over() == 0
        await asyncio.sleep(1.0)
        assert await other.take_over() == 1
        with pytest.raises(DatabaseAwayError):
            await silent.claim()


async def test_a_machine_that_hangs_in_the_middle_of_a_claim_is_gone_too(url: str) -> None:
    async with machine(url, lease_s=0.5) as silent, machine(url) as other:
        await put(silent.store, typed(1, 5))

        async def hang() -> None:
            async with silent.membership.write() as unit:
                assert len(await queue_in(unit).claim_several(1)) == 1
                await asyncio.sleep(1.0)

        with pytest.raises(StorageError):
            await hang()
        assert len(await other.claim()) == 1


async def test_what_is_told_wakes_the_others_once_for_many(url: str) -> None:
    async with machine(url) as teller, machine(url) as listener:
        woken: list[None] = []
        first = asyncio.Event()
        listener.membership.when_told(lambda: (woken.append(None), first.set()))
        await asyncio.sleep(0.5)
        for number in range(10):
            async with teller.membership.write() as unit:
                await queue_in(unit).put([typed(number, number)])
                await teller.membership.tell(unit)
        async with asyncio.timeout(5):
            await first.wait()
        await asyncio.sleep(0.2)
        assert len(woken) < 10


async def test_machines_are_counted_by_their_roles(url: str) -> None:
    async with (
        machine(url, Role.RECEIVE) as first,
        machine(url, Role.HEAR, Role.ANSWER),
        machine(url, Role.HEAR),
    ):
        async with first.membership.write() as unit:
            await first.membership.look(unit)
        assert first.membership.nodes == {Role.RECEIVE: 1, Role.ANSWER: 1, Role.HEAR: 2, Role.KEEP: 0}


async def test_each_duty_is_one_machines_until_it_is_gone(url: str, postgres: Server) -> None:
    async with machine(url) as first, machine(url) as second:
        assert await first.membership.may(Duty.POLLING)
        assert await first.membership.may(Duty.POLLING)
        assert not await second.membership.may(Duty.POLLING)
        assert await second.membership.may(Duty.KEEPING)
        kill(postgres, await first.pid())
        assert await second.membership.may(Duty.POLLING)
        with pytest.raises(StorageError):
            await first.claim()
        await first.membership.join()
        assert not await first.membership.may(Duty.POLLING)


async def test_all_go_by_the_servers_clock_also_when_a_machines_own_is_set(url: str) -> None:
    async with machine(url) as one:
        one.store.clock_behind += timedelta(hours=3)
        async with one.membership.write() as unit:
            await one.membership.look(unit)
        server = "SELECT extract(epoch FROM clock_timestamp())"
        async with one.membership.write() as unit:
            there = float((await unit.transaction.execute(text(server))).scalar_one())
        assert abs(one.store.now().timestamp() - there) < 0.5


async def test_behind_a_pooler_the_operator_is_told_to_name_the_server(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.storage.dialects import postgres_session

    async def everybodys(_connection: object) -> int:
        return 4711

    monkeypatch.setattr(postgres_session, "_pid", everybodys)
    with pytest.raises(SettingsError, match=r"ASSISTANT_DATABASE_DIRECT_URL: .* pooler"):
        async with machine(url):
            pass


async def test_the_direct_address_must_be_a_servers(url: str) -> None:
    from assistant.storage.dialects.postgres_session import OneOfSeveral

    store = await Store.open(url)
    with pytest.raises(SettingsError, match="ASSISTANT_DATABASE_DIRECT_URL"):
        OneOfSeveral(store, "sqlite+aiosqlite:///a.db", roles=[Role.HEAR], lease_s=10)
    await store.close()


@dataclass(frozen=True)
class Step:
    """What one of the machines does next: `claim`, `answer`, `settle`, `die` or `look`."""

    machine: int
    does: str


_ARRIVALS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(11, 13), st.booleans()), min_size=3, max_size=12
)
_STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 2),
        st.sampled_from(["claim", "claim", "claim", "answer", "answer", "settle", "settle", "look", "die"]),
    ),
    min_size=10,
    max_size=40,
)


def test_whoever_dies_between_any_two_statements_each_update_is_answered_once_in_order(
    url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing that is there at many deaths rests here, or is given up: that is not what is looked at.
    monkeypatch.setattr(table, "rest_after_crashes", lambda _starts: timedelta())
    monkeypatch.setattr(table, "STARTS", 10_000)
    with asyncio.Runner() as runner:
        machines = [machine(url) for _ in range(3)]
        opened = [runner.run(each.__aenter__()) for each in machines]

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
        @given(arrivals=_ARRIVALS, steps=_STEPS, seed=st.integers(0, 2**16))
        def play(arrivals: list[tuple[int, int, bool]], steps: list[Step], seed: int) -> None:
            postgres.admin("TRUNCATE inbox, people CASCADE", name_in(url))
            chance = random.Random(seed)  # noqa: S311 - a game
            runner.run(_play(opened, arrivals, steps, chance, postgres))

        try:
            play()
        finally:
            for each in machines:
                runner.run(each.__aexit__(None, None, None))


async def _play(
    machines: list[Machine],
    arrivals: list[tuple[int, int, bool]],
    steps: list[Step],
    chance: random.Random,
    postgres: Server,
) -> None:
    had: list[dict[int, Claimed]] = [{}, {}, {}]
    answers: list[int] = []
    numbered = [
        Arrival(_BOT, n, chat, person, spoken, {}) for n, (chat, person, spoken) in enumerate(arrivals)
    ]
    await put(machines[0].store, *numbered)

    async def act(who: int, does: str) -> None:
        try:
            await _act(machines[who], had[who], answers, does, chance)
        except StorageError:
            # It is gone: what it had is the others', and it begins anew.
            had[who].clear()
            await machines[who].membership.join()

    for step in steps:
        other = (step.machine + 1) % 3
        if step.does == "die":
            with suppress(StorageError):
                kill(postgres, await machines[step.machine].pid())
            for does in ("look", "claim"):
                await act(other, does)
            # It does not know yet that it is gone.
            await act(step.machine, "answer")
        else:
            # Two at once, so that statements meet each other.
            await asyncio.gather(act(step.machine, step.does), act(other, "claim"))
        await _assert_one_at_a_time(machines[0].store)
    for _, who, does in product(range(100), range(3), ("look", "claim", "answer", "settle")):
        await act(who, does)
        if len(answers) == len(numbered) and not any(had):
            break
    _assert_each_once_in_order(numbered, answers)


def _assert_each_once_in_order(numbered: list[Arrival], answers: list[int]) -> None:
    assert sorted(answers) == list(range(len(numbered)))
    for key in ("chat", "person"):
        for owner in {getattr(arrival, key) for arrival in numbered}:
            theirs = [n for n in answers if getattr(numbered[n], key) == owner]
            assert theirs == sorted(theirs), f"in the order of their {key}"


async def _act(
    each: Machine, had: dict[int, Claimed], answers: list[int], does: str, chance: random.Random
) -> None:
    match does:
        case "claim":
            for claimed in await each.claim(chance.randint(1, 4), spoken=chance.randint(0, 2)):
                had[claimed.id] = claimed
        case "look":
            await each.take_over()
        case "answer" if new := sorted(stored for stored, claimed in had.items() if claimed.answer is None):
            claimed = had[chance.choice(new)]
            async with each.store.write() as unit:
                await queue_in(unit).answered(claimed.id, _ANSWER)
                await unit.people.save(claimed.arrival.person or 0, {"n": claimed.arrival.number})
            had[claimed.id] = replace(claimed, answer=_ANSWER)
            answers.append(claimed.arrival.number)
        case "settle" if ready := [stored for stored, claimed in had.items() if claimed.answer is not None]:
            async with each.membership.write() as unit:
                await queue_in(unit).done(*ready)
            for stored in ready:
                del had[stored]


async def _assert_one_at_a_time(store: Store) -> None:
    async with store.read() as unit:
        found = await unit.transaction.execute(
            select(inbox.c.chat, inbox.c.person).where(inbox.c.state == "running")
        )
        rows = found.all()
    for column in zip(*rows, strict=True):
        assert len(set(column)) == len(column)
