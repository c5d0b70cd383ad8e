"""The short versions of `python -m tests.faults cluster hosts failover`: fewer people, each fault once."""

import pytest

from tests.faults.cluster import Fault, ended_and_paused
from tests.faults.failover import failover
from tests.faults.harness import Row
from tests.faults.hosts import hosts

pytestmark = [
    pytest.mark.process,
    pytest.mark.kill,
    pytest.mark.speech,
    pytest.mark.needs("postgresql"),
]


_TWO = ("answer,hear,keep", "receive,answer,hear")


def broken(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.kept is False]


async def test_a_node_is_killed_and_another_answers_what_it_had() -> None:
    rows = await ended_and_paused(
        updates=30,
        faults=[Fault.KILL, Fault.CRASH],
        gap_s=3,
        roles=_TWO,
        seed=2,
    )
    assert broken(rows) == []


@pytest.mark.needs("network namespaces")
async def test_a_host_is_cut_off_and_loses_nothing() -> None:
    assert broken(await hosts(updates=30, rounds=1, seed=2)) == []


async def test_a_replica_that_is_promoted_knows_all_that_telegram_was_told() -> None:
    assert broken(await failover(updates=30, seconds=8, roles=_TWO, seed=2)) == []
