"""Short versions of `python -m tests.faults cluster hosts failover`: two nodes, no voices, a fault each."""

from typing import Any, Final

import pytest

from tests.faults.cluster import Fault, ended_and_paused
from tests.faults.failover import failover
from tests.faults.harness import Row
from tests.faults.hosts import hosts
from tests.faults.namespaces import Host
from tests.faults.talks import TYPED

pytestmark = [
    pytest.mark.process,
    pytest.mark.kill,
    pytest.mark.model,
    pytest.mark.needs("postgresql"),
]
_SHORT: Final[dict[str, Any]] = {"updates": 20, "talks": TYPED, "seed": 2}
_ROLES: Final = ("answer,hear,keep", "receive,answer,hear")


def broken(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.kept is False]


async def test_a_node_is_killed_the_database_crashes_and_everybody_is_answered_once() -> None:
    assert (
        broken(await ended_and_paused(faults=[Fault.KILL, Fault.CRASH], gap_s=3, roles=_ROLES, **_SHORT))
        == []
    )


async def test_a_replica_that_is_promoted_knows_all_that_telegram_was_told() -> None:
    assert broken(await failover(seconds=6, roles=_ROLES[1:], **_SHORT)) == []


@pytest.mark.needs("network namespaces")
async def test_a_host_is_cut_off_for_longer_than_a_lease_and_others_answer() -> None:
    cuts = [("cut for 12 s", Host.cut, 12.0)]
    assert broken(await hosts(cuts=cuts, roles=("receive,answer,hear,keep",) * 2, **_SHORT)) == []
