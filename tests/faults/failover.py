"""The machine of the primary is lost while people talk, and its synchronous replica takes its place."""

import asyncio
import random
from collections.abc import Sequence

from tests.faults.cluster import ROLES, recovery_row, roles_for, talking
from tests.faults.harness import Row
from tests.faults.nodes import LEASE_S, cluster, databases
from tests.faults.talks import TALKS, Talks

_NOTICED_S = 5.0
"""How long a failover manager waits before it believes that a primary is gone."""


async def failover(
    *, updates: int, seconds: float, roles: Sequence[str] = ROLES, talks: Talks = TALKS, seed: int = 1
) -> list[Row]:
    """Sends updates from many people for so long, kills the primary in the middle, promotes, and counts."""
    roles = roles_for(talks, roles)
    chance = random.Random(seed)  # noqa: S311 - the same order in every run
    with databases(replicas=1) as servers:
        replica, primary = servers
        async with (
            cluster(
                roles,
                url=replica.url(primary),
                databases=servers,
                by_webhook=True,
                ASSISTANT_VOICES_WAITING=str(updates),
            ) as made,
            talking(made, updates, seconds, chance, talks) as (talked, in_flight),
        ):
            await asyncio.sleep(seconds / 2)

            async def lost_and_replaced() -> None:
                await asyncio.to_thread(primary.kill)
                await asyncio.sleep(_NOTICED_S)
                await asyncio.to_thread(replica.promote)
                servers.reverse()

            await made.happens(lost_and_replaced(), in_flight)
    n = (
        f"{talked.outcome.updates} updates of {len(talked.outcome.people)} chats in {seconds:.0f} s; promoted"
        f" {_NOTICED_S:.0f} s after the primary was killed;"
        f" {len(roles)} processes, lease {LEASE_S} s, seed {seed}"
    )
    return [*talked.outcome.rows("Failover", n), recovery_row("Failover", n, talked)]
