"""Nodes on hosts of their own, cut off from the database for longer and for shorter than a lease."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Final

from tests.faults.cluster import recovery_row, roles_for, talking
from tests.faults.harness import Row
from tests.faults.namespaces import Host, NoNamespacesError
from tests.faults.nodes import LEASE_S, cluster, databases
from tests.faults.talks import TALKS, Talks

ROLES: Final = ("receive,answer,hear,keep",) * 3
"""Whoever asks Telegram for updates may be the one who is cut off."""

Cut = tuple[str, Callable[[Host], None], float]
"""What it is called, how it is done, and for how many seconds."""
CUTS: Final[tuple[Cut, ...]] = (
    ("cut for 12 s", Host.cut, 12.0),
    ("cut for 3 s", Host.cut, 3.0),
    ("deaf for 12 s", Host.deafen, 12.0),
)
"""Longer and shorter than a lease."""
_SLOW: Final = "300 ms and 5 % loss for 12 s"
_AFTER_S: Final = 8.0


async def hosts(
    *,
    updates: int,
    rounds: int = 1,
    cuts: Sequence[Cut] = CUTS,
    roles: Sequence[str] = ROLES,
    talks: Talks = TALKS,
    seed: int = 1,
) -> list[Row]:
    """Sends updates from many people while one host after the other is cut off, and counts."""
    try:
        with ExitStack() as stack:
            roles = roles_for(talks, roles)
            made = [stack.enter_context(Host(number)) for number in range(1, len(roles) + 1)]
            return await _cut_off(made, [*cuts] * rounds, roles, talks, updates, seed)
    except NoNamespacesError as error:
        return [Row("Hosts: cut off, nothing is lost or done twice", f"not looked at: {error}", "-", None)]


async def _cut_off(
    places: Sequence[Host], cuts: Sequence[Cut], roles: Sequence[str], talks: Talks, updates: int, seed: int
) -> list[Row]:
    chance = random.Random(seed)  # noqa: S311 - the same order in every run
    order = chance.sample(cuts, len(cuts))
    seconds = sum(lasting_s + _AFTER_S for _, _, lasting_s in order) + 12.0
    slow = _SLOW
    with databases(hosts=("127.0.0.1", *(place.here for place in places))) as servers:
        async with (
            cluster(
                roles,
                url="",
                databases=servers,
                hosts=places,
                own=lambda number: {"DATABASE_URL": servers[-1].url(host=places[number].here)},
                ASSISTANT_VOICES_WAITING=str(updates),
            ) as made,
            talking(made, updates, seconds, chance, talks) as (talked, in_flight),
        ):
            for _, cut, lasting_s in order:
                await asyncio.sleep(_AFTER_S)
                place = chance.choice(places)
                await made.happens(asyncio.to_thread(cut, place), in_flight)
                await asyncio.sleep(lasting_s)
                place.mend()
            try:
                for place in places:
                    place.slow_down()
                await asyncio.sleep(12.0)
            except NoNamespacesError as error:
                slow = f"not slowed down ({error})"
    n = f"{talked.outcome.updates} updates of {len(talked.outcome.people)} chats; "
    n += ", ".join(f"{number} x {name}" for name, number in Counter(name for name, _, _ in cuts).items())
    n += f"; {slow}; {len(places)} hosts, lease {LEASE_S} s, seed {seed}"
    return [*talked.outcome.rows("Hosts", n), recovery_row("Hosts", n, talked)]
